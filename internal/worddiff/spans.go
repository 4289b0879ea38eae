package worddiff

import "unicode"

// writer makes spans. The new text is written whole: Same and Added spans cover it without gaps.
type writer struct {
	c        *comparison
	d        *Diff
	old, new int // how far both texts are covered
}

// span writes one stretch of steps with the same op; alone says that a removal has no addition behind it.
func (w *writer) span(steps []step, alone bool) {
	first, last := steps[0], steps[len(steps)-1]
	switch first.op {
	case Same:
		w.put(Same, w.c.a[last.a].end, w.c.b[last.b].end)
	case Removed:
		w.put(Same, w.c.a[first.a].start, w.spaceEnd())
		end := w.c.a[last.a].end
		if alone && last.a+1 < len(w.c.a) {
			end = w.c.a[last.a+1].start
		}
		w.put(Removed, end, w.new)
	case Added:
		w.put(Same, w.old, w.c.b[first.b].start)
		w.put(Added, w.old, w.c.b[last.b].end)
	}
	for _, s := range steps {
		switch {
		case s.op == Added && w.c.b[s.b].letters:
			w.d.Added++
		case s.op == Removed && w.c.a[s.a].letters:
			w.d.Removed++
		}
	}
}

// spaceEnd is the end of the white space at which the new text stands.
func (w *writer) spaceEnd() int {
	end := w.new
	for end < len(w.c.newText) && unicode.IsSpace(w.c.newText[end]) {
		end++
	}
	return end
}

// put writes a span up to a place in each text. One in which nothing is to be seen is passed over; neighbours with one op are joined.
func (w *writer) put(op Op, oldEnd, newEnd int) {
	text := w.c.newText[w.new:max(w.new, newEnd)]
	if op == Removed {
		text = w.c.oldText[w.old:oldEnd]
	}
	s := Span{Op: op, Text: string(text), OldStart: w.old, OldEnd: max(w.old, oldEnd), NewStart: w.new, NewEnd: max(w.new, newEnd)}
	if s.Text == "" {
		return
	}
	w.old, w.new = s.OldEnd, s.NewEnd
	if n := len(w.d.Spans); n > 0 && w.d.Spans[n-1].Op == op {
		before := &w.d.Spans[n-1]
		before.Text, before.OldEnd, before.NewEnd = before.Text+s.Text, s.OldEnd, s.NewEnd
		return
	}
	w.d.Spans = append(w.d.Spans, s)
}
