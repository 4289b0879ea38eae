package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/fault"
	"rostrum/search"
	"rostrum/search/alert"
)

// savedPage is the saved queries, one of them open, or a form for a new one.
type savedPage struct {
	Frame      frame
	Items      []savedItem
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
	Done       string
	ReadOnly   bool
}

type savedItem struct {
	ID, Name, About, Path string
	Here, Broken          bool
}

type savedForm struct {
	Name, Query, Webhook, Email string
	Rates                       []option
	Backfill, Revisions         bool
}

type firedAlert struct {
	At, ISO, Path, Title, Language, Cause string
	Snippet                               []piece
	Reasons                               []string
}

type deliveryRow struct{ At, To, Kind, Status, Word, Detail, Replay string }

const (
	maxAlertsShown = 10
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
	d.Form = savedForm{Name: form.Get("name"), Query: form.Get("q"), Rates: rates(cmpOr(form.Get("rate"), "immediate")), Revisions: form.Get("revisions") != "", Backfill: form.Get("backfill") != "",
		Webhook: form.Get("webhook"), Email: form.Get("email")}
	if d.Form.Query != "" {
		if err := p.preview(r, &d, d.Form.Query); err != nil {
			return view{}, err
		}
	}
	status := 0
	if d.Problem != nil {
		status = http.StatusBadRequest
	}
	return view{template: "saved.html", status: status, data: d}, nil
}

func (p *pages) savedPage(r *http.Request, here string) savedPage {
	d := savedPage{Frame: p.frame(r, "Saved queries")}
	d.Sources = p.health(r.Context())
	for _, s := range p.Alerts.List(p.Owner(r.Context())) {
		item := savedItem{ID: s.ID, Name: s.Name, Path: "/saved/" + url.PathEscape(s.ID), Here: s.ID == here, Broken: s.Problem != ""}
		about := []string{rateWord(s.Rate)}
		for _, c := range s.Channels {
			about = append(about, c.Type)
		}
		about = append(about, "feed")
		if s.Paused {
			about = append(about, "paused")
		}
		item.About = strings.Join(about, " · ")
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
	d.One, d.Fresh = one, fresh
	d.Frame.Title = one.Name
	if err := p.preview(r, &d, one.Query); err != nil {
		return view{}, err
	}
	page, err := p.Alerts.Alerts(r.Context(), p.Owner(r.Context()), one.ID, maxAlertsShown, "")
	if err != nil {
		return view{}, err
	}
	d.AllAlerts = page.Total
	for i := range page.Alerts {
		a := &page.Alerts[i]
		d.Alerts = append(d.Alerts, firedOf(&a.Alert))
		for j := range a.Deliveries {
			d.Deliveries = append(d.Deliveries, deliveryOf(one.ID, &a.Alert, &a.Deliveries[j]))
		}
	}
	return view{template: "saved.html", data: d}, nil
}

func firedOf(a *alert.Alert) firedAlert {
	out := firedAlert{At: a.At.UTC().Format("2 Jan 2006, 15:04"), ISO: a.At.UTC().Format(time.RFC3339), Path: statementPath(a.Statement.ID), Title: cmpOr(a.Statement.Title, a.Statement.URL),
		Cause: a.Cause, Snippet: marked(search.Snippet{Text: a.Snippet.Text, Marks: a.Snippet.Marks})}
	for _, reason := range a.Reasons {
		words := cmpOr(cmpOr(reason.Text, reason.Name), reason.Value)
		if words != "" && words != reason.Query {
			words += " (" + reason.Query + ")"
		}
		if words = cmpOr(words, reason.Query); !slices.Contains(out.Reasons, words) {
			out.Reasons = append(out.Reasons, words)
		}
	}
	return out
}

var deliveryWords = map[string]string{alert.Waiting: "Waiting", alert.Delivered: "Delivered", alert.Failed: "Failed", alert.Disabled: "Switched off"}

func deliveryOf(id string, a *alert.Alert, dl *alert.Delivery) deliveryRow {
	out := deliveryRow{At: a.At.UTC().Format("2 Jan 2006, 15:04:05"), Kind: dl.Type, To: hostOf(dl.URL), Status: dl.Status, Word: deliveryWords[dl.Status],
		Replay: "/saved/" + url.PathEscape(id) + "/deliveries/" + strconv.FormatUint(dl.N, 10) + "/replay"}
	if n := len(dl.Attempts); n > 0 {
		last := dl.Attempts[n-1]
		out.At = last.At.UTC().Format("2 Jan 2006, 15:04:05")
		out.Detail = cmpOr(last.Error, "answered "+itoa(last.Status)) + " after " + strconv.FormatInt(last.TookMS, 10) + " ms, " + plural(dl.Tries, "try", "tries")
	}
	if dl.Next != nil && dl.Status == alert.Waiting {
		out.Detail += "; next try " + dl.Next.UTC().Format("15:04:05")
	}
	return out
}

// createSaved saves what the form says, and shows it with the secrets that are shown once.
func (p *pages) createSaved(r *http.Request) (view, error) {
	form := r.PostForm
	draft := alert.Draft{Name: form.Get("name"), Owner: p.Asker(r.Context()), Query: form.Get("q"), Rate: form.Get("rate"), IncludeBackfill: form.Get("backfill") != "", IncludeRevisions: form.Get("revisions") != ""}
	if u := strings.TrimSpace(form.Get("webhook")); u != "" {
		draft.Channels = append(draft.Channels, alert.Channel{Type: "webhook", URL: u})
	}
	if to := strings.TrimSpace(form.Get("email")); to != "" {
		draft.Channels = append(draft.Channels, alert.Channel{Type: "email", To: to})
	}
	made, err := p.Alerts.Create(r.Context(), draft)
	if kind := fault.KindOf(err); kind == fault.Query || kind == fault.Invalid {
		d := p.savedPage(r, "")
		d.Form = savedForm{Name: draft.Name, Query: draft.Query, Rates: rates(draft.Rate), Revisions: draft.IncludeRevisions, Backfill: draft.IncludeBackfill, Webhook: form.Get("webhook"), Email: form.Get("email")}
		d.Problem = p.describe(r.Context(), draft.Query, err)
		d.Problem.Repairs = nil
		return view{template: "saved.html", status: kind.HTTPStatus(), data: d}, nil
	}
	if err != nil {
		return view{}, err
	}
	var secrets []string
	for _, c := range made.Channels {
		if c.Secret != "" {
			secrets = append(secrets, c.Secret)
		}
	}
	if len(secrets) == 0 {
		return view{redirect: "/saved/" + url.PathEscape(made.ID)}, nil
	}
	return p.openSaved(r, &made, secrets)
}

// changeSaved pauses, resumes or removes a saved query.
func (p *pages) changeSaved(r *http.Request) (view, error) {
	id, owner := r.PathValue("id"), p.Owner(r.Context())
	switch what := r.PostForm.Get("do"); what {
	case "pause", "resume":
		paused := what == "pause"
		if _, err := p.Alerts.Update(r.Context(), owner, id, alert.Change{Paused: &paused}); err != nil {
			return view{}, err
		}
		return view{redirect: "/saved/" + url.PathEscape(id)}, nil
	case "remove":
		return view{redirect: "/saved"}, p.Alerts.Remove(r.Context(), owner, id)
	}
	return view{}, fault.New(fault.Invalid, "a saved query can be paused, resumed or removed", "use the buttons of its page")
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
