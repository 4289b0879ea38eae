package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rostrum/internal/fault"
	"rostrum/search/alert"
)

// savedPage is the saved queries, one of them open, or a form for a new one.
type savedPage struct {
	Frame      frame
	Items      []savedItem
	All        int   // how many there are
	Paged      paged // which of them are listed
	One        *alert.Saved
	Webhooks   []string
	Fresh      []string // secrets that are shown this once
	Form       savedForm
	InWords    string
	Parsed     string
	Fired      []row // how often it would have fired
	Samples    []brief
	Snippets   [][]piece
	Problem    *mistake
	Alerts     []firedAlert
	AllAlerts  int
	Deliveries []deliveryRow
	Sources    string
	Selective  string        // how selective the query is
	Inbox      []inboxAlert  // of all saved queries, when none is open
	Older      string        // path of the alerts before these
	Together   string        // the alerts shown are those of one message
	Tested     []deliveryRow // what became of a test message
	Feed       string        // of all saved queries
	Edits      []row         // what was changed when, the latest first
	Asked      bool          // an empty form was asked for
}

// Unfolded says whether the form for a new query stands open: not before the alerts of whoever has some.
func (d savedPage) Unfolded() bool {
	return d.Asked || d.Form.Query != "" || d.Problem != nil || len(d.Inbox) == 0
}

type savedItem struct {
	ID, Name, About, Path string
	Here, Broken, Dear    bool
	Weeks                 spark
	Last                  string
}

type savedForm struct {
	ID, Name, Query, Webhook, Email, Zone, At string
	Rates                                     []option
	Backfill, Revisions                       bool
	MinChange                                 int
}

type firedAlert struct {
	At, ISO, Path, Title, Language, Cause string
	Snippet                               []piece
	Reasons                               []reason
	Who                                   []who
}

// reason is why an alert fired: words of the text, and the part of the query that they met where it reads otherwise.
type reason struct{ Words, Query string }

// inboxAlert is a statement that fired, with every saved query it met.
type inboxAlert struct {
	firedAlert
	Met []row
}

type deliveryRow struct{ At, To, Kind, Status, Word, Detail, Replay string }

const (
	maxAlertsShown = 10
	maxAllShown    = 20
	savedRows      = 40 // saved queries of one page of the list
	maxFormBytes   = 64 << 10
)

var rateNames = []option{{Value: "immediate", Name: "at once"}, {Value: "hourly", Name: "hourly"}, {Value: "daily", Name: "daily"}, {Value: "weekly", Name: "weekly"}}

func rates(value string) []option {
	out, _ := chosen(rateNames, value)
	return out
}

// saved shows the list, and a form that a query in the address fills in.
func (p *pages) saved(r *http.Request) (view, error) {
	d := p.savedPage(r, "")
	form := r.URL.Query()
	d.Form = formOf(form)
	if d.Form.Query != "" {
		if err := p.preview(r, &d, d.Form.Query); err != nil {
			return view{}, err
		}
	}
	if err := p.inbox(r, &d); err != nil {
		return view{}, err
	}
	status := 0
	if d.Problem != nil {
		status = http.StatusBadRequest
	}
	return view{template: "saved.html", status: status, data: d}, nil
}

func (p *pages) savedPage(r *http.Request, here string) savedPage {
	d := savedPage{Frame: p.frame(r, "Saved queries"), Asked: r.URL.Query().Has("new")}
	d.Sources, d.Feed = p.health(r.Context()), p.Alerts.OwnerFeed(p.Asker(r.Context()))
	all := p.Alerts.List(p.Owner(r.Context()))
	d.All = len(all)
	d.Paged = pageOf(r.URL, len(all), savedRows, max(0, slices.IndexFunc(all, func(s alert.Saved) bool { return s.ID == here })))
	for _, s := range all[d.Paged.From:d.Paged.To] {
		item := savedItem{ID: s.ID, Name: s.Name, Path: "/saved/" + url.PathEscape(s.ID), Here: s.ID == here, Broken: s.Problem != "", Dear: s.Dear}
		about := []string{rateWord(s.Rate)}
		for _, c := range s.Channels {
			about = append(about, c.Type)
		}
		about = append(about, "feed")
		if s.Paused {
			about = append(about, "paused")
		}
		item.About = strings.Join(about, " · ")
		p.active(r, &item)
		d.Items = append(d.Items, item)
	}
	return d
}

func rateWord(rate string) string {
	for _, o := range rateNames {
		if o.Value == rate {
			return o.Name
		}
	}
	return rate
}

