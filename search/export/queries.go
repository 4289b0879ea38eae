package export

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/query"
)

const (
	// queriesAtOnce is how many queries of a list are asked at a time, queriesAhead how many are before their rows are written.
	queriesAtOnce, queriesAhead = 2, 32
	// maxFound bounds the rows that a list of queries may ask for: as many statements for each query as its limit says.
	maxFound = 1_000_000
	// maxQueryBytes bounds one query of a list: no query that may be asked is longer.
	maxQueryBytes = 4 * query.MaxLength
)

// Finder answers a query. Its faults are fault.Query and fault.Invalid for what is asked for.
type Finder interface {
	Search(ctx context.Context, ask search.Ask) (search.Result, error)
}

// Queries are many queries whose answers make one table: a row for each statement found, and one for each query that finds none or is at fault.
type Queries struct {
	Finder     Finder
	Order      search.Order
	Limit      int  // of statements for each query; 0: 20
	JSON       bool // a JSON list of objects instead of CSV
	BOM        bool // csv: begin with a byte order mark, for spreadsheets
	Neutralize bool // csv: keep spreadsheets from running a cell as a formula
}

// found is a row of the table.
type found struct {
	query, parsed string
	total, rank   int // rank 0: nothing was found
	hit           *search.Hit
	err           *fault.Error // instead of all the rest
}

// foundColumns are the columns of the table. What the API calls the same is the same.
var foundColumns = []struct {
	name   string
	number bool
	of     func(f *found) string
}{
	{"query", false, func(f *found) string { return f.query }},
	{"parsed", false, func(f *found) string { return f.parsed }},
	{"total", true, func(f *found) string { return when(f.err == nil, strconv.Itoa(f.total)) }},
	{"rank", true, func(f *found) string { return when(f.rank > 0, strconv.Itoa(f.rank)) }},
	{"id", false, hit(func(h *search.Hit) string { return h.ID })},
	{"url", false, hit(func(h *search.Hit) string { return h.URL })},
	{"title", false, hit(func(h *search.Hit) string { return h.Title })},
	{"published", false, hit(func(h *search.Hit) string {
		if h.Published == nil {
			return ""
		}
		return h.Published.UTC().Format(time.RFC3339)
	})},
	{"language", false, hit(func(h *search.Hit) string { return h.Language })},
	{"kind", false, hit(func(h *search.Hit) string { return h.Kind })},
	{"source", false, hit(func(h *search.Hit) string { return h.Source })},
	{"issuer_ids", false, hit(func(h *search.Hit) string {
		var ids []byte
		for _, a := range h.Actors {
			if a.Role == statement.Issuer {
				if len(ids) > 0 {
					ids = append(ids, listSeparator)
				}
				ids = appendItem(ids, a.ID)
			}
		}
		return string(ids)
	})},
	{"error", false, func(f *found) string {
		if f.err == nil {
			return ""
		}
		return strings.TrimSuffix(f.err.What+"; "+f.err.Remedy, "; ")
	}},
	{"position", true, func(f *found) string {
		return when(f.err != nil && f.err.Kind == fault.Query && f.err.Position >= 0, strconv.Itoa(max(0, positionOf(f))))
	}},
}

func positionOf(f *found) int {
	if f.err == nil {
		return 0
	}
	return f.err.Position
}

func when(told bool, s string) string {
	if told {
		return s
	}
	return ""
}

func hit(of func(h *search.Hit) string) func(f *found) string {
	return func(f *found) string {
		if f.hit == nil {
			return ""
		}
		return of(f.hit)
	}
}

// Check refuses what is more than a table may have.
func (q *Queries) Check(queries []string) error {
	if q.Limit == 0 {
		q.Limit = 20
	}
	if q.Order == "" {
		q.Order = search.Relevance
	}
	if len(queries)*q.Limit > maxFound {
		return invalid("limit", fmt.Sprintf("%d queries with %d statements each could make more than %d rows", len(queries), q.Limit, maxFound), "ask for fewer statements a query, or send the list in pieces")
	}
	return nil
}

