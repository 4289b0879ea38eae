package query

// Walk visits n and what stands below it, parents first, in order. It goes no deeper where visit returns false.
func Walk(n Node, visit func(Node) bool) {
	if !visit(n) {
		return
	}
	switch n := n.(type) {
	case And:
		for _, k := range n.Kids {
			Walk(k, visit)
		}
	case Or:
		for _, k := range n.Kids {
			Walk(k, visit)
		}
	case Not:
		Walk(n.Kid, visit)
	}
}

// Map makes a tree of what f makes of each node, kids first, in order. The tree n stays as it is. And and Or come out flat.
func Map(n Node, f func(Node) Node) Node {
	switch t := n.(type) {
	case And:
		n = Conjoin(mapAll(t.Kids, f)...)
	case Or:
		n = Disjoin(mapAll(t.Kids, f)...)
	case Not:
		n = Not{Map(t.Kid, f)}
	}
	return f(n)
}

func mapAll(kids []Node, f func(Node) Node) []Node {
	mapped := make([]Node, len(kids))
	for i, k := range kids {
		mapped[i] = Map(k, f)
	}
	return mapped
}

// Leaves gives the leaves of n in order; All is none.
func Leaves(n Node) []Node {
	var leaves []Node
	Walk(n, func(n Node) bool {
		switch n.(type) {
		case And, Or, Not, All:
		default:
			leaves = append(leaves, n)
		}
		return true
	})
	return leaves
}
