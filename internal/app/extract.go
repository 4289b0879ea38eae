package app

import (
	"context"

	"rostrum/indexer/extract"
)

// newExtractor makes what reads captures, and ends it when the instance stops.
func (a *App) newExtractor() *extract.Extractor {
	o := extract.Options{}
	o.PDF.Log = a.log.With("room", "pdf")
	x := extract.New(o)
	a.onStop("extractor", func(context.Context) error { return x.Close() })
	return x
}

// Close ends what the Inspector started.
func (i *Inspector) Close() error { return i.extractor.Close() }
