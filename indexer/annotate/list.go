package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// item is one entry of a list of signatories: its name as cleaned, and where the entry stands in the text, in bytes.
type item struct {
	name       string
	start, end int
	rank       rank
}

const (
	maxPassed    = 3  // lines in a row that name nobody and yet end no list
	judgedAfter  = 12 // entries after which a list is believed or not, once
	fewest       = 2  // entries of a list
	fewestClosed = 5  // entries of a list that only the closing of a letter heads
)

// list reads the entries under a heading, or after its colon, up to the first line that is none, and says up to where. It gives none when
// they are too few or too unlike names: a wrong signatory is worse than one that is missed.
func list(text string, h headed) (items []item, end int) {
	r := reader{sure: h.sure}
	if h.rest != "" {
		if r.inline(h.rest, h.from); r.believed() {
			return r.items, h.end
		}
		return nil, h.end
	}
	end = h.end
	for at := h.end + 1; at < len(text) && r.passed <= maxPassed; {
		line, next := lineAt(text, at)
		switch r.line(line, at) {
		case taken:
			end = at + len(line)
		case stopped:
			if next = resumes(text, at, line); next < 0 {
				next = len(text)
			}
		}
		if at = next; len(r.items) >= judgedAfter && !r.judged {
			if r.judged = true; !r.believed() {
				return nil, h.end
			}
		}
	}
	if !r.judged && !r.believed() {
		return nil, h.end
	}
	return r.items, end
}

// lineAt gives the line that begins at a place and where the next one does.
func lineAt(text string, at int) (line string, next int) {
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return text[at : at+i], at + i + 1
	}
	return text[at:], len(text) + 1
}

// reader collects the entries of one list.
type reader struct {
	items  []item
	sure   int32
	names  int  // entries that are surely names
	small  int  // entries that begin small
	passed int  // lines in a row that named nobody
	open   bool // the last line left a bracket open
	judged bool
}

// fate is what became of a line.
type fate uint8

const (
	passed fate = iota // it names nobody, and the list goes on
	taken
	stopped // the list has ended before it
)

func (r *reader) line(line string, at int) fate {
	trimmed := strings.TrimFunc(line, unseen)
	if trimmed == "" {
		return passed
	}
	r.passed++
	if r.open && closes(trimmed) {
		r.open = false
		return passed
	}
	switch lineKind(trimmed) {
	case ending:
		return stopped
	case label:
		return passed
	}
	if len(r.items) > 0 && isRole(trimmed) {
		return passed
	}
	pieces := split(line, at, marksOf(line))
	if len(pieces) == 0 {
		return passed
	}
	for _, p := range pieces {
		if p.rank == noName || len(r.items) == 0 && unicode.IsLower(firstRune(p.name)) {
			return stopped
		}
	}
	r.take(pieces)
	r.passed, r.open = 0, strings.LastIndexByte(line, '(') > strings.LastIndexByte(line, ')')
	return taken
}

func (r *reader) take(pieces []item) {
	for _, p := range pieces {
		r.items = append(r.items, p)
		if p.rank == isName {
			r.names++
		}
		if unicode.IsLower(firstRune(p.name)) {
			r.small++
		}
	}
}

// closes says whether a line goes on with a bracket that the line before it left open.
func closes(line string) bool {
	i := strings.IndexAny(line, "()")
	return i >= 0 && line[i] == ')'
}

// believed says whether the entries are a list of signatories: enough of them, and like names. Where names have one capital only, as in
// French and Russian, at least each must have it.
func (r *reader) believed() bool {
	n := len(r.items)
	if r.sure == perhaps {
		return n >= fewestClosed && 4*r.names >= 3*n
	}
	return n >= fewest && (2*r.names >= n || n > fewest+1 && r.small == 0 && 4*r.names >= n)
}

// inline reads entries that stand on one line: parted by semicolons if it has any, else by commas. If one is no name, none is; but
// "and 25 others" may end them. A role or a school tells that the line is one person's.
func (r *reader) inline(rest string, at int) {
	if i := strings.LastIndex(rest, " and "); i > 0 && strings.HasSuffix(withoutEnd(rest), " others") {
		rest = rest[:i]
	}
	marks := ";；"
	if !strings.ContainsAny(rest, marks) {
		marks = commas
	}
	pieces := split(rest, at, marks)
	for _, p := range pieces {
		if p.rank == noName || unicode.IsLower(firstRune(p.name)) || marks == commas && (roleAt(p.name) > 0 || ofSchool(p.name)) {
			return
		}
	}
	r.take(pieces)
}

const (
	commas    = ",，、،"
	manyParts = 5 // entries that commas part on a line of their own
)

// marksOf gives what parts the entries of a line: bars and commas only where each of many pieces may be a name and none a role, since what a
// person does is parted from the name in the same way.
func marksOf(line string) string {
	switch {
	case strings.Contains(line, " / "):
		return "\t"
	case strings.ContainsRune(line, '|') && allNames(line, "|"):
		return "|\t"
	case strings.ContainsAny(line, ";；•\t|"):
		return ";；•\t"
	case manyCommas(line) && allNames(line, commas):
		return commas
	}
	return "\t"
}

func manyCommas(line string) bool {
	n := 0
	for _, r := range line {
		if strings.ContainsRune(commas, r) {
			n++
		}
	}
	return n >= manyParts-1
}

func allNames(line, marks string) bool {
	for _, p := range split(line, 0, marks) {
		if p.rank != isName || roleAt(p.name) > 0 || ofSchool(p.name) {
			return false
		}
	}
	return true
}

// split parts a line at any of the marks into cleaned entries.
func split(line string, at int, marks string) []item {
	var items []item
	for len(line) > 0 {
		piece, size := line, 0
		if i := strings.IndexAny(line, marks); i >= 0 {
			piece = line[:i]
			_, size = utf8.DecodeRuneInString(line[i:])
		}
		if raw := withoutEnd(withoutBullet(piece)); moreLetters(raw) {
			start := at + len(piece) - len(withoutBullet(piece))
			name := tidy(raw)
			head, _ := person(name)
			it := item{name: name, start: start, end: start + len(raw), rank: rankOf(withoutBrackets(head))}
			if strings.ContainsAny(name, "@#") {
				it.rank = noName
			}
			items = append(items, it)
		}
		at += len(piece) + size
		line = line[len(piece)+size:]
	}
	return items
}
