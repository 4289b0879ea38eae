package blevestore

import (
	"context"
	"fmt"
	"testing"
	"time"

	"rostrum/indexer"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/query"
)

// port is everything that a store of statements does for others.
type port interface {
	indexer.Store
	search.Searcher
	search.Scanner
	search.Knower
	Reader() search.Reader
	Status(ctx context.Context) (search.Status, error)
}

var _ port = (*Store)(nil)

var epoch = time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)

func openStore(t testing.TB, dir string, change ...func(*Options)) *Store {
	t.Helper()
	o := Options{Dir: dir, Now: func() time.Time { return epoch.AddDate(1, 0, 0) }}
	for _, c := range change {
		c(&o)
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// said makes a statement by number: one a day.
func said(n int, title, text, language string, change ...func(*statement.Statement)) *statement.Statement {
	url := fmt.Sprintf("https://www.example.org/news/%d", n)
	at := epoch.AddDate(0, 0, n)
	s := &statement.Statement{
		ID: fmt.Sprintf("s%04d", n), URL: url, Title: title, Text: text, Language: language, Kind: "statement", Source: "freedonia",
		Published: &at, PublishedFrom: statement.FromFeed, FirstSeen: at.Add(time.Hour), Group: fmt.Sprintf("s%04d", n),
		Actors: []statement.Actor{}, Topics: []string{}, Revision: 1, Capture: fmt.Sprintf("c%d", n), CapturedAt: at.Add(time.Hour),
	}
	for _, c := range change {
		c(s)
	}
	return s
}

func actor(id string, role statement.Role) func(*statement.Statement) {
	return func(s *statement.Statement) {
		s.Actors = append(s.Actors, statement.Actor{ID: id, Name: id, Role: role})
	}
}

func topic(ids ...string) func(*statement.Statement) {
	return func(s *statement.Statement) { s.Topics = append(s.Topics, ids...) }
}

func documents(statements ...*statement.Statement) []indexer.Document {
	analyzer := analysis.NewAnalyzer()
	docs := make([]indexer.Document, 0, len(statements))
	for _, s := range statements {
		docs = append(docs, indexer.Document{Statement: s, Words: analyzer.Document(s.Title, s.Text, s.Language)})
	}
	return docs
}

func write(t testing.TB, s indexer.Store, w indexer.Write) {
	t.Helper()
	if err := s.Write(t.Context(), w); err != nil {
		t.Fatal(err)
	}
}

func store(t testing.TB, s indexer.Store, statements ...*statement.Statement) {
	t.Helper()
	write(t, s, indexer.Write{Documents: documents(statements...)})
}

func parse(t testing.TB, q string) query.Node {
	t.Helper()
	n, err := query.Parse(q)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func ask(t testing.TB, s search.Searcher, q string, change ...func(*search.Request)) search.Page {
	t.Helper()
	r := search.Request{Query: parse(t, q), Limit: 20}
	for _, c := range change {
		c(&r)
	}
	page, err := s.Search(t.Context(), r)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return page
}

func ids(page search.Page) []string {
	list := []string{}
	for _, h := range page.Hits {
		list = append(list, h.ID)
	}
	return list
}

func newest(r *search.Request) { r.Order = search.Newest }
func oldest(r *search.Request) { r.Order = search.Oldest }

func limit(n int) func(*search.Request) { return func(r *search.Request) { r.Limit = n } }

func facets(names ...string) func(*search.Request) {
	return func(r *search.Request) { r.Facets = names }
}
