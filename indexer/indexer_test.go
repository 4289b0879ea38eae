package indexer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"pgregory.net/rapid"

	"rostrum/indexer/annotate"
	"rostrum/indexer/extract"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func TestHandleStoresAndAnnounces(t *testing.T) {
	b := newBench(t, nil)
	c := article("/a?utm_source=x", 0, opening+"It supports the text.")
	b.handle(t, c)
	if got := b.states(t); !cmp.Equal(got, []string{"0:1"}) {
		t.Errorf("states %v", got)
	}
	a := b.told.all[0]
	st := a.Statement
	want := statement.Statement{
		ID: statement.ID("https://www.ocrania.example/a"), URL: "https://www.ocrania.example/a", Title: "On the draft convention", TitleFrom: statement.FromText, PublishedFrom: "none",
		FirstSeen: epoch, Language: "en", Kind: st.Kind, Source: "ocrania", Process: []string{"convention"}, Group: st.ID, Topics: []string{},
		Actors: []statement.Actor{{ID: "ocrania", Name: "Ocrania", Role: statement.Issuer}}, Revision: 1, Capture: c.ID, CapturedAt: epoch,
		Text: st.Text, Evidence: st.Evidence,
	}
	st.Actors = slices.DeleteFunc(slices.Clone(st.Actors), func(a statement.Actor) bool { return a.Role == statement.Mentioned })
	if diff := cmp.Diff(want, st); diff != "" || !a.New || a.Backfill || !strings.Contains(st.Text, "supports the text") || st.Kind == "" {
		t.Errorf("announced %v %v (-want +got):\n%s", a.New, a.Backfill, diff)
	}
	if p, _ := b.store.Position(t.Context()); p != b.o.Archive.Position() {
		t.Errorf("the store's position is %v, the archive ends at %v", p, b.o.Archive.Position())
	}
}

func TestHandleOutcomes(t *testing.T) {
	b := newBench(t, nil)
	gone, moved, empty := article("/a", 9, "x"), article("/b", 9, "x"), article("/c", 9, "x")
	gone.Status, moved.Status, empty.Body = 404, 500, nil
	hidden := article("/d", 9, opening)
	hidden.Header = http.Header{"X-Robots-Tag": {"noindex"}, "Content-Type": {"text/html"}}
	private := article("/e", 9, opening)
	private.NoArchive = true
	later := article("/f", 9, opening)
	later.Version = statement.WireVersion + 1
	noURL := article("/g", 9, opening)
	noURL.URL = ""

	b.handle(t, article("/a", 0, opening+"It supports the text."))
	before := len(b.store.revisions)
	each := b.handle(t, gone, moved, empty, hidden, private, later, noURL)
	for i, want := range []fault.Kind{0, 0, fault.Poison, 0, 0, fault.Poison, fault.Poison} {
		if (each[i] != nil) != (want != 0) || each[i] != nil && fault.KindOf(each[i]) != want {
			t.Errorf("capture %d: %v, want kind %v", i, each[i], want)
		}
	}
	if got := len(b.store.revisions) - before; got != 1 {
		t.Errorf("%d statements more, want the private one alone", got)
	}
	stored, _ := b.store.Stored(t.Context(), []string{statement.ID("https://www.ocrania.example/e")})
	for _, st := range stored {
		if !st.NoArchive {
			t.Error("a noarchive page is not marked")
		}
	}
	if ids, _ := replayed(t, b.o.Archive, Position{}); len(ids) != 6 {
		t.Errorf("%d captures are archived, want all 6 that this version can read", len(ids))
	}
	hidden = article("/a", 20, opening)
	hidden.Header = http.Header{"X-Robots-Tag": {"noindex"}, "Content-Type": {"text/html"}}
	b.handle(t, hidden)
	if !strings.Contains(b.said.String(), "now asks not to be indexed") || len(b.store.statements) != 2 {
		t.Error("a stored page that asks not to be indexed must stay, and be said")
	}
}

