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

// formOf reads what a form or an address says of a saved query.
func formOf(form url.Values) savedForm {
	least, _ := strconv.Atoi(form.Get("min_change")) // what is no number is none
	return savedForm{Name: form.Get("name"), Query: form.Get("q"), Rates: rates(cmpOr(form.Get("rate"), alert.Immediate)), Revisions: form.Get("revisions") != "", Backfill: form.Get("backfill") != "",
		Webhook: form.Get("webhook"), Email: form.Get("email"), Zone: form.Get("zone"), At: form.Get("at"), MinChange: least}
}

// editOf fills the form with a saved query as it is.
func editOf(one *alert.Saved) savedForm {
	f := savedForm{ID: one.ID, Name: one.Name, Query: one.Query, Rates: rates(one.Rate), Zone: one.Zone, At: one.DigestAt, Backfill: one.IncludeBackfill, Revisions: one.IncludeRevisions, MinChange: one.MinChange}
	for _, c := range one.Channels {
		switch {
		case c.Type == alert.Webhook && f.Webhook == "":
			f.Webhook = c.URL
		case c.Type == alert.Email && f.Email == "":
			f.Email = c.To
		}
	}
	return f
}

// channelsOf are the channels that a form names, and those of one that it has no room for.
func channelsOf(f *savedForm, one *alert.Saved) []alert.Channel {
	channels := []alert.Channel{}
	if u := strings.TrimSpace(f.Webhook); u != "" {
		channels = append(channels, alert.Channel{Type: alert.Webhook, URL: u})
	}
	if to := strings.TrimSpace(f.Email); to != "" {
		channels = append(channels, alert.Channel{Type: alert.Email, To: to})
	}
	if one == nil {
		return channels
	}
	seen := map[string]bool{}
	for _, c := range one.Channels {
		if seen[c.Type] {
			channels = append(channels, c)
		}
		seen[c.Type] = true
	}
	return channels
}

// createSaved saves what the form says, and shows it with the secrets that are shown once.
func (p *pages) createSaved(r *http.Request) (view, error) {
	f := formOf(r.PostForm)
	made, err := p.Alerts.Create(r.Context(), alert.Draft{Name: f.Name, Owner: p.Asker(r.Context()), Query: f.Query, Rate: r.PostForm.Get("rate"), Zone: strings.TrimSpace(f.Zone), DigestAt: strings.TrimSpace(f.At),
		Channels: channelsOf(&f, nil), IncludeBackfill: f.Backfill, IncludeRevisions: f.Revisions, MinChange: f.MinChange})
	if refused(err) {
		d := p.savedPage(r, "")
		d.Form = f
		return p.mistaken(r, d, err), nil
	}
	if err != nil {
		return view{}, err
	}
	return p.saidOnce(r, &made)
}

func refused(err error) bool {
	kind := fault.KindOf(err)
	return err != nil && (kind == fault.Query || kind == fault.Invalid)
}

// mistaken shows the form again, with what is wrong.
func (p *pages) mistaken(r *http.Request, d savedPage, err error) view {
	d.Problem = p.describe(r.Context(), d.Form.Query, err)
	d.Problem.Repairs = nil
	return view{template: "saved.html", status: fault.KindOf(err).HTTPStatus(), data: d}
}

// saidOnce shows a saved query with the secrets that are fresh; without any it sends the reader to its page.
func (p *pages) saidOnce(r *http.Request, one *alert.Saved) (view, error) {
	var secrets []string
	for _, c := range one.Channels {
		if c.Secret != "" {
			secrets = append(secrets, c.Secret)
		}
	}
	if len(secrets) == 0 {
		return view{redirect: "/saved/" + url.PathEscape(one.ID)}, nil
	}
	return p.openSaved(r, one, secrets)
}

