package blevestore

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/indexer"
	"rostrum/indexer/annotate"
	"rostrum/indexer/copies"
	"rostrum/indexer/extract"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/export"
	"rostrum/search/query"
)

// plainPage is an extractor and annotator of bodies that are a day, a title, an actor and a text, a line each.
type plainPage struct{}

func (plainPage) Extract(_ context.Context, in extract.Input) (extract.Page, error) {
	line := strings.SplitN(string(in.Body), "\n", 4)
	page := extract.Page{Canonical: in.URL, Title: line[1], Author: line[2], Text: line[3], Language: "en", PublishedFrom: statement.FromNone}
	if day, err := time.Parse(time.DateOnly, line[0]); err == nil {
		page.Published, page.PublishedFrom = day, statement.FromMeta
	}
	return page, nil
}

func (plainPage) Annotate(in annotate.Input) annotate.Findings {
	found := annotate.Findings{Actors: []statement.Actor{{ID: in.Author, Name: in.Author, Role: statement.Issuer}}, Topics: []string{"by-" + in.Author}}
	for _, word := range strings.Fields(in.Text) {
		if strings.HasPrefix(word, "signer") {
			found.Actors = append(found.Actors, statement.Actor{ID: word, Name: word, Role: statement.Signatory})
			found.Signatories++
		}
	}
	return found
}

type silent struct{}

func (silent) Announce(context.Context, []statement.Announcement) error { return nil }

