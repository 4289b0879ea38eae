package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"rostrum/internal/fault"
	"rostrum/search/blevestore"
)

// The exit codes of the process that checks an index, beside 0; any other means that it died of what it read.
const (
	ExitUnchecked = 1 // the check could not be made: the index is held, or not to be read
	ExitDamaged   = 4
)

const (
	// sumsAtStart bounds how long a start compares segments with their checksums; `rostrum verify` compares all.
	sumsAtStart = 100 * time.Millisecond
	checkBound  = time.Minute // a check takes some milliseconds; one that takes this long hangs in a damaged file
	maxReason   = 600         // bytes of what a check says that are told
)

// CheckIndex is what the process does that ByChild starts: it reads the index in dir as an opening does, for the error of which the exit code stands.
func CheckIndex(ctx context.Context, dir string) (exit int, err error) {
	err = blevestore.Check(ctx, dir, blevestore.CheckOptions{Sums: sumsAtStart})
	switch {
	case err == nil:
		return 0, nil
	case errors.Is(err, blevestore.ErrRebuild):
		return ExitDamaged, errors.New(blevestore.Why(err))
	}
	return ExitUnchecked, err
}

// ByChild gives a check of an index by a process of its own: program with these arguments and the index's folder, which calls CheckIndex and
// ends when its standard input does. A damaged index, which may end that process in any way, is an error that wraps blevestore.ErrRebuild.
func ByChild(program string, args ...string) func(ctx context.Context, dir string) error {
	return func(ctx context.Context, dir string) error {
		limited, cancel := context.WithTimeout(ctx, checkBound)
		defer cancel()
		child := exec.CommandContext(limited, program, append(args, dir)...) //nolint:gosec // this program itself, on a folder of its own
		said := &head{left: maxReason}
		child.Stderr, child.WaitDelay = said, time.Second
		alive, err := child.StdinPipe() // it ends with this process, whatever ends that
		if err != nil {
			return fmt.Errorf("check index: %w", err)
		}
		defer alive.Close()
		err = child.Run()
		exited, ran := errors.AsType[*exec.ExitError](err)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fault.As(fault.Canceled, fmt.Errorf("check index: %w", ctx.Err()))
		case limited.Err() != nil:
			return fmt.Errorf("%w: opening it did not end within %s", blevestore.ErrRebuild, checkBound)
		case !ran || exited.ExitCode() == ExitUnchecked:
			return fmt.Errorf("check index: %w: %s", err, said)
		case exited.ExitCode() == ExitDamaged:
			return fmt.Errorf("%w: %s", blevestore.ErrRebuild, said)
		}
		return fmt.Errorf("%w: opening it crashes (%w): %s", blevestore.ErrRebuild, exited, said)
	}
}

// head keeps the beginning of what is written to it.
type head struct {
	kept bytes.Buffer
	left int
}

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	n := min(len(p), h.left)
	h.left -= n
	_, _ = h.kept.Write(p[:n]) // it never fails
	return len(p), nil
}

// String is what was kept, on one line.
func (h *head) String() string { return strings.Join(strings.Fields(h.kept.String()), " ") }

var _ io.Writer = (*head)(nil)

// openIndex opens the index. One that can't be used is set aside: an empty one takes its place, and is filled from the archive. Whether it can be
// used another process finds out first, since a damaged one may crash whoever opens it.
func (a *App) openIndex(ctx context.Context, n *node, o blevestore.Options) (*blevestore.Store, error) {
	began := time.Now()
	var bad error
	if a.checkIndex != nil && blevestore.Exists(o.Dir) {
		bad = a.checkIndex(ctx, o.Dir)
		switch {
		case bad == nil:
			a.log.Info("index checked", "dir", o.Dir, "took", time.Since(began).Round(time.Millisecond))
		case !errors.Is(bad, blevestore.ErrRebuild):
			a.log.Warn("the index was not checked before it is opened", "dir", o.Dir, "error", bad)
			bad = nil
		}
	}
	if bad == nil {
		store, err := blevestore.Open(o)
		if !errors.Is(err, blevestore.ErrRebuild) {
			return store, err
		}
		bad = errors.New(blevestore.Why(err))
	}
	aside, err := blevestore.SetAside(o.Dir)
	if err != nil {
		return nil, errors.Join(bad, err)
	}
	a.log.Error("the index can't be used; it is set aside and built anew from the archive", "aside", aside, "error", bad)
	n.mending.begin("the index could not be used (" + oneReason(bad) + "); it was set aside as " + aside)
	return blevestore.Open(o)
}

func oneReason(err error) string {
	return strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), blevestore.ErrRebuild.Error()+":")), " ")
}
