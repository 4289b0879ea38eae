package blevestore

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"golang.org/x/sync/errgroup"

	"rostrum/indexer"
	"rostrum/indexer/copies"
	"rostrum/internal/statement"
)

const (
	// commonKey is from how many statements on a key tells little: such keys are looked at only where rarer ones found nothing, and then their first
	// manyCarriers statements.
	commonKey    = 64
	manyCarriers = 1024
)

// placed is what is stored of a statement beside its fingerprint.
type placed struct {
	Group    string    `json:"g"`
	Since    string    `json:"s,omitempty"`
	Said     time.Time `json:"t"`
	Language string    `json:"l"`
	Merged   []string  `json:"m,omitempty"`
}

// copiesFields are the fields by which copies find a statement, and what its group adds to it.
func copiesFields(doc *document, s *statement.Statement, c *indexer.Copies) error {
	if c == nil {
		return nil
	}
	if c.Print != nil {
		meta, err := json.Marshal(placed{s.Group, c.Since, s.Time(), s.Language, c.Merged})
		if err != nil {
			return fmt.Errorf("encode place of %s: %w", s.ID, err)
		}
		body := binary.AppendUvarint(nil, uint64(len(meta)))
		doc.fields = append(doc.fields, storedField(storedPrint, c.Print.Append(append(body, meta...))))
		doc.keyword(fieldKey, c.Print.Keys()...)
	}
	if c.Other {
		doc.keyword(fieldBehind, s.Group)
		return nil
	}
	doc.keyword(fieldMerged, c.Merged...)
	if c.Union != nil {
		doc.keyword(fieldAhead, s.Group)
		doc.addUnion(s, c.Union)
	}
	return nil
}

// addUnion adds the values that other members have and the lead has not.
func (d *document) addUnion(own, union *statement.Statement) {
	mine, all := actorValues(own), actorValues(union)
	mine[fieldTopic], all[fieldTopic] = own.Topics, union.Topics
	mine[fieldSource], all[fieldSource] = []string{own.Source}, union.Sources
	for field, values := range all {
		more := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return slices.Contains(mine[field], v) })
		d.keyword(unionPrefix+field, more...)
	}
}

