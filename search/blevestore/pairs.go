package blevestore

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/mmap-go"
)

// Pairs of common words that often follow each other are packed as words are: where the first of them stands. "united nations" is then read as one
// word that is far rarer than either, and a phrase of four common words as two. Which pairs are worth it is told by a sample of the documents.
const (
	pairPart     = 8 // words that stand in one of so many documents may make pairs
	maxPairWords = 160
	maxPairs     = 256
	sampledDocs  = 4096

	sectionPairs     = "pairs"
	sectionPairIndex = "pairs.index"
)

func pairOf(first, second string) string { return first + " " + second }

// filePairs writes the places of pairs. words say where those of the common words were just written.
func (p *part) filePairs(w *columnWriter, words map[string]listPlace, stop <-chan struct{}) error {
	at := w.table.Sections[sectionPlaces].At
	if w.err = cmp.Or(w.err, w.out.Flush()); w.err != nil {
		return w.err
	}
	f, err := os.Open(w.file.Name())
	if err != nil {
		return fmt.Errorf("read places back: %w", err)
	}
	defer f.Close()
	mapped, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return fmt.Errorf("map places: %w", err)
	}
	defer mapped.Unmap() //nolint:errcheck // only read
	places := func(term string) []byte {
		l := words[term]
		return mapped[at+int64(l.At) : at+int64(l.At+l.Bytes)]
	}
	_, err = w.lists(sectionPairs, sectionPairIndex, p.commonPairs(words, places), stop, func(out io.Writer, pair string) (int, error) {
		first, second, _ := strings.Cut(pair, " ")
		return packPair(out, places(first), places(second))
	})
	return err
}

// commonPairs gives the pairs that stand in one of commonPart of the sampled documents, the commonest first, at most maxPairs.
func (p *part) commonPairs(words map[string]listPlace, places func(string) []byte) []string {
	var terms []string
	for term, l := range words {
		if uint64(l.Docs)*pairPart >= p.Count() {
			terms = append(terms, term)
		}
	}
	slices.SortFunc(terms, func(a, b string) int { return cmp.Or(cmp.Compare(words[b].Docs, words[a].Docs), cmp.Compare(a, b)) })
	terms = terms[:min(len(terms), maxPairWords)]
	readers := make([]packedReader, len(terms))
	for i, term := range terms {
		readers[i].data = places(term)
	}
	counts, seen := make([]int, len(terms)*len(terms)), make([]int, len(terms)*len(terms))
	var wordAt []uint16 // by position, from 1; 0 for another word
	sampled, step := 0, max(1, p.Count()/sampledDocs)
	for doc := uint64(0); doc < p.Count(); doc += step {
		sampled++
		wordAt = wordsAt(readers, uint32(doc), wordAt[:0])
		for i := 1; i < len(wordAt); i++ {
			a, b := int(wordAt[i-1])-1, int(wordAt[i])-1
			if a < 0 || b < 0 || seen[a*len(terms)+b] == sampled {
				continue
			}
			seen[a*len(terms)+b] = sampled
			counts[a*len(terms)+b]++
		}
	}
	var pairs []int
	for pair, n := range counts {
		if n > 0 && n*commonPart >= sampled {
			pairs = append(pairs, pair)
		}
	}
	slices.SortFunc(pairs, func(a, b int) int { return cmp.Or(counts[b]-counts[a], a-b) })
	out := make([]string, 0, maxPairs)
	for _, pair := range pairs[:min(len(pairs), maxPairs)] {
		out = append(out, pairOf(terms[pair/len(terms)], terms[pair%len(terms)]))
	}
	return out
}

// wordsAt tells which word stands at which position of a document, as far as the readers know.
func wordsAt(readers []packedReader, doc uint32, at []uint16) []uint16 {
	for w := range readers {
		for r := (run{body: readers[w].at(doc)}); r.next(); {
			if int(r.at) >= len(at) {
				at = append(at, make([]uint16, int(r.at)+1-len(at))...)
			}
			at[r.at] = uint16(w + 1)
		}
	}
	return at
}

// packPair writes where the first word of a pair has the second behind it.
func packPair(out io.Writer, first, second []byte) (docs int, err error) {
	a, b := packedReader{data: first}, packedReader{data: second}
	var starts []uint32
	var p placePacker
	for a.next() {
		follows := run{body: b.at(a.doc)}
		starts = starts[:0]
		for r := (run{body: a.body}); r.next(); {
			starts = append(starts, r.at)
		}
		if starts = follows.keep(starts, 1); len(starts) == 0 {
			continue
		}
		record := p.pack(a.doc, starts)
		if _, err := out.Write(record); err != nil {
			return docs, err
		}
		docs++
	}
	return docs, nil
}

// unit is a word of a phrase or a pair of two, and how far into the phrase it stands.
type unit struct {
	term   string
	offset uint32
}

func eachUnit(terms []string) []unit {
	units := make([]unit, len(terms))
	for i, t := range terms {
		units[i] = unit{t, uint32(i)}
	}
	return units
}

// cover gives the units that say the same as the words of a phrase and cost least to read; pairs may overlap.
func (p *part) cover(field string, terms []string, candidates int64) []unit {
	type step struct {
		cost int64
		last unit
		from int
	}
	best := make([]step, len(terms)+1) // best[i] covers the first i words
	reach := func(i, from int, u unit, cost int64) {
		if cost += best[from].cost; best[i].cost < 0 || cost < best[i].cost {
			best[i] = step{cost, u, from}
		}
	}
	for i := 1; i <= len(terms); i++ {
		best[i].cost = -1
		reach(i, i-1, unit{terms[i-1], uint32(i - 1)}, p.readCost(field, terms[i-1], candidates))
		if i < 2 {
			continue
		}
		pair := pairOf(terms[i-2], terms[i-1])
		if data := p.packedTerm(field, pair, candidates); data != nil {
			u, cost := unit{pair, uint32(i - 2)}, p.packedCost(data, candidates)
			reach(i, i-2, u, cost)
			reach(i, i-1, u, cost)
		}
	}
	var units []unit
	for i := len(terms); i > 0; i = best[i].from {
		units = append(units, best[i].last)
	}
	slices.Reverse(units)
	return units
}

// onePair gives the packed places of a phrase that is one pair; nil for another, and where few candidates are better looked up one by one.
func (p *part) onePair(of *phrase, candidates int64) []byte {
	if len(of.terms) != 2 {
		return nil
	}
	return p.packedTerm(of.field, pairOf(of.terms[0], of.terms[1]), candidates)
}

// pair matches a phrase that is one pair: nothing is to be compared.
func (m *matcher) pair(leaf *phrase, places []byte, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	if err := m.budget.spend(int64(len(places)) * costPairByte); err != nil {
		return nil, err
	}
	docs, i := m.docs(within), 0
	most := min(len(docs), len(places)/leastRecord)
	t := tally{docs: make([]uint32, 0, most), counts: make([]uint32, 0, most)}
	for r := (packedReader{data: places}); r.next(); {
		for i < len(docs) && docs[i] < r.doc {
			i++
		}
		if i == len(docs) {
			break
		}
		if docs[i] != r.doc {
			continue
		}
		n := uint32(0)
		for at := (run{body: r.body}); at.next(); {
			if n++; at.at < textBase {
				n += titleWeight - 1
			}
		}
		t.docs, t.counts = append(t.docs, r.doc), append(t.counts, n)
	}
	return m.tallied(leaf, t), m.ctx.Err()
}
