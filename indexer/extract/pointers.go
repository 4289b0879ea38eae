package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"rostrum/internal/fold"
)

// pointers are how lines begin that send the reader to other pages of the same publisher, folded. What stands behind one with an asterisk
// may be anything; behind the others nothing but a mark, unless it is a link.
var pointers = foldedLines(`
read more*|read also*|also read*|read next*|see also|see more|related|related post*|related posts|related story*|related stories|related articles|more on this|more on this story
you may also like*|you might also like*|don't miss|don’t miss|recommended|recommended for you|recommended reading|continue reading*|explore further|more from*|share this*|like this story*|watch:|click here
leer mas*|lea tambien*|lea mas*|lea:|lee tambien*|lee mas*|mira:|mira tambien*|ver tambien|vea tambien|te puede interesar*|tambien te puede interesar*|quizas te interese*|noticias relacionadas*|siga leyendo*
le recomendamos*|te recomendamos*|compartir|lire aussi*|a lire aussi*|a lire|lire la suite*|pour lire la suite*|pour acceder en*|voir aussi|a voir aussi*|sur le meme sujet*|articles lies|articles similaires*
a decouvrir|partager|lesen sie auch*|lies auch*|mehr zum thema*|mehr dazu|siehe auch|weitere artikel*|weitere meldungen*|weitere beitrage*|das konnte sie auch interessieren*|auch interessant*|auch auf*
teilen mit*|teilen|passend dazu*|weiterlesen*|leggi anche*|leggi tutto*|potrebbe interessarti*|leia tambem*|leia mais*|veja tambem*|saiba mais*|czytaj takze*|czytaj tez*|zobacz takze*|zobacz tez*|lees ook*
les ook*|las ocksa*|les ogsa*|читайте также*|читайте по теме*|смотрите также|по теме|материалы по теме*|подробнее|читать далее*|поделиться
اقرا ايضا*|اقرأ أيضا*|اقرأ المزيد*|شاهد ايضا*|شاهد أيضا*|مواضيع ذات صلة*|اخبار ذات صلة*|للمزيد
延伸阅读*|延伸閱讀*|相关阅读*|相關閱讀*|相关新闻*|相關新聞*|更多阅读*|推荐阅读*|推薦閱讀*|阅读更多*|閱讀更多*|另见|相关链接*|分享到*
`)

func foldedLines(s string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == '|' || r == '\n' }) {
		out = append(out, fold.String(p))
	}
	return out
}

// Bounds of what counts as links to other pages: how many one line announces (a longer list is a directory, and what the page is about),
// how many stand amid a text without being a list, how long a headline is on average, in characters (names are shorter), and the share of
// the text from which on the links are what the page is about.
const (
	maxAnnounced = 8
	maxLone      = 2
	headline     = 35
	directory    = 0.25
)

// linkRun is the run of links that a selected line is in.
type linkRun struct {
	lines, characters int // 0 for a line that is no link
}

// linkRuns gives the run of every selected line, and says whether the text is a directory.
func (r *repair) linkRuns(selected []placed) (runs []linkRun, isDirectory bool) {
	runs = make([]linkRun, len(selected))
	linked := 0
	for i := 0; i < len(selected); {
		from := i
		var run linkRun
		for ; i < len(selected) && selected[i].at >= 0 && r.linkLine(selected[i].at); i++ {
			run = linkRun{run.lines + 1, run.characters + utf8.RuneCountInString(selected[i].text)}
			linked += len(selected[i].text)
		}
		for k := from; k < i; k++ {
			runs[k] = run
		}
		if i == from {
			i++
		}
	}
	return runs, float64(linked) > directory*float64(r.total)
}

// withoutPointers drops lines that do nothing but lead to other pages: those that say so, the links that follow them, lone paragraphs
// that are a link within the site, and lists of headlines. Lists of names stay, be they links or not: signatories look so.
func (r *repair) withoutPointers(selected []placed) []placed {
	runs, isDirectory := r.linkRuns(selected)
	out := make([]placed, 0, len(selected))
	announced := 0 // how many links may still belong to the line that announced them
	for i, s := range selected {
		if s.at < 0 {
			out = append(out, s)
			continue
		}
		block, run := r.all[s.at].block, runs[i]
		link := run.lines > 0
		paragraph := block.DataAtom == atom.P || block.DataAtom == atom.Div
		switch {
		case r.points(s.at, s.text):
			announced = maxAnnounced
			continue
		case link && announced > 0:
			announced--
			continue
		case link && paragraph && run.lines <= maxLone, link && !isDirectory && !isHeading(block) && run.characters >= headline*run.lines:
			continue
		}
		announced = 0
		out = append(out, s)
	}
	return out
}

// Lengths of a line that is no link and yet announces some.
const (
	maxCueWords = 6
	maxCue      = 50 // characters
)

// points says whether a line leads elsewhere: it begins so, and is mostly link, or short.
func (r *repair) points(at int, text string) bool {
	key := strings.TrimLeft(fold.String(text[:min(len(text), 120)]), "([>»•*–-→▶► ")
	for _, p := range pointers {
		cue, open := strings.CutSuffix(p, "*")
		rest, found := strings.CutPrefix(key, cue)
		if !found || !wordEnds(cue, rest) {
			continue
		}
		if linkShare(r.all[at].block) >= 0.4 {
			return true
		}
		short := len(strings.Fields(text)) <= maxCueWords && utf8.RuneCountInString(text) <= maxCue
		if short && (open || !strings.ContainsFunc(rest, isWordRune)) {
			return true
		}
	}
	return false
}

// wordEnds says whether a cue is not the beginning of a longer word; Han has no words to begin.
func wordEnds(cue, rest string) bool {
	last, _ := utf8.DecodeLastRuneInString(cue)
	next, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !isWordRune(next) || !isWordRune(last) || unicode.Is(unicode.Han, last)
}

// linkLine says whether a line is a link within the site, and hardly anything else.
func (r *repair) linkLine(at int) bool {
	block := r.all[at].block
	if linkShare(block) < 0.8 {
		return false
	}
	for a := range block.Descendants() {
		if a.DataAtom != atom.A {
			continue
		}
		to, err := r.address.Parse(strings.TrimSpace(attr(a, "href")))
		if err != nil || !sameSite(to, r.address) {
			return false
		}
	}
	return true
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
