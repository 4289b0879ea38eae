package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// item is one entry of a list of signatories: its name as cleaned, and where the entry stands in the text, in bytes.
type item struct {
	name       string
	start, end int
	rank       rank
}

const (
	maxPassed     = 3  // lines in a row that name nobody and yet end no list
	judgedAfter   = 12 // entries after which a list is believed or not, once
	fewest        = 2  // entries of a list
	fewestClosed  = 5  // entries of a list that only the closing of a letter heads
	shortestLabel = 8  // characters of a label of one word that stands on the line of the first name
)

// list reads the entries under a heading, or after its colon, up to the first line that is none, and says up to where. It gives none when
// they are too few or too unlike names: a wrong signatory is worse than one that is missed.
func list(text string, h headed, body func(name string) bool) (items []item, end int) {
	r := reader{sure: h.sure, body: body}
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
	people bool                   // the part is said to be of individuals: what is no person's name is where they work
	body   func(name string) bool // says whether a name is known to be a body's
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
		r.part(trimmed)
		return passed
	}
	if n := loudLabel(trimmed); n > 0 {
		r.part(trimmed[:n])
		at += strings.Index(line, trimmed) + n
		line = trimmed[n:]
		trimmed = strings.TrimFunc(line, unseen)
	}
	if len(r.items) > 0 && isRole(trimmed) {
		return passed
	}
	pieces := split(line, at, marksOf(line))
	if len(pieces) == 0 {
		return passed
	}
	for _, p := range pieces {
		switch {
		case p.rank == noName && r.people && len(r.items) > 0 && !endsAsSentence(trimmed):
			return passed // of what a person does, or where
		case p.rank == noName, len(r.items) == 0 && unicode.IsLower(firstRune(p.name)):
			return stopped
		}
	}
	if r.people && len(pieces) == 1 && !r.individual(pieces[0].name) {
		return passed
	}
	r.take(pieces)
	r.passed, r.open = 0, strings.LastIndexByte(line, '(') > strings.LastIndexByte(line, ')')
	return taken
}

// part notes of whom the part is that a label heads.
func (r *reader) part(label string) {
	persons, bodies := false, false
	for w := range strings.FieldsFuncSeq(label, noWord) {
		folded := fold.String(w)
		persons, bodies = persons || individuals[folded], bodies || gatherings[folded]
	}
	if persons || bodies {
		r.people = persons && !bodies
	}
}

// individual says whether an entry among individuals may be one, and is not where somebody works: a school, a body that is known, or one
// whose name is a single word, has a small word as persons' names don't, or two parts.
func (r *reader) individual(entry string) bool {
	name, cut := person(entry)
	name = withoutBrackets(name)
	if roleAt(name) > 1 || ofSchool(name) || !cut && (!moreFields(name, 1) || r.body(name) || strings.ContainsAny(name, "/&,")) {
		return false
	}
	for w := range strings.FieldsSeq(name) {
		if bodily[fold.String(w)] {
			return false
		}
	}
	return true
}

// bodily are small words and others that the names of bodies have and those of persons don't.
var bodily = setOf("of for the and at in on to pour des para por für und och inc ltd llc pty limited gmbh foundation association society centre center council coalition network group program programme project lab labs initiative alliance union forum associate member board security")

// loudLabel gives how long the label in capitals is that stands before the first name on its line, as papers set it: "ORGANISATIONS Example
// Society". 0 if there is none.
func loudLabel(line string) int {
	end, words := 0, 0
	for w := range strings.FieldsSeq(line) {
		at := end + strings.Index(line[end:], w)
		bare := strings.TrimFunc(w, noWord)
		if strings.ContainsFunc(bare, unicode.IsLower) || !furniture[fold.String(bare)] {
			if words == 0 || words == 1 && utf8.RuneCountInString(line[:at]) < shortestLabel || !strings.ContainsFunc(line[at:], unicode.IsLower) {
				return 0
			}
			return at
		}
		words++
		end = at + len(w)
	}
	return 0
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
