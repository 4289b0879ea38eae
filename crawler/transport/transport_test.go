package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"rostrum/internal/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGuard(t *testing.T) {
	g, err := NewGuard([]string{"10.1.0.0/16", "192.168.1.7", "::ffff:172.16.0.1", "intra.example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "::ffff:93.184.216.34": true,
		"10.1.2.3": true, "192.168.1.7": true, "172.16.0.1": true, "::ffff:10.1.2.3": true,
		"127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "::127.0.0.1": false, "0.0.0.0": false, "::": false, "0.1.2.3": false,
		"10.2.0.1": false, "172.31.255.255": false, "192.168.1.8": false, "169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false,
		"fc00::1": false, "fd12::1": false, "100.64.0.1": false, "100.127.255.255": false, "224.0.0.1": false, "ff02::1": false,
		"255.255.255.255": false, "64:ff9b::7f00:1": false, "64:ff9b:1::a00:1": false, "2002:7f00:1::": false, "2001::1": false,
		"198.18.0.1": false, "192.0.0.8": false, "fec0::1": false,
	} {
		if got := g.Permits(netip.MustParseAddr(address)); got != want {
			t.Errorf("Permits(%s) = %v", address, got)
		}
	}
	if g.Permits(netip.Addr{}) {
		t.Error("no address is permitted")
	}
}

func TestGuardByName(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	hosts := map[string]string{"Trusted.example": server.Listener.Addr().String(), "other.example": server.Listener.Addr().String()}
	g, err := NewGuard([]string{"trusted.example"}, hosts)
	if err != nil {
		t.Fatal(err)
	}
	tr := New(Options{Guard: g}, NewLanes(0, 1))
	defer tr.Close()
	if _, err := get(t, tr.Fetch(nil), "http://trusted.example/"); err != nil {
		t.Errorf("an allowed name: %v", err)
	}
	if _, err := get(t, tr.Fetch(nil), "http://other.example/"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a name that is not allowed: %v", err)
	}
}

func get(t *testing.T, f *Fetch, address string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f.RoundTrip(req)
}

func TestExchange(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=latin1")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(encode(t, "gzip", []byte("caf\xe9 "+r.URL.Path)))
	}))
	defer server.Close()
	g, _ := NewGuard([]string{"127.0.0.1"}, nil)
	tr := New(Options{Guard: g}, NewLanes(0, 1))
	defer tr.Close()
	f := tr.Fetch(nil)
	res, err := get(t, f, server.URL+"/a")
	if err != nil {
		t.Fatal(err)
	}
	if !res.Uncompressed || res.Header.Get("Content-Type") != "text/html" || res.Header.Get("Content-Encoding") != "" {
		t.Errorf("response %v", res.Header)
	}
	if f.Status != 200 || f.Header.Get("Content-Type") != "text/html; charset=latin1" || f.Header.Get("Content-Encoding") != "gzip" ||
		f.IP != "127.0.0.1" || f.URL() != server.URL+"/a" || string(f.Body) != "caf\xe9 /a" {
		t.Errorf("exchange %+v", f.Exchange)
	}
	f = tr.Truncated(nil, 4)
	if _, err := get(t, f, server.URL+"/a"); err != nil || string(f.Body) != "caf\xe9" {
		t.Errorf("truncated: %q, %v", f.Body, err)
	}
	refused := errors.New("not this one")
	f = tr.Fetch(func(context.Context, *url.URL) error { return refused })
	if _, err := get(t, f, server.URL+"/a"); !errors.Is(err, refused) {
		t.Errorf("the gate's error: %v", err)
	}
}

