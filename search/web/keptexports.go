package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"rostrum/internal/fault"
	"rostrum/search/export"
)

// keptRow is a kept export as the page shows it.
type keptRow struct {
	ID, File, Query, About, State, Status, Error, Expires string
	Percent                                               int
	Going, Done, Failed, New                              bool
}

const (
	keptRowsShown = 20  // of one page
	maxQueryShown = 300 // letters of a query in a list
)

// scheduleRow is a schedule as the page shows it.
type scheduleRow struct {
	ID, Query, About, Next, Last, Status string
}

// keptRows are the kept exports of who asks, the latest first.
func (p *pages) keptRows(r *http.Request) []keptRow {
	if p.Kept == nil {
		return nil
	}
	fresh := r.URL.Query().Get("kept")
	rows := []keptRow{}
	for _, k := range p.Kept.List(p.Owner(r.Context())) {
		if k.Schedule != "" {
			continue // it is told of by its schedule
		}
		row := keptRow{ID: k.ID, File: k.File, Query: cmp.Or(shortened(k.Query.Input, maxQueryShown), "every statement"), State: string(k.State), Error: k.Error, Expires: k.Expires.UTC().Format("2 Jan 2006"), New: k.ID == fresh,
			Going: k.State == export.Running || k.State == export.Waiting, Done: k.State == export.Done, Failed: k.State == export.Failed}
		row.About = plural(k.Rows, "row", "rows") + ", " + bytesWord(k.Bytes)
		if row.Going {
			row.Percent = 100 * k.Statements / max(1, k.Total)
			row.About = fmt.Sprintf("%s of %s", number(k.Statements), plural(k.Total, "statement", "statements"))
			if k.SecondsLeft >= 1 {
				row.About += fmt.Sprintf(", about %s left", time.Duration(k.SecondsLeft*float64(time.Second)).Round(time.Second))
			}
		}
		row.Status = map[export.State]string{export.Waiting: "waiting", export.Running: "new", export.Failed: "failed", export.Withdrawn: "off"}[k.State]
		rows = append(rows, row)
	}
	return rows
}

func (p *pages) scheduleRows(r *http.Request) []scheduleRow {
	if p.Schedules == nil {
		return nil
	}
	rows := []scheduleRow{}
	for _, s := range p.Schedules.List(p.Owner(r.Context())) {
		row := scheduleRow{ID: s.ID, Query: cmp.Or(shortened(s.Query, maxQueryShown), "every statement"), Next: inZone(s.Next, s.Zone)}
		row.About = cmp.Or(map[export.Every]string{export.Weekly: "every " + capital(s.Day)}[s.Every], "every day") + " at " + s.Clock + " (" + s.Zone + ") to " +
			cmp.Or(map[string]string{export.ToS3: "the bucket"}[s.To], "the folder") + map[bool]string{true: ", in " + s.Path}[s.Path != ""] + ", as " + s.Format + map[bool]string{true: ", what is new or changed"}[s.Incremental]
		switch {
		case s.Now != nil && s.Now.Error != "":
			row.Status, row.Last = "failed", s.Now.Error
			if s.Now.Retry != nil {
				row.Last += "; tried again at " + inZone(*s.Now.Retry, s.Zone)
			}
		case s.Now != nil:
			row.Status, row.Last = "new", "being made"
		case len(s.Runs) == 0:
			row.Status, row.Last = "waiting", "not yet"
		case s.Runs[0].File == "":
			row.Status, row.Last = "failed", s.Runs[0].Error
		default:
			row.Last = plural(s.Runs[0].Rows, "row", "rows") + ", " + s.Runs[0].File
		}
		rows = append(rows, row)
	}
	return rows
}

func inZone(t time.Time, zone string) string {
	if at, err := time.LoadLocation(zone); err == nil {
		t = t.In(at)
	}
	return t.Format("2 Jan 2006, 15:04")
}

// places are where exports that repeat can be brought.
func (p *pages) exportPlaces() []option {
	if p.Schedules == nil {
		return nil
	}
	places := []option{}
	for _, o := range []option{{Value: export.ToFolder, Name: "the server’s folder"}, {Value: export.ToS3, Name: "the bucket"}} {
		if p.Schedules.Takes(o.Value) {
			o.On = len(places) == 0
			places = append(places, o)
		}
	}
	return places
}

// askOf is what the form asks for.
func askOf(form url.Values) export.Ask {
	a := export.Ask{Query: form.Get("q"), Format: form.Get("format"), Shape: form.Get("shape"), Copies: form.Get("copies") == "all", BOM: form.Get("bom") != "", Neutralize: form.Get("neutralize") != ""}
	if a.Shape == "panel" {
		a.Period = form.Get("period")
	}
	if a.Format != "csv" { // the form cannot take back what only CSV has
		a.BOM, a.Neutralize = false, false
	}
	return a
}

// exportFile leads the form's Download to the API, with what of the form the chosen format and shape take.
func (p *pages) exportFile(r *http.Request) (view, error) {
	ask := askOf(r.URL.Query())
	if _, err := p.Export.Plan(r.Context(), ask); err != nil {
		return p.exports(r) // which says what is wrong
	}
	return view{redirect: "/api/v1/export?" + ask.Params().Encode()}, nil
}

// changeExports keeps an export, lets one repeat, or changes one that is there.
func (p *pages) changeExports(r *http.Request) (view, error) {
	form, ctx := r.PostForm, r.Context()
	if p.Kept == nil || p.Schedules == nil {
		return view{}, fault.New(fault.NotFound, "no exports are kept here", "ask the search node")
	}
	id, owner := form.Get("id"), p.Owner(ctx)
	var err error
	switch form.Get("do") {
	case "keep":
		kept, err := p.Kept.Create(ctx, export.Wish{Ask: askOf(form), Owner: p.Asker(ctx)})
		return p.changed(r, "?kept="+url.QueryEscape(kept.ID)+"#kept", err)
	case "repeat":
		w := export.ScheduleWish{Ask: askOf(form), Owner: p.Asker(ctx), To: form.Get("to"), Path: form.Get("path"), Incremental: form.Get("incremental") != "",
			Timing: export.Timing{Every: export.Every(form.Get("every")), Clock: form.Get("at"), Zone: form.Get("zone")}}
		_, err := p.Schedules.Add(ctx, w)
		return p.changed(r, "#repeat", err)
	case "resume":
		_, err = p.Kept.Resume(owner, id)
	case "remove":
		err = p.Kept.Remove(owner, id)
	case "run":
		_, err = p.Schedules.RunNow(ctx, owner, id)
		return p.changed(r, "#repeat", err)
	case "end":
		return p.changed(r, "#repeat", p.Schedules.Remove(ctx, owner, id))
	default:
		err = fault.New(fault.Invalid, "the form does not say what to do", "use the buttons of the page")
	}
	return p.changed(r, "#kept", err)
}

// changed shows the page again, with what is wrong with what was asked for.
func (p *pages) changed(r *http.Request, where string, err error) (view, error) {
	kind := fault.KindOf(err)
	switch {
	case err == nil:
		return view{redirect: "/exports" + where}, nil
	case kind != fault.Query && kind != fault.Invalid:
		return view{}, err
	}
	again := r.Clone(r.Context())
	again.URL.RawQuery = r.PostForm.Encode()
	v, failed := p.exports(again)
	if d, ok := v.data.(exportsPage); ok && failed == nil {
		d.Problem = p.describe(r.Context(), d.Query, err)
		d.Problem.Repairs = nil
		v.data, v.status = d, kind.HTTPStatus()
	}
	return v, failed
}
