package blevestore

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
)

func TestCursors(t *testing.T) {
	s := &Store{key: []byte("key")}
	want := cursor{Query: "q", Key: -5, ID: "a", Statistics: statistics{Documents: 3, Length: 2.5, Carriers: []uint64{1, 2}, Now: 9}}
	text, err := s.encodeCursor(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.decodeCursor(text, "q")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	raw, _ := base64.RawURLEncoding.DecodeString(text)
	for i := range raw {
		raw[i] ^= 1
		if _, err := s.decodeCursor(base64.RawURLEncoding.EncodeToString(raw), "q"); fault.KindOf(err) != fault.Invalid {
			t.Fatalf("byte %d changed gives %v", i, err)
		}
		raw[i] ^= 1
	}
	other := &Store{key: []byte("other")}
	if _, err := other.decodeCursor(text, "q"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("another key gives %v", err)
	}
	if _, err := s.decodeCursor(strings.Repeat("A", maxCursor+1), "q"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a long one gives %v", err)
	}
}

func FuzzCursor(f *testing.F) {
	s := &Store{key: []byte("key")}
	good, _ := s.encodeCursor(cursor{Query: "q", ID: "a"})
	f.Add(good)
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := s.decodeCursor(text, "q"); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q gives %v", text, err)
		}
	})
}
