package blevestore

import (
	"container/list"
	"crypto/sha256"
	"fmt"
	"io"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// One page of the web asks for the same query several times: its results, its timeline, its copies; and the next page asks again. What a segment
// has of a query that took long to match is kept for a while. A segment never changes but for what is deleted from it, so this holds while others
// are written.

// keptKey is a query to one segment.
type keptKey struct {
	cache   *columnCache // of its generation
	segment uint64
	copies  bool
	plan    planName
}

// planName tells a plan from all others: its terms, not what was typed, for what a prefix or a group of actors stands for may change.
type planName [sha256.Size]byte

func nameOf(p plan) (name planName) {
	h := sha256.New()
	writeName(h, p)
	h.Sum(name[:0])
	return name
}

func writeName(w io.Writer, p plan) {
	kids := func(kind string, kids []plan) {
		fmt.Fprintf(w, "%s %d\n", kind, len(kids))
		for _, k := range kids {
			writeName(w, k)
		}
	}
	switch p := p.(type) {
	case allOf:
		kids("all", p.kids)
	case anyOf:
		kids("any", p.kids)
	case noneOf:
		kids("none", []plan{p.kid})
	case anyTerm:
		fmt.Fprintf(w, "%s %d\n", p.field, len(p.terms))
		for _, t := range p.terms {
			fmt.Fprintf(w, "%d %s\n", len(t), t)
		}
	case positionalPlan:
		fmt.Fprintln(w, p.key())
	default: // everything, nothing and periods say all in their fields
		fmt.Fprintf(w, "%T %v\n", p, p)
	}
}

// kept is what matched. It is shared: nobody changes it.
type kept struct {
	key     keptKey
	deleted uint64 // documents that were deleted then: another number is another state
	matched *roaring.Bitmap
	behind  map[string]bool
	tallies map[string]tally
	bytes   int
}

// keeper keeps what was used last, in so many bytes.
type keeper struct {
	most  int
	above int64 // work from which on something is kept

	mu    sync.Mutex
	bytes int
	by    map[keptKey]*list.Element
	used  list.List // of *kept, the last used in front
}

func (k *keeper) get(key keptKey, deleted uint64) *kept {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := k.by[key]
	if at == nil {
		return nil
	}
	found, _ := at.Value.(*kept)
	if found.deleted != deleted {
		return nil
	}
	k.used.MoveToFront(at)
	return found
}

func (k *keeper) put(e *kept) {
	e.bytes = int(e.matched.GetSizeInBytes()) + 64*len(e.behind) + 512
	for _, t := range e.tallies {
		e.bytes += 8 * len(t.docs)
	}
	if e.bytes > k.most/4 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by == nil {
		k.by = map[keptKey]*list.Element{}
	}
	if old := k.by[e.key]; old != nil {
		k.drop(old)
	}
	k.by[e.key] = k.used.PushFront(e)
	for k.bytes += e.bytes; k.bytes > k.most; {
		k.drop(k.used.Back())
	}
}

func (k *keeper) drop(at *list.Element) {
	old, _ := k.used.Remove(at).(*kept)
	k.bytes -= old.bytes
	delete(k.by, old.key)
}

// clear forgets everything.
func (k *keeper) clear() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.by, k.bytes = nil, 0
	k.used.Init()
}

// keptKey is that of a query to a part. Where no statement has copies, it is the same with copies as without.
func (s *snapshot) keptKey(p *part, name planName, copies bool) (keptKey, error) {
	key := keptKey{s.cache, p.id, copies, name}
	if !copies {
		return key, nil
	}
	heads, err := p.heads()
	if err != nil || len(heads) > 0 {
		return key, err
	}
	behind, err := p.behind()
	if err != nil || len(behind.docs) > 0 {
		return key, err
	}
	leads, err := p.whole(false)
	if err != nil {
		return key, err
	}
	all, err := p.whole(true)
	if err != nil {
		return key, err
	}
	key.copies = leads.GetCardinality() != all.GetCardinality()
	return key, nil
}

func (p *part) deletedCount() uint64 {
	if p.deleted == nil {
		return 0
	}
	return p.deleted.GetCardinality()
}
