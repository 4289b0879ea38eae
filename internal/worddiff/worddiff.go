// Package worddiff says how two states of a text differ, by words, in any script. It imports only the standard library, so that the
// API, the pages and the commands show the same difference.
package worddiff

import "strings"

// Op is what became of a stretch of words.
type Op string

// The ops.
const (
	Same    Op = "same"    // stands in both
	Removed Op = "removed" // stands in the old text alone
	Added   Op = "added"   // stands in the new text alone
	Cut     Op = "cut"     // stands in both, and was left out by Condense
)

// Span is a stretch of words with one op. Positions count code points, End exclusive; those of a text in which the span does not
// stand are the place where it would. White space is no difference: a Same span has the new text's.
type Span struct {
	Op       Op     `json:"op"`
	Text     string `json:"text,omitempty"` // empty for Cut
	OldStart int    `json:"old_start"`
	OldEnd   int    `json:"old_end"`
	NewStart int    `json:"new_start"`
	NewEnd   int    `json:"new_end"`
}

// Diff is the difference of two texts. Its Same and Added spans, one after the other, are the new text; where words were replaced,
// Removed comes before Added.
type Diff struct {
	Spans   []Span `json:"spans"`
	Added   int    `json:"added"`   // words (in scripts without spaces: characters)
	Removed int    `json:"removed"` // likewise
	// Coarse says that a stretch differs by more than is worth comparing word by word: it is given as removed and added whole.
	Coarse bool `json:"coarse,omitempty"`
}

// Compare gives the difference of two texts. It depends on nothing but its arguments; its time is bounded by their length plus a
// constant for each stretch of lines that differs.
func Compare(old, new string) Diff {
	c := comparison{keys: map[string]int{}, oldText: []rune(old), newText: []rune(new)}
	c.a, c.b = c.tokens(c.oldText), c.tokens(c.newText)
	c.script = make([]step, 0, len(c.a)+len(c.b))
	c.byLines()
	c.script = slide(c.script, c.a, c.b)
	c.script = join(c.script, c.a)
	return c.diff()
}

// Equal says whether the texts differ in nothing but white space.
func (d *Diff) Equal() bool { return d.Added == 0 && d.Removed == 0 && !d.changed() }

func (d *Diff) changed() bool {
	for i := range d.Spans {
		if d.Spans[i].Op != Same && d.Spans[i].Op != Cut {
			return true
		}
	}
	return false
}

// Condense leaves out what stands in both texts, but for some words of context around each change; Cut spans stand for what was left
// out. Words are those that spaces divide; in scripts without spaces a word is taken to be four characters.
func (d *Diff) Condense(words int) []Span {
	out := make([]Span, 0, len(d.Spans))
	for i, s := range d.Spans {
		if s.Op != Same {
			out = append(out, s)
			continue
		}
		head, tail := context(s.Text, words, i == 0, i == len(d.Spans)-1)
		text := []rune(s.Text)
		if head+tail >= len(text) {
			out = append(out, s)
			continue
		}
		first, cut, last := s, s, s
		first.Text, first.OldEnd, first.NewEnd = string(text[:head]), min(s.OldStart+head, s.OldEnd), s.NewStart+head
		last.Text, last.OldStart, last.NewStart = string(text[len(text)-tail:]), max(s.OldEnd-tail, first.OldEnd), s.NewEnd-tail
		cut.Op, cut.Text, cut.OldStart, cut.NewStart, cut.OldEnd, cut.NewEnd = Cut, "", first.OldEnd, first.NewEnd, last.OldStart, last.NewStart
		if head > 0 {
			out = append(out, first)
		}
		out = append(out, cut)
		if tail > 0 {
			out = append(out, last)
		}
	}
	return out
}

// context gives how many code points to keep at the beginning and at the end of an unchanged stretch.
func context(text string, words int, first, last bool) (head, tail int) {
	tokens := tokenize(text)
	if !first {
		for i := 0; i < len(tokens) && i < words; i++ {
			head = tokens[i].end
		}
	}
	if !last {
		total := len([]rune(text))
		for i := 0; i < len(tokens) && i < words; i++ {
			tail = total - tokens[len(tokens)-1-i].start
		}
	}
	return head, tail
}

// Mark writes spans as plain text, with [-removed-] and {+added+}, and … for what was cut.
func Mark(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		switch s.Op {
		case Removed:
			b.WriteString("[-" + s.Text + "-]")
		case Added:
			b.WriteString("{+" + s.Text + "+}")
		case Cut:
			b.WriteString(" … ")
		default:
			b.WriteString(s.Text)
		}
	}
	return b.String()
}
