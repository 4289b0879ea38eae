package blevestore

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"rostrum/internal/statement"
	"rostrum/search"
)

// marked gives what a snippet marks.
func marked(s search.Snippet) []string {
	runes := []rune(s.Text)
	var words []string
	for _, m := range s.Marks {
		words = append(words, string(runes[m[0]:m[1]]))
	}
	return words
}

func TestSnippets(t *testing.T) {
	s := openStore(t, t.TempDir())
	long := strings.Repeat("Nothing of note was said here. ", 40) + "Then Freedonia, with its neighbours, welcomed treaties on data.\nAnd more. " +
		strings.Repeat("Silence again in the hall. ", 40) + "Only safeguards matter to the others. " + strings.Repeat("Closing words were heard. ", 30)
	store(t, s,
		said(1, "Remarks", long, "en"),
		said(2, "Замечания", "Мы поддерживаем конвенции. Договоры важны.", "ru"),
		said(3, "声明", "我们支持联合国公约的通过。其他国家也支持。", "zh"),
		said(4, "Déclaration", "L'État soutient les négociations « en cours ».", "fr"))
	for _, c := range []struct {
		query string
		marks [][]string
	}{
		{"treaty", [][]string{{"treaties"}}},
		{"treaty safeguards", [][]string{{"treaties"}, {"safeguards"}}},
		{`"welcomed treaties" data`, [][]string{{"welcomed treaties", "data"}}},
		{`"data freedonia"~5`, [][]string{nil}},
		{`"data freedonia"~6`, [][]string{{"Freedonia", "data"}}},
		{"neighb*", [][]string{{"neighbours"}}},
		{"конвенция OR absent", [][]string{{"конвенции"}}},
		{"联合国", [][]string{{"联合国"}}},
		{"état négociation", [][]string{{"État", "négociations"}}},
		{"title:remarks -absent", [][]string{nil}},
	} {
		page := ask(t, s, c.query, func(r *search.Request) { r.Snippets = true })
		if c.marks[0] == nil && len(page.Hits) == 0 {
			continue
		}
		if len(page.Hits) != 1 {
			t.Errorf("%s: %d hits", c.query, len(page.Hits))
			continue
		}
		var got [][]string
		for _, sn := range page.Hits[0].Snippets {
			got = append(got, marked(sn))
			if n := len([]rune(sn.Text)); n > maxSnippet || n == 0 || strings.TrimSpace(sn.Text) != sn.Text || strings.Contains(sn.Text, "\n") {
				t.Errorf("%s: odd snippet %q of %d", c.query, sn.Text, n)
			}
		}
		if !slices.EqualFunc(got, c.marks, slices.Equal) {
			t.Errorf("%s marks %q, want %q", c.query, got, c.marks)
		}
	}
}

// A hit found by a finding shows where it was found; a cue, the one of the actor that was asked for.
func TestSnippetsShowWhatWasFound(t *testing.T) {
	s := openStore(t, t.TempDir())
	text := strings.Repeat("Nothing of note was said here. ", 40) + "Sylvania rejects the draft. Freedonia opposes it on the data of persons. " + strings.Repeat("Silence again. ", 40)
	stretch := func(of string) (int, int) {
		at := strings.Index(text, of)
		return at, at + len(of)
	}
	st := said(1, "Remarks", text, "en")
	st.Topics = []string{"privacy"}
	st.Actors = []statement.Actor{{ID: "fd", Name: "Freedonia", Role: statement.Quoted}, {ID: "sy", Name: "Sylvania", Role: statement.Mentioned}}
	for of, actor := range map[string]string{"Sylvania rejects": "sy", "Freedonia opposes": "fd"} {
		start, end := stretch(of)
		st.Cues = append(st.Cues, statement.Cue{Polarity: "opposes", Actor: actor, Text: of, Start: start, End: end})
	}
	start, end := stretch("data of persons")
	st.Evidence = []statement.Evidence{{Finding: "topic", ID: "privacy", In: "text", Start: start, End: end}, {Finding: "topic", ID: "privacy", In: "text", Start: 9_999, End: 10_000}}
	start, end = stretch("Sylvania")
	st.Evidence = append(st.Evidence, statement.Evidence{Finding: "actor", ID: "sy", Role: statement.Mentioned, In: "text", Start: start, End: end})
	store(t, s, st)
	for q, want := range map[string][]string{
		"cue:opposes":                      {"Sylvania rejects", "Freedonia opposes"},
		"cue:opposes actor:fd":             {"Freedonia opposes"},
		"cue:opposes silence":              {"Freedonia opposes", "Silence"},
		"topic:privacy":                    {"data of persons"},
		"topic:privacy mentions:sy":        {"Sylvania", "data of persons"},
		"(cue:supports OR mentions:sy)":    {"Sylvania"},
		"-cue:supports":                    nil,
		"source:freedonia before:2100":     nil,
		"topic:privacy -cue:supports data": {"data of persons"},
	} {
		page := ask(t, s, q, func(r *search.Request) { r.Snippets = true })
		if len(page.Hits) != 1 || len(page.Hits[0].Snippets) == 0 {
			t.Errorf("%s: %d hits", q, len(page.Hits))
			continue
		}
		h := page.Hits[0]
		if h.Text != "" || h.Cues != nil || h.Evidence != nil || h.Quotes != nil {
			t.Errorf("%s: a hit in a list holds %d cues and %d pieces of evidence", q, len(h.Cues), len(h.Evidence))
		}
		got := marked(h.Snippets[0])
		if len(got) > len(want) && want != nil { // the length of what stands after is not the point
			got = got[:len(want)]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s marks %q, want %q", q, got, want)
		}
	}
}

func TestNamesOfActorsAreLookedUpAtOnce(t *testing.T) {
	s := openStore(t, t.TempDir())
	st := said(1, "Letter", "We sign.", "en")
	st.Actors = []statement.Actor{{ID: "x-one", Name: "One", Role: statement.Signatory}, {ID: "x-two", Name: "Two", Role: statement.Issuer}, {ID: "x-three", Name: "Three", Role: statement.Mentioned}}
	store(t, s, st)
	got, err := s.ActorNames(t.Context(), []string{"x-two", "nobody", "x-one"})
	if want := map[string]string{"x-one": "One", "x-two": "Two"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

// A snippet takes the room of 300 Latin letters whatever its script, with the match in it.
func TestSnippetsAreBoundedByTheirWidth(t *testing.T) {
	s := openStore(t, t.TempDir())
	filler := strings.Repeat("会议继续讨论有关程序的各项问题，各方发言", 40)
	store(t, s, said(1, "声明", filler+"我们支持联合国公约的通过"+filler, "zh"), said(2, "Both", strings.Repeat("Words in Latin letters stand first. ", 20)+filler+"。"+filler[:140*3]+"公约草案"+filler, "en"))
	for q, most := range map[string]int{"联合国": maxSnippet / 2, "公约草案": maxSnippet} {
		for _, h := range ask(t, s, q, func(r *search.Request) { r.Snippets = true }).Hits {
			sn := h.Snippets[0]
			columns := 0
			for _, r := range sn.Text {
				columns += columnsOf(r)
			}
			if n := len([]rune(sn.Text)); len(sn.Marks) == 0 || columns > maxSnippet || n > most || n < maxSnippet/4 {
				t.Errorf("%s: %d code points in %d columns with %d marks", q, n, columns, len(sn.Marks))
			}
		}
	}
}
