package annotate

import (
	"strings"
	"testing"
)

// TestWhoIsNotTheOneWhoSays holds whom sentences in the passive, mixed quotation marks, headings and phrases such as "a su juicio" quote.
func TestWhoIsNotTheOneWhoSays(t *testing.T) {
	a := tellers(t)
	for _, c := range []struct{ language, text, want string }{
		{"en", `Orlandia was criticised by Valdoria for its late notice.`, "~vl: Orlandia was criticised by Valdoria for its late notice"},
		{"en", `Orlandia was urged to sign the treaty by the end of May.`, ""},
		{"en", `Orlandia was condemned for its late notice of the readings.`, ""},
		{"en", `The sale was opposed by Valdoria's opposition parties.`, ""},
		{"en", `The text was not welcomed by Valdoria and its friends.`, ""},
		{"en", `Valdoria was quoted as saying that the text is weak.`, "~vl: Valdoria was quoted as saying that the text is weak"},
		{"es", `Orlandía fue criticada por Valdoria por el retraso de los datos.`, "~vl: Orlandía fue criticada por Valdoria por el retraso de los datos"},
		{"es", `El acuerdo, rechazado por Orlandía, no entrará en vigor.`, ""},
		{"es", `«El texto es débil», denunció Ana Kol ante el pleno.`, "(Ana Kol): El texto es débil"},
		{"fr", `L’Orlandie a été condamnée pour son retard par le tribunal.`, ""},
		{"fr", `La Valdorie a déclaré que le texte est faible. « On attendra l’automne », a-t-elle ajouté.`, "~vl: La Valdorie a déclaré que le texte est faible | vl: On attendra l’automne"},
		{"ru", `Орландия была раскритикована Валдорией за задержку данных.`, "~vl: Орландия была раскритикована Валдорией за задержку данных"},
		{"ru", `Делегация Орландии выступила против приложения к тексту.`, "~or: Делегация Орландии выступила против приложения к тексту"},
		{"ar", `أدينت أورلانديا بسبب التأخير في تقديم البيانات.`, ""},
		{"ar", `وأكدت مصادر قريبة من فالدوريا أن التصويت تأجل.`, ""},
		{"zh", `奥兰迪亚遭到瓦尔多里亚批评。`, "~vl: 奥兰迪亚遭到瓦尔多里亚批评"},
		{"zh", `奥兰迪亚被要求签署协议。`, ""},
		{"en", "\"The text is weak and it is dangerous,” said Ana Kol.\n\"It must go at once, and we will say so.”", "(Ana Kol): The text is weak and it is dangerous, | (Ana Kol): It must go at once, and we will say so."},
		{"en", "Ana Kol said:\n“The text is weak and it is dangerous.”", "(Ana Kol): The text is weak and it is dangerous."},
		{"en", "Quotes attributable to: Ana Kol, Head of Policy\n“The text is weak and it is dangerous.”\n“It must go at once, and we will say so.”", "(Ana Kol): The text is weak and it is dangerous. | (Ana Kol): It must go at once, and we will say so."},
	} {
		if got := strings.Join(dropFinalStop(shown(a.Annotate(input("", c.text, c.language)))), " | "); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// TestWhileIsNoCondition tells "until" from "while".
func TestWhileIsNoCondition(t *testing.T) {
	a := tellers(t)
	for _, c := range []struct{ language, text, want string }{
		{"ru", `Пока порт закрыт, мы поддерживаем перевозчиков.`, "supports"},
		{"ru", `Пока приложение не восстановлено, мы не подпишем соглашение.`, "conditions"},
		{"fr", `Nous signerons l’accord en mai à Port-Haut.`, ""},
		{"es", `Firmaremos el acuerdo en mayo.`, ""},
		{"es", `No firmaremos el acuerdo.`, "opposes"},
	} {
		var got []string
		for _, cue := range a.Annotate(input("", c.text, c.language)).Cues {
			got = append(got, cue.Polarity)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, not %q", c.text, got, c.want)
		}
	}
}
