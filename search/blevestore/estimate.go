package blevestore

import (
	"context"
	"fmt"
	"time"

	"rostrum/internal/fault"
	"rostrum/search"
)

// What a query makes be read is reckoned before anything is: from the lengths of posting lists, of packed positions and of stretches of time, all of
// which are known. A query that would take too long is refused at once. The budget that is spent while reading is the last resort.

// estimate is the most that a plan takes in one part, roughly, and the most documents that it matches.
type estimate struct {
	work int64 // nanoseconds of one core
	docs int64
}

const (
	costTerm = 1500 // a term that is looked up, with its postings
	costDoc  = 1    // a document of a stretch of time
	// costCarrier is a document that carries a word: it is matched, counted, and may be scored.
	costCarrier = 1
)

// reckoned is what a plan takes: in each part, in all, and how many documents it matches at most.
type reckoned struct {
	parts []int64
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
		r.work += e.work
		r.docs += e.docs
	}
	if err == nil && most >= 0 && r.work > most {
		err = errDear()
	}
	return r, err
}

// What is made of the documents that match, roughly, in nanoseconds of one core.
const (
	costScored = 20      // a document that is scored
	costCount  = 4       // a document that is counted for one facet or one axis
	costHit    = 100_000 // a statement that is read and shown
)

// admitted asks whether a search of this work may begin.
func (r reckoned) admitted(ctx context.Context, admit search.Admit, each, hits int64) (leave func(), err error) {
	if admit == nil {
		return func() {}, nil
	}
	return admit(ctx, time.Duration(r.work+r.docs*each+min(hits, r.docs)*costHit))
}

func errDear() error {
	return fault.New(fault.Query, "the query makes too much be read: it compares the positions of common words, or many periods or prefixes, in too many statements",
		"narrow it by an actor, a topic or one period, or leave out the commonest words of its phrases")
}

func (everything) estimate(_ *matcher, most int64) (estimate, error) {
	return estimate{docs: most}, nil
}
func (nothing) estimate(*matcher, int64) (estimate, error) { return estimate{}, nil }

func (p allOf) estimate(m *matcher, most int64) (sum estimate, err error) {
	sum.docs = most
	for _, k := range p.kids {
		e, err := k.estimate(m, sum.docs)
		if err != nil {
			return sum, err
		}
		sum.work += e.work
		sum.docs = min(sum.docs, e.docs)
	}
	return sum, nil
}

func (p anyOf) estimate(m *matcher, most int64) (sum estimate, err error) {
	for _, k := range p.kids {
		e, err := k.estimate(m, most)
		if err != nil {
			return sum, err
		}
		sum.work += e.work
		sum.docs = min(most, sum.docs+e.docs)
	}
	return sum, nil
}

func (p noneOf) estimate(m *matcher, most int64) (estimate, error) {
	e, err := p.kid.estimate(m, most)
	return estimate{e.work, most}, err
}

// estimate of many terms does not look them up: that would take as long as matching them.
func (p anyTerm) estimate(m *matcher, most int64) (estimate, error) {
	e := estimate{work: int64(len(p.terms)) * costTerm, docs: most}
	if len(p.terms) >= manyTerms || unionFields[p.field] && !m.copies {
		return e, nil
	}
	docs := int64(0)
	for _, term := range p.terms {
		n, err := m.part.carriers(p.field, term)
		if err != nil {
			return e, err
		}
		docs += n
	}
	e.docs = min(most, docs)
	e.work += e.docs * costCarrier
	return e, nil
}

func (p period) estimate(m *matcher, most int64) (estimate, error) {
	order, lo, hi, err := m.part.stretch(p)
	inside := int64(hi - lo)
	return estimate{min(most, inside, int64(len(order))-inside) * costDoc, min(most, inside)}, err
}

func (m *matcher) positionalEstimate(field string, terms []string, most int64, units func(*part, int64) []unit) (estimate, error) {
	candidates := most
	for _, term := range terms {
		n, err := m.part.carriers(field, term)
		if err != nil {
			return estimate{}, err
		}
		candidates = min(candidates, n)
	}
	if candidates == 0 {
		return estimate{work: int64(len(terms)) * costTerm}, nil
	}
	return estimate{m.part.placesCost(field, units(m.part, candidates), candidates), candidates}, nil
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
