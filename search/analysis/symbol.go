package analysis

// symbolEnd gives the end of the document symbol that begins at start, where a word of ASCII letters ends at end; 0 if there is none.
// A symbol is letters, then parts of letters, digits, points and hyphens, joined by slashes, with a digit somewhere: A/AC.291/22,
// A/HRC/46/7, E/CN.15/2024/3, S/PV.9000. It begins where no word, number, slash or point is before it.
func symbolEnd(text string, start, end int) int {
	if end >= len(text) || text[end] != '/' || end-start > 10 || start > 0 && joins(text[start-1]) {
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
			if k, _ := classAt(text, i); k != other {
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

func joins(c byte) bool {
	return c >= 0x80 || asciiClass[c] != other || c == '/' || c == '.' || c == '-' || c == '_' || c == ':' || c == '@'
}
