package httpapi

import (
	"sync"
	"time"
)

// Bounds of failed logins.
const (
	burst      = 10               // failures that an address has free
	refill     = 10 * time.Second // after which it has one more
	maxDebtors = 10_000           // addresses that are remembered
)

// limiter counts failures by address.
type limiter struct {
	now func() time.Time

	mu      sync.Mutex
	debtors map[string]time.Time // until when its failures are paid off
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, debtors: map[string]time.Time{}}
}

// wait says how long an address has to wait before another try; 0 when it has not.
func (l *limiter) wait(from string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	free := l.debtors[l.key(from)].Add(-(burst - 1) * refill)
	return max(0, free.Sub(l.now())) // a time that is long past makes the least duration there is
}

// failed counts a failure. One who tries on while waiting does not wait longer for it.
func (l *limiter) failed(from string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	key := l.key(from)
	until := l.debtors[key]
	if until.Before(now) {
		until = now
	}
	if until = until.Add(refill); until.Sub(now) > burst*refill {
		until = now.Add(burst * refill)
	}
	l.debtors[key] = until
	if len(l.debtors) > maxDebtors {
		for k, paid := range l.debtors {
			if paid.Before(now) {
				delete(l.debtors, k)
			}
		}
	}
}

// key is the address, or one for all that come when too many are remembered.
func (l *limiter) key(from string) string {
	if _, known := l.debtors[from]; known || len(l.debtors) < maxDebtors {
		return from
	}
	return "others"
}
