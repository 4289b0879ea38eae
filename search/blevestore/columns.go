package blevestore

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// columns holds what a segment's documents carry, by document number: the index turned round, made on first use. A segment never
// changes, so neither do its columns; deletions are the snapshot's business. Everything in them is a copy: a segment's own memory
// goes with its last snapshot, and bleve swaps a segment in memory for its file under the same id.
type columns struct {
	flags                 lazy[map[string]*roaring.Bitmap] // documents by flag
	times                 lazy[[]int64]                    // unix nanoseconds
	lengths               lazy[[]uint32]                   // weighted words; 0 for a revision
	ranks                 lazy[*ranks]
	byTime                lazy[[]uint32]            // documents in the order of their times
	leadLength, allLength lazy[uint64]              // sums over the scopes, deleted documents too
	heads                 lazy[map[string][]uint32] // leads of several, by group
	behind                lazy[*followers]
	keys                  lazy[*keyFilter]
	places                lazy[filedLists] // nil where none are filed
	freqs                 lazy[filedLists] // nil where none are filed

	mu     sync.Mutex
	values map[string]*lazy[*ordinals]
	totals map[fieldScope]*lazy[[]int] // how many documents of a scope carry each value of a field

	file atomic.Pointer[columnFile] // what some of the above lie in; nil for none
	refs int                        // of the cache and of snapshots; the file is unmapped with the last (columnCache.mu)
}

// column gives the place of a field's ordinals.
func (c *columns) column(field string) *lazy[*ordinals] {
	c.mu.Lock()
	defer c.mu.Unlock()
	column := c.values[field]
	if column == nil {
		column = &lazy[*ordinals]{}
		c.values[field] = column
	}
	return column
}

// fieldScope is a field in a scope: with copies or without.
type fieldScope struct {
	field  string
	copies bool
}

// total gives the place of a field's counts over a scope.
func (c *columns) total(field string, copies bool) *lazy[[]int] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.totals == nil {
		c.totals = map[fieldScope]*lazy[[]int]{}
	}
	at := fieldScope{field, copies}
	if c.totals[at] == nil {
		c.totals[at] = &lazy[[]int]{}
	}
	return c.totals[at]
}

// ordinals is a field of many values: document d has the values of[start[d]:start[d+1]] point at.
type ordinals struct {
	values []string
	start  []uint32
	of     []uint32
}

// ranks puts the documents of a segment in the order of their ids.
type ranks struct {
	of []uint32 // document to place
	at []uint32 // place to document
}

// lazy is a value made once it is asked for, and kept once it could be made.
type lazy[T any] struct {
	mu    sync.Mutex
	made  bool
	value T
}

func (l *lazy[T]) get(build func() (T, error)) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made {
		return l.value, nil
	}
	v, err := build()
	if err == nil {
		l.value, l.made = v, true
	}
	return v, err
}

// put keeps a value in the place of one that was or would be made.
func (l *lazy[T]) put(v T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.value, l.made = v, true
}

// forget drops the value: it is made again.
func (l *lazy[T]) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	var none T
	l.value, l.made = none, false
}

// have gives the value if it is made already, without waiting for one who makes it.
func (l *lazy[T]) have() (v T, ok bool) {
	if !l.mu.TryLock() {
		return v, false
	}
	defer l.mu.Unlock()
	return l.value, l.made
}

// columnCache keeps the columns of the segments that the newest snapshot has.
type columnCache struct {
	mu    sync.Mutex
	bySeg map[uint64]*columns
}

// hold gives the columns of a segment, to be given back by release, and whether they are new. open maps what is filed of new ones, if anything.
func (c *columnCache) hold(id uint64, open func(*columns)) (cols *columns, made bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cols = c.bySeg[id]; cols == nil {
		cols, made = &columns{values: map[string]*lazy[*ordinals]{}, refs: 1}, true
		open(cols)
		c.bySeg[id] = cols
	}
	cols.refs++
	return cols, made
}

// release gives columns back.
func (c *columnCache) release(cols *columns) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(cols)
}

// drop takes one reference away, and unmaps the file with the last.
func (c *columnCache) drop(cols *columns) {
	cols.refs--
	if f := cols.file.Load(); f != nil && cols.refs == 0 {
		_ = f.close() // nobody reads it any more, and there is nothing else to be done
	}
}

// keep drops the columns of segments that are no more; none are kept when none are given. Searches under way hold on to theirs.
func (c *columnCache) keep(segments []*scorch.SegmentSnapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.bySeg) <= len(segments) && len(segments) > 0 {
		return
	}
	current := make(map[uint64]bool, len(segments))
	for _, s := range segments {
		current[s.Id()] = true
	}
	for id, cols := range c.bySeg {
		if !current[id] {
			delete(c.bySeg, id)
			c.drop(cols)
		}
	}
}

// scope gives the live documents that a search is about: leads, or every statement with copies. The caller owns the bitmap.
func (p *part) scope(copies bool) (*roaring.Bitmap, error) {
	docs, err := p.whole(copies)
	if err != nil {
		return nil, err
	}
	return p.live(docs.Clone()), nil
}

// whole is scope with the deleted documents. It is shared.
func (p *part) whole(copies bool) (*roaring.Bitmap, error) {
	flags, err := p.columns.flags.get(func() (map[string]*roaring.Bitmap, error) {
		byFlag := map[string]*roaring.Bitmap{flagStatement: roaring.New(), flagLead: roaring.New()}
		err := p.terms(fieldFlag, func(term string, docs []uint32) {
			if b := byFlag[term]; b != nil {
				b.AddMany(docs)
			}
		})
		return byFlag, err
	})
	if err != nil {
		return nil, err
	}
	if copies {
		return flags[flagStatement], nil
	}
	return flags[flagLead], nil
}

