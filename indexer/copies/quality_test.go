package copies

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum/internal/golden"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

var update = flag.Bool("update", false, "rewrite the golden numbers")

const goldenNumbers = "testdata/quality.json"

// arrive places texts one after the other; ids are those of texts, titles beside them.
func arrive(t *testing.T, shelf *shelf, ids, titles, texts []string) {
	t.Helper()
	analyzer := analysis.NewAnalyzer()
	arrivals := make([]Arrival, len(ids))
	for i := range ids {
		words := analyzer.Document(titles[i], texts[i], "und")
		arrivals[i] = Arrival{Capture: ids[i], Since: fmt.Sprintf("%s%06d", ids[i][:1], i), Statement: Statement{ID: ids[i], Said: epoch,
			Print: *Of(&statement.Statement{Text: texts[i]}, words)}}
	}
	p, err := Place(t.Context(), shelf, arrivals)
	if err != nil {
		t.Fatal(err)
	}
	shelf.take(arrivals, p)
}

var epoch = time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)

func TestGoldenLetters(t *testing.T) {
	dir, ok := golden.SharedData(t, "jointletter-olabini")
	if !ok {
		return
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.md"))
	if err != nil || len(paths) == 0 {
		t.Fatal(len(paths), err)
	}
	var ids, titles, texts []string
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(body), "---\n")
		head, text, _ := strings.Cut(rest, "---\n")
		_, title, _ := strings.Cut(head, "title:")
		title, _, _ = strings.Cut(title, "\n")
		id, _ := filepath.Rel(dir, path)
		ids, titles, texts = append(ids, filepath.ToSlash(id)), append(titles, title), append(texts, text)
	}
	s := newShelf()
	arrive(t, s, ids, titles, texts)
	right := labels(t)
	var found, wanted, both float64
	for i, a := range ids {
		for _, b := range ids[i+1:] {
			together, same := s.statements[a].Group == s.statements[b].Group, right[a] != 0 && right[a] == right[b]
			switch {
			case together && same:
				both++
			case together:
				t.Logf("wrongly together: %s, %s", a, b)
			case same:
				t.Logf("wrongly apart: %s, %s", a, b)
			}
			found, wanted = found+count(together), wanted+count(same)
		}
	}
	golden.Hold(t, goldenNumbers, *update, map[string]float64{"letters precision": both / found, "letters recall": both / wanted, "letters pairs": wanted})
}

