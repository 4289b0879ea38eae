package alert

import (
	"encoding/xml"
	"net/url"
	"path"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// TestFeedIsValid holds a feed against the rules of RFC 4287.
func TestFeedIsValid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := start(t, options(w))
		saved := r.save(Draft{Query: "tide", Name: "Tides & <floods>"})
		secret := strings.TrimSuffix(path.Base(saved.Feed), ".atom")
		empty := feed(t, r.Service, secret)
		if len(empty.Entries) != 0 {
			t.Errorf("%d entries before anything fired", len(empty.Entries))
		}
		published := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
		st := says("a", 1, "A tide\x00 of \"paper\" & <ink>.\n\nAnd \uFFFEmore.", "open-tides")
		st.Topics, st.Published = []string{"tides"}, &published
		w.announce(st, true)
		untitled := says("b", 1, "مد tide", "x")
		untitled.Title, untitled.Language = "", "ar"
		w.announce(untitled, true)
		und := says("c", 1, "tide")
		und.Language = "und"
		w.announce(und, true)
		time.Sleep(time.Minute)
		f := feed(t, r.Service, secret)
		got := []string{}
		for _, e := range f.Entries {
			got = append(got, e.Lang+" | "+e.Title+" | "+e.Summary)
		}
		want := []string{" | Title of c | tide", "ar | https://example.org/b | مد tide", "en | Title of a | A tide of \"paper\" & <ink>. And more."}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		if f.Title != "Tides & <floods>" || f.Lang != "en" {
			t.Errorf("title %q, lang %q", f.Title, f.Lang)
		}
		for _, secret := range []string{"", "x", saved.ID, strings.ToLower(secret)} {
			if _, err := r.Feed(t.Context(), secret, 0); fault.KindOf(err) != fault.NotFound {
				t.Errorf("secret %q: %v", secret, err)
			}
		}
		r.stop()
	})
}

type readFeed struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      []string `xml:"id"`
	Title   string   `xml:"title"`
	Updated []string `xml:"updated"`
	Author  []struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Links   []readLink `xml:"link"`
	Entries []struct {
		Lang      string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
		ID        []string `xml:"id"`
		Title     string   `xml:"title"`
		Updated   []string `xml:"updated"`
		Published string   `xml:"published"`
		Author    []struct {
			Name string `xml:"name"`
		} `xml:"author"`
		Categories []struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
		Links   []readLink `xml:"link"`
		Summary string     `xml:"summary"`
	} `xml:"entry"`
}

type readLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

func readPage(t *testing.T, body []byte) readFeed {
	t.Helper()
	var f readFeed
	if err := xml.Unmarshal(body, &f); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return f
}

// feed reads a feed and holds it against RFC 4287: 4.1.1, 4.1.2, 4.2.6, 3.3.
func feed(t *testing.T, s *Service, secret string) readFeed {
	t.Helper()
	sent, err := s.Feed(t.Context(), secret, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := readPage(t, sent.Body)
	one := func(what string, values []string) {
		if len(values) != 1 || values[0] == "" {
			t.Errorf("%s: %v, must be one", what, values)
		}
	}
	moment := func(what, value string) time.Time {
		at, err := time.Parse(time.RFC3339, value)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return at
	}
	absolute := func(what, iri string) {
		if u, err := url.Parse(iri); err != nil || !u.IsAbs() {
			t.Errorf("%s: %q is not absolute", what, iri)
		}
	}
	one("feed id", f.ID)
	one("feed updated", f.Updated)
	absolute("feed id", f.ID[0])
	newest := moment("feed updated", f.Updated[0])
	if len(f.Author) != 1 || f.Author[0].Name == "" || f.Title == "" {
		t.Errorf("author %v, title %q", f.Author, f.Title)
	}
	if self := linkOf(f.Links, "self"); !strings.HasSuffix(self, "/feeds/"+secret+".atom") {
		t.Errorf("self is %q", self)
	}
	seen := map[string]bool{f.ID[0]: true}
	for _, e := range f.Entries {
		one("entry id", e.ID)
		one("entry updated", e.Updated)
		absolute("entry id", e.ID[0])
		if seen[e.ID[0]] {
			t.Errorf("id %s is not unique", e.ID[0])
		}
		seen[e.ID[0]] = true
		if at := moment("entry updated", e.Updated[0]); at.After(newest) {
			t.Errorf("entry of %s is newer than its feed of %s", at, newest)
		}
		if e.Published != "" {
			moment("entry published", e.Published)
		}
		if e.Title == "" || e.Summary == "" {
			t.Errorf("entry %s has title %q, summary %q", e.ID[0], e.Title, e.Summary)
		}
		for _, a := range e.Author {
			if a.Name == "" {
				t.Error("an author without a name")
			}
		}
		for _, rel := range []string{"alternate", "via"} {
			absolute(rel, linkOf(e.Links, rel))
		}
	}
	return f
}

func linkOf(links []readLink, rel string) string {
	for _, l := range links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// TestReasons says what fired, and where.
func TestReasons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := start(t, options(w))
		saved := r.save(Draft{Query: `tides "paper boats" topic:ships actor:open-tides cue:opposes lang:en -flood`})
		st := says("a", 1, "Ünser Paper Boats oppose the tide. The tide!", "other")
		st.Actors = append(st.Actors, statement.Actor{ID: "open-tides", Name: "Open Tides", Role: statement.Issuer})
		st.Topics = []string{"ships"}
		st.Cues = []statement.Cue{{Polarity: "opposes", Start: 18, End: 24}}
		st.Evidence = []statement.Evidence{{Finding: "topic", ID: "ships", In: "text", Start: 12, End: 17},
			{Finding: "actor", ID: "open-tides", Role: statement.Issuer, In: "source"}}
		w.announce(st, true)
		synctest.Wait()
		a := r.told(saved.ID).Alert
		want := []Reason{
			{Query: `"paper boats"`, In: "text", Start: 6, End: 17, Text: "Paper Boats"},
			{Query: "tides", In: "text", Start: 29, End: 33, Text: "tide"},
			{Query: "tides", In: "text", Start: 39, End: 43, Text: "tide"},
			{Query: "topic:ships", In: "text", Start: 12, End: 17, Text: "Boats", Value: "ships"},
			{Query: "actor:open-tides", Value: "open-tides", Name: "Open Tides", Role: "issuer"},
			{Query: "cue:opposes", In: "text", Start: 18, End: 24, Text: "oppose", Value: "opposes"},
			{Query: "lang:en", Value: "en"},
		}
		if diff := cmp.Diff(want, a.Reasons); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		if diff := cmp.Diff([][2]int{{6, 17}, {18, 24}, {29, 33}, {39, 43}}, a.Snippet.Marks); diff != "" {
			t.Errorf("marks: want (-), got (+):\n%s", diff)
		}
		if a.Statement.Link != "https://rostrum.example/statements/a" || len(a.Statement.Actors) != 1 {
			t.Errorf("statement %+v", a.Statement)
		}
		r.stop()
	})
}
