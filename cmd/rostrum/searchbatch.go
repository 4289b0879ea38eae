package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"rostrum/internal/fault"
	"rostrum/search"
)

const (
	// maxBatch bounds the queries of a batch.
	maxBatch = 100_000
	// batchAtOnce is how many of them are asked at a time.
	batchAtOnce = 4
)

// batchColumns head the table that a batch makes.
var batchColumns = []string{"query", "parsed", "total", "rank", "id", "url", "title", "published", "language", "kind", "source", "issuer_ids", "error"}

// runBatch asks every query of a file and writes one table: a row for each result, and one for each query that finds nothing or is at fault.
func runBatch(cmd *cobra.Command, c *client, file, order string, limit int) error {
	queries, err := readQueries(cmd.InOrStdin(), file)
	if err != nil {
		return err
	}
	w := csv.NewWriter(cmd.OutOrStdout())
	if err := w.Write(batchColumns); err != nil {
		return failed(err)
	}
	for chunk := range slices.Chunk(queries, 16*batchAtOnce) {
		answers := make([][][]string, len(chunk))
		group, ctx := errgroup.WithContext(cmd.Context())
		group.SetLimit(batchAtOnce)
		for i, q := range chunk {
			group.Go(func() (err error) {
				answers[i], err = c.batchRows(ctx, q, order, limit)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		for _, rows := range answers {
			if err := w.WriteAll(rows); err != nil {
				return failed(err)
			}
		}
	}
	return nil
}

// batchRows asks one query. A query that is at fault is a row that says so; a server that can't be reached ends the batch.
func (c *client) batchRows(ctx context.Context, query, order string, limit int) ([][]string, error) {
	var found search.Result
	err := c.getJSON(ctx, "/api/v1/statements", url.Values{"q": {query}, "sort": {order}, "limit": {strconv.Itoa(limit)}}, &found)
	if err != nil {
		if fault.KindOf(err) != fault.Invalid {
			return nil, err
		}
		row := make([]string, len(batchColumns))
		row[0], row[len(row)-1] = query, err.Error()
		return [][]string{row}, nil
	}
	total := strconv.Itoa(found.Total)
	if len(found.Statements) == 0 {
		row := make([]string, len(batchColumns))
		row[0], row[1], row[2] = query, found.Query.Parsed, total
		return [][]string{row}, nil
	}
	rows := make([][]string, 0, len(found.Statements))
	for i := range found.Statements {
		h := &found.Statements[i]
		published, issuers := "", []string{}
		if h.Published != nil {
			published = h.Published.UTC().Format(time.RFC3339)
		}
		for _, a := range h.Actors {
			if a.Role == "issuer" {
				issuers = append(issuers, a.ID)
			}
		}
		rows = append(rows, []string{query, found.Query.Parsed, total, strconv.Itoa(i + 1), h.ID, h.URL, h.Title, published, h.Language, h.Kind, h.Source, strings.Join(issuers, "|"), ""})
	}
	return rows, nil
}

// readQueries reads the column query of a CSV, else its first; a heading is one only if it is called query. - is standard input.
func readQueries(stdin io.Reader, file string) ([]string, error) {
	in := stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, fault.New(fault.Invalid, "the file "+file+" can't be read: "+err.Error(), "give a CSV with a column query")
		}
		defer f.Close()
		in = f
	}
	table := csv.NewReader(in)
	table.FieldsPerRecord, table.LazyQuotes = -1, true
	var queries []string
	column := 0
	for line := 0; ; line++ {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, cmp.Or(file, "the input")+" is no CSV: "+err.Error(), "put a query with commas or quotation marks in quotation marks, with each of its own doubled")
		}
		if line == 0 {
			cells[0] = strings.TrimPrefix(cells[0], "\ufeff")
			if at := slices.IndexFunc(cells, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), "query") }); at >= 0 {
				column = at
				continue
			}
		}
		if column < len(cells) && strings.TrimSpace(cells[column]) != "" {
			queries = append(queries, strings.TrimSpace(cells[column]))
		}
		if len(queries) > maxBatch {
			return nil, fault.New(fault.Invalid, fmt.Sprintf("%s has more than %d queries", file, maxBatch), "split it")
		}
	}
	return queries, nil
}
