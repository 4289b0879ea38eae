package main

import (
	"io"
	"strings"

	"github.com/rivo/uniseg"
)

// table aligns columns by the width a terminal gives their letters: two cells for Han.
type table struct {
	rows   [][]string
	widths []int
}

func newTable(heads ...string) *table {
	t := &table{widths: make([]int, len(heads))}
	t.row(heads...)
	return t
}

func (t *table) row(cells ...string) {
	for i, c := range cells {
		t.widths[i] = max(t.widths[i], uniseg.StringWidth(c))
	}
	t.rows = append(t.rows, cells)
}

func (t *table) print(w io.Writer) error {
	var b strings.Builder
	for _, cells := range t.rows {
		line := ""
		for i, c := range cells {
			line += c
			if i < len(cells)-1 {
				line += strings.Repeat(" ", t.widths[i]-uniseg.StringWidth(c)+2)
			}
		}
		b.WriteString(strings.TrimRight(line, " "))
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
