package blevestore

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/indexer"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// vocabulary is small for each language, so that drawn queries often meet drawn statements, in more than one form of a word.
var vocabulary = map[string][]string{
	"en": {"convention", "Conventions", "treaty", "treaties", "sign", "signed", "A/HRC/46/7", "hrc", "46", "cyber-enabled", "U.S.", "state's"},
	"fr": {"négociation", "négociations", "l'État", "États", "soutient", "soutenir", "A/HRC/46/7", "convention"},
	"es": {"convención", "convenciones", "Estado", "estados", "firmó", "firmar", "A/HRC/46/7"},
	"ru": {"конвенция", "конвенции", "ещё", "еще", "государство", "государства", "A/HRC/46/7"},
	"ar": {"الاتفاقية", "اتفاقية", "دولة", "الدولة", "٤٦", "A/HRC/46/7"},
	"zh": {"联合国", "公约", "国家", "ＣＹＢＥＲ", "A/HRC/46/7"},
}

var polarities = rapid.SampledFrom([]string{"supports", "opposes", "conditions"})

func anyWord(t *rapid.T, label string) string {
	language := rapid.SampledFrom(slices.Sorted(maps.Keys(vocabulary))).Draw(t, label+" language")
	return rapid.SampledFrom(vocabulary[language]).Draw(t, label)
}

func drawText(t *rapid.T, language, label string, most int) string {
	all := vocabulary[language]
	if all == nil {
		all = vocabulary["en"]
	}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(all), 0, most).Draw(t, label), rapid.SampledFrom([]string{" ", ", ", ". "}).Draw(t, "gap"))
}

func drawStatement(t *rapid.T, n int) *statement.Statement {
	language := rapid.SampledFrom([]string{"en", "fr", "es", "ru", "ar", "zh", "und", "nl"}).Draw(t, "language")
	s := said(n, drawText(t, language, "title", 4), drawText(t, language, "text", 25), language)
	s.URL = "https://example.org/" + rapid.SampledFrom([]string{"news/convention", "a/hrc/46/7", "%C3%A9tats-unis"}).Draw(t, "url")
	s.Kind = rapid.SampledFrom([]string{"statement", "letter"}).Draw(t, "kind")
	s.Process = []string{"p"}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"arlund", "besmar", "corvo"}), 0, 3, rapid.ID).Draw(t, "actors") {
		actor(id, rapid.SampledFrom(statement.Roles).Draw(t, "role"))(s)
	}
	s.Topics = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"safeguards", "e-evidence"}), 0, 2, rapid.ID).Draw(t, "topics")
	if rapid.Bool().Draw(t, "cue") {
		s.Cues = []statement.Cue{{Polarity: polarities.Draw(t, "polarity"), Actor: rapid.SampledFrom([]string{"", "arlund", "corvo"}).Draw(t, "holder")}}
		if rapid.Bool().Draw(t, "two cues") {
			s.Cues = append(s.Cues, statement.Cue{Polarity: polarities.Draw(t, "other polarity")})
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "undated") == 0 {
		s.Published = nil
	}
	return s
}

func drawLeaf(t *rapid.T) query.Node {
	field := rapid.SampledFrom([]query.Field{query.Any, query.Any, query.Any, query.Title, query.URL}).Draw(t, "field")
	role := rapid.SampledFrom([]query.Field{query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions}).Draw(t, "role")
	some := func(most int) string {
		words := make([]string, rapid.IntRange(1, most).Draw(t, "words"))
		for i := range words {
			words[i] = anyWord(t, "word")
		}
		return strings.Join(words, " ")
	}
	switch rapid.IntRange(0, 9).Draw(t, "leaf") {
	case 0, 1, 2:
		return query.Word{Field: field, Text: some(1)}
	case 3:
		return query.Phrase{Field: field, Text: some(3)}
	case 4:
		return query.Near{Field: field, Text: some(3), Distance: rapid.IntRange(0, 8).Draw(t, "distance")}
	case 5:
		return query.Prefix{Field: field, Text: rapid.SampledFrom([]string{"con", "tre", "A/HRC", "né", "кон", "ات", "si", "state", "zz"}).Draw(t, "prefix")}
	case 6:
		return query.Term{Field: role, Value: rapid.SampledFrom([]string{"arlund", "besmar", "corvo", "nobody"}).Draw(t, "actor")}
	case 7:
		return query.Members{Field: role, Group: rapid.SampledFrom([]string{"islands", "nobody"}).Draw(t, "group")}
	case 8:
		day := fmt.Sprintf("2024-01-%02d", rapid.IntRange(1, 31).Draw(t, "day"))
		make := rapid.SampledFrom([]func(string) (query.Period, bool){query.After, query.Before, query.On}).Draw(t, "period")
		p, _ := make(day)
		return p
	}
	return rapid.SampledFrom([]query.Node{
		query.Term{Field: query.Topic, Value: "safeguards"}, query.Term{Field: query.Lang, Value: "fr"}, query.Term{Field: query.Kind, Value: "letter"},
		query.Term{Field: query.Cue, Value: polarities.Draw(t, "cue")}, query.Term{Field: query.Process, Value: "p"}, query.Term{Field: query.Source, Value: "freedonia"}, query.All{},
	}).Draw(t, "term")
}

