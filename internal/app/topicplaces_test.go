package app

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"rostrum/indexer/annotate"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
)

// TestTopicPlacesAreWhatExplainGives holds the places of topics to the plain reading of their queries, on texts made of what the
// queries look for.
func TestTopicPlacesAreWhatExplainGives(t *testing.T) {
	queries := []string{
		"safeguards", `"human rights" OR convention`, `"rights of children"~4 safeguards`, "crim* OR title:vote", `-vote "data protection"`, `lang:en (rights OR data) OR lang:fr droits`,
		`"A/RES/74/247" OR "cyber-dependent"`, `title:"human rights" OR "data-protection" OR "data data"~2`, "儿童保护 OR 人权", `(rights OR "rights human"~1) (data OR NOT vote)`, "l'état OR U.S.",
	}
	var topics []registry.Topic
	for i, q := range queries {
		topics = append(topics, registry.Topic{ID: "t" + string(rune('a'+i)), Name: "T", Query: q})
	}
	r, err := registry.New(nil, nil, topics, nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := newTopicMatcher(r)
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields("human rights right of children safeguards safeguard convention crime criminals vote data protection data-protection A/RES/74/247 cyber-dependent cyber dependent 儿童保护 人权 l'État U.S. é . , droits droit")
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string, most int) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, most).Draw(t, label), " ")
		}
		title, text := draw("title", 6), draw("text", 40)
		document := analysis.NewAnalyzer().Document(title, text, rapid.SampledFrom([]string{"en", "fr", "zh", "und"}).Draw(t, "language"))
		st := &percolate.Statement{Words: document, Meta: &statement.Statement{Title: title, Text: text, Language: document.Language}}
		var want []annotate.TopicHit
		for _, topic := range topics {
			if !percolate.Matches(m.nodes[topic.ID], st, nil) {
				continue
			}
			hit := annotate.TopicHit{ID: topic.ID}
			for _, mark := range percolate.Explain(m.nodes[topic.ID], st, nil, maxTopicPlaces) {
				if mark.In == percolate.InTitle || mark.In == percolate.InText {
					text := []rune(text)
					if mark.In == percolate.InTitle {
						text = []rune(title)
					}
					hit.Spans = append(hit.Spans, annotate.Span{In: mark.In, Start: len(string(text[:mark.Start])), End: len(string(text[:mark.End]))})
				}
			}
			want = append(want, hit)
		}
		if diff := cmp.Diff(want, m.Match(document, title, text), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q %q: %s", title, text, diff)
		}
	})
}
