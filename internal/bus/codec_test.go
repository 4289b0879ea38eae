package bus

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func TestCapturesSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := &statement.Capture{
			Version: statement.WireVersion,
			ID:      rapid.StringMatching(`[0-9a-f]{32}`).Draw(t, "id"),
			URL:     rapid.String().Draw(t, "url"), Source: rapid.String().Draw(t, "source"),
			FetchedAt: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).UTC(),
			Header:    map[string][]string{"X": rapid.SliceOf(rapid.String()).Draw(t, "header")},
			Body:      rapid.SliceOf(rapid.Byte()).Draw(t, "body"),
			Hint:      statement.Hint{Title: rapid.String().Draw(t, "title")},
		}
		payload, err := encodeCapture(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeCapture(payload)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEnvelopesOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, value := rapid.String().Draw(t, "key"), rapid.SliceOf(rapid.Byte()).Draw(t, "value")
		gotKey, gotValue, ok := unseal(seal(key, value))
		if !ok || gotKey != key || !bytes.Equal(gotValue, value) {
			t.Errorf("got %q, %q, %v", gotKey, gotValue, ok)
		}
	})
}

func TestDecodeRefuses(t *testing.T) {
	for payload, want := range map[string]fault.Kind{
		"":                         fault.Poison,
		"{}":                       fault.Poison,
		"{}\nbody":                 fault.Poison,
		"[]\n":                     fault.Poison,
		`{"v":99,"id":"a"}` + "\n": fault.Transient,
	} {
		if _, err := decodeCapture([]byte(payload)); err == nil || fault.KindOf(err) != want {
			t.Errorf("%q: %v, want %v", payload, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	payload, err := encodeCapture(capture(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(payload)
	f.Add(seal("key", []byte("value")))
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := decodeCapture(data); (c == nil) == (err == nil) {
			t.Errorf("capture %v and error %v", c, err)
		}
		if key, value, ok := unseal(data); ok && len(key)+len(value) >= len(data) {
			t.Errorf("%d bytes out of %d", len(key)+len(value), len(data))
		}
	})
}
