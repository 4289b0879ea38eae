package indexer

import (
	"context"
	"log/slog"
	"slices"

	"rostrum/internal/statement"
)

// wishes reads what a page asks of those who keep it, before anything is kept: one that asks not to be stored goes no further, not into
// the archive either, and one that asks not to be shown as archived is kept privately from the first byte. Extraction reads the whole
// page later and finds what stands outside its head.
func (x *Indexer) wishes(it *item) {
	if x.o.Wishes == nil || it.err != nil || it.outcome != "" || it.capture.Status != 200 {
		return
	}
	noIndex, noArchive := x.o.Wishes(it.capture.Header, it.capture.Body)
	it.capture.NoArchive = it.capture.NoArchive || noArchive
	if noIndex {
		it.outcome = outcomeNoIndex
	}
}

// goesOn says whether a capture is to be archived and read.
func (it *item) goesOn() bool { return it.err == nil && it.outcome == "" }

// sayUnwanted says which pages ask not to be stored, and of which there is something stored from before.
func (b *batch) sayUnwanted(ctx context.Context) error {
	var unwanted []*item
	var ids []string
	for i := range b.items {
		if it := &b.items[i]; it.outcome == outcomeNoIndex && it.read == nil {
			unwanted, ids = append(unwanted, it), append(ids, it.page())
		}
	}
	if len(unwanted) == 0 {
		return nil
	}
	stored, err := b.store.Stored(ctx, slices.Compact(slices.Sorted(slices.Values(ids))))
	if err != nil {
		return notOurs("read statements", err)
	}
	for i, it := range unwanted {
		log := b.x.log.With(slog.String("url", it.capture.PageURL()), slog.String("source", it.capture.Source), slog.String("capture", it.capture.ID))
		if stored[ids[i]] != nil {
			log.Warn("a stored page now asks not to be indexed; what is stored stays until it is forgotten", "statement", ids[i])
			continue
		}
		log.Info("a page asks not to be indexed; nothing of it is kept")
	}
	return nil
}

// page is the id of the statement at the capture's address, as far as that tells.
func (it *item) page() string {
	canonical, err := statement.Canonicalize(it.capture.PageURL())
	if err != nil {
		return ""
	}
	return statement.ID(canonical)
}
