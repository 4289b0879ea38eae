package annotate

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCues(t *testing.T) {
	a := annotator(t, Options{})
	for _, c := range []struct {
		name, language, text string
		want                 []string // polarity, whose, target, the words
	}{
		{"we reject", "en", "We reject the proposed text, and we leave.", []string{"opposes access [proposed text] We reject the proposed text"}},
		{"we welcome", "en", "We welcome the adoption of the treaty in March.", []string{"supports access [adoption of the treaty] We welcome the adoption of the treaty"}},
		{"we call on states to reject", "en", "We therefore call on states to reject the draft.", []string{"opposes access [draft] We therefore call on states to reject the draft"}},
		{"not to adopt", "en", "We urge all governments not to adopt the draft.", []string{"opposes access [draft] We urge all governments not to adopt the draft"}},
		{"to adopt", "en", "We urge all governments to adopt the draft.", []string{"supports access [draft] We urge all governments to adopt the draft"}},
		{"cannot support", "en", "We cannot support this text.", []string{"opposes access [text] We cannot support this text"}},
		{"refuse to sign", "en", "We refuse to sign the treaty.", []string{"opposes access [treaty] We refuse to sign the treaty"}},
		{"do not oppose", "en", "We do not oppose the treaty.", nil},
		{"if", "en", "If we reject the treaty, nothing is left.", nil},
		{"unless", "en", "The treaty should not be adopted unless the scope is narrowed.", []string{"conditions access [treaty] unless the scope is narrowed"}},
		{"absent", "en", "Absent meaningful changes, states must reject the treaty.", []string{"conditions access [treaty] Absent meaningful changes", "opposes access [treaty] states must reject the treaty"}},
		{"unless alone", "en", "The harbour stays open unless it rains.", nil},
		{"must be rejected", "en", "The new chapter must be rejected.", []string{"opposes access [new chapter] new chapter must be rejected"}},
		{"unacceptable", "en", "The new chapter is unacceptable.", []string{"opposes access [new chapter] new chapter is unacceptable"}},
		{"concern", "en", "We are deeply concerned about the new chapter.", []string{"opposes access [new chapter] We are deeply concerned about the new chapter"}},
		{"nouns", "en", "Our support for it is known. The stop is near. They vote today.", nil},
		{"coordinated", "en", "We welcome the delay and reject the new chapter.", []string{"supports access [delay] We welcome the delay", "opposes access [new chapter] reject the new chapter"}},
		{"an actor", "en", "Valdoria rejected the new chapter.", []string{"opposes vl [new chapter] rejected the new chapter"}},
		{"within a quote", "en", "“We reject the new chapter,” said Valdoria.", []string{"opposes vl [new chapter] We reject the new chapter"}},
		{"within a report", "en", "Valdoria said that the new chapter must be rejected.", []string{"opposes vl [new chapter] new chapter must be rejected"}},
		{"an actor asks", "en", "Valdoria called on states to reject the treaty.", []string{"opposes vl [treaty] called on states to reject the treaty"}},
		{"an accusation", "en", "Valdoria has failed to protect anybody.", []string{"opposes access [Valdoria] Valdoria has failed to protect anybody"}},
		{"French", "fr", "Nous rejetons le projet. Nous appelons les États à ne pas adopter le traité. Nous saluons l’adoption du rapport.",
			[]string{"opposes access [projet] Nous rejetons le projet", "opposes access [traité] Nous appelons les États à ne pas adopter le traité", "supports access [adoption du rapport] Nous saluons l’adoption du rapport"}},
		{"French condition", "fr", "Le traité ne doit pas être adopté à moins que sa portée soit réduite.", []string{"conditions access [traité] à moins que sa portée soit réduite"}},
		{"Spanish", "es", "Rechazamos el nuevo capítulo. Pedimos a los Estados que rechacen el tratado. Acogemos con satisfacción la adopción del informe.",
			[]string{"opposes access [nuevo capítulo] Rechazamos el nuevo capítulo", "opposes access [tratado] Pedimos a los Estados que rechacen el tratado", "supports access [adopción del informe] Acogemos con satisfacción la adopción del informe"}},
		{"Spanish condition", "es", "El tratado no debe adoptarse sin cambios de fondo.", []string{"conditions access [tratado] sin cambios de fondo"}},
		{"Russian", "ru", "Мы отвергаем новую главу. Призываем государства отвергнуть договор. Мы приветствуем принятие доклада.",
			[]string{"opposes access [новую главу] Мы отвергаем новую главу", "opposes access [договор] Призываем государства отвергнуть договор", "supports access [принятие доклада] Мы приветствуем принятие доклада"}},
		{"Russian condition", "ru", "Договор не должен быть принят, если не будет гарантий.", []string{"conditions access [Договор] если не будет гарантий"}},
		{"Arabic", "ar", "نرفض الفصل الجديد. ندعو الدول إلى رفض المعاهدة. ونرحب باعتماد التقرير.",
			[]string{"opposes access [الفصل الجديد] نرفض الفصل الجديد", "opposes access [المعاهدة] ندعو الدول إلى رفض المعاهدة", "supports access [باعتماد التقرير] ونرحب باعتماد التقرير"}},
		{"Arabic condition", "ar", "لا ينبغي اعتماد المعاهدة ما لم تتضمن ضمانات.", []string{"conditions access [المعاهدة] ما لم تتضمن ضمانات"}},
		{"Chinese", "zh", "我们反对新的章节。我们呼吁各国拒绝该条约。我们欢迎通过报告。", []string{"opposes access [新的章节] 我们反对新的章节", "opposes access [条约] 我们呼吁各国拒绝该条约", "supports access [通过报告] 我们欢迎通过报告"}},
		{"Chinese condition", "zh", "除非作出修改，否则各国不应通过该条约。", []string{"conditions access [条约] 除非作出修改"}},
	} {
		t.Run(c.language+" "+c.name, func(t *testing.T) {
			in := input("", c.text, c.language)
			in.Issuer = "access"
			var got []string
			for _, cue := range a.Annotate(in).Cues {
				got = append(got, fmt.Sprintf("%s %s [%s] %s", cue.Polarity, cue.Actor, cue.Target, cue.Text))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s\n%s", c.text, diff)
			}
		})
	}
}
