package web

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"net/http/httptest"
	"strings"
	"testing"

	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search"
)

type noSources struct{}

func (noSources) Sources(context.Context) ([]search.SourceState, error) { return nil, nil }

// A long statement of any script, with thousands of findings is shown in parts of at most 100 KB that hold the whole text.
func TestALongStatementIsShownInParts(t *testing.T) {
	reg, err := registry.New(nil, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	templates, err := template.ParseFS(files, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	p := &pages{Options: Options{Search: &search.Service{}, Registry: func() *registry.Registry { return reg }, Sources: noSources{}, Archived: func(string) bool { return false }}, templates: templates}
	for name, unit := range map[string]string{"lines": "Tide Watch said that the tide turned.\n", "one line": "Tide Watch said so. ", "Han": "潮汐观察说潮水转了。\n", "markup": "<b>&\"'</b>\n"} {
		s := &statement.Statement{ID: "long", URL: "https://tide.example/long", Title: "<script>alert(1)</script>", Language: "en", Text: strings.Repeat(unit, 200_000/len(unit))}
		length := len([]rune(s.Text))
		for i := range 2000 {
			id := fmt.Sprintf("a%d", i)
			s.Actors = append(s.Actors, statement.Actor{ID: id, Name: "Actor " + id, Role: statement.Roles[i%4]})
			s.Evidence = append(s.Evidence, statement.Evidence{Finding: "actor", ID: id, Role: statement.Roles[i%4], In: "text", Start: i * (length / 2000), End: i*(length/4000) + 5, Rule: "name"})
		}
		shown := 0
		for part, path := 1, "/statements/long"; path != ""; part++ {
			if part > 2000 {
				t.Fatalf("%s: no end", name)
			}
			r := httptest.NewRequest("GET", path, nil)
			d := p.statementHead(r, s)
			p.fillActors(&d, s)
			p.fillText(r, &d, s)
			if part < 4 || d.Later == "" {
				var page bytes.Buffer
				if err := templates.ExecuteTemplate(&page, "statement.html", d); err != nil {
					t.Fatal(err)
				}
				if page.Len() > 100<<10 {
					t.Errorf("%s: part %d has %d bytes", name, part, page.Len())
				}
				if bytes.Contains(page.Bytes(), []byte("<script>alert")) {
					t.Errorf("%s: a title runs", name)
				}
			}
			for _, paragraph := range d.Paragraphs {
				for _, sp := range paragraph.Spans {
					shown += len([]rune(sp.Text))
				}
			}
			path = d.Later
		}
		if want := len([]rune(strings.ReplaceAll(s.Text, "\n", ""))); shown != want {
			t.Errorf("%s: %d of %d code points are shown", name, shown, want)
		}
	}
}

// Revisions that exchange a thousand words each weigh no more than the page bears, and the page says where the rest is.
func TestChangesAreCutToThePage(t *testing.T) {
	text := func(n int) string {
		words := make([]string, 1000)
		for i := range words {
			words[i] = fmt.Sprintf("<b>word%d</b>&潮%d", n, i)
		}
		return strings.Join(words, " ")
	}
	short, cost := changeOf(search.ChangeBetween(statement.Revision{Number: 1, Text: "The tide turned once."}, statement.Revision{Number: 2, Text: "The tide turned twice."}), changeCost)
	if short.Cut || cost > 1000 || len(short.Text) == 0 {
		t.Errorf("a word costs %d bytes: %+v", cost, short)
	}
	long, cost := changeOf(search.ChangeBetween(statement.Revision{Number: 1, Text: text(1)}, statement.Revision{Number: 2, Text: text(2)}), changeCost)
	shown := 0
	for _, s := range long.Text {
		shown += len(template.HTMLEscapeString(s.Text))
	}
	if !long.Cut || cost > changeCost || shown > changeCost || shown < changeCost/2 {
		t.Errorf("a thousand words cost %d bytes, %d of text; cut %v", cost, shown, long.Cut)
	}
}
