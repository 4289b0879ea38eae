package export

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

var cited = memory{
	said(1, func(s *statement.Statement) {
		s.Title, s.URL = "100 % of {A} & B_c\nin two lines", "https://freedonia.example/a_b?x=1&y={2}"
	}),
	said(2, func(s *statement.Statement) {
		s.Published, s.Language, s.Actors, s.Topics, s.Signatories = nil, "und", nil, nil, 0
		s.Author = "A. Writer"
	}),
	said(3, func(s *statement.Statement) { s.Actors = s.Actors[1:] }),
}

func TestRIS(t *testing.T) {
	out, outcome := written(t, exporter(t, cited), Ask{Format: "ris"})
	want := "TY  - ELEC\r\nID  - s001\r\nTI  - 100 % of {A} & B_c in two lines\r\nAU  - Freedonia\r\nPY  - 2024\r\nDA  - 2024/03/02/\r\n" +
		"UR  - https://freedonia.example/a_b?x=1&y={2}\r\nLA  - en\r\nKW  - SAFEGUARDS\r\nKW  - SCOPE\r\nY2  - 2024/03/02/\r\nN1  - statement, 2 signatories\r\nER  - \r\n" +
		"TY  - ELEC\r\nID  - s002\r\n"
	if !strings.HasPrefix(out, want) || outcome.Rows != 3 || strings.Count(out, "ER  - \r\n") != 3 {
		t.Errorf("%s", out)
	}
	if !strings.Contains(out, "AU  - A. Writer\r\n") || !strings.Contains(out, "AU  - Rights | Justice\r\nAU  - Two\r\n") {
		t.Errorf("authors are missing in\n%s", out)
	}
}

func TestBibTeX(t *testing.T) {
	out, _ := written(t, exporter(t, cited), Ask{Format: "bibtex"})
	want := "@online{s001,\n  author = {{Freedonia}},\n  title = {{100 \\% of \\{A\\} \\& B\\_c in two lines}},\n  year = {2024},\n  date = {2024-03-02},\n" +
		"  url = {https://freedonia.example/a_b?x=1&y=%7B2%7D},\n  urldate = {2024-03-02},\n  language = {en},\n  keywords = {SAFEGUARDS, SCOPE},\n" +
		"  note = {statement, 2 signatories}\n}\n\n@online{s002,\n"
	if !strings.HasPrefix(out, want) || !strings.Contains(out, "author = {{Rights | Justice} and {Two}}") {
		t.Errorf("%s", out)
	}
}

func TestCSLJSON(t *testing.T) {
	out, _ := written(t, exporter(t, cited), Ask{Format: "csl-json"})
	type item struct {
		ID, Type, Title, URL, Keyword string
		Author                        []struct{ Literal string }
		Issued, Accessed              *struct {
			Parts [][]int `json:"date-parts"`
		}
	}
	var items []item
	if err := json.Unmarshal([]byte(out), &items); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if len(items) != 3 || items[0].Author[0].Literal != "Freedonia" || items[0].Issued.Parts[0][2] != 2 || items[1].Issued != nil || len(items[2].Author) != 2 {
		t.Errorf("%+v", items)
	}
	if empty, _ := written(t, exporter(t, nil), Ask{Format: "csl-json"}); empty != "[]\n" {
		t.Errorf("no references are %q", empty)
	}
}

func TestOneReference(t *testing.T) {
	e := exporter(t, cited)
	for _, name := range []string{"ris", "bibtex", "csl-json"} {
		all, _ := written(t, exporter(t, cited[:1]), Ask{Format: name})
		one, media, err := e.Cite(name, cited[0])
		if err != nil || string(one) != all || media == "" {
			t.Errorf("%s: %s, %v", name, one, err)
		}
	}
	for _, name := range []string{"csv", "", "apa"} {
		if _, _, err := e.Cite(name, cited[0]); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, a := range []Ask{{Format: "ris", Shape: "actors"}, {Format: "bibtex", Columns: []string{"id"}}} {
		_, err := e.Plan(t.Context(), a)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Invalid {
			t.Errorf("%+v: %v", a, err)
		}
	}
}
