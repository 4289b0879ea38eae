package analysis

// Scanner goes through the words of a text by the rules of Analyzer.Append, and makes nothing of them. It allocates nothing.
type Scanner struct {
	text string
	at   int
}

// NewScanner makes a Scanner that stands before the first word of text.
func NewScanner(text string) Scanner { return Scanner{text: text} }

// Next gives where the next word stands, and where the document symbol ends that begins with it; 0 where none does. At the end of the
// text ok is false. A word may become no term at all, see Word; such a word has no position.
func (s *Scanner) Next() (start, end, symbol int, ok bool) {
	start, end = nextWord(s.text, s.at)
	if start == len(s.text) {
		s.at = start
		return start, start, 0, false
	}
	if end < len(s.text) && s.text[end] == '/' {
		symbol = symbolEnd(s.text, start, end)
	}
	s.at = possessiveEnd(s.text, end)
	return start, end, symbol, true
}

// Word gives the term and the stem that a word becomes, as written in a text of a language. An empty term is none: the word was nothing
// but marks. A term becomes itself. A document symbol has its term for a stem.
func Word(raw, language string) (term, stem string) {
	w := newWord(raw, language)
	return w.term, w.stem
}
