package alert

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// parcel is a delivery on its way.
type parcel struct {
	seq      uint64
	saved    string
	delivery Delivery
	alert    *Alert // nil: it is read again when it is needed
	alertID  string
	bundle   *bundle // it is a message of several alerts, or of none
	replay   bool    // asked for by hand: also to a channel that is disabled
}

func (p *parcel) key() string {
	if p.bundle != nil {
		return sentBundles + p.bundle.ID
	}
	return deliveryKey(p.alertID, p.delivery.Channel)
}

func (p *parcel) due() time.Time {
	if p.delivery.Next == nil {
		return time.Time{}
	}
	return *p.delivery.Next
}

// heedClock has a retry wait no longer than its pause when the clock was ahead at the attempt before it, and was set back since.
func (p *parcel) heedClock(now time.Time) {
	made := p.delivery.Attempts
	if p.delivery.Next == nil || len(made) == 0 {
		return
	}
	if at := made[len(made)-1].At; at.After(now) {
		next := now.Add(max(0, p.delivery.Next.Sub(at))).UTC()
		p.delivery.Next = &next
	}
}

// parcels is a heap by when they are due, then by the order of their alerts.
type parcels []parcel

func (q parcels) Len() int      { return len(q) }
func (q parcels) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q parcels) Less(i, j int) bool {
	if x, y := q[i].due(), q[j].due(); !x.Equal(y) {
		return x.Before(y)
	}
	return q[i].seq < q[j].seq
}
func (q *parcels) Push(x any) { *q = append(*q, x.(parcel)) }
func (q *parcels) Pop() any {
	old := *q
	p := old[len(old)-1]
	old[len(old)-1] = parcel{}
	*q = old[:len(old)-1]
	return p
}

// lane is the deliveries to one receiver.
type lane struct {
	c    *courier
	to   string // the receiver
	room int
	wake chan struct{}

	mu      sync.Mutex
	queue   parcels
	flying  int
	failing bool
	stopped bool
	looked  time.Time // by the clock on the wall
}

func newLane(c *courier, to string) *lane {
	l := &lane{c: c, to: to, room: maxLane, wake: make(chan struct{}, 1)}
	if to == mailLane {
		l.room = maxMailLane
	}
	return l
}

// push says whether there was room.
func (l *lane) push(p parcel) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue)+l.flying >= l.room {
		return false
	}
	p.heedClock(l.c.s.o.Now())
	heap.Push(&l.queue, p)
	l.notify()
	return true
}

func (l *lane) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.notify()
}

func (l *lane) notify() {
	select {
	case l.wake <- struct{}{}:
	default: // it is awake
	}
}

// run makes the attempts as they fall due, until the lane is empty or stopped.
func (l *lane) run(ctx context.Context) {
	for {
		p, wait, end := l.next()
		if end {
			return
		}
		if p != nil {
			l.start(ctx, p)
			continue
		}
		var timer *time.Timer
		var due <-chan time.Time
		if wait > 0 {
			timer = time.NewTimer(wait)
			due = timer.C
		}
		select {
		case <-l.wake:
		case <-due:
		}
		if timer != nil {
			timer.Stop()
		}
	}
}

// next gives the parcel that is due, if there is room for an attempt; else how long to wait (0: until woken), or that there is no more.
func (l *lane) next() (p *parcel, wait time.Duration, end bool) {
	l.c.mu.Lock() // the courier must not push into a lane that ends
	defer l.c.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped || len(l.queue) == 0 && l.flying == 0 {
		delete(l.c.lanes, l.to)
		return nil, 0, true
	}
	width := laneWidth
	if l.failing {
		width = 1
	}
	if len(l.queue) == 0 || l.flying >= width {
		return nil, 0, false
	}
	now := l.c.s.o.Now().Round(0)
	if now.Before(l.looked) {
		for i := range l.queue {
			l.queue[i].heedClock(now)
		}
		heap.Init(&l.queue)
	}
	l.looked = now
	if wait := l.queue[0].due().Sub(now); wait > 0 {
		return nil, wait, false
	}
	next := heap.Pop(&l.queue).(parcel)
	l.flying++
	return &next, 0, false
}

// start waits for a slot and makes the attempt beside the lane.
func (l *lane) start(ctx context.Context, p *parcel) {
	l.mu.Lock()
	failing := l.failing
	l.mu.Unlock()
	var taken []chan struct{}
	slots := []chan struct{}{l.c.slots}
	if failing {
		slots = []chan struct{}{l.c.failing, l.c.slots}
	}
	for _, s := range slots {
		select {
		case s <- struct{}{}:
			taken = append(taken, s)
		case <-ctx.Done():
		}
	}
	l.c.running.Go(func() {
		again, failed := true, false
		if ctx.Err() == nil {
			again, failed = l.c.attempt(ctx, p)
		}
		for _, s := range taken {
			<-s
		}
		l.landed(p, again, failed)
	})
}

// landed puts a parcel back that waits for another attempt.
func (l *lane) landed(p *parcel, again, failed bool) {
	if !again {
		l.c.finished(p)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flying--
	l.failing = failed
	if again {
		p.alert = nil
		heap.Push(&l.queue, *p)
	}
	l.notify()
}
