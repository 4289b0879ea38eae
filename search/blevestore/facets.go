package blevestore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"rostrum/search"
)

// facetFields says which field each facet counts. A phase is no field: it is counted by its period.
var facetFields = map[string]string{
	search.FacetActor: fieldSpeaker, search.FacetTopic: fieldTopic, search.FacetSource: fieldSource, search.FacetLang: fieldLang,
	search.FacetKind: fieldKind, search.FacetMonth: fieldMonth, search.FacetRole: fieldRole,
	search.FacetCue: fieldCue, search.FacetIssuer: fieldIssuer, search.FacetSignatory: fieldSignatory, search.FacetQuoted: fieldQuoted, search.FacetMentions: fieldMentions,
}

func checkFacets(names []string) error {
	for _, name := range names {
		if _, ok := facetFields[name]; !ok && name != search.FacetPhase {
			return invalid("facets", fmt.Sprintf("there is no facet %q", name), "use "+strings.Join(search.Facets(), ", "))
		}
	}
	return nil
}

// over is which documents are looked at to count those that match: they, or the others of the scope where these are fewer, whose counts are taken
// from those of the whole scope. A segment never changes, so the latter are made once.
type over struct {
	docs   []uint32
	others bool
}

func (m *matcher) over(matched *roaring.Bitmap) (over, error) {
	whole, err := m.part.whole(m.copies)
	if err != nil || 2*matched.GetCardinality() <= whole.GetCardinality() {
		return over{docs: appendDocs(nil, matched)}, err
	}
	return over{appendDocs(nil, roaring.AndNot(whole, matched)), true}, nil
}

// facet counts the values of one facet over the matched documents of a part.
func (m *matcher) facet(name string, docs *over, matched *roaring.Bitmap, phases []Phase) (map[string]int, error) {
	if name == search.FacetPhase {
		return m.phases(matched, phases)
	}
	counts := map[string]int{}
	field := facetFields[name]
	if err := m.countValues(field, docs, counts); err != nil {
		return nil, err
	}
	if heads, err := m.part.heads(); err != nil || m.copies || len(heads) == 0 || !unionFields[field] {
		return counts, err
	}
	return counts, m.countValues(unionPrefix+field, docs, counts)
}

// countValues adds up how many documents carry each value of a field.
func (m *matcher) countValues(field string, docs *over, counts map[string]int) error {
	values, perValue, err := m.valueCounts(field, docs)
	if err != nil {
		return err
	}
	for ord, n := range perValue {
		if n > 0 {
			counts[values.values[ord]] += n
		}
	}
	return nil
}

// valueCounts counts the values of a field by their ordinals.
func (m *matcher) valueCounts(field string, docs *over) (*ordinals, []int, error) {
	values, err := m.part.ordinals(field)
	if err != nil {
		return nil, nil, err
	}
	perValue := values.count(docs.docs)
	if !docs.others {
		return values, perValue, nil
	}
	all, err := m.part.countsOfAll(field, values, m.copies)
	if err != nil {
		return nil, nil, err
	}
	for ord, n := range perValue {
		perValue[ord] = all[ord] - n
	}
	return values, perValue, nil
}

// count counts the values of documents by their ordinals.
func (o *ordinals) count(docs []uint32) []int {
	perValue := make([]int, len(o.values))
	if len(o.of) == 0 {
		return perValue
	}
	for _, doc := range docs {
		for _, ord := range o.of[o.start[doc]:o.start[doc+1]] {
			perValue[ord]++
		}
	}
	return perValue
}

// countsOfAll counts the values of a field over the whole scope, deleted documents too.
func (p *part) countsOfAll(field string, values *ordinals, copies bool) ([]int, error) {
	return p.columns.total(field, copies).get(func() ([]int, error) {
		whole, err := p.whole(copies)
		if err != nil {
			return nil, err
		}
		return values.count(appendDocs(nil, whole)), nil
	})
}

func (m *matcher) phases(matched *roaring.Bitmap, phases []Phase) (map[string]int, error) {
	inPhase := map[string]*roaring.Bitmap{}
	for _, ph := range phases {
		docs, err := newPeriod(ph.From, ph.To).match(m, matched)
		if err != nil {
			return nil, err
		}
		if inPhase[ph.ID] == nil {
			inPhase[ph.ID] = roaring.New()
		}
		inPhase[ph.ID].Or(docs)
	}
	counts := make(map[string]int, len(inPhase))
	for id, docs := range inPhase {
		if n := docs.GetCardinality(); n > 0 {
			counts[id] = int(n)
		}
	}
	return counts, nil
}

// rankCounts orders the counts of all parts, and keeps the limit most frequent.
func rankCounts(parts []map[string]int, limit int) (ordered []search.Count, cut bool) {
	total := map[string]int{}
	for _, counts := range parts {
		for id, n := range counts {
			total[id] += n
		}
	}
	ordered = make([]search.Count, 0, len(total))
	for id, n := range total {
		ordered = append(ordered, search.Count{ID: id, Count: n})
	}
	slices.SortFunc(ordered, func(a, b search.Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.ID, b.ID))
	})
	if len(ordered) > limit {
		return ordered[:limit], true
	}
	return ordered, false
}
