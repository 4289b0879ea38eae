package web

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/worddiff"
	"rostrum/search"
	"rostrum/search/query"
)

// statementPage is one statement.
type statementPage struct {
	Frame                     frame
	ID, Title, Language       string
	LanguageName, Kind        string
	Source, SourcePath        string
	URL, Original, Archived   string
	OriginalArchived          bool
	NoArchive                 bool
	FirstSeen, Fetched        string
	LastSeen                  string // when it was found unchanged; empty if not since
	Capture                   string
	Revision                  int
	Phase                     string
	Published                 *day
	DateOrigin                string
	Guess                     bool
	Who, Mentioned            []who
	Signatories               []signatory
	MoreSignatories           int
	MoreMentioned             int
	Positions                 []position
	Topics                    []topicPlaces
	Counts                    counts
	Paragraphs                []paragraph
	Earlier, Later            string     // other pages of a long text
	Revisions, Older          []revision // the latest, and those that unfold
	MoreRevisions             int
	Changes                   []change
	Copies                    []copied
	MoreCopies                int
	Translation               *translated
	CitedBy, CitedIn, CitedOn string
	Cites                     []place
	AsQuery                   string // the query that finds this page
	WatchPath, ExportPath     string
	Corrections               []correction
}

type correction struct{ Name, What, Reason string }

// translated is the statement that this one is in another language, and by what that is known.
type translated struct {
	Path, Title, Language, About string
	Why                          []string
}

type signatory struct {
	who
	Unknown bool // to the registry
}

type position struct{ Polarity, Who, Path, Target, Said string }

type topicPlaces struct{ Name, Path, Places string }

// copied is another address at which the statement stands.
type copied struct {
	Path, URL, Host, Source, Date string
}

type revision struct {
	Number, Seen string
	Shown        bool
}

// change is what a revision changed, by words.
type change struct {
	Number, From, To, Size string
	Title, Text            []worddiff.Span
	Coarse                 bool
	Cut                    bool // it goes on: the page has no room for all of it
}

const (
	maxRevisionsShown = 50     // the API lists all
	maxRevisionsOpen  = 10     // the rest unfolds
	maxChanges        = 5      // revisions whose changes are shown
	maxChangeSpans    = 120    // of one revision
	changeCost        = 20_000 // of one revision's changes, in bytes of the page
	changesCost       = 30_000 // of all that are shown
	spanCost          = 24     // of a change beside its words
	maxCopiesShown    = 50     // the API gives all
	maxSignatories    = 250
	maxMentioned      = 60
)

