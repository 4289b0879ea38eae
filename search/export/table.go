package export

import (
	"context"
	"slices"

	"rostrum/internal/statement"
	"rostrum/search"
)

// speller spells the rows of a table.
type speller interface {
	head(dst []byte, columns []column) []byte
	row(dst []byte, columns []column, r *row) []byte
	// flush is called after each statement, with end after the last: it appends what was held back until enough was together.
	flush(dst []byte, end bool) ([]byte, error)
}

// table lays statements out as rows.
type table struct {
	layout
	speller
	text    bool // some column needs the text
	row     row
	panel   *panel // counts instead of rows; nil for every other shape
	another statement.Statement
}

func newTable(l layout, s speller) *table {
	text := slices.ContainsFunc(l.columns, func(c column) bool { return c.name == textColumn })
	t := &table{layout: l, speller: s, text: text, row: row{topic: l.topicName}}
	if l.shape != nil && l.shape.panel {
		t.panel = newPanel(l.periods)
	}
	return t
}

func (t *table) begin(dst []byte) []byte { return t.head(dst, t.columns) }

func (t *table) end(dst []byte, emit emitter) ([]byte, int, error) {
	rows := 0
	if t.panel != nil {
		var err error
		for c := range t.panel.sorted() {
			t.row.cell = c
			dst = t.speller.row(dst, t.columns, &t.row)
			rows++
			if dst, err = t.flush(dst, false); err == nil {
				dst, err = emit(dst)
			}
			if err != nil {
				return dst, rows, err
			}
		}
	}
	dst, err := t.flush(dst, true)
	return dst, rows, err
}

// mark implements marker. A panel is not known before its end.
func (t *table) mark() ([]byte, bool) {
	if t.panel != nil {
		return nil, false
	}
	if m, ok := t.speller.(marker); ok {
		return m.mark()
	}
	return nil, true
}

func (t *table) resume(state []byte) error {
	if m, ok := t.speller.(marker); ok {
		m.(interface{ prepare([]column) }).prepare(t.columns)
		return m.resume(state)
	}
	return nil
}

// wants implements decoding. A panel keeps ids, and Parquet holds rows back.
func (t *table) wants() wanted {
	_, holds := t.speller.(*parquetRows)
	return wanted{decoded: true, text: t.text, rest: t.shape.whole, keep: holds || t.panel != nil}
}

func (t *table) statement(ctx context.Context, sel search.Selection, dst []byte, s read) ([]byte, int, error) {
	if t.panel != nil {
		return dst, 0, t.panel.count(s.st)
	}
	dst, rows, err := t.rows(ctx, sel, dst, s.st)
	if err == nil {
		dst, err = t.flush(dst, false)
	}
	return dst, rows, err
}

func (t *table) rows(ctx context.Context, sel search.Selection, dst []byte, st *statement.Statement) ([]byte, int, error) {
	t.row.st, t.row.at, t.row.other = st, 0, nil
	if t.shape.members {
		return t.copies(ctx, sel, dst, st)
	}
	parts, rows := 1, 0
	if t.shape.parts != nil {
		parts = t.shape.parts(st)
	}
	for i := range parts {
		t.row.at = i
		if t.shape.skip == nil || !t.shape.skip(&t.row) {
			dst = t.speller.row(dst, t.columns, &t.row)
			rows++
		}
	}
	return dst, rows, nil
}

// copies makes a row for each other member of a statement's group.
func (t *table) copies(ctx context.Context, sel search.Selection, dst []byte, st *statement.Statement) (_ []byte, rows int, err error) {
	if st.Copies == 0 {
		return dst, 0, nil
	}
	err = sel.Members(ctx, st.Group, func(s search.Stored) error {
		other, err := s.DecodeInto(&t.another, false, false)
		if err != nil || other.ID == st.ID {
			return err
		}
		t.row.other = other
		dst = t.speller.row(dst, t.columns, &t.row)
		rows++
		return nil
	})
	return dst, rows, err
}
