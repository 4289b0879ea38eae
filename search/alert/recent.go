package alert

import (
	"context"
	"slices"
	"sync"
	"time"

	"rostrum/internal/fault"
)

// recent knows where the alerts of saved queries stand in the log, of those that were asked for.
type recent struct {
	mu    sync.Mutex
	seqs  map[string][]uint64  // by saved query, oldest first
	times map[uint64]time.Time // by sequence, when it fired: of some
}

// maxTimes bounds how many moments are remembered.
const maxTimes = 100_000

func newRecent() *recent { return &recent{seqs: map[string][]uint64{}, times: map[uint64]time.Time{}} }

// note adds an alert that the log brought.
func (r *recent) note(saved string, seq uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.seqs[saved]; ok && (len(known) == 0 || known[len(known)-1] < seq) {
		r.seqs[saved] = append(known, seq)
	}
}

// of gives where the alerts of a saved query stand. The first time it reads the log, and holds up note so long.
func (r *recent) of(ctx context.Context, log LogReader, saved string) ([]uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.seqs[saved]; ok {
		return slices.Clone(known), nil
	}
	seqs, err := log.Sequences(ctx, saved)
	if err == nil {
		r.seqs[saved] = slices.Clone(seqs)
	}
	return seqs, err
}

func (r *recent) drop(saved string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seqs, saved)
}

// Inbox gives a page of the alerts of all saved queries of owner (empty: everybody's), the latest first, before a sequence (0: the latest). A
// page has a few more than limit where else one statement's alerts would stand on two.
func (s *Service) Inbox(ctx context.Context, owner string, limit int, before uint64) (alerts []Alert, next uint64, err error) {
	if before == 0 {
		before = ^uint64(0)
	}
	var seqs []uint64
	for _, r := range s.book.all(func(r *record) bool { return owner == "" || r.Saved.Owner == owner }) {
		of, err := s.recent.of(ctx, s.o.Alerts, r.Saved.ID)
		if err != nil {
			return nil, 0, err
		}
		at, _ := slices.BinarySearch(of, before)
		seqs = append(seqs, of[max(0, at-limit-1):at]...)
	}
	slices.Sort(seqs)
	seen := map[string]bool{}
	for i := len(seqs) - 1; i >= 0; i-- {
		a, err := s.alert(ctx, seqs[i])
		if fault.KindOf(err) == fault.NotFound || err == nil && seen[a.ID] {
			continue // it went of age meanwhile, or was appended twice
		}
		if err != nil {
			return nil, 0, err
		}
		if n := len(alerts); n > 0 && n >= limit && !a.together(&alerts[n-1]) {
			return alerts, seqs[i] + 1, nil
		}
		seen[a.ID] = true
		alerts = append(alerts, *a)
	}
	return alerts, 0, nil
}

// together says whether two alerts tell of the same state of a statement.
func (a *Alert) together(b *Alert) bool {
	return a.Statement.Group == b.Statement.Group && a.Statement.Capture == b.Statement.Capture
}

// maxActivity bounds the alerts that are read for one Activity.
const maxActivity = 300

// Activity is how often a saved query fired in each of the last weeks, the latest last, and when it fired last.
type Activity struct {
	Weeks []int
	Last  *time.Time
	More  bool // it fired too often to be counted: the weeks are a part
}

// Activity counts the latest alerts of a saved query of owner (empty: anybody's) by week.
func (s *Service) Activity(ctx context.Context, owner, id string, weeks int) (Activity, error) {
	act := Activity{Weeks: make([]int, weeks)}
	if _, err := s.owned(owner, id); err != nil {
		return act, err
	}
	seqs, err := s.recent.of(ctx, s.o.Alerts, id)
	if err != nil {
		return act, err
	}
	now := s.o.Now()
	for i := len(seqs) - 1; i >= 0; i-- {
		if len(seqs)-i > maxActivity {
			act.More = true
			break
		}
		at, err := s.firedAt(ctx, seqs[i])
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return act, err
		}
		if act.Last == nil {
			act.Last = &at
		}
		week := weeks - 1 - int(now.Sub(at)/(7*24*time.Hour))
		if week < 0 {
			break
		}
		act.Weeks[min(week, weeks-1)]++
	}
	return act, nil
}

// firedAt says when the alert of a sequence fired.
func (s *Service) firedAt(ctx context.Context, seq uint64) (time.Time, error) {
	s.recent.mu.Lock()
	at, ok := s.recent.times[seq]
	s.recent.mu.Unlock()
	if ok {
		return at, nil
	}
	a, err := s.alert(ctx, seq)
	if err != nil {
		return time.Time{}, err
	}
	s.recent.mu.Lock()
	if len(s.recent.times) >= maxTimes {
		clear(s.recent.times)
	}
	s.recent.times[seq] = a.At
	s.recent.mu.Unlock()
	return a.At, nil
}