// changeSaved edits, pauses, resumes, tests or removes a saved query, or gives its webhook another secret.
func (p *pages) changeSaved(r *http.Request) (view, error) {
	id, owner := r.PathValue("id"), p.Owner(r.Context())
	home := view{redirect: "/saved/" + url.PathEscape(id)}
	switch what := r.PostForm.Get("do"); what {
	case "edit":
		return p.editSaved(r, owner, id)
	case "pause", "resume":
		paused := what == "pause"
		_, err := p.Alerts.Update(r.Context(), owner, id, alert.Change{Paused: &paused})
		return home, err
	case "test":
		return p.testSaved(r, owner, id)
	case "rotate":
		return p.rotateSecret(r, owner, id)
	case "remove":
		return view{redirect: "/saved"}, p.Alerts.Remove(r.Context(), owner, id)
	}
	return view{}, fault.New(fault.Invalid, "a saved query can be edited, paused, resumed, tested or removed", "use the buttons of its page")
}

func (p *pages) editSaved(r *http.Request, owner, id string) (view, error) {
	one, err := p.Alerts.Get(owner, id)
	if err != nil {
		return view{}, err
	}
	f := formOf(r.PostForm)
	f.ID = id
	rate, zone, at, channels := r.PostForm.Get("rate"), strings.TrimSpace(f.Zone), strings.TrimSpace(f.At), channelsOf(&f, &one)
	edited, err := p.Alerts.Update(r.Context(), owner, id, alert.Change{Name: &f.Name, Query: &f.Query, Rate: &rate, Zone: &zone, DigestAt: &at, Channels: &channels, IncludeBackfill: &f.Backfill,
		IncludeRevisions: &f.Revisions, MinChange: &f.MinChange})
	if refused(err) {
		d := p.savedPage(r, id)
		d.One, d.Form = &one, f
		return p.mistaken(r, d, err), nil
	}
	if err != nil {
		return view{}, err
	}
	return p.saidOnce(r, &edited)
}

// edits are what was changed of a saved query, the latest first.
func (p *pages) edits(r *http.Request, id string) ([]row, error) {
	edits, err := p.Alerts.History(r.Context(), p.Owner(r.Context()), id)
	rows := make([]row, 0, len(edits))
	for _, e := range slices.Backward(edits) {
		what := cmpOr(strings.ReplaceAll(strings.Join(e.Changed, ", "), "_", " "), "as early as is kept")
		rows = append(rows, row{Name: e.At.UTC().Format("2 Jan 2006, 15:04"), Count: what, Path: e.Saved.Query})
	}
	return rows, err
}

func (p *pages) testSaved(r *http.Request, owner, id string) (view, error) {
	one, err := p.Alerts.Get(owner, id)
	if err != nil {
		return view{}, err
	}
	results, err := p.Alerts.Test(r.Context(), owner, id)
	if err != nil {
		return view{}, err
	}
	v, err := p.openSaved(r, &one, nil)
	if err != nil {
		return view{}, err
	}
	d, _ := v.data.(savedPage)
	for _, t := range results {
		row := deliveryRow{Kind: t.Type, To: cmpOr(t.To, hostOf(t.URL)), Status: alert.Delivered, Word: "Taken", Detail: "after " + strconv.FormatInt(t.TookMS, 10) + " ms"}
		if !t.Taken {
			row.Status, row.Word, row.Detail = alert.Failed, "Not taken", t.Error
		}
		d.Tested = append(d.Tested, row)
	}
	v.data = d
	return v, nil
}

func (p *pages) rotateSecret(r *http.Request, owner, id string) (view, error) {
	channel, _ := strconv.Atoi(r.PostForm.Get("channel")) // what is no number is no channel
	c, err := p.Alerts.Rotate(r.Context(), owner, id, channel)
	if err != nil {
		return view{}, err
	}
	one, err := p.Alerts.Get(owner, id)
	if err != nil {
		return view{}, err
	}
	return p.openSaved(r, &one, []string{c.Secret})
}

// unsubscribe shows what the link of a mail stops, and stops it when it is asked to: by the page's button, or by the reader's mail program.
func (p *pages) unsubscribe(r *http.Request) (view, error) {
	u, err := p.Alerts.Unsubscribe(r.Context(), r.PathValue("token"), r.Method == http.MethodPost)
	if err != nil {
		return view{}, err
	}
	data := struct {
		Frame frame
		alert.Unsubscription
		Action string
	}{p.frame(r, "Stop these mails"), u, "/unsubscribe/" + url.PathEscape(r.PathValue("token"))}
	return view{template: "unsubscribe.html", data: data}, nil
}
