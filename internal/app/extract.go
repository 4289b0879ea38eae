package app

import (
	"context"
	"log/slog"
	"path/filepath"

	"rostrum/configs"
	"rostrum/indexer/extract"
)

// newExtractor makes what reads captures, and ends it when the instance stops.
func (a *App) newExtractor() *extract.Extractor {
	x := extract.New(extractOptions(a.cfg, a.log))
	x.Warm()
	a.onStop("extractor", func(context.Context) error { return x.Close() })
	return x
}

// extractOptions let every document that was fetched be read. The machine code of the PDF reader is kept in the user's cache, which all
// instances share, or in the data folder where the user has none, as in a container.
func extractOptions(cfg *configs.Config, log *slog.Logger) extract.Options {
	o := extract.Options{MaxDocument: max(int(cfg.Fetch.MaxBody), maxInspected)}
	o.PDF.Log = log.With("room", "pdf")
	if cfg.Data != "" {
		o.PDF.Fallback = filepath.Join(cfg.Data, "cache")
	}
	return o
}

// Close ends what the Inspector started.
func (i *Inspector) Close() error { return i.extractor.Close() }
