package transport

import (
	"context"
	"maps"
	"sync"
	"time"
)

// maxLanes bounds how many hosts are remembered; idle ones are forgotten first.
const maxLanes = 10_000

// Lanes holds every host to its pace: at most so many requests at once, and at least so much time from the start of one to the
// start of the next. A request has started when it enters, and again when its answer begins: only then is it sure to have arrived, so
// that the host sees the whole delay however long the way to it was. It is safe for many goroutines.
type Lanes struct {
	delay  time.Duration
	slots  int
	rested bool // a host met for the first time is left alone for the delay

	mu    sync.Mutex
	hosts map[string]*lane
}

type lane struct {
	slots chan struct{} // a token for each request under way
	alone chan struct{} // a token for the one request under way to a host that asked for a delay itself
	slow  bool          // it did
	delay time.Duration
	last  time.Time // when the last request started
	next  time.Time // when the next may
}

// NewLanes makes lanes with a delay between the starts of requests to one host (0: none) and a number of requests at once (at least 1).
func NewLanes(delay time.Duration, slots int) *Lanes {
	return &Lanes{delay: delay, slots: max(slots, 1), hosts: map[string]*lane{}}
}

// Rested has every host that is met for the first time, or again after Forget, left alone for the delay: somebody else may have asked it
// a moment ago. It is called before any other method.
func (l *Lanes) Rested() { l.rested = true }

// Forget forgets the hosts that match; nobody may be in their lanes.
func (l *Lanes) Forget(match func(host string) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.hosts, func(host string, _ *lane) bool { return match(host) })
}

// Enter waits for the host's turn; the caller calls leave when its request is over. It returns the context's error if that ends first.
func (l *Lanes) Enter(ctx context.Context, host string) (leave func(), err error) {
	ln := l.lane(host)
	if leave, err = l.slot(ctx, ln); err != nil {
		return nil, err
	}
	for wait := l.start(ln); wait > 0; wait = l.start(ln) { // another may have come first, or the host been slowed down
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			leave()
			return nil, context.Cause(ctx)
		}
	}
	return leave, nil
}

// slot waits for a place among the requests under way to a host; leave gives it up.
func (l *Lanes) slot(ctx context.Context, ln *lane) (leave func(), err error) {
	select {
	case ln.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	l.mu.Lock()
	slow := ln.slow
	l.mu.Unlock()
	if !slow {
		return func() { <-ln.slots }, nil
	}
	select {
	case ln.alone <- struct{}{}:
		return func() { <-ln.alone; <-ln.slots }, nil
	case <-ctx.Done():
		<-ln.slots
		return nil, context.Cause(ctx)
	}
}

// start starts a request now, or gives the time until one may.
func (l *Lanes) start(ln *lane) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if wait := ln.next.Sub(now); wait > 0 {
		return wait
	}
	ln.last, ln.next = now, now.Add(ln.delay)
	return 0
}

// Arrived says that a request to the host that has entered is known to have arrived, or has failed.
func (l *Lanes) Arrived(host string) {
	ln := l.lane(host)
	l.mu.Lock()
	defer l.mu.Unlock()
	ln.last = time.Now()
	if next := ln.last.Add(ln.delay); next.After(ln.next) {
		ln.next = next
	}
}

// Wait is how long a request to the host would wait for its pace if it came now.
func (l *Lanes) Wait(host string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ln, ok := l.hosts[host]; ok {
		return max(time.Until(ln.next), 0)
	}
	return 0
}

// Slow raises a host's delay to at least d, from its last request on, and asks it for one thing at a time: what its robots.txt asks for,
// the request for which was the last.
func (l *Lanes) Slow(host string, d time.Duration) {
	ln := l.lane(host)
	l.mu.Lock()
	defer l.mu.Unlock()
	ln.slow = true
	if d <= ln.delay {
		return
	}
	ln.delay = d
	if next := ln.last.Add(d); !ln.last.IsZero() && next.After(ln.next) {
		ln.next = next
	}
}

func (l *Lanes) lane(host string) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	ln, ok := l.hosts[host]
	if !ok {
		if len(l.hosts) >= maxLanes {
			l.forgetIdle()
		}
		ln = &lane{slots: make(chan struct{}, l.slots), alone: make(chan struct{}, 1), delay: l.delay}
		if l.rested {
			ln.next = time.Now().Add(l.delay)
		}
		l.hosts[host] = ln
	}
	return ln
}

func (l *Lanes) forgetIdle() {
	now := time.Now()
	for host, ln := range l.hosts {
		if len(ln.slots) == 0 && ln.next.Before(now) {
			delete(l.hosts, host)
		}
	}
}