func (p *part) times() ([]int64, error) {
	return p.columns.times.get(func() ([]int64, error) {
		times := make([]int64, p.Count())
		err := p.terms(fieldTime, func(term string, docs []uint32) {
			t := termTime(term)
			for _, d := range docs {
				times[d] = t
			}
		})
		return times, err
	})
}

func (p *part) lengths() ([]uint32, error) {
	return p.columns.lengths.get(func() ([]uint32, error) {
		lengths := make([]uint32, p.Count())
		err := p.terms(fieldLength, func(term string, docs []uint32) {
			n, _ := strconv.ParseUint(term, 10, 32)
			for _, d := range docs {
				lengths[d] = uint32(n)
			}
		})
		return lengths, err
	})
}

// lengthOf adds up the lengths of documents.
func (p *part) lengthOf(docs *roaring.Bitmap) (sum uint64, err error) {
	lengths, err := p.lengths()
	if err != nil {
		return 0, err
	}
	var buffer [1024]uint32
	for it := docs.ManyIterator(); ; {
		n := it.NextMany(buffer[:])
		if n == 0 {
			return sum, nil
		}
		for _, doc := range buffer[:n] {
			sum += uint64(lengths[doc])
		}
	}
}

// totalLength adds up the lengths of the scope.
func (p *part) totalLength(copies bool) (uint64, error) {
	whole, err := p.whole(copies)
	if err != nil {
		return 0, err
	}
	at := &p.columns.leadLength
	if copies {
		at = &p.columns.allLength
	}
	sum, err := at.get(func() (uint64, error) { return p.lengthOf(whole) })
	if err != nil || p.deleted == nil {
		return sum, err
	}
	gone, err := p.lengthOf(roaring.And(whole, p.deleted))
	return sum - gone, err
}

func (p *part) ranks() (*ranks, error) {
	return p.columns.ranks.get(func() (*ranks, error) {
		r := &ranks{of: make([]uint32, p.Count()), at: make([]uint32, 0, p.Count())}
		err := p.terms("_id", func(_ string, docs []uint32) {
			for _, d := range docs {
				r.of[d] = uint32(len(r.at))
				r.at = append(r.at, d)
			}
		})
		return r, err
	})
}

// ordinals gives the values of a keyword field.
func (p *part) ordinals(field string) (*ordinals, error) {
	return p.columns.column(field).get(func() (*ordinals, error) { return p.buildOrdinals(field) })
}

// buildOrdinals counts the values of each document and then puts them in their places.
func (p *part) buildOrdinals(field string) (*ordinals, error) {
	o := &ordinals{start: make([]uint32, p.Count()+1)}
	var docsOf [][]uint32
	err := p.terms(field, func(term string, docs []uint32) {
		o.values = append(o.values, term)
		docsOf = append(docsOf, append([]uint32(nil), docs...))
		for _, d := range docs {
			o.start[d+1]++
		}
	})
	if err != nil {
		return nil, err
	}
	for d := range p.Count() {
		o.start[d+1] += o.start[d]
	}
	o.of = make([]uint32, o.start[p.Count()])
	next := append([]uint32(nil), o.start...)
	for ord, docs := range docsOf {
		for _, d := range docs {
			o.of[next[d]] = uint32(ord)
			next[d]++
		}
	}
	return o, nil
}

// terms visits the terms of a field in their order, each with its documents, deleted ones too. The documents are good until the
// visit returns.
func (p *part) terms(field string, visit func(term string, docs []uint32)) error {
	dict, err := p.Dictionary(field)
	if err != nil {
		return fmt.Errorf("read dictionary %s: %w", field, err)
	}
	it := termIterator(dict, nil, nil)
	var list segment.PostingsList
	var docs []uint32
	scratch := roaring.New()
	for entry, err := it.Next(); entry != nil || err != nil; entry, err = it.Next() {
		if err != nil {
			return fmt.Errorf("walk dictionary %s: %w", field, err)
		}
		scratch.Clear()
		if list, err = orTerm(scratch, dict, entry.Term, list); err != nil {
			return err
		}
		docs = appendDocs(docs[:0], scratch)
		visit(entry.Term, docs)
	}
	return nil
}

func appendDocs(dst []uint32, b *roaring.Bitmap) []uint32 {
	n := int(b.GetCardinality())
	if cap(dst)-len(dst) < n {
		dst = append(make([]uint32, 0, len(dst)+n), dst...)
	}
	start := len(dst)
	dst = dst[:start+n]
	got := b.ManyIterator().NextMany(dst[start:])
	return dst[:start+got]
}

// termIterator walks the terms from start to end, exclusive, without counting their documents where that can be left out.
func termIterator(dict segment.TermDictionary, start, end []byte) segment.DictionaryIterator {
	type omitting interface {
		AutomatonIteratorOmitCount(a segment.Automaton, start, end []byte) segment.DictionaryIterator
	}
	if d, ok := dict.(omitting); ok {
		return d.AutomatonIteratorOmitCount(nil, start, end)
	}
	return dict.AutomatonIterator(nil, start, end)
}

// prefixEnd is the first term after all that begin with prefix; nil when there is none.
func prefixEnd(prefix string) []byte {
	end := []byte(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}
