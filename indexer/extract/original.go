package extract

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// maxMisses bounds how many selected lines that stand nowhere in the page are searched for throughout it.
const maxMisses = 100

// minStretch is how many bytes a text has at least that is searched for within lines.
const minStretch = 12

// original finds selected text in the page that it was selected from, whatever happened to its white space, and gives each stretch of
// the page once: libraries hand out a text twice where it stands bare between forced breaks, and its beginning again up to a link.
type original struct {
	lines  []line
	tight  string           // all lines without white space, joined
	starts []int            // where each line begins in tight
	whole  map[string][]int // a whole line without white space → its indexes
	next   int              // the line after the last one found
	used   []bool
	misses int
	given  []placed
	parts  [][]part // by line, the parts of it that were given
	strays map[string]bool
}

// part is a stretch of a line, in bytes of it without white space, and its index among what was given.
type part struct{ start, end, at int }

func newOriginal(lines []line) *original {
	o := &original{
		lines: lines, starts: make([]int, len(lines)+1), whole: make(map[string][]int, len(lines)), used: make([]bool, len(lines)),
		parts: make([][]part, len(lines)), strays: make(map[string]bool),
	}
	var b strings.Builder
	for i, l := range lines {
		o.starts[i] = b.Len()
		key := tight(l.text)
		b.WriteString(key)
		o.whole[key] = append(o.whole[key], i)
	}
	o.starts[len(lines)] = b.Len()
	o.tight = b.String()
	return o
}

// render gives the lines of the page that hold a selected text, which has seams; where the page does not have it as a whole, those that
// hold its parts.
func (o *original) render(text string) {
	if o.find(tight(text)) {
		return
	}
	for parts := strings.Split(text, string(seam)); len(parts) > 0; {
		n := o.run(parts)
		if n == 0 {
			o.stray(parts[0])
			n = 1
		}
		parts = parts[n:]
	}
}

// run gives the lines that hold the longest run of parts that the page has, and says how many there are in it; 0 if it has none.
func (o *original) run(parts []string) int {
	if o.misses > maxMisses {
		return 0
	}
	n := sort.Search(len(parts), func(n int) bool { return !strings.Contains(o.tight, tight(strings.Join(parts[:n+1], ""))) })
	if n > 0 && o.find(tight(strings.Join(parts[:n], ""))) {
		return n
	}
	o.misses++
	return 0
}

// find gives the lines that hold a text without white space, if there are any.
func (o *original) find(key string) bool {
	if at, found := o.line(key); found {
		o.give(at, 0, len(key))
		return true
	}
	start, found := o.stretch(key)
	if found {
		o.between(start, start+len(key))
	}
	return found
}

// whole is the share of a line from which on all of it is given: libraries lose the bare text before an element.
const whole = 0.5

// complete gives the whole of the lines of which most was given.
func (o *original) complete() {
	for i, parts := range o.parts {
		length, got := o.starts[i+1]-o.starts[i], 0
		for _, g := range parts {
			got += g.end - g.start
		}
		if len(parts) < 2 && got == length || float64(got) < whole*float64(length) {
			continue
		}
		for k, g := range parts {
			if o.given[g.at].text = ""; k == 0 {
				o.given[g.at].text = o.lines[i].text
			}
		}
	}
	o.given = slices.DeleteFunc(o.given, func(s placed) bool { return s.text == "" })
}

// stray gives a text that the page does not have.
func (o *original) stray(text string) {
	if key := tight(text); key != "" && (len(key) < minLoose || !o.strays[key]) {
		o.strays[key] = true
		o.given = append(o.given, placed{clean(text), -1})
	}
}

// line finds a whole line: the first one not passed yet, else one that was not given.
func (o *original) line(key string) (int, bool) {
	indexes := o.whole[key]
	if len(indexes) == 0 {
		return 0, false
	}
	for _, i := range indexes {
		if i >= o.next && len(o.parts[i]) == 0 {
			return i, true
		}
	}
	if i := slices.IndexFunc(indexes, func(i int) bool { return len(o.parts[i]) == 0 }); i >= 0 {
		return indexes[i], true
	}
	return indexes[0], true
}

// stretch finds a text within a line, or one that runs over several.
func (o *original) stretch(key string) (int, bool) {
	if len(key) < minStretch || o.misses > maxMisses {
		return 0, false
	}
	from := o.starts[o.next]
	if i := strings.Index(o.tight[from:], key); i >= 0 {
		return from + i, true
	}
	if i := strings.Index(o.tight, key); i >= 0 {
		return i, true
	}
	o.misses++
	return 0, false
}

// between gives the lines, or pieces of lines, from one offset into tight to another.
func (o *original) between(start, end int) {
	for i := sort.SearchInts(o.starts, start+1) - 1; i < len(o.lines) && o.starts[i] < end; i++ {
		o.give(i, max(0, start-o.starts[i]), min(end, o.starts[i+1])-o.starts[i])
	}
}

// maxParts bounds with how many parts of its line another part is compared.
const maxParts = 16

// give adds a part of a line to what was given, unless it was given already; where it overlaps such a part, that one grows.
func (o *original) give(i, start, end int) {
	o.use(i)
	parts := o.parts[i]
	for k := max(0, len(parts)-maxParts); k < len(parts); k++ {
		g := &parts[k]
		switch {
		case g.start <= start && end <= g.end:
			return
		case start < g.end && g.start < end:
			g.start, g.end = min(g.start, start), max(g.end, end)
			o.given[g.at].text = cutTight(o.lines[i].text, g.start, g.end)
			return
		}
	}
	if piece := cutTight(o.lines[i].text, start, end); piece != "" {
		o.parts[i] = append(parts, part{start, end, len(o.given)})
		o.given = append(o.given, placed{piece, i})
	}
}

func (o *original) use(i int) {
	o.used[i] = true
	o.next = i + 1
}

// reuse makes these the lines that are used.
func (o *original) reuse(selected []placed) {
	clear(o.used)
	for _, s := range selected {
		if s.at >= 0 {
			o.used[s.at] = true
		}
	}
}

// cutTight gives the part of a text from one offset to another, counted in bytes without white space.
func cutTight(text string, start, end int) string {
	from, to, at := -1, 0, 0
	for i, r := range text {
		if unicode.IsSpace(r) || invisible(r) {
			continue
		}
		n := len(string(r))
		if at >= start && from < 0 {
			from = i
		}
		if at < end {
			to = i + n
		}
		at += n
	}
	if from < 0 || to <= from {
		return ""
	}
	return text[from:to]
}

// container is the smallest part of the page that holds the lines that were used.
func (o *original) container() *html.Node {
	var holder *html.Node
	var path map[*html.Node]bool
	for i, used := range o.used {
		if !used {
			continue
		}
		if holder == nil {
			holder = o.lines[i].block
			path = ancestors(holder)
			continue
		}
		for n := o.lines[i].block; n != nil; n = n.Parent {
			if path[n] {
				if n != holder {
					holder = n
					path = ancestors(n)
				}
				break
			}
		}
	}
	return holder
}

func ancestors(n *html.Node) map[*html.Node]bool {
	path := make(map[*html.Node]bool)
	for ; n != nil; n = n.Parent {
		path[n] = true
	}
	return path
}
