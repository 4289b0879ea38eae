package bus

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// A bus that is written to all the while is taken apart and put together elsewhere: what was there before is there again, with its sequences.
func TestASnapshotIsPutBackElsewhere(t *testing.T) {
	ctx := t.Context()
	b, err := Open(ctx, Options{Dir: t.TempDir(), Sync: SyncInterval})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close(context.Background())
	kv, log := b.Bucket(FetchState), b.Alerts()
	for n := range 300 {
		if _, err := kv.Put(ctx, fmt.Sprint("page ", n%100), bytes.Repeat([]byte{byte(n)}, 1000)); err != nil {
			t.Fatal(err)
		}
		if n%10 == 0 {
			record := Record{ID: fmt.Sprint(n), Key: "q1", Data: bytes.Repeat([]byte("alert "), 1+n*400)} // some by reference
			if err := log.Append(ctx, []Record{record}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for n := range 3 {
		if err := b.PublishCapture(ctx, &statement.Capture{ID: fmt.Sprint("c", n), URL: "https://a.example/", Source: "s", Body: bytes.Repeat([]byte("x"), 1+n*inlineBytes)}); err != nil {
			t.Fatal(err)
		}
	}
	_, rev, err := kv.Get(ctx, "page 99")
	if err != nil {
		t.Fatal(err)
	}

	writing, stop := context.WithCancel(ctx)
	var busy sync.WaitGroup
	busy.Go(func() {
		for n := 0; writing.Err() == nil; n++ {
			_, _ = kv.Put(writing, fmt.Sprint("later ", n%50), bytes.Repeat([]byte("y"), 4000))
		}
	})
	fetching, indexing, telling := SnapshotNames()
	kept := map[string]*bytes.Buffer{}
	var streams []SnapshotStream
	for _, name := range slices.Concat(fetching, indexing, telling) {
		kept[name] = &bytes.Buffer{}
		s, err := b.Snapshot(ctx, name, kept[name], func() error { kept[name].Reset(); return nil })
		if err != nil {
			t.Fatal(err)
		}
		streams = append(streams, s)
	}
	stop()
	busy.Wait()

	opt := Options{Dir: t.TempDir(), Sync: SyncInterval}
	r, err := OpenRestorer(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range streams {
		if err := r.Restore(ctx, s, kept[s.Name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Restore(ctx, SnapshotStream{Name: "OTHER"}, nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a foreign stream: %v", err)
	}
	if err := r.Close(ctx); err != nil {
		t.Fatal(err)
	}
	again, err := Open(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close(context.Background())
	value, restored, err := again.Bucket(FetchState).Get(ctx, "page 99")
	if err != nil || restored != rev || len(value) != 1000 || value[0] != 43 {
		t.Errorf("revision %d, want %d: %d bytes %v %v", restored, rev, len(value), value[:1], err)
	}
	seqs, err := again.Alerts().Sequences(ctx, "q1")
	if err != nil || len(seqs) != 30 || seqs[29] != 30 {
		t.Errorf("alerts %v %v", seqs, err)
	}
	if data, err := again.Alerts().Get(ctx, 30); err != nil || len(data) != 6*(1+290*400) {
		t.Errorf("the last alert has %d bytes, %v", len(data), err)
	}
	if waiting, err := again.Pending(ctx); err != nil || waiting.Captures != 3 || waiting.BodyBytes == 0 {
		t.Errorf("%+v %v", waiting, err)
	}
	if gone, err := again.SettleRestored(ctx); err != nil || gone != 0 {
		t.Errorf("%d captures went, %v", gone, err)
	}
	names, err := again.bodies[captureBodies].list(ctx)
	if err != nil || len(names) == 0 {
		t.Fatalf("%v %v", names, err)
	}
	again.bodies[captureBodies].drop(ctx, names[0])
	if gone, err := again.SettleRestored(ctx); err != nil || gone != 1 {
		t.Errorf("%d captures went, %v", gone, err)
	}
}
