package copies

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// prose makes a text of n words that no other seed has.
func prose(seed, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("w%dx%d", seed, i)
	}
	return strings.Join(words, " ")
}

type state struct {
	id, title, text, language string
	said                      time.Time
	signed                    []string
	issuer, symbol            string
}

// telling puts numbers into a text, evenly.
func telling(text string, numbers ...int) string {
	words := strings.Fields(text)
	var out []string
	for i, w := range words {
		if every := len(words) / len(numbers); i%every == every-1 && i/every < len(numbers) {
			out = append(out, fmt.Sprint(numbers[i/every]))
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// arrival makes the arrival of a state, the n-th of all, over what is stored.
func (s *shelf) arrival(n int, st state) Arrival {
	if st.language == "" {
		st.language = "en"
	}
	if st.said.IsZero() {
		st.said = epoch
	}
	full := &statement.Statement{Text: st.text, Published: &st.said}
	if st.issuer != "" {
		full.Actors = append(full.Actors, statement.Actor{ID: st.issuer, Role: statement.Issuer})
	}
	if st.symbol != "" {
		full.Symbols = []string{st.symbol}
	}
	for _, id := range st.signed {
		full.Actors = append(full.Actors, statement.Actor{ID: id, Role: statement.Signatory})
	}
	a := Arrival{Capture: fmt.Sprintf("%08x", n), Since: fmt.Sprintf("%06d", n)}
	a.ID, a.Said, a.Language = st.id, st.said, st.language
	a.Print = *Of(full, analysis.NewAnalyzer().Document(st.title, st.text, st.language))
	if stored := s.statements[st.id]; stored != nil {
		a.Group = stored.Group
	}
	return a
}

// bring places states in batches of a size.
func (s *shelf) bring(t testing.TB, size int, states ...state) {
	t.Helper()
	n := 0
	for batch := range slices.Chunk(states, size) {
		var arrivals []Arrival
		for _, st := range batch {
			n++
			arrivals = append(arrivals, s.arrival(n, st))
		}
		p, err := Place(t.Context(), s, arrivals)
		if err != nil {
			t.Fatal(err)
		}
		s.take(arrivals, p)
	}
}

// grouped writes who is with whom: each statement with its group.
func (s *shelf) grouped() map[string]string {
	of := map[string]string{}
	for id, st := range s.statements {
		of[id] = st.Group
		if s.translates[id] != "" {
			of[id] += " of " + s.translates[id]
		}
	}
	return of
}

func TestPlace(t *testing.T) {
	a, b := prose(1, 300), prose(2, 300)
	signers := []string{"one", "two", "three", "four", "five"}
	year := func(n int) string {
		return "In " + fmt.Sprint(n) + " we said: " + a
	}
	for name, c := range map[string]struct {
		states []state
		want   map[string]string
	}{
		"a copy joins, the id is the first one's": {[]state{{id: "z", text: a}, {id: "m", text: a}, {id: "b", text: b}}, map[string]string{"z": "z", "m": "z", "b": "b"}},
		"an introduction before it":               {[]state{{id: "z", text: a}, {id: "m", text: prose(3, 60) + " " + a}}, map[string]string{"z": "z", "m": "z"}},
		"a truncated one, under its title": {
			[]state{{id: "z", title: "On tides", text: a}, {id: "m", title: "On tides", text: prose(1, 90)}}, map[string]string{"z": "z", "m": "z"}},
		"a truncated one, under another title": {
			[]state{{id: "z", title: "On tides", text: a}, {id: "m", title: "News in brief", text: prose(1, 90)}}, map[string]string{"z": "z", "m": "m"}},
		"two texts that begin alike do not meet in their beginning": {
			[]state{{id: "short", title: "On tides", text: prose(1, 90)}, {id: "x", title: "On tides", text: a}, {id: "y", title: "On tides", text: prose(1, 90) + " " + b}},
			map[string]string{"short": "short", "x": "short", "y": "y"}},
		"a paragraph in common": {[]state{{id: "z", text: a}, {id: "m", text: prose(1, 60) + " " + b}}, map[string]string{"z": "z", "m": "m"}},
		"a digest of two is neither": {
			[]state{{id: "z", text: a}, {id: "m", text: prose(2, 145)}, {id: "d", title: "In brief", text: a + " " + prose(2, 145)}}, map[string]string{"z": "z", "m": "m", "d": "d"}},
		"… and its copy a copy of it": {
			[]state{{id: "z", text: a}, {id: "m", text: prose(2, 145)}, {id: "d", text: a + " " + prose(2, 145)}, {id: "e", text: prose(2, 145) + " " + a}},
			map[string]string{"z": "z", "m": "m", "d": "d", "e": "d"}},
		"an introduction that stands elsewhere too": {
			[]state{{id: "z", text: a}, {id: "m", text: prose(2, 50)}, {id: "d", text: prose(2, 50) + " " + a}}, map[string]string{"z": "z", "m": "m", "d": "z"}},
		"two versions of one in a third": {
			[]state{{id: "z", text: a}, {id: "m", text: prose(4, 40) + " " + a}, {id: "d", text: prose(4, 40) + " " + prose(5, 30) + " " + a}}, map[string]string{"z": "z", "m": "z", "d": "z"}},
		"six in ten of it, under its title": {
			[]state{{id: "z", title: "On tides", text: a}, {id: "m", title: "On tides", text: prose(1, 180)}}, map[string]string{"z": "z", "m": "z"}},
		"Arabic": {[]state{{id: "z", text: arabic(1, 200), language: "ar"}, {id: "m", text: "عاجل " + arabic(1, 200), language: "ar"}, {id: "n", text: arabic(2, 200), language: "ar"}},
			map[string]string{"z": "z", "m": "z", "n": "n"}},
		"last year's form":  {[]state{{id: "z", text: year(2023), said: epoch.AddDate(-1, 0, 0)}, {id: "m", text: year(2024)}}, map[string]string{"z": "z", "m": "m"}},
		"a page's own date": {[]state{{id: "z", text: a}, {id: "m", text: year(2024), said: epoch.AddDate(0, 4, 0)}}, map[string]string{"z": "z", "m": "z"}},
		"very short and equal": {[]state{{id: "z", title: "Yes", text: prose(1, 9)}, {id: "m", title: "Yes", text: prose(1, 9)}, {id: "n", title: "No", text: prose(1, 9)}},
			map[string]string{"z": "z", "m": "z", "n": "n"}},
		"no text at all":     {[]state{{id: "z"}, {id: "m"}}, map[string]string{"z": "z", "m": "m"}},
		"revised, it leaves": {[]state{{id: "z", text: a}, {id: "m", text: a}, {id: "m", text: b}}, map[string]string{"z": "z", "m": "m"}},
		"the first leaves and the group keeps its id": {
			[]state{{id: "z", text: a}, {id: "m", text: a}, {id: "z", text: b}}, map[string]string{"z": "z-…", "m": "z"}},
		"… and comes back": {
			[]state{{id: "z", text: a}, {id: "m", text: a}, {id: "z", text: b}, {id: "z", text: a}}, map[string]string{"z": "z", "m": "z"}},
		"a revision joins another group": {
			[]state{{id: "z", text: a}, {id: "m", text: b}, {id: "n", text: b}, {id: "z", text: b}}, map[string]string{"z": "z", "m": "z", "n": "z"}},
		"one that is a copy of two makes them one": {
			[]state{{id: "x", text: prose(1, 220)}, {id: "y", text: prose(1, 440)}, {id: "m", text: prose(1, 315)}},
			map[string]string{"x": "x", "y": "x", "m": "x"}},
		"a statement whose group was taken in leaves": {
			[]state{{id: "x", text: prose(1, 220)}, {id: "y", text: prose(1, 440)}, {id: "m", text: prose(1, 315)}, {id: "y", text: b}},
			map[string]string{"x": "x", "y": "y-…", "m": "x"}},
		"a translation is linked": {
			[]state{{id: "z", text: a, signed: signers}, {id: "m", text: b, signed: signers, language: "es", said: epoch.AddDate(0, 0, 2)}},
			map[string]string{"z": "z", "m": "m of z"}},
		"a translation that came first": {
			[]state{{id: "m", text: b, signed: signers, language: "es", said: epoch.AddDate(0, 0, 2)}, {id: "z", text: a, signed: signers}},
			map[string]string{"z": "z", "m": "m of z"}},
		"a translation before a late copy of the original, which comes last": {
			[]state{{id: "m", text: b, signed: signers, language: "es", said: epoch.AddDate(0, 0, 2)}, {id: "late", text: a, signed: signers, said: epoch.AddDate(0, 0, 5)},
				{id: "z", text: a, signed: signers}},
			map[string]string{"late": "late", "z": "late", "m": "m of late"}},
		"three languages, all of the first": {
			[]state{{id: "es", text: b, signed: signers, language: "es", said: epoch.AddDate(0, 0, 2)}, {id: "fr", text: prose(9, 300), signed: signers, language: "fr", said: epoch.AddDate(0, 0, 1)},
				{id: "en", text: a, signed: signers}},
			map[string]string{"es": "es of en", "fr": "fr of en", "en": "en"}},
		"another letter of the same who signed": {
			[]state{{id: "z", text: a + " 12 14 97 2031 41", signed: signers}, {id: "m", text: b + " 3 44 18 2029 16", signed: signers, language: "es"}},
			map[string]string{"z": "z", "m": "m"}},
		"of two letters the one with its numbers": {
			[]state{{id: "y", text: prose(7, 300) + " 12 14 97 61 62 63", signed: signers}, {id: "z", text: a + " 12 14 97 2031 41", signed: signers},
				{id: "m", text: b + " 12 14 97 2031 41", signed: signers, language: "es", said: epoch.AddDate(0, 0, 1)}},
			map[string]string{"y": "y", "z": "z", "m": "m of z"}},
		"a summary in another language": {
			[]state{{id: "z", text: a, signed: signers}, {id: "m", text: prose(8, 40), signed: signers, language: "es"}},
			map[string]string{"z": "z", "m": "m"}},
		"months apart it is none": {
			[]state{{id: "z", text: a, signed: signers}, {id: "m", text: b, signed: signers, language: "es", said: epoch.AddDate(0, 3, 0)}},
			map[string]string{"z": "z", "m": "m"}},
		"others signed": {
			[]state{{id: "z", text: a, signed: signers}, {id: "m", text: b, signed: []string{"one", "two", "six", "seven", "eight"}, language: "es"}},
			map[string]string{"z": "z", "m": "m"}},
		"named the same without a list": {
			[]state{{id: "z", text: telling(a, 4100, 512, 77, 350, 6400, 998)}, {id: "m", text: telling(b, 4100, 512, 350, 77, 6400, 998), language: "ar", said: epoch.AddDate(0, 0, 9)}},
			map[string]string{"z": "z", "m": "m of z"}},
		"… too long after": {
			[]state{{id: "z", text: telling(a, 4100, 512, 77, 350, 6400, 998)}, {id: "m", text: telling(b, 4100, 512, 350, 77, 6400, 998), language: "ar", said: epoch.AddDate(0, 0, 12)}},
			map[string]string{"z": "z", "m": "m"}},
		"… in another order": {
			[]state{{id: "z", text: telling(a, 4100, 512, 77, 350, 6400, 998)}, {id: "m", text: telling(b, 998, 77, 512, 6400, 4100, 350), language: "ar"}},
			map[string]string{"z": "z", "m": "m"}},
		"… by another issuer": {
			[]state{{id: "z", text: telling(a, 4100, 512, 77, 350, 6400, 998), issuer: "one"}, {id: "m", text: telling(b, 4100, 512, 77, 350, 6400, 998), issuer: "two", language: "ar"}},
			map[string]string{"z": "z", "m": "m"}},
		"… in the heads of two papers of one meeting": {
			[]state{{id: "z", text: telling(prose(3, 20), 4100, 512, 77, 350, 6400) + telling(a, 7001, 7002, 7003, 7004, 7005)},
				{id: "m", text: telling(prose(4, 20), 4100, 512, 77, 350, 6400) + telling(b, 8001, 8002, 8003, 8004, 8005), language: "ar"}},
			map[string]string{"z": "z", "m": "m"}},
		"papers that count their paragraphs": {
			[]state{{id: "z", text: telling(a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)}, {id: "m", text: telling(b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), language: "ar"}},
			map[string]string{"z": "z", "m": "m"}},
		"a document's symbol": {
			[]state{{id: "z", text: a, symbol: "A/AC.291/22"}, {id: "m", text: b, symbol: "A/AC.291/22", language: "fr", said: epoch.AddDate(0, 3, 0)}},
			map[string]string{"z": "z", "m": "m of z"}},
		"another document": {
			[]state{{id: "z", text: telling(a, 4100, 512, 77, 350, 6400, 998), symbol: "A/AC.291/22"},
				{id: "m", text: telling(b, 4100, 512, 77, 350, 6400, 998), symbol: "A/AC.291/22/Add.1", language: "fr"}},
			map[string]string{"z": "z", "m": "m"}},
		"Han": {[]state{{id: "z", text: han(0, 200), language: "zh"}, {id: "m", text: "最新消息。" + han(0, 200), language: "zh"}, {id: "n", text: han(5000, 200), language: "zh"}},
			map[string]string{"z": "z", "m": "z", "n": "n"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 2, len(c.states)} {
				s := newShelf()
				s.bring(t, size, c.states...)
				got := s.grouped()
				for id, g := range got {
					if own, _, other := strings.Cut(g, "-0000"); other { // the capture's id, whichever it was
						got[id] = own + "-…"
					}
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("in batches of %d: %s", size, diff)
				}
			}
		})
	}
}

// han makes a text of n characters.
func han(from, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteRune(rune(0x4e00 + from + i*7%3000))
	}
	return b.String()
}

// arabic makes a text of n words.
func arabic(seed, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = strings.Map(func(r rune) rune { return 'ب' + (r-'0')*2%20 }, fmt.Sprintf("%d%04d", seed, i*37%10007))
	}
	return strings.Join(words, " ")
}

