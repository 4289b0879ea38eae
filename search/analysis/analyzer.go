package analysis

import (
	"strings"

	"rostrum/internal/fold"
)

// maxMemo bounds the words that an Analyzer remembers for one language; past it the memory starts anew.
const maxMemo = 1 << 16

// Analyzer makes tokens and remembers the words it has seen, so that most tokens cost one look-up and no allocation.
// It serves one goroutine at a time. The zero Analyzer works, and remembers nothing.
type Analyzer struct {
	memo map[string]map[string]word // by language with a stemmer, else by ""; then by the word as written
}

// word is what a word as written becomes. An empty term is none: the word was nothing but marks.
type word struct {
	term, stem string
	sum, stems uint32 // of the term and of the stem
}

// NewAnalyzer makes an Analyzer that has seen nothing.
func NewAnalyzer() *Analyzer {
	return &Analyzer{memo: make(map[string]map[string]word)}
}

// Analyze gives the tokens of text in the order of its words. Text in a language without a stemmer has Stem equal to Term.
func Analyze(text, language string) []Token {
	return (&Analyzer{}).Append(nil, text, language)
}

// Document analyses a statement's title and text.
func (a *Analyzer) Document(title, text, language string) *Document {
	return &Document{Language: language, Title: a.Append(nil, title, language), Text: a.Append(make([]Token, 0, len(text)/5), text, language)}
}

// Append appends the tokens of text to dst. The tokens' strings do not keep text alive.
//
// A word is a run of letters, digits and their marks; a number keeps the points and commas between its digits; single letters joined
// by points are one word ("U.S." is "us"); Han, kana and the like are one word a rune. Hyphens, apostrophes, underscores and all
// else part words, so that "l'État" has "l" and "etat"; a possessive "'s" is no word. A document symbol is one token more, before
// that of its first part and at the same position.
func (a *Analyzer) Append(dst []Token, text, language string) []Token {
	if !Stems(language) {
		language = ""
	}
	memo := a.memo[language]
	if memo == nil && a.memo != nil {
		memo = make(map[string]word)
		a.memo[language] = memo
	}
	position := uint32(0)
	scanner := NewScanner(text)
	for start, end, symbol, ok := scanner.Next(); ok; start, end, symbol, ok = scanner.Next() {
		w := lookUp(memo, text[start:end], language)
		if w.term == "" {
			continue
		}
		position++
		if symbol > 0 {
			s := lookUp(memo, text[start:symbol], "")
			dst = append(dst, Token{Term: s.term, Stem: s.term, Position: position, Sum: s.sum, StemSum: s.sum, Start: start, End: symbol})
		}
		dst = append(dst, Token{Term: w.term, Stem: w.stem, Position: position, Sum: w.sum, StemSum: w.stems, Start: start, End: end})
	}
	return dst
}

func lookUp(memo map[string]word, raw, language string) word {
	if memo == nil {
		return newWord(raw, language)
	}
	w, ok := memo[raw]
	if !ok {
		w = newWord(raw, language)
		if len(memo) >= maxMemo {
			clear(memo)
		}
		memo[strings.Clone(raw)] = w
	}
	return w
}

func newWord(raw, language string) word {
	term := fold.String(raw)
	if acronym(term) {
		term = strings.ReplaceAll(term, ".", "")
	}
	term = strings.Clone(term)
	stem := Stem(term, language)
	return word{term, stem, Sum(term), Sum(stem)}
}

// acronym says whether the points of a folded word stand between letters: those of numbers and symbols stay.
func acronym(term string) bool {
	i := strings.IndexByte(term, '.')
	return i > 0 && !isDigit(term, i-1) && !strings.Contains(term, "/")
}
