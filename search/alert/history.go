package alert

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"rostrum/internal/fault"
)

// State is a value that a bucket had, and when it was written.
type State struct {
	At    time.Time
	Value []byte
}

// Edit is a saved query as it was from a moment on.
type Edit struct {
	At      time.Time `json:"at"`
	Changed []string  `json:"changed" doc:"what differs from the edit before: names of fields; of channels what became of each"`
	Saved   Saved     `json:"saved_query" doc:"as it was from then on, without secrets"`
}

// History gives the latest edits of a saved query of owner (empty: anybody's), oldest first: as many as the bucket keeps, ten on NATS. The
// first of them has "created" as what changed, or nothing where what was before it is kept no more.
func (s *Service) History(ctx context.Context, owner, id string) ([]Edit, error) {
	if _, err := s.owned(owner, id); err != nil {
		return nil, err
	}
	edits := []Edit{}
	if s.o.History == nil {
		return edits, nil
	}
	states, err := s.o.History(ctx, id)
	if err != nil {
		return nil, err
	}
	var before *record
	for _, state := range states {
		r := &record{}
		if err := json.Unmarshal(state.Value, r); err != nil {
			return nil, fault.Newf(fault.Internal, "decode an edit of saved query %s: %w", id, err)
		}
		changed := []string{}
		switch {
		case before != nil:
			changed = before.differs(r)
		case r.Saved.Updated.Equal(r.Saved.Created):
			changed = append(changed, "created")
		}
		if before == nil || len(changed) > 0 { // else it is about what nobody sees
			edits = append(edits, Edit{At: state.At.UTC(), Changed: changed, Saved: s.past(r)})
		}
		before = r
	}
	return edits, nil
}

// past is a record of some time ago as its owner sees it.
func (s *Service) past(r *record) Saved {
	v := s.shown(r, noChannel)
	v.Problem, v.Dear = "", false // these are about now
	return v
}

// differs says what its owner sees changed in a later state of a record.
func (r *record) differs(later *record) []string {
	changed := []string{}
	a, b := &r.Saved, &later.Saved
	for _, f := range []struct {
		name string
		same bool
	}{{"name", a.Name == b.Name}, {"query", a.Query == b.Query}, {"rate", a.Rate == b.Rate}, {"zone", a.Zone == b.Zone}, {"digest_at", cmp.Or(a.DigestAt, digestAt) == cmp.Or(b.DigestAt, digestAt)},
		{"include_backfill", a.IncludeBackfill == b.IncludeBackfill}, {"include_revisions", a.IncludeRevisions == b.IncludeRevisions},
		{"min_change", a.MinChange == b.MinChange}, {"paused", a.Paused == b.Paused}} {
		if !f.same {
			changed = append(changed, f.name)
		}
	}
	for _, c := range b.Channels {
		before := r.channel(c.ID)
		switch {
		case before == nil:
			changed = append(changed, fmt.Sprintf("%s %d added", c.Type, c.ID))
		case before.Disabled == "" && c.Disabled != "":
			changed = append(changed, fmt.Sprintf("%s %d switched off", c.Type, c.ID))
		case before.Disabled != "" && c.Disabled == "":
			changed = append(changed, fmt.Sprintf("%s %d switched on", c.Type, c.ID))
		case r.Secrets[c.ID] != later.Secrets[c.ID]:
			changed = append(changed, fmt.Sprintf("%s %d got another secret", c.Type, c.ID))
		}
	}
	for _, c := range a.Channels {
		if !slices.ContainsFunc(b.Channels, func(x Channel) bool { return x.ID == c.ID }) {
			changed = append(changed, fmt.Sprintf("%s %d removed", c.Type, c.ID))
		}
	}
	return changed
}
