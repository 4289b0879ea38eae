package analysis

import (
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// maxWord bounds a word, in bytes: longer runs of letters are cut into several.
const maxWord = 120

// class is what a code point is to the scanner.
type class uint8

const (
	other  class = iota // between words
	letter              // of a word
	digit               // of a word or number
	extend              // an accent, vowel mark or format character: belongs to what is before it
	ideo                // a word by itself
)

// asciiClass classes ASCII; the bytes of other code points are no part of it.
var asciiClass = [256]class{
	'0': digit, '1': digit, '2': digit, '3': digit, '4': digit, '5': digit, '6': digit, '7': digit, '8': digit, '9': digit,
	'a': letter, 'b': letter, 'c': letter, 'd': letter, 'e': letter, 'f': letter, 'g': letter, 'h': letter, 'i': letter, 'j': letter,
	'k': letter, 'l': letter, 'm': letter, 'n': letter, 'o': letter, 'p': letter, 'q': letter, 'r': letter, 's': letter, 't': letter,
	'u': letter, 'v': letter, 'w': letter, 'x': letter, 'y': letter, 'z': letter,
	'A': letter, 'B': letter, 'C': letter, 'D': letter, 'E': letter, 'F': letter, 'G': letter, 'H': letter, 'I': letter, 'J': letter,
	'K': letter, 'L': letter, 'M': letter, 'N': letter, 'O': letter, 'P': letter, 'Q': letter, 'R': letter, 'S': letter, 'T': letter,
	'U': letter, 'V': letter, 'W': letter, 'X': letter, 'Y': letter, 'Z': letter,
}

// classOf classes a code point beyond ASCII; the first cases are the common ones.
func classOf(r rune) class {
	switch {
	case r >= 0xc0 && r <= 0x24f && r != '×' && r != '÷', r >= 0x400 && r <= 0x481, r >= 0x621 && r <= 0x64a:
		return letter
	case r >= 0x64b && r <= 0x65f:
		return extend
	case r >= 0x2010 && r <= 0x2029, r == 'ʼ', r == 'ʻ', r == '\ufffd':
		return other
	case r == 'ﾞ', r == 'ﾟ': // the half-width voicing marks
		return extend
	case fold.Ideographic(r):
		return ideo
	case unicode.IsLetter(r), unicode.Is(unicode.Nl, r):
		return letter
	case unicode.Is(unicode.Nd, r):
		return digit
	case unicode.IsMark(r), unicode.Is(unicode.Cf, r):
		return extend
	}
	return other
}

// classAt classes the code point of text at i, which is within text, and gives its size in bytes.
func classAt(text string, i int) (class, int) {
	if c := text[i]; c < utf8.RuneSelf {
		return asciiClass[c], 1
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	return classOf(r), size
}

// nextWord finds the first word of text that begins at i or after it. start is len(text) when there is none.
func nextWord(text string, i int) (start, end int) {
	for i < len(text) {
		if text[i] < utf8.RuneSelf && asciiClass[text[i]] == other {
			i++
			continue
		}
		k, size := classAt(text, i)
		switch k {
		case letter, digit:
			return i, wordEnd(text, i+size, k)
		case ideo:
			return i, extendEnd(text, i+size)
		}
		i += size
	}
	return len(text), len(text)
}

// extendEnd skips what extends the ideograph that ends at i.
func extendEnd(text string, i int) int {
	for limit := i + maxWord; i < len(text) && i < limit; {
		k, size := classAt(text, i)
		if k != extend {
			break
		}
		i += size
	}
	return i
}

// wordEnd gives the end of the word whose first code point, of class k, ends at i. A point or comma between two digits belongs to the
// number.
func wordEnd(text string, i int, k class) int {
	first, limit := i, i+maxWord
	for i < len(text) && i < limit && asciiClass[text[i]] == letter {
		k = letter
		i++
	}
	for i < len(text) && i < limit {
		next, size := classAt(text, i)
		switch next {
		case letter, digit:
			k = next
		case extend:
		default:
			if k != digit || text[i] != '.' && text[i] != ',' || !isDigit(text, i+1) {
				return acronymEnd(text, first, i)
			}
		}
		i += size
	}
	return i
}

func isDigit(text string, i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '9' }

// acronymEnd goes on over ".S" when the word that ends at i is one letter, as in "U.S.": such letters and their points are one word. first is where the
// word's first code point ends.
func acronymEnd(text string, first, i int) int {
	if first != i {
		return i
	}
	for i+1 < len(text) && text[i] == '.' && i-first < maxWord {
		k, size := classAt(text, i+1)
		if k != letter {
			break
		}
		end := i + 1 + size
		if end < len(text) {
			if after, _ := classAt(text, end); after == letter || after == digit || after == extend {
				break
			}
		}
		i = end
	}
	if i > first && i < len(text) && text[i] == '.' {
		i++
	}
	return i
}

// possessiveEnd skips the "'s" after the word that ends at i: it is no word of its own.
func possessiveEnd(text string, i int) int {
	if i+1 >= len(text) || asciiClass[text[i]&0x7f] != other && text[i] < utf8.RuneSelf {
		return i
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	if r != '\'' && r != '’' && r != 'ʼ' && r != '＇' {
		return i
	}
	end := i + size + 1
	if end > len(text) || text[end-1]|0x20 != 's' {
		return i
	}
	if end < len(text) {
		if after, _ := classAt(text, end); after != other {
			return i
		}
	}
	return end
}
