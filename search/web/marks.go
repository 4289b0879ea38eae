package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"rostrum/internal/registry"
	"rostrum/internal/statement"
)

// markKind is what a mark in a text says.
type markKind int

const (
	actorMark markKind = iota
	quoteMark
	cueMark
	topicMark
	markKinds
)

// mark is a stretch of the text, in code points, that a finding stands on.
type mark struct {
	kind       markKind
	start, end int
	id, class  string
	note       note
}

// note is the evidence of a mark, beside its paragraph.
type note struct {
	N            int
	Polarity     string // of a cue
	Role, Label  string // a badge
	Name, Path   string
	Detail, Said string // Said is words of the text
}

// span is a stretch of a paragraph that all its marks cover whole.
type span struct {
	Text, Path, Class string
	Glyph             string // a cue begins here
	Notes             []int  // whose marks end here
}

// paragraph is a line of the text with its marks and their notes.
type paragraph struct {
	Tight bool // a line of a list of signatories
	Spans []span
	Notes []note
}

const (
	maxNotes = 80  // of one page
	maxMarks = 200 // of one page; what is found beyond stands unmarked, in the API
)

// counts says how many marks of each kind there are.
type counts struct {
	Actors, Quotes, Topics int
	Cues                   []cueCount
}

type cueCount struct {
	Polarity, Count string
}

// marksOf gathers what evidence, quotes and cues say of the text, in its order.
func marksOf(s *statement.Statement, reg *registry.Registry, length int) ([]mark, counts) {
	names := map[string]string{}
	for _, a := range s.Actors {
		names[a.ID] = a.Name
	}
	var marks []mark
	add := func(m mark) bool {
		if m.start < 0 || m.start >= m.end || m.end > length {
			return false
		}
		marks = append(marks, m)
		return true
	}
	var c counts
	actors, topics, cues := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, e := range s.Evidence {
		if e.In != "text" {
			continue
		}
		switch e.Finding {
		case "actor", "signatory":
			name := cmpOr(names[e.ID], e.ID)
			if add(mark{actorMark, e.Start, e.End, string(e.Role) + " " + e.ID, "actor", note{Role: string(e.Role), Label: roleLabels[e.Role], Name: name, Path: actorPath(e.ID), Detail: ruleWords(e)}}) {
				actors[e.ID] = true
			}
		case "topic":
			if add(mark{topicMark, e.Start, e.End, e.ID, "topic", note{Label: "Topic", Role: "topic-badge", Name: topicName(reg, e.ID), Path: topicPath(e.ID), Detail: ruleWords(e)}}) {
				topics[e.ID] = true
			}
		}
	}
	for _, q := range s.Quotes {
		n := note{Role: "quoted", Label: "Quoted", Name: cmpOr(cmpOr(q.Name, names[q.Speaker]), "speaker not told"), Detail: "Direct quote"}
		if q.Speaker != "" {
			n.Path = actorPath(q.Speaker)
		}
		if !q.Direct {
			n.Detail = "Indirect quote"
		}
		if q.Cue != "" {
			n.Detail, n.Said = n.Detail+", introduced by", q.Cue
		}
		if add(mark{quoteMark, q.Start, q.End, fmt.Sprint("q", q.Start), "quote", n}) {
			c.Quotes++
		}
	}
	for _, q := range s.Cues {
		n := note{Polarity: q.Polarity, Name: q.Target, Detail: "Cue words:", Said: q.Text}
		if q.Actor != "" {
			n.Detail, n.Path = "By "+cmpOr(names[q.Actor], q.Actor)+". Cue words:", ""
		}
		if add(mark{cueMark, q.Start, q.End, fmt.Sprint("c", q.Start), "said " + q.Polarity, n}) {
			cues[q.Polarity]++
		}
	}
	slices.SortStableFunc(marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.kind, b.kind))
	})
	c.Actors, c.Topics = len(actors), len(topics)
	for _, polarity := range cueOrder {
		if cues[polarity] > 0 {
			c.Cues = append(c.Cues, cueCount{polarity, number(cues[polarity])})
		}
	}
	return marks, c
}

