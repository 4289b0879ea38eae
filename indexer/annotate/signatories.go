package annotate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// item is one entry of a list of signatories, in bytes of the text.
type item struct {
	name  string
	start int
}

// signatories finds the lists of those who signed, and enters each signatory once.
func (b *builder) signatories(text *finder) {
	seen := make(map[string]bool)
	cut, done, lineEnd := 0, 0, 0
	text.each(b.annotator.headings, func(m match) {
		if m.start < done {
			return
		}
		if m.end > lineEnd {
			line, _ := lineAt(b.in.Text, m.end)
			lineEnd = m.end + len(line)
		}
		h, is := heading(b.in.Text, m, lineEnd)
		if !is {
			return
		}
		items, end := list(b.in.Text, h)
		done = end
		if len(items) == 0 {
			return
		}
		b.lists = append(b.lists, region{m.start, end})
		for _, it := range items {
			if !b.sign(it, seen) {
				cut++
			}
		}
	})
	b.found.Signatories = len(seen)
	if len(seen) >= 2 {
		b.found.Kind = JointLetter
	}
	if cut > 0 {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("%d entries of the list of signatories were cut: a statement has at most %d", cut, b.annotator.o.MaxSignatories))
	}
}

// sign enters a signatory. It says no when the bound is reached.
func (b *builder) sign(it item, seen map[string]bool) bool {
	s := b.resolve(it.name)
	if seen[s.ID] {
		return true
	}
	if len(seen) >= b.annotator.o.MaxSignatories {
		return false
	}
	seen[s.ID] = true
	confidence := 0.9
	if strings.HasPrefix(s.ID, "x-") {
		confidence = 0.8
	}
	b.found.Actors = append(b.found.Actors, s)
	b.found.Evidence = append(b.found.Evidence, statement.Evidence{
		Finding: "signatory", ID: s.ID, Role: statement.Signatory, In: inText, Start: it.start, End: it.start + len(it.name), Rule: "list", Confidence: confidence,
	})
	return true
}

// resolve finds the one actor that an entry names: as it stands, without what is in brackets at its end, without the state after
// it. One that the registry does not know, or knows two of, keeps its name.
func (b *builder) resolve(entry string) statement.Actor {
	bare := withoutBrackets(entry)
	for _, name := range []string{entry, bare} {
		if s, known := b.known(name); known {
			return s
		}
	}
	for _, mark := range []string{", ", "، ", "，", " – ", " — ", " - "} {
		i := strings.LastIndex(bare, mark)
		if i <= 0 || !b.state(bare[i+len(mark):]) {
			continue
		}
		bare = strings.TrimSpace(bare[:i])
		if s, known := b.known(bare); known {
			return s
		}
	}
	return statement.Actor{ID: statement.NameID(fold.String(bare)), Name: bare, Role: statement.Signatory}
}

func (b *builder) known(name string) (statement.Actor, bool) {
	ids := b.annotator.o.Registry.ByAlias(name)
	if len(ids) != 1 {
		return statement.Actor{}, false
	}
	actor, _ := b.annotator.o.Registry.Actor(ids[0])
	return statement.Actor{ID: actor.ID, Name: actor.Name, Role: statement.Signatory}, true
}

func (b *builder) state(name string) bool {
	ids := b.annotator.o.Registry.ByAlias(name)
	if len(ids) != 1 {
		return false
	}
	actor, _ := b.annotator.o.Registry.Actor(ids[0])
	return actor.Kind == "state"
}

// withoutBrackets drops what is in brackets at the end of an entry: a state, an abbreviation.
func withoutBrackets(s string) string {
	for _, pair := range []string{"()", "（）", "[]"} {
		first, size := utf8.DecodeRuneInString(pair)
		if strings.HasSuffix(s, pair[size:]) {
			if i := strings.LastIndex(s, string(first)); i > 0 {
				return strings.TrimSpace(s[:i])
			}
		}
	}
	return s
}

// maxLabels bounds the labels that may follow one another in a list.
const maxLabels = 3

