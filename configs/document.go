package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of one file, far above what a person writes.
const (
	maxFile  = 1 << 20 // bytes
	maxDepth = 32      // nested lists and mappings
)

// readDocument reads and parses one file and gives its top node: nil when the file is empty, unreadable or not YAML, which is then a
// problem. A missing file is one only when it is needed.
func readDocument(fsys fs.FS, name string, show string, needed bool, problems *Problems) ast.Node {
	text, err := readBounded(fsys, name)
	at := Position{File: show}
	switch {
	case errors.Is(err, fs.ErrNotExist) && !needed:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		problems.add(at, "", "", "the file does not exist", "write it, or let rostrum init make one to edit")
		return nil
	case err != nil:
		problems.add(at, "", "", "the file can't be read: "+err.Error(), "check its path and permissions")
		return nil
	case len(text) > maxFile:
		problems.add(at, "", "", fmt.Sprintf("the file is larger than %v", Size(maxFile)), "split it")
		return nil
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		problems.add(Position{show, badLine(text)}, "", "", "the file is not UTF-8 text", "save it as UTF-8")
		return nil
	}
	return parseDocument(string(text), show, problems)
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

func badLine(text []byte) int {
	line := 1
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == 0 || r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		text = text[n:]
	}
	return line
}

// parseDocument parses text. Bounds and refused constructs are looked for in the tokens, before the parser, which recurses, sees them.
func parseDocument(text, show string, problems *Problems) (top ast.Node) {
	tokens := lexer.Tokenize(text)
	if !plainTokens(tokens, show, problems) {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		at, what := Position{File: show}, err.Error()
		if syntax, ok := errors.AsType[yaml.Error](err); ok {
			what = syntax.GetMessage()
			if tk := syntax.GetToken(); tk != nil {
				at.Line = tk.Position.Line
			}
		}
		problems.add(at, "", "", "not valid YAML: "+what, "look at this line and the one before it: indentation, colons, quotation marks")
		return nil
	}
	for i, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case top != nil:
			problems.add(Position{show, file.Docs[i].Body.GetToken().Position.Line}, "", "", "a second document after ---", "keep one document in a file")
			return top
		default:
			top = doc.Body
		}
	}
	return top
}

// refused are the constructs of YAML that a configuration does without: they hide what a line says, or grow without bound.
var refused = map[token.Type]string{
	token.AnchorType:     "an anchor (&name)",
	token.AliasType:      "an alias (*name)",
	token.MergeKeyType:   "a merge key (<<)",
	token.TagType:        "a tag (!name)",
	token.DirectiveType:  "a directive (%NAME)",
	token.MappingKeyType: "a complex key (?)",
}

// plainTokens says whether the tokens are few enough in depth and free of refused constructs, each of which is a problem.
func plainTokens(tokens token.Tokens, show string, problems *Problems) bool {
	fine, depth, line, entries := true, 0, 0, 0
	for _, tk := range tokens {
		at := Position{show, tk.Position.Line}
		if name, bad := refused[tk.Type]; bad {
			problems.add(at, "", tk.Value, name+" is not taken here", "write the value itself, in quotation marks where it begins with this sign")
			fine = false
		}
		if tk.Position.Line != line {
			line, entries = tk.Position.Line, 0
		}
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType:
			entries++
		}
		if depth > maxDepth || entries > maxDepth {
			problems.add(at, "", "", "lists or mappings are nested too deeply", fmt.Sprintf("keep to %d levels", maxDepth))
			return false
		}
	}
	return fine
}
