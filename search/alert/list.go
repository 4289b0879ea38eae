package alert

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"rostrum/internal/fault"
	"rostrum/search/percolate"
)

// load reads what was saved. A query that can't be read any more stays, and says why.
func (s *Service) load(ctx context.Context) error {
	queries, broken := compiled{}, map[string]string{}
	records, err := s.readSaved(ctx)
	if err != nil {
		return err
	}
	p, err := s.readPlaces(ctx)
	if err != nil {
		return err
	}
	if p, err = s.rebase(ctx, records, p); err != nil {
		return err
	}
	s.courier.sent = p.sent
	s.matched.Store(p.matched)
	for _, r := range records {
		s.recompile(ctx, r, queries, broken)
	}
	s.wakeScan()
	return s.book.load(records, queries, broken)
}

// readSaved reads what the bus keeps, and has the copy hold the same.
func (s *Service) readSaved(ctx context.Context) (records []*record, err error) {
	var bad []int
	if s.mirror, bad, err = readMirror(s.o.Mirror); err != nil {
		return nil, err
	}
	if len(bad) > 0 {
		s.log.Error("lines of the copy of the saved queries can't be read, and are left out", "file", s.o.Mirror, "lines", bad[:min(len(bad), 10)], "of", len(bad))
	}
	there := map[string][]byte{}
	err = s.o.Saved.List(ctx, func(key string, value []byte, _ uint64) error {
		r, err := decodeRecord(key, value)
		if err == nil {
			records = append(records, r)
		}
		if err == nil || s.mirror.kept[key] == nil {
			there[key] = bytes.Clone(value)
		}
		if err != nil {
			s.log.Error("a saved query on the bus can't be read; without a copy it stays as it is, and does not fire", "saved", key, "copy", s.mirror.kept[key] != nil, "error", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	back, err := s.putBack(ctx, there)
	if err != nil {
		return nil, err
	}
	for id, value := range there {
		if !json.Valid(value) {
			delete(there, id)
		}
	}
	return append(records, back...), s.mirror.begin(there)
}

func (s *Service) recompile(ctx context.Context, r *record, queries compiled, broken map[string]string) {
	for _, p := range append(slices.Clone(r.Periods), period{Query: r.Saved.Query}) {
		if queries[p.Query] != nil {
			continue
		}
		c, err := s.o.Compiler.Compile(ctx, p.Query)
		if err != nil {
			broken[r.Saved.ID] = err.Error()
			s.log.Warn("a saved query can't be matched any more; it waits for its owner's edit", "saved", r.Saved.ID, "error", err)
			continue
		}
		queries[p.Query] = c.Node
	}
	if node := queries[r.Saved.Query]; node != nil {
		r.dear = percolate.IsDear(node, s.o.Members)
	}
}

// owned gives the record of an owner (empty: anybody's).
func (s *Service) owned(owner, id string) (*record, error) {
	r := s.book.record(id)
	if r == nil || owner != "" && r.Saved.Owner != owner {
		return nil, fault.New(fault.NotFound, "there is no saved query "+id, "`rostrum saved list` lists those there are")
	}
	return r, nil
}

func noChannel(*Channel) bool { return false }

// shown is a record as its owner sees it, with the secrets of those channels that are fresh.
func (s *Service) shown(r *record, fresh func(*Channel) bool) Saved {
	v := r.Saved
	v.Feed = s.o.Public() + "/feeds/" + r.FeedSecret + ".atom"
	v.Problem = s.book.problem(v.ID)
	v.Zone, v.DigestAt = cmp.Or(v.Zone, "UTC"), cmp.Or(v.DigestAt, digestAt)
	v.Dear = r.dear
	v.Channels = make([]Channel, 0, len(r.Saved.Channels))
	for _, c := range r.Saved.Channels {
		c.Secret = ""
		if c.Type == Webhook && fresh(&c) {
			c.Secret = r.Secrets[c.ID]
		}
		v.Channels = append(v.Channels, c)
	}
	return v
}

// List gives the saved queries of owner (empty: everybody's), by name.
func (s *Service) List(owner string) []Saved {
	records := s.book.all(func(r *record) bool { return owner == "" || r.Saved.Owner == owner })
	slices.SortFunc(records, func(a, b *record) int {
		if c := strings.Compare(strings.ToLower(a.Saved.Name), strings.ToLower(b.Saved.Name)); c != 0 {
			return c
		}
		return byID(a, b)
	})
	list := make([]Saved, 0, len(records))
	for _, r := range records {
		list = append(list, s.shown(r, noChannel))
	}
	return list
}

// Get gives a saved query of owner (empty: anybody's); fault.NotFound for one that is not there or somebody else's.
func (s *Service) Get(owner, id string) (Saved, error) {
	r, err := s.owned(owner, id)
	if err != nil {
		return Saved{}, err
	}
	return s.shown(r, noChannel), nil
}

// Told is an alert, and what became of its deliveries.
type Told struct {
	Alert
	Deliveries []Delivery `json:"deliveries"`
}

// Page is one page of a saved query's alerts, the latest first. Next is empty at the end. Total counts those that are kept.
type Page struct {
	Total  int    `json:"total"`
	Alerts []Told `json:"alerts"`
	Next   string `json:"next_cursor,omitempty"`
}

// placeOf reads a cursor; without one it is the end of the log.
func placeOf(cursor string) (before uint64, err error) {
	if cursor == "" {
		return ^uint64(0), nil
	}
	if before, err = strconv.ParseUint(cursor, 10, 64); err != nil {
		return 0, invalid("cursor", "the cursor is none of this list", "use next_cursor of the page before")
	}
	return before, nil
}

// Alerts gives a page of the alerts of a saved query of owner (empty: anybody's), after a cursor of the page before.
func (s *Service) Alerts(ctx context.Context, owner, id string, limit int, cursor string) (Page, error) {
	r, err := s.owned(owner, id)
	if err != nil {
		return Page{}, err
	}
	before, err := placeOf(cursor)
	if err != nil {
		return Page{}, err
	}
	seqs, err := s.o.Alerts.Sequences(ctx, id)
	if err != nil {
		return Page{}, err
	}
	return s.page(ctx, r, seqs, limit, before)
}

// InMessage is Alerts, of those that came together in one message. fault.NotFound for a message that has none of the saved query.
func (s *Service) InMessage(ctx context.Context, owner, id, message string, limit int, cursor string) (Page, error) {
	r, err := s.owned(owner, id)
	if err != nil {
		return Page{}, err
	}
	before, err := placeOf(cursor)
	if err != nil {
		return Page{}, err
	}
	b, err := s.bundleOf(ctx, message)
	if err != nil {
		return Page{}, err
	}
	var seqs []uint64
	for _, p := range b.Parts {
		if p.Saved != id {
			continue
		}
		for _, i := range p.Alerts {
			seqs = append(seqs, i.Seq)
		}
	}
	if len(seqs) == 0 {
		return Page{}, fault.New(fault.NotFound, "the message has no alert of this saved query", "it may tell of others")
	}
	slices.Sort(seqs)
	return s.page(ctx, r, seqs, limit, before)
}

// page reads the alerts of a record at some of seqs, the latest first.
func (s *Service) page(ctx context.Context, r *record, seqs []uint64, limit int, before uint64) (Page, error) {
	page := Page{Total: len(seqs), Alerts: []Told{}}
	seen, place := map[string]bool{}, s.courier.place()
	for i := len(seqs) - 1; i >= 0; i-- {
		if seqs[i] >= before {
			continue
		}
		if len(page.Alerts) == limit {
			page.Next = strconv.FormatUint(seqs[i+1], 10)
			break
		}
		a, err := s.alert(ctx, seqs[i])
		if fault.KindOf(err) == fault.NotFound || err == nil && seen[a.ID] {
			continue // it went of age meanwhile, or was appended twice
		}
		if err != nil {
			return Page{}, err
		}
		seen[a.ID] = true
		told := Told{Alert: *a, Deliveries: []Delivery{}}
		for _, c := range r.Saved.Channels {
			if !c.tells(a) {
				continue
			}
			d, err := s.delivery(ctx, seqs[i], a, &c)
			if err != nil {
				return Page{}, err
			}
			if due := s.courier.due(a.ID, c.ID); d.Next == nil && !due.IsZero() && !d.ended() {
				d.Next = &due
			}
			if d.Status == Waiting && seqs[i] <= place {
				d.Status = map[bool]string{true: Unknown, false: Disabled}[d.Tries == 0] // nothing waits any more
			}
			told.Deliveries = append(told.Deliveries, d)
		}
		page.Alerts = append(page.Alerts, told)
	}
	return page, nil
}

// alert reads an alert from the log, with links.
func (s *Service) alert(ctx context.Context, seq uint64) (*Alert, error) {
	data, err := s.o.Alerts.Get(ctx, seq)
	if err != nil {
		return nil, err
	}
	return s.decode(data)
}

func (s *Service) decode(data []byte) (*Alert, error) {
	a := &Alert{}
	if err := json.Unmarshal(data, a); err != nil {
		return nil, fault.Newf(fault.Poison, "decode alert: %w", err)
	}
	a.Statement.Link = s.o.Public() + "/statements/" + a.Statement.ID
	return a, nil
}
