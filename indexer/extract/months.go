package extract

import (
	"strings"

	"rostrum/internal/fold"
)

// months maps the folded names of the months, and their common short forms, to 1 to 12. A name of one language that is a
// different month in another is left out.
var months = monthTable(map[string]string{
	"ar":        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	"ar-levant": "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
	"ar-maghrb": "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
	"bg":        "януари февруари март април май юни юли август септември октомври ноември декември",
	"ca":        "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
	"cs":        "ledna února března dubna května června července srpna září října listopadu prosince",
	"da":        "januar februar marts april maj juni juli august september oktober november december",
	"de":        "januar februar märz april mai juni juli august september oktober november dezember",
	"de-at":     "jänner feber märz april mai juni juli august september oktober november dezember",
	"el":        "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου",
	"en":        "january february march april may june july august september october november december",
	"en-short":  "jan feb mar apr may jun jul aug sept oct nov dec",
	"en-three":  "jan feb mar apr may jun jul aug sep oct nov dec",
	"es":        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
	"es-pe":     "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
	"es-short":  "ene feb mar abr may jun jul ago sep oct nov dic",
	"fi":        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
	"fr":        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
	"fr-short":  "janv févr mars avr mai juin juil août sept oct nov déc",
	"hu":        "január február március április május június július augusztus szeptember október november december",
	"id":        "januari februari maret april mei juni juli agustus september oktober november desember",
	"it":        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
	"nl":        "januari februari maart april mei juni juli augustus september oktober november december",
	"no":        "januar februar mars april mai juni juli august september oktober november desember",
	"pl":        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
	"pt":        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
	"ro":        "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
	"ru":        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
	"ru-short":  "янв фев мар апр мая июн июл авг сен окт ноя дек",
	"sv":        "januari februari mars april maj juni juli augusti september oktober november december",
	"tr":        "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
	"uk":        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
})

func monthTable(languages map[string]string) map[string]int {
	table, conflict := make(map[string]int), make(map[string]bool)
	for _, names := range languages {
		for i, name := range strings.Fields(names) {
			name = fold.String(strings.ReplaceAll(name, "_", " "))
			if was, known := table[name]; known && was != i+1 {
				conflict[name] = true
			}
			table[name] = i + 1
		}
	}
	for name := range conflict {
		delete(table, name)
	}
	return table
}
