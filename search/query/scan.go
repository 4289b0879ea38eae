package query

import (
	"strings"
	"unicode"
)

// closers gives the marks that close what r opens; none when r is no quotation mark. Where several languages use one mark both ways, it does both.
func closers(r rune) string {
	switch r {
	case '"', '＂':
		return `"＂`
	case '“', '”', '„', '‟':
		return `“”"`
	case '«', '»':
		return "»«"
	case '「':
		return "」"
	case '『':
		return "』"
	}
	return ""
}

func opensGroup(r rune) bool  { return r == '(' || r == '（' }
func closesGroup(r rune) bool { return r == ')' || r == '）' }
func isColon(r rune) bool     { return r == ':' || r == '：' }
func isStar(r rune) bool      { return r == '*' || r == '＊' }

// spaces says whether r stands between terms: white space, or a mark that turns the direction of writing, which nobody sees and which comes along
// with what is copied.
func spaces(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff'
}

// ends says whether r ends a bare word.
func ends(r rune) bool {
	return spaces(r) || opensGroup(r) || closesGroup(r) || closers(r) != ""
}

// bare is a run of code points without quotation marks, as typed but for its backslashes.
type bare struct {
	text    string
	at      int  // where it begins
	star    int  // where its first star stands; -1 without one
	prefix  bool // its only star is its last code point, which text is without
	escaped bool // a backslash stands in it
}

func (p *parser) peek() rune {
	if p.at < len(p.in) {
		return p.in[p.at]
	}
	return 0
}

func (p *parser) done() bool { return p.at >= len(p.in) }

func (p *parser) skipSpace() {
	for !p.done() && spaces(p.in[p.at]) {
		p.at++
	}
}

// operator gives AND, OR or NOT when it stands here as a word of its own, else "".
func (p *parser) operator() string {
	for _, op := range []string{"AND", "OR", "NOT"} {
		end := p.at + len(op)
		if end <= len(p.in) && string(p.in[p.at:end]) == op && (end == len(p.in) || ends(p.in[end])) {
			return op
		}
	}
	return ""
}

// bare reads a bare word.
func (p *parser) bare() bare {
	w := bare{at: p.at, star: -1}
	var b strings.Builder
	for ; !p.done() && !ends(p.peek()); p.at++ {
		r := p.peek()
		switch {
		case r == '\\' && p.at+1 < len(p.in):
			p.at++
			w.escaped = true
			b.WriteRune(p.peek())
		case isStar(r) && w.star < 0 && (p.at+1 == len(p.in) || ends(p.in[p.at+1])):
			w.star, w.prefix = p.at, true
		case isStar(r) && w.star < 0:
			w.star = p.at
			fallthrough
		default:
			b.WriteRune(r)
		}
	}
	w.text = b.String()
	return w
}

// quoted reads what stands between the quotation mark here and the one that closes it.
func (p *parser) quoted() (string, error) {
	opened, closing := p.at, closers(p.peek())
	var b strings.Builder
	for p.at++; !p.done(); p.at++ {
		r := p.peek()
		switch {
		case r == '\\' && p.at+1 < len(p.in):
			p.at++
			b.WriteRune(p.peek())
		case strings.ContainsRune(closing, r):
			p.at++
			return b.String(), nil
		default:
			b.WriteRune(r)
		}
	}
	return "", fail(opened, "this quotation mark is never closed", "a closing quotation mark", "add one, or leave the first out")
}

// number reads a run of ASCII digits, at most four.
func (p *parser) number() (int, bool) {
	n, from := 0, p.at
	for ; !p.done() && p.peek() >= '0' && p.peek() <= '9' && p.at-from < 4; p.at++ {
		n = n*10 + int(p.peek()-'0')
	}
	return n, p.at > from
}

// fieldName reads a field's name and colon; it takes nothing and gives "" where none stands. A full-width colon is one after a known
// field alone: elsewhere it is Chinese punctuation.
func (p *parser) fieldName() string {
	i := p.at
	for i < len(p.in) && (p.in[i] >= 'a' && p.in[i] <= 'z' || p.in[i] >= 'A' && p.in[i] <= 'Z' || i > p.at && p.in[i] == '_') {
		i++
	}
	if i == p.at || i == len(p.in) || !isColon(p.in[i]) {
		return ""
	}
	name := string(p.in[p.at:i])
	if _, known := fieldNamed(name); !known && p.in[i] == '：' {
		return ""
	}
	p.at = i + 1
	return name
}