// Write writes the table to w, and says how many rows it has. A query at fault is a row that says so; anything else that fails ends it.
func (q *Queries) Write(ctx context.Context, queries []string, w io.Writer) (rows int, err error) {
	if err := q.Check(queries); err != nil {
		return 0, err
	}
	buf := q.begin(nil)
	for piece := range slices.Chunk(queries, queriesAhead) {
		answers := make([][]found, len(piece))
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(queriesAtOnce)
		for i, text := range piece {
			group.Go(func() (err error) {
				answers[i], err = q.ask(ctx, text)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return rows, err
		}
		for _, answer := range answers {
			for i := range answer {
				buf = q.row(buf, &answer[i], rows)
				rows++
			}
		}
		if _, err := w.Write(buf); err != nil {
			return rows, fmt.Errorf("write table: %w", err)
		}
		buf = buf[:0]
	}
	if q.JSON {
		buf = append(buf, "\n]\n"...)
	}
	if _, err := w.Write(buf); err != nil {
		return rows, fmt.Errorf("write table: %w", err)
	}
	return rows, nil
}

func (q *Queries) ask(ctx context.Context, text string) ([]found, error) {
	answer, err := q.patiently(ctx, search.Ask{Query: text, Order: q.Order, Limit: q.Limit})
	if err != nil {
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != fault.Query && f.Kind != fault.Invalid && f.Kind != fault.TooLarge {
			return nil, fmt.Errorf("ask %.100q: %w", text, err)
		}
		return []found{{query: text, err: f}}, nil
	}
	if len(answer.Statements) == 0 {
		return []found{{query: text, parsed: answer.Query.Parsed, total: answer.Total}}, nil
	}
	rows := make([]found, len(answer.Statements))
	for i := range rows {
		rows[i] = found{query: text, parsed: answer.Query.Parsed, total: answer.Total, rank: i + 1, hit: &answer.Statements[i]}
	}
	return rows, nil
}

// patiently asks again while the server has too much to do: a list has time.
func (q *Queries) patiently(ctx context.Context, ask search.Ask) (search.Result, error) {
	for {
		answer, err := q.Finder.Search(ctx, ask)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != fault.RateLimited {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return answer, ctx.Err()
		case <-time.After(f.RetryAfter()):
		}
	}
}

func (q *Queries) begin(dst []byte) []byte {
	if q.JSON {
		return append(dst, '[')
	}
	if q.BOM {
		dst = append(dst, "\ufeff"...)
	}
	for i, c := range foundColumns {
		dst = append(separate(dst, i), c.name...)
	}
	return append(dst, '\r', '\n')
}

func (q *Queries) row(dst []byte, f *found, n int) []byte {
	if !q.JSON {
		for i, c := range foundColumns {
			dst = appendCell(separate(dst, i), c.of(f), q.Neutralize && !c.number)
		}
		return append(dst, '\r', '\n')
	}
	if n > 0 {
		dst = append(dst, ',')
	}
	dst = append(dst, '\n', '{')
	first := true
	for _, c := range foundColumns {
		cell := c.of(f)
		if cell == "" && c.name != "query" {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(search.AppendQuoted(dst, c.name), ':')
		if c.number {
			dst = append(dst, cell...)
		} else {
			dst = search.AppendQuoted(dst, cell)
		}
	}
	return append(dst, '}')
}

// ReadQueries reads the column query of a CSV, else its first; a heading is one only if it is called query. Empty lines are passed over. name is
// what the list is called in faults, which are fault.Invalid for a table that is none, and for one of more than most queries.
func ReadQueries(in io.Reader, name string, most int) ([]string, error) {
	name = cmp.Or(name, "the list")
	table := csv.NewReader(in)
	table.FieldsPerRecord, table.LazyQuotes = -1, true
	var queries []string
	column := 0
	for line := 0; ; line++ {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if f, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, invalid("queries", fmt.Sprintf("%s is no CSV: line %d: %v", name, f.Line, f.Err), "put a query with commas or quotation marks in quotation marks, with each of its own doubled")
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if line == 0 {
			cells[0] = strings.TrimPrefix(cells[0], "\ufeff")
			if at := slices.IndexFunc(cells, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), "query") }); at >= 0 {
				column = at
				continue
			}
		}
		if column >= len(cells) || strings.TrimSpace(cells[column]) == "" {
			continue
		}
		query := strings.TrimSpace(cells[column])
		if len(query) > maxQueryBytes {
			at, _ := table.FieldPos(column)
			return nil, invalid("queries", fmt.Sprintf("the query in line %d of %s is longer than %d bytes", at, name, maxQueryBytes), "shorten it")
		}
		if queries = append(queries, query); len(queries) > most {
			return nil, invalid("queries", fmt.Sprintf("%s has more than %d queries", name, most), "send it in pieces")
		}
	}
	if len(queries) == 0 {
		return nil, invalid("queries", name+" has no queries", "write one a line, or a CSV with a column query")
	}
	return queries, nil
}
