package query

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// The canonical form writes every AND and OR, and puts parentheses around each group of one within the other, so that nobody need
// know which binds tighter.

func (n And) String() string { return join(n.Kids, " AND ", "*") }
func (n Or) String() string  { return join(n.Kids, " OR ", "NOT *") }
func (n Not) String() string { return "NOT " + grouped(n.Kid) }
func (All) String() string   { return "*" }

func (n Word) String() string   { return named(n.Field, escape(n.Text)) }
func (n Phrase) String() string { return named(n.Field, quote(n.Text)) }
func (n Near) String() string   { return named(n.Field, fmt.Sprintf("%s~%d", quote(n.Text), n.Distance)) }
func (n Prefix) String() string { return named(n.Field, escape(n.Text)+"*") }
func (n Term) String() string   { return named(n.Field, plain(n.Value)) }
func (n Members) String() string {
	return named(n.Field, "members("+plain(n.Group)+")")
}

func (n Period) String() string {
	switch {
	case n.Text != "":
		return n.Text
	case n.To.IsZero():
		return "after:" + n.From.UTC().Format(time.RFC3339)
	case n.From.IsZero():
		return "before:" + n.To.UTC().Format(time.RFC3339)
	}
	return "(" + Period{From: n.From}.String() + " AND " + Period{To: n.To}.String() + ")"
}

func join(kids []Node, by, none string) string {
	switch len(kids) {
	case 0:
		return none
	case 1:
		return kids[0].String()
	}
	var b strings.Builder
	for i, k := range kids {
		if i > 0 {
			b.WriteString(by)
		}
		b.WriteString(grouped(k))
	}
	return b.String()
}

// grouped puts parentheses around a group.
func grouped(n Node) string {
	switch n := n.(type) {
	case And:
		if len(n.Kids) > 1 {
			return "(" + n.String() + ")"
		}
	case Or:
		if len(n.Kids) > 1 {
			return "(" + n.String() + ")"
		}
	}
	return n.String()
}

func named(f Field, text string) string {
	if f == Any {
		return text
	}
	return string(f) + ":" + text
}

func quote(text string) string {
	if !strings.ContainsAny(text, `\"＂`) {
		return `"` + text + `"`
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "＂", `\＂`).Replace(text) + `"`
}

// plain writes a value without quotation marks where it needs none.
func plain(value string) string {
	for i, r := range value {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && (i == 0 || !strings.ContainsRune("-_./", r)) {
			return quote(value)
		}
	}
	if value == "" {
		return quote(value)
	}
	return value
}

// smallLetters says whether a word is small letters alone, as most are: nothing in it needs a backslash.
func smallLetters(text string) bool {
	for i := range len(text) {
		if text[i] < 'a' || text[i] > 'z' {
			return false
		}
	}
	return true
}

// escape writes a word so that it is read as one: a backslash stands before what would end it, join it or make it a field.
func escape(text string) string {
	if smallLetters(text) {
		return text
	}
	if op := (&parser{in: []rune(text)}).operator(); op == text && op != "" {
		return `\` + text
	}
	field := (&parser{in: []rune(text)}).fieldName()
	var b strings.Builder
	for i, r := range text {
		if r == '\\' || ends(r) || isStar(r) || i == 0 && r == '-' || isColon(r) && field != "" {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
