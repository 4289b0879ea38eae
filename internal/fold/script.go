package fold

import "unicode"

// Ideographic says whether r stands as a word by itself: Han, kana, and the scripts of South-East Asia that put no space between words.
func Ideographic(r rune) bool {
	switch {
	case r < 0xe00:
		return false
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fe, r >= 0xff66 && r <= 0xff9d:
		return true
	case r >= 0xac00 && r <= 0xd7a3, r >= 0x1e00 && r <= 0x2e7f:
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) &&
		unicode.In(r, unicode.L, unicode.Nl)
}
