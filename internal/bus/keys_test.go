package bus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
)

func TestLogReadsByKey(t *testing.T) {
	b := openTest(t)
	ctx := testContext(t)
	large := bytes.Repeat([]byte("x"), inlineBytes+1)
	records := make([]Record, 0, 7)
	for i, key := range []string{"one", "two", "", "one", "two", "one"} {
		records = append(records, Record{ID: fmt.Sprint("id-", i), Key: key, Data: fmt.Append(nil, i)})
	}
	records = append(records, Record{ID: "large", Key: "one", Data: large})
	for range 2 { // a repeat changes nothing
		if err := b.Alerts().Append(ctx, records); err != nil {
			t.Fatal(err)
		}
	}
	for key, want := range map[string][]uint64{"one": {1, 4, 6, 7}, "two": {2, 5}, "none": nil} {
		got, err := b.Alerts().Sequences(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: want (-), got (+):\n%s", key, diff)
		}
	}
	if data, err := b.Alerts().Get(ctx, 4); err != nil || string(data) != "3" {
		t.Errorf("message 4 is %q, %v", data, err)
	}
	if data, err := b.Alerts().Get(ctx, 7); err != nil || !bytes.Equal(data, large) {
		t.Errorf("the large message has %d bytes, %v", len(data), err)
	}
	if _, err := b.Alerts().Get(ctx, 8); fault.KindOf(err) != fault.NotFound {
		t.Errorf("message 8: %v", err)
	}
	seqs := []uint64{}
	err := b.Alerts().Follow(ctx, 1, func(_ context.Context, seq uint64, _ []byte) error {
		if seqs = append(seqs, seq); len(seqs) == len(records) {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Errorf("follow all keys: %v after %v", err, seqs)
	}
}

func TestLogRefusesKeysThatAreNoSubject(t *testing.T) {
	b := openTest(t)
	for _, key := range []string{"a.b", "*", "a b", "Ü"} {
		if err := b.Alerts().Append(testContext(t), []Record{{ID: "x", Key: key}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("key %q: %v", key, err)
		}
	}
	if err := b.stated.Append(testContext(t), []Record{{ID: "x", Key: "a"}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a log without keys: %v", err)
	}
}