func TestWishesCountBeforeAnythingIsKept(t *testing.T) {
	b := newBench(t, nil)
	b.o.Wishes = func(header http.Header, _ []byte) (noIndex, noArchive bool) {
		wish := header.Get("X-Robots-Tag")
		return wish == "noindex", wish == "noarchive"
	}
	asks := func(path string, minute int, wish string) *statement.Capture {
		c := article(path, minute, opening)
		c.Header.Set("X-Robots-Tag", wish)
		return c
	}
	b.handle(t, article("/a", 0, opening), asks("/b", 1, "noindex"), asks("/c", 2, "noarchive"))
	b.handle(t, asks("/a", 3, "noindex"))
	ids, _ := replayed(t, b.o.Archive, Position{})
	if len(ids) != 2 || len(b.store.statements) != 2 {
		t.Errorf("%d captures are archived and %d statements stored, want 2 and 2", len(ids), len(b.store.statements))
	}
	if c, err := b.o.Archive.Capture(t.Context(), ids[1]); err != nil || !c.NoArchive {
		t.Errorf("capture %v, %v: the archive must know that it is private", c, err)
	}
	for _, say := range []string{"nothing of it is kept", "now asks not to be indexed"} {
		if !strings.Contains(b.said.String(), say) {
			t.Errorf("the log does not say %q", say)
		}
	}
}

// step is one batch of captures of one page, each as minute and last sentence.
type step []struct {
	minute int
	says   string
}

