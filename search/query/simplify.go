package query

// Simplify gives a query that matches the same, with less: flat, without doubles, double NOTs and Alls that decide nothing. A kid that
// stands with its own negation decides. It is idempotent.
func Simplify(n Node) Node {
	return Map(n, func(n Node) Node {
		switch n := n.(type) {
		case And:
			return simplifyGroup(n.Kids, false)
		case Or:
			return simplifyGroup(n.Kids, true)
		case Not:
			if inner, ok := n.Kid.(Not); ok {
				return inner.Kid
			}
		}
		return n
	})
}

// simplifyGroup simplifies a group whose kids are simple. What anyOf joins is decided by All, and unmoved by None; and the other way round.
func simplifyGroup(kids []Node, anyOf bool) Node {
	decides, idle, join := None(), Node(All{}), Conjoin
	if anyOf {
		decides, idle, join = Node(All{}), None(), Disjoin
	}
	seen := make(map[string]bool, len(kids))
	kept := make([]Node, 0, len(kids))
	for _, k := range kids {
		text := k.String()
		switch {
		case text == decides.String() || seen[negated(k)]:
			return decides
		case text == idle.String() || seen[text]:
			continue
		}
		seen[text] = true
		kept = append(kept, k)
	}
	if len(kept) == 0 {
		return idle
	}
	return join(kept...)
}

// negated prints the simple negation of a simple node.
func negated(n Node) string {
	if not, ok := n.(Not); ok {
		return not.Kid.String()
	}
	return Not{n}.String()
}
