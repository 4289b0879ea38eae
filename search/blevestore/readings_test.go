package blevestore

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rostrum/indexer"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// typedLeaf is a leaf as somebody types it, and what it means of a statement, told without the query's tree; nil where that takes an analyzer.
type typedLeaf struct {
	text  string
	holds func(*statement.Statement) bool
}

// typedLeaves draws one leaf of each field and form of the language, by name.
func typedLeaves(t *rapid.T) map[string]typedLeaf {
	from := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	ids := map[string]string{"arlund": "arlund", "Besmar": "besmar", "Corvo": "corvo"}
	leaves := map[string]typedLeaf{
		"word": {text: anyWord(t, "word")}, "phrase": {text: `"` + anyWord(t, "first") + " " + anyWord(t, "second") + `"`},
		"near":   {text: fmt.Sprintf(`"%s %s"~%d`, anyWord(t, "first near"), anyWord(t, "second near"), rapid.IntRange(0, 6).Draw(t, "distance"))},
		"prefix": {text: from("prefix", "con*", "A/HRC/*", "né*", "кон*", "ات*")},
		"title":  {text: `title:"` + anyWord(t, "of title") + `"`}, "url": {text: "url:" + from("of url", "convention", "hrc", "news", "example")},
	}
	one := func(name, value string, holds func(*statement.Statement) bool) {
		leaves[name] = typedLeaf{text: name + ":" + value, holds: holds}
	}
	roles := map[query.Field][]statement.Role{query.Speaker: {statement.Issuer, statement.Signatory, statement.Quoted}, query.Issuer: {statement.Issuer},
		query.Signatory: {statement.Signatory}, query.Quoted: {statement.Quoted}}
	for _, name := range []query.Field{query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions} {
		has := func(ids ...string) func(*statement.Statement) bool {
			return func(s *statement.Statement) bool {
				return slices.ContainsFunc(s.Actors, func(a statement.Actor) bool {
					return slices.Contains(ids, a.ID) && slices.Contains(roles[name], a.Role)
				})
			}
		}
		typed := from(string(name), "arlund", "Besmar", "Corvo")
		if name == query.Mentions {
			leaves[string(name)] = typedLeaf{text: string(name) + ":" + typed} // of whom others speak: a role is not all of it
			continue
		}
		one(string(name), typed, has(ids[typed]))
		leaves[string(name)+" of a group"] = typedLeaf{text: string(name) + ":members(islands)", holds: has(islands("islands")...)}
	}
	topic, lang, kind, source, polarity := from("topic", "safeguards", "e-evidence"), from("lang", "fr", "zh", "en"), from("kind", "statement", "letter"),
		from("source", "freedonia", "sylvania"), polarities.Draw(t, "polarity")
	one("topic", topic, func(s *statement.Statement) bool { return slices.Contains(s.Topics, topic) })
	one("lang", lang, func(s *statement.Statement) bool { return s.Language == lang })
	one("kind", kind, func(s *statement.Statement) bool { return s.Kind == kind })
	one("source", source, func(s *statement.Statement) bool { return s.Source == source })
	one("cue", polarity, func(s *statement.Statement) bool {
		return slices.ContainsFunc(s.Cues, func(c statement.Cue) bool { return c.Polarity == polarity })
	})
	one("process", "talks", func(s *statement.Statement) bool { return slices.Contains(s.Process, "talks") })
	day := rapid.IntRange(1, 31).Draw(t, "day")
	at := time.Date(2024, 1, day, 0, 0, 0, 0, time.UTC)
	next := at.AddDate(0, 0, 1)
	within := func(from, to time.Time) func(*statement.Statement) bool {
		return func(s *statement.Statement) bool {
			return !s.Time().Before(from) && (to.IsZero() || s.Time().Before(to))
		}
	}
	one("after", at.Format(time.DateOnly), within(at, time.Time{}))
	one("before", at.Format(time.DateOnly), within(time.Time{}, at))
	one("on", at.Format(time.DateOnly), within(at, next))
	one("phase", "opening", within(openingOf.From, openingOf.To))
	return leaves
}

var openingOf = registry.Phase{ID: "opening", Name: "Opening", From: time.Date(2024, 1, 10, 0, 0, 0, 0, time.UTC), To: time.Date(2024, 1, 20, 0, 0, 0, 0, time.UTC)}

