package httpapi

import (
	"context"
	"net/http"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
)

// out wraps a body the way the framework wants it.
type out[T any] struct {
	Body T
}

type listInput struct {
	Query  string   `query:"q" doc:"the query; empty is everything" maxLength:"1000000"`
	Sort   string   `query:"sort" enum:"relevance,newest,oldest" default:"relevance"`
	Limit  int      `query:"limit" minimum:"1" maximum:"1000" default:"20"`
	Cursor string   `query:"cursor" doc:"next_cursor of the page before" maxLength:"2000"`
	Facets []string `query:"facets" doc:"actor, topic, source, lang, kind, month, phase, role; cue; issuer, signatory, quoted, mentions"`
	Copies string   `query:"copies" enum:",all" doc:"all: count and list every member of a group"`

	Explain bool `query:"explain" doc:"say of each result what its score is made of"`
}

func (s *server) listStatements(ctx context.Context, in *listInput) (*out[search.Result], error) {
	found, err := s.Search.Search(ctx, search.Ask{Query: in.Query, Order: search.Order(in.Sort), Limit: in.Limit, Cursor: in.Cursor,
		Facets: in.Facets, Copies: in.Copies == "all", Explain: in.Explain})
	return answer(ctx, s, found, err)
}

type idInput struct {
	ID string `path:"id" maxLength:"200"`
}

// whole is a statement with everything that is known of it. What it has none of is there as well, empty.
type whole struct {
	statement.Statement
	Text     string               `json:"text"`
	Quotes   []statement.Quote    `json:"quotes"`
	Cues     []statement.Cue      `json:"cues"`
	Evidence []statement.Evidence `json:"evidence"`
}

func wholeOf(s statement.Statement) whole {
	return whole{s, s.Text, append([]statement.Quote{}, s.Quotes...), append([]statement.Cue{}, s.Cues...), append([]statement.Evidence{}, s.Evidence...)}
}

func (s *server) showStatement(ctx context.Context, in *idInput) (*out[whole], error) {
	found, err := s.Search.Statement(ctx, in.ID)
	return answer(ctx, s, wholeOf(found), err)
}

type copies struct {
	Copies []statement.Statement `json:"copies"`
}

func (s *server) listCopies(ctx context.Context, in *idInput) (*out[copies], error) {
	found, err := s.Search.Copies(ctx, in.ID)
	return answer(ctx, s, copies{found}, err)
}

type parseInput struct {
	Query string `query:"q" maxLength:"1000000"`
}

func (s *server) parseQuery(ctx context.Context, in *parseInput) (*out[search.Explanation], error) {
	found, err := s.Search.Explain(ctx, in.Query)
	return answer(ctx, s, found, err)
}

// answer is the one place where an error of ours becomes a problem.
func answer[T any](ctx context.Context, s *server, body T, err error) (*out[T], error) {
	if err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	return &out[T]{Body: body}, nil
}

// showCapture sends the archived body of a statement's current capture, as a download: it is another site's page.
func (s *server) showCapture(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	found, err := s.Search.Statement(ctx, r.PathValue("id"))
	if err == nil && found.NoArchive {
		err = fault.New(fault.Forbidden, "the publisher asks that this page be not shown from an archive", "open the original at "+found.URL)
	}
	var c *statement.Capture
	if err == nil {
		c, err = s.Captures.Capture(ctx, found.Capture)
	}
	if err != nil {
		writeProblem(w, problem(ctx, s.Log, err))
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "sandbox; "+plainPolicy)
	h.Set("Content-Disposition", "attachment")
	h.Set("Content-Type", c.Header.Get("Content-Type"))
	h.Set("X-Rostrum-Captured-At", c.FetchedAt.UTC().Format(http.TimeFormat))
	_, _ = w.Write(c.Body)
}
