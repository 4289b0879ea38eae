package bus

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Leases that a server let go by its clock are kept from the next start on.
func TestLeasesLoseTheirTTL(t *testing.T) {
	dir := t.TempDir()
	b := openTest(t, func(o *Options) { o.Dir = dir })
	ctx := testContext(t)
	if err := b.js.DeleteKeyValue(ctx, string(Leases)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: string(Leases), History: 1, TTL: LeaseTime}); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(ctx); err != nil {
		t.Fatal(err)
	}
	b = openTest(t, func(o *Options) { o.Dir = dir })
	status, err := b.Bucket(Leases).kv.Status(ctx)
	if err != nil || status.TTL() != 0 {
		t.Errorf("TTL %v, %v, want none", status.TTL(), err)
	}
}

// What was published before the clock was set back is not of a negative age.
func TestTheAgeOfWhatWaits(t *testing.T) {
	now := time.Now()
	for first, want := range map[time.Time]time.Duration{now.Add(time.Hour): 0, now.Add(-time.Hour): time.Hour} {
		if got := ageAt(first, now); got != want {
			t.Errorf("age %s, want %s", got, want)
		}
	}
}
