package main

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"rostrum/internal/fault"
	"rostrum/search/export"
)

const (
	// maxBatch bounds the queries of a file.
	maxBatch = 100_000
	// batchQueries and batchBytes bound what is sent at once.
	batchQueries, batchBytes = 100, 256 << 10
)

// runBatch asks every query of a file, in pieces, and writes one table: a row for each result, and one for each query that finds nothing or is at fault.
func runBatch(cmd *cobra.Command, c *client, file, order string, limit int) error {
	in := cmd.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fault.New(fault.Invalid, "the file "+file+" can't be read: "+err.Error(), "give a CSV with a column query")
		}
		defer f.Close()
		in = f
	}
	queries, err := export.ReadQueries(in, file, maxBatch)
	if err != nil {
		return err
	}
	params := url.Values{"sort": {order}, "limit": {strconv.Itoa(limit)}}.Encode()
	for first := true; len(queries) > 0; first = false {
		list, n, err := listOf(queries)
		if err != nil {
			return failed(err)
		}
		queries = queries[n:]
		req, err := http.NewRequestWithContext(cmd.Context(), http.MethodPost, c.server+"/api/v1/batch?"+params, list)
		if err != nil {
			return failed(err)
		}
		req.Header.Set("Content-Type", "text/csv")
		table, err := c.answer(req)
		if err != nil {
			return err
		}
		if !first {
			_, table, _ = bytes.Cut(table, []byte("\n")) // the heading
		}
		if _, err := cmd.OutOrStdout().Write(table); err != nil {
			return failed(err)
		}
	}
	return nil
}

// listOf writes as many queries as are sent at once, and says how many those are.
func listOf(queries []string) (list io.Reader, n int, err error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, q := range append([]string{"query"}, queries[:min(len(queries), batchQueries)]...) {
		if n > 1 && b.Len()+len(q) > batchBytes {
			break
		}
		if err := w.Write([]string{q}); err != nil {
			return nil, 0, err
		}
		w.Flush()
		n++
	}
	return &b, n - 1, w.Error()
}
