package main

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

const (
	progressAfter = time.Second            // work that is shorter shows none
	redrawEvery   = 200 * time.Millisecond // on a terminal
	printEvery    = 10 * time.Second       // elsewhere
)

// progress tells how work goes: on a terminal by a line that changes, elsewhere by plain lines.
type progress struct {
	w        io.Writer
	terminal bool
	began    time.Time
	next     time.Time
	drawn    bool
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, began: time.Now(), terminal: onTerminal(w)}
	p.next = p.began.Add(progressAfter)
	return p
}

// show tells the state, which is asked for only when it is time to.
func (p *progress) show(state func(running time.Duration) string) {
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	line := state(now.Sub(p.began))
	if p.terminal {
		p.next, p.drawn = now.Add(redrawEvery), true
		line = "\r\x1b[K" + line
	} else {
		p.next = now.Add(printEvery)
		line += "\n"
	}
	_, _ = io.WriteString(p.w, line) // progress that nobody can read must not end the work
}

// end takes the line away. It is idempotent.
func (p *progress) end() {
	if p.drawn {
		p.drawn = false
		_, _ = io.WriteString(p.w, "\r\x1b[K")
	}
}

// grouped writes a number with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// bytesOf writes an amount of bytes in a unit that a reader can grasp.
func bytesOf(n int64) string {
	const kilo = 1000
	switch v := float64(n); {
	case v >= kilo*kilo*kilo:
		return fmt.Sprintf("%.1f GB", v/kilo/kilo/kilo)
	case v >= kilo*kilo:
		return fmt.Sprintf("%.1f MB", v/kilo/kilo)
	case v >= kilo:
		return fmt.Sprintf("%.1f kB", v/kilo)
	}
	return fmt.Sprintf("%d bytes", n)
}
