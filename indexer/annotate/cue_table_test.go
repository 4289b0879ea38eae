package annotate

import (
	"bufio"
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rostrum/internal/registry"
	"rostrum/internal/statement"
)

// takers are the actors of testdata/positions.txt.
var takers = []registry.Actor{
	{ID: "vl", Kind: "state", Name: "Valdoria", Names: map[string]string{"ru": "Валдория", "ar": "فالدوريا", "zh": "瓦尔多里亚", "fr": "Valdorie"}},
	{ID: "or", Kind: "state", Name: "Orlandia", Names: map[string]string{"es": "Orlandía", "fr": "Orlandie", "ru": "Орландия", "ar": "أورلانديا", "zh": "奥兰迪亚"}},
	{ID: "we", Kind: "ngo", Name: "Access Circle"},
}

// written is a sentence of the table.
type written struct {
	language, text string
	takes          []string
}

func readPositions(t testing.TB) []written {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "positions.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []written
	language := ""
	for lines := bufio.NewScanner(file); lines.Scan(); {
		switch line := strings.TrimSpace(lines.Text()); {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			language = strings.Trim(line, "[]")
		default:
			text, takes, is := strings.Cut(line, " → ")
			if !is {
				t.Fatalf("no arrow in %q", line)
			}
			w := written{language: language, text: text}
			if takes != "none" {
				w.takes = strings.Split(takes, "; ")
			}
			all = append(all, w)
		}
	}
	return all
}

// takenIs says whether a finding is what a line of the table gives.
func takenIs(give string, c statement.Cue) bool {
	fields, target, _ := strings.Cut(strings.TrimSuffix(give, "]"), " [")
	if fields != c.Polarity+" "+cmp.Or(c.Actor, "-") {
		return false
	}
	return target == "?" || strings.EqualFold(target, c.Target)
}

// TestWrittenPositions fails on each position that a sentence does not take, with its holder and what it is about, and holds how many of those
// that it takes are found.
func TestWrittenPositions(t *testing.T) {
	r, err := registry.New(takers, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(Options{Registry: r})
	if err != nil {
		t.Fatal(err)
	}
	given, found, sentences := make(map[string]int), make(map[string]int), make(map[string]int)
	for _, w := range readPositions(t) {
		in := input("", w.text, w.language)
		in.Issuer = "we"
		sentences[w.language]++
		given[w.language] += len(w.takes)
		met := make([]bool, len(w.takes))
		for _, c := range a.Annotate(in).Cues {
			right := false
			for i, give := range w.takes {
				if !met[i] && takenIs(give, c) {
					met[i], right = true, true
					found[w.language]++
					break
				}
			}
			if !right {
				t.Errorf("%s WRONG %s %s [%s] in %q, which takes %q", w.language, c.Polarity, c.Actor, c.Target, w.text, w.takes)
			}
		}
		for i := range met {
			if !met[i] {
				t.Logf("%s MISSED %s in %q", w.language, w.takes[i], w.text)
			}
		}
	}
	for language := range sentences {
		if sentences[language] < 40 {
			t.Errorf("%d sentences in %s", sentences[language], language)
		}
		if 20*found[language] < 17*given[language] {
			t.Errorf("%s: %d of %d positions found", language, found[language], given[language])
		}
		t.Logf("%s: %d of %d positions in %d sentences", language, found[language], given[language], sentences[language])
	}
}
