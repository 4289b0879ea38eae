//go:build !race

package percolate

const slower = 1