func encode(t interface{ Fatal(...any) }, encoding string, b []byte) []byte {
	var out bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "br":
		w = brotli.NewWriter(&out)
	case "zstd":
		z, err := zstd.NewWriter(&out)
		if err != nil {
			t.Fatal(err)
		}
		w = z
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestDecode holds for any body and stack of encodings: what was encoded comes back, a cut is told, and the bound holds.
func TestDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(t, "part"), rapid.IntRange(1, 200).Draw(t, "times"))
		encodings := rapid.SliceOfN(rapid.SampledFrom([]string{"gzip", "br", "zstd"}), 1, 3).Draw(t, "encodings")
		wire := body
		for _, e := range encodings {
			wire = encode(t, e, wire)
		}
		header := []string{strings.Join(encodings, ", ")}
		got, err := readBody(bytes.NewReader(wire), header, -1, int64(len(body)))
		if err != nil || !bytes.Equal(got, body) {
			t.Fatalf("%d bytes, %v; want %d", len(got), err, len(body))
		}
		if got, err = readBody(bytes.NewReader(wire), header, -1, int64(len(body)-1)); fault.KindOf(err) != fault.TooLarge || len(got) != len(body)-1 {
			t.Fatalf("over the bound: %d bytes, %v", len(got), err)
		}
		cut := rapid.IntRange(1, len(wire)-1).Draw(t, "cut")
		if got, err = readBody(bytes.NewReader(wire[:cut]), header, -1, int64(len(body))); fault.KindOf(err) != fault.Transient && !bytes.Equal(got, body) {
			t.Fatalf("cut at %d of %d: %d bytes, %v", cut, len(wire), len(got), err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0x1f, 0x8b, 8, 0}, "gzip")
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd}, "zstd")
	f.Add([]byte{0x0b, 2, 0x80}, "br, gzip")
	f.Fuzz(func(t *testing.T, body []byte, encoding string) {
		if got, err := readBody(bytes.NewReader(body), []string{encoding}, int64(len(body)), 1<<16); len(got) > 1<<16 || err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
}

func TestLanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lanes := NewLanes(time.Second, 2)
		began := time.Now()
		var active, most atomic.Int32
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				leave, err := lanes.Enter(t.Context(), "a.example")
				if err != nil {
					t.Error(err)
					return
				}
				defer leave()
				most.Store(max(most.Load(), active.Add(1)))
				time.Sleep(5 * time.Second)
				active.Add(-1)
			})
		}
		wg.Wait()
		if took := time.Since(began); took != 16*time.Second { // starts at 0, 1, 5, 6, 10 and 11 seconds
			t.Errorf("six requests took %v", took)
		}
		if most.Load() != 2 {
			t.Errorf("%d requests at once", most.Load())
		}
		lanes.Slow("a.example", time.Hour)
		leave, _ := lanes.Enter(t.Context(), "a.example")
		leave()
		if wait := lanes.Wait("a.example"); wait != time.Hour {
			t.Errorf("wait %v after the host asked for an hour", wait)
		}
		if wait := lanes.Wait("b.example"); wait != 0 {
			t.Errorf("wait %v for another host", wait)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began = time.Now()
		if _, err := lanes.Enter(ctx, "a.example"); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute {
			t.Errorf("a wait that was called off: %v after %v", err, time.Since(began))
		}
	})
}

// TestPaceAsTheHostSeesIt measures the gaps between requests where they arrive, over a way that delays some of them.
func TestPaceAsTheHostSeesIt(t *testing.T) {
	const delay, requests = 30 * time.Millisecond, 8
	var mu sync.Mutex
	var arrived []time.Time
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		arrived = append(arrived, time.Now())
	}))
	defer server.Close()
	g, _ := NewGuard([]string{"127.0.0.1"}, nil)
	tr := New(Options{Guard: g}, NewLanes(delay, 1))
	defer tr.Close()
	dial, dialed := tr.base.DialContext, 0
	tr.base.DisableKeepAlives = true
	tr.base.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if dialed++; dialed%2 == 1 {
			<-time.After(delay)
		}
		return conn, err
	}
	for range requests {
		if _, err := get(t, tr.Fetch(nil), server.URL); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for n := 1; n < len(arrived); n++ {
		if gap := arrived[n].Sub(arrived[n-1]); gap < delay {
			t.Errorf("request %d came %v after the one before, want %v at least", n, gap, delay)
		}
	}
	if len(arrived) != requests {
		t.Errorf("%d requests arrived, want %d", len(arrived), requests)
	}
}

// TestLanesSlow checks that a delay that robots.txt asks for counts from the request for robots.txt on.
func TestLanesSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLanes(0, 4)
		var starts []time.Duration
		began := time.Now()
		for n := range 4 {
			leave, err := l.Enter(t.Context(), "a.example")
			if err != nil {
				t.Fatal(err)
			}
			starts = append(starts, time.Since(began))
			leave()
			if n == 0 {
				l.Slow("a.example", time.Second)
				l.Slow("a.example", time.Millisecond)
			}
		}
		if want := []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second}; !slices.Equal(starts, want) {
			t.Errorf("started at %v, want %v", starts, want)
		}
	})
}

func TestLanesForgetIdleHosts(t *testing.T) {
	lanes := NewLanes(0, 1)
	for i := range 2 * maxLanes {
		leave, err := lanes.Enter(t.Context(), strings.Repeat("a", 1+i%7)+string(rune('a'+i%26))+time.Duration(i).String())
		if err != nil {
			t.Fatal(err)
		}
		leave()
	}
	if n := len(lanes.hosts); n > maxLanes {
		t.Errorf("%d hosts are remembered", n)
	}
}
