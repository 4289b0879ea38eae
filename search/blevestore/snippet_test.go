package blevestore

import (
	"slices"
	"strings"
	"testing"

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
