package e2e

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"html/template"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	gmhtml "github.com/yuin/goldmark/renderer/html"
	nethtml "golang.org/x/net/html"
)

// post is one post of the blog as its file says it.
type post struct {
	Path  string // and query, as the site serves it
	Title string
	Date  time.Time
	HTML  template.HTML
	Text  string // what a reader sees of the body
}

// blog is the site: its posts, newest first.
type blog struct {
	host  string
	posts []post
	byURL map[string]*post
	pages *template.Template
}

var shortcode = regexp.MustCompile(`(?s)\{\{<.*?>\}\}`)

// readBlog reads every post that has something to say.
func readBlog(t testing.TB, dir, host string) *blog {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "posts", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no posts in %s: %v", dir, err)
	}
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(gmhtml.WithUnsafe()))
	b := &blog{host: host, byURL: map[string]*post{}, pages: template.Must(template.New("").Parse(theme))}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, ok := readPost(t, markdown, filepath.Base(file), string(raw))
		if ok {
			b.posts = append(b.posts, p)
		}
	}
	slices.SortStableFunc(b.posts, func(x, y post) int { return y.Date.Compare(x.Date) })
	for i := range b.posts {
		b.byURL[b.posts[i].Path] = &b.posts[i]
	}
	return b
}

func readPost(t testing.TB, markdown goldmark.Markdown, name, raw string) (post, bool) {
	t.Helper()
	_, rest, _ := strings.Cut(raw, "---\n")
	front, body, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		t.Fatalf("%s has no front matter", name)
	}
	var meta struct {
		Title, Date, URL string
	}
	if err := yaml.Unmarshal([]byte(front), &meta); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	date, err := time.Parse(time.RFC3339, meta.Date)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var out bytes.Buffer
	if err := markdown.Convert([]byte(shortcode.ReplaceAllString(body, "")), &out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	p := post{Path: meta.URL, Title: meta.Title, Date: date.UTC(), HTML: template.HTML(out.String()), Text: visible(out.String())}
	if p.Path == "" {
		p.Path = strings.TrimSuffix(name, ".md") + "/"
	}
	address, err := url.Parse("/" + strings.TrimPrefix(p.Path, "/"))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	p.Path = address.RequestURI()
	return p, strings.TrimSpace(p.Text) != "" && p.Title != ""
}

// visible is the text of an HTML fragment, blocks apart.
func visible(fragment string) string {
	var b strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(fragment))
	hidden := 0
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return b.String()
		case nethtml.TextToken:
			if hidden == 0 {
				b.WriteString(html.UnescapeString(string(z.Raw())))
			}
		case nethtml.StartTagToken:
			if name, _ := z.TagName(); string(name) == "script" || string(name) == "style" || string(name) == "iframe" {
				hidden++
			} else if !inline[string(name)] {
				b.WriteByte('\n')
			}
		case nethtml.EndTagToken:
			if name, _ := z.TagName(); string(name) == "script" || string(name) == "style" || string(name) == "iframe" {
				hidden--
			} else if !inline[string(name)] {
				b.WriteByte('\n')
			}
		}
	}
}

var inline = map[string]bool{"a": true, "em": true, "strong": true, "b": true, "i": true, "span": true, "u": true, "sup": true, "sub": true, "code": true}

// handler serves the posts, list pages of twelve, and a feed of the newest twenty.
func (b *blog) handler() http.Handler {
	const perList = 12
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := b.byURL[r.URL.RequestURI()]; p != nil {
			b.render(w, "post", p, p.Title)
			return
		}
		n := 1
		if m := listPage.FindStringSubmatch(r.URL.Path); m != nil && m[1] != "" {
			n, _ = strconv.Atoi(m[1])
		}
		switch {
		case r.URL.Path == "/feed.xml":
			b.feed(w)
		case r.URL.Path == "/robots.txt":
			_, _ = fmt.Fprintln(w, "User-agent: *\nAllow: /")
		case listPage.MatchString(r.URL.Path):
			from, to := (n-1)*perList, min(n*perList, len(b.posts))
			if from >= len(b.posts) {
				http.NotFound(w, r)
				return
			}
			next := ""
			if to < len(b.posts) {
				next = fmt.Sprintf("/blog/page/%d/", n+1)
			}
			b.render(w, "list", struct {
				Posts []post
				Next  string
			}{b.posts[from:to], next}, "Blog")
		default:
			http.NotFound(w, r)
		}
	})
}

var listPage = regexp.MustCompile(`^/blog/(?:page/(\d+)/)?$`)

