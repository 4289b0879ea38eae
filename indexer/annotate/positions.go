package annotate

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// countCodePoints turns the byte positions of all evidence, quotes and cues into code points, in one pass over the title and one over the text.
func (b *builder) countCodePoints() {
	for _, place := range []struct{ in, text string }{{inTitle, b.in.Title}, {inText, b.in.Text}} {
		offsets := make([]*int, 0, 2*(len(b.found.Evidence)+len(b.found.Quotes)+len(b.found.Cues)))
		for i := range b.found.Evidence {
			if e := &b.found.Evidence[i]; e.In == place.in {
				offsets = append(offsets, &e.Start, &e.End)
			}
		}
		if place.in == inText {
			for i := range b.found.Quotes {
				offsets = append(offsets, &b.found.Quotes[i].Start, &b.found.Quotes[i].End)
			}
			for i := range b.found.Cues {
				offsets = append(offsets, &b.found.Cues[i].Start, &b.found.Cues[i].End)
			}
		}
		toCodePoints(place.text, offsets)
	}
}

func toCodePoints(text string, offsets []*int) {
	slices.SortFunc(offsets, func(a, b *int) int { return cmp.Compare(*a, *b) })
	bytes, runes := 0, 0
	for _, o := range offsets {
		runes += utf8.RuneCountInString(text[bytes:*o])
		bytes = *o
		*o = runes
	}
}