// preview says what a query means, how often it would have fired, and on what.
func (p *pages) preview(r *http.Request, d *savedPage, q string) error {
	found, err := p.Alerts.Preview(r.Context(), q)
	if fault.KindOf(err) == fault.Query || fault.KindOf(err) == fault.Invalid {
		d.Problem = p.describe(r.Context(), q, err)
		for i, fix := range d.Problem.Repairs {
			d.Problem.Repairs[i].Path = "/saved?q=" + url.QueryEscape(fix.Name)
		}
		return nil
	}
	if err != nil {
		return err
	}
	d.InWords, d.Parsed = found.InWords, found.Parsed
	d.Selective = selective(&found)
	for _, span := range []struct{ key, words string }{{"7d", "in 7 days"}, {"30d", "in 30 days"}, {"365d", "in 365 days"}} {
		d.Fired = append(d.Fired, row{Name: span.words, Count: number(found.Matches[span.key])})
	}
	for i := range found.Samples {
		d.Samples = append(d.Samples, briefOf(&found.Samples[i].Statement))
	}
	return nil
}

// showSaved opens one saved query with its alerts and deliveries.
func (p *pages) showSaved(r *http.Request) (view, error) {
	one, err := p.Alerts.Get(p.Owner(r.Context()), r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	return p.openSaved(r, &one, nil)
}

func (p *pages) openSaved(r *http.Request, one *alert.Saved, fresh []string) (view, error) {
	d := p.savedPage(r, one.ID)
	d.One, d.Fresh, d.Form = one, fresh, editOf(one)
	d.Frame.Title = one.Name
	if err := p.preview(r, &d, one.Query); err != nil {
		return view{}, err
	}
	owner, before := p.Owner(r.Context()), r.URL.Query().Get("before")
	d.Together = r.URL.Query().Get("message")
	limit := maxAlertsShown
	var page alert.Page
	var err error
	if d.Together != "" {
		limit = maxTogether
		page, err = p.Alerts.InMessage(r.Context(), owner, one.ID, d.Together, limit, before)
	} else {
		page, err = p.Alerts.Alerts(r.Context(), owner, one.ID, limit, before)
	}
	if err != nil {
		return view{}, err
	}
	if page.Next != "" {
		d.Older = olderPath("/saved/"+url.PathEscape(one.ID), d.Together, page.Next)
	}
	d.AllAlerts = page.Total
	if d.Edits, err = p.edits(r, one.ID); err != nil {
		return view{}, err
	}
	for i := range page.Alerts {
		a := &page.Alerts[i]
		d.Alerts = append(d.Alerts, firedOf(&a.Alert))
		for j := range a.Deliveries {
			d.Deliveries = append(d.Deliveries, deliveryOf(one.ID, &a.Alert, &a.Deliveries[j]))
		}
	}
	return view{template: "saved.html", data: d}, nil
}

var deliveryWords = map[string]string{alert.Waiting: "Waiting", alert.Delivered: "Delivered", alert.Failed: "Failed", alert.Disabled: "Switched off", alert.Unknown: "Not on record"}

func deliveryOf(id string, a *alert.Alert, dl *alert.Delivery) deliveryRow {
	out := deliveryRow{At: a.At.UTC().Format("2 Jan 2006, 15:04:05"), Kind: dl.Type, To: cmpOr(dl.To, hostOf(dl.URL)), Status: dl.Status, Word: deliveryWords[dl.Status],
		Replay: "/saved/" + url.PathEscape(id) + "/deliveries/" + strconv.FormatUint(dl.N, 10) + "/replay"}
	if n := len(dl.Attempts); n > 0 {
		last := dl.Attempts[n-1]
		out.At = last.At.UTC().Format("2 Jan 2006, 15:04:05")
		out.Detail = cmpOr(last.Error, "answered "+itoa(last.Status)) + " after " + strconv.FormatInt(last.TookMS, 10) + " ms, " + plural(dl.Tries, "try", "tries")
	}
	switch next := dl.Next; {
	case next == nil || dl.Status != alert.Waiting:
	case dl.Tries == 0:
		out.Detail = "comes with the others on " + next.UTC().Format("2 Jan 2006, 15:04")
	default:
		out.Detail += "; next try " + next.UTC().Format("2 Jan, 15:04:05")
	}
	if dl.Message != "" {
		out.Detail += "; together with others"
	}
	return out
}

func (p *pages) replay(r *http.Request) (view, error) {
	id := r.PathValue("id")
	n, err := strconv.ParseUint(r.PathValue("n"), 10, 64)
	if err != nil {
		return view{}, fault.New(fault.NotFound, "there is no such delivery", "")
	}
	_, err = p.Alerts.Replay(r.Context(), p.Owner(r.Context()), id, n)
	return view{redirect: "/saved/" + url.PathEscape(id) + "#deliveries"}, err
}

// posted reads a form before its handler.
func posted(handler func(*http.Request) (view, error)) func(*http.Request) (view, error) {
	return func(r *http.Request) (view, error) {
		r.Body = http.MaxBytesReader(nil, r.Body, maxFormBytes)
		if err := r.ParseForm(); err != nil {
			return view{}, fault.New(fault.Invalid, "the form can't be read", "send it again from its page")
		}
		return handler(r)
	}
}