func count(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// labels gives the number of each file's group.
func labels(t *testing.T) map[string]int {
	body, err := os.ReadFile("testdata/jointletter.txt")
	if err != nil {
		t.Fatal(err)
	}
	group, n := map[string]int{}, 0
	for line := range strings.Lines(string(body)) {
		if n++; line[0] != '#' {
			for _, path := range strings.Fields(line) {
				group[path] = n
			}
		}
	}
	return group
}

// speeches reads the General Debate: no two are one statement, however alike a state's openings are from year to year.
func speeches(t testing.TB) (ids, titles, texts []string, ok bool) {
	dir, ok := golden.SharedData(t, "ungdc")
	if !ok {
		return nil, nil, nil, false
	}
	f, err := os.Open(filepath.Join(dir, "statements.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var s struct{ ID, Country, Text string }
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		ids, titles, texts = append(ids, "a"+s.ID), append(titles, "Statement by "+s.Country), append(texts, s.Text)
	}
	return ids, titles, texts, lines.Err() == nil
}

// variants are what other sites make of a text.
var variants = map[string]func(words, other []string, r *rand.Rand) []string{
	"truncated": func(w, _ []string, _ *rand.Rand) []string {
		return append(slices.Clone(w[:len(w)*2/5]), "read", "more")
	},
	"introduced": func(w, o []string, _ *rand.Rand) []string {
		return slices.Concat(o[:min(len(o), len(w)/4)], w)
	},
	"in another template": func(w, o []string, _ *rand.Rand) []string {
		return slices.Concat(o[:40], w[:len(w)/2], o[40:60], w[len(w)/2:], o[60:min(len(o), 140)])
	},
	"as a paper": func(w, o []string, _ *rand.Rand) []string { // pages with a head, words parted at the ends of lines
		var paper []string
		for i, word := range w {
			if i%380 == 0 {
				paper = append(paper, "Example", "Coalition", "page", fmt.Sprint(i/380+1), "of", fmt.Sprint(len(w)/380+1))
			}
			if half := len(word) / 2; i%90 == 89 && half > 2 {
				paper = append(paper, strings.ToValidUTF8(word[:half], "")+"-", strings.ToValidUTF8(word[half:], ""))
				continue
			}
			paper = append(paper, word)
		}
		return paper
	},
	"with words changed": func(w, o []string, r *rand.Rand) []string {
		w = slices.Clone(w)
		for range len(w) * 3 / 100 {
			w[r.IntN(len(w))] = o[r.IntN(len(o))]
		}
		return w
	},
}

// others are texts that share something and are another statement.
var others = map[string]func(words, other, third []string) []string{
	"a paragraph in common": func(w, o, _ []string) []string { return slices.Concat(o[:len(o)/2], w[:len(w)/5], o[len(o)/2:]) },
	"a digest of two":       func(w, o, _ []string) []string { return slices.Concat(o, w) },
	"a digest of three":     func(w, o, third []string) []string { return slices.Concat(o, w, third) },
}

func TestGoldenSpeeches(t *testing.T) {
	ids, titles, texts, ok := speeches(t)
	if !ok {
		return
	}
	s := newShelf()
	arrive(t, s, ids, titles, texts)
	groups := map[string]bool{}
	for _, st := range s.statements {
		groups[st.Group] = true
	}
	got := map[string]float64{"speeches": float64(len(ids)), "speeches apart": float64(len(groups))}
	r := rand.New(rand.NewPCG(1, 2))
	const some = 100
	for _, name := range slices.Sorted(maps.Keys(variants)) {
		right, retitled := 0, 0
		for i := range some {
			n := i * 22
			w := variants[name](strings.Fields(texts[n]), strings.Fields(texts[n+5]), r)
			id := fmt.Sprintf("b-%s-%d", name, i)
			arrive(t, s, []string{id}, []string{titles[n]}, []string{strings.Join(w, " ")})
			if s.statements[id].Group == ids[n] {
				right++
			}
			s.forget(id)
			if name == "truncated" { // under another title it could be anything
				continue
			}
			arrive(t, s, []string{id}, []string{"We have signed"}, []string{strings.Join(w, " ")})
			if s.statements[id].Group == ids[n] {
				retitled++
			}
			s.forget(id)
		}
		got[name+" recall"] = float64(right) / some
		if name != "truncated" {
			got[name+", another title, recall"] = float64(retitled) / some
		}
	}
	for _, name := range slices.Sorted(maps.Keys(others)) {
		wrong := 0
		for i := range some {
			n := i*22 + 1
			w := others[name](strings.Fields(texts[n]), strings.Fields(texts[n+5]), strings.Fields(texts[n+9]))
			id := fmt.Sprintf("b-%s-%d", name, i)
			// the title is another one's: what holds them apart here is the text
			arrive(t, s, []string{id}, []string{"Highlights of the debate"}, []string{strings.Join(w, " ")})
			if g := s.statements[id].Group; g == ids[n] || strings.HasPrefix(name, "a digest") && g != id {
				wrong++
				t.Logf("%s: %s is taken for %s, with %.2f of the words", name, id, g, float64(len(strings.Fields(texts[n])))/float64(len(w)))
			}
			s.forget(id)
		}
		got[name+" wrong"] = float64(wrong) / some
	}
	golden.Hold(t, goldenNumbers, *update, got)
}

// The declaration of human rights in scripts other than Latin: each of its halves is a text, and the other one what sites put around it.
func TestGoldenScripts(t *testing.T) {
	dir, ok := golden.SharedData(t, "udhr")
	if !ok {
		return
	}
	got := map[string]float64{}
	r := rand.New(rand.NewPCG(1, 2))
	for _, language := range []string{"ar", "fa", "hi", "ja", "ko", "ru", "zh", "zh-Hant"} {
		body, err := os.ReadFile(filepath.Join(dir, language+".html"))
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Fields(tags.ReplaceAllString(string(body), " "))
		if language == "ja" || strings.HasPrefix(language, "zh") {
			words = strings.Split(strings.Join(words, ""), "")
		}
		join := func(w []string) string {
			if language == "ja" || strings.HasPrefix(language, "zh") {
				return strings.Join(w, "")
			}
			return strings.Join(w, " ")
		}
		w, o := words[:len(words)/2], words[len(words)/2:]
		s := newShelf()
		arrive(t, s, []string{"a", "b"}, []string{"One", "Two"}, []string{join(w), join(o)})
		right, n := 0.0, 0.0
		for _, name := range slices.Sorted(maps.Keys(variants)) {
			if name == "as a paper" && len(words) > 0 && join(w[:2]) == w[0]+w[1] {
				continue // Han has no words to be parted
			}
			arrive(t, s, []string{"c"}, []string{"One"}, []string{join(variants[name](w, o, r))})
			n++
			if s.statements["c"].Group == "a" {
				right++
			} else {
				t.Logf("%s %s: wrongly apart", language, name)
			}
			s.forget("c")
		}
		arrive(t, s, []string{"c"}, []string{"Highlights"}, []string{join(others["a paragraph in common"](w, o[len(o)/3:], nil))})
		got["script "+language+" recall"] = right / n
		got["script "+language+" wrong"] = count(s.statements["c"].Group == "a")
	}
	golden.Hold(t, goldenNumbers, *update, got)
}

var tags = regexp.MustCompile(`<[^>]*>`)
