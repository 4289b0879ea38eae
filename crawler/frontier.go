package crawler

import (
	"container/heap"
	"context"
	"slices"
	"sync"
	"time"

	"rostrum/crawler/transport"
)

// task is one address to be fetched at some time: a page, or (with a nil page) a document of its source's current pass.
type task struct {
	address string
	host    string
	due     time.Time
	source  *source
	page    *page
	depth   int  // of a document: 0 is the source's own address
	first   bool // ahead of revisits: documents, and pages never tried
	index   int  // in its heap; -1 when in none
	fetched bool // its request is over, and its host may be asked for the next
}

// frontier holds the tasks of all hosts and gives each worker one that may start now. Hosts take turns; of one host's tasks, documents
// and new pages come first, and of these its sources take turns: one with a hundred thousand pages does not hold up another's few. A host in trouble is parked: its tasks wait, and one of them is its probe.
type frontier struct {
	now      func() time.Time
	lanes    *transport.Lanes
	perHost  int
	parallel int // requests at once
	backoff  func(failures int) time.Duration

	mu       sync.Mutex
	hosts    map[string]*host
	requests int             // under way
	active   int             // tasks under way
	busy     map[*source]int // tasks under way
	changed  chan struct{}   // closed and replaced when there may be something new to start
	looked   time.Time       // by the clock on the wall, when it was looked for a task
}

type host struct {
	first   map[*source]*taskHeap
	later   taskHeap
	turns   int             // tasks taken of first
	served  map[*source]int // the turn of a source's last one
	active  int             // requests under way
	started time.Time       // of the last task
	strikes int             // failures in a row
	parked  time.Time       // until when nothing starts
	reason  string          // why it is parked
}

func newFrontier(now func() time.Time, lanes *transport.Lanes, perHost, parallel int, backoff func(int) time.Duration) *frontier {
	return &frontier{now: now, lanes: lanes, perHost: perHost, parallel: parallel, backoff: backoff, hosts: map[string]*host{}, busy: map[*source]int{}, changed: make(chan struct{})}
}

// add queues a task.
func (f *frontier) add(t *task) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.hosts[t.host]
	if h == nil {
		h = &host{first: map[*source]*taskHeap{}, served: map[*source]int{}}
		f.hosts[t.host] = h
	}
	heap.Push(h.queue(t), t)
	f.broadcast()
}

// hasten moves a queued task forward; one that is being performed stays as it is.
func (f *frontier) hasten(t *task, due time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t.index < 0 || !due.Before(t.due) {
		return
	}
	t.due = due
	heap.Fix(f.hosts[t.host].queue(t), t.index)
	f.broadcast()
}

// next waits for a task that may start. It returns the context's error if that ends first. The caller ends each task with done.
func (f *frontier) next(ctx context.Context) (*task, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f.mu.Lock()
		t, wait := f.pick()
		changed := f.changed
		f.mu.Unlock()
		if t != nil {
			return t, nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// longestNap bounds how long a worker sleeps without looking.
const longestNap = time.Minute

// pick takes a task off the ready host that has waited longest; without one it gives the time until a host may be ready.
func (f *frontier) pick() (*task, time.Duration) {
	if f.requests >= f.parallel {
		return nil, longestNap
	}
	now := f.now()
	f.heedClock(now)
	var ready *host
	wait := longestNap
	for name, h := range f.hosts {
		in, possible := f.readyIn(name, h, now)
		switch {
		case !possible:
		case in > 0:
			wait = min(wait, in)
		case ready == nil || h.started.Before(ready.started):
			ready = h
		}
	}
	if ready == nil {
		return nil, wait
	}
	t := ready.take(now)
	ready.active++
	ready.started = now
	f.requests++
	f.active++
	f.busy[t.source]++
	t.fetched = false
	return t, 0
}

// heedClock lets what is due move with a clock that was set back, so that nothing waits for the time that it was ahead. Who waits for a task looks
// once in longestNap, so that no jump that matters goes unnoticed.
func (f *frontier) heedClock(now time.Time) {
	now = now.Round(0)
	back := f.looked.Sub(now)
	f.looked = now
	if back <= 0 {
		return
	}
	for _, h := range f.hosts {
		for _, q := range h.first {
			q.move(-back)
		}
		h.later.move(-back)
	}
}

// readyIn is the time until a host may start its next task; not possible when that depends on other things than time.
func (f *frontier) readyIn(name string, h *host, now time.Time) (in time.Duration, possible bool) {
	due, any := h.due()
	limit := f.perHost
	if h.strikes > 0 {
		limit = 1
	}
	if !any || h.active >= limit {
		return 0, false
	}
	return max(due.Sub(now), h.parked.Sub(now), f.lanes.Wait(name)), true
}

// fetched says that a task's request is over, though what it brought is not yet dealt with: its host may be asked for the next.
func (f *frontier) fetched(t *task) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release(t)
	f.broadcast()
}

// release gives up a task's place in its host and among the requests; the caller holds mu.
func (f *frontier) release(t *task) {
	if t.fetched {
		return
	}
	t.fetched = true
	f.hosts[t.host].active--
	f.requests--
}

// done ends a task that next gave.
func (f *frontier) done(t *task) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release(t)
	f.active--
	if f.busy[t.source]--; f.busy[t.source] == 0 {
		delete(f.busy, t.source)
	}
	if h := f.hosts[t.host]; h != nil && h.active == 0 && h.strikes == 0 && h.empty() {
		delete(f.hosts, t.host)
	}
	f.broadcast()
}

