package transport

import (
	"testing"
	"time"

	"rostrum/internal/fault"
)

func TestPermitsHost(t *testing.T) {
	strict, err := NewGuard(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	open, err := NewGuard([]string{"127.0.0.1", "intranet.example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string][2]bool{
		"127.0.0.1": {false, true}, "localhost": {false, true}, "LOCALHOST.": {false, true}, "x.localhost": {false, true}, "10.0.0.1": {false, false},
		"::1": {false, false}, "intranet.example": {true, true}, "93.184.216.34": {true, true}, "169.254.169.254": {false, false},
	} {
		if got := [2]bool{strict.PermitsHost(host), open.PermitsHost(host)}; got != want {
			t.Errorf("%s: %v, want %v", host, got, want)
		}
	}
	if _, err := strict.Dialer(time.Second)(t.Context(), "tcp", "127.0.0.1:9"); fault.KindOf(err) != fault.Internal && fault.KindOf(err) != fault.Forbidden {
		t.Errorf("dial: %v", err)
	}
}
