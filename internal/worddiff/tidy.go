package worddiff

// run is a change of the script between unchanged steps, as places in the script.
type run struct{ from, to int }

func runs(script []step) []run {
	var out []run
	for i := 0; i < len(script); {
		if script[i].op == Same {
			i++
			continue
		}
		first := i
		for ; i < len(script) && script[i].op != Same; i++ {
		}
		out = append(out, run{first, i})
	}
	return out
}

// slide moves a change that only adds or only removes to where a reader would see it begin: at a line, else behind the end of a
// sentence. "One. [Two. One.] Three." says the same as "[One. Two.] One. Three.".
func slide(script []step, a, b []token) []step {
	for _, r := range runs(script) {
		op := script[r.from].op
		if op != script[r.to-1].op { // removals come first: both ends alike means one op
			continue
		}
		tokens, place := b, func(s step) int { return s.b }
		if op == Removed {
			tokens, place = a, func(s step) int { return s.a }
		}
		from, to := place(script[r.from]), place(script[r.to-1])+1
		best, bestAt := merit(tokens, from), 0
		for shift := 1; r.from-shift >= 0 && script[r.from-shift].op == Same && tokens[from-shift].key == tokens[to-shift].key; shift++ {
			if m := merit(tokens, from-shift); m > best {
				best, bestAt = m, -shift
			}
		}
		for shift := 1; r.to+shift <= len(script) && script[r.to+shift-1].op == Same && tokens[from+shift-1].key == tokens[to+shift-1].key; shift++ {
			if m := merit(tokens, from+shift); m > best {
				best, bestAt = m, shift
			}
		}
		shiftRun(script, r, bestAt)
	}
	return script
}

// merit says how well a change begins before the token at i.
func merit(tokens []token, i int) int {
	switch {
	case i >= len(tokens):
		return 0
	case tokens[i].line:
		return 3
	case i > 0 && sentenceEnd(tokens[i-1].text):
		return 2
	case tokens[i].letters && i > 0 && !tokens[i-1].letters:
		return 1
	}
	return 0
}

func sentenceEnd(text string) bool {
	switch text {
	case ".", "!", "?", "…", "。", "！", "？", "؟", "।":
		return true
	}
	return false
}

// shiftRun moves a run of one op over unchanged steps that are equal to its own end (shift < 0) or beginning, and numbers the steps anew.
func shiftRun(script []step, r run, shift int) {
	if shift == 0 {
		return
	}
	first, last := min(r.from, r.from+shift), max(r.to, r.to+shift)
	at := script[first]
	op := script[r.from].op
	for i := first; i < last; i++ {
		s := step{Same, at.a, at.b}
		if i >= r.from+shift && i < r.to+shift {
			s.op = op
		}
		script[i] = s
		if s.op != Added {
			at.a++
		}
		if s.op != Removed {
			at.b++
		}
	}
}

// maxIsland is the length in characters of a word between two changes that is taken into them: what reads as one change is shown as one.
const maxIsland = 3

// join takes single short words and marks between two changes into them, where both changes are longer than these.
func join(script []step, a []token) []step {
	all := runs(script)
	merged := make([]bool, len(script))
	for i := 1; i < len(all); i++ {
		left, right := all[i-1], all[i]
		if right.from-left.to != 1 || a[script[left.to].a].line || left.to-left.from < 2 || right.to-right.from < 2 {
			continue
		}
		if t := a[script[left.to].a]; t.end-t.start <= maxIsland {
			merged[left.to] = true
		}
	}
	out := make([]step, 0, len(script)+len(all))
	for i := 0; i < len(script); {
		if script[i].op == Same && !merged[i] {
			out = append(out, script[i])
			i++
			continue
		}
		var removed, added []step
		at := script[i]
		for ; i < len(script) && (script[i].op != Same || merged[i]); i++ {
			if script[i].op != Added {
				removed = append(removed, step{Removed, script[i].a, at.b})
			}
			if script[i].op != Removed {
				added = append(added, step{Added, 0, script[i].b})
			}
		}
		for k := range added {
			added[k].a = at.a + len(removed)
		}
		out = append(append(out, removed...), added...)
	}
	return out
}

// diff makes spans of the script.
func (c *comparison) diff() Diff {
	d := Diff{Spans: []Span{}, Coarse: c.coarse}
	w := writer{c: c, d: &d}
	for i := 0; i < len(c.script); {
		first := i
		for ; i < len(c.script) && c.script[i].op == c.script[first].op; i++ {
		}
		w.span(c.script[first:i], i == len(c.script) || c.script[i].op != Added)
	}
	w.put(Same, len(c.oldText), len(c.newText))
	return d
}