// Candidates gives statements that may be copies, by the keys that they share.
func (s *Store) Candidates(ctx context.Context, of []*copies.Fingerprint, skip []string) ([][]copies.Statement, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.close()
	found := make([][]copies.Statement, len(of))
	workers := min(len(of), runtime.GOMAXPROCS(0))
	group, ctx := errgroup.WithContext(ctx)
	for w := range workers {
		group.Go(func() error {
			l, err := newLookup(snap)
			for i := w; i < len(of) && err == nil; i += workers {
				if err = ctx.Err(); err == nil {
					found[i], err = l.candidates(of[i].Sought(), skip[i])
				}
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("look up copies: %w", ended(err))
	}
	return found, nil
}

// lookup looks keys up in one snapshot, for one goroutine.
type lookup struct {
	parts   []*part
	filters []*keyFilter
	dicts   []segment.TermDictionary
	lists   []segment.PostingsList // to be used again, as all that follows
	its     []segment.PostingsIterator
	hits    []hit // of all keys looked up so far
	tally   []shares
	named   []named
}

// carrier is a document that has a key.
type carrier struct{ part, doc uint32 }

// hit is a carrier of one key, so that carriers sort as hits do: part, document, and whether the key is the signatories' in the lowest bit.
type hit uint64

func hitOf(part int, doc uint64, sign bool) hit {
	h := hit(part)<<33 | hit(doc)<<1
	if sign {
		h |= 1
	}
	return h
}

func (h hit) carrier() carrier { return carrier{uint32(h >> 33), uint32(h >> 1)} }

// shares counts the keys that a carrier shares, of the text and of the signatories.
type shares struct {
	carrier
	text, sign int
}

func newLookup(snap *snapshot) (*lookup, error) {
	l := &lookup{parts: snap.parts, lists: make([]segment.PostingsList, len(snap.parts)), its: make([]segment.PostingsIterator, len(snap.parts))}
	for _, p := range snap.parts {
		dict, err := p.Dictionary(fieldKey)
		if err != nil {
			return nil, fmt.Errorf("read dictionary %s: %w", fieldKey, err)
		}
		filter, err := p.keysNow()
		if err != nil {
			return nil, err
		}
		l.dicts, l.filters = append(l.dicts, dict), append(l.filters, filter)
	}
	return l, nil
}

// candidates gives those that share most of the text, and beside them those that share signatories and the least text.
func (l *lookup) candidates(keys []string, skip string) ([]copies.Statement, error) {
	l.hits = l.hits[:0]
	var common []string
	for _, k := range keys {
		rare, err := l.carriers(k, commonKey)
		if err != nil {
			return nil, err
		}
		if !rare {
			common = append(common, k)
		}
	}
	if len(l.hits) == 0 {
		for _, k := range common {
			if _, err := l.carriers(k, 0); err != nil {
				return nil, err
			}
		}
	}
	if len(l.hits) == 0 {
		return nil, nil
	}
	l.count()
	text, err := l.best(skip, copies.MaxCandidates*3/4, func(a, b *shares) int { return b.text - a.text }, func(s *shares) bool { return s.text > 0 })
	if err != nil {
		return nil, err
	}
	text = slices.Clone(text)
	sign, err := l.best(skip, copies.MaxCandidates/4, func(a, b *shares) int { return cmp.Or(b.sign-a.sign, a.text-b.text) }, func(s *shares) bool { return s.sign > 0 })
	if err != nil {
		return nil, err
	}
	for _, c := range sign {
		if !slices.ContainsFunc(text, func(n named) bool { return n.carrier == c.carrier }) {
			text = append(text, c)
		}
	}
	return l.load(text)
}

// carriers adds live documents that have a key to the hits, the first manyCarriers; none where more have it than the bound, if there is one.
func (l *lookup) carriers(key string, bound uint64) (within bool, err error) {
	total, before, sign := uint64(0), len(l.hits), copies.LanguageKey(key)
	for i, dict := range l.dicts {
		if !l.filters[i].may(key) {
			continue
		}
		list, err := dict.PostingsList([]byte(key), l.parts[i].deleted, l.lists[i])
		if err != nil {
			return false, fmt.Errorf("read postings of a key: %w", err)
		}
		l.lists[i] = list
		n := list.Count()
		if n == 0 {
			continue
		}
		if total += n; bound > 0 && total > bound {
			l.hits = l.hits[:before]
			return false, nil
		}
		l.its[i] = list.Iterator(false, false, false, l.its[i])
		for posting, err := l.its[i].Next(); posting != nil || err != nil; posting, err = l.its[i].Next() {
			if err != nil {
				return false, fmt.Errorf("read postings of a key: %w", err)
			}
			if len(l.hits)-before == manyCarriers {
				return true, nil
			}
			l.hits = append(l.hits, hitOf(i, posting.Number(), sign))
		}
	}
	return true, nil
}

// count tallies the hits by carrier.
func (l *lookup) count() {
	slices.Sort(l.hits)
	l.tally = l.tally[:0]
	for _, h := range l.hits {
		c := h.carrier()
		if n := len(l.tally); n == 0 || l.tally[n-1].carrier != c {
			l.tally = append(l.tally, shares{carrier: c})
		}
		if s := &l.tally[len(l.tally)-1]; h&1 == 1 {
			s.sign++
		} else {
			s.text++
		}
	}
}

// named is a carrier with its id.
type named struct {
	*shares
	id string
}

// best gives the first carriers in an order, ties by id; ids are read only where they decide or are given. The result holds until the next call.
func (l *lookup) best(skip string, limit int, order func(a, b *shares) int, wanted func(*shares) bool) ([]named, error) {
	all := l.named[:0]
	for i := range l.tally {
		if s := &l.tally[i]; wanted(s) {
			all = append(all, named{shares: s})
		}
	}
	l.named = all
	slices.SortFunc(all, func(a, b named) int { return order(a.shares, b.shares) })
	limit++ // the one to be skipped may be among them
	if len(all) > limit {
		last := all[limit-1].shares
		end := limit
		for end < len(all) && order(last, all[end].shares) == 0 {
			end++
		}
		all = all[:end]
	}
	for i := range all {
		id, err := l.parts[all[i].part].DocID(uint64(all[i].doc))
		if err != nil {
			return nil, fmt.Errorf("read id: %w", err)
		}
		all[i].id = string(id)
	}
	all = slices.DeleteFunc(all, func(n named) bool { return n.id == skip })
	slices.SortFunc(all, func(a, b named) int { return cmp.Or(order(a.shares, b.shares), strings.Compare(a.id, b.id)) })
	return all[:min(len(all), limit-1)], nil
}

func (l *lookup) load(of []named) ([]copies.Statement, error) {
	found := make([]copies.Statement, 0, len(of))
	for _, n := range of {
		st, _, err := loadPlaced(l.parts[n.part], n.doc)
		if err != nil {
			return nil, err
		}
		st.ID = n.id
		found = append(found, st)
	}
	return found, nil
}

// loadPlaced reads what is stored of a statement for its copies.
func loadPlaced(seg segment.Segment, doc uint32) (st copies.Statement, of placed, err error) {
	visit := func(name string, _ byte, value []byte, _ []uint64) bool {
		if name != storedPrint || err != nil {
			return true
		}
		n, size := binary.Uvarint(value)
		if size <= 0 || n > uint64(len(value)-size) {
			err = fmt.Errorf("decode place: %d bytes are none", len(value))
			return true
		}
		if err = json.Unmarshal(value[size:size+int(n)], &of); err == nil {
			st.Print, err = copies.Decode(value[size+int(n):])
		}
		return true
	}
	if failed := seg.VisitStoredFields(uint64(doc), visit); failed != nil {
		return st, of, fmt.Errorf("read stored fields: %w", failed)
	}
	st.Group, st.Said, st.Language = of.Group, of.Said, of.Language
	return st, of, err
}

// Groups gives groups by id, with their members; for one that became part of another, that one.
func (s *Store) Groups(ctx context.Context, ids []string) (map[string]copies.Group, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.close()
	found := make(map[string]copies.Group, len(ids))
	for _, id := range ids {
		g, err := snap.group(ctx, id)
		if err == nil && len(g.Members) == 0 {
			var into string
			if into, err = snap.mergedInto(ctx, id); err == nil && into != "" {
				g, err = snap.group(ctx, into)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("read group %s: %w", id, ended(err))
		}
		if len(g.Members) > 0 {
			found[id] = g
		}
	}
	return found, nil
}

func (s *snapshot) group(ctx context.Context, id string) (copies.Group, error) {
	g := copies.Group{ID: id, Said: map[string]time.Time{}}
	err := s.withTerm(ctx, fieldGroup, id, func(p *part, doc uint32) error {
		member, err := p.DocID(uint64(doc))
		if err != nil {
			return fmt.Errorf("read id: %w", err)
		}
		_, of, err := loadPlaced(p, doc)
		if err != nil {
			return err
		}
		g.Members = append(g.Members, string(member))
		g.Said[string(member)] = of.Said
		if g.Since == "" || of.Since != "" && of.Since < g.Since {
			g.Since = of.Since
		}
		g.Merged = append(g.Merged, of.Merged...)
		return nil
	})
	slices.Sort(g.Members)
	slices.Sort(g.Merged)
	g.Merged = slices.Compact(g.Merged)
	return g, err
}

// mergedInto gives the group that another became part of; empty where it did not.
func (s *snapshot) mergedInto(ctx context.Context, id string) (group string, err error) {
	err = s.withTerm(ctx, fieldMerged, id, func(p *part, doc uint32) error {
		_, of, err := loadPlaced(p, doc)
		group = of.Group
		return err
	})
	return group, err
}
