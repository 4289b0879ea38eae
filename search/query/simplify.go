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
	type stance struct{ asserted, negated bool }
	seen := make(map[string]stance, len(kids))
	kept := make([]Node, 0, len(kids))
	for _, k := range kids {
		if k == idle {
			continue
		}
		not, negated := k.(Not)
		of := k
		if negated {
			of = not.Kid
		}
		text := of.String()
		before := seen[text]
		now := stance{before.asserted || !negated, before.negated || negated}
		if k == decides || now.asserted && now.negated {
			return decides
		}
		if now != before {
			seen[text] = now
			kept = append(kept, k)
		}
	}
	if len(kept) == 0 {
		return idle
	}
	return join(kept...)
}