func (b *blog) render(w http.ResponseWriter, name string, data any, title string) {
	// Related posts are the five newest, with the beginning of their text: words of one post on the page of another.
	var related []post
	for _, p := range b.posts[:5] {
		if text := []rune(strings.Join(strings.Fields(p.Text), " ")); len(text) > 160 {
			p.Text = string(text[:160]) + "…"
		}
		related = append(related, p)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	var out bytes.Buffer
	err := b.pages.ExecuteTemplate(&out, name, struct {
		Title, Host string
		Related     []post
		Page        any
	}{title, b.host, related, data})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = out.WriteTo(w)
}

func (b *blog) feed(w http.ResponseWriter) {
	type item struct {
		Title   string `xml:"title"`
		Link    string `xml:"link"`
		PubDate string `xml:"pubDate"`
	}
	type channel struct {
		Title string `xml:"title"`
		Link  string `xml:"link"`
		Items []item `xml:"item"`
	}
	c := channel{Title: "The blog", Link: "http://" + b.host + "/"}
	for _, p := range b.posts[:20] {
		c.Items = append(c.Items, item{p.Title, "http://" + b.host + p.Path, p.Date.Format(time.RFC1123Z)})
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	_ = xml.NewEncoder(w).Encode(struct {
		XMLName xml.Name `xml:"rss"`
		Version string   `xml:"version,attr"`
		Channel channel  `xml:"channel"`
	}{Version: "2.0", Channel: c})
}

// theme has what a real one has around the text: menus, a sidebar, related posts, a newsletter box, a cookie note and a footer. The
// words grommetwick, brindlemoor and sallowfen stand in these alone.
const theme = `
{{define "top"}}<!DOCTYPE html><html lang="en-AU"><head><meta charset="utf-8"><title>{{.Title}} – The Blog</title>
<meta property="og:title" content="{{.Title}}"><meta property="og:site_name" content="The Blog"></head><body class="site">
<div class="cookie-banner" role="dialog"><p>We use cookies to keep grommetwick preferences. Accept or decline.</p></div>
<header class="site-header"><a class="logo" href="/">The Blog</a><nav class="menu"><ul><li><a href="/about/">About</a></li><li><a href="/campaigns/">Campaigns</a>
<ul class="sub-menu"><li><a href="/campaigns/surveillance/">Surveillance and metadata</a></li><li><a href="/campaigns/encryption/">Encryption</a></li></ul></li>
<li><a href="/blog/">Blog</a></li><li><a href="/donate/">Donate</a></li></ul></nav></header><div class="layout">{{end}}
{{define "bottom"}}<aside class="sidebar"><section class="widget"><h3>Related posts</h3><ul class="related">{{range .Related}}<li><a href="{{.Path}}">{{.Title}}</a><p>{{.Text}}</p></li>{{end}}</ul></section>
<section class="widget newsletter"><h3>Stay in the loop</h3><p>Join the brindlemoor list for monthly updates on privacy, surveillance and digital rights.</p><form action="/join"><input name="email"><button>Join</button></form></section>
<section class="widget"><h3>Categories</h3><ul><li><a href="/c/news">News</a></li><li><a href="/c/submissions">Submissions</a></li></ul></section></aside></div>
<footer class="site-footer"><p>We acknowledge the traditional owners of the land. Registered charity sallowfen 12 345 678.</p><ul><li><a href="/privacy">Privacy policy</a></li><li><a href="/contact">Contact</a></li></ul><p>© The Blog</p></footer></body></html>{{end}}
{{define "post"}}{{template "top" .}}<main><article class="post"><header class="entry-header"><h1 class="entry-title">{{.Page.Title}}</h1>
<p class="entry-meta">Posted on <time class="entry-date published" datetime="{{.Page.Date.Format "2006-01-02T15:04:05Z07:00"}}" itemprop="datePublished">{{.Page.Date.Format "2 January 2006"}}</time> by <span class="author">the team</span></p></header>
<div class="entry-content">{{.Page.HTML}}</div><footer class="entry-footer"><ul class="share"><li><a href="#">Share</a></li><li><a href="#">Print</a></li></ul></footer></article></main>{{template "bottom" .}}{{end}}
{{define "list"}}{{template "top" .}}<main><h1>Blog</h1>{{range .Page.Posts}}<div class="teaser"><h2><a href="{{.Path}}">{{.Title}}</a></h2></div>{{end}}
{{with .Page.Next}}<nav class="pagination"><a rel="next" href="{{.}}">Older posts</a></nav>{{end}}</main>{{template "bottom" .}}{{end}}
`
