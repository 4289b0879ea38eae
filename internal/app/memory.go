package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How often it is looked whether work has ended, and how much a process that only waits may allocate from one look to the next.
const (
	lookEvery  = 10 * time.Second
	idleAllocs = 8 << 20
)

// giveBack returns memory to the operating system each time that work has ended, which the runtime itself would keep for more work of
// the kind: a crawl leaves it twice what waiting needs. It costs one garbage collection after each spell of work.
func giveBack(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for before, worked := allocated(), true; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now := allocated()
		busy := now-before > idleAllocs
		if worked && !busy {
			debug.FreeOSMemory()
		}
		before, worked = now, busy
	}
}

// allocated is how many bytes were allocated since the process began.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
