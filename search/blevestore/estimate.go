package blevestore

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"rostrum/internal/fault"
	"rostrum/search"
)

// What a query makes be read is reckoned before anything is: from the lengths of posting lists, of packed positions and of stretches of time, all of
// which are known. A query that would take too long is refused at once. The budget that is spent while reading is the last resort.

// estimate is what a plan is likely to take in one part, and how many documents it is likely to match.
type estimate struct {
	work   int64 // nanoseconds of one core
	docs   int64
	stems  int64 // postings of words that score
	others int64 // documents that exact values, prefixes and phrases add to the score of
}

// The costs were fitted to the processor time of BenchmarkDearest's queries and plain ones over a million statements.
const (
	costTerm      = 1500 // a term that is looked up, with its postings
	costDoc       = 30   // a document of a stretch of time
	carriersANano = 3    // documents that carry a word, a nanosecond: whole sets are joined

	likelyRecord = 6 // bytes of a document in the packed list of a pair, in the middle
	likelyPart   = 4 // one of so many documents that have all words of a phrase or near-query has them so
)

// reckoned is what a plan takes: in each part, and in all.
type reckoned struct {
	parts []int64
	all   int64 // documents of the index
	estimate
}

// reckon gives what a plan takes, and refuses one that would take more than most, negative for no bound, over all parts.
func (s *snapshot) reckon(ctx context.Context, p plan, copies bool, most int64) (reckoned, error) {
	parts := make([]estimate, len(s.parts))
	err := s.each(ctx, func(ctx context.Context, i int, part *part) error {
		m := matcher{ctx: ctx, part: part, copies: copies}
		e, err := p.estimate(&m, int64(part.Count()))
		parts[i] = e
		return err
	})
	r := reckoned{parts: make([]int64, len(parts))}
	for i, e := range parts {
		r.parts[i] = e.work
		r.all += int64(s.parts[i].Count())
		r.work += e.work
		r.docs += e.docs
		r.stems += e.stems
		r.others += e.others
	}
	if err == nil && most >= 0 && r.work > most {
		err = errDear()
	}
	return r, err
}

// What is made of the documents that match, roughly, in nanoseconds of one core.
const (
	costChosen = 4       // a document that is looked at for the order
	costStem   = 12      // a posting that is scored
	costOther  = 12      // a document to whose score another leaf adds
	costCount  = 4       // a document that is counted for one facet or one axis
	costHit    = 150_000 // a statement that is read and shown
	costMarked = 17_000  // a leaf that is looked for in the text of one
)

// counting is what it takes to count so many facets or axes: where most documents match, whole sets are counted.
func (r reckoned) counting(facets int) int64 { return int64(facets) * min(r.docs*costCount, r.all) }

// scoring is what it takes to score and choose: not more than most postings are read.
func (r reckoned) scoring(leaves int, most uint64) int64 {
	stems := min(r.stems, int64(min(most, 1<<40)), r.docs*int64(leaves))
	return r.docs*costChosen + stems*costStem + min(r.others, r.docs*int64(leaves))*costOther
}

// total is what the search that was asked for takes.
func (r reckoned) total(asked *request, scored uint64) time.Duration {
	work := r.work + r.counting(len(asked.Facets)) + min(int64(asked.Limit), r.docs)*(costHit+int64(len(asked.leaves))*costMarked)
	if asked.Order == search.Relevance && asked.Limit > 0 {
		work += r.scoring(len(asked.leaves), scored)
	}
	return time.Duration(work)
}

// admitted asks whether a search of this work may begin.
func admitted(ctx context.Context, admit search.Admit, work time.Duration) (leave func(), err error) {
	if admit == nil {
		return func() {}, nil
	}
	return admit(ctx, work)
}

func errDear() error {
	return fault.New(fault.Query, "the query makes too much be read: it compares the positions of common words, or many periods or prefixes, in too many statements",
		"narrow it by an actor, a topic or one period, or leave out the commonest words of its phrases")
}

func (everything) estimate(_ *matcher, most int64) (estimate, error) {
	return estimate{docs: most}, nil
}
func (nothing) estimate(*matcher, int64) (estimate, error) { return estimate{}, nil }

