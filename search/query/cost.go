package query

import (
	"fmt"
	"unicode/utf8"
)

// maxCostDepth is the depth of the deepest query that Parse lets through: within each parenthesis an OR, and an AND in it.
const maxCostDepth = 2*MaxDepth + 2

// Cost is what a query asks of those who answer it.
type Cost struct {
	Leaves   int `json:"leaves"` // a members() counts one
	Prefixes int `json:"prefixes"`
	Depth    int `json:"depth"` // groups and NOTs within one another
}

// CostOf gives the cost of a query.
func CostOf(n Node) Cost {
	var c Cost
	switch n := n.(type) {
	case And:
		return costOfAll(n.Kids)
	case Or:
		return costOfAll(n.Kids)
	case Not:
		c = CostOf(n.Kid)
		c.Depth++
	case All:
	case Prefix:
		c = Cost{Leaves: 1, Prefixes: 1}
	default:
		c.Leaves = 1
	}
	return c
}

func costOfAll(kids []Node) Cost {
	var sum Cost
	for _, k := range kids {
		c := CostOf(k)
		sum.Leaves += c.Leaves
		sum.Prefixes += c.Prefixes
		sum.Depth = max(sum.Depth, c.Depth)
	}
	sum.Depth++
	return sum
}

// Check refuses, with a fault.Query, a query that is over the cost bound. What Parse gives is within it.
func Check(n Node) error {
	c := CostOf(n)
	switch {
	case c.Leaves > MaxLeaves:
		return fail(-1, fmt.Sprintf("the query has %d terms, more than %d", c.Leaves, MaxLeaves), "fewer terms", "split it into several queries")
	case c.Prefixes > MaxPrefixes:
		return fail(-1, fmt.Sprintf("the query has %d prefixes, more than %d", c.Prefixes, MaxPrefixes), "fewer prefixes", "write whole words")
	case c.Depth > maxCostDepth:
		return fail(-1, fmt.Sprintf("parentheses and NOTs stand %d deep", c.Depth), "fewer levels", "flatten the query")
	}
	for _, leaf := range Leaves(n) {
		switch n := leaf.(type) {
		case Prefix:
			if utf8.RuneCountInString(n.Text) < MinPrefix {
				return fail(-1, fmt.Sprintf("a prefix needs at least %d letters before its star", MinPrefix), "a letter", "write more of the word")
			}
		case Near:
			if n.Distance > MaxDistance {
				return fail(-1, fmt.Sprintf("%d words between are too many", n.Distance), fmt.Sprintf("a number from 0 to %d", MaxDistance), "write a smaller number")
			}
		}
	}
	return nil
}
