package extract

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum/internal/fault"
)

// peakOf gives by how much the heap grew at most while do ran, in MiB.
func peakOf(do func()) uint64 {
	debug.FreeOSMemory()
	_, before := heap()
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		top := before
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-stop:
				tick.Stop()
				most <- top
				return
			case <-tick.C:
				_, now := heap()
				top = max(top, now)
			}
		}
	}()
	do()
	close(stop)
	return (<-most - before) >> 20
}

// TestFlatPages gives pages that are one tag after another, or one large tag, and looks at what they take at most.
func TestFlatPages(t *testing.T) {
	const size = 16<<20 - 8<<10
	for name, c := range map[string]struct {
		page string
		most uint64 // MiB
	}{
		"paragraphs":           {strings.Repeat("<p>a", size/4), 80},
		"ends of paragraphs":   {strings.Repeat("</p>", size/4), 80},
		"comments":             {strings.Repeat("<!-->", size/5), 80},
		"paragraphs in a nest": {strings.Repeat("<div>", 600) + strings.Repeat("<p>a", size/4), 80},
		"one attribute":        {"<p " + strings.Repeat("a", size/4) + ">", 150},
		"attributes":           {"<p " + strings.Repeat("a ", size/64) + ">", 150},
	} {
		var err error
		peak := peakOf(func() { _, err = New(Options{}).Extract(t.Context(), fill(Input{Body: []byte(c.page)})) })
		t.Logf("%-20s %4d MiB at most: %.80s", name, peak, fmt.Sprint(err))
		if fault.KindOf(err) != fault.Poison || peak > c.most {
			t.Errorf("%s: %d MiB, %v", name, peak, err)
		}
	}
}

// TestTreesThatGrowAreNotMade gives a page whose tree would take 4 GB, though it has 240 KB: each of its paragraphs opens four hundred
// elements of formatting again. A large page that is read at the same time is not taken for it.
func TestTreesThatGrowAreNotMade(t *testing.T) {
	var page strings.Builder
	page.WriteString("<html><body><p>")
	for i := range 400 {
		fmt.Fprintf(&page, "<b a=%d>", i)
	}
	page.WriteString(strings.Repeat("<p>x", 60_000))
	large := "<html><body>" + strings.Repeat("<p>a<b>c</b>", 80_000)
	x := New(Options{})
	var grown, innocent error
	peak := peakOf(func() {
		var beside sync.WaitGroup
		beside.Go(func() { _, grown = x.Extract(t.Context(), fill(Input{Body: []byte(page.String())})) })
		beside.Go(func() { _, innocent = x.parse(large) })
		beside.Wait()
	})
	t.Logf("%d MiB at most", peak)
	if fault.KindOf(grown) != fault.Poison || !strings.Contains(grown.Error(), "nodes") || innocent != nil {
		t.Errorf("the page that grows: %v, the other: %v", grown, innocent)
	}
	if most := uint64(maxGrowth+2*looked) >> 20; peak > most {
		t.Errorf("%d MiB at most, want %d", peak, most)
	}
}