// wholeIndexer is an indexer over a real archive and store.
func wholeIndexer(t testing.TB, s indexer.Store) *indexer.Indexer {
	t.Helper()
	archive, err := indexer.OpenArchive(t.Context(), indexer.ArchiveOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	reader, err := indexer.NewReader(indexer.ReaderOptions{Extractor: plainPage{}, Annotator: plainPage{}})
	if err != nil {
		t.Fatal(err)
	}
	x, err := indexer.New(indexer.Options{Reader: reader, Archive: archive, Store: s, Announcer: silent{}})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

var captured atomic.Int64 // captures are of different moments, whatever test makes them

func captureOf(host, day, title, text string) *statement.Capture {
	at := epoch.AddDate(0, 6, 0).Add(time.Duration(captured.Add(1)) * time.Minute)
	url := "https://" + host + ".example/letter"
	return &statement.Capture{Version: statement.WireVersion, ID: statement.CaptureID(url, at), URL: url, Source: host, FetchedAt: at, Method: "GET", Status: 200,
		Body: []byte(day + "\n" + title + "\n" + host + "\n" + text)}
}

func idOf(host string) string { return statement.ID("https://" + host + ".example/letter") }

// saying makes a text of n words of its own.
func saying(seed, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("word%dx%d", seed, i)
	}
	return strings.Join(words, " ")
}

func handle(t testing.TB, x *indexer.Indexer, captures ...*statement.Capture) {
	t.Helper()
	if each, err := x.Handle(t.Context(), captures); err != nil || each != nil {
		t.Fatal(each, err)
	}
}

// copiesExported gives the column copies of an export of every member, by id.
func copiesExported(t *testing.T, s *Store) map[string]string {
	t.Helper()
	e, err := export.New(export.Options{Compiler: everythingCompiled{}, Selector: s})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := e.Plan(t.Context(), export.Ask{Format: "csv", Columns: []string{"id", "copies"}, Copies: true})
	if err != nil {
		t.Fatal(err)
	}
	run, err := plan.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	var out strings.Builder
	if _, err := run.Write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for line := range strings.Lines(out.String()) {
		if id, n, _ := strings.Cut(strings.TrimSpace(line), ","); id != "id" {
			told[id] = n
		}
	}
	return told
}

func TestCopiesOverTime(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := wholeIndexer(t, s)
	letter := saying(1, 200)
	handle(t, x, captureOf("beta", "2024-02-02", "The letter", letter), captureOf("other", "2024-02-02", "Another", saying(2, 200)))
	handle(t, x, captureOf("alpha", "2024-02-03", "The letter", "Foreword by alpha. "+letter))
	lead := func(want, group string, copies int) {
		t.Helper()
		page := ask(t, s, "word1x7", facets(search.FacetActor, search.FacetSource))
		if page.Total != 1 || page.Hits[0].ID != idOf(want) || page.Hits[0].Group != idOf(group) || page.Hits[0].Copies != copies {
			t.Fatalf("%d found, first %+v", page.Total, page.Hits)
		}
		if got := len(page.Facets[search.FacetActor]); got != copies+1 {
			t.Errorf("%d actors for %d members: %v", got, copies+1, page.Facets)
		}
		if got := len(page.Facets[search.FacetSource]); got != copies+1 {
			t.Errorf("%d sources for %d members", got, copies+1)
		}
	}
	lead("beta", "beta", 1)
	if got, want := copiesExported(t, s), map[string]string{idOf("beta"): "1", idOf("alpha"): "1", idOf("other"): "0"}; !maps.Equal(got, want) {
		t.Errorf("the column copies of every member: %v, not %v", got, want)
	}
	if got := ids(ask(t, s, "foreword")); !slices.Equal(got, []string{idOf("beta")}) {
		t.Errorf("what the copy says finds %v", got)
	}
	quoted := ask(t, s, "foreword", func(r *search.Request) { r.Snippets = true }).Hits[0].Snippets
	if len(quoted) != 1 || quoted[0].Statement != idOf("alpha") || !slices.Equal(marked(quoted[0]), []string{"Foreword"}) {
		t.Errorf("the lead shows %+v where its copy matches", quoted)
	}
	if own := ask(t, s, "word1x7", func(r *search.Request) { r.Snippets = true }).Hits[0].Snippets; len(own) != 1 || own[0].Statement != "" {
		t.Errorf("the lead shows %+v where it matches", own)
	}
	if got := ids(ask(t, s, "actor:alpha source:beta")); !slices.Equal(got, []string{idOf("beta")}) {
		t.Errorf("the actors of all find %v", got)
	}
	handle(t, x, captureOf("gamma", "2024-01-31", "The letter", letter)) // a copy that was published before leads; the group keeps its id
	lead("gamma", "beta", 2)
	st, err := s.Reader().Statement(t.Context(), idOf("alpha"))
	if err != nil || st.Copies != 2 || len(st.Actors) != 1 {
		t.Errorf("a copy by itself: %+v, %v", st, err)
	}
	others, err := s.Reader().Copies(t.Context(), idOf("alpha"))
	if err != nil || len(others) != 2 {
		t.Errorf("others %v, %v", others, err)
	}
	handle(t, x, captureOf("beta", "2024-02-02", "Something else", saying(3, 200))) // the first member leaves
	lead("gamma", "beta", 1)
	left, err := s.Reader().Statement(t.Context(), idOf("beta"))
	if err != nil || left.Group == idOf("beta") || left.Copies != 0 {
		t.Errorf("who left: %+v, %v", left, err)
	}
	if got := ids(ask(t, s, "word3x7")); !slices.Equal(got, []string{idOf("beta")}) {
		t.Errorf("who left is found as %v", got)
	}
	if err := x.Forget(t.Context(), s, []string{idOf("beta"), idOf("gamma")}); err != nil {
		t.Fatal(err)
	}
	lead("alpha", "beta", 0)
	st, err = s.Reader().Statement(t.Context(), idOf("beta")) // the group's id still leads to it
	if err != nil || st.ID != idOf("alpha") {
		t.Errorf("by the group's id: %s, %v", st.ID, err)
	}
	if _, err := s.Reader().Statement(t.Context(), idOf("gamma")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a forgotten statement gives %v", err)
	}
}

// A letter that ten more signed on another site is one statement, which all of them signed.
func TestLateSignatoriesJoin(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := wholeIndexer(t, s)
	signers := func(n int) string {
		var list strings.Builder
		for i := range n {
			fmt.Fprintf(&list, " signer%02d", i)
		}
		return list.String()
	}
	handle(t, x, captureOf("beta", "2024-02-02", "The letter", saying(1, 200)+signers(20)))
	handle(t, x, captureOf("alpha", "2024-02-09", "We have signed", saying(1, 200)+signers(30)))
	page := ask(t, s, "word1x7")
	if page.Total != 1 || page.Hits[0].ID != idOf("beta") || page.Hits[0].Copies != 1 || page.Hits[0].Signatories != 30 {
		t.Fatalf("%d found: %+v", page.Total, page.Hits)
	}
	if got := ids(ask(t, s, "signatory:signer29")); !slices.Equal(got, []string{idOf("beta")}) {
		t.Errorf("who signed late finds %v", got)
	}
}

// A merged group's id leads to the one that it became part of, even when its first member is gone.
func TestMergedGroupRedirects(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := wholeIndexer(t, s)
	handle(t, x, captureOf("one", "2024-02-01", "A", saying(1, 220)))
	handle(t, x, captureOf("two", "2024-02-02", "B", saying(1, 440)))
	handle(t, x, captureOf("two-copy", "2024-02-04", "B", saying(1, 440)))
	if total := ask(t, s, "").Total; total != 2 {
		t.Fatalf("%d statements before the merge", total)
	}
	handle(t, x, captureOf("bridge", "2024-02-03", "C", saying(1, 315)))
	page := ask(t, s, "")
	if page.Total != 1 || page.Hits[0].ID != idOf("one") || page.Hits[0].Group != idOf("one") || page.Hits[0].Copies != 3 {
		t.Fatalf("after the merge: %+v", page.Hits)
	}
	if err := x.Forget(t.Context(), s, []string{idOf("two")}); err != nil {
		t.Fatal(err)
	}
	if st, err := s.Reader().Statement(t.Context(), idOf("two")); err != nil || st.ID != idOf("one") {
		t.Errorf("by the merged id: %s, %v", st.ID, err)
	}
}

// Whatever arrives in whatever batches, twice or once: a rebuild from the archive has the same groups, each has one lead, its lead is the
// earliest, and it says what all members say.
func TestRebuildGivesTheSameGroups(t *testing.T) {
	texts := []string{saying(1, 200), saying(1, 315), saying(1, 440), saying(2, 150), saying(2, 140) + " more and more", saying(3, 40)}
	days := map[string]string{"alpha": "2024-02-02", "beta": "2024-02-02", "gamma": "2024-02-01", "delta": "none", "epsilon": "2024-02-03"}
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 0))
		s, rebuilt := openStore(t, t.TempDir()), openStore(t, t.TempDir())
		x := wholeIndexer(t, s)
		var all []*statement.Capture
		for range 1 + r.IntN(5) {
			var batch []*statement.Capture
			for range 1 + r.IntN(5) {
				if len(all) > 0 && r.IntN(5) == 0 {
					batch = append(batch, all[r.IntN(len(all))])
					continue
				}
				host := slices.Sorted(maps.Keys(days))[r.IntN(len(days))]
				c := captureOf(host, days[host], "The letter", texts[r.IntN(len(texts))])
				batch, all = append(batch, c), append(all, c)
			}
			handle(t, x, batch...)
		}
		if err := x.Reindex(t.Context(), rebuilt, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(groupsIn(t, s), groupsIn(t, rebuilt)); diff != "" {
			t.Fatalf("seed %d: live and rebuilt: %s", seed, diff)
		}
	}
}

