package fault

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestKindSurvivesWrapping(t *testing.T) {
	err := fmt.Errorf("store statement x: %w", As(Transient, io.ErrUnexpectedEOF))
	if got := KindOf(err); got != Transient {
		t.Fatalf("KindOf = %v, want transient", got)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal("the cause is lost")
	}
	if got := KindOf(io.EOF); got != Internal {
		t.Fatalf("an unclassified error is %v, want internal", got)
	}
	if As(Poison, nil) != nil {
		t.Fatal("As(kind, nil) is not nil")
	}
}

func TestEveryKindHasAnEdge(t *testing.T) {
	seen := map[string]Kind{}
	for k := Internal; k <= Canceled; k++ {
		if k.String() == "" || k.HTTPStatus() < 400 || k.ExitCode() < 1 || k.ExitCode() > 3 {
			t.Errorf("kind %d has no full row: %+v", k, edges[k])
		}
		if other, dup := seen[k.String()]; dup {
			t.Errorf("kinds %d and %d share the name %q", k, other, k)
		}
		seen[k.String()] = k
	}
}

func TestNewf(t *testing.T) {
	err := Newf(NotFound, "open %s: %w", "x", io.EOF)
	if err.Error() != "open x: EOF" || !errors.Is(err, io.EOF) || err.Position != -1 {
		t.Fatalf("%+v", err)
	}
}
