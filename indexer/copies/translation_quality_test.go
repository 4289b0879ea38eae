package copies

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum/configs"
	"rostrum/indexer/annotate"
	"rostrum/internal/golden"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// reader makes arrivals of texts as the indexer does, with the states and bodies that Rostrum comes with.
type reader struct {
	annotator *annotate.Annotator
	analyzer  *analysis.Analyzer
}

func newReader(t testing.TB) *reader {
	t.Helper()
	cfg, err := configs.LoadBuiltin("", configs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	actors := make([]registry.Actor, 0, len(cfg.Actors))
	for _, a := range cfg.Actors {
		actors = append(actors, registry.Actor{ID: a.ID, Kind: a.Kind, Name: a.Name, Names: a.Names, Aliases: a.Aliases, Weak: a.Weak, Except: a.Except, Sites: a.Sites})
	}
	r, err := registry.New(actors, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	annotator, err := annotate.New(annotate.Options{Registry: r})
	if err != nil {
		t.Fatal(err)
	}
	return &reader{annotator, analysis.NewAnalyzer()}
}

func (r *reader) arrival(id, language string, said time.Time, title, text string) Arrival {
	words := r.analyzer.Document(title, text, language)
	found := r.annotator.Annotate(annotate.Input{Title: title, Text: text, Words: words})
	st := &statement.Statement{Text: text, Published: &said, Actors: found.Actors, Evidence: found.Evidence}
	return Arrival{Capture: id, Statement: Statement{ID: id, Said: said, Language: language, Print: *Of(st, words)}}
}

func (s *shelf) placeAll(t *testing.T, arrivals []Arrival) *Placement {
	t.Helper()
	for i := range arrivals {
		arrivals[i].Since = fmt.Sprintf("%06d", len(s.statements)+i)
	}
	p, err := Place(t.Context(), s, arrivals)
	if err != nil {
		t.Fatal(err)
	}
	s.take(arrivals, p)
	return p
}

// original gives the group that a statement's group translates, or is.
func (s *shelf) original(id string) string {
	group := s.statements[id].Group
	for _, m := range s.groups[group].Members {
		if of := s.translates[m]; of != "" {
			return of
		}
	}
	return group
}

// Of a campaign's letters and manifestos in eight languages those that say the same are linked, with lists of signatories and without, and no others.
func TestGoldenTranslations(t *testing.T) {
	dir, ok := golden.SharedData(t, "jointletter-olabini")
	if !ok {
		return
	}
	lines := families(t)
	family := map[string]int{}
	for n, line := range lines {
		for _, path := range line {
			family[path] = n + 1
		}
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.md"))
	if err != nil || len(paths) == 0 {
		t.Fatal(len(paths), err)
	}
	r := newReader(t)
	var arrivals []Arrival
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(body), "---\n")
		head, text, _ := strings.Cut(rest, "---\n")
		_, date, _ := strings.Cut(head, "date: ")
		said, err := time.Parse(time.DateOnly, strings.TrimSpace(date[:min(len(date), 10)]))
		if err != nil {
			t.Fatal(path, err)
		}
		text = strings.NewReplacer("**", "", "  \n", "\n").Replace(links.ReplaceAllString(text, "$1"))
		id, _ := filepath.Rel(dir, path)
		id = filepath.ToSlash(id)
		language := "en" // what is in no other language's list was not translated
		if family[id] > 0 {
			language = id[:2]
		}
		arrivals = append(arrivals, r.arrival(id, language, said, "", text))
	}
	s := newShelf()
	s.placeAll(t, arrivals)

	linked, right, met, wanted := 0.0, 0.0, 0.0, 0.0
	for id, of := range s.translates {
		if of == "" {
			continue
		}
		linked++
		if slices.ContainsFunc(s.groups[of].Members, func(m string) bool { return family[m] > 0 && family[m] == family[id] }) {
			right++
		} else {
			t.Logf("wrongly linked: %s, %s", id, of)
		}
	}
	for _, line := range lines {
		for i, a := range line {
			for _, b := range line[i+1:] {
				wanted++
				if s.original(a) == s.original(b) && s.statements[a].Group != s.statements[b].Group {
					met++
				} else {
					t.Logf("not linked: %s, %s", a, b)
				}
			}
		}
	}
	golden.Hold(t, goldenNumbers, *update, map[string]float64{"translations precision": right / max(1, linked), "translations recall": met / wanted, "translations pairs": wanted, "translations linked": linked})
}

func families(t *testing.T) (lines [][]string) {
	body, err := os.ReadFile("testdata/translations.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if line[0] != '#' {
			lines = append(lines, strings.Fields(line))
		}
	}
	return lines
}

