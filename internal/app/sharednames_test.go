package app

import (
	"slices"
	"testing"

	"rostrum/indexer/annotate"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// TestNamesInSixLanguages reads lists of names, and of what only looks like one.
func TestNamesInSixLanguages(t *testing.T) {
	a, err := annotate.New(annotate.Options{Registry: sharedRegistry(t)})
	if err != nil {
		t.Fatal(err)
	}
	analyzer := analysis.NewAnalyzer()
	for _, c := range []struct {
		language, text string
		want           []string
	}{
		{"en", "On the River Jordan, Lake Chad, the Gulf of Guinea, the Niger Delta, the SAMOA Pathway, US$ 5 million, South Georgia, New Mexico, Northern Ireland, the South China Sea, Korea, America, an American and the General Assembly.", nil},
		{"en", "The UK, the US, the UAE, the DRC, Turkey, Georgia, Jordan, Chad, Mali, Oman, Cuba, the Niger, Guinea, Dominica, Samoa, Ireland, Macedonia, China, the Sudan and the Holy See.",
			[]string{"gb", "us", "ae", "cd", "tr", "ge", "jo", "td", "ml", "om", "cu", "ne", "gn", "dm", "ws", "ie", "mk", "cn", "sd", "va"}},
		{"en", "The Republic of Korea, the Democratic People’s Republic of Korea, the Democratic Republic of the Congo and the Republic of the Congo.", []string{"kr", "kp", "cd", "cg"}},
		{"en", "The names are written in lines that are wrapped, as are Papua New\nGuinea, Equatorial Guinea and others.", []string{"pg", "gq"}},
		{"fr", "Maurice, Dominique, Grenade, la Nouvelle-Guinée, le lac Tchad, la Terre argentine.", nil},
		{"fr", "La Côte d’Ivoire, les États-Unis d’Amérique, l’Argentine, la République de Maurice, la Dominique, la Grenade, l’Union européenne, la CEDEAO.", []string{"ci", "us", "ar", "mu", "dm", "gd", "eu", "ecowas"}},
		{"es", "Mauricio, Granada, Santa Lucía, el Golfo de México y Nuevo México.", nil},
		{"es", "EE. UU., los Estados Unidos Mexicanos, la República Dominicana, Corea del Sur, el Reino Unido, Túnez, Níger, Nigeria y la Unión Europea.", []string{"us", "mx", "do", "kr", "gb", "tn", "ne", "ng", "eu"}},
		{"ru", "Данные. Малые острова. Того же дня на реке Иордан, в дельте Нигера, на озере Чад. Первые строки.", nil},
		{"ru", "В Дании, Мали, Индии, Российской Федерации, Южной Корее, Соединенных Штатах Америки, Боснии и Герцеговине, Саудовской Аравии, Республикой Конго и Европейским союзом.", []string{"dk", "ml", "in", "ru", "kr", "us", "ba", "sa", "cg", "eu"}},
		{"zh", "拉美国家、发展中国家、其中国际合作、执法国际合作、沿海地区、印度洋、约旦河西岸、墨西哥湾、许多哥伦比亚人、增加纳税。", nil},
		{"zh", "美国、中国、法国、海地、约旦、印度、南苏丹、刚果民主共和国、欧洲联盟、联合国毒品和犯罪问题办公室。", []string{"us", "cn", "fr", "ht", "jo", "in", "ss", "cd", "eu", "unodc"}},
		{"ar", "دعم مالي في عمان قرب نهر الأردن وخليج غينيا والمغرب العربي.", nil},
		{"ar", "مصر والأردن ولبنان والولايات المتحدة الأمريكية والاتحاد الأوروبي وسلطنة عمان وجمهورية مالي.", []string{"eg", "jo", "lb", "us", "eu", "om", "ml"}},
		{"en", "The Mexican delegation met the Brazilian foreign minister; Washington rejected it, and the Kremlin said nothing of the kind.", []string{"mx", "br", "us", "ru"}},
		{"en", "A Mexican restaurant in Washington said nothing, Ms. Washington said. South American governments agreed. The American people know.", nil},
		{"es", "El gobierno mexicano y la delegación española hablaron con el embajador de Francia; Moscú rechazó el texto.", []string{"fr", "mx", "es", "ru"}},
		{"es", "Un restaurante mexicano en Moscú.", nil},
		{"fr", "La délégation du Mexique et le gouvernement brésilien ont parlé aux autorités suisses.", []string{"mx", "br", "ch"}},
		{"ru", "Мексиканская делегация и российской стороне; Москва заявила. Турецкий чай.", []string{"mx", "ru"}},
		{"ar", "الوفد المكسيكي والحكومة الفرنسية، وأعلنت واشنطن ذلك.", []string{"mx", "fr", "us"}},
		{"zh", "今天墨西哥代表团发言。华盛顿表示反对。", []string{"mx", "us"}},
	} {
		findings := a.Annotate(annotate.Input{Text: c.text, Kind: "statement", Words: analyzer.Document("", c.text, c.language)})
		var got []string
		for _, actor := range findings.Actors {
			if actor.Role == statement.Mentioned {
				got = append(got, actor.ID)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %s\n got %v\nwant %v", c.language, c.text, got, c.want)
		}
	}
}
