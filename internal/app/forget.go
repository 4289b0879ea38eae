package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"rostrum/indexer"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/httpapi"
)

// ForgottenFile lists, in the data folder, what was removed for good.
const ForgottenFile = "forgotten.jsonl"

// turnWait bounds how long a change by hand waits for a batch or a rebuild that is writing.
const turnWait = 30 * time.Second

// turn is held by whoever writes to the store: the indexer for a batch, a rebuild for its last piece, a removal.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn and gives the function that ends it.
func (t turn) take(ctx context.Context) (end func(), err error) {
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, fault.As(fault.Canceled, fmt.Errorf("wait for the store: %w", ctx.Err()))
	}
}

// forgetter removes statements for good.
type forgetter struct {
	node  *node
	erase func(ctx context.Context, id string) error // takes a statement out of what was announced and told
	now   func() time.Time
	log   *slog.Logger
}

// forgetAgain removes what was forgotten and is stored all the same: a crash came between the tombstone and the removal.
func (n *node) forgetAgain(ctx context.Context) error {
	stored, err := n.store.Stored(ctx, n.tombstones.Since(0))
	if err != nil || len(stored) == 0 {
		return err
	}
	return n.indexer.Forget(ctx, n.store, slices.Collect(maps.Keys(stored)))
}

// Forget removes the statement of an id or URL. The tombstone comes first: what a crash leaves is removed at the next start.
func (f *forgetter) Forget(ctx context.Context, target, reason, by string) (httpapi.Forgotten, error) {
	done, err := statementOf(target)
	if err != nil {
		return done, err
	}
	waiting, cancel := context.WithTimeout(ctx, turnWait)
	defer cancel()
	end, err := f.node.turn.take(waiting)
	if err != nil {
		return done, fault.New(fault.Transient, "the index is being written to", "try again when a rebuild is done: rostrum status")
	}
	defer end()
	stone, err := f.look(ctx, &done)
	if err != nil {
		return done, err
	}
	group, err := f.group(ctx, done.Statement)
	if err != nil {
		return done, err
	}
	if f.node.keeper != nil {
		if err := f.node.keeper.Intend(group); err != nil {
			return done, err
		}
	}
	stone.At, stone.By, stone.Reason = f.now().UTC(), by, reason
	if err := f.node.tombstones.Add(stone); err != nil {
		return done, err
	}
	if err := f.erase(ctx, done.Statement); err != nil {
		return done, fmt.Errorf("forget alerts on %s: %w", done.Statement, err)
	}
	if !done.Stored {
		return done, f.exports(ctx, &done, group)
	}
	if err := f.node.indexer.Forget(ctx, f.node.store, []string{done.Statement}); err != nil {
		return done, fmt.Errorf("forget %s: %w", done.Statement, err)
	}
	f.log.Info("statement forgotten", "statement", done.Statement, "url", done.URL, "revisions", done.Revisions)
	return done, f.exports(ctx, &done, group)
}

// group gives a statement and its copies: a row of one can tell of another.
func (f *forgetter) group(ctx context.Context, id string) ([]string, error) {
	stored, err := f.node.store.Stored(ctx, []string{id})
	if err != nil || stored[id] == nil {
		return []string{id}, err
	}
	group := stored[id].Group
	found, err := f.node.store.Groups(ctx, []string{group})
	if err != nil {
		return nil, err
	}
	return append([]string{id}, found[group].Members...), nil
}

// exports removes what kept exports hold of statements.
func (f *forgetter) exports(ctx context.Context, done *httpapi.Forgotten, ids []string) (err error) {
	if f.node.keeper == nil {
		return nil
	}
	if done.Exports, done.Renewed, err = f.node.keeper.Forget(ctx, ids); err != nil {
		return fmt.Errorf("forget %s in kept exports: %w", done.Statement, err)
	}
	return nil
}

// statementOf tells which statement is meant.
func statementOf(target string) (httpapi.Forgotten, error) {
	target = strings.TrimSpace(target)
	if !strings.Contains(target, "://") {
		return httpapi.Forgotten{Statement: target}, nil
	}
	canonical, err := statement.Canonicalize(target)
	if err != nil {
		return httpapi.Forgotten{}, fault.New(fault.Invalid, target+" is no address of a page", "give a statement's id, or the URL of its page")
	}
	return httpapi.Forgotten{Statement: statement.ID(canonical), URL: canonical}, nil
}

// look finds what is stored of a statement and makes its tombstone.
func (f *forgetter) look(ctx context.Context, done *httpapi.Forgotten) (indexer.Tombstone, error) {
	id := done.Statement
	stored, err := f.node.store.Stored(ctx, []string{id})
	if err != nil {
		return indexer.Tombstone{}, err
	}
	revisions, err := f.node.store.Revisions(ctx, id)
	if err != nil {
		return indexer.Tombstone{}, err
	}
	done.Before, done.Revisions = f.node.tombstones.Has(id), len(revisions)
	stone := indexer.Tombstone{Statement: id}
	for _, r := range revisions {
		stone.Captures = append(stone.Captures, r.Capture)
	}
	switch st := stored[id]; {
	case st != nil:
		done.Stored, done.URL = true, st.URL
	case !done.Before && done.URL == "":
		return stone, fault.New(fault.NotFound, "no statement "+id+" is stored", "give the id that `rostrum search` shows, or the URL of its page")
	}
	stone.URL = done.URL
	return stone, nil
}
