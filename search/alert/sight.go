package alert

import (
	"sync"

	"rostrum/search/analysis"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// sight is an announcement as it is looked at: by itself, and together with its copies.
type sight struct {
	announced
	read  *reading
	whole *reading // nil for a statement that is alone
	hits  []hit    // by itself first
}

// hit is a query that a reading met, and who is told of it.
type hit struct {
	read    *reading
	node    query.Node
	records []*record
	reasons []Reason
}

// eye is what one goroutine looks with.
type eye struct {
	s        *Service
	analyzer *analysis.Analyzer
	matcher  *percolate.Matcher
}

// look finds what announcements meet, on as many goroutines as there are eyes. Those of one group are looked at by one, for they share
// the reading of their group.
func (s *Service) look(sights []*sight) {
	next := make(chan []*sight, len(sights))
	for _, of := range byGroup(sights) {
		next <- of
	}
	close(next)
	var looking sync.WaitGroup
	for _, e := range s.eyes[1:min(len(s.eyes), len(next))] {
		looking.Go(func() { e.lookAt(next) })
	}
	s.eyes[0].lookAt(next)
	looking.Wait()
}

// byGroup puts announcements of one group together, in their order.
func byGroup(sights []*sight) [][]*sight {
	groups, at := make([][]*sight, 0, len(sights)), make(map[string]int, len(sights))
	for _, st := range sights {
		group := groupOf(&st.a.Statement)
		n, ok := at[group]
		if !ok {
			n = len(groups)
			at[group], groups = n, append(groups, nil)
		}
		groups[n] = append(groups[n], st)
	}
	return groups
}

func (e *eye) lookAt(next <-chan []*sight) {
	for of := range next {
		for _, st := range of {
			e.see(st)
		}
	}
}

// see finds the queries that an announcement meets by itself, then those that it meets only with its copies.
func (e *eye) see(st *sight) {
	alone := map[string]bool{}
	for _, read := range []*reading{st.read, st.whole} {
		if read == nil {
			continue
		}
		read.analyzer = e.analyzer
		var met []string
		e.matcher.Match(&percolate.Statement{Meta: read.Meta}, func(canonical string) { met = append(met, canonical) })
		for _, canonical := range met {
			if alone[canonical] {
				continue
			}
			alone[canonical] = true
			if node, records := e.s.book.inForce(canonical, st.seq); len(records) > 0 {
				st.hits = append(st.hits, hit{read, node, records, read.reasons(node, e.s.o.Members)})
			}
		}
	}
}
