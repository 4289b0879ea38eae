package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// item is one entry of a list of signatories, in bytes of the text.
type item struct {
	name  string
	start int
}

// maxLabels bounds the labels that may follow one another in a list.
const maxLabels = 3

// list reads the entries under a heading, or after its colon, and gives up to where it has read. It gives none for what is rather a
// list of demands, or a sentence that goes on: the first entry or most of them begin small or end as clauses do.
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
			if clauses == 1 && clauses == len(items) {
				return nil, end
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
	label          // of a part of the list, "International:", or another line that names nobody
	ending
)

func kindOf(line string) lineKind {
	trimmed := strings.TrimSpace(line)
	switch {
	case tooLong(trimmed) && !manyOnOneLine(trimmed), endsList(trimmed):
		return ending
	case strings.HasSuffix(trimmed, ".") && moreFields(trimmed, 5), strings.HasSuffix(trimmed, "。"):
		return ending
	case strings.HasSuffix(trimmed, ":"), strings.HasSuffix(trimmed, "："), strings.ContainsAny(trimmed, "@<") || strings.Contains(trimmed, "://"):
		return label
	case !strings.ContainsFunc(trimmed, unicode.IsLetter):
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
		if !tooLong(it.name) && !strings.ContainsAny(it.name, "@<") && !strings.Contains(it.name, "://") {
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
