package alert

import (
	"slices"
	"strings"
	"sync"

	"rostrum/search/percolate"
	"rostrum/search/query"
)

// book holds the saved queries, and has them matched. Queries that mean the same are matched once, under their canonical form.
type book struct {
	live *percolate.Live // what is held, and for moments what is about to be or was

	mu      sync.RWMutex
	claimed uint64              // the latest sequence that the matcher has begun
	records map[string]*record  // by saved query
	broken  map[string]string   // by saved query: why it can't be matched
	feeds   map[string]string   // saved query by the secret of its feed
	held    map[string]*held    // by canonical form
	placed  map[string][]string // by saved query: under which canonical forms it is held
}

// held is a query and who is told of it when.
type held struct {
	node  query.Node
	saved map[string][]period
}

func newBook(members percolate.Members, frequency func(string) float64) *book {
	return &book{live: percolate.NewLive(percolate.Options{Members: members, Frequency: frequency}), records: map[string]*record{}, broken: map[string]string{}, feeds: map[string]string{},
		held: map[string]*held{}, placed: map[string][]string{}}
}

// claim says that the matcher begins with a sequence: every query that is in force there is matched, since whatever is saved from now on
// begins after it.
func (b *book) claim(seq uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.claimed = max(b.claimed, seq)
}

// idle says whether nothing is in force.
func (b *book) idle() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.held) == 0
}

// inForce gives the query of a canonical form and the saved queries that it holds for at seq, in the order of their ids.
func (b *book) inForce(canonical string, seq uint64) (query.Node, []*record) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	h := b.held[canonical]
	if h == nil {
		return nil, nil
	}
	var records []*record
	for id, periods := range h.saved {
		if slices.ContainsFunc(periods, func(p period) bool { return p.holds(seq) }) {
			records = append(records, b.records[id])
		}
	}
	slices.SortFunc(records, byID)
	return h.node, records
}

func (b *book) record(id string) *record {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.records[id]
}

// problem says why a saved query can't be matched; "" when it can.
func (b *book) problem(id string) string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.broken[id]
}

// ofFeed gives the record whose feed has a secret; nil when there is none.
func (b *book) ofFeed(secret string) *record {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.records[b.feeds[secret]]
}

// count counts the records, and those of an owner.
func (b *book) count(owner string) (all, own int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, r := range b.records {
		if r.Saved.Owner == owner {
			own++
		}
	}
	return len(b.records), own
}

// all gives the records that keep wants, in no order.
func (b *book) all(keep func(*record) bool) []*record {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var records []*record
	for _, r := range b.records {
		if keep(r) {
			records = append(records, r)
		}
	}
	return records
}

// compiled is the queries of a record's periods by their text.
type compiled map[string]query.Node

// load takes in many records at once: those that were kept.
func (b *book) load(records []*record, queries compiled, broken map[string]string) error {
	if err := b.admit(queries); err != nil {
		return err
	}
	defer b.retire(queries.forms())
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range records {
		b.put(r, queries)
		if why := broken[r.Saved.ID]; why != "" {
			b.broken[r.Saved.ID] = why
		}
	}
	return nil
}

// install puts a record in the place of the one with its id. finish is given the sequence after which it holds: the matcher has begun
// with none that is later, and last or more have been announced. Calls come one at a time.
func (b *book) install(r *record, queries compiled, last uint64, finish func(from uint64)) error {
	if err := b.admit(queries); err != nil {
		return err
	}
	var dropped []string
	defer func() { b.retire(append(dropped, queries.forms()...)) }()
	b.mu.Lock()
	defer b.mu.Unlock()
	dropped = b.placed[r.Saved.ID]
	finish(max(last, b.claimed))
	b.put(r, queries)
	delete(b.broken, r.Saved.ID)
	return nil
}

// remove takes a record out.
func (b *book) remove(id string) {
	var dropped []string
	defer func() { b.retire(dropped) }()
	b.mu.Lock()
	defer b.mu.Unlock()
	dropped = b.placed[id]
	b.drop(id)
	delete(b.records, id)
	delete(b.broken, id)
}

// put needs the lock.
func (b *book) put(r *record, queries compiled) {
	id := r.Saved.ID
	b.drop(id)
	b.records[id] = r
	b.feeds[r.FeedSecret] = id
	for _, p := range r.Periods {
		node := queries[p.Query]
		if node == nil {
			continue
		}
		canonical := node.String()
		h := b.held[canonical]
		if h == nil {
			h = &held{node: node, saved: map[string][]period{}}
			b.held[canonical] = h
		}
		h.saved[id] = append(h.saved[id], p)
		b.placed[id] = append(b.placed[id], canonical)
	}
}

// drop takes out what a record has in force. It needs the lock.
func (b *book) drop(id string) {
	r := b.records[id]
	if r == nil {
		return
	}
	delete(b.feeds, r.FeedSecret)
	for _, canonical := range b.placed[id] {
		h := b.held[canonical]
		if h == nil {
			continue // it is placed there twice
		}
		if delete(h.saved, id); len(h.saved) == 0 {
			delete(b.held, canonical)
		}
	}
	delete(b.placed, id)
}

func byID(x, y *record) int { return strings.Compare(x.Saved.ID, y.Saved.ID) }

// swap puts a record in the place of the one with its id that is in force in the same periods.
func (b *book) swap(r *record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.records[r.Saved.ID] != nil {
		b.records[r.Saved.ID] = r
	}
}
