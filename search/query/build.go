package query

// Conjoin matches what all kids match: flat, All for none, the kid itself for one.
func Conjoin(kids ...Node) Node {
	flat := make([]Node, 0, len(kids))
	for _, k := range kids {
		if and, ok := k.(And); ok {
			flat = append(flat, and.Kids...)
			continue
		}
		flat = append(flat, k)
	}
	switch len(flat) {
	case 0:
		return All{}
	case 1:
		return flat[0]
	}
	return And{flat}
}

// Disjoin matches what any kid matches: flat, None for none, the kid itself for one.
func Disjoin(kids ...Node) Node {
	flat := make([]Node, 0, len(kids))
	for _, k := range kids {
		if or, ok := k.(Or); ok {
			flat = append(flat, or.Kids...)
			continue
		}
		flat = append(flat, k)
	}
	switch len(flat) {
	case 0:
		return None()
	case 1:
		return flat[0]
	}
	return Or{flat}
}

// None matches nothing.
func None() Node { return Not{All{}} }

// Equal says whether two trees are the same query as it is printed.
func Equal(a, b Node) bool { return a.String() == b.String() }
