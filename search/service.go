package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/query"
)

// Bounds of a request.
const (
	DefaultLimit = 20
	MaxLimit     = 1000
	// maxListed bounds a listing of actors or topics.
	maxListed = 100_000
)

// Facets lists the facets that can be asked for.
func Facets() []string {
	return []string{FacetActor, FacetTopic, FacetSource, FacetLang, FacetKind, FacetMonth, FacetPhase, FacetRole,
		FacetCue, FacetIssuer, FacetSignatory, FacetQuoted, FacetMentions}
}

// Options wire a Service.
type Options struct {
	Searcher Searcher
	Reader   Reader
	Knower   Knower
	Registry *registry.Registry
	Crosser  Crosser // nil: no timelines and no matrices
	Scanner  Scanner // nil: no positions and quotes of actors
	// LastSeen says when the page of a capture was last fetched, whether it had changed or not; nil: nobody knows.
	LastSeen func(ctx context.Context, capture string) (time.Time, error)
	// Sources names the configured sources by id, so that they can be asked for before anything of theirs is stored.
	Sources map[string]string
	// Kinds are the kinds of statement that annotation tells apart.
	Kinds []string
	// Note is said with every answer unless it is empty: what holds for all of them, such as that the index is being built. Nil: nothing.
	Note func() string
	// Deadline bounds one request. 0 means 10 seconds.
	Deadline time.Duration
	Logger   *slog.Logger
}

// Service answers the questions of the outside. It is safe for many goroutines.
type Service struct {
	options Options
	names   names
}

// New makes a Service. Searcher, Reader, Knower and Registry must be given.
func New(o Options) (*Service, error) {
	if o.Searcher == nil || o.Reader == nil || o.Knower == nil || o.Registry == nil {
		return nil, errors.New("make search service: searcher, reader, knower and registry must be given")
	}
	if o.Deadline == 0 {
		o.Deadline = 10 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{options: o, names: names{known: map[string]string{}}}, nil
}

// Ask is one page of an answer, as it is asked for from outside.
type Ask struct {
	Query  string // as typed; empty for all
	Order  Order  // empty: by relevance
	Limit  int    // 0: DefaultLimit; at most MaxLimit
	Cursor string // a Result's NextCursor
	Facets []string
	Copies bool
	// Explain says of each result what its score is made of.
	Explain bool
}

// Echo is the query as it was typed and in its canonical form.
type Echo struct {
	Input  string `json:"input"`
	Parsed string `json:"parsed"`
}

// Result is one page of an answer. NextCursor is empty at the end.
type Result struct {
	Query      Echo               `json:"query"`
	Total      int                `json:"total"`
	TookMS     int64              `json:"took_ms"`
	Statements []Hit              `json:"statements"`
	Facets     map[string][]Count `json:"facets"`
	NextCursor string             `json:"next_cursor,omitempty"`
	Notes      []string           `json:"notes,omitempty"`
}

// Search gives one page. A query that does not parse, names nobody known or costs too much is a fault.Query; a bad order, limit,
// facet or cursor is a fault.Invalid with its field.
func (s *Service) Search(ctx context.Context, a Ask) (Result, error) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, s.options.Deadline)
	defer cancel()
	r, err := a.request()
	if err != nil {
		return Result{}, err
	}
	compiled, err := s.Compile(ctx, a.Query)
	if err != nil {
		return Result{}, err
	}
	r.Query, r.Snippets = compiled.Node, true
	page, err := s.options.Searcher.Search(ctx, r)
	if err != nil {
		return Result{}, err
	}
	s.nameFacets(ctx, &page)
	page.Notes = s.noted(page.Notes)
	return Result{
		Query: Echo{Input: a.Query, Parsed: compiled.Parsed}, Total: page.Total, TookMS: time.Since(began).Milliseconds(),
		Statements: page.Hits, Facets: page.Facets, NextCursor: page.Next, Notes: page.Notes,
	}, nil
}

// noted puts what holds for every answer before the notes of one.
func (s *Service) noted(notes []string) []string {
	if note := s.Note(); note != "" {
		return append([]string{note}, notes...)
	}
	return notes
}

// Note is what holds for every answer at the moment; empty: nothing.
func (s *Service) Note() string {
	if s.options.Note == nil {
		return ""
	}
	return s.options.Note()
}

// request checks everything but the query.
func (a *Ask) request() (Request, error) {
	r := Request{Order: a.Order, Limit: a.Limit, After: a.Cursor, Facets: a.Facets, Copies: a.Copies, Explain: a.Explain}
	if r.Limit == 0 {
		r.Limit = DefaultLimit
	}
	if r.Order == "" {
		r.Order = Relevance
	}
	switch {
	case r.Limit < 1 || r.Limit > MaxLimit:
		return r, invalid("limit", fmt.Sprintf("the limit %d is not within 1 and %d", a.Limit, MaxLimit), "ask for the next pages by next_cursor, or export")
	case r.Order != Relevance && r.Order != Newest && r.Order != Oldest:
		return r, invalid("sort", fmt.Sprintf("there is no order %q", a.Order), "use relevance, newest or oldest")
	case len(r.Facets) > len(Facets()):
		return r, invalid("facets", "more facets are asked for than there are", "name each once")
	}
	for _, f := range r.Facets {
		if !slices.Contains(Facets(), f) {
			return r, invalid("facets", fmt.Sprintf("there is no facet %q", f), "use "+strings.Join(Facets(), ", "))
		}
	}
	return r, nil
}

func invalid(field, what, remedy string) error {
	return &fault.Error{Kind: fault.Invalid, What: what, Remedy: remedy, Field: field, Position: -1}
}

// Compiled is a query made ready: its canonical form and the tree to be matched, with ids for names.
type Compiled struct {
	Parsed string
	Node   query.Node
}

// Compile parses, resolves, simplifies and bounds a query. Its faults are fault.Query, with a position where there is one.
func (s *Service) Compile(ctx context.Context, input string) (Compiled, error) {
	v := &vocabulary{ctx: ctx, options: &s.options}
	resolved, err := query.ParseResolved(input, v)
	if err != nil {
		return Compiled{}, err
	}
	parsed := resolved.String()
	node := query.Simplify(resolved)
	if err := query.Check(node); err != nil {
		return Compiled{}, err
	}
	return Compiled{Parsed: parsed, Node: node}, nil
}

// Statement gives the whole statement; fault.NotFound for an id that is not stored, fault.Transient while a Note says that more is to come.
func (s *Service) Statement(ctx context.Context, id string) (statement.Statement, error) {
	st, err := s.options.Reader.Statement(ctx, id)
	if note := s.Note(); note != "" && fault.KindOf(err) == fault.NotFound {
		return st, fault.New(fault.Transient, "no statement "+id+" is stored at the moment", note)
	}
	return st, err
}

// LastSeen is when the page of a capture was last fetched, whether it had changed or not; zero when nobody knows.
func (s *Service) LastSeen(ctx context.Context, capture string) time.Time {
	if s.options.LastSeen == nil {
		return time.Time{}
	}
	at, err := s.options.LastSeen(ctx, capture)
	if err != nil {
		s.options.Logger.Debug("nobody knows when a page was last seen", "capture", capture, "error", err)
	}
	return at
}

// Revisions gives all states of a statement, oldest first.
func (s *Service) Revisions(ctx context.Context, id string) ([]statement.Revision, error) {
	return s.options.Reader.Revisions(ctx, id)
}

// Copies gives the other members of a statement's group, without text.
func (s *Service) Copies(ctx context.Context, id string) ([]statement.Statement, error) {
	return s.options.Reader.Copies(ctx, id)
}
