package bus

import (
	"testing"
	"time"
)

// TestSyncReachesTheServer asks the running server what it was told about writing to the disk for good.
func TestSyncReachesTheServer(t *testing.T) {
	for _, c := range []struct {
		policy SyncPolicy
		always bool
		every  time.Duration
	}{{"", true, 10 * time.Second}, {SyncAlways, true, 10 * time.Second}, {SyncInterval, false, 10 * time.Second}} {
		b := openTest(t, func(o *Options) { o.Sync = c.policy })
		server, _ := b.server.current()
		got := server.JetStreamConfig()
		if got.SyncAlways != c.always || got.SyncInterval != c.every {
			t.Errorf("%q: always %v, every %s; want %v, %s", c.policy, got.SyncAlways, got.SyncInterval, c.always, c.every)
		}
		closeBus(t, b)
	}
}
