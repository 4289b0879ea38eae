package configs

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// lineOf is where a node begins. A mapping's own token is its first colon, so its first key is asked.
func lineOf(node ast.Node) int {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return lineOf(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return lineOf(n.Key)
	}
	if tk := node.GetToken(); tk != nil {
		return tk.Position.Line
	}
	return 0
}

// scalarText is a scalar as written, without quotation marks; empty for anything else.
func scalarText(node ast.Node) string {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n")
	case ast.ScalarNode:
		return n.GetToken().Value
	}
	return ""
}

func keyText(key ast.MapKeyNode) string {
	if scalar, ok := key.(ast.ScalarNode); ok {
		return scalarText(scalar)
	}
	return key.String()
}

// blank says whether nothing is written.
func blank(node ast.Node) bool {
	if node == nil || node.Type() == ast.NullType {
		return true
	}
	_, scalar := node.(ast.ScalarNode)
	return scalar && strings.TrimSpace(scalarText(node)) == ""
}

// shape names what stands where something else was expected.
func shape(node ast.Node) string {
	switch node.(type) {
	case ast.MapNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	}
	return "one value"
}

// idOf is the id of an entry of a list, by which problems name it; empty when it has none that reads well.
func idOf(node ast.Node) string {
	m, ok := node.(ast.MapNode)
	if !ok {
		return ""
	}
	for it := m.MapRange(); it.Next(); {
		if key := keyText(it.Key()); key == "id" || key == "statement" {
			if id := scalarText(it.Value()); validID(id) {
				return id
			}
		}
	}
	return ""
}
