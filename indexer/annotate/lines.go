package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// kindOfLine is what a line in a list of signatories is by itself.
type kindOfLine uint8

const (
	entry  kindOfLine = iota
	label             // of a part of the list, "International:", or another line that names nobody
	ending            // none of a list
)

const maxLabelWords = 5

func lineKind(line string) kindOfLine {
	switch {
	case tooLong(line) && !manyOnOneLine(line), endsList(line), strings.HasPrefix(line, "#"):
		return ending
	case strings.HasSuffix(line, ":"), strings.HasSuffix(line, "："):
		if moreFields(line, maxLabelWords) && !headsPart(line) {
			return ending
		}
		return label
	case isAddress(line), headsPart(line), strings.HasPrefix(strings.TrimLeft(fold.String(line[loudLabel(line):]), "*†( "), "affiliation"):
		return label
	case !strings.ContainsFunc(line, unicode.IsLetter):
		return label
	}
	return entry
}

// isAddress says whether a line is an address on the Web or for mail and nothing else.
func isAddress(line string) bool {
	return (strings.Contains(line, "@") || strings.Contains(line, "://") || strings.HasPrefix(line, "www.")) && !moreFields(line, 1)
}

func tooLong(entry string) bool {
	return len(entry) > 8*maxItem || utf8.RuneCountInString(entry) > 2*maxItem || moreFields(entry, 2*maxItemWords)
}

// manyOnOneLine says whether a line is entries of fair length, parted by semicolons or commas.
func manyOnOneLine(line string) bool {
	n := strings.Count(line, ";") + strings.Count(line, "；")
	if n == 0 {
		n = strings.Count(line, ",") + strings.Count(line, "、") + strings.Count(line, "،")
	}
	return n > 1 && len(line)/(n+1) <= maxItem/2
}

const (
	maxGap  = 12 // lines of footnotes that may stand amid a list
	surelyN = 3  // names in a row with which it goes on
)

// resumes says where a list goes on after the footnotes of a page that stand amid it, or -1: they are told by a number or an address, and
// it goes on only with several names in a row.
func resumes(text string, at int, line string) int {
	if endsList(line) || !footnote(line) {
		return -1
	}
	_, at = lineAt(text, at)
	from, names := -1, 0
	for range maxGap + surelyN {
		if at >= len(text) {
			return -1
		}
		line, next := lineAt(text, at)
		switch {
		case !tooLong(line) && lineKind(line) == label && !isAddress(line):
		case isNameLine(line, at):
			names++
		default:
			from, names = -1, 0
			at = next
			continue
		}
		if from < 0 {
			from = at
		}
		if names == surelyN {
			return from
		}
		at = next
	}
	return -1
}

func isNameLine(line string, at int) bool {
	if tooLong(line) || lineKind(line) != entry {
		return false
	}
	pieces := split(line, at, "\t")
	return len(pieces) == 1 && pieces[0].rank == isName
}

// footnote says whether a line begins with a number that is no numbering, or has an address.
func footnote(line string) bool {
	line = strings.TrimLeft(line[:min(len(line), 400)], " [")
	digits := strings.TrimLeftFunc(line, unicode.IsDigit)
	return strings.Contains(line, "://") || len(digits) < len(line) && len(line)-len(digits) <= 3 && (strings.HasPrefix(digits, " ") || strings.HasPrefix(digits, "]"))
}

// unseen is white space and what nobody sees: zero-width characters, direction marks, soft hyphens.
func unseen(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r)
}

// tidy drops what is unseen within a name and makes each stretch of white space one space.
func tidy(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r != ' ' && unseen(r) }) < 0 && !strings.Contains(s, "  ") {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if unseen(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// withoutEnd drops what stands after a name: punctuation, the marks of notes, white space. A point that ends an abbreviation with
// other points stays.
func withoutEnd(s string) string {
	for {
		t := strings.TrimRightFunc(s, func(r rune) bool {
			return unseen(r) || strings.ContainsRune(",;:،；，、：*†‡§|/-–—_·•¹²³⁴⁵⁶⁷⁸⁹⁰。", r)
		})
		if i := strings.LastIndexByte(t, ' '); strings.HasSuffix(t, ".") && !strings.Contains(t[i+1:len(t)-1], ".") {
			t = t[:len(t)-1]
		}
		if t == s {
			return s
		}
		s = t
	}
}

// conjunctions stand before the last entry of a list.
var conjunctions = []string{"and ", "& ", "y ", "e ", "et ", "и ", "und "}

// withoutBullet drops what stands before a name: white space, bullets, a number or letter of an enumeration, a conjunction.
func withoutBullet(s string) string {
	trim := func(s string) string {
		return strings.TrimLeftFunc(s, func(r rune) bool {
			return unseen(r) || strings.ContainsRune("-–—*·▪▫◦●○■□►▸➢➤✓✔•‣⁃→>~_|/,;.:", r)
		})
	}
	s = trim(s)
	inner := strings.TrimLeft(s, "([")
	rest := strings.TrimLeftFunc(inner, unicode.IsDigit)
	if len(rest) == len(inner) && len(rest) > 1 && rest[1] == ')' { // "a)"
		rest = rest[1:]
	}
	if len(rest) < len(inner) && rest != "" && strings.ContainsRune(".)]、．", firstRune(rest)) {
		_, size := utf8.DecodeRuneInString(rest)
		s = trim(rest[size:])
	}
	for _, c := range conjunctions {
		if rest, joined := strings.CutPrefix(s, c); joined {
			return strings.TrimLeftFunc(rest, unseen)
		}
	}
	return s
}
