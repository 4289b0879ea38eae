package demosite

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/indexer/extract"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// TestPagesReadAsTheirStatements extracts every page: title, date, language and each paragraph, and nothing of what surrounds them.
func TestPagesReadAsTheirStatements(t *testing.T) {
	s := newSites(t, nil)
	docs, err := readDocuments(files)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range facts(t) {
		if f.Live {
			continue
		}
		w := get(t, s, f.URL)
		p, err := extract.New(extract.Options{}).Extract(t.Context(), extract.Input{URL: f.URL, Header: w.Header(), Body: w.Body.Bytes()})
		if err != nil {
			t.Errorf("%s: %v", f.Statement, err)
			continue
		}
		if p.Title != f.Title || p.Language != f.Language || !p.Published.Equal(f.Published) {
			t.Errorf("%s: read as %q, %s, %v (%s)", f.Statement, p.Title, p.Language, p.Published, p.PublishedFrom)
		}
		if diff := cmp.Diff(docs[i].lines(), strings.Split(p.Text, "\n")); diff != "" {
			t.Errorf("%s: text differs (-written +read):\n%s", f.Statement, diff)
		}
	}
}

// lines are the paragraphs of a document, each entry of a list being one.
func (d *document) lines() []string {
	var lines []string
	for _, b := range d.Blocks {
		if b.Text != "" {
			lines = append(lines, b.Text)
		}
		lines = append(lines, b.Items...)
	}
	return lines
}

// TestTopicsFindWhatWasLabelled holds the queries of configs/demo against the labels, in all six languages.
func TestTopicsFindWhatWasLabelled(t *testing.T) {
	queries := map[string]query.Node{}
	for _, topic := range demo(t).Processes[0].Topics {
		n, err := query.Parse(topic.Query.String())
		if err == nil {
			err = query.Check(n)
		}
		if err != nil {
			t.Fatalf("topic %s: %v", topic.ID, err)
		}
		queries[topic.ID] = n
	}
	docs, err := readDocuments(files)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range facts(t) {
		words := analysis.NewAnalyzer().Document(f.Title, strings.Join(docs[i].lines(), "\n"), f.Language)
		var found []string
		for id, n := range queries {
			if percolate.Matches(n, &percolate.Statement{Words: words}, nil) {
				found = append(found, id)
			}
		}
		slices.Sort(found)
		if !slices.Equal(found, f.Topics) {
			t.Errorf("%s: topics %v, labelled %v", f.Statement, found, f.Topics)
		}
	}
}
