package httpapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/search"
)

type candidatesInput struct {
	Limit int `query:"limit" default:"50" minimum:"1" maximum:"1000" doc:"how many, the most often named first"`
	Min   int `query:"min" default:"1" minimum:"1" maximum:"1000000" doc:"only those that at least so many statements name, copies of one counted once"`
}

// registerCandidates adds the bodies that no list of actors has.
func (s *server) registerCandidates(api huma.API) {
	huma.Get(api, "/api/v1/actors/candidates", s.listCandidates)
}

func (s *server) listCandidates(ctx context.Context, in *candidatesInput) (*out[search.Candidates], error) {
	found, err := s.Search.Candidates(ctx, in.Limit, in.Min)
	return answer(ctx, s, found, err)
}
