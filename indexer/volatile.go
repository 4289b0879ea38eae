package indexer

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// maxVolatile is the length in bytes over which a line is not looked at: no timestamp, counter or button is so long.
const maxVolatile = 200

// Words as package fold writes them. A line is volatile when it holds nothing but these and numbers, and at least one of labels, or
// a whole date.
const (
	// labels mark a timestamp, a counter or a button.
	labels = " updated update modified revised published posted ago views view reads shares share tweet comments comment likes downloads" +
		" print email subscribe newsletter reading read" +
		" actualizado actualizada actualizacion publicado publicada modificado hace visitas comentarios comentario compartir imprimir lecturas lectura" +
		" publie publiee modifie modifiee jour vues commentaires commentaire partager partages imprimer lecture" +
		" обновлено обновлена обновлен обновление опубликовано изменено назад просмотров просмотра просмотр комментариев комментария" +
		" комментарии комментарии поделиться распечатать чтения" +
		" تحديث نشر منذ مشاهده مشاهدات تعليق تعليقات شارك مشاركه طباعه قراءه "
	// fillers may stand beside them.
	fillers = " last latest on at by a an the this page article post of in to via for from time date min mins minute minutes hour hours hr hrs sec second" +
		" seconds day days week weeks month months year years today yesterday just now am pm utc gmt cet cest est edt bst link friend facebook twitter" +
		" linkedin whatsapp telegram ultima ultimo el la las los de del en a por hora horas minuto minutos segundo segundos dia dias semana semanas mes" +
		" meses ano anos hoy ayer pagina articulo derniere dernier mis mise il y le les du des au heure heures seconde secondes jours semaine semaines" +
		" mois an ans hier aujourd'hui aujourd hui cette cet article sur par последнее последний дата время в на минут минуты минуту минута час часа часов секунд день дня" +
		" дней недель недели неделю месяц месяца месяцев год года лет сегодня вчера мин г اخر في من الي علي هذه الصفحه تم دقيقه دقايق ساعه ساعات" +
		" ثانيه يوم ايام اسبوع شهر سنه اليوم امس الساعه تاريخ بتاريخ "
	// months and days of the week make a date.
	//nolint:misspell // they are in four languages
	months = " january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov" +
		" dec enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre janvier fevrier mars avril mai juin juillet" +
		" aout septembre octobre novembre decembre января февраля марта апреля мая июня июля августа сентября октября ноября декабря يناير فبراير" +
		" مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر "
	weekdays = " monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun lunes martes miercoles jueves viernes sabado domingo" +
		" lundi mardi mercredi jeudi vendredi samedi dimanche понедельник вторник среда четверг пятница суббота воскресенье الاثنين الثلاثاء" +
		" الاربعاء الخميس الجمعه السبت الاحد "
)

// hanLabels and hanFillers are the same for Han, where words have no spaces between them; longer ones first.
var (
	hanLabels  = [...]string{"更新", "发布", "發布", "发表", "修改", "阅读", "閱讀", "浏览", "瀏覽", "点击", "评论", "評論", "分享", "打印", "点赞", "前"}
	hanFillers = [...]string{"最后", "最後", "最近", "时间", "時間", "日期", "分钟", "分鐘", "小时", "小時", "星期", "于", "於", "天", "秒", "分", "时", "時", "次", "量", "刚刚", "剛剛", "条", "本页", "年", "月", "日"}
)

// volatile says whether a folded line is a timestamp, a counter or a button and says nothing besides.
func volatile(line string) bool {
	if len(line) > maxVolatile {
		return false
	}
	label, month, numbers := false, false, 0
	for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '\'' }) {
		for word != "" {
			var part string
			if part, word = cutNumber(word); part[0] >= '0' && part[0] <= '9' {
				numbers++
				continue
			}
			switch kind := kindOf(part); kind {
			case other:
				return false
			case aLabel:
				label = true
			case aMonth:
				month = true
			}
		}
	}
	return label || month && numbers > 0 || numericDate(line)
}

type wordKind uint8

const (
	other wordKind = iota
	aFiller
	aLabel
	aMonth
)

// volatileWords is the table of the words above.
var volatileWords = sync.OnceValue(func() map[string]wordKind {
	table := make(map[string]wordKind, 512)
	for list, kind := range map[string]wordKind{fillers + weekdays: aFiller, months: aMonth, labels: aLabel} {
		for word := range strings.FieldsSeq(list) {
			table[word] = max(kind, table[word])
		}
	}
	return table
})

func kindOf(word string) wordKind {
	if kind, ok := volatileWords()[word]; ok {
		return kind
	}
	if first, _ := utf8.DecodeRuneInString(word); unicode.Is(unicode.Han, first) {
		return hanKind(word)
	}
	return other
}

func hanKind(word string) wordKind {
	kind := aFiller
	rest := word
	for _, w := range hanLabels {
		if strings.Contains(rest, w) {
			rest, kind = strings.ReplaceAll(rest, w, ""), aLabel
		}
	}
	for _, w := range hanFillers {
		rest = strings.ReplaceAll(rest, w, "")
	}
	if rest != "" {
		return other
	}
	return kind
}

// cutNumber splits a run of digits from a run of letters: 5分钟前 is three words.
func cutNumber(word string) (part, rest string) {
	digit := word[0] >= '0' && word[0] <= '9'
	for i, r := range word {
		if (r >= '0' && r <= '9') != digit {
			return word[:i], word[i:]
		}
	}
	return word, ""
}

// numericDate says whether a line of numbers holds a whole date: three numbers joined by one sign, one of them a year.
func numericDate(line string) bool {
	for field := range strings.FieldsSeq(strings.NewReplacer("年", "-", "月", "-", "日", " ").Replace(line)) {
		for _, sign := range []string{"-", "/", "."} {
			parts := strings.Split(strings.Trim(field, ".,:;()"), sign)
			if len(parts) == 3 && digits(parts) && (len(parts[0]) == 4 || len(parts[2]) == 4) && len(parts[1]) <= 2 {
				return true
			}
		}
	}
	return false
}

func digits(parts []string) bool {
	for _, p := range parts {
		if p == "" || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}
