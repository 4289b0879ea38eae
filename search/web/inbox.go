package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum/search"
	"rostrum/search/alert"
)

// maxTogether is how many alerts of one message are shown on a page.
const maxTogether = 100

// active tells of a saved query in the list how often it fired in each of the last weeks, and when last.
func (p *pages) active(r *http.Request, item *savedItem) {
	act, err := p.Alerts.Activity(r.Context(), p.Owner(r.Context()), item.ID, sparkWeeks)
	if err != nil {
		p.Log.WarnContext(r.Context(), "the alerts of a saved query can't be counted", "saved", item.ID, "error", err)
		act.Weeks = make([]int, sparkWeeks)
	}
	item.Weeks = sparkOf(act.Weeks)
	item.Weeks.Label = strings.Replace(item.Weeks.Label, "statements", "alerts", 1)
	item.Last = "nothing yet"
	if act.Last != nil {
		item.Last = "last " + act.Last.UTC().Format("2 Jan 2006, 15:04")
	}
}

// inbox shows the alerts of all saved queries: a revision of a statement once, with every query it met.
func (p *pages) inbox(r *http.Request, d *savedPage) error {
	before, _ := strconv.ParseUint(r.URL.Query().Get("before"), 10, 64) // what is no place is the latest
	alerts, next, err := p.Alerts.Inbox(r.Context(), p.Owner(r.Context()), maxAllShown, before)
	if err != nil {
		return err
	}
	at := map[string]int{}
	for i := range alerts {
		a := &alerts[i]
		key := a.Statement.Group + "/" + a.Statement.Capture
		k, ok := at[key]
		if !ok {
			k = len(d.Inbox)
			at[key] = k
			d.Inbox = append(d.Inbox, inboxAlert{firedAlert: firedOf(a)})
		}
		met := row{Name: a.Saved.Name, Path: "/saved/" + url.PathEscape(a.Saved.ID)}
		if !slices.Contains(d.Inbox[k].Met, met) {
			d.Inbox[k].Met = append(d.Inbox[k].Met, met)
		}
	}
	if next > 0 {
		d.Older = olderPath("/saved", "", strconv.FormatUint(next, 10))
	}
	return nil
}

func olderPath(path, message, before string) string {
	values := url.Values{"before": {before}}
	if message != "" {
		values.Set("message", message)
	}
	return path + "?" + values.Encode() + "#inbox"
}

// firedOf shows an alert: the sentence that fired, its reasons marked.
func firedOf(a *alert.Alert) firedAlert {
	said := a.Sentence
	if said.Text == "" {
		said = a.Snippet
	}
	out := firedAlert{At: a.At.UTC().Format("2 Jan 2006"), ISO: a.At.UTC().Format(time.RFC3339), Path: statementPath(a.Statement.ID), Title: cmpOr(a.Statement.Title, a.Statement.URL),
		Language: a.Statement.Language, Cause: a.At.UTC().Format("15:04") + " · " + causeWord(a), Snippet: marked(search.Snippet{Text: said.Text, Marks: said.Marks}), Who: speakers(a.Statement.Actors, 3)}
	for _, why := range a.Reasons {
		met := reason{Words: cmpOr(cmpOr(cmpOr(why.Text, why.Name), why.Value), why.Query), Query: why.Query}
		if strings.EqualFold(met.Words, met.Query) {
			met.Query = ""
		}
		if !slices.ContainsFunc(out.Reasons, func(said reason) bool { return said.Query == met.Query && strings.EqualFold(said.Words, met.Words) }) {
			out.Reasons = append(out.Reasons, met)
		}
	}
	return out
}

// causeWord says why an alert fired.
func causeWord(a *alert.Alert) string {
	switch a.Cause {
	case alert.CauseRevision:
		return "revision " + itoa(a.Statement.Revision)
	case alert.CauseCopy:
		return "a copy, a further actor"
	case alert.CauseBackfill:
		return "was there before"
	}
	return "new"
}

// selective says how selective a query is.
func selective(p *alert.Preview) string {
	switch {
	case p.Stored == 0:
		return ""
	case p.Broad():
		return fmt.Sprintf("It finds %s of %s statements: nearly everything. Narrow it, or take a digest.", number(p.Found), number(p.Stored))
	}
	return fmt.Sprintf("It finds %s of %s statements.", number(p.Found), number(p.Stored))
}
