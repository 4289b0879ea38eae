package extract

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rostrum/internal/statement"
)

// earliest is the year before which nothing that is read here was published on the web or scanned into it.
const earliest = 1945

// publishedMetas are the names of meta elements that say when a page was published, the surest first.
var publishedMetas = []string{
	"article:published_time", "og:published_time", "og:article:published_time", "datepublished", "article.published", "rnews:datepublished",
	"citation_publication_date", "citation_online_date", "citation_date", "dc.date.issued", "dcterms.issued", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "publication-date",
	"publicationdate", "published-date", "published_date", "published_time", "original-publish-date", "cxenseparse:recs:publishtime", "article_date_original",
	"article:date", "article:post_date", "prism.publicationdate", "eprints.date", "bepress_citation_date", "ptime", "displaydate",
	"release_date", "weibo:article:create_at", "shareaholic:article_published_time",
}

// createdMetas say when a page was made: of an article that is when it was published, of a guide or a front page it is nothing.
var createdMetas = []string{"dc.date.created", "dcterms.created", "dc.created", "datecreated"}

// vagueMetas are those that some sites fill with the day on which the page was last made: an earlier day that the reader sees is surer.
var vagueMetas = []string{"date", "dc.date", "dc:date", "dcterms.date"}

// dating finds when a page was published, and only ever from what says so.
type dating struct {
	in     *Input
	facts  *facts
	ld     article
	top    []string // the lines a reader sees about the title, for the date under it
	title  string
	lines  []line          // all lines of the page
	above  []string        // the last lines before the text
	text   []string        // those of its text
	listed map[string]bool // the lines that are entries of a list, each with its day
}

// published gives the moment and where it came from; the zero time and FromNone when nobody says. The day is the publisher's: where UTC
// would make it another, the moment is moved to the edge of that day.
func (d dating) published() (time.Time, string) {
	if d.plausible(d.in.Hint.Published) {
		return ownDay(d.in.Hint.Published), statement.FromFeed
	}
	if t, ok := d.parse(d.ld.published); ok {
		return d.dayOfURL(t), statement.FromJSONLD
	}
	if t, ok := d.firstMeta(publishedMetas); ok {
		return d.dayOfURL(t), statement.FromMeta
	}
	if t, ok := d.firstMeta(createdMetas); ok && !strings.EqualFold(d.facts.first("og:type"), "website") {
		return d.dayOfURL(t), statement.FromMeta
	}
	if t, ok := d.markedTime(); ok {
		return t, statement.FromMeta
	}
	if t, ok := d.firstMeta(vagueMetas); ok {
		switch seen, found := d.visible(); {
		case found && seen.Before(t.Truncate(24*time.Hour)):
			return seen, statement.FromText
		case found || !d.lists():
			return d.dayOfURL(t), statement.FromMeta
		}
	}
	if t, ok := d.fromURL(); ok {
		return t, statement.FromURL
	}
	if t, ok := d.visible(); ok {
		return t, statement.FromText
	}
	return time.Time{}, statement.FromNone
}

// lists says whether the page has so many marked days that it lists other pages: a date in its head is then that of the newest.
func (d dating) lists() bool {
	return len(d.timeElements(func(*html.Node) bool { return true })) >= listing
}

func (d dating) firstMeta(names []string) (time.Time, bool) {
	for _, name := range names {
		for _, v := range d.facts.metas[name] {
			if t, ok := d.parse(v); ok {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// dayOfURL moves a moment to the day that the address names, if that is the day before or after: many machines write UTC where the
// publisher's day has not ended.
func (d dating) dayOfURL(t time.Time) time.Time {
	day, ok := d.fromURL()
	if apart := t.Truncate(24 * time.Hour).Sub(day); !ok || apart != 24*time.Hour && apart != -24*time.Hour {
		return t
	}
	return withinDay(t, day)
}

func (d dating) parse(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	t, ok := parseMachine(s)
	return t, ok && d.plausible(t)
}

// plausible refuses what is before earliest or more than a day after the page was fetched.
func (d dating) plausible(t time.Time) bool {
	if t.IsZero() || t.Year() < earliest {
		return false
	}
	return d.in.FetchedAt.IsZero() || !t.After(d.in.FetchedAt.Add(24*time.Hour))
}

// markedTime reads the elements that are marked as the time of publication.
func (d dating) markedTime() (time.Time, bool) {
	for _, n := range d.facts.times {
		if _, pub := attribute(n, "pubdate"); !pub && !hasWord(attr(n, "itemprop"), "datePublished") && !publishedClass(attr(n, "class")) {
			continue
		}
		if t, ok := d.timeOf(n); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// publishedClass says whether a class of a time element is one of those that themes give the date of the page's own article.
func publishedClass(class string) bool {
	return hasWord(class, "entry-date") || hasWord(class, "published") || hasWord(class, "dt-published")
}

func attribute(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func (d dating) timeOf(n *html.Node) (time.Time, bool) {
	for _, key := range []string{"datetime", "content", "title"} {
		if t, ok := d.parse(attr(n, key)); ok {
			return t, true
		}
	}
	return d.parse(clean(textOf(n)))
}

var (
	urlParts   = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d{2})[-/_.](\d{1,2})[-/_.](\d{1,2})(?:$|[^\d])`)
	urlCompact = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d{2})(\d{2})(\d{2})(?:$|[^\d])`)
)

// fromURL reads a whole date in the path of the address; in its query, numbers are as likely to be something else.
func (d dating) fromURL() (time.Time, bool) {
	u, err := url.Parse(d.in.URL)
	if err != nil {
		return time.Time{}, false
	}
	for _, form := range []*regexp.Regexp{urlParts, urlCompact} {
		if m := form.FindStringSubmatch(u.Path); m != nil {
			t, ok := civil(m[1], m[2], m[3], "", "", "", "")
			if ok && d.plausible(t) {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

func withinMain(n *html.Node) bool {
	for p := range n.Ancestors() {
		switch p.DataAtom {
		case atom.Main, atom.Article:
			return true
		case atom.Aside, atom.Nav, atom.Footer:
			return false
		}
	}
	return false
}
