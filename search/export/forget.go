package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"rostrum/internal/durable"
)

// intentFile lists, in the folder of kept exports, the statements that are being forgotten, an id a line.
const intentFile = "forgetting"

// Intend writes down, before they are removed from the index, that statements will be forgotten. Forget ends it; if the process dies before that,
// Mend makes good for it at the next start. It is idempotent.
func (k *Keeper) Intend(ids []string) error {
	before, err := k.intended()
	if err != nil {
		return err
	}
	if err := durable.WriteFile(filepath.Join(k.o.Dir, intentFile), []byte(strings.Join(append(before, ids...), "\n")), 0o600); err != nil {
		return fmt.Errorf("write down what is forgotten: %w", err)
	}
	return nil
}

// Mend is Forget for what an earlier process intended and did not come to. It is for the start, before Run.
func (k *Keeper) Mend(ctx context.Context) (withdrawn, renewed int, err error) {
	ids, err := k.intended()
	if err != nil || len(ids) == 0 {
		return 0, 0, err
	}
	return k.Forget(ctx, ids)
}

// intended gives what was written down and not ended.
func (k *Keeper) intended() (ids []string, err error) {
	body, err := os.ReadFile(filepath.Join(k.o.Dir, intentFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read what is being forgotten: %w", err)
	}
	for id := range bytes.FieldsSeq(body) {
		ids = append(ids, string(id))
	}
	return ids, nil
}

// Forget removes what kept exports hold of statements that are not stored any more: a finished export that has a row of one loses its file for
// good, and one that is being made begins again from the present state of the index, since what it holds on to has the statements in it. It is
// idempotent, and says how many lost their files and how many begin again.
func (k *Keeper) Forget(ctx context.Context, ids []string) (withdrawn, renewed int, err error) {
	var errs []error
	for _, kept := range k.List("") {
		if kept.State == Done {
			holds, err := k.holds(kept.ID, ids)
			if err == nil && !holds {
				continue
			}
			errs = append(errs, err)
			withdrawn++
			errs = append(errs, k.withdraw(kept.ID))
			continue
		}
		if begun, err := k.renew(kept.ID); begun || err != nil {
			renewed++
			errs = append(errs, err)
		}
		if ctx.Err() != nil {
			return withdrawn, renewed, errors.Join(append(errs, ctx.Err())...)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return withdrawn, renewed, err
	}
	if err := os.Remove(filepath.Join(k.o.Dir, intentFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return withdrawn, renewed, fmt.Errorf("end what was being forgotten: %w", err)
	}
	return withdrawn, renewed, nil
}

// holds says whether a finished export has a row of a statement. One without a list could have any.
func (k *Keeper) holds(id string, statements []string) (bool, error) {
	found, err := lists(filepath.Join(k.dir(id), seenFile), statements)
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	return found, err
}

// withdraw removes the files of a finished export, and keeps what was known of it.
func (k *Keeper) withdraw(id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.all[id]
	if r == nil {
		return nil
	}
	r.State, r.Error = Withdrawn, "a statement in it was forgotten"
	if err := k.save(r); err != nil {
		return err
	}
	defer nudge(k.ended)
	return k.empty(id)
}

// renew lets an export that is not finished begin again.
func (k *Keeper) renew(id string) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.all[id]
	if r == nil || r.State == Done || r.State == Withdrawn {
		return false, nil
	}
	r.Stale = true
	if cancel := k.cancel[id]; cancel != nil {
		cancel()
	}
	defer k.nudge()
	return true, errors.Join(k.save(r), k.empty(id))
}

// empty removes all that an export made or holds on to; its record stays.
func (k *Keeper) empty(id string) error {
	entries, err := os.ReadDir(k.dir(id))
	if err != nil {
		return fmt.Errorf("empty export %s: %w", id, err)
	}
	var errs []error
	for _, e := range entries {
		if e.Name() != jobFile {
			errs = append(errs, os.RemoveAll(filepath.Join(k.dir(id), e.Name())))
		}
	}
	return errors.Join(errs...)
}

// again takes the state of the index anew for an export that must begin again.
func (k *Keeper) again(ctx context.Context, plan *Plan, r *record) error {
	k.mu.Lock()
	stale := r.Stale
	k.mu.Unlock()
	if !stale {
		return nil
	}
	if err := k.empty(r.ID); err != nil {
		return err
	}
	dir, from := filepath.Join(k.dir(r.ID), pinDir), plan.Origin(ctx)
	if err := k.o.Pinner.Pin(ctx, plan.node, plan.copies, dir); err != nil {
		return err
	}
	sel, err := k.o.Pinner.OpenPin(dir)
	if err != nil {
		return err
	}
	total := sel.Total()
	if err := sel.Close(); err != nil {
		return fmt.Errorf("close pin: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if ctx.Err() != nil { // another statement was forgotten meanwhile
		return ctx.Err()
	}
	r.Stale, r.Place, r.Total, r.Created, r.Origin = false, nil, total, k.o.Now().UTC(), from
	r.Statements, r.Rows, r.Bytes = 0, 0, 0
	return k.save(r)
}
