package indexer

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rostrum/internal/fold"
)

func TestSignificant(t *testing.T) {
	const base = "Ocrania supports Article 5 of the draft. The delegation asked for 3.5 million in aid.\nIt thanked Ms Orlan of the Harbour Institute."
	change := func(old, new string) string {
		if !strings.Contains(base, old) {
			t.Fatalf("%q is not in the text", old)
		}
		return strings.Replace(base, old, new, 1)
	}
	for name, c := range map[string]struct {
		old, new string
		want     bool
	}{
		"the same":                       {base, base, false},
		"case":                           {base, strings.ToUpper(base), false},
		"spaces":                         {base, strings.ReplaceAll(base, " ", "  \u00a0"), false},
		"punctuation":                    {base, change("Article 5 of the draft.", "“Article 5” — of the draft!"), false},
		"one paragraph":                  {base, strings.ReplaceAll(base, "\n", " "), false},
		"a paragraph a sentence":         {base, strings.ReplaceAll(base, ". ", ".\n"), false},
		"paragraphs in another order":    {base, "It thanked Ms Orlan of the Harbour Institute.\nOcrania supports Article 5 of the draft. The delegation asked for 3.5 million in aid.", false},
		"a pull quote":                   {base, base + "\nOcrania supports Article 5 of the draft.", false},
		"accents":                        {"Le comité a décidé.", "Le comite a decide.", false},
		"hyphen":                         {"Co-operation on cyber-crime.", "Cooperation on cybercrime.", false},
		"thousands":                      {"It costs 1,000 dollars.", "It costs 1 000 dollars.", false},
		"dashes between numbers":         {"Articles 10-12.", "Articles 10–12.", false},
		"width":                          {"第５条。", "第5条。", false},
		"a word":                         {base, change("supports", "opposes"), true},
		"shall to should":                {"States shall report.", "States should report.", true},
		"not":                            {"It is now supported.", "It is not supported.", true},
		"a number":                       {base, change("Article 5", "Article 6"), true},
		"a decimal point":                {base, change("3.5", "35"), true},
		"a sign of currency":             {"It costs 5 $.", "It costs 5 €.", true},
		"a document symbol":              {"See A/HRC/46/7.", "See A/HRC/4/67.", true},
		"a name":                         {base, change("Ms Orlan", "Ms Roan"), true},
		"a sentence more":                {base, base + " It will vote in favour.", true},
		"a sentence less":                {base, change(" The delegation asked for 3.5 million in aid.", ""), true},
		"a signatory more":               {"Signed by\nHarbour Institute", "Signed by\nHarbour Institute\nNorthern Reading Room", true},
		"han":                            {"我们支持公约草案。", "我们反对公约草案。", true},
		"arabic letters for one another": {"أيدت الوفود الاتفاقية.", "ايدت الوفود الاتفاقيه.", false},
		"a year in prose":                {"The text was updated in 2024 by 93 states.", "The text was updated in 2025 by 93 states.", true},
		"a deadline":                     {"Deadline: 3 May 2026", "Deadline: 4 May 2026", true},
		"a number alone":                 {"Votes\n88", "Votes\n89", true},
		"a share button":                 {base, base + "\nShare this page on Facebook", false},
		"a company's name":               {base, base + "\nTelegram", true},
		"all new":                        {base, "Something else.", true},
		"from nothing":                   {"", base, true},
		"bytes that are no text":         {base + "\xff\xfe", base, false},
	} {
		if got := significant("A title", c.old, "A title", c.new); got != c.want {
			t.Errorf("%s: significant = %v, want %v", name, got, c.want)
		}
		if got := significant("A title", c.new, "A title", c.old); got != c.want {
			t.Errorf("%s, the other way: significant = %v, want %v", name, got, c.want)
		}
	}
	if !significant("Ocrania supports it", base, "Ocrania opposes it", base) || significant("A Title", base, "a title", base) {
		t.Error("a title counts as a sentence")
	}
}

func TestTimestampsAndCountersAreNoRevision(t *testing.T) {
	for _, pair := range [][2]string{
		{"Updated 5 minutes ago", "Updated 2 hours ago"},
		{"Last updated on 3 May 2026 at 10:05 UTC.", "Last updated on 4 May 2026 at 9:00 UTC."},
		{"Posted Monday, 3 May 2026", "Posted: Tuesday, 4 May 2026"},
		{"3 May 2026, 10:05", "4 May 2026, 11:05"},
		{"2026-05-03 10:05", "2026-05-04 10:05"},
		{"Actualizado hace 5 minutos", "Actualizado hace 1 hora"},
		{"Última actualización: 3 de mayo de 2026", "Última actualización: 4 de junio de 2026"},
		{"Mis à jour il y a 3 jours", "Mis à jour il y a 4 jours"},
		{"Publié le 3 mai 2026", "Publié le 4 août 2026"},
		{"Обновлено 5 минут назад", "Обновлено 2 часа назад"},
		{"Опубликовано: 3 мая 2026 г.", "Опубликовано: 4 июня 2026 г."},
		{"更新时间：2026年5月3日 10:05", "更新时间：2026年5月4日 11:05"},
		{"5分钟前更新", "3小时前更新"},
		{"阅读 1,204 次", "阅读 1,305 次"},
		{"آخر تحديث: 3 مايو 2026", "آخر تحديث: 4 يونيو 2026"},
		{"منذ 5 دقائق", "منذ ساعة"},
		{"1,204 views · 3 comments", "1,999 views · 14 comments"},
		{"5 min read", "6 min read"},
	} {
		text := "The delegation took the floor.\n%s\nIt supports the draft."
		if significant("T", fmt.Sprintf(text, pair[0]), "T", fmt.Sprintf(text, pair[1])) {
			t.Errorf("%q and %q count as a revision", pair[0], pair[1])
		}
	}
}

func TestVolatileWordsAreFolded(t *testing.T) {
	for _, list := range []string{labels, fillers, months, weekdays, strings.Join(hanLabels[:], " "), strings.Join(hanFillers[:], " ")} {
		for word := range strings.FieldsSeq(list) {
			if folded := fold.String(word); folded != word {
				t.Errorf("%q never matches: it is folded to %q", word, folded)
			}
		}
	}
}

func TestSignificantProperties(t *testing.T) {
	text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune(" .\n,;aA5é支持。5.-"))))
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if significant("", a, "", a) {
			t.Fatal("a text differs from itself")
		}
		if significant("", a, "", b) != significant("", b, "", a) {
			t.Fatal("it depends on the order")
		}
		if significant("", a, "", a+"\n"+a) {
			t.Fatal("a repeated text differs")
		}
	})
}

func BenchmarkSignificant(b *testing.B) {
	for _, size := range []int{3_000, 2_000_000} {
		var text strings.Builder
		for i := 0; text.Len() < size; i++ {
			fmt.Fprintf(&text, "The delegation of Ocrania, in its %d. statement, supports the draft. ", i)
		}
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			changed := text.String() + "And more."
			for b.Loop() {
				if !significant("T", text.String(), "T", changed) {
					b.Fatal("a sentence more is none")
				}
			}
		})
	}
}
