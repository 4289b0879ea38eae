package annotate

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// Kinds that a page's own declarations and its form tell.
const (
	newsReport   = "news-report"
	pressRelease = "press-release"
	opEd         = "op-ed"
)

// sections are the parts of sites, folded, that hold pieces of one kind. A section counts if one of its words, or it whole, is among them.
var sections = []struct {
	kind  string
	names map[string]bool
}{
	{pressRelease, phrases("press release", "press releases", "media release", "media releases", "news release", "news releases", "pressroom", "comunicado", "comunicados", "comunicados de prensa", "notas de prensa", "nota de prensa", "boletines",
		"communiqué", "communiqués", "communiqué de presse", "communiqués de presse", "pressemitteilung", "pressemitteilungen", "comunicati stampa", "пресс-релиз", "пресс-релизы", "بيان صحفي", "بيانات صحفية", "新闻稿", "新聞稿")},
	{opEd, phrases("opinion", "opinions", "op-ed", "op-eds", "oped", "editorial", "editorials", "commentary", "comment", "columnists", "columns", "letters to the editor", "viewpoint", "viewpoints", "guest column",
		"opinión", "opiniones", "columna", "columnas", "columnistas", "tribuna", "tribunas", "editoriales", "tribune", "tribunes", "débats", "idées", "point de vue", "points de vue", "chronique", "chroniques", "éditorial", "billet",
		"meinung", "kommentar", "kommentare", "gastbeitrag", "opinioni", "opinião", "мнение", "мнения", "колонка", "колонки", "колумнисты", "رأي", "آراء", "مقالات الرأي", "اراء ومقالات", "评论", "社评", "观点", "評論", "社論", "觀點", "讀者投書")},
}

func phrases(all ...string) map[string]bool {
	set := make(map[string]bool, len(all))
	for _, p := range all {
		set[fold.String(p)] = true
	}
	return set
}

// declared is the kind that a page declares itself to be of: by its type, or by where its site files it. That it is an article declares nothing.
func (b *builder) declared() string {
	news := ""
	for t := range strings.FieldsSeq(b.in.Types[:min(len(b.in.Types), 400)]) {
		switch {
		case t == "OpinionNewsArticle":
			return opEd
		case strings.HasSuffix(t, "NewsArticle"):
			news = newsReport
		}
	}
	if b.in.Section == "" {
		return news
	}
	folded := fold.String(b.in.Section[:min(len(b.in.Section), 200)])
	parts := append(strings.FieldsFunc(folded, func(r rune) bool { return strings.ContainsRune("/|>,;»", r) }), folded)
	for _, s := range sections {
		if slices.ContainsFunc(parts, func(p string) bool { return s.names[strings.TrimSpace(p)] }) {
			return s.kind
		}
	}
	return news
}

// The places of a report are counted in the head of a text alone.
const (
	reportBytes  = 3000
	reportLength = 180 // letters of a report at least
	enoughPoints = 2   // points that make one
	ownWords     = 2   // first persons outside quotation marks that make a text its author's own
)

// agencies sign what they report, in datelines and bylines.
var agencies = setOf(`afp ap reuters efe dpa apa ansa tass тасс интерфакс риа xinhua 新华社 新華社 中新社 中央社 ап upi pti ians kyodo anadolu aa notimex telam télam ats belga lusa interfax рейтер`)

// whens are the words with which reports say when: the day, last night.
var whens = setOf(`
	monday tuesday wednesday thursday friday saturday sunday yesterday lunes martes miércoles jueves viernes sábado domingo ayer anoche lundi mardi mercredi jeudi vendredi samedi dimanche hier
	montag dienstag mittwoch donnerstag freitag samstag sonntag gestern понедельник вторник среду четверг пятницу субботу воскресенье вчера накануне segunda-feira terça-feira quarta-feira quinta-feira sexta-feira ontem
	الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد امس أمس lunedì martedì mercoledì giovedì venerdì ieri`)

// hearsay are words that name a source, or tell that somebody said something; hanHearsay those of a language without spaces.
var (
	hearsay = setOf(`
	said told reported reportedly according announced informó informaron anunció afirmó indicó señaló explicó dijo aseguró confirmó detalló declaró según trascendió denunció selon annoncé déclaré affirmé indiqué expliqué précisé rapporte
	laut sagte teilte erklärte berichtete сообщил сообщила сообщили сообщает сообщал сообщает заявил заявила заявили рассказал рассказала передает пояснил отметил отметила словам данным информации
	بحسب وفقا وفقاً وأوضح أوضح وأضاف أضاف وقال قال وأكد أكد وأشار أشار أعلن أعلنت وأعلن وكشف كشف وذكر ذكرت disse afirmou segundo informou secondo dichiarato`)
	hanHearsay = []string{"报道", "報導", "报导", "記者", "记者", "表示，", "指出，", "透露", "据", "據", "消息人士", "讯"}
)

