package app

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"rostrum/configs"
	"rostrum/crawler"
	"rostrum/crawler/discover"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Bounds of what a check tells.
const (
	maxSamples = 5
	maxOffers  = 20
)

// SourceCheck is what a look at an address found, as `rostrum sources check` tells it.
type SourceCheck struct {
	ID       string   `json:"id,omitempty"` // of the configured source
	URL      string   `json:"url"`
	LedTo    string   `json:"led_to,omitempty"`
	Status   int      `json:"status,omitempty"`
	Robots   string   `json:"robots"`
	Type     string   `json:"type,omitempty"` // feed, sitemap, list or page
	Title    string   `json:"title,omitempty"`
	Entries  int      `json:"entries"`
	Taken    int      `json:"taken"` // of them, that the source takes by its sites and patterns
	Samples  []string `json:"samples"`
	Feeds    []string `json:"feeds"`          // that the page names
	Sitemaps []string `json:"sitemaps"`       // that robots.txt names, or /sitemap.xml where it names none and there is one
	Next     string   `json:"next,omitempty"` // where a list goes on
	Problems []string `json:"problems"`
	YAML     string   `json:"yaml,omitempty"`   // to be pasted into sources.yaml
	Others   []Offer  `json:"others,omitempty"` // other ways to watch the same site

	Entry *SourceEntry `json:"-"` // what YAML writes; nil for a configured source
}

// check is a look at an address that is under way.
type check struct {
	*SourceCheck
	visitor *crawler.Visitor
	pattern string // of the list's links that look like statements
}

// CheckSource looks at the source of an id, or at any address, as the crawler would, and keeps nothing. Its error is that the target
// is neither; what is wrong with the site is among the problems.
func CheckSource(ctx context.Context, cfg *configs.Config, target string) (SourceCheck, error) {
	if strings.Contains(target, "://") {
		if _, err := statement.Canonicalize(target); err != nil {
			return SourceCheck{}, fault.As(fault.Invalid, err)
		}
		return checkSource(ctx, cfg, configs.Source{URL: target}), nil
	}
	for _, p := range cfg.Processes {
		for _, s := range p.Sources {
			if s.ID == target {
				return checkSource(ctx, cfg, s), nil
			}
		}
	}
	return SourceCheck{}, fault.New(fault.NotFound, "there is no source "+target, "give its id as in sources.yaml, or an address that begins with http")
}

func checkSource(ctx context.Context, cfg *configs.Config, s configs.Source) SourceCheck {
	c := check{SourceCheck: &SourceCheck{ID: s.ID, URL: s.URL, Samples: []string{}, Feeds: []string{}, Sitemaps: []string{}, Problems: []string{}}}
	visitor, err := crawler.NewVisitor(fetchOptions(cfg))
	if err != nil {
		c.problem(err.Error())
		return *c.SourceCheck
	}
	defer visitor.Close()
	c.visitor = visitor
	c.robots(ctx, cfg)
	captured, err := visitor.Fetch(ctx, s.URL, s.ID)
	if err != nil {
		c.problem(err.Error())
		return *c.SourceCheck
	}
	c.Status = captured.Status
	if page := captured.PageURL(); page != s.URL {
		c.LedTo = page
	}
	if c.Status != http.StatusOK {
		c.problem(fmt.Sprintf("it answers %d %s: look for its new address", c.Status, http.StatusText(c.Status)))
		return *c.SourceCheck
	}
	c.look(s, captured)
	if s.ID == "" && c.Type != "" {
		c.offers(ctx, cfg)
	}
	return *c.SourceCheck
}

func (c *check) problem(line string) { c.Problems = append(c.Problems, line) }

// robots says what robots.txt says.
func (c *check) robots(ctx context.Context, cfg *configs.Config) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return
	}
	rules, err := c.visitor.Rules(ctx, u)
	switch {
	case err != nil:
		c.Robots = "can't be fetched"
		return
	case rules.Status != 0:
		c.Robots = fmt.Sprintf("none (answers %d)", rules.Status)
		return
	}
	c.Sitemaps = append(c.Sitemaps, rules.Sitemaps[:min(len(rules.Sitemaps), maxOffers)]...)
	c.Robots = "allowed"
	if !rules.Allows(u) {
		c.Robots = "not allowed"
		if !cfg.Fetch.Robots {
			c.Robots += ", and not obeyed (fetch.robots)"
		}
	}
	if rules.Delay > 0 {
		c.Robots += fmt.Sprintf(", one request every %s", rules.Delay)
	}
}

// look finds out what a document is, and what it leads to.
func (c *check) look(s configs.Source, captured *statement.Capture) {
	d := discover.Document{URL: captured.PageURL(), ContentType: captured.Header.Get("Content-Type"), Body: captured.Body, MaxBody: 64 << 20}
	if markup(captured) {
		c.page(d)
	}
	found, err := c.read(s, d)
	if err != nil {
		c.problem(err.Error())
		return
	}
	for _, note := range []string{found.Partial, found.Bound} {
		if note != "" {
			c.problem(note)
		}
	}
	c.Entries = len(found.Pages)
	if len(found.Documents) > 0 && c.Type == string(crawler.Sitemap) {
		c.Entries = len(found.Documents)
		c.Samples = found.Documents[:min(len(found.Documents), maxSamples)]
		c.Taken = c.Entries
		return
	}
	if c.Type == string(crawler.List) {
		if c.pattern = patternOf(found.Pages, c.hosts()); s.ID == "" && c.pattern != "" {
			s.Links.Include = []string{c.pattern}
		}
		if len(found.Documents) > 0 {
			c.Next = found.Documents[0]
		}
	}
	c.take(s, found)
}

