package alert

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"rostrum/internal/statement"
)

// BenchmarkLook matches rounds of 64 statements of 3 KB against 10,000 saved queries of which 20 hold for each, by one goroutine and by as
// many as there are cores, and says what in them fired.
func BenchmarkLook(b *testing.B) {
	o := options(newWorld())
	o.PerOwner = 1 << 20
	s, err := New(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	for n := range 10_000 {
		if _, err := s.Create(b.Context(), Draft{Zone: "UTC", Query: fmt.Sprintf("word%d OR (plain%d word%d)", n%500, n%200, n)}); err != nil {
			b.Fatal(err)
		}
	}
	sights := make([]*sight, maxAhead)
	look := func() {
		for i := range sights {
			text := fmt.Sprintf("%s Of word%d.", strings.Repeat(fmt.Sprintf("The plain%d tide is high. ", i), 120), i)
			st := says(fmt.Sprint("s", i), 1, text)
			sights[i] = &sight{announced: announced{uint64(i + 1), &statement.Announcement{Statement: st}}, read: s.read(&st)}
		}
		s.look(sights)
	}
	look()
	b.Logf("%d saved queries hold for a statement", hitsOf(sights[0]))
	all := s.eyes
	for _, eyes := range []int{1, runtime.GOMAXPROCS(0), 1, runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("goroutines=%d", eyes), func(b *testing.B) {
			s.eyes = all[:min(eyes, len(all))]
			before := processorTime(b)
			for b.Loop() {
				look()
			}
			statements := float64(b.N * len(sights))
			b.ReportMetric(statements/b.Elapsed().Seconds(), "statements/s")
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/statements, "µs-cpu/statement")
		})
	}
}

func hitsOf(st *sight) (n int) {
	for _, h := range st.hits {
		n += len(h.records)
	}
	return n
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
