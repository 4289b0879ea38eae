package fold

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestString(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"plain":                "plain",
		"UNITED Nations":       "united nations",
		"États-Unis":           "etats-unis",
		"E\u0301tats":          "etats",
		"România ă":            "romania a",
		"Николай Йод":          "николай йод",
		"и\u0306":              "й",
		"Ўзбекистон":           "ўзбекистон",
		"ёлка Ёлка":            "елка елка",
		"Ελλάς":                "ελλασ",
		"Straße STRASSE":       "strasse strasse",
		"Œuvre æther":          "oeuvre aether",
		"ﬁnance":               "finance",
		"ＡＢＣ　１２３":              "abc 123",
		"İstanbul ILISU ılıca": "istanbul ilisu ilica",
		"الأُمَمُ المُتَّحِدَة": "الامم المتحده",
		"مســـؤولية":            "مسووليه",
		"١٢٣ ۴۵۶":               "123 456",
		"مکتبی":                 "مكتبي",
		"govern\u00adment":      "government",
		"a\u200bb\u200dc\ufeff": "abc",
		"網路自由":                  "網路自由",
		"ｶﾞ が":                  "ガ が",
		"한국":                    "한국",
		"l’État":                "l'etat",
		"हिन्दी":                "हिन्दी",
		"שָׁלוֹם":               "שלום",
		"Łódź Ørsted":           "lodz orsted",
		"\xff":                  "\ufffd",
	} {
		if got := String(in); got != want {
			t.Errorf("String(%q) = %q (%x), want %q", in, got, got, want)
		}
	}
}

func TestEveryRuneIsFoldedOnce(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		once := string(Append(nil, string(r)))
		if twice := String(once); twice != once {
			t.Errorf("%U: %q, then %q", r, once, twice)
		}
		if long := string(appendAny(nil, string(r))); long != once {
			t.Errorf("%U: the short way gives %q, the long way %q", r, once, long)
		}
	}
}

var letters = rapid.SampledFrom([]rune("aZéÉß’ иИйёу\u0306\u0308\u0301\u0323\u00ad\u200dأؤئةى٣\u064e\u0654\u0653ـ中가가\u3099かｶﾞ\u093cक\ufb01Ǆİıς\u0345\u05b8ש"))

func checkFold(t interface{ Fatalf(string, ...any) }, s string) {
	once := String(s)
	if twice := String(once); twice != once {
		t.Fatalf("not idempotent on %q: %q, then %q", s, once, twice)
	}
	if long := string(appendAny(nil, s)); long != once {
		t.Fatalf("%q: the short way gives %q, the long way %q", s, once, long)
	}
}

func TestFoldingIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkFold(t, string(rapid.SliceOfN(letters, 0, 12).Draw(t, "s")))
		checkFold(t, rapid.String().Draw(t, "any"))
	})
}

func FuzzString(f *testing.F) {
	f.Add("É’ß\u0306")
	f.Fuzz(func(t *testing.T, s string) { checkFold(t, s) })
}

func TestCommonLettersAllocateNothing(t *testing.T) {
	buf := make([]byte, 0, 256)
	for _, s := range []string{"United Nations", "États-Unis", "Объединённые Нации", "الأمم المتّحدة", "网络犯罪"} {
		if n := testing.AllocsPerRun(100, func() { buf = Append(buf[:0], s) }); n != 0 {
			t.Errorf("folding %q allocates %v times", s, n)
		}
	}
	if n := testing.AllocsPerRun(100, func() { String("folded already, объединенные") }); n != 0 {
		t.Errorf("folding what is folded allocates %v times", n)
	}
}

func BenchmarkAppend(b *testing.B) {
	for name, s := range map[string]string{"ascii": "International Cooperation", "french": "Coopération Internationale", "russian": "Международное Сотрудничество", "arabic": "التّعاون الدوليّ"} {
		text := strings.Repeat(s+" ", 40)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			var buf []byte
			for b.Loop() {
				buf = Append(buf[:0], text)
			}
		})
	}
}