// estimate of a conjunction takes its costly kids in the order in which they are matched: the one that leaves least first, so that the others read
// less. A quarter of what such a kid takes does not depend on how many documents there are.
func (p allOf) estimate(m *matcher, most int64) (sum estimate, err error) {
	sum.docs = most
	var costlies []estimate
	for _, k := range p.kids {
		e, err := k.estimate(m, sum.docs)
		switch {
		case err != nil:
			return sum, err
		case k.cost() == costly: // which are the last
			costlies = append(costlies, e)
		default:
			sum.add(e)
			sum.docs = min(sum.docs, e.docs)
		}
	}
	slices.SortStableFunc(costlies, func(a, b estimate) int { return cmp.Compare(a.docs, b.docs) })
	within, left := float64(max(1, sum.docs)), float64(sum.docs)
	for _, e := range costlies {
		e.work = int64(float64(e.work) * (1 + 3*left/within) / 4)
		sum.add(e)
		left *= float64(e.docs) / within
	}
	sum.docs = int64(math.Ceil(left))
	return sum, nil
}

func (p anyOf) estimate(m *matcher, most int64) (sum estimate, err error) {
	for _, k := range p.kids {
		e, err := k.estimate(m, most)
		if err != nil {
			return sum, err
		}
		sum.add(e)
		sum.docs = min(most, sum.docs+e.docs)
	}
	return sum, nil
}

// add adds what another plan takes, beside the documents.
func (e *estimate) add(other estimate) {
	e.work += other.work
	e.stems += other.stems
	e.others += other.others
}

func (p noneOf) estimate(m *matcher, most int64) (estimate, error) {
	e, err := p.kid.estimate(m, most)
	return estimate{work: e.work, docs: most - min(e.docs, most)}, err
}

// estimate of many terms does not look them up: that would take as long as matching them.
func (p anyTerm) estimate(m *matcher, most int64) (estimate, error) {
	e := estimate{work: int64(len(p.terms)) * costTerm, docs: most}
	if len(p.terms) < manyTerms {
		docs, err := p.carriers(m)
		if err != nil {
			return e, err
		}
		e.docs = min(most, docs)
		e.work += e.docs / carriersANano
	}
	switch p.field {
	case fieldStems, fieldTitleStems:
		e.stems = e.docs
	default:
		e.others = e.docs
	}
	return e, nil
}

// carriers counts the documents that carry the terms, leads with what their groups add.
func (p anyTerm) carriers(m *matcher) (docs int64, err error) {
	fields := []string{p.field}
	if unionFields[p.field] && !m.copies {
		fields = append(fields, unionPrefix+p.field)
	}
	for _, field := range fields {
		for _, term := range p.terms {
			n, err := m.part.carriers(field, term)
			if err != nil {
				return 0, err
			}
			docs += n
		}
	}
	return docs, nil
}

func (p period) estimate(m *matcher, most int64) (estimate, error) {
	order, lo, hi, err := m.part.stretch(p)
	inside := int64(hi - lo)
	return estimate{work: min(most, inside, int64(len(order))-inside) * costDoc, docs: min(most, inside)}, err
}

// positionalEstimate takes words to stand together more often than by chance: of those that have the rarest of them, the share that has another is
// the cube root of what it is among all.
func (m *matcher) positionalEstimate(field string, terms []string, most int64, units func(*part, int64) []unit) (estimate, error) {
	all, rarest, share := float64(max(1, m.part.Count())), most, 1.0
	for _, term := range terms {
		n, err := m.part.carriers(field, term)
		if err != nil {
			return estimate{}, err
		}
		rarest = min(rarest, n)
		share *= math.Cbrt(float64(n) / all)
	}
	if rarest == 0 {
		return estimate{work: int64(len(terms)) * costTerm}, nil
	}
	candidates := max(1, int64(float64(rarest)*min(1, share/math.Cbrt(float64(rarest)/all))))
	likely := (candidates + likelyPart - 1) / likelyPart
	return estimate{work: m.part.placesCost(field, units(m.part, candidates), candidates), docs: likely, others: likely}, nil
}

// carriers counts the documents that carry a term, deleted ones too.
func (p *part) carriers(field, term string) (int64, error) {
	dict, err := p.Dictionary(field)
	if err != nil {
		return 0, fmt.Errorf("read dictionary %s: %w", field, err)
	}
	list, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return 0, fmt.Errorf("read postings %s: %w", term, err)
	}
	return int64(list.Count()), nil
}