func (p *pages) statement(r *http.Request) (view, error) {
	ctx := r.Context()
	s, err := p.Search.Statement(ctx, r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	if id := r.PathValue("id"); s.ID != id { // a merged id leads on
		return view{redirect: statementPath(s.ID)}, nil
	}
	d := p.statementHead(r, &s)
	if seen := p.Search.LastSeen(ctx, s.Capture); seen.After(s.CapturedAt) {
		d.LastSeen = seen.UTC().Format("2 Jan 2006, 15:04")
	}
	p.fillActors(&d, &s)
	p.fillText(r, &d, &s)
	if err := p.fillOriginal(ctx, &d, &s); err != nil {
		return view{}, err
	}
	if s.Copies > 0 {
		if err := p.fillCopies(ctx, &d, s.ID); err != nil {
			return view{}, err
		}
	}
	if s.Revision > 1 {
		if err := p.fillRevisions(ctx, &d, s.ID); err != nil {
			return view{}, err
		}
	}
	return view{template: "statement.html", data: d}, nil
}

func (p *pages) statementHead(r *http.Request, s *statement.Statement) statementPage {
	d := statementPage{Frame: p.frame(r, cmpOr(s.Title, s.URL)), ID: s.ID, Title: cmpOr(s.Title, s.URL), Language: s.Language, LanguageName: languageName(s.Language), Kind: kindName(s.Kind),
		Source: s.Source, SourcePath: searchPath("source:" + s.Source), URL: s.URL, Original: s.URL, Archived: "/captures/" + s.Capture, FirstSeen: s.FirstSeen.UTC().Format("2 Jan 2006, 15:04"),
		Fetched: s.CapturedAt.UTC().Format("2 Jan 2006, 15:04"), Capture: s.Capture, NoArchive: s.NoArchive,
		Revision: s.Revision, Who: speakers(s.Actors, 6)}
	d.Published, d.DateOrigin = dated(s)
	d.Guess = s.PublishedFrom == statement.FromURL || s.PublishedFrom == statement.FromText || s.Published == nil
	if u, err := url.Parse(s.URL); err == nil && p.Archived(u.Hostname()) {
		d.Original, d.OriginalArchived = d.Archived, true
	}
	for _, process := range p.Registry().Processes() {
		if ph, ok := p.Registry().PhaseAt(process.ID, s.Time()); ok {
			d.Phase = ph.Name
			break
		}
	}
	for i := range d.Who {
		if d.Who[i].Role == string(statement.Signatory) && d.Who[i].Path == "" {
			d.Who[i].Path = statementPath(s.ID) + "#signatories"
		}
	}
	d.cite(s)
	for _, f := range []place{{Name: "RIS", Path: "ris"}, {Name: "BibTeX", Path: "bibtex"}, {Name: "CSL-JSON", Path: "csl-json"}} {
		d.Cites = append(d.Cites, place{Name: f.Name, Path: "/api/v1" + statementPath(s.ID) + "/cite?format=" + f.Path})
	}
	d.AsQuery = query.Phrase{Field: query.URL, Text: s.URL}.String()
	d.WatchPath, d.ExportPath = "/saved?revisions=1&q="+url.QueryEscape(d.AsQuery), "/exports?q="+url.QueryEscape(d.AsQuery)
	d.corrected(s)
	return d
}

// corrected lists what an operator has put right, with the reason.
func (d *statementPage) corrected(s *statement.Statement) {
	names := map[string]string{}
	for _, a := range s.Actors {
		names[a.ID] = a.Name
	}
	for _, e := range s.Evidence {
		if e.Rule != statement.RuleCorrection {
			continue
		}
		c := correction{Name: cmpOr(names[e.ID], e.ID), What: "does not speak here", Reason: sentence(e.Reason)}
		if e.Role != "" {
			c.What = "is " + strings.ToLower(roleLabels[e.Role])
		}
		d.Corrections = append(d.Corrections, c)
	}
}

// cite fills in a line that names the statement, as a reference would.
func (d *statementPage) cite(s *statement.Statement) {
	signed := 0
	for _, a := range s.Actors {
		switch {
		case a.Role == statement.Issuer && d.CitedBy == "":
			d.CitedBy = a.Name
		case a.Role == statement.Signatory:
			signed++
		}
	}
	d.CitedBy = cmpOr(d.CitedBy, cmpOr(s.Author, hostOf(s.URL)))
	if signed > 1 {
		d.CitedBy += " and " + plural(signed, "signatory", "signatories")
	}
	d.CitedIn = "n.d."
	if s.Published != nil {
		d.CitedIn, d.CitedOn = s.Published.UTC().Format("2006"), ", "+s.Published.UTC().Format("2 January")
	}
}

func (p *pages) fillActors(d *statementPage, s *statement.Statement) {
	reg := p.Registry()
	names := map[string]string{}
	for _, a := range s.Actors {
		names[a.ID] = a.Name
		switch a.Role {
		case statement.Mentioned:
			if len(d.Mentioned) < maxMentioned {
				d.Mentioned = append(d.Mentioned, whoOf(a))
			} else {
				d.MoreMentioned++
			}
		case statement.Signatory:
			if len(d.Signatories) < maxSignatories {
				_, known := reg.Actor(a.ID)
				d.Signatories = append(d.Signatories, signatory{whoOf(a), !known})
			} else {
				d.MoreSignatories++
			}
		}
	}
	seen := map[position]bool{}
	for _, c := range s.Cues {
		at := position{Polarity: c.Polarity, Who: cmpOr(names[c.Actor], c.Actor), Target: c.Target, Said: c.Text}
		if c.Actor != "" {
			at.Path = actorPath(c.Actor)
		}
		key := at
		key.Said = ""
		if !seen[key] && len(d.Positions) < 20 {
			seen[key] = true
			d.Positions = append(d.Positions, at)
		}
	}
	for _, id := range s.Topics {
		n := 0
		for _, e := range s.Evidence {
			if e.Finding == "topic" && e.ID == id {
				n++
			}
		}
		t := topicPlaces{Name: topicName(reg, id), Path: topicPath(id)}
		if n > 0 {
			t.Places = plural(n, "place", "places")
		}
		d.Topics = append(d.Topics, t)
	}
}

// fillText shows the text, a long one in pages.
func (p *pages) fillText(r *http.Request, d *statementPage, s *statement.Statement) {
	text := []rune(s.Text)
	marks, c := marksOf(s, p.Registry(), len(text))
	d.Counts = c
	parts := partsOf(text, 120*len(d.Signatories)+100*len(d.Copies))
	part, _ := strconv.Atoi(r.URL.Query().Get("part"))
	part = min(max(part, 1), len(parts)-1)
	from, to := parts[part-1], parts[part]
	d.Paragraphs = paragraphsOf(text, from, to, marks)
	if part > 1 {
		d.Earlier = statementPath(s.ID) + "?part=" + itoa(part-1)
		d.Signatories, d.MoreSignatories = nil, 0 // they stand beside the first part
	}
	if to < len(text) {
		d.Later = statementPath(s.ID) + "?part=" + itoa(part+1)
	}
}

func copyOf(c *statement.Statement) copied {
	return copied{Path: statementPath(c.ID), URL: c.URL, Host: hostOf(c.URL), Source: c.Source, Date: c.Time().UTC().Format("2 Jan 2006")}
}

// fillOriginal names the statement that this one translates, with the evidence; one that was forgotten meanwhile by its id.
func (p *pages) fillOriginal(ctx context.Context, d *statementPage, s *statement.Statement) error {
	if s.TranslationOf == "" {
		return nil
	}
	t := translated{Path: statementPath(s.TranslationOf), Title: s.TranslationOf}
	original, err := p.Search.Statement(ctx, s.TranslationOf)
	switch {
	case err == nil:
		t.Path, t.Title, t.Language = statementPath(original.ID), cmpOr(original.Title, original.URL), original.Language
		t.About = languageName(original.Language) + ", " + original.Time().UTC().Format("2 Jan 2006")
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	for _, e := range s.Evidence {
		if e.Finding == statement.FindingTranslation {
			t.Why = append(t.Why, sentence(e.Rule)+fmt.Sprintf(" Confidence %.2f.", e.Confidence))
		}
	}
	d.Translation = &t
	return nil
}

func (p *pages) fillCopies(ctx context.Context, d *statementPage, id string) error {
	all, err := p.Search.Copies(ctx, id)
	if err != nil {
		return err
	}
	for i := range all[:min(len(all), maxCopiesShown)] {
		d.Copies = append(d.Copies, copyOf(&all[i]))
	}
	d.MoreCopies = max(0, len(all)-maxCopiesShown)
	return nil
}

func (p *pages) fillRevisions(ctx context.Context, d *statementPage, id string) error {
	all, err := p.Search.Revisions(ctx, id)
	if err != nil {
		return err
	}
	room := changesCost
	for i := len(all) - 1; i >= 0 && len(d.Revisions) < maxRevisionsShown; i-- {
		at := all[i].CapturedAt.UTC().Format("2 Jan 2006, 15:04:05")
		d.Revisions = append(d.Revisions, revision{Number: number(all[i].Number), Seen: at, Shown: i == len(all)-1})
		if i > 0 && len(d.Changes) < maxChanges && room > 0 {
			c, cost := changeOf(search.ChangeBetween(all[i-1], all[i]), min(room, changeCost))
			room -= cost
			d.Changes = append(d.Changes, c)
		}
	}
	d.MoreRevisions = len(all) - len(d.Revisions)
	if open := maxRevisionsOpen; len(d.Revisions) > open {
		d.Revisions, d.Older = d.Revisions[:open], d.Revisions[open:]
	}
	return nil
}

// changeOf shows a change in at most room bytes of a page, and gives how many it takes.
func changeOf(c search.Change, room int) (out change, cost int) {
	out = change{Number: number(c.To.Number), From: c.From.CapturedAt.UTC().Format("2 Jan 2006, 15:04:05"), To: c.To.CapturedAt.UTC().Format("2 Jan 2006, 15:04:05"),
		Size: plural(c.Title.Added+c.Text.Added, "word", "words") + " added, " + number(c.Title.Removed+c.Text.Removed) + " removed", Coarse: c.Text.Coarse}
	var titleCut, textCut bool
	var ofText int
	if !c.Title.Equal() {
		out.Title, cost, titleCut = fitting(c.Title.Spans, room/4)
	}
	out.Text, ofText, textCut = fitting(c.Text.Condense(12), room-cost)
	out.Cut = titleCut || textCut
	return out, cost + ofText
}

// fitting cuts spans after as many bytes of a page as there is room for, and gives how many they take.
func fitting(spans []worddiff.Span, room int) (out []worddiff.Span, cost int, cut bool) {
	for i, s := range spans {
		here := spanCost + len(template.HTMLEscapeString(s.Text))
		if i < maxChangeSpans && cost+here <= room {
			out, cost = append(out, s), cost+here
			continue
		}
		if n := len(s.Text) * max(0, room-cost-spanCost) / here; n > 0 && i < maxChangeSpans {
			s.Text = strings.ToValidUTF8(s.Text[:n], "")
			out = append(out, s)
		}
		return append(out, worddiff.Span{Op: worddiff.Cut}), room, true
	}
	return out, cost, false
}

// sandbox shows an archived page as it was, with scripts off, as a document that belongs to no site.
const sandbox = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// capture sends an archived page.
func (p *pages) capture(w http.ResponseWriter, r *http.Request) {
	c, err := p.Captures.Capture(r.Context(), r.PathValue("id"))
	if err != nil {
		p.page(func(*http.Request) (view, error) { return view{}, err })(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", sandbox)
	if isPDF := bytes.HasPrefix(c.Body, []byte("%PDF-")) && c.Header.Get("Content-Type") == "application/pdf"; isPDF {
		h.Set("Content-Security-Policy", "frame-ancestors 'none'") // browsers show no PDF in a sandbox; they have one of their own for it
	}
	h.Set("Content-Type", cmpOr(c.Header.Get("Content-Type"), "application/octet-stream"))
	if name := downloadName(c); name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	}
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(c.Body)
}

// downloadName is the name under which an archived Word document is handed over, since no browser shows one; empty for what one shows.
func downloadName(c *statement.Capture) string {
	const word = ".docx"
	u, err := url.Parse(c.PageURL())
	isWord := strings.HasPrefix(c.Header.Get("Content-Type"), "application/vnd.openxmlformats-officedocument.wordprocessingml")
	if err != nil || !bytes.HasPrefix(c.Body, []byte("PK")) || !isWord && !strings.EqualFold(path.Ext(u.Path), word) {
		return ""
	}
	name := path.Base(u.Path)
	if !strings.EqualFold(path.Ext(name), word) {
		name = cmpOr(strings.Trim(name, "./"), "document") + word
	}
	return name
}
