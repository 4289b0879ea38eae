package search

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"rostrum/internal/fault"
)

// enter asks for a turn in the background; the result tells how it went, and holds the place until done is closed.
func enter(ctx context.Context, g *Gate, work time.Duration, done <-chan struct{}) <-chan error {
	went := make(chan error, 1)
	go func() {
		leave, err := g.Enter(ctx, work)
		went <- err
		if err == nil {
			<-done
			leave()
		}
	}()
	synctest.Wait()
	return went
}

func state(went <-chan error) string {
	synctest.Wait()
	select {
	case err := <-went:
		if err == nil {
			return "runs"
		}
		return fault.KindOf(err).String()
	default:
		return "waits"
	}
}

func TestTheDearestIsRefusedAndTheCheapestGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateOptions{AtOnce: 3, Dear: 1, Waiting: 2, Wait: time.Second})
		const dear, cheap = 50 * time.Millisecond, time.Millisecond
		ctx, done := t.Context(), make(chan struct{})
		if got := state(enter(ctx, g, dear, done)); got != "runs" {
			t.Errorf("the first, dear one %s", got)
		}
		second := enter(ctx, g, dear, done)
		first := make(chan struct{})
		for range 2 {
			if got := state(enter(ctx, g, cheap, first)); got != "runs" {
				t.Errorf("a cheap one beside dear ones %s", got)
			}
		}
		waiting := enter(ctx, g, 2*cheap, done)
		if got := state(second); got != "waits" {
			t.Errorf("the second dear one %s", got)
		}
		later := enter(ctx, g, cheap, done)
		if got := state(second); got != fault.RateLimited.String() {
			t.Errorf("when too many wait the dearest %s", got)
		}
		if got := state(enter(ctx, g, dear, done)); got != fault.RateLimited.String() {
			t.Errorf("a newcomer that is the dearest %s", got)
		}
		close(first)
		if a, b := state(later), state(waiting); a != "runs" || b != "runs" {
			t.Errorf("after two have left: the cheaper %s, the other %s", a, b)
		}
		late := enter(ctx, g, cheap, done)
		time.Sleep(time.Second) // of the bubble's clock
		if got := state(late); got != fault.RateLimited.String() {
			t.Errorf("one that has waited long enough %s", got)
		}
		gone, leave := context.WithCancel(ctx)
		left := enter(gone, g, cheap, done)
		leave()
		synctest.Wait()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("one that went away: %v", err)
		}
		close(done)
		synctest.Wait()
		if g.running != 0 || g.dear != 0 || len(g.waiting) != 0 || g.work != 0 {
			t.Errorf("at the end: %d run, %d dear, %d wait with %s", g.running, g.dear, len(g.waiting), g.work)
		}
	})
}

func TestTooMuchWorkWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateOptions{AtOnce: 1, Wait: time.Second})
		done := make(chan struct{})
		enter(t.Context(), g, time.Hour, done)
		alone := enter(t.Context(), g, time.Hour, done)
		if got := state(alone); got != "waits" {
			t.Errorf("one alone %s, however dear", got)
		}
		cheap := enter(t.Context(), g, time.Millisecond, done)
		err := <-alone
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != fault.RateLimited || f.After < time.Second || f.Remedy == "" {
			t.Errorf("refused with %+v", err)
		}
		close(done)
		if got := state(cheap); got != "runs" {
			t.Errorf("the cheap one %s", got)
		}
	})
}
