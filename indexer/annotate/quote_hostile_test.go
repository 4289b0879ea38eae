package annotate

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestHostileSpeechTakesLinearTime takes texts that are nothing but what quotes and positions are told by.
func TestHostileSpeechTakesLinearTime(t *testing.T) {
	a := annotator(t, Options{})
	for name, c := range map[string]struct{ language, piece string }{
		"opening marks": {"en", "“ "}, "straight marks": {"en", `"a "`}, "opening marks of all kinds": {"fr", "« “ „ ‘ 「"}, "unclosed": {"en", "“We reject it\n"}, "marks that open anew": {"en", "“We reject it\n“"},
		"short quotes": {"en", "“a b c,” said Valdoria. "}, "verbs": {"en", "said "}, "names and verbs": {"en", "Valdoria said that "}, "actors together": {"en", "Valdoria, Orlandia and "},
		"appositions": {"en", "Valdoria, a state, "}, "pronouns": {"en", "it said. "}, "we": {"en", "we reject and "}, "asking": {"en", "we call on states to "}, "conditions": {"en", "unless we reject it "},
		"no state": {"en", "no state that should reject "}, "if": {"en", "if we reject it, "}, "others say": {"en", "Critics say that states must reject "}, "two quotes of a claim": {"en", "Valdoria said that “a b c d” and that “"}, "single names": {"en", "Kol said that. "}, "verbs within marks": {"ru", "«Текст, — сказал Коль. — "},
		"Chinese": {"zh", "瓦尔多里亚代表团表示，我们反对"}, "Arabic": {"ar", "وقال وفد فالدوريا إن "}, "Russian": {"ru", "«Валдория заявила, что "}, "one sentence": {"en", "must be rejected "},
		"closing reports": {"es", "El texto es muy débil, dijo la portavoz "}, "one long description": {"fr", "Le texte est faible, dit le vieux port "}, "as they say": {"ru", "Как заявил глава "}, "titles before names": {"ru", "министр иностранных дел Валдории Анна "},
		"Arabic subjects": {"ar", "وقال وزير الميناء، "}, "Arabic objects": {"ar", "وأشار إلى أهمية. "}, "colons": {"ar", "وقال أحمد كول: "}, "colons in Chinese": {"zh", "李明说：文本很危险。"}, "brackets": {"zh", "李明（"}, "brackets that shut": {"es", "(a) dijo "},
		"asked nouns": {"es", "exigimos la muy "}, "marks that end in one": {"ru", "«а «б» "},
	} {
		t.Run(name, func(t *testing.T) {
			took := func(size int) time.Duration {
				in := input("", strings.Repeat(c.piece, size/len(c.piece)), c.language)
				before := cpu(t)
				a.Annotate(in)
				return cpu(t) - before
			}
			took(1 << 14)
			if small, large := took(1<<15), took(1<<19); large > 40*small+time.Second {
				t.Errorf("16 times the text took %v after %v", large, small)
			}
		})
	}
}

func TestCutQuotesAreSaid(t *testing.T) {
	in := input("", strings.Repeat("“The text is a danger to all,” said Valdoria. We reject it. ", 3000), "en")
	f := annotator(t, Options{}).Annotate(in)
	if len(f.Quotes) != maxQuotes || len(f.Cues) != maxCues || len(f.Notes) != 2 {
		t.Errorf("%d quotes, %d cues, notes %q", len(f.Quotes), len(f.Cues), f.Notes)
	}
	in = input("", strings.Repeat("“a b” ", maxMarked+10), "en")
	if f := annotator(t, Options{}).Annotate(in); len(f.Notes) != 1 {
		t.Errorf("notes %q", f.Notes)
	}
}

// TestSpeechHolds checks on any text that quotes and positions lie within it and are the words at their places.
func TestSpeechHolds(t *testing.T) {
	a := annotator(t, Options{})
	pieces := []string{"Valdoria", " said ", "“", "”", `"`, "'", "‘", "’", "«", "»", "「", "」", ", ", ". ", "\n", ": ", "we reject ", "call on states to ", "unless ", "the delegation of ", "it ", "(", ")", "— ", "Ana Kol", "and ",
		"must not be adopted", "говорит", "Валдория", "وقال ", "فالدوريا", " إن ", "瓦尔多里亚", "表示，", "我们反对", "\u200b", "\xff", "é", "according to ", "señaló ", ", dijo ", "Según ", "Como ", "précise ", "Как заявил ", "министр ", "إلى ", "وزير ", "：", "（", "）", "说。", "exigimos la ", "libération ", "A/RES/1", "’s "}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.ToValidUTF8(strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "text"), ""), "?")
		in := input("", text, rapid.SampledFrom([]string{"en", "fr", "es", "ru", "ar", "zh", "und"}).Draw(t, "language"))
		f := a.Annotate(in)
		runes := []rune(text)
		place := func(what string, start, end int, words string) {
			if start < 0 || end <= start || end > utf8.RuneCountInString(text) || string(runes[start:end]) != words {
				t.Fatalf("%s %d–%d %q in %q", what, start, end, words, text)
			}
		}
		for _, q := range f.Quotes {
			place("quote", q.Start, q.End, q.Text)
		}
		for _, c := range f.Cues {
			place("cue", c.Start, c.End, c.Text)
		}
		for _, e := range f.Evidence {
			if e.In == "text" && (e.End <= e.Start || e.End > len(runes)) {
				t.Fatalf("evidence %+v in %q", e, text)
			}
		}
	})
}

// reported is a text of 3 KB as a report of a session is, where most sentences have something to be found.
var reported = strings.Repeat("The delegation of Valdoria called for a shorter text, and said that the new chapter must not be adopted unless its scope is narrowed. “We reject the new chapter,” said the spokesperson for Orlandia, Ana Kol, “and we call on all states to withdraw it.” Net Watch International welcomed the delay of the vote. The harbour was quiet, and the rest of the day went to the list of speakers and to the record of the session before. ", 7)

func BenchmarkReported(b *testing.B) {
	a := annotator(b, Options{})
	in := input("A session", reported, "en")
	b.ReportAllocs()
	before := cpu(b)
	found := 0
	for b.Loop() {
		f := a.Annotate(in)
		found += len(f.Quotes) + len(f.Cues)
	}
	b.ReportMetric(float64(b.N)/(cpu(b)-before).Seconds(), "statements/cpu-s")
	b.ReportMetric(float64(found)/float64(b.N), "found/statement")
}