func drawQuery(t *rapid.T, depth int) query.Node {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "node") == 0 {
		return drawLeaf(t)
	}
	kids := make([]query.Node, rapid.IntRange(1, 3).Draw(t, "kids"))
	for i := range kids {
		kids[i] = drawQuery(t, depth-1)
	}
	switch rapid.IntRange(0, 2).Draw(t, "group") {
	case 0:
		return query.Conjoin(kids...)
	case 1:
		return query.Disjoin(kids...)
	}
	return query.Not{Kid: query.Conjoin(kids...)}
}

func islands(group string) []string {
	if group == "islands" {
		return []string{"arlund", "besmar"}
	}
	return nil
}

// The store finds, counts and pages what a plain reading of the tree finds, whatever segments the statements lie in.
func TestTheStoreDiffersFromAPlainReadingNever(t *testing.T) {
	s := openStore(t, t.TempDir(), func(o *Options) { o.Members, o.filedFrom, o.keepAbove = islands, 1, 1 })
	var all []string
	for n := range mostIDs {
		all = append(all, said(n, "", "", "").ID)
	}
	rapid.Check(t, func(t *rapid.T) {
		if err := s.Write(t.Context(), indexer.Write{Forget: all}); err != nil {
			t.Fatal(err)
		}
		w := world{}
		size := rapid.SampledFrom([]int{1, 2, 5}).Draw(t, "members")
		for range rapid.IntRange(1, 4).Draw(t, "batches") {
			if err := s.Write(t.Context(), w.drawBatch(t, size)); err != nil {
				t.Fatal(err)
			}
		}
		if rapid.Bool().Draw(t, "filed") { // columns from files, and packed positions
			fileAll(t, s)
		}
		for range 10 {
			sameAnswer(t, s, drawQuery(t, 2), w)
		}
	})
}

// world is what was stored, by id.
type world map[string]*percolate.Statement

// group gives the members of a group, its lead first.
func (w world) group(id string) []*percolate.Statement {
	var members []*percolate.Statement
	for _, st := range w {
		if st.Meta.Group == id {
			members = append(members, st)
		}
	}
	slices.SortFunc(members, func(a, b *percolate.Statement) int {
		return cmp.Or(a.Meta.Time().Compare(b.Meta.Time()), strings.Compare(a.Meta.ID, b.Meta.ID))
	})
	return members
}

// lead gives what stands for a group: its first member with the actors, topics and sources of all.
func lead(members []*percolate.Statement) *statement.Statement {
	union := *members[0].Meta
	union.Actors, union.Topics, union.Sources, union.Copies = nil, nil, nil, len(members)-1
	for _, m := range members {
		union.Actors, union.Topics = append(union.Actors, m.Meta.Actors...), append(union.Topics, m.Meta.Topics...)
		union.Sources = append(union.Sources, m.Meta.Source)
	}
	slices.Sort(union.Topics)
	union.Topics = slices.Compact(union.Topics)
	return &union
}

// mostIDs is small, so that statements are replaced and segments hold deleted ones.
const mostIDs = 30