// Versions of three statements are grouped alike in whatever order and batches they arrive: with forewords, in other templates, cut at six tenths
// under the title, signed by more.
func TestOrderDoesNotMatter(t *testing.T) {
	var all []state
	for n := range 3 {
		text, title := prose(n, 300), fmt.Sprintf("Statement %d on tides and harbours", n)
		for version, said := range map[string]string{
			"plain": text, "foreword": prose(10+n, 40) + " " + text, "template": prose(20+n, 20) + " " + text + " " + prose(30+n, 20),
			"cut": prose(n, 180), "changed": strings.ReplaceAll(text, "77 ", "79 "), "signed": text,
		} {
			st := state{id: fmt.Sprintf("%s-%d", version, n), title: title, text: said, said: epoch.AddDate(0, 0, len(version))}
			if version == "signed" {
				st.signed = []string{"one", "two", "three", "four"}
			}
			all = append(all, st)
		}
	}
	slices.SortFunc(all, func(a, b state) int { return strings.Compare(a.id, b.id) })
	rapid.Check(t, func(t *rapid.T) {
		var states []state
		for _, i := range rapid.Permutation(numbered(len(all))).Draw(t, "order") {
			states = append(states, all[i])
		}
		s := newShelf()
		bringIn(t, s, rapid.IntRange(1, len(states)).Draw(t, "batch"), states)
		for id, st := range s.statements {
			for other, o := range s.statements {
				if same := id[len(id)-1] == other[len(other)-1]; same != (st.Group == o.Group) {
					t.Fatalf("%s is in %s, %s in %s", id, st.Group, other, o.Group)
				}
			}
		}
	})
}