// groupsIn gives every statement as it is shown, and checks each group.
func groupsIn(t *testing.T, s *Store) map[string]statement.Statement {
	t.Helper()
	shown, members := map[string]statement.Statement{}, map[string][]statement.Statement{}
	err := s.Scan(t.Context(), query.All{}, true, func(st *statement.Statement) error {
		members[st.Group] = append(members[st.Group], *st)
		whole, err := s.Reader().Statement(t.Context(), st.ID)
		shown[st.ID] = whole
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	page := ask(t, s, "", limit(100))
	if page.Total != len(members) {
		t.Fatalf("%d leads of %d groups", page.Total, len(members))
	}
	for _, h := range page.Hits {
		group := members[h.Group]
		actors := map[string]bool{}
		for _, st := range group {
			actors[st.Actors[0].ID] = true
			if st.Time().Before(h.Time()) || st.Time().Equal(h.Time()) && st.ID < h.ID {
				t.Fatalf("%s leads %s", h.ID, st.ID)
			}
		}
		if h.Copies != len(group)-1 || len(h.Actors) != len(actors) {
			t.Fatalf("lead %+v of %d members", h.Statement, len(group))
		}
		delete(members, h.Group)
	}
	return shown
}

// A join rewrites the document that led and the one that leads, however large the group.
func TestAJoinRewritesTwoDocumentsAtMost(t *testing.T) {
	counted := &counting{Store: openStore(t, t.TempDir())}
	x := wholeIndexer(t, counted)
	for i := range 12 {
		handle(t, x, captureOf(fmt.Sprintf("host%02d", i), fmt.Sprintf("2024-02-%02d", 20-i), "The letter", saying(1, 200)))
		if i > 0 && counted.last != 2 {
			t.Errorf("copy %d, which leads, wrote %d documents", i, counted.last)
		}
	}
	handle(t, x, captureOf("late", "2024-03-20", "The letter", saying(1, 200)))
	if counted.last != 2 {
		t.Errorf("a copy that does not lead wrote %d documents", counted.last)
	}
}

type counting struct {
	*Store
	last int
}

func (c *counting) Write(ctx context.Context, w indexer.Write) error {
	c.last = len(w.Documents)
	return c.Store.Write(ctx, w)
}

// Of many that share keys, those that share most come first, whatever segments they are in.
func TestCandidates(t *testing.T) {
	s := openStore(t, t.TempDir())
	prints := map[string]*copies.Fingerprint{}
	for n := range 80 {
		docs := documents(said(n, "Form", saying(1, 100+n%5*60)+" "+saying(n+10, 30), "en"))
		docs[0].Copies = &indexer.Copies{Print: copies.Of(docs[0].Statement, docs[0].Words)}
		prints[docs[0].Statement.ID] = docs[0].Copies.Print
		write(t, s, indexer.Write{Documents: docs})
	}
	for id, print := range prints {
		found, err := s.Candidates(t.Context(), []*copies.Fingerprint{print}, []string{id})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		least := 16
		for _, c := range found[0] {
			got[c.ID] = shared(print, prints[c.ID])
			least = min(least, got[c.ID])
		}
		if len(got) == 0 || got[id] != 0 {
			t.Fatalf("%s has candidates %v", id, slices.Sorted(maps.Keys(got)))
		}
		for other, p := range prints {
			if n := shared(print, p); other != id && got[other] == 0 && n > least {
				t.Fatalf("%s shares %d keys with %s, which is no candidate; one shares %d", id, n, other, least)
			}
		}
	}
}

func shared(a, b *copies.Fingerprint) (n int) {
	for _, k := range a.Keys() {
		if slices.Contains(b.Keys(), k) {
			n++
		}
	}
	return n
}
