package alert

import (
	"maps"
	"slices"
	"time"
)

// The types of channel.
const (
	Webhook = "webhook" // posts to a URL
	Email   = "email"   // writes to an address
)

// Saved is a saved query as its owner sees it.
type Saved struct {
	ID               string    `json:"id"`
	Name             string    `json:"name"`
	Owner            string    `json:"owner"`
	Query            string    `json:"query" doc:"as typed"`
	Parsed           string    `json:"parsed" doc:"in its canonical form"`
	Rate             string    `json:"rate" enum:"immediate,hourly,daily,weekly"`
	Zone             string    `json:"zone" doc:"the time zone of its digests, as in Europe/Paris"`
	DigestAt         string    `json:"digest_at" doc:"when its daily and weekly digests are made, as in 07:00"`
	Channels         []Channel `json:"channels"`
	IncludeBackfill  bool      `json:"include_backfill"`
	IncludeRevisions bool      `json:"include_revisions"`
	MinChange        int       `json:"min_change" doc:"with include_revisions: least number of words that must have come or gone since it fired last"`
	Paused           bool      `json:"paused"`
	Feed             string    `json:"feed" doc:"address of its Atom feed: whoever knows it can read it"`
	Created          time.Time `json:"created"`
	Updated          time.Time `json:"updated"`
	Problem          string    `json:"problem,omitempty" doc:"why it can't be matched any more, and what to do"`
	Dear             bool      `json:"dear" doc:"no word or value must be there for it to match, so that every statement is looked at for it"`
}

// Channel is a way by which a saved query tells.
type Channel struct {
	ID       int       `json:"id"`
	Type     string    `json:"type" enum:"webhook,email"`
	URL      string    `json:"url,omitempty"`
	To       string    `json:"to,omitempty"`
	Secret   string    `json:"secret,omitempty" doc:"whsec_…, to check signatures with: shown once, in the answer that makes the channel"`
	Disabled string    `json:"disabled,omitempty" doc:"why nothing is sent to it any more; an edit that names the channel again enables it"`
	Created  time.Time `json:"created"`
}

// tells says whether an alert is for this channel: those that fired before it was there are not.
func (c *Channel) tells(a *Alert) bool { return !a.At.Before(c.Created) }

// Draft is a saved query before it is saved.
type Draft struct {
	Name             string
	Owner            string
	Query            string
	Rate             string // empty: Immediate
	Zone             string // empty: that of the owner's latest saved query, else UTC
	DigestAt         string // empty: 07:00
	Channels         []Channel
	IncludeBackfill  bool
	IncludeRevisions bool
	MinChange        int
	Paused           bool
}

// Change is an edit: what is nil stays.
type Change struct {
	Name             *string
	Query            *string
	Rate             *string
	Zone             *string
	DigestAt         *string
	Channels         *[]Channel // those of a type and address that are there already keep their id and secret
	IncludeBackfill  *bool
	IncludeRevisions *bool
	MinChange        *int
	Paused           *bool
}

const recordVersion = 1

// record is a saved query as it is kept. Nobody changes one that the book holds; an edit makes another.
type record struct {
	Version     int            `json:"v"`
	Saved       Saved          `json:"saved"` // without feed, secrets and problem
	FeedSecret  string         `json:"feed_secret"`
	Secrets     map[int]string `json:"secrets,omitempty"` // of channels: what webhooks are signed with, and links to unsubscribe
	Former      map[int]former `json:"former,omitempty"`  // secrets that were changed, by channel
	LastChannel int            `json:"last_channel"`
	Periods     []period       `json:"periods"`        // when it was in force with which query, oldest first
	Scan        bool           `json:"scan,omitempty"` // what is stored is still to be gone through
	Again       time.Time      `json:"again,omitzero"` // what was captured since is to be gone through again: the bus lost what was told of it
	dear        bool           // its query; found out anew whenever it is read
}

// period is a stretch of the log of statements in which a query is in force: From < sequence <= Until.
type period struct {
	Query string `json:"query"`
	From  uint64 `json:"from"`
	Until uint64 `json:"until,omitempty"` // 0: it is in force now
}

func (p *period) holds(seq uint64) bool { return p.From < seq && (p.Until == 0 || seq <= p.Until) }

func (r *record) clone() *record {
	c := *r
	c.Saved.Channels = slices.Clone(r.Saved.Channels)
	c.Periods = slices.Clone(r.Periods)
	c.Secrets = make(map[int]string, len(r.Secrets))
	maps.Copy(c.Secrets, r.Secrets)
	c.Former = maps.Clone(r.Former)
	return &c
}

// channel gives the channel of an id; nil for one that is not there any more.
func (r *record) channel(id int) *Channel {
	for i := range r.Saved.Channels {
		if r.Saved.Channels[i].ID == id {
			return &r.Saved.Channels[i]
		}
	}
	return nil
}

// begin puts the current query in force after seq, unless it is already.
func (r *record) begin(seq uint64) {
	if n := len(r.Periods); n > 0 && r.Periods[n-1].Until == 0 {
		if r.Periods[n-1].Query == r.Saved.Query {
			return
		}
		r.Periods[n-1].Until = seq
	}
	r.Periods = append(r.Periods, period{Query: r.Saved.Query, From: seq})
}

// end takes the query out of force after seq.
func (r *record) end(seq uint64) {
	if n := len(r.Periods); n > 0 && r.Periods[n-1].Until == 0 {
		r.Periods[n-1].Until = seq
	}
}

// forget drops the periods that end by seq: everything up to it is matched.
func (r *record) forget(seq uint64) {
	r.Periods = slices.DeleteFunc(r.Periods, func(p period) bool { return p.Until > 0 && (p.Until <= seq || p.Until <= p.From) })
}
