package demosite

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"strconv"
	"time"
)

const htmlType = "text/html; charset=utf-8"

// page is what the templates see.
type page struct {
	Site              *site
	Words             words
	Menu              []link
	RTL               bool
	URL, Title        string
	Doc               *document // nil for an index
	Shown             string    // the date as readers see it
	Modified          string
	FeedURL, FeedType string
	Blocks            []block
	Related, Entries  []link
	Newer, Older      string
}

// link is an entry of a menu or a list.
type link struct{ Path, Title, Text, Teaser, Shown string }

// builder renders the pages of one site.
type builder struct {
	site  *site
	words words
	tmpl  *template.Template
	pages map[string]resource
}

// build renders everything a site serves, by path.
func build(s *site, w words) (map[string]resource, error) {
	tmpl, err := template.ParseFS(files, "templates/shared.html", "templates/"+s.Template+".html")
	if err != nil {
		return nil, fmt.Errorf("parse template %q: %w", s.Template, err)
	}
	if len(w.Months) != 12 {
		return nil, fmt.Errorf("no months in language %q", s.Lang)
	}
	b := &builder{site: s, words: w, tmpl: tmpl, pages: map[string]resource{}}
	for _, step := range []func() error{b.statements, b.indexes, b.feed, b.sitemap} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	b.robots()
	return b.pages, nil
}

func (b *builder) statements() error {
	for _, d := range b.site.docs {
		r := resource{contentType: htmlType, modified: d.Date}
		var err error
		switch {
		case d.Live:
			r.live = func(version int64) ([]byte, error) { return b.render(b.livePage(d, version)) }
		case d.PDF:
			r.contentType = "application/pdf"
			r.body, err = writePDF(d.Title, cmp.Or(d.Symbol, b.site.Name), d.Blocks)
		default:
			r.body, err = b.render(b.statementPage(d))
		}
		if err != nil {
			return err
		}
		if _, taken := b.pages[d.Path]; taken {
			return fmt.Errorf("two statements at %s", d.Path)
		}
		b.pages[d.Path] = r
	}
	return nil
}

// indexes are the home page, the page about the site, and the list.
func (b *builder) indexes() error {
	home := b.page("/", b.site.Name)
	home.Entries = b.entries(b.site.docs[:min(3, len(b.site.docs))])
	about := b.page(b.site.About.Path, b.site.About.Title)
	about.Blocks = []block{{Kind: "paragraph", Text: b.site.About.Text}}
	pages := b.lists()
	pages["/"], pages[b.site.About.Path] = home, about
	for path, p := range pages {
		body, err := b.render(p)
		if err != nil {
			return err
		}
		b.pages[path] = resource{contentType: htmlType, body: body}
	}
	return nil
}

// lists are the pages of the list, by path, in as many pages as it takes.
func (b *builder) lists() map[string]page {
	pages := map[string]page{}
	per := b.site.List.PerPage
	last := (len(b.site.docs) + per - 1) / per
	for n := 1; n <= last; n++ {
		list := b.page(b.listPath(n), b.site.List.Title)
		list.Entries = b.entries(b.site.docs[(n-1)*per : min(n*per, len(b.site.docs))])
		if n > 1 {
			list.Newer = b.listPath(n - 1)
		}
		if n < last {
			list.Older = b.listPath(n + 1)
		}
		pages[b.listPath(n)] = list
	}
	return pages
}

func (b *builder) listPath(n int) string {
	if n == 1 {
		return b.site.List.Path
	}
	return b.site.List.Path + "?page=" + strconv.Itoa(n)
}

// page is what every page of the site has.
func (b *builder) page(path, title string) page {
	p := page{Site: b.site, Words: b.words, RTL: b.site.Lang == "ar", URL: b.site.base() + path, Title: title}
	p.Menu = []link{
		{Path: "/", Text: b.words.Home},
		{Path: b.site.List.Path, Text: b.site.List.Title},
		{Path: b.site.About.Path, Text: b.site.About.Title},
	}
	if b.site.Feed.Type != "" {
		p.FeedURL, p.FeedType = b.site.base()+b.site.Feed.Path, "application/"+b.site.Feed.Type+"+xml"
	}
	return p
}

func (b *builder) statementPage(d *document) page {
	p := b.page(d.Path, d.Title)
	p.Doc, p.Blocks, p.Shown = d, d.Blocks, b.shown(d)
	for _, other := range b.site.docs {
		if other != d && len(p.Related) < 3 {
			p.Related = append(p.Related, link{Path: other.Path, Title: other.Title, Teaser: other.teaser()})
		}
	}
	return p
}

// livePage is the changing statement at one version: its marked paragraph holds that version's sentence.
func (b *builder) livePage(d *document, version int64) page {
	p := b.statementPage(d)
	p.Modified = time.Unix(version*int64(Step/time.Second), 0).UTC().Format(time.RFC3339)
	p.Blocks = make([]block, 0, len(d.Blocks))
	for _, bl := range d.Blocks {
		if bl.Text == "[[note]]" {
			bl.Text = Sentence(version)
		}
		p.Blocks = append(p.Blocks, bl)
	}
	return p
}

func (b *builder) entries(docs []*document) []link {
	links := make([]link, 0, len(docs))
	for _, d := range docs {
		links = append(links, link{Path: d.Path, Title: d.Title, Shown: b.shown(d)})
	}
	return links
}

func (b *builder) shown(d *document) string {
	if !d.Dated || b.site.HideDate {
		return ""
	}
	return fmt.Sprintf(b.words.Date, d.Date.Day(), b.words.Months[d.Date.Month()-1], d.Date.Year())
}

func (b *builder) render(p page) ([]byte, error) {
	var out bytes.Buffer
	if err := b.tmpl.ExecuteTemplate(&out, "page", p); err != nil {
		return nil, fmt.Errorf("render %s: %w", p.URL, err)
	}
	return out.Bytes(), nil
}
