package web

import (
	"context"
	"errors"

	"rostrum/internal/fault"
)

// mistake is a query that could not be answered: what was typed with the place underlined.
type mistake struct {
	What, Expected, Remedy   string
	Typed, Before, At, After string
	Position                 int
	Repairs                  []row
}

// Where says at which character the fault is, the first being 1, as the command line does.
func (m *mistake) Where() string {
	if m.Position < 0 {
		return ""
	}
	return "At character " + number(m.Position+1)
}

// describe turns a query's fault into what the page shows, with corrections that can be asked.
func (p *pages) describe(ctx context.Context, input string, err error) *mistake {
	m, start, end := placed(input, err)
	for _, q := range p.repairs(ctx, input, start, end) {
		m.Repairs = append(m.Repairs, row{Name: q, Path: searchPath(q)})
	}
	return m
}

// placed finds the place of a fault in what was typed: from the fault's position to the end of its word.
func placed(input string, err error) (m *mistake, start, end int) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return &mistake{What: err.Error(), Position: -1}, -1, -1
	}
	m = &mistake{What: sentence(f.What), Expected: f.Expected, Remedy: sentence(f.Remedy), Position: f.Position}
	text := []rune(input)
	if f.Position < 0 || f.Position > len(text) {
		return m, -1, -1
	}
	start, end = f.Position, min(f.Position+1, len(text))
	quoted := start < len(text) && text[start] == '"'
	for end < len(text) && text[end] != ')' && (quoted || text[end] != ' ') {
		if quoted && text[end] == '"' {
			end++
			break
		}
		end++
	}
	m.Typed, m.Before, m.At, m.After = input, string(text[:start]), string(text[start:end]), string(text[end:])
	if m.At == "" {
		m.At = "\u00a0"
	}
	return m, start, end
}
