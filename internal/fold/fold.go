// Package fold is the one definition of when two spellings are the same word: compatibility forms and width (NFKC), case,
// accents, ligatures, ё, Arabic letters, marks and digits, and what is never seen (soft hyphens, zero-width and direction marks).
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// String folds s. Folding is idempotent. What is folded already is returned as it is, without allocation.
func String(s string) string {
	for _, r := range s {
		if r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && common(r) != r {
			return restring(Append(make([]byte, 0, len(s)+8), s), s)
		}
	}
	return s
}

// restring is b as a string: s itself when they are the same.
func restring(b []byte, s string) string {
	if string(b) == s {
		return s
	}
	return string(b)
}

// Append appends the folded s to dst. It allocates nothing for ASCII, Latin, Russian, Arabic and Han when dst has room.
func Append(dst []byte, s string) []byte {
	base := len(dst)
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		to := common(r)
		switch {
		case to == unknown:
			return appendAny(dst[:base], s)
		case to != dropped:
			dst = utf8.AppendRune(dst, to)
		}
		i += size
	}
	return dst
}

// appendAny is the definition; common is only its shortcut. It decomposes, drops what is not told apart, lowers, and composes again.
func appendAny(dst []byte, s string) []byte {
	kept := make([]byte, 0, len(s)+8)
	var last rune
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, "\ufffd")) {
		if r == '\u0306' && (last == 'и' || last == 'у') {
			kept, last = utf8.AppendRune(kept, r), r // й and ў are letters of their own
			continue
		}
		if invisible(r) {
			continue
		}
		last = letter(unicode.ToLower(r))
		if pair := ligature(last); pair != "" {
			kept = append(kept, pair...)
			continue
		}
		kept = utf8.AppendRune(kept, last)
	}
	return norm.NFC.Append(dst, kept...)
}

// invisible is true for accents, vowel points, format characters and the Arabic tatweel. The marks of other scripts (and of kana) make
// another letter, and stay.
func invisible(r rune) bool {
	if r < 0x80 {
		return false
	}
	if r == 'ـ' || unicode.Is(unicode.Cf, r) {
		return true
	}
	if r == '\u3099' || r == '\u309a' || !unicode.In(r, unicode.Mn, unicode.Me) {
		return false
	}
	return unicode.In(r, unicode.Inherited, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew)
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
	case 'ς':
		return 'σ'
	case 'ı':
		return 'i'
	case 'ø':
		return 'o'
	case 'ł':
		return 'l'
	case 'đ', 'ð':
		return 'd'
	case 'ħ':
		return 'h'
	case '’', '‘', 'ʼ', 'ʻ':
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

// ligature gives the two letters that one letter is also written as; empty for the others.
func ligature(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	}
	return ""
}