// What is typed finds the same by the store, by the percolator, by a plain reading of the tree, and by what each field says: every field and form, alone and combined.
func TestThreeReadingsOfEveryField(t *testing.T) {
	reg, err := registry.New(
		[]registry.Actor{{ID: "arlund", Kind: "state", Name: "Arlund", MemberOf: []string{"islands"}}, {ID: "besmar", Kind: "state", Name: "Besmar", MemberOf: []string{"islands"}}, {ID: "corvo", Kind: "ngo", Name: "Corvo"}},
		[]registry.Group{{ID: "islands", Name: "The Islands"}},
		[]registry.Topic{{ID: "safeguards", Name: "Safeguards", Query: "x"}, {ID: "e-evidence", Name: "Evidence", Query: "y"}},
		[]registry.Process{{ID: "talks", Name: "Talks", Phases: []registry.Phase{openingOf}}})
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, t.TempDir(), func(o *Options) {
		o.Members, o.Phases = reg.Members, []Phase{{ID: openingOf.ID, From: openingOf.From, To: openingOf.To}}
	})
	service, err := search.New(search.Options{Searcher: s, Reader: s.Reader(), Knower: s, Registry: reg, Deadline: time.Minute, Kinds: []string{"statement", "letter"},
		Sources: map[string]string{"freedonia": "Freedonia", "sylvania": "Sylvania"}})
	if err != nil {
		t.Fatal(err)
	}
	found, missed := map[string]int{}, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		var all []*percolate.Statement
		var w indexer.Write
		analyzer := analysis.NewAnalyzer()
		for n := range 12 {
			st := drawStatement(t, n)
			st.Source = rapid.SampledFrom([]string{"freedonia", "sylvania"}).Draw(t, "source")
			st.Process = rapid.SampledFrom([][]string{{"talks"}, {}}).Draw(t, "process")
			at := time.Date(2024, 1, rapid.IntRange(1, 31).Draw(t, "published"), rapid.IntRange(0, 23).Draw(t, "hour"), 0, 0, 0, time.UTC)
			if st.FirstSeen = at; st.Published != nil {
				st.Published = &at
			}
			read := &percolate.Statement{Words: analyzer.Document(st.Title, st.Text, st.Language), Meta: st}
			all = append(all, read)
			w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: read.Words})
		}
		if err := s.Write(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		leaves := typedLeaves(t)
		same := func(typed string, holds func(*statement.Statement) bool) (matched int) {
			compiled, err := service.Compile(t.Context(), typed)
			if err != nil {
				t.Fatalf("%s: %v", typed, err)
			}
			page, err := s.Search(t.Context(), search.Request{Query: compiled.Node, Order: search.Newest, Limit: 100})
			if err != nil {
				t.Fatalf("%s: %v", typed, err)
			}
			inStore := ids(page)
			b := percolate.NewBuilder(percolate.Options{Members: reg.Members})
			if err := b.Add("q", compiled.Node); err != nil {
				t.Fatal(err)
			}
			matcher := b.Build().Matcher()
			for _, st := range all {
				plain, percolated := percolate.Matches(compiled.Node, st, reg.Members), false
				matcher.Match(st, func(string) { percolated = true })
				if stored := slices.Contains(inStore, st.Meta.ID); stored != plain || percolated != plain || holds != nil && holds(st.Meta) != plain {
					t.Fatalf("%s of %s: store %v, percolator %v, plain reading %v, by its meaning differs %v; %+v", typed, st.Meta.ID, stored, percolated, plain, holds != nil, st.Meta)
				}
				if plain {
					matched++
				}
			}
			if page.Total != matched {
				t.Fatalf("%s: total %d of %d", typed, page.Total, matched)
			}
			return matched
		}
		var typed []string
		for name, leaf := range leaves {
			typed = append(typed, leaf.text)
			matched := same(leaf.text, leaf.holds)
			found[name] += matched
			missed[name] += len(all) - matched
		}
		slices.Sort(typed)
		for range 6 {
			parts := rapid.SliceOfN(rapid.SampledFrom(typed), 2, 4).Draw(t, "parts")
			switch rapid.IntRange(0, 3).Draw(t, "combined") {
			case 0:
				same(strings.Join(parts, " "), nil)
			case 1:
				same(strings.Join(parts, " OR "), nil)
			case 2:
				same(parts[0]+" NOT ("+strings.Join(parts[1:], " OR ")+")", nil)
			default:
				same("("+strings.Join(parts, " OR ")+") -"+parts[0], nil)
			}
		}
	})
	for _, f := range query.Fields() {
		if _, tried := found[string(f)]; !tried {
			t.Errorf("the field %s is not tried", f)
		}
	}
	for name := range found {
		if found[name] == 0 || missed[name] == 0 {
			t.Errorf("%s finds %d statements and leaves out %d: it proves nothing", name, found[name], missed[name])
		}
	}
}
