//go:build race

package percolate

// slower is how many times less is tried: the race detector makes everything slow.
const slower = 8
