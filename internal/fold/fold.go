// Package fold is the one definition of when two spellings are the same word: compatibility forms and width (NFKC), case,
// accents, ё, and Arabic letters, marks and digits.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// String folds s. Folding is idempotent. ASCII in lower case is returned as it is.
func String(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return string(Append(make([]byte, 0, len(s)), s))
}

// Append appends the folded s to dst.
func Append(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return appendSlow(dst, s[i:])
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// appendSlow decomposes, drops what is not told apart, lowers, and composes again.
func appendSlow(dst []byte, s string) []byte {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) && !keepMark(r) || r == 'ـ' || unicode.Is(unicode.Cf, r) {
			continue
		}
		b.WriteRune(letter(unicode.ToLower(r)))
	}
	return norm.NFC.AppendString(dst, b.String())
}

// keepMark keeps the marks that make another letter rather than an accented one: Cyrillic й (и with a breve) is one. Marks of
// scripts other than Latin, Greek, Cyrillic and Arabic are vowels, and stay.
func keepMark(r rune) bool {
	return r == '\u0306' || !(r >= '\u0300' && r <= '\u036f' || r >= '\u0610' && r <= '\u061a' || r >= '\u064b' && r <= '\u065f' || r == '\u0670' || r >= '\u06d6' && r <= '\u06ed')
}

// letter maps the letters that are written one for the other.
func letter(r rune) rune {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ى', 'ی':
		return 'ي'
	case 'ک':
		return 'ك'
	case 'ة':
		return 'ه'
	case 'ß':
		return 'ß'
	case 'ı':
		return 'i'
	case 'ø':
		return 'o'
	case 'ł':
		return 'l'
	case 'đ':
		return 'd'
	case '’', 'ʼ', '＇':
		return '\''
	}
	if r >= '٠' && r <= '٩' {
		return r - '٠' + '0'
	}
	if r >= '۰' && r <= '۹' {
		return r - '۰' + '0'
	}
	return r
}
