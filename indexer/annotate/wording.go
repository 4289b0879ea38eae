package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	wordingBits   = 11
	shortestOfAll = 3 // bytes of a phrase at least: by the first ones it is looked for
)

// wording is a set of phrases that are looked for in a text all at once, in one pass.
type wording struct {
	phrases []string
	by      [1 << wordingBits][]uint16 // phrases by their first bytes
}

// newWording takes folded phrases of at least three bytes each.
func newWording(phrases ...string) *wording {
	w := &wording{phrases: phrases}
	for i, p := range phrases {
		h := wordingHash(p)
		w.by[h] = append(w.by[h], uint16(i))
	}
	return w
}

func wordingHash(s string) uint32 {
	return (uint32(s[0])*0x9e3779b1 ^ uint32(s[1])*0x85ebca6b ^ uint32(s[2])*0xc2b2ae35) >> (32 - wordingBits)
}

// in counts the different phrases that a text has, at most limit.
func (w *wording) in(text string, limit int) int {
	n := 0
	var met []uint16
	for i := 0; i+shortestOfAll <= len(text) && n < limit; i++ {
		for _, p := range w.by[wordingHash(text[i:i+shortestOfAll])] {
			if strings.HasPrefix(text[i:], w.phrases[p]) && !contains(met, p) {
				met = append(met, p)
				n++
			}
		}
	}
	return min(n, limit)
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
