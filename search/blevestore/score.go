package blevestore

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// BM25 with its usual constants; what an exact value is worth beside it; and what the latest statement gains over an old one.
const (
	bm25K1 = 1.2
	bm25B  = 0.75

	scoreExact   = 2.0
	scorePrefix  = 1.0
	scoreSpeaker = 1.0
	scoreIssuer  = 1.0

	freshnessGain = 0.1
	leastScore    = 0.01 // so that freshness orders what nothing else tells apart
	secondsAYear  = 365.25 * 86400
)

// statistics are what a score depends on beside the document itself. A cursor carries them, so that a page further on is ordered
// as the first was, whatever was stored meanwhile.
type statistics struct {
	Documents uint64   `json:"n"`
	Length    float64  `json:"l"`           // mean, in weighted words
	Carriers  []uint64 `json:"d"`           // documents that carry each word that scores
	Now       int64    `json:"t"`           // unix seconds
	Unscored  []int    `json:"u,omitempty"` // leaves that add nothing to the score: see spare
}

// spare chooses the leaves that add nothing to the score of so many matches, so that not more than most postings are read.
func (r *request) spare(matches, most uint64) {
	type leaf struct {
		at   int
		cost uint64
	}
	leaves := make([]leaf, 0, len(r.leaves))
	next := 0
	for i, l := range r.leaves {
		if _, reads := l.(stemScore); reads {
			leaves = append(leaves, leaf{i, min(r.statistics.Carriers[next], matches)})
		}
		next += len(l.words())
	}
	slices.SortStableFunc(leaves, func(a, b leaf) int { return cmp.Compare(a.cost, b.cost) })
	read := uint64(0)
	for _, l := range leaves {
		if read += l.cost; read > most {
			r.statistics.Unscored = append(r.statistics.Unscored, l.at)
		}
	}
}

// spared says which leaves were left out of the scores, in a note; empty where all add to them.
func (r *request) spared() string {
	if len(r.statistics.Unscored) == 0 {
		return ""
	}
	return fmt.Sprintf("The order is by the %d rarest of the %d words and phrases: the others stand in too many statements to tell these apart.",
		len(r.leaves)-len(r.statistics.Unscored), len(r.leaves))
}

// idf is how much a word tells that this many documents carry.
func (s *statistics) idf(carriers uint64) float64 {
	n, c := float64(s.Documents), float64(carriers)
	return math.Log(1 + max(0, n-c+0.5)/(c+0.5))
}

// weigher scores one word by BM25: what does not depend on the document is worked out once.
type weigher struct{ weight, short, long float64 }

func (s *statistics) weigher(idf float64) weigher {
	return weigher{idf * (bm25K1 + 1), bm25K1 * (1 - bm25B), bm25K1 * bm25B / max(1, s.Length)}
}

// score is that of a word which stands tf times in a document of a length.
func (w weigher) score(tf float64, length uint32) float64 {
	return w.weight * tf / (tf + w.short + w.long*float64(length))
}

// scored is a leaf that adds to the score of the documents it matches.
type scored interface {
	// words are the sets of terms whose carriers the statistics count.
	words() []anyTerm
	// add adds to scores, which stand beside docs; carriers are those of words.
	add(m *matcher, st *statistics, carriers []uint64, docs []uint32, within *roaring.Bitmap, scores []float64) error
}

type (
	stemScore       struct{ leaf anyTerm }
	positionalScore struct {
		leaf  positionalPlan
		field string
		terms []string
	}
	constantScore struct {
		leaf  anyTerm
		value float64
	}
)

func (s stemScore) words() []anyTerm       { return []anyTerm{s.leaf} }
func (s positionalScore) words() []anyTerm { return eachTerm(s.field, s.terms) }
func (s constantScore) words() []anyTerm   { return nil }

func eachTerm(field string, terms []string) []anyTerm {
	sets := make([]anyTerm, 0, len(terms))
	for _, t := range terms {
		sets = append(sets, anyTerm{field, []string{t}})
	}
	return sets
}

func (s stemScore) add(m *matcher, st *statistics, carriers []uint64, docs []uint32, within *roaring.Bitmap, scores []float64) error {
	lengths, err := m.part.lengths()
	if err != nil {
		return err
	}
	dict, err := m.part.Dictionary(s.leaf.field)
	if err != nil {
		return fmt.Errorf("read dictionary %s: %w", s.leaf.field, err)
	}
	w := st.weigher(st.idf(carriers[0]))
	for _, term := range s.leaf.terms {
		if s.leaf.field == fieldStems {
			if done, err := m.addPacked(w, dict, term, lengths, docs, scores); err != nil {
				return err
			} else if done {
				continue
			}
		}
		list, err := dict.PostingsList([]byte(term), nil, nil)
		if err != nil {
			return fmt.Errorf("read postings %s: %w", term, err)
		}
		i := 0
		err = m.frequency(list, within, func(doc uint32, tf float64) {
			for docs[i] < doc {
				i++
			}
			scores[i] += w.score(tf, lengths[doc])
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// frequency visits the documents within that are in a list, with how often the term stands there.
func (m *matcher) frequency(list segment.PostingsList, within *roaring.Bitmap, visit func(doc uint32, tf float64)) error {
	it := list.Iterator(true, false, false, nil)
	if direct, ok := it.(segment.OptimizablePostingsIterator); ok && direct.ActualBitmap() != nil {
		direct.ReplaceActual(roaring.And(direct.ActualBitmap(), within))
	}
	for i := 0; ; i++ {
		if i%checkEvery == 0 && m.ctx.Err() != nil {
			return m.ctx.Err()
		}
		posting, err := it.Next()
		if err != nil {
			return fmt.Errorf("read frequencies: %w", err)
		}
		if posting == nil {
			return nil
		}
		if doc := uint32(posting.Number()); within.Contains(doc) {
			visit(doc, float64(posting.Frequency()))
		}
	}
}

// add scores a phrase where it was found, as a word that tells as much as its words together.
func (s positionalScore) add(m *matcher, st *statistics, carriers []uint64, docs []uint32, within *roaring.Bitmap, scores []float64) error {
	lengths, err := m.part.lengths()
	if err != nil {
		return err
	}
	idf := 0.0
	for _, c := range carriers {
		idf += st.idf(c)
	}
	i, w := 0, st.weigher(idf)
	t := m.tallies[s.leaf.key()]
	for j, doc := range t.docs {
		for i < len(docs) && docs[i] < doc {
			i++
		}
		if i == len(docs) {
			break
		}
		if docs[i] == doc {
			scores[i] += w.score(float64(t.counts[j]), lengths[doc])
		}
	}
	return nil
}

func (s constantScore) add(m *matcher, _ *statistics, _ []uint64, docs []uint32, within *roaring.Bitmap, scores []float64) error {
	matched, err := s.leaf.match(m, within)
	if err != nil {
		return err
	}
	i := 0
	for it := matched.Iterator(); it.HasNext(); i++ {
		doc := it.Next()
		for docs[i] < doc {
			i++
		}
		scores[i] += s.value
	}
	return nil
}

// fresh is the factor by which a document of a time gains: a newer one a little more than an older one. It is at most mostFresh.
func (s *statistics) fresh(nanos int64) float64 {
	age := max(0, float64(s.Now)-float64(nanos)/1e9) / secondsAYear
	return 1 + freshnessGain/(1+age)
}

const mostFresh = 1 + freshnessGain
