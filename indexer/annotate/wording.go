package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	wordingBits   = 13
	shortestOfAll = 3 // bytes of a phrase at least: by the first ones it is looked for
)

// wording is a set of phrases that are looked for in a text all at once, in one pass.
type wording struct {
	phrases []string
	begins  [1 << wordingBits / 64]uint64 // by the hash of three bytes: whether a phrase begins so. Most places of a text are past with this
	by      map[uint32][]uint16           // phrases by their first three bytes
}

// newWording takes folded phrases of at least three bytes each.
func newWording(phrases ...string) *wording {
	w := &wording{phrases: phrases, by: make(map[uint32][]uint16)}
	for i, p := range phrases {
		three := firstThree(p)
		h := wordingHash(three)
		w.by[three] = append(w.by[three], uint16(i))
		w.begins[h/64] |= 1 << (h % 64)
	}
	return w
}

func firstThree(s string) uint32 { return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 }

func wordingHash(three uint32) uint32 { return three * 0x9e3779b1 >> (32 - wordingBits) }

// in counts the different phrases that a text has, at most limit.
func (w *wording) in(text string, limit int) int {
	if len(text) < shortestOfAll {
		return 0
	}
	n := 0
	var met []uint16
	three := firstThree(text) << 8
	for i := shortestOfAll - 1; i < len(text) && n < limit; i++ {
		three = three>>8 | uint32(text[i])<<16
		h := wordingHash(three)
		if w.begins[h/64]&(1<<(h%64)) == 0 {
			continue
		}
		rest := text[i-shortestOfAll+1:]
		for _, p := range w.by[three] {
			if strings.HasPrefix(rest, w.phrases[p]) && !contains(met, p) {
				met = append(met, p)
				n++
			}
		}
	}
	return min(n, limit)
}

// leads says whether a text begins with one of the phrases.
func (w *wording) leads(text string) bool {
	if len(text) < shortestOfAll {
		return false
	}
	for _, p := range w.by[firstThree(text)] {
		if strings.HasPrefix(text, w.phrases[p]) {
			return true
		}
	}
	return false
}

func contains(all []uint16, one uint16) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}

// any says whether a text has one of the phrases.
func (w *wording) any(text string) bool { return w.in(text, 1) > 0 }

// oneLine makes each stretch of white space one space.
func oneLine(s string) string {
	b := make([]byte, 0, len(s))
	space := true
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c == ' ' || c >= '\t' && c <= '\r' {
				if !space {
					b = append(b, ' ')
				}
				space = true
			} else {
				b, space = append(b, c), false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			if !space {
				b = append(b, ' ')
			}
			space = true
		} else {
			b, space = append(b, s[i:i+size]...), false
		}
		i += size
	}
	if space && len(b) > 0 {
		b = b[:len(b)-1]
	}
	return string(b)
}