// drop takes out the queued tasks of sources that somebody else is to have. What is under way ends with done, as ever.
func (f *frontier) drop(given map[*source]bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, h := range f.hosts {
		for s := range given {
			delete(h.first, s)
			delete(h.served, s)
		}
		h.later = h.later.without(given)
		if h.active == 0 && h.empty() {
			delete(f.hosts, name)
		}
	}
	f.broadcast()
}

// quiet waits until no task of the sources is under way. It returns the context's error if that ends first.
func (f *frontier) quiet(ctx context.Context, given map[*source]bool) error {
	for {
		f.mu.Lock()
		busy, changed := false, f.changed
		for s := range given {
			busy = busy || f.busy[s] > 0
		}
		f.mu.Unlock()
		if !busy {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// answered forgets a host's strikes.
func (f *frontier) answered(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if h := f.hosts[name]; h != nil {
		h.strikes, h.parked, h.reason = 0, time.Time{}, ""
	}
}

// strikesToPark is how many failures in a row say that a host, not a page, is in trouble.
const strikesToPark = 3

// strike counts a failure against a host, with a weight of strikesToPark when there is no doubt, and parks it when there are enough,
// or for as long as it asks itself.
func (f *frontier) strike(name string, weight int, reason string, ask time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.hosts[name]
	if h == nil || weight == 0 {
		return
	}
	if h.strikes < strikesToPark {
		h.strikes = min(h.strikes+weight, strikesToPark)
	} else {
		h.strikes++
	}
	pause := ask
	if h.strikes >= strikesToPark {
		pause = max(pause, f.backoff(h.strikes-strikesToPark+1))
	}
	if pause > 0 {
		h.parked, h.reason = f.now().Add(pause), reason
	}
}

// parked gives the host's trouble: until when it is parked and why, and how many of its tasks wait.
func (f *frontier) parked(name string) (until time.Time, reason string, waiting int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.hosts[name]
	if h == nil || !h.parked.After(f.now()) {
		return time.Time{}, "", 0
	}
	for _, q := range h.first {
		waiting += len(*q)
	}
	return h.parked, h.reason, waiting
}

// settled waits for a moment in which nothing is under way and nothing could start but for its time or a parked host.
func (f *frontier) settled(ctx context.Context) error {
	for {
		f.mu.Lock()
		busy, changed := f.active > 0 || f.startable(), f.changed
		f.mu.Unlock()
		if !busy {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f *frontier) startable() bool {
	now := f.now()
	for _, h := range f.hosts {
		if due, any := h.due(); any && !due.After(now) && !h.parked.After(now) {
			return true
		}
	}
	return false
}

// broadcast wakes all who wait; the caller holds mu.
func (f *frontier) broadcast() {
	close(f.changed)
	f.changed = make(chan struct{})
}

func (h *host) queue(t *task) *taskHeap {
	if !t.first {
		return &h.later
	}
	q := h.first[t.source]
	if q == nil {
		q = &taskHeap{}
		h.first[t.source] = q
	}
	return q
}

func (h *host) empty() bool { return len(h.first)+len(h.later) == 0 }

// next is the source whose documents and new pages have their turn: of those that are due the one that was served longest ago, else the
// one that is due soonest.
func (h *host) next(now time.Time) (next *source, any bool) {
	isDue := func(s *source) bool { return !(*h.first[s])[0].due.After(now) }
	for s := range h.first {
		switch {
		case !any || isDue(s) && !isDue(next):
			next, any = s, true
		case !isDue(s) && isDue(next):
		case isDue(s) && h.served[s] != h.served[next]:
			if h.served[s] < h.served[next] {
				next = s
			}
		case (*h.first[s])[0].due.Before((*h.first[next])[0].due):
			next = s
		}
	}
	return next, any
}

// due is the earliest time of a task of the host.
func (h *host) due() (due time.Time, any bool) {
	for _, q := range h.first {
		if !any || (*q)[0].due.Before(due) {
			due, any = (*q)[0].due, true
		}
	}
	if len(h.later) > 0 && (!any || h.later[0].due.Before(due)) {
		due, any = h.later[0].due, true
	}
	return due, any
}

// take removes the task to start now; there is one.
func (h *host) take(now time.Time) *task {
	s, any := h.next(now)
	if !any || (*h.first[s])[0].due.After(now) && len(h.later) > 0 {
		return heap.Pop(&h.later).(*task)
	}
	h.turns++
	h.served[s] = h.turns
	q := h.first[s]
	t := heap.Pop(q).(*task)
	if len(*q) == 0 {
		delete(h.first, s)
	}
	return t
}

// taskHeap orders tasks by the time they are due.
type taskHeap []*task

// without gives the heap without the tasks of some sources.
func (q taskHeap) without(given map[*source]bool) taskHeap {
	kept := slices.DeleteFunc(q, func(t *task) bool { return given[t.source] })
	for i, t := range kept {
		t.index = i
	}
	heap.Init(&kept)
	return kept
}

// move moves the times; the order stays.
func (q taskHeap) move(by time.Duration) {
	for _, t := range q {
		t.due = t.due.Add(by)
	}
}

func (q taskHeap) Len() int           { return len(q) }
func (q taskHeap) Less(i, j int) bool { return q[i].due.Before(q[j].due) }
func (q taskHeap) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push is for container/heap.
func (q *taskHeap) Push(x any) {
	t := x.(*task)
	t.index = len(*q)
	*q = append(*q, t)
}

// Pop is for container/heap.
func (q *taskHeap) Pop() any {
	last := len(*q) - 1
	t := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	t.index = -1
	return t
}
