package configs

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// Bounds of what the parser is given. It recurses, and takes time in the square of the keys in one mapping and of the values left out.
const (
	maxDepth   = 32   // nested lists and mappings
	maxKeys    = 2000 // in one mapping
	maxMissing = 1000 // keys and hyphens with nothing after them
)

// refused are the constructs of YAML that a configuration does without: they hide what a line says, or grow without bound.
var refused = map[token.Type]string{
	token.AnchorType:     "an anchor (&name)",
	token.AliasType:      "an alias (*name)",
	token.MergeKeyType:   "a merge key (<<)",
	token.TagType:        "a tag (!name)",
	token.DirectiveType:  "a directive (%NAME)",
	token.MappingKeyType: "a complex key (?)",
}

// plain says whether a document is fit for the parser: within its bounds, and free of refused constructs, each of which is a problem.
func plain(tokens token.Tokens, show string, problems *Problems) bool {
	fine, extent := true, extent{}
	for _, tk := range tokens {
		at := Position{show, tk.Position.Line}
		if name, bad := refused[tk.Type]; bad {
			problems.add(at, "", tk.Value, name+" is not taken here", "write the value itself, in quotation marks where it begins with this sign")
			fine = false
		}
		if over := extent.add(tk); over != "" {
			problems.add(at, "", "", over, "split or simplify the file")
			return false
		}
	}
	return fine
}

// extent measures a document token by token.
type extent struct {
	line    int     // of the last token
	hyphens int     // on that line
	missing int     // values left out
	blocks  []block // open block mappings, from the outside in
	flows   []flow  // open [ and {, from the outside in
}

type (
	block struct{ column, keys int }
	flow  struct{ mapping, valued bool } // valued: the entry being read has its colon
)

// add takes the next token and says which bound it goes over, if any.
func (e *extent) add(tk *token.Token) string {
	if tk.Position.Line != e.line {
		e.line, e.hyphens = tk.Position.Line, 0
	}
	keys := 0
	switch {
	case tk.Type == token.SequenceStartType, tk.Type == token.MappingStartType:
		e.flows = append(e.flows, flow{mapping: tk.Type == token.MappingStartType})
	case len(e.flows) > 0:
		e.inFlow(tk)
	case tk.Type == token.SequenceEntryType:
		e.hyphens++
		e.close(tk.Position.Column)
		e.inBlock(tk, tk.Position.Column)
	case tk.Type == token.MappingValueType && tk.Prev != nil:
		column := tk.Prev.Position.Column
		keys = e.key(column)
		e.inBlock(tk, column)
	}
	switch {
	case len(e.flows) > maxDepth, len(e.blocks) > maxDepth, e.hyphens > maxDepth:
		return fmt.Sprintf("lists or mappings are nested more than %d deep", maxDepth)
	case keys > maxKeys:
		return fmt.Sprintf("a mapping has more than %d keys", maxKeys)
	case e.missing > maxMissing:
		return fmt.Sprintf("more than %d values are left out", maxMissing)
	}
	return ""
}

// close ends the mappings that are further in than a column.
func (e *extent) close(column int) {
	for len(e.blocks) > 0 && e.blocks[len(e.blocks)-1].column > column {
		e.blocks = e.blocks[:len(e.blocks)-1]
	}
}

// key counts a key of the mapping at a column.
func (e *extent) key(column int) int {
	e.close(column)
	if n := len(e.blocks); n == 0 || e.blocks[n-1].column < column {
		e.blocks = append(e.blocks, block{column: column})
	}
	inner := &e.blocks[len(e.blocks)-1]
	inner.keys++
	return inner.keys
}

// inBlock counts a hyphen or colon that nothing further in than a column follows.
func (e *extent) inBlock(tk *token.Token, column int) {
	next := tk.Next
	for next != nil && next.Type == token.CommentType {
		next = next.Next
	}
	switch {
	case next == nil:
		e.missing++
	case next.Position.Line == tk.Position.Line || next.Position.Column > column:
	case tk.Type == token.MappingValueType && next.Type == token.SequenceEntryType && next.Position.Column == column:
	default:
		e.missing++
	}
}

// inFlow counts a key of a flow mapping without a colon, or a colon without a value.
func (e *extent) inFlow(tk *token.Token) {
	inner := &e.flows[len(e.flows)-1]
	switch tk.Type {
	case token.MappingValueType:
		inner.valued = true
		if next := tk.Next; next == nil || next.Type == token.CollectEntryType || next.Type == token.MappingEndType {
			e.missing++
		}
	case token.CollectEntryType:
		if inner.mapping && !inner.valued {
			e.missing++
		}
		inner.valued = false
	case token.SequenceEndType, token.MappingEndType:
		e.flows = e.flows[:len(e.flows)-1]
	}
}
