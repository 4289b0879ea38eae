package alert

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"rostrum/internal/fault"
)

// What a message is.
const (
	whyAlert     = "alert"     // one alert
	whyDigest    = "digest"    // what fired since the digest before
	whyFlood     = "flood"     // what fired past the bound of an hour
	whyHeartbeat = "heartbeat" // nothing fired, and this is how far that can be trusted
	whyProblem   = "problem"   // a saved query can't be matched any more
	whyTest      = "test"
)

// maxListed bounds the alerts that a message lists. It counts the others and links to them.
const maxListed = 100

// letter is what a message says, before it is made a mail or the body of a webhook.
type letter struct {
	id, why, to string
	rate        string
	at          time.Time
	from, until time.Time
	zone        *time.Location
	queries     []Part
	alerts      []*Alert // at most maxListed
	total       int
	coverage    *Coverage
	unsubscribe string // for mail: the link of List-Unsubscribe
	public      string
}

// Part is a saved query in a message of several alerts.
type Part struct {
	Ref
	Count   int    `json:"count" doc:"its alerts in this message"`
	Link    string `json:"link" doc:"a page with exactly these"`
	Problem string `json:"problem,omitempty" doc:"why it can't be matched any more"`
}

// gathered is the body of a webhook that tells of several alerts, or of none.
type gathered struct {
	Rate     string    `json:"rate"`
	Zone     string    `json:"zone"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Total    int       `json:"total"`
	Queries  []Part    `json:"saved_queries"`
	Alerts   []*Alert  `json:"alerts" doc:"the first 100"`
	Coverage *Coverage `json:"coverage,omitempty"`
}

// body makes the letter a webhook's body.
func (l *letter) body() ([]byte, error) {
	if l.why == whyAlert {
		return l.alerts[0].body()
	}
	var data any = gathered{Rate: l.rate, Zone: l.zone.String(), From: l.from.UTC(), Until: l.until.UTC(), Total: l.total, Queries: l.queries,
		Alerts: append([]*Alert{}, l.alerts...), Coverage: l.coverage}
	if l.why == whyTest {
		data = map[string]any{"saved_query": l.queries[0].Ref, "message": testWords(l.queries[0].Name)}
	}
	b, err := json.Marshal(event{Type: l.why, Timestamp: l.at.UTC(), Data: data})
	return b, fault.As(fault.Internal, err)
}

func testWords(name string) string {
	return "A test of the saved query " + name + ". No statement fired."
}

// messageLink leads to the alerts of a saved query that went into one message.
func (s *Service) messageLink(saved, message string) string {
	return s.o.Public() + "/saved/" + url.PathEscape(saved) + "?message=" + url.QueryEscape(message)
}

func (s *Service) savedLink(saved string) string {
	return s.o.Public() + "/saved/" + url.PathEscape(saved)
}

// letterOfOne makes a letter of one alert.
func (s *Service) letterOfOne(r *record, a *Alert) *letter {
	return &letter{id: a.ID, why: whyAlert, rate: r.Saved.Rate, at: s.o.Now(), zone: r.Saved.zone(), total: 1, alerts: []*Alert{a}, public: s.o.Public(),
		queries: []Part{{Ref: a.Saved, Count: 1, Link: s.savedLink(r.Saved.ID)}}}
}

// letterOf makes a letter of a bundle. Parts whose channel wants nothing any more are left out.
func (s *Service) letterOf(ctx context.Context, b *bundle) (*letter, error) {
	l := &letter{id: b.ID, why: b.Why, to: b.To, rate: b.Rate, at: s.o.Now(), from: b.From, until: b.Until, zone: b.zone(), public: s.o.Public(), queries: []Part{}}
	for i := range b.Parts {
		p := &b.Parts[i]
		r := s.book.record(p.Saved)
		if r == nil || !r.wants(p.Channel) {
			continue
		}
		l.queries = append(l.queries, Part{Ref: Ref{ID: p.Saved, Name: r.Saved.Name, Query: r.Saved.Parsed}, Count: len(p.Alerts),
			Link: s.messageLink(p.Saved, b.ID), Problem: s.book.problem(p.Saved)})
		l.total += len(p.Alerts)
		for _, item := range p.Alerts {
			if len(l.alerts) == maxListed {
				break
			}
			a, err := s.alert(ctx, item.Seq)
			if kind := fault.KindOf(err); kind == fault.NotFound || kind == fault.Poison {
				continue // it is not kept any more
			}
			if err != nil {
				return nil, err
			}
			l.alerts = append(l.alerts, a)
		}
	}
	if b.Why != whyProblem {
		l.coverage = s.coverage(ctx, b.From)
	}
	return l, nil
}

// wants says whether a channel of the record is there and takes messages.
func (r *record) wants(channel int) bool {
	c := r.channel(channel)
	return c != nil && c.Disabled == ""
}
