package blevestore

import "sync"

// lender lends memory for the documents or the scores of a segment: a search of a large index needs megabytes of it for milliseconds.
type lender[T any] struct{ pool sync.Pool }

// borrow gives n elements with anything in them, to be given back.
func (l *lender[T]) borrow(n int) []T {
	if s, _ := l.pool.Get().(*[]T); s != nil && cap(*s) >= n {
		return (*s)[:n]
	}
	return make([]T, n)
}

func (l *lender[T]) giveBack(s []T) { l.pool.Put(&s) }

// lenders are those of a store.
type lenders struct {
	docs   lender[uint32]
	scores lender[float64]
}
