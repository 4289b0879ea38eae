package export

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/search"
)

// finder finds two statements for every query but some.
type finder struct{}

func (finder) Search(_ context.Context, ask search.Ask) (search.Result, error) {
	result := search.Result{Query: search.Echo{Input: ask.Query, Parsed: strings.ToLower(ask.Query)}}
	switch ask.Query {
	case "(x":
		return result, &fault.Error{Kind: fault.Query, What: "a parenthesis is open", Remedy: "close it", Position: 2}
	case "broken":
		return result, errors.New("the disk is gone")
	case "nothing":
		return result, nil
	}
	result.Total = 7
	for i := range min(2, ask.Limit) {
		h := search.Hit{Statement: *said(i)}
		h.Title = "=1+1"
		result.Statements = append(result.Statements, h)
	}
	return result, nil
}

func TestManyQueriesMakeOneTable(t *testing.T) {
	list, err := ReadQueries(strings.NewReader("\ufeffno,Query\n1,\"a, b\"\n2,\n3,(x\n4,nothing\n"), "", 10)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	q := Queries{Finder: finder{}, Neutralize: true}
	if n, err := q.Write(t.Context(), list, &out); err != nil || n != 4 {
		t.Fatalf("%d rows, %v", n, err)
	}
	rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"query", "parsed", "total", "rank", "id", "url", "title", "published", "language", "kind", "source", "issuer_ids", "error", "position"},
		{"a, b", "a, b", "7", "1", "s000", "https://freedonia.example/0", "'=1+1", "2024-03-01T09:30:00Z", "en", "statement", "freedonia", "freedonia", "", ""},
		{"a, b", "a, b", "7", "2", "s001", "https://freedonia.example/1", "'=1+1", "2024-03-02T09:30:00Z", "en", "statement", "freedonia", "freedonia", "", ""},
		{"(x", "", "", "", "", "", "", "", "", "", "", "", "a parenthesis is open; close it", "2"},
		{"nothing", "nothing", "0", "", "", "", "", "", "", "", "", "", "", ""},
	}
	if diff := gocmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	out.Reset()
	q = Queries{Finder: finder{}, JSON: true, Limit: 1}
	if _, err := q.Write(t.Context(), list, &out); err != nil {
		t.Fatal(err)
	}
	var objects []map[string]any
	if err := json.Unmarshal([]byte(out.String()), &objects); err != nil || len(objects) != 3 || objects[0]["total"] != 7.0 || objects[1]["position"] != 2.0 || objects[2]["query"] != "nothing" {
		t.Errorf("%v, %v", objects, err)
	}
	if _, err := q.Write(t.Context(), []string{"a", "broken"}, &out); err == nil {
		t.Error("a table is whole of which a part could not be asked")
	}
}

func TestWhatAListOfQueriesMustBe(t *testing.T) {
	for list, say := range map[string]string{"": "no queries", "query\n\n": "no queries", "a\nb\nc\nd\n": "more than 3", strings.Repeat("x", maxQueryBytes+1): "longer"} {
		_, err := ReadQueries(strings.NewReader(list), "", 3)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), say) {
			t.Errorf("%.20q: %v, want %q", list, err, say)
		}
	}
	if err := (&Queries{Limit: 1000}).Check(make([]string, 1001)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("more than can be: %v", err)
	}
}

func FuzzReadQueries(f *testing.F) {
	f.Add("query\na\n\"b\"\"\"\n")
	f.Fuzz(func(t *testing.T, s string) {
		if list, err := ReadQueries(strings.NewReader(s), "", 5); err == nil && (len(list) == 0 || len(list) > 5) || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q, %v", list, err)
		}
	})
}