func TestRevisions(t *testing.T) {
	const a, b, c = "It supports the text.", "It opposes the text.", "It has left the room."
	for name, x := range map[string]struct {
		steps     []step
		want      []string // minute:number
		announced []string // minute/number
	}{
		"unchanged":                       {[]step{{{0, a}}, {{5, a}}}, []string{"0:1"}, []string{"0/1 new"}},
		"changed":                         {[]step{{{0, a}}, {{5, b}}}, []string{"0:1", "5:2"}, []string{"0/1 new", "5/2"}},
		"changed back":                    {[]step{{{0, a}}, {{5, b}}, {{9, a}}}, []string{"0:1", "5:2", "9:3"}, []string{"0/1 new", "5/2", "9/3"}},
		"all in one batch":                {[]step{{{9, a}, {5, b}, {0, a}, {6, b}}}, []string{"0:1", "5:2", "9:3"}, []string{"0/1 new", "5/2", "9/3"}},
		"delivered again":                 {[]step{{{0, a}}, {{0, a}}}, []string{"0:1"}, []string{"0/1 new", "0/1 new"}},
		"an old one delivered again":      {[]step{{{0, a}}, {{5, b}}, {{0, a}}}, []string{"0:1", "5:2"}, []string{"0/1 new", "5/2", "0/1 new"}},
		"twice in one batch":              {[]step{{{0, a}, {0, a}}}, []string{"0:1"}, []string{"0/1 new", "0/1 new"}},
		"older and other":                 {[]step{{{5, b}}, {{0, a}}}, []string{"0:1", "5:2"}, []string{"5/1 new", "0/1 new"}},
		"older and the same":              {[]step{{{5, a}}, {{0, a}}}, []string{"0:1"}, []string{"5/1 new", "0/1 new"}},
		"in between":                      {[]step{{{0, a}}, {{9, c}}, {{5, b}}}, []string{"0:1", "5:2", "9:3"}, []string{"0/1 new", "9/2", "5/2"}},
		"in between, like the one before": {[]step{{{0, a}}, {{9, c}}, {{5, a}}}, []string{"0:1", "9:2"}, []string{"0/1 new", "9/2"}},
		"in between, like the one after":  {[]step{{{0, a}}, {{9, c}}, {{5, c}}}, []string{"0:1", "5:2"}, []string{"0/1 new", "9/2", "5/2"}},
		"older, like the first of many":   {[]step{{{5, a}, {6, b}, {7, c}}, {{0, a}}}, []string{"0:1", "6:2", "7:3"}, []string{"5/1 new", "6/2", "7/3", "0/1 new"}},
		"older, before the first of many": {[]step{{{5, a}, {6, b}}, {{0, c}}}, []string{"0:1", "5:2", "6:3"}, []string{"5/1 new", "6/2", "0/1 new"}},
		"the replaced one comes again":    {[]step{{{5, a}}, {{0, a}}, {{5, a}}}, []string{"0:1"}, []string{"5/1 new", "0/1 new"}},
	} {
		t.Run(name, func(t *testing.T) {
			bench := newBench(t, nil)
			minutes := map[string]int{}
			for _, s := range x.steps {
				var batch []*statement.Capture
				for _, one := range s {
					batch = append(batch, article("/a", one.minute, opening+one.says))
					minutes[batch[len(batch)-1].ID[:6]] = one.minute
				}
				bench.handle(t, batch...)
			}
			if diff := cmp.Diff(x.want, bench.states(t)); diff != "" {
				t.Errorf("states (-want +got):\n%s", diff)
			}
			var announced []string
			for _, s := range bench.told.since() {
				announced = append(announced, fmt.Sprint(minutes[s[:6]])+s[6:])
			}
			if diff := cmp.Diff(x.announced, announced); diff != "" {
				t.Errorf("announced (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewerCapturesNeedNoOldRevisions(t *testing.T) {
	b := newBench(t, nil)
	for i := range 20 {
		b.handle(t, article("/a", i, fmt.Sprintf("%s It has %d points.", opening, i)))
	}
	if b.store.reads != 0 {
		t.Errorf("all revisions were read %d times; the cost of a capture must not grow with them", b.store.reads)
	}
	if got := b.states(t); len(got) != 20 || got[19] != "19:20" {
		t.Errorf("states %v", got)
	}
}

// TestAnyOrderGivesTheSame delivers captures with different texts in any order, in any batches, some of them again, with crashes
// between store and announcement: the same statement with the same revisions is stored, and each is announced.
func TestAnyOrderGivesTheSame(t *testing.T) {
	one := newBench(t, func(o *ReaderOptions) { o.Extractor = quick{} })
	rapid.Check(t, func(r *rapid.T) {
		b := &bench{store: newMemory(), told: &told{}} // the archive has the captures from the last time, and must not mind
		var err error
		if b.Indexer, err = New(Options{Reader: one.o.Reader, Archive: one.o.Archive, Store: b.store, Announcer: b.told}); err != nil {
			t.Fatal(err)
		}
		var want []string
		var queue []*statement.Capture
		n := rapid.IntRange(1, 7).Draw(r, "captures")
		for i := range n {
			queue = append(queue, page("https://a.example/", i, fmt.Sprintf("It has %d points.", i)))
			want = append(want, fmt.Sprintf("%d:%d", i, i+1))
		}
		queue = append(queue, rapid.SliceOfN(rapid.SampledFrom(queue), 0, 4).Draw(r, "again")...)
		queue = rapid.Permutation(queue).Draw(r, "order")
		for len(queue) > 0 {
			size := rapid.IntRange(1, len(queue)).Draw(r, "size")
			if rapid.IntRange(0, 3).Draw(r, "crash") == 0 {
				b.told.fail = errors.New("the bus is gone")
				if _, err := b.Handle(t.Context(), queue[:size]); fault.KindOf(err) != fault.Transient {
					r.Fatalf("Handle: %v, want a transient fault", err)
				}
				queue = rapid.Permutation(queue).Draw(r, "redelivery")
				continue
			}
			b.handle(t, queue[:size]...)
			queue = queue[size:]
		}
		if diff := cmp.Diff(want, b.states(t)); diff != "" {
			r.Fatalf("states (-want +got):\n%s", diff)
		}
		announced := map[string]bool{}
		for _, a := range b.told.all {
			announced[a.MessageID()] = true
		}
		if len(announced) != n {
			r.Fatalf("%d revisions were announced, want %d", len(announced), n)
		}
	})
}

// quick reads a capture's body as plain text.
type quick struct{}

func (quick) Extract(_ context.Context, in extract.Input) (extract.Page, error) {
	switch text := string(in.Body); text {
	case "panic":
		panic("a page from hell")
	case "slow":
		return extract.Page{}, context.DeadlineExceeded
	case "odd":
		return extract.Page{}, errors.New("nobody gave this a kind")
	default:
		return extract.Page{Title: "T", Text: text, Published: in.Hint.Published, PublishedFrom: in.Hint.Author}, nil
	}
}

func TestOnePageNeverFailsTheBatch(t *testing.T) {
	b := newBench(t, func(o *ReaderOptions) {
		o.Extractor = quick{}
		inner := o.Annotator
		o.Annotator = annotatorFunc(func(in annotate.Input) annotate.Findings {
			if strings.Contains(in.Text, "unspeakable") {
				panic("no words for it")
			}
			return inner.Annotate(in)
		})
	})
	var batch []*statement.Capture
	for i, text := range []string{"good", "panic", "slow", "odd", "unspeakable", "good as well"} {
		batch = append(batch, page(fmt.Sprintf("https://a.example/%d", i), i, text))
	}
	each := b.handle(t, batch...)
	for i, err := range each {
		if bad := i > 0 && i < 5; bad != (fault.KindOf(err) == fault.Poison) || !bad && err != nil {
			t.Errorf("capture %d: %v", i, err)
		}
	}
	if len(b.store.statements) != 2 || len(b.told.all) != 2 {
		t.Errorf("%d statements stored, %d announced, want 2", len(b.store.statements), len(b.told.all))
	}
	for _, c := range batch[1:5] {
		if !strings.Contains(b.said.String(), c.ID) {
			t.Errorf("the log does not name capture %s", c.ID)
		}
	}
}

type annotatorFunc func(annotate.Input) annotate.Findings

func (f annotatorFunc) Annotate(in annotate.Input) annotate.Findings { return f(in) }

func TestFailuresOfTheStoreAreTransient(t *testing.T) {
	b := newBench(t, nil)
	c := article("/a", 0, opening)
	b.store.fail = errors.New("disk full")
	if _, err := b.Handle(t.Context(), []*statement.Capture{c}); fault.KindOf(err) != fault.Transient {
		t.Errorf("Handle: %v, want a transient fault", err)
	}
	if len(b.told.all) != 0 {
		t.Error("something was announced that is not stored")
	}
	b.handle(t, c)
	if ids, _ := replayed(t, b.o.Archive, Position{}); len(ids) != 1 || len(b.told.all) != 1 {
		t.Errorf("%d captures archived, %d announced, want 1 of each", len(ids), len(b.told.all))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Handle(ctx, []*statement.Capture{c}); fault.KindOf(err) != fault.Canceled {
		t.Errorf("Handle after cancel: %v, want canceled", err)
	}
}

func TestBackfill(t *testing.T) {
	day := 24 * time.Hour
	for name, x := range map[string]struct {
		age  time.Duration // of the publication when the page is fetched; 0 is no date
		flag bool
		want string
	}{
		"no date":     {0, false, "/1 new"},
		"fresh":       {day, false, "/1 new"},
		"a week":      {7 * day, false, "/1 new"},
		"over a week": {7*day + time.Minute, false, "/1 new backfill"},
		"import":      {day, true, "/1 new backfill"},
	} {
		b := newBench(t, func(o *ReaderOptions) { o.Extractor = quick{} })
		c, next := page("https://a.example/", 0, "One."), page("https://a.example/", 5, "Two.")
		for _, c := range []*statement.Capture{c, next} {
			if c.Backfill = x.flag; x.age > 0 {
				c.Hint = statement.Hint{Published: epoch.Add(-x.age), Author: statement.FromFeed}
			}
		}
		b.handle(t, c)
		b.handle(t, next)
		got := b.told.since()
		if got[0] != c.ID[:6]+x.want || got[1] != next.ID[:6]+"/2" {
			t.Errorf("%s: announced %v, want %s, and the revision never as backfill", name, got, x.want)
		}
	}
}

func TestTheBetterDateWins(t *testing.T) {
	b := newBench(t, func(o *ReaderOptions) { o.Extractor = quick{} })
	say := func(minute int, text, from string, day int) {
		c := page("https://a.example/", minute, text)
		if c.Hint.Author = from; day > 0 {
			c.Hint.Published = epoch.AddDate(0, 0, -day)
		}
		b.handle(t, c)
	}
	check := func(what, from string, day int) {
		t.Helper()
		var st statement.Statement
		for _, encoded := range b.store.statements {
			if err := json.Unmarshal(encoded, &st); err != nil {
				t.Fatal(err)
			}
		}
		if st.PublishedFrom != from || day > 0 && !st.Published.Equal(epoch.AddDate(0, 0, -day)) || day == 0 && st.Published != nil {
			t.Errorf("%s: published %v by %s, want %d days before by %s", what, st.Published, st.PublishedFrom, day, from)
		}
	}
	say(0, "One.", "", 0)
	check("no date", statement.FromNone, 0)
	say(1, "One.", statement.FromURL, 3)
	check("an unchanged page with a date", statement.FromURL, 3)
	say(2, "Two.", statement.FromFeed, 2)
	check("a better place", statement.FromFeed, 2)
	say(3, "Three.", statement.FromText, 1)
	check("a worse place", statement.FromFeed, 2)
	say(4, "Four.", statement.FromFeed, 1)
	check("the same place says otherwise later", statement.FromFeed, 2)
	if len(b.told.all) != 4 {
		t.Errorf("%d announcements, want 4: a better date alone is none", len(b.told.all))
	}
}

func TestTheLatestWordOnArchivingCounts(t *testing.T) {
	b := newBench(t, func(o *ReaderOptions) { o.Extractor = quick{} })
	for i, x := range []struct {
		text string
		no   bool
		want bool
	}{{"One.", false, false}, {"One.", true, true}, {"One.", false, true}, {"Two.", false, false}, {"Three.", true, true}} {
		c := page("https://a.example/", i, x.text)
		c.NoArchive = x.no
		b.handle(t, c)
		for _, encoded := range b.store.statements {
			if got := strings.Contains(string(encoded), `"noarchive":true`); got != x.want {
				t.Errorf("capture %d: noarchive is %v, want %v", i, got, x.want)
			}
		}
	}
}

func TestCorrections(t *testing.T) {
	id := statement.ID("https://www.ocrania.example/a")
	b := newBench(t, func(o *ReaderOptions) {
		o.Corrections = []Correction{
			{Statement: id, Actor: "ocrania", Reason: "reprinted from another"},
			{Statement: id, Actor: "harbour-institute", Name: "Harbour Institute", Role: statement.Issuer, Reason: "its own words"},
			{Statement: "other", Actor: "harbour-institute"},
		}
	})
	b.handle(t, article("/a", 0, opening))
	st := b.told.all[0].Statement
	want := []statement.Actor{{ID: "harbour-institute", Name: "Harbour Institute", Role: statement.Issuer}}
	if diff := cmp.Diff(want, st.Actors); diff != "" {
		t.Errorf("actors (-want +got):\n%s", diff)
	}
	if n := len(st.Evidence); n < 2 || st.Evidence[n-1].Rule != RuleCorrection || st.Evidence[n-1].ID != "harbour-institute" {
		t.Errorf("evidence %+v does not show the correction", st.Evidence)
	}
}

func TestReindexGivesTheSame(t *testing.T) {
	b := newBench(t, nil)
	for i := range 6 {
		b.handle(t, article("/a", 10-i, fmt.Sprintf("%s It has %d points.", opening, i/2)), article(fmt.Sprintf("/%d", i), i, opening), page("https://a.example/x", i, ""))
	}
	b.told.all = nil
	target := newMemory()
	var last Progress
	if err := b.Reindex(t.Context(), target, func(p Progress) error { last = p; return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded(b.store.statements), decoded(target.statements)); diff != "" {
		t.Errorf("statements (-live +rebuilt):\n%s", diff)
	}
	if diff := cmp.Diff(b.store.revisions, target.revisions); diff != "" || target.position != b.store.position {
		t.Errorf("position %v and %v, revisions (-live +rebuilt):\n%s", b.store.position, target.position, diff)
	}
	if last.Captures != 18 || last.Refused != 6 || last.Done != last.Total || last.Total == 0 {
		t.Errorf("progress %+v", last)
	}
	b.handle(t, article("/late", 30, opening))
	if err := b.Reindex(t.Context(), target, func(p Progress) error { last = p; return nil }); err != nil || last.Captures != 1 || len(target.statements) != len(b.store.statements) {
		t.Errorf("the tail: %v, progress %+v", err, last)
	}
	if len(b.told.all) != 1 {
		t.Errorf("%d announcements, want the live one alone: a rebuild announces nothing", len(b.told.all))
	}
}

func decoded(statements map[string][]byte) map[string]string {
	out := map[string]string{}
	for id, b := range maps.All(statements) {
		out[id] = string(b)
	}
	return out
}

func TestReaderReadsWithoutAStore(t *testing.T) {
	r := newReader(t, nil)
	st, err := r.Statement(t.Context(), article("/a", 0, opening))
	if err != nil || st.Revision != 1 || st.Title != "On the draft convention" || len(st.Actors) == 0 {
		t.Errorf("%+v, %v", st, err)
	}
	gone := article("/a", 0, opening)
	gone.Status = 404
	if _, err := r.Statement(t.Context(), gone); fault.KindOf(err) != fault.Invalid {
		t.Errorf("status 404: %v, want invalid", err)
	}
}

func TestMetrics(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	b := newBench(t, nil)
	x, err := New(Options{Reader: b.o.Reader, Archive: b.o.Archive, Store: b.store, Announcer: b.told, Registerer: registry})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Handle(t.Context(), []*statement.Capture{article("/a", 0, opening)}); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil || len(families) != 3 {
		t.Errorf("%d metrics, %v", len(families), err)
	}
}

func BenchmarkHandle(b *testing.B) {
	for name, change := range map[string]func(*ReaderOptions){"html": nil, "text": func(o *ReaderOptions) { o.Extractor = quick{} }} {
		b.Run(name, func(b *testing.B) {
			bench := newBench(b, change)
			bench.log = nil
			n, body := 0, strings.Repeat(opening, 19)
			x, err := New(Options{Reader: bench.o.Reader, Archive: bench.o.Archive, Store: bench.store, Announcer: bench.told})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				batch := make([]*statement.Capture, 200)
				for i := range batch {
					n++
					if batch[i] = article(fmt.Sprintf("/%d", n), n, body); name == "text" {
						batch[i] = page(fmt.Sprintf("https://a.example/%d", n), n, body)
					}
				}
				if _, err := x.Handle(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
				bench.told.all = nil
			}
			b.ReportMetric(float64(200*b.N)/b.Elapsed().Seconds(), "captures/s")
		})
	}
}