// drawBatch draws what is written, and keeps the world in step.
func (w world) drawBatch(t *rapid.T, size int) (b indexer.Write) {
	analyzer := analysis.NewAnalyzer()
	changed := map[string]bool{}
	for range rapid.IntRange(0, 12).Draw(t, "statements") {
		n := rapid.IntRange(0, mostIDs-1).Draw(t, "id")
		st := drawStatement(t, n)
		st.Group = said(n-n%size, "", "", "").ID
		st.Source = rapid.SampledFrom([]string{"freedonia", "sylvania"}).Draw(t, "source")
		w[st.ID] = &percolate.Statement{Words: analyzer.Document(st.Title, st.Text, st.Language), Meta: st}
		changed[st.Group] = true
		b.Revisions = append(b.Revisions, statement.Revision{Statement: st.ID, Capture: st.Capture, CapturedAt: st.CapturedAt, Text: st.Text})
	}
	if rapid.IntRange(0, 5).Draw(t, "forget") == 0 && len(w) > 0 {
		id := rapid.SampledFrom(slices.Sorted(maps.Keys(w))).Draw(t, "forgotten")
		changed[w[id].Meta.Group] = true
		b.Forget = []string{id}
		delete(w, id)
	}
	for _, id := range slices.Sorted(maps.Keys(changed)) {
		members := w.group(id)
		for i, m := range members {
			c := &indexer.Copies{Other: i > 0}
			if i == 0 && len(members) > 1 {
				c.Union = lead(members)
			}
			b.Documents = append(b.Documents, indexer.Document{Statement: m.Meta, Words: m.Words, Copies: c})
		}
	}
	return b
}

// answer gives what a query finds and counts by a plain reading: with copies every member, else the leads of the groups of which a
// member matches, the lead itself as it stands for all.
func (w world) answer(n query.Node, copies bool) (ids []string, topics, sources map[string]int) {
	ids, topics, sources = []string{}, map[string]int{}, map[string]int{}
	take := func(st *statement.Statement, from []string) {
		ids = append(ids, st.ID)
		for _, topic := range st.Topics {
			topics[topic]++
		}
		slices.Sort(from)
		for _, source := range slices.Compact(from) {
			sources[source]++
		}
	}
	for _, st := range w {
		if copies {
			if percolate.Matches(n, st, islands) {
				take(st.Meta, []string{st.Meta.Source})
			}
			continue
		}
		members := w.group(st.Meta.Group)
		if members[0] != st {
			continue
		}
		union := lead(members)
		members[0] = &percolate.Statement{Words: st.Words, Meta: union}
		if slices.ContainsFunc(members, func(m *percolate.Statement) bool { return percolate.Matches(n, m, islands) }) {
			take(union, union.Sources)
		}
	}
	slices.Sort(ids)
	return ids, topics, sources
}

func sameAnswer(t *rapid.T, s *Store, n query.Node, w world) {
	copies := rapid.Bool().Draw(t, "copies")
	want, topics, sources := w.answer(n, copies)
	order := rapid.SampledFrom([]search.Order{search.Relevance, search.Newest, search.Oldest}).Draw(t, "order")
	r := search.Request{Query: n, Order: order, Limit: rapid.IntRange(1, 50).Draw(t, "limit"), Copies: copies,
		Facets: []string{search.FacetTopic, search.FacetSource}, Snippets: true}
	got := []string{}
	for {
		page, err := s.Search(t.Context(), r)
		if err != nil {
			t.Fatalf("%s: %v", n, err)
		}
		if page.Total != len(want) {
			t.Fatalf("%s: total %d, want %d", n, page.Total, len(want))
		}
		for facet, wanted := range map[string]map[string]int{search.FacetTopic: topics, search.FacetSource: sources} {
			counted := map[string]int{}
			for _, c := range page.Facets[facet] {
				counted[c.ID] = c.Count
			}
			if diff := gocmp.Diff(wanted, counted); diff != "" {
				t.Fatalf("%s: %s %s", n, facet, diff)
			}
		}
		for _, h := range page.Hits {
			if members := len(w.group(h.Group)); h.Copies != members-1 {
				t.Fatalf("%s says %d copies, its group has %d members", h.ID, h.Copies, members)
			}
		}
		got = append(got, ids(page)...)
		if r.After = page.Next; r.After == "" {
			break
		}
	}
	slices.Sort(got)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Fatalf("%s, %s in pages of %d: %s", n, order, r.Limit, diff)
	}
}
