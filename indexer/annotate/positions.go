package annotate

import "unicode/utf8"

// countCodePoints turns the byte positions of all evidence, quotes and cues into code points.
func (b *builder) countCodePoints() {
	for _, place := range []struct{ in, text string }{{inTitle, b.in.Title}, {inText, b.in.Text}} {
		c := &b.codePoints
		c.count(place.text)
		for i := range b.found.Evidence {
			if e := &b.found.Evidence[i]; e.In == place.in {
				e.Start, e.End = c.before(e.Start), c.before(e.End)
			}
		}
		if place.in == inTitle {
			continue
		}
		for i := range b.found.Quotes {
			q := &b.found.Quotes[i]
			q.Start, q.End = c.before(q.Start), c.before(q.End)
		}
		for i := range b.found.Cues {
			q := &b.found.Cues[i]
			q.Start, q.End = c.before(q.Start), c.before(q.End)
		}
	}
}

// blockBytes is how many bytes a block has, but for the rest of its last code point.
const blockBytes = 64

// codePoints tells how many code points of a text stand before a byte.
type codePoints struct {
	text   string
	blocks []block
}

// block is where a stretch of a text begins, and how many code points stand before it.
type block struct{ at, before int }

// count reads a text, in one pass.
func (c *codePoints) count(text string) {
	c.text, c.blocks = text, c.blocks[:0]
	for at, before := 0, 0; ; {
		c.blocks = append(c.blocks, block{at, before})
		end := len(c.blocks) * blockBytes
		if end > len(text) {
			return
		}
		for end = max(end, at); end < len(text) && !utf8.RuneStart(text[end]); end++ {
		}
		before += utf8.RuneCountInString(text[at:end])
		at = end
	}
}

// before gives how many code points stand before a byte that begins one.
func (c *codePoints) before(at int) int {
	b := c.blocks[at/blockBytes]
	return b.before + utf8.RuneCountInString(c.text[b.at:max(at, b.at)])
}
