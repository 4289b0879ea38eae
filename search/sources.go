package search

import (
	"context"
	"time"

	"rostrum/internal/statement"
)

// SourceState is how a source is doing, as GET /api/v1/sources tells it. Times are UTC; absent ones have not happened.
type SourceState struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Type        string     `json:"type" enum:"feed,sitemap,list,page"`
	URL         string     `json:"url"`
	Issuer      string     `json:"issuer,omitempty"`
	Enabled     bool       `json:"enabled"`
	State       string     `json:"state" enum:"new,fresh,silent,failing,off" doc:"silent: reached, but nothing new for long"`
	Reason      string     `json:"reason,omitempty" doc:"why it fails, or which bound was hit, and the remedy"`
	LastFetch   *time.Time `json:"last_fetch,omitempty"`
	LastSuccess *time.Time `json:"last_success,omitempty"`
	LastNew     *time.Time `json:"last_new,omitempty" doc:"when it last brought a new page"`
	NextFetch   *time.Time `json:"next_fetch,omitempty"`
	Pages       int        `json:"pages" doc:"pages known"`
	Failed      int        `json:"failed" doc:"pages that could not be fetched"`
	Waiting     int        `json:"waiting" doc:"pages found and not fetched yet"`
	Pending     uint64     `json:"pending" doc:"captures not yet processed"`
	FirstPass   bool       `json:"first_pass_complete"`
	Failures    int        `json:"consecutive_failures"`
}

// Sources tells how the sources are doing, in the order of the configuration.
type Sources interface {
	Sources(ctx context.Context) ([]SourceState, error)
}

// Captures gives archived captures by id: a fault.NotFound for one that is not kept, or may not be shown.
type Captures interface {
	Capture(ctx context.Context, id string) (*statement.Capture, error)
}
