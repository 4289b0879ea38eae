package annotate

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// signatories finds the lists of those who signed, and enters each signatory once.
func (b *builder) signatories(text *finder) {
	seen := make(map[string]bool)
	cut, done, lineEnd, undersigned := 0, 0, 0, -1
	text.each(b.annotator.headings, func(m match) {
		if m.start < done {
			return
		}
		if m.end > lineEnd {
			line, _ := lineAt(b.in.Text, m.end)
			lineEnd = m.end + len(line)
		}
		h, is := heading(b.in.Text, m, lineEnd)
		var items []item
		if is {
			items, done = list(b.in.Text, h, b.body)
		}
		if len(items) == 0 {
			if speaksOfUndersigned(b.in.Text[m.start:m.end]) {
				undersigned = lineEnd
			}
			return
		}
		cut += b.enter(items, region{m.start, done}, seen)
	})
	if len(seen) == 0 && undersigned >= 0 {
		items, at := unheaded(b.in.Text, undersigned)
		cut += b.enter(items, at, seen)
	}
	b.found.Signatories = len(seen)
	if len(seen) >= 2 {
		b.found.Kind = JointLetter
		b.claimed(len(seen))
	}
	if cut > 0 {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("%d entries of the list of signatories were cut: a statement has at most %d", cut, b.annotator.o.MaxSignatories))
	}
}

// enter enters the signatories of a list. It gives how many were over the bound.
func (b *builder) enter(items []item, at region, seen map[string]bool) (cut int) {
	if len(items) == 0 {
		return 0
	}
	b.lists = append(b.lists, at)
	for _, it := range items {
		if !b.sign(it, seen) {
			cut++
		}
	}
	return cut
}

// body says whether a name is known to be that of a body: no person's, whatever it looks like.
func (b *builder) body(name string) bool {
	ids := b.annotator.o.Registry.ByAlias(name)
	for _, id := range ids {
		if actor, _ := b.annotator.o.Registry.Actor(id); actor.Kind == "person" {
			return false
		}
	}
	return len(ids) > 0
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
		Finding: "signatory", ID: s.ID, Role: statement.Signatory, In: inText, Start: it.start, End: it.end, Rule: "list", Confidence: confidence,
	})
	return true
}

// resolve finds the one actor that an entry names: as it stands, without what is in brackets at its end, without the state after it. One
// that the registry does not know, or knows two of, keeps its name; a person's without what the person does, and where.
func (b *builder) resolve(entry string) statement.Actor {
	if s, known := b.known(entry); known {
		return s
	}
	bare, _ := person(entry)
	for {
		short := b.withoutState(withoutBrackets(bare))
		if s, known := b.known(short); known {
			return s
		}
		if short == bare {
			break
		}
		bare = short
	}
	bare = withoutEnd(bare)
	return statement.Actor{ID: statement.NameID(fold.String(bare)), Name: bare, Role: statement.Signatory}
}

// withoutState drops a state that stands after a name.
func (b *builder) withoutState(name string) string {
	for _, mark := range []string{", ", "، ", "，", " – ", " — ", " - "} {
		if i := strings.LastIndex(name, mark); i > 0 && b.state(name[i+len(mark):]) {
			return strings.TrimSpace(name[:i])
		}
	}
	return name
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
