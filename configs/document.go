package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// maxFile bounds one file, in bytes, far above what a person writes.
const maxFile = 1 << 20

// readDocument reads and parses one file and gives its top node, nil for an empty file. It is not ok when there is nothing to decode:
// the file is unreadable or not YAML, which is then a problem, or absent, which is one only when it is needed.
func readDocument(fsys fs.FS, name string, show string, needed bool, problems *Problems) (top ast.Node, ok bool) {
	text, err := readBounded(fsys, name)
	at := Position{File: show}
	switch {
	case errors.Is(err, fs.ErrNotExist) && !needed:
		return nil, false
	case errors.Is(err, fs.ErrNotExist):
		problems.add(at, "", "", "the file does not exist", "write it, or let rostrum init make one to edit")
		return nil, false
	case err != nil:
		problems.add(at, "", "", "the file can't be read: "+err.Error(), "check its path and permissions")
		return nil, false
	case len(text) > maxFile:
		problems.add(at, "", "", fmt.Sprintf("the file is larger than %v", Size(maxFile)), "split it")
		return nil, false
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		problems.add(Position{show, badLine(text)}, "", "", "the file is not UTF-8 text", "save it as UTF-8")
		return nil, false
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

// syntaxRemedy says what is behind the parser's commonest messages.
func syntaxRemedy(message string) string {
	switch {
	case strings.Contains(message, "map key-value is pre-defined"):
		return `put the whole value in single quotation marks where more follows a quoted part: '"two words" OR third'`
	case strings.Contains(message, "mapping value is not allowed"):
		return "put the value in single quotation marks where it holds a colon; else indent the next line like this one"
	case strings.Contains(message, "'\t'"):
		return "indent with spaces, not tabs"
	}
	return "look at this line and the one before it: indentation, colons, quotation marks"
}

// parseDocument parses text. Bounds and refused constructs are looked for in the tokens, before the parser, which recurses, sees them.
func parseDocument(text, show string, problems *Problems) (top ast.Node, ok bool) {
	tokens := lexer.Tokenize(text)
	if !plain(tokens, show, problems) {
		return nil, false
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		at, what := Position{File: show}, "it can't be parsed" // err.Error() prints the whole file
		if syntax, ok := errors.AsType[yaml.Error](err); ok {
			what = syntax.GetMessage()
			if tk := syntax.GetToken(); tk != nil {
				at.Line = tk.Position.Line
			}
		}
		problems.add(at, "", "", "not valid YAML: "+strings.ReplaceAll(what, "\t", `\t`), syntaxRemedy(what))
		return nil, false
	}
	for i, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case top != nil:
			problems.add(Position{show, file.Docs[i].Body.GetToken().Position.Line}, "", "", "a second document after ---", "keep one document in a file")
			return top, true
		default:
			top = doc.Body
		}
	}
	return top, true
}
