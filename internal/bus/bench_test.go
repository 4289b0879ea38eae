package bus

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"rostrum/internal/statement"
)

// page is a capture of a usual size: 30 KB of HTML.
func page(n int) *statement.Capture {
	c := capture(n)
	c.Body = bytes.Repeat([]byte("<p>The delegation said.</p> "), 30_000/28)
	return c
}

func eachPolicy(b *testing.B, run func(b *testing.B, bus *Bus)) {
	for _, policy := range []SyncPolicy{SyncAlways, SyncInterval} {
		b.Run(string(policy), func(b *testing.B) {
			run(b, openTest(b, func(o *Options) { o.Sync, o.CapturesMaxBytes = policy, 32<<30 }))
		})
	}
}

func perSecond(b *testing.B, n int, unit string) {
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), unit+"/s")
}

func BenchmarkPublish(b *testing.B) {
	eachPolicy(b, func(b *testing.B, bus *Bus) {
		ctx := context.Background()
		n := 0
		for b.Loop() {
			n++
			if err := bus.PublishCapture(ctx, page(n)); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, n, "captures")
	})
}

// BenchmarkPublishLarge publishes captures of 3 MB, which travel by reference.
func BenchmarkPublishLarge(b *testing.B) {
	eachPolicy(b, func(b *testing.B, bus *Bus) {
		ctx := context.Background()
		n := 0
		c := capture(1)
		c.Body = make([]byte, 3<<20)
		b.SetBytes(3 << 20)
		for b.Loop() {
			n++
			c.ID = fmt.Sprint(n)
			if err := bus.PublishCapture(ctx, c); err != nil {
				b.Fatal(err)
			}
			if n%500 == 0 { // stay within the bound of the bodies
				b.StopTimer()
				if err := bus.bodies[captureBodies].stream.Purge(ctx); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		}
	})
}

// BenchmarkConsume takes 10,000 captures through an empty handler, acknowledgement and mark included.
func BenchmarkConsume(b *testing.B) {
	const n = 10_000
	eachPolicy(b, func(b *testing.B, bus *Bus) {
		total := 0
		for b.Loop() {
			b.StopTimer()
			fill(b, bus, total, n)
			b.StartTimer()
			drain(b, bus, n)
			total += n
		}
		perSecond(b, total, "captures")
	})
}

// drain consumes n captures, and ends when the server has removed them all.
func drain(b *testing.B, bus *Bus, n int) {
	b.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	consumed, got := make(chan error, 1), make(chan struct{})
	go func() {
		consumed <- bus.ConsumeCaptures(ctx, BatchOptions{}, func(_ context.Context, batch []*statement.Capture) ([]error, error) {
			if n -= len(batch); n == 0 {
				close(got)
			}
			return nil, nil
		})
	}()
	<-got
	expectNonePending(b, bus)
	stop()
	if err := <-consumed; err != nil {
		b.Fatal(err)
	}
}

// fill puts captures on the stream with many publishers at once.
func fill(b *testing.B, bus *Bus, from, n int) {
	b.Helper()
	const publishers = 16
	failed := make(chan error, publishers)
	for p := range publishers {
		go func() {
			for i := from + p; i < from+n; i += publishers {
				if err := bus.PublishCapture(context.Background(), page(i)); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	for range publishers {
		if err := <-failed; err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAnnounce announces batches of 1,000 statements of 3 KB.
func BenchmarkAnnounce(b *testing.B) {
	eachPolicy(b, func(b *testing.B, bus *Bus) {
		n := 0
		for b.Loop() {
			batch := announcements(n, n+1000)
			for i := range batch {
				batch[i].Statement.Text = string(bytes.Repeat([]byte("The delegation said. "), 150))
			}
			n += len(batch)
			if err := bus.Announce(context.Background(), batch); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, n, "statements")
	})
}

func BenchmarkPut(b *testing.B) {
	eachPolicy(b, func(b *testing.B, bus *Bus) {
		n := 0
		for b.Loop() {
			n++
			if _, err := bus.Bucket(FetchState).Put(context.Background(), fmt.Sprint(n%1000), make([]byte, 300)); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, n, "writes")
	})
}