// markup says whether a capture is a web page.
func markup(captured *statement.Capture) bool {
	head := bytes.ToLower(captured.Body[:min(len(captured.Body), 1024)])
	return strings.Contains(captured.Header.Get("Content-Type"), "html") || bytes.Contains(head, []byte("<!doctype html")) || bytes.Contains(head, []byte("<html"))
}

// read reads a document as what its source says it is, or as what it turns out to be.
func (c *check) read(s configs.Source, d discover.Document) (discover.Found, error) {
	next, err := regexp.Compile(s.Next.Pattern)
	if err != nil || s.Next.Pattern == "" {
		next = nil
	}
	read := map[crawler.Type]func() (discover.Found, error){
		crawler.Feed:    func() (discover.Found, error) { return discover.Feed(d) },
		crawler.Sitemap: func() (discover.Found, error) { return discover.Sitemap(d) },
		crawler.List:    func() (discover.Found, error) { return discover.List(d, next) },
		crawler.Page:    func() (discover.Found, error) { return discover.Found{Pages: []discover.Link{{URL: d.URL}}}, nil },
	}
	if s.Type != "" {
		c.Type = s.Type
		return read[crawler.Type(s.Type)]()
	}
	for _, kind := range []crawler.Type{crawler.Feed, crawler.Sitemap} {
		if found, err := read[kind](); err == nil && len(found.Pages)+len(found.Documents) > 0 {
			c.Type = string(kind)
			return found, nil
		}
	}
	if found, err := read[crawler.List](); err == nil && len(found.Pages) >= maxSamples {
		c.Type = string(crawler.List)
		return found, nil
	}
	c.Type = string(crawler.Page)
	return read[crawler.Page]()
}

// take counts the pages that the source takes, and shows some.
func (c *check) take(s configs.Source, found discover.Found) {
	source, err := crawlerSource(s)
	if err != nil {
		c.problem(err.Error())
		return
	}
	if len(source.Sites) == 0 && c.LedTo != "" && s.ID == "" {
		source.URL = c.LedTo
	}
	var left []string
	for _, link := range found.Pages {
		switch {
		case c.Type != string(crawler.Page) && !source.Takes(link.URL):
			left = append(left, link.URL)
			continue
		case len(c.Samples) < maxSamples && !slices.Contains(c.Samples, link.URL):
			c.Samples = append(c.Samples, link.URL)
		}
		c.Taken++
	}
	if c.Entries > 0 && c.Taken == 0 {
		c.problem(fmt.Sprintf("none of the %d links is taken, such as %s: add their host to sites, or mend links.include", c.Entries, left[0]))
	}
}

// page reads what a web page says of itself: its title and its feeds.
func (c *check) page(d discover.Document) {
	base, err := url.Parse(d.URL)
	if err != nil {
		return
	}
	text, err := charset.NewReader(bytes.NewReader(d.Body), d.ContentType)
	if err != nil {
		return
	}
	z := html.NewTokenizer(text)
	z.SetMaxBuf(1 << 20)
	inTitle := false
	for z.Next() != html.ErrorToken {
		t := z.Token()
		switch {
		case t.Type == html.TextToken && inTitle:
			c.Title = strings.Join(strings.Fields(c.Title+t.Data), " ")
		case t.Data == "title":
			inTitle = t.Type == html.StartTagToken && c.Title == ""
		case (t.Data == "link" || t.Data == "a") && t.Type != html.EndTagToken:
			c.offer(base, t)
		}
	}
}

// feedAddress is how the paths of feeds end, for pages that only link to theirs.
var feedAddress = regexp.MustCompile(`(?i)(/(feed|rss|atom)/?|/(feed|rss|atom|index)\.(xml|rdf|json)|\.(rss|atom)|/(rss|feed)\.(php|aspx|html?))$`)

var feedTypes = []string{"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}

func (c *check) offer(base *url.URL, t html.Token) {
	attributes := map[string]string{}
	for _, a := range t.Attr {
		attributes[a.Key] = a.Val
	}
	kind, _, _ := strings.Cut(strings.ToLower(attributes["type"]), ";")
	rels := strings.Fields(strings.ToLower(attributes["rel"]))
	u, err := base.Parse(strings.TrimSpace(attributes["href"]))
	named := slices.Contains(rels, "alternate") && slices.Contains(feedTypes, strings.TrimSpace(kind))
	if err != nil || u.Scheme != base.Scheme && !strings.HasPrefix(u.Scheme, "http") || !named && (t.Data != "a" || !feedAddress.MatchString(u.Path)) {
		return
	}
	if address := u.String(); len(c.Feeds) < maxOffers && !slices.Contains(c.Feeds, address) {
		c.Feeds = append(c.Feeds, address)
	}
}

// freeID makes an id that no source has.
func freeID(cfg *configs.Config, id string) string {
	taken := sourceNames(cfg)
	for n, tried := 2, id; ; n++ {
		if _, ok := taken[tried]; !ok {
			return tried
		}
		tried = fmt.Sprintf("%s-%d", id, n)
	}
}