func numbered(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// What arrives in one batch or in many is placed alike, and each statement is a member of its group alone.
func TestBatchesDoNotMatter(t *testing.T) {
	texts := []string{prose(1, 200), prose(1, 300), prose(1, 430), prose(1, 60), prose(2, 200), prose(2, 250), prose(3, 40), prose(3, 30) + " " + prose(2, 200), prose(1, 60) + " " + prose(4, 200)}
	rapid.Check(t, func(t *rapid.T) {
		var states []state
		for range rapid.IntRange(1, 14).Draw(t, "arrivals") {
			states = append(states, state{
				id: rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "id"), title: rapid.SampledFrom([]string{"One", "Two"}).Draw(t, "title"),
				text: texts[rapid.IntRange(0, len(texts)-1).Draw(t, "text")], language: rapid.SampledFrom([]string{"en", "es"}).Draw(t, "language"),
				signed: rapid.SampledFrom([][]string{nil, {"x", "y", "z"}}).Draw(t, "signed"),
			})
		}
		one := newShelf()
		bringIn(t, one, 1, states)
		for _, size := range []int{3, len(states)} {
			many := newShelf()
			bringIn(t, many, size, states)
			if diff := cmp.Diff(one.grouped(), many.grouped()); diff != "" {
				t.Fatalf("in batches of %d: %s", size, diff)
			}
		}
		for id, st := range one.statements {
			if g := one.groups[st.Group]; g == nil || !slices.Contains(g.Members, id) {
				t.Fatalf("%s is in no group %s", id, st.Group)
			}
		}
	})
}

func bringIn(t *rapid.T, s *shelf, size int, states []state) {
	n := 0
	for batch := range slices.Chunk(states, size) {
		var arrivals []Arrival
		for _, st := range batch {
			n++
			arrivals = append(arrivals, s.arrival(n, st))
		}
		p, err := Place(t.Context(), s, arrivals)
		if err != nil {
			t.Fatal(err)
		}
		s.take(arrivals, p)
	}
}

func TestEncoding(t *testing.T) {
	text := telling(prose(1, 900), 7, 8, 4100, 512, 77)
	f := Of(&statement.Statement{Text: text, Symbols: []string{"A/1/2"}, Actors: []statement.Actor{{ID: "one", Role: statement.Signatory}, {ID: "two", Role: statement.Issuer}}},
		analysis.NewAnalyzer().Document("On 12 tides", text, "en"))
	encoded := f.Append(nil)
	got, err := Decode(encoded)
	f.keys, f.around = nil, nil
	if diff := cmp.Diff(*f, got, cmp.AllowUnexported(Fingerprint{})); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for n := range encoded {
		if _, err := Decode(encoded[:n]); err == nil {
			t.Errorf("%d of %d bytes decode", n, len(encoded))
		}
	}
}
