package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/query"
)

// Candidate is a body that statements name and the registry does not know.
type Candidate struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Spellings  []string `json:"spellings,omitempty"` // other ways in which it is written
	Signed     int      `json:"signed"`              // statements that it signed, once a group
	Mentioned  int      `json:"mentioned"`           // statements that name it otherwise
	Statements int      `json:"statements"`
	Samples    []Sample `json:"samples"` // at most three
}

// Sample is a place where a candidate is named.
type Sample struct {
	Statement string `json:"statement"`
	Title     string `json:"title"`
	Sentence  string `json:"sentence"`
	Rule      string `json:"rule"` // list: it signed; introduced: an abbreviation was introduced for it; pattern: by its form
}

// Candidates are the bodies most often named, with what was looked through.
type Candidates struct {
	Candidates []Candidate `json:"candidates"`
	Statements int         `json:"statements"` // looked through
	Notes      []string    `json:"notes,omitempty"`
}

const (
	maxLooked    = 200_000 // statements that one question looks through
	maxHeld      = 100_000 // candidates held meanwhile
	maxSpellings = 5
	maxSamples   = 3
	aroundSample = 160 // characters of a sentence on each side of the name
)

var errLooked = errors.New("enough was looked through")

// Candidates gives at most limit bodies that the registry does not know: signatories kept by name, and names that texts introduce or that have
// the form of one, the most often named first. It looks at what is stored, so it is as durable as the statements are. What an actor of the
// registry goes by meanwhile is left out, and so are those that fewer statements than least name.
func (s *Service) Candidates(ctx context.Context, limit, least int) (Candidates, error) {
	if s.options.Scanner == nil {
		return Candidates{}, fault.New(fault.Invalid, "this instance holds no statements to look through", "")
	}
	held := make(map[string]*Candidate)
	found := Candidates{Candidates: []Candidate{}}
	full := false
	err := s.options.Scanner.Scan(ctx, query.All{}, false, func(st *statement.Statement) error {
		if found.Statements >= maxLooked {
			return errLooked
		}
		found.Statements++
		full = s.look(held, st) || full
		return nil
	})
	if errors.Is(err, errLooked) {
		found.Notes = append(found.Notes, fmt.Sprintf("only %d statements were looked through", maxLooked))
	} else if err != nil {
		return Candidates{}, fmt.Errorf("look for candidates: %w", err)
	}
	if full {
		found.Notes = append(found.Notes, fmt.Sprintf("more than %d candidates were found: later ones are left out", maxHeld))
	}
	maps.DeleteFunc(held, func(_ string, c *Candidate) bool { return c.Statements < least })
	all := slices.SortedFunc(maps.Values(held), func(a, b *Candidate) int {
		return cmp.Or(cmp.Compare(b.Signed, a.Signed), cmp.Compare(b.Statements, a.Statements), cmp.Compare(a.Name, b.Name))
	})
	for _, c := range all[:min(limit, len(all))] {
		found.Candidates = append(found.Candidates, *c)
	}
	return found, nil
}

// look notes the candidates of one statement, each once. It says whether the bound was hit.
func (s *Service) look(held map[string]*Candidate, st *statement.Statement) (full bool) {
	text := []rune(nil)
	seen := make(map[string]bool)
	signed := make(map[string]string)
	for _, a := range st.Actors {
		if a.Role == statement.Signatory && strings.HasPrefix(a.ID, "x-") {
			signed[a.ID] = a.Name
		}
	}
	for i := range st.Evidence {
		e := &st.Evidence[i]
		name, signs := signed[e.ID]
		if seen[e.ID] || e.In != "text" || e.Finding != "candidate" && (e.Finding != "signatory" || !signs) {
			continue
		}
		if text == nil {
			text = []rune(st.Text)
		}
		if e.Start < 0 || e.End > len(text) || e.Start >= e.End {
			continue
		}
		seen[e.ID] = true
		if !signs {
			name = strings.Join(strings.Fields(string(text[e.Start:e.End])), " ")
		}
		if len(s.options.Registry.ByAlias(name)) > 0 {
			continue
		}
		c := held[e.ID]
		if c == nil {
			if len(held) >= maxHeld {
				full = true
				continue
			}
			c = &Candidate{ID: e.ID, Name: name, Samples: []Sample{}}
			held[e.ID] = c
		}
		c.note(st, name, signs, e.Rule, sentence(text, e.Start, e.End))
	}
	return full
}

func (c *Candidate) note(st *statement.Statement, name string, signed bool, rule, sentence string) {
	c.Statements++
	if signed {
		c.Signed++
	} else {
		c.Mentioned++
	}
	if name != c.Name && len(c.Spellings) < maxSpellings && !slices.Contains(c.Spellings, name) {
		c.Spellings = append(c.Spellings, name)
	}
	if len(c.Samples) < maxSamples {
		c.Samples = append(c.Samples, Sample{Statement: st.ID, Title: st.Title, Sentence: sentence, Rule: rule})
	}
}

// sentence gives what stands around a place: its sentence, or as much of it as a sample has room for.
func sentence(text []rune, start, end int) string {
	from, to := start, end
	for from > 0 && start-from < aroundSample && !ends(text, from-1) {
		from--
	}
	for to < len(text) && to-end < aroundSample && text[to] != '\n' {
		to++
		if ends(text, to-1) {
			break
		}
	}
	return strings.Join(strings.Fields(string(text[from:to])), " ")
}

func ends(text []rune, i int) bool {
	switch text[i] {
	case '\n', '。', '！', '？', '؟', '!', '?':
		return true
	case '.':
		return i+1 >= len(text) || text[i+1] == ' ' || text[i+1] == '\n'
	}
	return false
}
