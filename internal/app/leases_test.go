package app

import (
	"testing"

	"rostrum/internal/bus"
	"rostrum/internal/fault"
)

// A lease is another's until this process saw it unchanged for as long as one lasts, whatever the clocks say.
func TestALeaseLapsesByWhatIsSeen(t *testing.T) {
	ctx := t.Context()
	b, err := bus.Open(ctx, bus.Options{Dir: t.TempDir(), Sync: bus.SyncInterval})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	one, two := newLeases(b.Bucket(bus.Leases)), newLeases(b.Bucket(bus.Leases))
	take := func(l *leases, holder string, want fault.Kind) {
		t.Helper()
		if err := l.Take(ctx, "host.a.example", holder); fault.KindOf(err) != want || (err == nil) != (want == fault.KindOf(nil)) {
			t.Fatalf("%s takes it: %v, want %s", holder, err, want)
		}
	}
	listed := func(l *leases) (holders []string) {
		t.Helper()
		if err := l.List(ctx, func(_, holder string) error { holders = append(holders, holder); return nil }); err != nil {
			t.Fatal(err)
		}
		return holders
	}
	// age is as if what was seen had been seen so long ago.
	age := func(l *leases) {
		for name, s := range l.seen {
			s.at = s.at.Add(-bus.LeaseTime)
			l.seen[name] = s
		}
	}
	free := fault.KindOf(nil)

	take(one, "one", free)
	take(two, "two", fault.Conflict)
	age(two)
	take(one, "one", free) // renewed
	take(two, "two", fault.Conflict)
	if got := listed(two); len(got) != 1 || got[0] != "one" {
		t.Errorf("listed %v, want one's", got)
	}
	age(two)
	take(two, "two", free)
	take(one, "one", fault.Conflict)

	third := newLeases(b.Bucket(bus.Leases))
	if got := listed(third); len(got) != 1 || got[0] != "two" {
		t.Errorf("who has just started lists %v, want two's", got)
	}
	age(third)
	if got := listed(third); len(got) != 0 {
		t.Errorf("listed %v, want none: it lapsed", got)
	}
	if got := listed(newLeases(b.Bucket(bus.Leases))); len(got) != 0 {
		t.Errorf("listed %v: a lease that lapsed is removed", got)
	}
	if err := two.Leave(ctx, "host.a.example", "two"); err != nil {
		t.Errorf("leave what is gone: %v", err)
	}
	take(one, "one", free)
	if err := one.Leave(ctx, "host.a.example", "one"); err != nil {
		t.Error(err)
	}
	if got := listed(two); len(got) != 0 || len(two.seen) != 0 {
		t.Errorf("listed %v and remembers %d, want none", got, len(two.seen))
	}
}
