package worddiff

import "unicode"

// token is a word, a mark of punctuation or, in scripts without spaces, a character.
type token struct {
	start, end int // code points
	text       string
	key        int  // equal for tokens that are the same word
	letters    bool // a word or number, no mark
	line       bool // the first one of its line
}

// unspaced are the scripts that put no spaces between words.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// tokenize cuts a text. An apostrophe between letters, and a point, comma, slash, colon or hyphen between digits, belong to their word.
func tokenize(text string) []token {
	return tokenizeRunes([]rune(text))
}

func tokenizeRunes(runes []rune) []token {
	tokens := make([]token, 0, len(runes)/5+1)
	line := true
	for i := 0; i < len(runes); {
		if unicode.IsSpace(runes[i]) {
			line = line || runes[i] == '\n'
			i++
			continue
		}
		end := tokenEnd(runes, i)
		tokens = append(tokens, token{start: i, end: end, text: string(runes[i:end]), letters: wordRune(runes[i]), line: line})
		i, line = end, false
	}
	return tokens
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// joiner says whether a character is passed over when words are compared and never ends one: zero-width ones, the soft hyphen, and
// the stretching of Arabic letters.
func joiner(r rune) bool {
	return r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u00ad' || r == '\u0640'
}

// tokenEnd gives the end of the token that begins at i.
func tokenEnd(runes []rune, i int) int {
	first := runes[i]
	end := i + 1
	if !wordRune(first) {
		return end
	}
	if unicode.In(first, unspaced...) {
		for end < len(runes) && unicode.IsMark(runes[end]) {
			end++
		}
		return end
	}
	for ; end < len(runes); end++ {
		r := runes[end]
		if wordRune(r) && !unicode.In(r, unspaced...) || joiner(r) || inside(runes, end) {
			continue
		}
		break
	}
	return end
}

// inside says whether the sign at i stands inside a word or number.
func inside(runes []rune, i int) bool {
	if i == 0 || i+1 >= len(runes) {
		return false
	}
	before, after := runes[i-1], runes[i+1]
	switch runes[i] {
	case '\'', '’':
		return unicode.IsLetter(before) && unicode.IsLetter(after)
	case '.', ',', '/', ':', '-', '–', '٫', '٬':
		return unicode.IsDigit(before) && unicode.IsDigit(after)
	}
	return false
}

// tokens cuts a text and gives each word its key.
func (c *comparison) tokens(text []rune) []token {
	tokens := tokenizeRunes(text)
	for i := range tokens {
		word := bare(tokens[i].text)
		key, known := c.keys[word]
		if !known {
			key = len(c.keys)
			c.keys[word] = key
		}
		tokens[i].key = key
	}
	return tokens
}

// bare is a word without its joiners.
func bare(word string) string {
	for i, r := range word {
		if !joiner(r) {
			continue
		}
		b := []byte(word[:i])
		for _, r := range word[i:] {
			if !joiner(r) {
				b = append(b, string(r)...)
			}
		}
		return string(b)
	}
	return word
}
