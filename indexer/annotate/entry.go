package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// rank is how much a piece of text looks like the name of somebody.
type rank uint8

const (
	noName rank = iota
	mayBe       // as "Comité contre la torture" and "brian anderson" may, and the piece of a sentence as well
	isName
)

const (
	maxItem      = 150 // characters of one name
	maxItemWords = 16
	maxHanName   = 30 // characters of a name in Han
	maxArabic    = 9  // words of a name in a script without case
	maxNumbers   = 2  // numbers in a name
)

// connectors are the small words within names. A name ends in none of them.
var connectors = setOf(`
	of the and for in on to at by with from de del la las los el y e o u en para por con da do das dos em na no nas nos pela pelo di della delle dei degli il lo gli per du des le les
	et aux au pour sur dans sans contre d l a à von zu zur für und im am auf der die das den dem van voor op het een i och för av på und og til na dla и в по за от для при на с против из о`)

// verbal are small words that sentences have and names have not.
var verbal = setOf(`
	is are was were be been being has have had will would shall should must may might can could does did not we our us they them their it its his that which whose this these those
	there than because if when while therefore
	es son está están fue fueron nuestro nuestra nuestros nuestras sont ont été nous notre leur leurs são foi nosso nossa ist sind wird werden wurde haben wir unser unsere sono hanno
	nostro nostra это мы наш наша наши который которая которое которые является являются был была были должны чтобы`)

// openers begin sentences. A name may begin with one too, but then its other words are names as well.
var openers = setOf(`
	we our us this these those that it they there here he she i in on at as if when while but and to by for from with let however therefore although since after before no not any all a an
	se es son nos nuestro nuestra este esta estos estas como pero si cuando en por para con nous notre nos ce cette ces il elle ils comme mais si wir unser unsere dies diese es wenn
	мы наш наша это эти он она они если когда но как в на по`)

// sayings are what sentences in scripts without case have.
var sayings = []string{"我们", "我們", "呼吁", "呼籲", "要求", "敦促", "应当", "必须", "，", "。", "نطالب", "ندعو", "ندين", "نحث", "نحن ", "التي ", "الذي ", "يجب "}

// rankOf judges a name that is rid of what stands around it.
func rankOf(name string) rank {
	if len(name) > 4*maxItem || utf8.RuneCountInString(name) > maxItem || moreFields(name, maxItemWords) || !moreLetters(name) || endsAsSentence(name) {
		return noName
	}
	var t tally
	for w := range strings.FieldsSeq(name) {
		if t.add(strings.TrimFunc(w, noWord)); t.sentence {
			return noName
		}
	}
	return t.rank(name)
}

// tally counts the words of a name by how they are written.
type tally struct {
	words, capital, small, uncased, numbers int
	joined                                  bool // the last word was a connector
	opened                                  bool // the first word was an opener
	startsSmall, sentence                   bool
}

func (t *tally) add(w string) {
	if w == "" {
		return
	}
	t.words++
	r := firstRune(w)
	folded := ""
	if unicode.IsLower(r) || t.words == 1 {
		folded = fold.String(w)
	}
	t.joined = false
	switch {
	case unicode.IsDigit(r):
		t.numbers++
	case unicode.IsLower(r) && connectors[folded]:
		t.joined = true
	case unicode.IsLower(r) && verbal[folded]:
		t.sentence = true
	case unicode.IsLower(r) && !strings.ContainsFunc(w, unicode.IsUpper) && !strings.ContainsRune(w, '-'):
		t.small++
	case unicode.Is(unicode.Lo, r):
		t.uncased++
	default:
		t.capital++
	}
	if t.words == 1 {
		t.startsSmall, t.opened = unicode.IsLower(r), openers[folded] && !strings.ContainsFunc(w[1:], unicode.IsUpper)
	}
}

func (t *tally) rank(name string) rank {
	switch {
	case t.joined, t.numbers > maxNumbers, t.opened && t.small > 0, t.startsSmall && t.words > 3:
		return noName
	case t.uncased > t.capital+t.small:
		return uncasedRank(name, t.uncased)
	case t.startsSmall, t.capital <= t.small:
		return mayBe
	}
	return isName
}

func uncasedRank(name string, words int) rank {
	for _, s := range sayings {
		if strings.Contains(name, s) {
			return noName
		}
	}
	if words > maxArabic || strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }) && utf8.RuneCountInString(name) > maxHanName {
		return noName
	}
	return isName
}

// endsAsSentence says whether a piece ends as a sentence does, or holds the end of one.
func endsAsSentence(s string) bool {
	if strings.ContainsAny(s, "?？؟。！@<") || strings.Contains(s, "://") || strings.Contains(s, "!") && moreFields(s, 3) {
		return true
	}
	for rest := s; ; {
		i := strings.Index(rest, ".")
		if i < 0 {
			return false
		}
		word := rest[strings.LastIndexAny(rest[:i], " .")+1 : i]
		rest = rest[i+1:]
		ends := rest == "" && moreFields(s, 4) || strings.HasPrefix(rest, " ")
		if ends && utf8.RuneCountInString(word) > 4 { // else an abbreviation, as in "Prof. Dr. A. N. Other Inc."
			return true
		}
	}
}

// moreLetters says whether a piece has at least two letters, or one Han character: else it is no name.
func moreLetters(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
		if n > 1 || unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
