package annotate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shown writes quotes as the tables below do: speaker id, or name in brackets, and the words; ~ before reported ones.
func shown(f Findings) []string {
	var all []string
	for _, q := range f.Quotes {
		who := q.Speaker
		if who == "" && q.Name != "" {
			who = "(" + q.Name + ")"
		}
		mark := ""
		if !q.Direct {
			mark = "~"
		}
		all = append(all, fmt.Sprintf("%s%s: %s", mark, who, q.Text))
	}
	return all
}

func TestQuotes(t *testing.T) {
	a := annotator(t, Options{})
	for _, c := range []struct {
		name, language, text string
		want                 []string
	}{
		{"verb first", "en", `“The text is a danger to everyone,” said Valdoria.`, []string{"vl: The text is a danger to everyone,"}},
		{"subject first", "en", `"The text is a danger to everyone," Valdoria said on Monday.`, []string{"vl: The text is a danger to everyone,"}},
		{"before the words", "en", `Valdoria said: “The text is a danger.”`, []string{"vl: The text is a danger."}},
		{"a colon alone", "en", `Valdoria: “The text is a danger.”`, []string{"vl: The text is a danger."}},
		{"an office", "en", `“The text is a danger,” said the spokesperson for Valdoria, Ana Kol.`, []string{"vl: The text is a danger,"}},
		{"a person of a body", "en", `“The text is a danger to all,” said Ana Kol, director of Net Watch International. “We will fight it.”`, []string{"net-watch: The text is a danger to all,", "net-watch: We will fight it."}},
		{"a person before the verb", "en", `Ana Kol, director of Net Watch International, said “the text is a danger to all”.`, []string{"net-watch: the text is a danger to all"}},
		{"an unknown person", "en", `“The text is a danger to all,” said Ana Kol. “It must go.”`, []string{"(Ana Kol): The text is a danger to all,", "(Ana Kol): It must go."}},
		{"split", "en", `“The text,” Valdoria said, “is a danger to everyone.”`, []string{"vl: The text,", "vl: is a danger to everyone."}},
		{"according to", "en", `The text is “a danger to everyone alive”, according to Valdoria.`, []string{"vl: a danger to everyone alive"}},
		{"a pronoun", "en", "Valdoria said that the text was weak. It added: “We ask for more time.”", []string{"~vl: Valdoria said that the text was weak.", "vl: We ask for more time."}},
		{"the delegation", "en", "Valdoria took the floor.\n“We ask for more time,” the delegation said.", []string{"vl: We ask for more time,"}},
		{"nobody in reach", "en", "“We ask for more time,” the delegation said.", []string{": We ask for more time,"}},
		{"two in reach", "en", "Valdoria met Orlandia. “We ask for more time,” it said.", []string{": We ask for more time,"}},
		{"several paragraphs", "en", "Valdoria said: “This is the first part of it.\n“This is the second part.”", []string{"vl: This is the first part of it.\n“This is the second part."}},
		{"unclosed", "en", "Valdoria said: “This is the first part of it.\nThis is not.", []string{"vl: This is the first part of it."}},
		{"nested", "en", "Valdoria said: “They called it ‘a good text’ and left.”", []string{"vl: They called it ‘a good text’ and left."}},
		{"scare quotes", "en", "Valdoria met the “experts” and the “so-called friends of it”.", nil},
		{"a title", "en", "Valdoria published “The Long Road to Quiet Seas” today.", nil},
		{"an article", "en", "Under an article entitled “what is to be done about it all now”, Valdoria has duties.", nil},
		{"negated", "en", "Valdoria did not say “the text is a danger to all”.", nil},
		{"hypothetical", "en", "Valdoria would say that the text is weak. If Valdoria says that it leaves, we go.", nil},
		{"somebody else of the name", "en", "“The text is a danger to all,” said Valdoria Telecom.", []string{"(Valdoria Telecom): The text is a danger to all,"}},
		{"in, not of", "en", "Critics in Valdoria said that the text is weak. The law of Valdoria states that it is so.", nil},
		{"the delegation of", "en", "The delegation of Valdoria called for a shorter text.", []string{"~vl: The delegation of Valdoria called for a shorter text."}},
		{"several delegations", "en", "The delegations of Valdoria, Orlandia and Quennet called for a shorter text.",
			[]string{"~quennet: The delegations of Valdoria, Orlandia and Quennet called for a shorter text.", "~or: The delegations of Valdoria, Orlandia and Quennet called for a shorter text.", "~vl: The delegations of Valdoria, Orlandia and Quennet called for a shorter text."}},
		{"an office after the body", "en", "Valdoria’s foreign minister, Ana Kol, said that the text is weak.", []string{"~vl: Valdoria’s foreign minister, Ana Kol, said that the text is weak."}},
		{"a demonym and an office", "en", "The Valdorian delegation called for a shorter text. “The text is weak and dangerous,” the Valdorian ambassador said.",
			[]string{"~vl: The Valdorian delegation called for a shorter text.", "vl: The text is weak and dangerous,"}},
		{"a demonym alone", "en", "Valdorian music called for a shorter night.", nil},
		{"no name", "en", "Critics said that the text is weak. Experts told us that it must go.", nil},
		{"one clause, two quotes", "en", "Valdoria said that the new text “is a danger to everyone alive”.", []string{"~vl: Valdoria said that the new text “is a danger to everyone alive", "vl: is a danger to everyone alive"}},
		{"Spanish, the office and who holds it", "es", "“El texto es un peligro para todos”, dijo el portavoz policial Oliver Kol. “No hay tiempo para esto”, dijo el titular del Puerto, Alberto Ruz.",
			[]string{"(Oliver Kol): El texto es un peligro para todos", "(Alberto Ruz): No hay tiempo para esto"}},
		{"Spanish, two quotes of a claim", "es", "Orlandía consideró este miércoles que el rechazo del puerto a la propuesta «solo empeorará la situación», dado que la ley «se lo impide desde el año pasado».",
			[]string{"~or: Orlandía consideró este miércoles que el rechazo del puerto a la propuesta «solo empeorará la situación», dado que la ley «se lo impide desde el año pasado",
				"or: solo empeorará la situación", "or: se lo impide desde el año pasado"}},
		{"Spanish, spoken to", "es", "Ana Kol dijo a la BBC que el texto es débil.", []string{"~(Ana Kol): Ana Kol dijo a la BBC que el texto es débil."}},
		{"French, spoken to", "fr", "La Valdorie a déclaré à la BBC que le texte est faible.", []string{"~vl: La Valdorie a déclaré à la BBC que le texte est faible."}},
		{"Russian, within the marks", "ru", "«Это ужасно для всех нас, – заявила Анна Коль. – Так нельзя».", []string{"(Анна Коль): Это ужасно для всех нас, – заявила Анна Коль. – Так нельзя"}},
		{"Arabic, an office between commas", "ar", "ثمن أحمد كول، مدير الميناء، جهود الجميع. ودعا كول الناس إلى الصبر والعمل معا.",
			[]string{"~(أحمد كول): ثمن أحمد كول، مدير الميناء، جهود الجميع.", "~(أحمد كول): ودعا كول الناس إلى الصبر والعمل معا."}},
		{"a signature", "en", "“The text is a danger to all of us.” — Ana Kol, Net Watch International\nMore.", []string{"net-watch: The text is a danger to all of us."}},
		{"French", "fr", "« Le texte est un danger pour tous », a déclaré la Valdorie.", []string{"vl: Le texte est un danger pour tous"}},
		{"French, reported", "fr", "La délégation de la Valdorie a déclaré que le texte est faible. Selon la Valdorie, il faut plus de temps.",
			[]string{"~vl: La délégation de la Valdorie a déclaré que le texte est faible.", "~vl: Selon la Valdorie, il faut plus de temps."}},
		{"French, negated", "fr", "La Valdorie n’a pas déclaré que le texte est faible.", nil},
		{"Spanish", "es", "«El texto es un peligro para todos», dijo Orlandía. La portavoz de Orlandía señaló que no hay tiempo.",
			[]string{"or: El texto es un peligro para todos", "~or: La portavoz de Orlandía señaló que no hay tiempo."}},
		{"Spanish, before", "es", "Según Orlandía, el texto es débil. Orlandía advirtió: “El texto es un peligro”.", []string{"~or: Según Orlandía, el texto es débil.", "or: El texto es un peligro"}},
		{"Russian", "ru", "«Текст опасен для всех», — заявил представитель Валдории. Валдория отметила, что времени нет.", []string{"vl: Текст опасен для всех", "~vl: Валдория отметила, что времени нет."}},
		{"Russian, by the words of", "ru", "По словам представителя Валдории, текст слаб и опасен.", []string{"~vl: По словам представителя Валдории, текст слаб и опасен."}},
		{"Russian, negated", "ru", "Валдория не заявила, что текст опасен.", nil},
		{"Arabic", "ar", "وقال وفد فالدوريا إن النص خطير على الجميع. وأضاف: «نطلب مزيدا من الوقت».", []string{"~vl: وقال وفد فالدوريا إن النص خطير على الجميع.", "vl: نطلب مزيدا من الوقت"}},
		{"Arabic marks", "ar", "وقالت فالدوريا: \"النص خطير على الجميع\".", []string{"vl: النص خطير على الجميع"}},
		{"Chinese", "zh", "瓦尔多里亚代表团表示，该文本对所有人都很危险。瓦尔多里亚说：“我们需要更多时间。”", []string{"~vl: 瓦尔多里亚代表团表示，该文本对所有人都很危险。", "vl: 我们需要更多时间。"}},
		{"Chinese corner marks", "zh", "瓦尔多里亚发言人李明指出：「我们需要更多时间。」", []string{"vl: 我们需要更多时间。"}},
		{"Chinese, negated", "zh", "瓦尔多里亚没有表示文本很危险。", nil},
	} {
		t.Run(c.language+" "+c.name, func(t *testing.T) {
			f := a.Annotate(input("", c.text, c.language))
			got := shown(f)
			for i := range got {
				got[i] = strings.TrimSuffix(got[i], " ")
			}
			want := c.want
			for i := range want {
				if strings.HasPrefix(want[i], "~") {
					got = dropFinalStop(got)
					want = dropFinalStop(want)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\n%s", c.text, diff)
			}
		})
	}
}

// dropFinalStop leaves the end of reported sentences open: it lies between words.
func dropFinalStop(quotes []string) []string {
	out := make([]string, len(quotes))
	for i, q := range quotes {
		if out[i] = q; strings.HasPrefix(q, "~") {
			out[i] = strings.TrimRight(q, ".。")
		}
	}
	return out
}
