package analysis

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// terms shows the terms of tokens; a token at the position of the one before it has a = before it.
func terms(tokens []Token) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		if i > 0 && t.Position == tokens[i-1].Position {
			b.WriteByte('=')
		}
		b.WriteString(t.Term)
	}
	return b.String()
}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		" — … !":                              "",
		"The Delegation's “view”":             "the delegation view",
		"cyber-enabled crimes":                "cyber enabled crimes",
		"l'État d’une qu'il":                  "l etat d une qu il",
		"don't O'Brien states' CHINA'S 'so'":  "don t o brien states china so",
		"the U.S. and the U.K.'s, e.g. A.B.C": "the us and the uk eg abc",
		"end.Next example.org":                "end next example org",
		"1,000 and 3.5, 2024. 7,":             "1,000 and 3.5 2024 7",
		"under_score #tag @name":              "under score tag name",
		"A/AC.291/22.":                        "a/ac.291/22 =a ac 291 22",
		"see (A/HRC/46/7), E/CN.15/2024/3":    "see a/hrc/46/7 =a hrc 46 7 e/cn.15/2024/3 =e cn 15 2024 3",
		"S/PV.9000 S/RES/2341 (2017)":         "s/pv.9000 =s pv 9000 s/res/2341 =s res 2341 2017",
		"A/RES/74/247决议":                      "a/res/74/247 =a res 74 247 决 议",
		"and/or he/she 24/12/2024 km/h":       "and or he she 24 12 2024 km h",
		"https://example.org/a/2":             "https example org a 2",
		"网络犯罪 Cyber 公约":                       "网 络 犯 罪 cyber 公 约",
		"サイバー犯罪":                              "サ イ ハ\u3099 ー 犯 罪",
		"ｶﾞﾝ":                                 "カ\u3099 ン",
		"الأمم المتّحدة ١٢":                   "الامم المتحده 12",
		"Объединённые Нации":                  "объединенные нации",
		"govern\u00adment e\u0301tat \u0301":  "government etat",
		"한국 정부":                               "한국 정부",
		"G77 COVID-19 5G":                     "g77 covid 19 5g",
	} {
		want = strings.NewReplacer("カ\u3099", "ガ", "ハ\u3099", "バ").Replace(want)
		if got := terms(Analyze(in, "und")); got != want {
			t.Errorf("Analyze(%q)\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestSpansAndPositions(t *testing.T) {
	got := Analyze("d’A/C.3/1: États' U.S.", "fr")
	want := []Token{
		{Term: "d", Stem: "d", Position: 1, Start: 0, End: 1},
		{Term: "a/c.3/1", Stem: "a/c.3/1", Position: 2, Start: 4, End: 11},
		{Term: "a", Stem: "a", Position: 2, Start: 4, End: 5},
		{Term: "c", Stem: "c", Position: 3, Start: 6, End: 7},
		{Term: "3", Stem: "3", Position: 4, Start: 8, End: 9},
		{Term: "1", Stem: "1", Position: 5, Start: 10, End: 11},
		{Term: "etats", Stem: "etat", Position: 6, Start: 13, End: 19},
		{Term: "us", Stem: "us", Position: 7, Start: 21, End: 25},
	}
	for i := range want {
		want[i].Sum, want[i].StemSum = Sum(want[i].Term), Sum(want[i].Stem)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStemsBringInflectionsTogether(t *testing.T) {
	for language, groups := range map[string][]string{
		"en": {"convention conventions", "sign signs signed signing", "negotiate negotiated negotiating", "state states"},
		"fr": {"négociation négociations", "adopter adoptée adoptées adopté adoptèrent", "sécurité sécurités", "première premier", "état états"},
		"es": {"negociación negociaciones", "convención convenciones", "delito delitos", "estado estados"},
		"pt": {"convenção convenções", "crime crimes"},
		"de": {"Übereinkommens Übereinkommen", "Staat Staaten Staates"},
		"it": {"convenzione convenzioni", "stato stati"},
		"ru": {"конвенция конвенции конвенцию конвенцией", "государство государства государств", "чёрный черная"},
		"ar": {"اتفاقية الاتفاقية اتفاقيات والاتفاقية", "جريمة الجريمة", "المتحدة متحدة"},
	} {
		for _, group := range groups {
			var first Token
			for i, tok := range Analyze(group, language) {
				if i == 0 {
					first = tok
				}
				if tok.Stem != first.Stem {
					t.Errorf("%s: %s has stem %q, %s has %q", language, first.Term, first.Stem, tok.Term, tok.Stem)
				}
			}
		}
	}
	if got := Stem("a/res/74/247", "en") + Stem("conventions", "und") + Stem("公", "zh"); got != "a/res/74/247conventions公" {
		t.Errorf("what has no stem: %s", got)
	}
}

func TestSymbolsStandBetweenHan(t *testing.T) {
	for in, want := range map[string]bool{
		"见A/AC.291/22号文件": true, "（A/AC.291/22）": true, "“A/AC.291/22”": true, "文件 A/AC.291/22。": true, "éA/AC.291/22": false, "A/AC.291/22é": false,
		"http://A/AC.291/22": false,
	} {
		found := false
		for _, tok := range Analyze(in, "zh") {
			found = found || tok.Term == "a/ac.291/22"
		}
		if found != want {
			t.Errorf("%s: a symbol is found: %t", in, found)
		}
	}
}

func TestTerms(t *testing.T) {
	for in, want := range map[string][]string{
		"...":                {},
		"Convention":         {"convention"},
		"cyber-enabled":      {"cyber", "enabled"},
		"A/RES/74/247":       {"a/res/74/247"},
		"see A/RES/74/247":   {"see", "a", "res", "74", "247"},
		"A/RES/74/247 draft": {"a", "res", "74", "247", "draft"},
		"网络":                 {"网", "络"},
		"China's":            {"china"},
	} {
		if diff := cmp.Diff(want, Terms(in)); diff != "" {
			t.Errorf("Terms(%q): %s", in, diff)
		}
	}
	if diff := cmp.Diff([]string{"a", "res", "74"}, URLTerms("https://A/RES/74")); diff != "" {
		t.Error(diff)
	}
	if got := terms(URLTokens("https://www.example.org/news/%C3%89tat/2024-07?a=b")); got != "www example org news etat 2024 07 a b" {
		t.Errorf("URL words: %s", got)
	}
}

func checkTokens(t interface{ Fatalf(string, ...any) }, text string) {
	position, end := uint32(0), 0
	for _, tok := range Analyze(text, "en") {
		if tok.Start >= tok.End || tok.End > len(text) || !utf8.RuneStart(text[tok.Start]) {
			t.Fatalf("%q: bad span in %+v", text, tok)
		}
		if tok.Term == "" || tok.Stem == "" || len(tok.Term) > 40*maxWord {
			t.Fatalf("%q: bad term in %+v", text, tok)
		}
		if tok.Symbol() {
			if tok.Position != position+1 {
				t.Fatalf("%q: the symbol %+v is not at its first part", text, tok)
			}
			continue
		}
		if tok.Position != position+1 || tok.Start < end {
			t.Fatalf("%q: %+v does not follow position %d, byte %d", text, tok, position, end)
		}
		position, end = tok.Position, tok.End
	}
}

func TestTokensAreInOrder(t *testing.T) {
	alphabet := rapid.SampledFrom([]rune("aSz19./-'’ _:É\u0301中かж\u00adם…"))
	rapid.Check(t, func(t *rapid.T) {
		checkTokens(t, string(rapid.SliceOf(alphabet).Draw(t, "text")))
		checkTokens(t, rapid.String().Draw(t, "any"))
	})
}

func FuzzAnalyze(f *testing.F) {
	f.Add("A/AC.291/22 l’État U.S.")
	f.Fuzz(func(t *testing.T, text string) { checkTokens(t, text) })
}

func TestAnAnalyzerRemembersWithoutMixingLanguages(t *testing.T) {
	a := NewAnalyzer()
	for range 2 {
		for _, language := range []string{"en", "fr", "und", "ar", "xx"} {
			const text = "Conventions négociées, A/RES/74/247"
			if diff := cmp.Diff(Analyze(text, language), a.Append(nil, text, language)); diff != "" {
				t.Errorf("%s: %s", language, diff)
			}
		}
	}
	for i := range maxMemo + 10 {
		a.Append(nil, string(rune(0x4e00+i%20000))+"x"+strings.Repeat("y", i/20000), "en")
	}
	if n := len(a.memo["en"]); n > maxMemo {
		t.Errorf("it remembers %d words", n)
	}
}

func TestKnownWordsAllocateNothing(t *testing.T) {
	a, text := NewAnalyzer(), "The U.S. delegation’s position on A/AC.291/22, l'État, Объединённые 网络"
	dst := a.Append(nil, text, "en")
	if n := testing.AllocsPerRun(100, func() { dst = a.Append(dst[:0], text, "en") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAppend(b *testing.B) {
	text := strings.Repeat("The General Assembly adopted, by resolution A/RES/74/247, the terms of reference of the delegation's committee. ", 27)
	a, dst := NewAnalyzer(), []Token(nil)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		dst = a.Append(dst[:0], text, "en")
	}
	b.ReportMetric(float64(len(dst)), "tokens")
}
