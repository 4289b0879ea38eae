package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rostrum/internal/statement"
)

// statementPage is one statement.
type statementPage struct {
	Frame                      frame
	Title, Language            string
	LanguageName, Kind, Source string
	URL, Original, Archived    string
	OriginalArchived           bool
	FirstSeen                  string
	Revision                   string
	Published                  *day
	DateOrigin                 string
	Who, Speakers, Mentioned   []who
	Signatories                []who
	Topics                     []place
	Paragraphs                 [][]span
	Revisions                  []revision
	Copies                     []copied
	TranslationOf              string // the path of the original
}

// copied is another address at which the statement stands.
type copied struct {
	Path, URL, Source, Date string
}

// span is a stretch of the text; one with a Path is where an actor stands.
type span struct {
	Text, Path, Note string
}

type revision struct {
	Number, Seen, Difference string
}

// maxRevisionsShown bounds the table; the API lists all.
const maxRevisionsShown = 50

func (p *pages) statement(r *http.Request) (view, error) {
	s, err := p.Search.Statement(r.Context(), r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	reg := p.Registry()
	d := statementPage{Frame: p.frame(r, s.Title), Title: s.Title, Language: s.Language, LanguageName: languageName(s.Language), Kind: kindName(s.Kind),
		Source: s.Source, URL: s.URL, Original: s.URL, Archived: "/captures/" + s.Capture, FirstSeen: s.FirstSeen.UTC().Format("2 Jan 2006 15:04"),
		Revision: number(s.Revision), Who: speakers(s.Actors, 6), Speakers: speakers(s.Actors, 12)}
	d.Published, d.DateOrigin = dated(&s)
	if u, err := url.Parse(s.URL); err == nil && p.Archived(u.Hostname()) {
		d.Original, d.OriginalArchived = d.Archived, true
	}
	for _, a := range s.Actors {
		switch a.Role {
		case statement.Mentioned:
			d.Mentioned = append(d.Mentioned, whoOf(a))
		case statement.Signatory:
			d.Signatories = append(d.Signatories, whoOf(a))
		}
	}
	for _, id := range s.Topics {
		d.Topics = append(d.Topics, place{Name: topicName(reg, id), Path: searchPath("topic:" + id)})
	}
	d.Paragraphs = paragraphs(&s)
	if s.TranslationOf != "" {
		d.TranslationOf = "/statements/" + url.PathEscape(s.TranslationOf)
	}
	if s.Copies > 0 {
		if d.Copies, err = p.copies(r, s.ID); err != nil {
			return view{}, err
		}
	}
	if s.Revision > 1 {
		if d.Revisions, err = p.revisions(r, s.ID); err != nil {
			return view{}, err
		}
	}
	return view{template: "statement.html", data: d}, nil
}

// maxCopiesShown bounds the list; the API gives all.
const maxCopiesShown = 50

func (p *pages) copies(r *http.Request, id string) ([]copied, error) {
	all, err := p.Search.Copies(r.Context(), id)
	if err != nil {
		return nil, err
	}
	out := make([]copied, 0, min(len(all), maxCopiesShown))
	for i := range all[:min(len(all), maxCopiesShown)] {
		c := &all[i]
		out = append(out, copied{Path: "/statements/" + c.ID, URL: c.URL, Source: c.Source, Date: c.Time().UTC().Format("2 Jan 2006")})
	}
	return out, nil
}

func (p *pages) revisions(r *http.Request, id string) ([]revision, error) {
	all, err := p.Search.Revisions(r.Context(), id)
	if err != nil {
		return nil, err
	}
	out := make([]revision, 0, min(len(all), maxRevisionsShown))
	for i := len(all) - 1; i >= 0 && len(out) < maxRevisionsShown; i-- {
		row := revision{Number: number(all[i].Number), Seen: all[i].CapturedAt.UTC().Format("2 Jan 2006 15:04:05")}
		if i > 0 {
			row.Difference = firstDifference(all[i-1].Text, all[i].Text)
		}
		out = append(out, row)
	}
	return out, nil
}

// firstDifference is the first paragraph of after that does not stand in before.
func firstDifference(before, after string) string {
	stood := strings.Split(before, "\n")
	for line := range strings.SplitSeq(after, "\n") {
		if !slices.Contains(stood, line) {
			if text := []rune(line); len(text) > 240 {
				return string(text[:240]) + "…"
			}
			return line
		}
	}
	return ""
}

// paragraphs cuts the text into paragraphs and each at the actors that the evidence places in it.
func paragraphs(s *statement.Statement) [][]span {
	text := []rune(s.Text)
	marks := slices.DeleteFunc(slices.Clone(s.Evidence), func(e statement.Evidence) bool {
		return e.In != "text" || e.Finding != "actor" && e.Finding != "signatory" || e.Start >= e.End || e.End > len(text)
	})
	slices.SortFunc(marks, func(a, b statement.Evidence) int { return a.Start - b.Start })
	out, at := [][]span{}, 0
	for line := range strings.SplitSeq(s.Text, "\n") {
		end := at + len([]rune(line))
		var spans []span
		for len(marks) > 0 && marks[0].Start < end {
			m := marks[0]
			marks = marks[1:]
			if m.Start < at || m.End > end {
				continue
			}
			spans = append(spans, span{Text: string(text[at:m.Start])},
				span{Text: string(text[m.Start:m.End]), Path: searchPath("actor:" + m.ID), Note: string(m.Role) + ", by " + m.Rule})
			at = m.End
		}
		out = append(out, append(spans, span{Text: string(text[at:end])}))
		at = end + 1
	}
	return out
}

// sandbox shows an archived page as it was, with scripts off, as a document that belongs to no site.
const sandbox = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

// capture sends an archived page.
func (p *pages) capture(w http.ResponseWriter, r *http.Request) {
	c, err := p.Captures.Capture(r.Context(), r.PathValue("id"))
	if err != nil {
		p.page(func(*http.Request) (view, error) { return view{}, err })(w, r)
		return
	}
	h := w.Header()
	if isPDF := bytes.HasPrefix(c.Body, []byte("%PDF-")) && c.Header.Get("Content-Type") == "application/pdf"; !isPDF {
		h.Set("Content-Security-Policy", sandbox) // browsers show no PDF in a sandbox; they have one of their own for it
	}
	h.Set("Content-Type", cmpOr(c.Header.Get("Content-Type"), "application/octet-stream"))
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(c.Body)
}
