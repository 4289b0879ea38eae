package blevestore

import (
	"context"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"rostrum/search"
)

// ranking says what the score of one document is made of: the leaves add to it again, one by one.
func (r *request) ranking(ctx context.Context, m *matcher, doc uint32) (*search.Ranking, error) {
	m.ctx = ctx
	docs, within := []uint32{doc}, roaring.BitmapOf(doc)
	out := &search.Ranking{Parts: make([]search.RankPart, 0, len(r.leaves))}
	sum, next := 0.0, 0
	for i, leaf := range r.leaves {
		n := len(leaf.words())
		if slices.Contains(r.statistics.Unscored, i) {
			next += n
			continue
		}
		score := []float64{0}
		if err := leaf.add(m, &r.statistics, r.statistics.Carriers[next:next+n], docs, within, score); err != nil {
			return nil, err
		}
		next += n
		if score[0] > 0 {
			out.Parts = append(out.Parts, search.RankPart{Query: labelOf(leaf), Score: score[0]})
		}
		sum += score[0]
	}
	times, err := m.part.times()
	if err != nil {
		return nil, err
	}
	out.Freshness = r.statistics.fresh(times[doc])
	out.Score = (sum + leastScore) * out.Freshness
	return out, nil
}

// labelOf writes a leaf as the query language would.
func labelOf(leaf scored) string {
	switch leaf := leaf.(type) {
	case stemScore:
		word := leaf.leaf.terms[len(leaf.leaf.terms)-1] // the last is of no language: the word itself
		_, word, _ = strings.Cut(word, ":")
		return fieldLabel(leaf.leaf.field) + word
	case positionalScore:
		return fieldLabel(leaf.field) + `"` + strings.Join(leaf.terms, " ") + `"`
	case constantScore:
		if leaf.leaf.field == fieldStarts {
			return leaf.leaf.terms[0] + "*"
		}
		if len(leaf.leaf.terms) > 1 {
			return fieldLabel(leaf.leaf.field) + leaf.leaf.terms[0] + " …"
		}
		return fieldLabel(leaf.leaf.field) + strings.Join(leaf.leaf.terms, "")
	}
	return ""
}

// fieldLabel names a field of the index as the query language does; the text has no name.
func fieldLabel(field string) string {
	switch field {
	case fieldStems, fieldWords:
		return ""
	case fieldTitleStems, fieldTitleWords:
		return "title:"
	case fieldURLWords:
		return "url:"
	}
	return field + ":"
}
