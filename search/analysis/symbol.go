package analysis

import "unicode/utf8"

// symbolEnd gives the end of the document symbol that begins at start, where a word of ASCII letters ends at end; 0 if there is none.
// A symbol is letters, then parts of letters, digits, points and hyphens, joined by slashes, with a digit somewhere: A/AC.291/22,
// A/HRC/46/7, E/CN.15/2024/3, S/PV.9000. It begins where no word, number, slash or point is before it.
func symbolEnd(text string, start, end int) int {
	if end >= len(text) || text[end] != '/' || end-start > 10 || joined(text[:start]) {
		return 0
	}
	for i := start; i < end; i++ {
		if text[i] >= 0x80 || asciiClass[text[i]] != letter {
			return 0
		}
	}
	last, digits := 0, false
	for i := end + 1; i < len(text) && i-start < maxWord; i++ {
		c := text[i]
		switch {
		case c >= 0x80:
			if k, _ := classAt(text, i); k != other && k != ideo {
				return 0
			}
			i = len(text)
		case asciiClass[c] != other:
			digits = digits || asciiClass[c] == digit
			last = i + 1
		case c != '/' && c != '.' && c != '-' || last != i:
			i = len(text)
		}
	}
	if !digits {
		return 0
	}
	return last
}

// joined says whether what ends before goes on into the word that follows. Han does not: it has no spaces.
func joined(before string) bool {
	if before == "" {
		return false
	}
	if c := before[len(before)-1]; c < utf8.RuneSelf {
		return asciiClass[c] != other || c == '/' || c == '.' || c == '-' || c == '_' || c == ':' || c == '@'
	}
	r, _ := utf8.DecodeLastRuneInString(before)
	k := classOf(r)
	return k != other && k != ideo
}