// datelined says whether a text begins as agencies and papers begin: with a place and an agency, or a reporter, before a dash or in brackets.
func datelined(text string) bool {
	head := strings.TrimSpace(text[:min(len(text), 160)])
	if strings.HasPrefix(head, "〔") || strings.HasPrefix(head, "（") || strings.HasPrefix(head, "【") {
		inner, _, _ := strings.Cut(head, "\n")
		return strings.Contains(inner, "記者") || strings.Contains(inner, "记者") || strings.Contains(inner, "報導") || strings.Contains(inner, "报道") || strings.Contains(inner, "讯") || strings.Contains(inner, "社")
	}
	for _, mark := range []string{"新华社", "新華社", "中新社", "中央社"} {
		if i := strings.Index(head, mark); i >= 0 && i < 40 {
			return true
		}
	}
	end := -1
	for _, mark := range []string{" - ", " – ", " — ", ".- ", ".— ", ".–", "—", " -- ", ") "} {
		if i := strings.Index(head, mark); i > 0 && (end < 0 || i < end) {
			end = i
		}
	}
	if i := strings.Index(head, ". "); end < 0 || strings.Count(head[:max(0, end)], ". ") > 2 {
		end = max(i, 0)
	}
	for w := range strings.FieldsFuncSeq(head[:min(len(head), end+12)], noWord) {
		if f := fold.String(w); agencies[f] && (strings.IndexFunc(w, unicode.IsLower) < 0 || len(w) > 3) {
			return true
		}
	}
	return false
}

// ofReport tells a news report by its form: its author speaks of others, says when and from whom, and never of "us".
func (b *builder) ofReport(text *finder) bool {
	if b.in.Kind == "document" || b.issuerID != "" && b.issuerRule() != ruleByline {
		return false
	}
	if utf8.RuneCountInString(b.in.Text[:min(len(b.in.Text), 4*reportLength)]) < reportLength && !hanText(b.in.Text) {
		return false
	}
	f := text.head(reportBytes)
	own, when, heard := 0, 0, 0
	b.outsideMarks(f, func(i int) {
		switch {
		case f.has(i, ofOwnVoice) || ownVerb(f.tokens[i].Term):
			own++
		case f.has(i, ofTime):
			when = 1
		case f.has(i, ofHearsay):
			heard++
		}
	})
	if hanText(f.text) {
		head := f.text[:min(len(f.text), reportBytes)]
		own = strings.Count(head, "我们") + strings.Count(head, "我們") + strings.Count(head, "本人")
		for _, h := range hanHearsay {
			heard += strings.Count(head, h)
		}
		when = min(1, strings.Count(head, "今天")+strings.Count(head, "昨")+strings.Count(head, "日）")+strings.Count(head, "今日"))
	}
	if own >= ownWords {
		return false
	}
	points := when + min(heard, 2)
	if datelined(b.in.Text) || agencies[fold.String(b.in.Author)] {
		points += enoughPoints
	}
	if looksPersonal(b.in.Author) {
		points++
	}
	for i := range b.found.Quotes {
		if q := &b.found.Quotes[i]; q.Speaker+q.Name != "" {
			points++
			break
		}
	}
	return points >= enoughPoints
}

// outsideMarks visits the tokens of the head of the text that stand outside quotation marks.
func (b *builder) outsideMarks(f *finder, visit func(i int)) {
	if len(f.tokens) == 0 {
		return
	}
	b.marks.scan(b.in.Text[:f.tokens[len(f.tokens)-1].End])
	marks := b.marks.found
	at := 0
	for i := range f.tokens {
		t := &f.tokens[i]
		for at < len(marks) && marks[at].end <= t.Start {
			at++
		}
		if at == len(marks) || t.Start < marks[at].start {
			visit(i)
		}
	}
}

// ownWords counts the words with a trait outside quotation marks.
func (b *builder) ownWords(f *finder, t trait) int {
	n := 0
	b.outsideMarks(f, func(i int) {
		if f.has(i, t) {
			n++
		}
	})
	return n
}

// issuerRule is the rule by which the first issuer was told.
func (b *builder) issuerRule() string {
	for i := range b.found.Evidence {
		if e := &b.found.Evidence[i]; e.Role == "issuer" {
			return e.Rule
		}
	}
	return ""
}

// ownVerb says whether a word is a verb of the first person in languages that leave the pronoun out.
func ownVerb(term string) bool {
	if last := len(term) - 1; last < 6 || term[last] != 's' && term[last] < utf8.RuneSelf {
		return false
	}
	for _, ending := range []string{"amos", "emos", "imos", "аем", "яем", "уем"} {
		if strings.HasSuffix(term, ending) {
			return true
		}
	}
	return false
}

var ownPronouns = setOf(`i we our us my ours nous notre nos je nosotros nosotras nuestro nuestra nuestros nuestras nós nosso nossa noi nostro nostra wir unser unsere uns ich мы нас нам наш наша наше наши я мне
	نحن إننا اننا نطالب ندعو نعرب نؤكد ندين نعلن نرفض نرحب`)

// hanText says whether a text begins in Chinese characters.
func hanText(text string) bool {
	n := 0
	for _, r := range text[:min(len(text), 120)] {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n > 12
}
