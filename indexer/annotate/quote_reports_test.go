package annotate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReportsInOtherLanguages reads offices with their bodies, verbs before their subjects, sentences that a report closes, words behind a
// colon, and what is none of these, in sentences written for it.
func TestReportsInOtherLanguages(t *testing.T) {
	a := annotator(t, Options{})
	for _, c := range []struct {
		language, text string
		want           []string
	}{
		{"fr", `Devant ses amis, Anne Kol parle. Elle affirme « J’ai complètement réorganisé le cours avec tous les autres ».`, []string{`: J’ai complètement réorganisé le cours avec tous les autres`}},
		{"fr", `Selon l'OMS, il est particulièrement toxique pour les poissons et les autres.`, []string{`~(OMS): Selon l'OMS, il est particulièrement toxique pour les poissons et les autres`}},
		{"fr", `Le port est fermé depuis lundi matin, a déclaré le ministre des Affaires étrangères de la Valdorie, Jean Kol.`, []string{`~vl: Le port est fermé depuis lundi matin, a déclaré le ministre des Affaires étrangères de la Valdorie, Jean Kol`}},
		{"fr", `Le port est fermé depuis lundi matin, précise la Valdorie dans un communiqué.`, []string{`~vl: Le port est fermé depuis lundi matin, précise la Valdorie dans un communiqué`}},
		{"fr", `Comme l'a souligné la Valdorie, le port est fermé depuis lundi.`, []string{`~vl: Comme l'a souligné la Valdorie, le port est fermé depuis lundi`}},
		{"es", `El ministro de Relaciones Exteriores de Orlandía, Juan Kol, afirmó que el texto es débil.`, []string{`~or: El ministro de Relaciones Exteriores de Orlandía, Juan Kol, afirmó que el texto es débil`}},
		{"es", `«El texto es un peligro para todos», dijo la representante permanente de Orlandía ante las Naciones Unidas, Ana Ruz.`, []string{`or: El texto es un peligro para todos`}},
		{"es", `El puerto sigue cerrado desde el lunes, informó este martes la Cancillería de Orlandía.`, []string{`~or: El puerto sigue cerrado desde el lunes, informó este martes la Cancillería de Orlandía`}},
		{"es", `La ministra de Salud de Orlandía, Ana Ruz, pidió más tiempo para el texto.`, []string{`~or: La ministra de Salud de Orlandía, Ana Ruz, pidió más tiempo para el texto`}},
		{"es", `El texto es débil y peligroso para todos, según la vocera de Orlandía.`, []string{`~or: El texto es débil y peligroso para todos, según la vocera de Orlandía`}},
		{"es", `Como señaló Orlandía, el texto es débil y peligroso para todos.`, []string{`~or: Como señaló Orlandía, el texto es débil y peligroso para todos`}},
		{"es", `A juicio de Orlandía, el texto es débil y peligroso para todos.`, []string{`~or: A juicio de Orlandía, el texto es débil y peligroso para todos`}},
		{"es", `—El texto es débil y peligroso —dijo Ana Kol—. No hay tiempo.`, []string{`~(Ana Kol): El texto es débil y peligroso —dijo Ana Kol`}},
		{"es", `El Canciller de Orlandía Juan Kol señaló que el texto es débil. «No hay tiempo para nadie», agregó.`, []string{`~or: El Canciller de Orlandía Juan Kol señaló que el texto es débil`, `or: No hay tiempo para nadie`}},
		{"ru", `Министр иностранных дел Валдории Анна Коль заявила, что времени нет.`, []string{`~vl: Министр иностранных дел Валдории Анна Коль заявила, что времени нет`}},
		{"ru", `«Текст опасен для всех», — заявил министр иностранных дел Валдории Иван Коль.`, []string{`vl: Текст опасен для всех`}},
		{"ru", `Постпред Валдории при ООН Иван Коль подчеркнул, что текст опасен.`, []string{`~vl: Постпред Валдории при ООН Иван Коль подчеркнул, что текст опасен`}},
		{"ru", `Глава МИД Валдории Иван Коль отметил, что текст опасен.`, []string{`~vl: Глава МИД Валдории Иван Коль отметил, что текст опасен`}},
		{"ru", `Официальный представитель МИД Валдории Анна Коль сообщила, что порт закрыт.`, []string{`~vl: Официальный представитель МИД Валдории Анна Коль сообщила, что порт закрыт`}},
		{"ru", `Порт закрыт с понедельника, сообщает пресс-служба правительства Валдории.`, []string{`~vl: Порт закрыт с понедельника, сообщает пресс-служба правительства Валдории`}},
		{"ru", `Как заявил глава МИД Валдории Иван Коль, порт закрыт с понедельника.`, []string{`~vl: Как заявил глава МИД Валдории Иван Коль, порт закрыт с понедельника`}},
		{"ru", `Валдория заявила, что порт закрыт. «Времени больше нет ни у кого», — добавил официальный представитель.`, []string{`~vl: Валдория заявила, что порт закрыт`, `vl: Времени больше нет ни у кого`}},
		{"ru", `— Порт закрыт, — сказала Анна Коль. — Времени больше нет.`, []string{`~(Анна Коль): Порт закрыт, — сказала Анна Коль`}},
		{"ru", `По мнению Валдории, порт надо закрыть сейчас же.`, []string{`~vl: По мнению Валдории, порт надо закрыть сейчас же`}},
		{"ru", `Валдорию признали виновной в том, что порт закрыт.`, nil},
		{"ar", `قال وزير خارجية فالدوريا أحمد كول إن النص خطير على الجميع.`, []string{`~vl: قال وزير خارجية فالدوريا أحمد كول إن النص خطير على الجميع`}},
		{"ar", `وأكد المندوب الدائم لفالدوريا لدى الأمم المتحدة أحمد كول أن النص خطير على الجميع.`, []string{`~vl: وأكد المندوب الدائم لفالدوريا لدى الأمم المتحدة أحمد كول أن النص خطير على الجميع`}},
		{"ar", `وقالت وزارة الخارجية في فالدوريا إن النص خطير على الجميع.`, []string{`~vl: وقالت وزارة الخارجية في فالدوريا إن النص خطير على الجميع`}},
		{"ar", `وصرح المتحدث باسم خارجية فالدوريا أحمد كول بأن النص خطير.`, []string{`~vl: وصرح المتحدث باسم خارجية فالدوريا أحمد كول بأن النص خطير`}},
		{"ar", `أكدت فالدوريا ضرورة الحوار. وأشارت إلى أن الوقت ضيق جدا على الجميع.`, []string{`~vl: أكدت فالدوريا ضرورة الحوار`, `~vl: وأشارت إلى أن الوقت ضيق جدا على الجميع`}},
		{"ar", `وأكد ضرورة أن تلتزم الدول بالنص.`, nil},
		{"ar", `وشدد وفد فالدوريا على أن النص خطير على الجميع.`, []string{`~vl: وشدد وفد فالدوريا على أن النص خطير على الجميع`}},
		{"ar", `وأعربت فالدوريا عن قلقها من النص الجديد.`, []string{`~vl: وأعربت فالدوريا عن قلقها من النص الجديد`}},
		{"ar", `وقال أحمد كول: النص خطير على الجميع ولا وقت لدينا بعد اليوم للحديث عنه.`, []string{`(أحمد كول): النص خطير على الجميع ولا وقت لدينا بعد اليوم للحديث عنه`}},
		{"ar", `قالت فالدوريا إن النص خطير. وأوضح المتحدث باسم الوفد أن الوقت ضيق.`, []string{`~vl: قالت فالدوريا إن النص خطير`, `~vl: وأوضح المتحدث باسم الوفد أن الوقت ضيق`}},
		{"zh", `瓦尔多里亚外交部长李明表示，该文本对所有人都很危险。`, []string{`~vl: 瓦尔多里亚外交部长李明表示，该文本对所有人都很危险`}},
		{"zh", `瓦尔多里亚常驻联合国代表李明指出，该文本对所有人都很危险。`, []string{`~vl: 瓦尔多里亚常驻联合国代表李明指出，该文本对所有人都很危险`}},
		{"zh", `瓦尔多里亚外交部发言人李明说：该文本对所有人都很危险，我们没有时间。`, []string{`vl: 该文本对所有人都很危险，我们没有时间`}},
		{"zh", `“该文本对所有人都很危险。”瓦尔多里亚外长李明说。`, []string{`vl: 该文本对所有人都很危险。`}},
		{"zh", `“该文本对所有人都很危险。”李明说。`, []string{`(李明): 该文本对所有人都很危险。`}},
		{"zh", `瓦尔多里亚代表团表示，港口已关闭。该发言人强调，我们没有时间再等下去了。`, []string{`~vl: 该发言人强调，我们没有时间再等下去了`}},
		{"zh", `据瓦尔多里亚外交部称，港口已于周一关闭，没有人受伤。`, []string{`~vl: 据瓦尔多里亚外交部称，港口已于周一关闭，没有人受伤`}},
		{"zh", `港口已于周一关闭，没有人受伤，瓦尔多里亚外交部发言人说。`, []string{`~vl: 港口已于周一关闭，没有人受伤，瓦尔多里亚外交部发言人说`}},
		{"zh", `瓦尔多里亚认为文本很危险，应予修改。`, []string{`~vl: 瓦尔多里亚认为文本很危险，应予修改`}},
		{"fr", `Le port est fermé, nous a dit la Valdorie, et le texte est faible.`, []string{`~vl: Le port est fermé, nous a dit la Valdorie, et le texte est faible`}},
		{"fr", `Quand le port a fermé, a dit la Valdorie.`, nil},
		{"es", `La abogada del Estado sostuvo que no hay tiempo.`, nil},
		{"es", `Según la Ley 27, el puerto sigue cerrado desde el lunes.`, nil},
		{"es", `Cuando cerró el puerto, dijo Orlandía.`, nil},
		{"ru", `Коля признали виновным, что всех удивило.`, nil},
		{"ar", `وأكد أهمية الحوار، مشيرا إلى أن الوقت ضيق.`, nil},
		{"ar", `وقال وزير الميناء الجديد، أحمد كول، إن الوقت ضيق جدا. وشدد كول على أن النص خطير.`, []string{`~(أحمد كول): وقال وزير الميناء الجديد، أحمد كول، إن الوقت ضيق جدا`, `~(أحمد كول): وشدد كول على أن النص خطير`}},
	} {
		got := dropFinalStop(shown(a.Annotate(input("", c.text, c.language))))
		if len(got) == 0 {
			got = nil
		}
		if diff := cmp.Diff(dropFinalStop(c.want), got); diff != "" && (len(got) > 0 || len(c.want) > 0) {
			t.Errorf("%s\n%s", c.text, diff)
		}
	}
}