// list reads the entries under a heading, or after its colon, and gives up to where it has read. It gives none for what is rather a
// list of demands: most entries begin small or end as clauses do.
func list(text string, h headed) (items []item, end int) {
	if h.rest != "" {
		return inline(h.rest, h.from), h.end
	}
	clauses, labels := 0, 0
	end = h.end
	for at := h.end + 1; at < len(text) && labels <= maxLabels; {
		line, next := lineAt(text, at)
		kind := kindOf(line)
		if kind == ending || kind == label && clauses*2 > len(items) {
			break
		}
		labels++
		if kind == entry {
			labels = 0
			for _, it := range split(line, at, ";；•|\t") {
				items = append(items, it)
				if clause(it.name, line) {
					clauses++
				}
			}
		}
		end = at + len(line)
		at = next
	}
	if clauses*2 > len(items) {
		return nil, end
	}
	return items, end
}

// lineAt gives the line that begins at a place and where the next one does.
func lineAt(text string, at int) (line string, next int) {
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return text[at : at+i], at + i + 1
	}
	return text[at:], len(text) + 1
}

// lineKind is what a line in a list of signatories is.
type lineKind uint8

const (
	entry lineKind = iota
	label          // of a part of the list: "International:"
	ending
)

func kindOf(line string) lineKind {
	trimmed := strings.TrimSpace(line)
	switch {
	case tooLong(trimmed) && !manyOnOneLine(trimmed), endsList(trimmed):
		return ending
	case strings.HasSuffix(trimmed, ".") && moreFields(trimmed, 5), strings.HasSuffix(trimmed, "。"):
		return ending
	case strings.HasSuffix(trimmed, ":"), strings.HasSuffix(trimmed, "："), !strings.ContainsFunc(trimmed, unicode.IsLetter):
		return label
	}
	return entry
}

func tooLong(entry string) bool {
	return len(entry) > 4*maxItem || utf8.RuneCountInString(entry) > maxItem || moreFields(entry, maxItemWords)
}

// manyOnOneLine says whether a line is entries of fair length, parted by semicolons.
func manyOnOneLine(line string) bool {
	n := strings.Count(line, ";") + strings.Count(line, "；")
	return n > 0 && len(line)/(n+1) <= maxItem
}

// clause says whether an entry reads as a piece of a sentence rather than a name.
func clause(name, line string) bool {
	r, _ := utf8.DecodeRuneInString(name)
	return unicode.IsLower(r) && moreFields(name, 2) || strings.HasSuffix(line, ".") && moreFields(name, 5) || moreFields(name, 12)
}

// inline reads entries that stand on one line: parted by semicolons if it has any, else by commas.
func inline(rest string, at int) []item {
	marks := ";；"
	if !strings.ContainsAny(rest, marks) {
		marks = ",，、،"
	}
	var items []item
	for _, it := range split(strings.TrimSuffix(rest, "."), at, marks) {
		if !tooLong(it.name) {
			items = append(items, it)
		}
	}
	return items
}

// split parts a line at any of the marks, and takes bullets, numbers and what joins the last entry off each piece.
func split(line string, at int, marks string) []item {
	var items []item
	for len(line) > 0 {
		piece, size := line, 0
		if i := strings.IndexAny(line, marks); i >= 0 {
			piece = line[:i]
			_, size = utf8.DecodeRuneInString(line[i:])
		}
		name := withoutBullet(piece)
		start := at + len(piece) - len(name)
		name = strings.TrimRight(name, " ,;，；、،\u00a0")
		if moreLetters(name) {
			items = append(items, item{name, start})
		}
		at += len(piece) + size
		line = line[len(piece)+size:]
	}
	return items
}

// moreLetters says whether a piece has at least two letters, or one Han character: else it is no name.
func moreLetters(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
		if n > 1 || unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

// conjunctions stand before the last entry of a list.
var conjunctions = []string{"and ", "& ", "y ", "e ", "et ", "и ", "und "}

// withoutBullet drops what stands before a name: white space, a bullet, a number, a conjunction.
func withoutBullet(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("-–—*·▪◦●○■□►✓✔", r)
	})
	digits := strings.TrimLeftFunc(strings.TrimPrefix(s, "("), unicode.IsDigit)
	if len(digits) < len(s) && digits != "" && strings.ContainsRune(".)]、．", firstRune(digits)) {
		_, size := utf8.DecodeRuneInString(digits)
		s = strings.TrimLeftFunc(digits[size:], unicode.IsSpace)
	}
	for _, c := range conjunctions {
		if rest, joined := strings.CutPrefix(s, c); joined {
			return strings.TrimLeftFunc(rest, unicode.IsSpace)
		}
	}
	return s
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
