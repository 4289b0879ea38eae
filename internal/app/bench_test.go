package app

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum/configs"
	"rostrum/internal/statement"
)

// BenchmarkSpeeches is the way of plain text from the bus through archive, annotation, index and announcement, in one process, with each
// capture and each announcement on the disk for good: 2,203 speeches of 14 KB, and as many pieces of 2.8 KB, read with all states'
// names and the topics of the built-in process. Target: 500 a second.
func BenchmarkSpeeches(b *testing.B) {
	whole := speeches(b)
	if whole == nil {
		return
	}
	pieces := make([]*statement.Capture, len(whole))
	for i, c := range whole {
		piece := *c
		piece.Body = []byte(strings.ToValidUTF8(string(c.Body[:min(len(c.Body), 2800)]), ""))
		pieces[i] = &piece
	}
	for name, captures := range map[string][]*statement.Capture{"whole": whole, "pieces": pieces} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				a := quiet(b)
				b.StartTimer()
				carry(b, a, captures)
				b.StopTimer()
				ctx, cancel := context.WithTimeout(context.Background(), StopTimeout)
				if err := a.Stop(ctx); err != nil {
					b.Fatal(err)
				}
				cancel()
				b.StartTimer()
			}
			b.ReportMetric(float64(len(captures)*b.N)/b.Elapsed().Seconds(), "speeches/s")
		})
	}
}

// quiet starts everything on the built-in configuration, but crawls nothing.
func quiet(b *testing.B) *App {
	b.Helper()
	cfg, err := configs.LoadBuiltin("", configs.Options{Checks: Checks()})
	if err != nil {
		b.Fatal(err)
	}
	cfg.Data, cfg.Listen = b.TempDir(), "127.0.0.1:0"
	for _, p := range cfg.Processes {
		for i := range p.Sources {
			p.Sources[i].Enabled = false
		}
	}
	a, err := New(cfg, Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := a.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	return a
}

var errAll = errors.New("all announced")

// carry publishes captures as crawlers do, several at once, and waits until each is announced.
func carry(b *testing.B, a *App, captures []*statement.Capture) {
	b.Helper()
	const publishers = 8
	var group sync.WaitGroup
	for p := range publishers {
		group.Go(func() {
			for i := p; i < len(captures); i += publishers {
				if err := a.bus.PublishCapture(b.Context(), captures[i]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	seen := map[string]bool{}
	err := a.bus.Statements(ctx, 1, func(_ context.Context, _ uint64, said *statement.Announcement) error {
		if seen[said.Statement.ID] = true; len(seen) == len(captures) {
			return errAll
		}
		return nil
	})
	if !errors.Is(err, errAll) {
		b.Fatalf("%d of %d announced: %v", len(seen), len(captures), err)
	}
	group.Wait()
}

// speeches reads the shared speeches as captures; none where they are not.
func speeches(b *testing.B) []*statement.Capture {
	b.Helper()
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	file, err := os.Open(filepath.Join(root, "ungdc", "statements.jsonl.gz"))
	if err != nil {
		b.Logf("NOT MEASURED: %v (ROSTRUM_SHARED_DATA names another place)", err)
		return nil
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	var captures []*statement.Capture
	for lines := json.NewDecoder(bufio.NewReader(unzipped)); lines.More(); {
		var s struct {
			ID, Text string
			Year     int
		}
		if err := lines.Decode(&s); err != nil {
			b.Fatal(err)
		}
		at, address := time.Date(s.Year, 9, 25, 0, 0, 0, 0, time.UTC), "http://debate.example/"+s.ID
		captures = append(captures, &statement.Capture{Version: statement.WireVersion, ID: statement.CaptureID(address, at), URL: address, Source: "debate",
			FetchedAt: at, Method: http.MethodGet, Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
			Body: []byte(s.Text), Hint: statement.Hint{Title: "Address of " + strconv.Itoa(s.Year), Published: at}})
	}
	return captures
}
