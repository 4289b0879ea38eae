package extract

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/statement"
)

func TestAuthorsAndWhereTheyCameFrom(t *testing.T) {
	for name, c := range map[string]struct{ head, body, hint, want, from string }{
		"json-ld":                      {`<script type="application/ld+json">{"@type":"Article","author":{"name":"<b>Mira Tolven</b>"}}</script>`, "", "Feed Name", "Mira Tolven", "json-ld"},
		"meta":                         {`<meta name="author" content="By Mira Tolven">`, "", "Feed Name", "Mira Tolven", "meta"},
		"marked":                       {"", `<p class="byline">Von <a rel="author" href="/m">Mira Tolven</a></p>`, "", "Mira Tolven", "text"},
		"a site is not its own author": {`<meta property="og:site_name" content="The Gazette"><meta name="author" content="The Gazette">`, `<span class="author">Mira Tolven</span>`, "", "Mira Tolven", "text"},
		"unless nobody else is":        {`<meta property="og:site_name" content="The Gazette"><meta name="author" content="The Gazette">`, "", "", "The Gazette", "meta"},
		"a word":                       {`<meta name="author" content="admin">`, "", "Mira Tolven", "Mira Tolven", "feed"},
		"of a picture":                 {`<meta name="author" content="Foto: Odo Vask">`, `<p class="byline"><a rel="author" href="/m">Mira Tolven</a></p>`, "", "Mira Tolven", "text"},
		"of a comment":                 {"", `<div class="comments"><span class="author">Somebody Else</span></div>`, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			page := read(t, Input{Body: []byte(htmlPage(c.head, "<h1>On harbours</h1>"+c.body+prose(4))), Hint: statement.Hint{Author: c.hint}})
			if page.Author != c.want || page.AuthorFrom != c.from {
				t.Errorf("%q from %q, want %q from %q", page.Author, page.AuthorFrom, c.want, c.from)
			}
		})
	}
}

func TestTitlesSayWhereTheyCameFrom(t *testing.T) {
	for name, c := range map[string]struct {
		head, body string
		hint       statement.Hint
		want, from string
	}{
		"headline":      {"", "<h1>On harbours</h1>", statement.Hint{}, "On harbours", "text"},
		"meta":          {`<meta property="og:title" content="On harbours">`, "<h1>Harbours</h1>", statement.Hint{}, "On harbours", "meta"},
		"a link agrees": {"", "<h1>On harbours and lights</h1>", statement.Hint{Title: "On harbours and lights in Valdoria"}, "On harbours and lights in Valdoria", "link"},
		"a feed agrees": {"", "<h1>On harbours and lights</h1>", statement.Hint{Title: "On harbours and lights", Published: time.Date(2024, 7, 29, 0, 0, 0, 0, time.UTC)}, "On harbours and lights", "feed"},
	} {
		t.Run(name, func(t *testing.T) {
			page := read(t, Input{Body: []byte(htmlPage(c.head, c.body+prose(4))), Hint: c.hint})
			if page.Title != c.want || page.TitleFrom != c.from {
				t.Errorf("%q from %q, want %q from %q", page.Title, page.TitleFrom, c.want, c.from)
			}
		})
	}
}

// TestTheDayOfAFeedIsThePublishers holds that a feed's moment is treated as one that the page itself gives.
func TestTheDayOfAFeedIsThePublishers(t *testing.T) {
	west, east := time.FixedZone("", -5*3600), time.FixedZone("", 3*3600)
	for _, at := range []time.Time{time.Date(2024, 7, 29, 23, 30, 0, 0, west), time.Date(2024, 7, 29, 1, 0, 0, 0, east), time.Date(2024, 7, 29, 12, 0, 0, 0, west)} {
		fed := read(t, Input{Body: []byte(htmlPage("", prose(4))), Hint: statement.Hint{Published: at}})
		said := read(t, Input{Body: []byte(htmlPage(`<meta property="article:published_time" content="`+at.Format(time.RFC3339)+`">`, prose(4)))})
		if !fed.Published.Equal(said.Published) || fed.Published.Format(time.DateOnly) != "2024-07-29" || fed.PublishedFrom != statement.FromFeed {
			t.Errorf("%v: the feed gives %v, the page %v", at, fed.Published, said.Published)
		}
	}
}

func TestLinesThatCouldRepeat(t *testing.T) {
	page := read(t, Input{Body: []byte(htmlPage("", "<h1>On harbours</h1>"+prose(5)+
		`<ul><li>The Harbour Institute, Tolven</li><li>The League of Lights, Sallowfen</li></ul>`+
		`<div class="box"><h3>About Valdoria</h3><p>Valdoria is a fictional state by the sea, whose government sits in Tolven.</p></div>`))})
	if diff := cmp.Diff([]Loose{{Line: 7, Label: true}, {Line: 8}}, page.Loose); diff != "" {
		t.Errorf("%s\n%s", diff, page.Text)
	}
}
