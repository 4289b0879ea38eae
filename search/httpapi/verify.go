package httpapi

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Checker checks archive, index and streams against each other.
type Checker interface {
	// Begin begins a check and gives its state; fault.Conflict while one is under way.
	Begin(ctx context.Context) (VerifyState, error)
	// Cancel ends a check that is under way. Idempotent.
	Cancel(ctx context.Context) (VerifyState, error)
	// State tells of the check that is under way, or of the last one since the start.
	State() VerifyState
}

// VerifyState is how far a check is, and what it found.
type VerifyState struct {
	State    string         `json:"state" enum:"none,running,done,failed,canceled"`
	Phase    string         `json:"phase,omitempty" enum:"archive,index,statements,streams"`
	Started  *time.Time     `json:"started,omitempty"`
	Ended    *time.Time     `json:"ended,omitempty"`
	Done     int64          `json:"done" doc:"of the phase: bytes of archive and index, statements, announcements"`
	Total    int64          `json:"total" doc:"of the phase; 0: nobody knows"`
	Checked  map[string]int `json:"checked" doc:"captures, segments, statements, revisions, announcements"`
	Problems int            `json:"problems"`
	List     []VerifyFlaw   `json:"list" doc:"the problems, the first 1000"`
	Notes    []string       `json:"notes,omitempty" doc:"what was not checked, and why"`
	Error    string         `json:"error,omitempty" doc:"why the check did not come to its end"`
}

// VerifyFlaw is something that is not as it should be.
type VerifyFlaw struct {
	Check  string `json:"check" enum:"archive,index,statements,streams"`
	Where  string `json:"where"`
	What   string `json:"what"`
	Remedy string `json:"remedy"`
}

func (s *server) registerVerify(api huma.API) {
	v := s.Admin.Checker
	huma.Get(api, adminPath+"verify", func(context.Context, *struct{}) (*out[VerifyState], error) {
		return &out[VerifyState]{Body: v.State()}, nil
	})
	huma.Post(api, adminPath+"verify", func(ctx context.Context, _ *struct{}) (*out[VerifyState], error) {
		state, err := v.Begin(ctx)
		return answer(ctx, s, state, err)
	}, accepted)
	huma.Delete(api, adminPath+"verify", func(ctx context.Context, _ *struct{}) (*out[VerifyState], error) {
		state, err := v.Cancel(ctx)
		return answer(ctx, s, state, err)
	}, withAnswer)
}
