package configs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"rostrum/internal/fault"
)

// maxProblems bounds what is collected and printed; the rest is counted.
const maxProblems = 500

// Position is a line of a file, or an environment variable (then Line is 0).
type Position struct {
	File string
	Line int // 1-based
}

// String is file:line.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Place is where something was configured: the whole of it, and each of its fields.
type Place struct {
	Position
	Path  string // of the whole in its file, such as topics[safeguards]
	spots map[string]Position
}

// Of is the position of a field ("url", "query.en", "aliases[2]", counted from 0), or of what holds it where the field is absent.
func (p Place) Of(field string) Position {
	for field != "" {
		if spot, ok := p.spots[field]; ok {
			return spot
		}
		field = field[:max(0, strings.LastIndexAny(field, ".["))]
	}
	return p.Position
}

// Has says whether the field was written, in a file or in the environment.
func (p Place) Has(field string) bool {
	_, ok := p.spots[field]
	return ok
}

// replace says that a field and all below it were given elsewhere.
func (p Place) replace(field string, at Position) {
	maps.DeleteFunc(p.spots, func(known string, _ Position) bool {
		rest, below := strings.CutPrefix(known, field)
		return below && rest != "" && strings.ContainsAny(rest[:1], ".[")
	})
	p.spots[field] = at
}

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Field  string `json:"field,omitempty"`
	Value  string `json:"value,omitempty"` // as written, shortened; never a secret
	What   string `json:"what"`
	Remedy string `json:"remedy,omitempty"`
}

// String is file:line: field: what: remedy.
func (p Problem) String() string {
	parts := []string{Position{p.File, p.Line}.String()}
	for _, s := range []string{p.Field, p.What, p.Remedy} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// Problems collects every problem of a configuration. The zero Problems is empty and ready. It is not safe for concurrent use.
type Problems struct {
	list []Problem
	more int
}

// Add notes that a field of what stands at a place is wrong.
func (p *Problems) Add(at Place, field, value, what, remedy string) {
	path := field
	if at.Path != "" {
		path = strings.TrimSuffix(at.Path+"."+field, ".")
	}
	p.add(at.Of(field), path, value, what, remedy)
}

func (p *Problems) add(at Position, field, value, what, remedy string) {
	if len(p.list) >= maxProblems {
		p.more++
		return
	}
	p.list = append(p.list, Problem{at.File, at.Line, oneLine(field), shorten(value), oneLine(what), remedy})
}

// List gives the problems in the order of file, line and field, each once.
func (p *Problems) List() []Problem {
	list := slices.Clone(p.list)
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), a.Line-b.Line, cmp.Compare(a.Field, b.Field), cmp.Compare(a.What, b.What))
	})
	return slices.Compact(list)
}

// Err is p, or nil when nothing is wrong.
func (p *Problems) Err() error {
	if len(p.list) == 0 {
		return nil
	}
	return p
}

// Error is one problem a line.
func (p *Problems) Error() string {
	var b strings.Builder
	for i, problem := range p.List() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(problem.String())
	}
	if p.more > 0 {
		fmt.Fprintf(&b, "\nand %d more problems: mend these first", p.more)
	}
	return b.String()
}

// As makes a *Problems a fault of kind Invalid wherever kinds are asked for.
func (p *Problems) As(target any) bool {
	f, ok := target.(**fault.Error)
	if ok {
		*f = fault.New(fault.Invalid, p.Error(), "")
	}
	return ok
}

// oneLine keeps a problem on its line, whatever stands in a key.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}

// shorten keeps a value readable in a message.
func shorten(value string) string {
	const limit = 80
	if runes := []rune(value); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return value
}
