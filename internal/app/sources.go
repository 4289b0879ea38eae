package app

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"rostrum/crawler"
	"rostrum/internal/bus"
	"rostrum/search"
)

// silentAfter is how many of its own intervals a source may bring nothing new before it is called silent; at least silentAtLeast.
const (
	silentAfter   = 200
	silentAtLeast = 30 * 24 * time.Hour
)

// sourceStates tells how the sources are doing, from what the crawlers recorded and what waits on the bus.
type sourceStates struct {
	app *App
	now func() time.Time
}

// Sources gives every configured source, in the order of the configuration.
func (s sourceStates) Sources(ctx context.Context) ([]search.SourceState, error) {
	var ids []string
	for _, p := range s.app.cfg.Processes {
		for _, source := range p.Sources {
			ids = append(ids, source.ID)
		}
	}
	healths, err := crawler.ReadHealth(ctx, fetchState{s.app.bus.Bucket(bus.FetchState)}, ids...)
	if err != nil {
		return nil, err
	}
	pending, err := s.app.bus.PendingBySource(ctx, ids)
	if err != nil {
		return nil, err
	}
	quarantined, err := s.quarantined(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]search.SourceState, 0, len(ids))
	for _, p := range s.app.cfg.Processes {
		for _, source := range p.Sources {
			h := healths[len(out)]
			shown := search.SourceState{ID: source.ID, Name: source.Name, Type: source.Type, URL: source.URL, Issuer: source.Issuer, Enabled: source.Enabled,
				LastFetch: past(h.LastFetch), LastSuccess: past(h.LastSuccess), LastNew: past(h.LastNew), NextFetch: past(h.NextFetch),
				Pages: h.PagesKnown, Failed: h.PagesFailed, Waiting: h.PagesWaiting, Pending: pending[source.ID], FirstPass: !h.FirstPass.IsZero(), Failures: h.Failures}
			shown.State = stateOf(source.Enabled, source.Every, h, s.now())
			shown.Reason = reasonOf(h, quarantined[source.ID])
			out = append(out, shown)
		}
	}
	return out, nil
}

func past(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func stateOf(enabled bool, every time.Duration, h crawler.SourceHealth, now time.Time) string {
	switch {
	case !enabled:
		return "off"
	case h.Error != "":
		return "failing"
	case h.LastSuccess.IsZero():
		return "new"
	case !h.LastNew.IsZero() && now.Sub(h.LastNew) > max(silentAfter*every, silentAtLeast):
		return "silent"
	}
	return "fresh"
}

// reasonOf joins what a reader should know: why the address fails, which pages failed or could not be read, who is waited for, which
// bounds were hit.
func reasonOf(h crawler.SourceHealth, quarantined string) string {
	lines := []string{}
	for _, line := range []string{h.Error, h.Pages, quarantined, h.NoIndex, h.Same} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	lines = append(append(append(lines, h.Waiting...), h.Bounds...), h.Notes...)
	return strings.Join(lines, "; ")
}

// quarantined says of each source how many of its captures wait in quarantine, and why the latest does.
func (s sourceStates) quarantined(ctx context.Context) (map[string]string, error) {
	entries, _, err := s.app.bus.Quarantine().List(ctx, 0, bus.MaxQuarantinePage)
	if err != nil {
		return nil, err
	}
	counts, lines := map[string]int{}, map[string]string{}
	for _, e := range entries {
		counts[e.Source]++
		lines[e.Source] = fmt.Sprintf("%d captures in quarantine, such as %s: %s", counts[e.Source], e.URL, e.Reason)
	}
	return lines, nil
}

// recently gives what another tells, at most so old: pages ask for the state of the sources with each view.
type recently struct {
	of  search.Sources
	age time.Duration

	mu   sync.Mutex
	at   time.Time
	last []search.SourceState
}

// Sources gives the states of a moment ago.
func (r *recently) Sources(ctx context.Context) ([]search.SourceState, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.at) <= r.age {
		return r.last, nil
	}
	states, err := r.of.Sources(ctx)
	if err != nil {
		return nil, err
	}
	r.at, r.last = time.Now(), states
	return states, nil
}
