package web

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/registry"
	"rostrum/search/query"
)

// frame is what stands around every page.
type frame struct {
	Title   string
	Process string
	Places  []place
	Health  string
	Last    string // when the last new page came in
	Version string
	Stamp   string // of the assets: another when they change
	Link    string // this view's own address
}

type place struct {
	Name, Path string
	Here       bool
}

var places = []place{{Name: "Search", Path: "/"}, {Name: "Actors", Path: "/actors"}, {Name: "Topics", Path: "/topics"}, {Name: "Matrix", Path: "/matrix"},
	{Name: "Sources", Path: "/sources"}, {Name: "Saved", Path: "/saved"}, {Name: "Exports", Path: "/exports"}}

func (p *pages) frame(r *http.Request, title string) frame {
	f := frame{Title: title, Version: p.Version, Stamp: p.stamp, Process: processTitle(p.Registry()), Link: r.URL.RequestURI()}
	f.Health, f.Last = p.state(r.Context())
	if note := p.Search.Note(); note != "" {
		f.Health = note
	}
	for _, at := range places {
		at.Here = r.URL.Path == at.Path || at.Path != "/" && strings.HasPrefix(r.URL.Path, at.Path+"/")
		f.Places = append(f.Places, at)
	}
	return f
}

// health is one sentence on the sources.
func (p *pages) health(ctx context.Context) string {
	health, _ := p.state(ctx)
	return health
}

// state says how the sources are doing, and when one of them last brought something new.
func (p *pages) state(ctx context.Context) (health, last string) {
	sources, err := p.Sources.Sources(ctx)
	if err != nil {
		return "The state of the sources can't be read at the moment", ""
	}
	counts := map[string]int{}
	var newest time.Time
	for _, s := range sources {
		counts[s.State]++
		if s.LastNew != nil && s.LastNew.After(newest) {
			newest = *s.LastNew
		}
	}
	if !newest.IsZero() {
		last = "Last new page " + newest.UTC().Format("2 Jan 2006, 15:04")
	}
	parts := []string{}
	for _, state := range []string{"fresh", "new", "silent", "failing"} {
		if counts[state] > 0 {
			parts = append(parts, number(counts[state])+" "+stateWords[state])
		}
	}
	if len(parts) == 0 {
		return "No sources are watched", last
	}
	return plural(len(sources), "source", "sources") + ": " + strings.Join(parts, ", "), last
}

var stateWords = map[string]string{"fresh": "fresh", "new": "not read yet", "silent": "silent", "failing": "failing", "off": "switched off"}

// number writes n with thin spaces from 10 000.
func number(n int) string {
	s := ""
	for n >= 10000 || s != "" && n >= 1000 {
		s = "\u2009" + pad(n%1000) + s
		n /= 1000
	}
	return itoa(n) + s
}

func pad(n int) string {
	s := itoa(n)
	return strings.Repeat("0", 3-len(s)) + s
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// sentence makes a page's sentence of an error's words.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	s = capital(s)
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") {
		s += "."
	}
	return s
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// languageName is the English name of a language, of an unknown one in a fact's words.
func languageName(code string) string {
	if code == "und" {
		return "Language unknown"
	}
	return query.LanguageName(code)
}

// kindName turns a kind's id into words.
func kindName(kind string) string { return strings.ReplaceAll(kind, "-", " ") }

func topicName(reg *registry.Registry, id string) string {
	if t, ok := reg.Topic(id); ok {
		return t.Name
	}
	return id
}
