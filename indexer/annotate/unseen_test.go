package annotate

import (
	"bufio"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rostrum/internal/registry"
	"rostrum/internal/statement"
)

// tellers are the actors of the tables of sentences and pages that were written before they were tried.
func tellers(t testing.TB) *Annotator {
	t.Helper()
	circle := registry.Actor{ID: "circle", Kind: "ngo", Name: "Tide Circle", Names: map[string]string{"es": "Círculo Marea", "fr": "Cercle Marée", "ru": "Круг приливов", "ar": "دائرة المد", "zh": "潮汐圈"}, Aliases: []string{"Круге приливов"}}
	r, err := registry.New(append([]registry.Actor{circle}, takers...), nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(Options{Registry: r})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// byLanguage counts by language what a table gives, what of it was found, and what else was found.
type byLanguage map[string]*struct{ given, found, wrong int }

func (c byLanguage) add(language string, given, found, wrong int) {
	if c[language] == nil {
		c[language] = new(struct{ given, found, wrong int })
	}
	n := c[language]
	n.given, n.found, n.wrong = n.given+given, n.found+found, n.wrong+wrong
}

// hold fails if a language has fewer found than a share in percent, or more than so many wrong are found in all.
func (c byLanguage) hold(t *testing.T, what string, least, most int) {
	t.Helper()
	given, found, wrong := 0, 0, 0
	for _, language := range []string{"en", "es", "fr", "ru", "ar", "zh"} {
		n := c[language]
		if n == nil {
			continue
		}
		t.Logf("%s %s: %d of %d found, %d wrong", what, language, n.found, n.given, n.wrong)
		if 100*n.found < least*n.given {
			t.Errorf("%s %s: %d of %d found", what, language, n.found, n.given)
		}
		given, found, wrong = given+n.given, found+n.found, wrong+n.wrong
	}
	if wrong > most {
		t.Errorf("%s: %d wrong", what, wrong)
	}
	t.Logf("%s: %d of %d found, %d wrong", what, found, given, wrong)
}

// readUnseen reads a table: a line has what is looked at, an arrow, and what there is in it.
func readUnseen(t testing.TB, name string) []written {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
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

// toldBy says whether a quote is what a line gives: one of its speakers, and its words.
func toldBy(give string, q statement.Quote) bool {
	who, words, _ := strings.Cut(give, ": ")
	name := cmp.Or(q.Speaker, "-")
	if q.Speaker == "" && q.Name != "" {
		name = "(" + q.Name + ")"
	}
	return slices.Contains(strings.Split(strings.TrimSuffix(who, "?"), "|"), name) && strings.Contains(q.Text, words)
}

func TestUnseenQuotes(t *testing.T) {
	a, counts := tellers(t), byLanguage{}
	for _, w := range readUnseen(t, "reported.txt") {
		met, wrong := make([]bool, len(w.takes)), 0
		for _, q := range a.Annotate(input("", w.text, w.language)).Quotes {
			right := false
			for i, give := range w.takes {
				if toldBy(give, q) {
					met[i], right = true, true
				}
			}
			if right = right || q.Speaker+q.Name == "" && len(w.takes) > 0; !right {
				wrong++
				t.Logf("%s WRONG %s %s: %q in %q", w.language, q.Speaker, q.Name, q.Text, w.text)
			}
		}
		given, found := 0, 0
		for i, give := range w.takes {
			if who, _, _ := strings.Cut(give, ": "); strings.HasSuffix(who, "?") {
				continue
			}
			given++
			if met[i] {
				found++
			} else {
				t.Logf("%s MISSED %s in %q", w.language, give, w.text)
			}
		}
		counts.add(w.language, given, found, wrong)
	}
	counts.hold(t, "quotes", 70, 0)
}

func TestUnseenPositions(t *testing.T) {
	a, counts := tellers(t), byLanguage{}
	for _, w := range readUnseen(t, "positions-unseen.txt") {
		in := input("", w.text, w.language)
		in.Issuer = "we"
		met, wrong := make([]bool, len(w.takes)), 0
		for _, c := range a.Annotate(in).Cues {
			right := false
			for i, give := range w.takes {
				if takenIs(give, c) {
					met[i], right = true, true
				}
			}
			if !right {
				wrong++
				t.Logf("%s WRONG %s %s [%s] in %q", w.language, c.Polarity, c.Actor, c.Target, w.text)
			}
		}
		found := 0
		for i, give := range w.takes {
			if met[i] {
				found++
			} else {
				t.Logf("%s MISSED %s in %q", w.language, give, w.text)
			}
		}
		counts.add(w.language, len(w.takes), found, wrong)
	}
	counts.hold(t, "positions", 75, 1)
}

func TestUnseenPages(t *testing.T) {
	a, kinds, issuers := tellers(t), byLanguage{}, byLanguage{}
	for _, w := range readUnseen(t, "pages.txt") {
		title, text, _ := strings.Cut(w.text, " | ")
		f := a.Annotate(input(title, strings.ReplaceAll(text, " ¶ ", "\n"), w.language))
		kind, who, _ := strings.Cut(w.takes[0], " ")
		if f.Kind == kind {
			kinds.add(w.language, 1, 1, 0)
		} else {
			kinds.add(w.language, 1, 0, 0)
			t.Logf("%s: %s, not %s", title, f.Kind, kind)
		}
		got := inRole(f, statement.Issuer)
		slices.Sort(got)
		want := strings.Split(who, ",")
		slices.Sort(want)
		switch {
		case who == "-" && len(got) == 0 || slices.Equal(got, want):
			issuers.add(w.language, 1, 1, 0)
		case len(got) == 0:
			issuers.add(w.language, 1, 0, 0)
			t.Logf("%s: no issuer, not %s", title, who)
		default:
			issuers.add(w.language, 1, 0, 1)
			t.Logf("%s: issuer %s, not %s", title, got, who)
		}
	}
	kinds.hold(t, "kinds", 75, 0)
	issuers.hold(t, "issuers", 80, 0)
}