var links = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// What states say in one debate names the same things in the same week. Taken for texts in several languages, no two are versions of one, neither
// whole nor by their beginnings, of the length of a press release, where they greet the chair; and of a version in another script that lost some
// names, got others and has some in another order the original is found.
func TestGoldenSpeechesAreNoTranslations(t *testing.T) {
	ids, _, texts, ok := speeches(t)
	if !ok {
		return
	}
	r := newReader(t)
	for name, most := range map[string]int{"whole": 1 << 20, "beginnings": 400} {
		languages := []string{"en", "es", "fr", "ru", "ar", "zh"}
		sessions := map[string][]int{}
		var arrivals []Arrival
		for i, id := range ids {
			year := id[len(id)-4:]
			said, err := time.Parse(time.DateOnly, year+"-09-20")
			if err != nil {
				t.Fatal(err)
			}
			words := strings.Fields(texts[i])
			sessions[year] = append(sessions[year], i)
			arrivals = append(arrivals, r.arrival(id, languages[i%len(languages)], said.AddDate(0, 0, i%8), "", strings.Join(words[:min(len(words), most)], " ")))
		}
		pairs, wrong := 0.0, 0.0
		for _, session := range sessions {
			for i, a := range session {
				for _, b := range session[i+1:] {
					x, y := arrivals[a].Statement, arrivals[b].Statement
					x.Language, y.Language = "en", "es"
					pairs++
					if why, _ := translation(&x, &y); why != "" {
						t.Logf("%s: wrongly versions: %s, %s: %s", name, x.ID, y.ID, why)
						wrong++
					}
				}
			}
		}
		s := newShelf()
		s.placeAll(t, arrivals)
		linked := 0.0
		for _, of := range s.translates {
			linked += count(of != "")
		}
		found, made := foundVersions(t, s, arrivals)
		golden.Hold(t, goldenNumbers, *update, map[string]float64{name + " of one debate, pairs": pairs, name + " of one debate, wrong": wrong, name + " linked": linked,
			name + ", versions made": made, name + ", versions recall": found / made})
	}
}

// foundVersions makes versions of every eleventh statement and counts those that are linked with it, and no others.
func foundVersions(t *testing.T, s *shelf, of []Arrival) (found, made float64) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < len(of); i += 11 {
		a := of[i]
		if n := kinds(a.Print.Anchors); strong(n) < 5 { // too little is named in it
			continue
		}
		a.ID, a.Language, a.Said = "version-"+a.ID, "ja", a.Said.AddDate(0, 0, 3)
		a.Print = inAnotherScript(a.Print, random)
		a.Print.anchorKeys(a.Said)
		s.placeAll(t, []Arrival{a})
		made++
		switch group := s.statements[of[i].ID].Group; s.translates[a.ID] {
		case group:
			found++
		case "":
		default:
			t.Errorf("%s is linked with %s", a.ID, s.translates[a.ID])
		}
		s.forget(a.ID)
	}
	return found, made
}

// inAnotherScript keeps 85 of 100 names and numbers and no words, adds 5, and moves one in ten by a place.
func inAnotherScript(f Fingerprint, random *rand.Rand) Fingerprint {
	v := Fingerprint{Shingles: f.Shingles, Under: f.Under, Numbers: f.Numbers}
	for _, h := range f.Sample {
		v.Sample = append(v.Sample, short(mix(uint64(h))))
	}
	for _, h := range f.Anchors {
		n := random.IntN(100)
		if h&anchorKind == anchorWord || n < 15 {
			continue
		}
		if v.Anchors = append(v.Anchors, h); n < 20 {
			v.Anchors = append(v.Anchors, short(random.Uint64())|anchorName)
		}
		if last := len(v.Anchors) - 1; n >= 90 && last > 0 {
			v.Anchors[last], v.Anchors[last-1] = v.Anchors[last-1], v.Anchors[last]
		}
	}
	return v
}