// ruleWords says by which rule something was found.
func ruleWords(e statement.Evidence) string {
	rule := strings.NewReplacer("-", " ", "_", " ").Replace(e.Rule)
	if e.Confidence > 0 && e.Confidence < 1 {
		return fmt.Sprintf("Found by %s, confidence %.2f", rule, e.Confidence)
	}
	return "Found by " + rule
}

// paragraphsOf cuts lines of a part of the text at every beginning and end of a mark. The first mark of each finding in a paragraph has
// a note.
func paragraphsOf(text []rune, from, to int, marks []mark) []paragraph {
	var out []paragraph
	noted := 0
	marks = within(marks, from, to)
	marks = marks[:min(len(marks), maxMarks)]
	for start := from; start < to; {
		end := start
		for end < to && text[end] != '\n' {
			end++
		}
		if strings.TrimSpace(string(text[start:end])) != "" {
			p := paragraph{}
			inside := within(marks, start, end)
			numbered := map[string]int{}
			noted = p.number(inside, numbered, noted)
			p.cut(text, start, end, inside, numbered)
			p.Tight = len(inside) > 0 && inside[0].note.Role == string(statement.Signatory) && inside[0].end-inside[0].start >= (end-start)/2
			out = append(out, p)
		}
		start = end + 1
	}
	return out
}

const (
	partCost = 40_000 // of a part of a text, in bytes of its page
	lineCost = 90     // of a paragraph beside its text
)

// partsOf gives where the parts of a text begin, and its end: whole lines, as many as a page bears; a line that is longer than a page is
// cut. The first part has room for less.
func partsOf(text []rune, first int) []int {
	parts, cost, limit, line := []int{0}, 0, max(partCost/4, partCost-first), 0
	for i, r := range text {
		switch {
		case r == '\n':
			cost += lineCost
			line = i + 1
		case strings.ContainsRune("<>&\"'", r):
			cost += 5
		default:
			cost += utf8.RuneLen(r)
		}
		if cost < limit || i+1 == len(text) {
			continue
		}
		begin := i + 1
		if line > parts[len(parts)-1] {
			begin = line
		}
		parts = append(parts, begin)
		cost, limit = 4*(i+1-begin), partCost
	}
	return append(parts, len(text))
}

// within gives the marks in a paragraph, clipped to it.
func within(marks []mark, start, end int) []mark {
	var out []mark
	for _, m := range marks {
		if m.end <= start || m.start >= end {
			continue
		}
		m.start, m.end = max(m.start, start), min(m.end, end)
		out = append(out, m)
	}
	return out
}

func (p *paragraph) number(inside []mark, numbered map[string]int, noted int) int {
	for _, m := range inside {
		if numbered[m.key()] != 0 || noted >= maxNotes || m.note.Role == string(statement.Signatory) { // signatories have a list of their own
			continue
		}
		noted++
		numbered[m.key()] = noted
		n := m.note
		n.N = noted
		p.Notes = append(p.Notes, n)
	}
	return noted
}

func (m *mark) key() string { return fmt.Sprint(m.kind, " ", m.id) }

// cut makes the spans: between two neighbouring edges of marks every code point has the same marks.
func (p *paragraph) cut(text []rune, start, end int, inside []mark, numbered map[string]int) {
	edges := []int{start, end}
	for _, m := range inside {
		edges = append(edges, m.start, m.end)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	told := map[string]bool{}
	for i := 0; i+1 < len(edges); i++ {
		a, b := edges[i], edges[i+1]
		s := span{Text: string(text[a:b])}
		var classes []string
		for _, m := range inside {
			if m.start > a || m.end < b {
				continue
			}
			classes = append(classes, m.class)
			if m.kind == actorMark && s.Path == "" {
				s.Path = m.note.Path
			}
			if m.kind == cueMark && m.start == a {
				s.Glyph = m.note.Polarity
			}
			if n := numbered[m.key()]; n != 0 && m.end == b && !told[m.key()] {
				told[m.key()] = true
				s.Notes = append(s.Notes, n)
			}
		}
		s.Class = strings.Join(classes, " ")
		p.Spans = append(p.Spans, s)
	}
}
