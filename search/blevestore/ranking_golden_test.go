package blevestore

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum/indexer"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

var update = flag.Bool("update", false, "rewrite the golden numbers")

// TestRankingGolden asks what people would ask and looks where the statement that answers it stands. A change of the ranking shows in
// testdata/ranking.golden.
func TestRankingGolden(t *testing.T) {
	dir := sharedData(t, "ngo-drw")
	if dir == "" {
		return
	}
	s := openStore(t, t.TempDir())
	names := storeAsked(t, s, filepath.Dir(dir))
	questions, err := os.ReadFile(filepath.Join("testdata", "questions.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	first, five, reciprocal := 0, 0, 0.0
	for line := range strings.Lines(string(questions)) {
		line = strings.TrimSpace(line)
		query, pointers, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		place := 0
		var good []string
		for pointer := range strings.FieldsSeq(pointers) {
			if names[pointer] == "" {
				t.Errorf("%s: there is no %s", query, pointer)
			}
			good = append(good, names[pointer])
		}
		for i, id := range ids(ask(t, s, query, limit(100))) {
			if slices.Contains(good, id) {
				place = i + 1
				break
			}
		}
		if place == 1 {
			first++
		}
		if place > 0 && place <= 5 {
			five++
		}
		if place > 0 {
			reciprocal += 1 / float64(place)
		}
		lines = append(lines, fmt.Sprintf("%3d  %s", place, query))
	}
	n := float64(len(lines))
	got := fmt.Sprintf("%d questions, recall@1 %.3f, recall@5 %.3f, MRR %.3f. Place of the first right answer; 0 is beyond 100:\n%s\n",
		len(lines), float64(first)/n, float64(five)/n, reciprocal/n, strings.Join(lines, "\n"))
	t.Log(strings.SplitN(got, "\n", 2)[0])
	golden := filepath.Join("testdata", "ranking.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the ranking differs from %s: run with -update if that is meant\n%s", golden, got)
	}
}

// storeAsked stores two sites and the speeches since 2016, and gives the ids of their statements by the pointers that questions use.
func storeAsked(t *testing.T, s *Store, root string) map[string]string {
	names := map[string]string{}
	analyzer := analysis.NewAnalyzer()
	var w indexer.Write
	n := 0
	add := func(pointer string, st *statement.Statement) {
		names[pointer] = st.ID
		n++
		w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: analyzer.Document(st.Title, st.Text, st.Language)})
	}
	for _, set := range []string{"ngo-drw/posts", "ngo-connectedbydata"} {
		files, err := filepath.Glob(filepath.Join(root, set, "*.md"))
		if err != nil || len(files) == 0 {
			t.Fatal(set, err)
		}
		for _, file := range files {
			add(set+"/"+filepath.Base(file), post(t, n, file))
		}
	}
	for _, sp := range speeches(t) {
		if sp.Year < 2016 {
			continue
		}
		at := time.Date(sp.Year, 9, 20, 0, 0, 0, 0, time.UTC)
		st := said(n, fmt.Sprintf("Statement by %s in the general debate of %d", sp.Country, sp.Year), sp.Text, "en", actor(strings.ToLower(sp.ISO3), statement.Issuer))
		st.Published = &at
		add("ungdc#"+sp.ID, st)
	}
	write(t, s, w)
	return names
}

// post reads a page of a static site: what stands between the dashes, then the text.
func post(t *testing.T, n int, file string) *statement.Statement {
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	st := said(n, "", "", "en", actor("watch", statement.Issuer))
	lines := bufio.NewScanner(strings.NewReader(string(body)))
	lines.Buffer(nil, len(body)+1)
	var text strings.Builder
	dashes := 0
	for lines.Scan() {
		line := lines.Text()
		switch {
		case line == "---" && dashes < 2:
			dashes++
		case dashes >= 2:
			text.WriteString(line + "\n")
		default:
			if title, ok := strings.CutPrefix(line, "title:"); ok {
				st.Title = strings.Trim(strings.TrimSpace(title), `"'`)
			}
			if day, ok := strings.CutPrefix(line, "date:"); ok {
				if at, err := time.Parse(time.DateOnly, strings.TrimSpace(day)[:min(10, len(strings.TrimSpace(day)))]); err == nil {
					st.Published = &at
				}
			}
		}
	}
	st.Text = text.String()
	return st
}
