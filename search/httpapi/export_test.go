package httpapi

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/export"
	"rostrum/search/query"
)

var errDisk = errors.New("the disk is broken")

// tap is a store that gives statements until it has given all, or fails, or is let go; none of it ends without a limit.
type tap struct {
	statements int // how many there are
	failAt     int // which one cannot be read; 0: all can
	closed     chan int
}

func (p *tap) Compile(_ context.Context, input string) (search.Compiled, error) {
	return search.Compiled{Parsed: input, Node: query.All{}}, nil
}

func (p *tap) Select(context.Context, query.Node, bool) (search.Selection, error) {
	return &flow{tap: p}, nil
}

type flow struct {
	*tap
	given int
}

func (f *flow) Total() int { return f.statements }

func (f *flow) Close() error {
	f.closed <- f.given
	return nil
}

func (f *flow) Members(context.Context, string, func(search.Stored) error) error { return nil }

func (f *flow) Each(ctx context.Context, visit func(search.Stored) error) error {
	text := []byte(strings.Repeat("The committee met again. ", 100))
	for i := range f.statements {
		if err := ctx.Err(); err != nil {
			return err
		}
		if f.failAt > 0 && i == f.failAt {
			return errDisk
		}
		head, err := json.Marshal(statement.Statement{ID: fmt.Sprintf("s%d", i), Title: "Title"})
		if err != nil {
			return err
		}
		if err := visit(search.Stored{Head: head, Text: text}); err != nil {
			return err
		}
		f.given++
	}
	return nil
}

// endless is more than any test reads.
const endless = 100_000_000

func serveExports(t *testing.T, p *tap, change ...func(*exports)) string {
	t.Helper()
	p.closed = make(chan int, 100)
	exporter, err := export.New(export.Options{Compiler: p, Selector: p})
	if err != nil {
		t.Fatal(err)
	}
	e := newExports(&server{Options: Options{Export: exporter, Log: slog.New(slog.DiscardHandler)}})
	for _, c := range change {
		c(e)
	}
	s := httptest.NewServer(http.HandlerFunc(e.serve))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(s.Close)
	return s.URL
}

func get(t *testing.T, address string, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", strings.Join(header, ","))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// letGo waits until the store's state was given back and says how many statements had been read.
func letGo(t *testing.T, p *tap) int {
	t.Helper()
	select {
	case n := <-p.closed:
		return n
	case <-time.After(10 * time.Second):
		t.Fatal("the export holds on to the index")
		return 0
	}
}

func TestExportStreamsWithItsNumbers(t *testing.T) {
	p := &tap{statements: 500}
	base := serveExports(t, p)
	res := get(t, base+"/?format=csv&columns=id")
	body, err := io.ReadAll(res.Body)
	if err != nil || strings.Count(string(body), "\r\n") != 501 {
		t.Fatalf("%d lines, %v", strings.Count(string(body), "\r\n"), err)
	}
	if res.Header.Get(headerStatements) != "500" || res.Trailer.Get(headerRows) != "500" || !strings.HasSuffix(res.Header.Get("Content-Disposition"), `.csv"`) {
		t.Errorf("%v, trailer %v", res.Header, res.Trailer)
	}
	letGo(t, p)
	res = get(t, base+"/?q=x&dry_run=true")
	var e estimated
	if err := json.NewDecoder(res.Body).Decode(&e); err != nil || e.Rows != 500 || e.Statements != 500 || !e.Exact || e.Bytes == 0 || e.Query.Parsed != "x" {
		t.Errorf("%+v, %v", e, err)
	}
	head, err := http.Head(base)
	if err != nil || head.StatusCode != http.StatusOK || head.Header.Get(headerStatements) != "500" {
		t.Errorf("HEAD: %v, %v", head, err)
	}
	head.Body.Close()
}

func TestExportIsCompressedWhereAsked(t *testing.T) {
	base := serveExports(t, &tap{statements: 500})
	for _, c := range []struct{ accept, encoding string }{{"gzip", "gzip"}, {"br, gzip;q=0.5", "gzip"}, {"zstd", "zstd"}, {"gzip;q=0", ""}, {"identity", ""}} {
		res := get(t, base, c.accept)
		if got := res.Header.Get("Content-Encoding"); got != c.encoding {
			t.Errorf("%s: %q", c.accept, got)
		}
		var body io.Reader = res.Body
		if c.encoding == "gzip" {
			z, err := gzip.NewReader(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		raw, err := io.ReadAll(body)
		if lines := strings.Count(string(raw), "\n"); err != nil || c.encoding != "zstd" && lines != 500 {
			t.Errorf("%s: %d lines, %v", c.accept, lines, err)
		}
	}
}

func TestAnExportThatFailsHalfWayIsCutOff(t *testing.T) {
	for _, accept := range []string{"identity", "gzip", "zstd"} {
		p := &tap{statements: 5000, failAt: 4000}
		res := get(t, serveExports(t, p), accept)
		_, err := io.Copy(io.Discard, res.Body)
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: the reader was told %v", accept, err)
		}
		letGo(t, p)
	}
}

func TestAReaderThatGoesAwayEndsTheScan(t *testing.T) {
	p := &tap{statements: endless}
	res := get(t, serveExports(t, p))
	if _, err := io.CopyN(io.Discard, res.Body, 1<<20); err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if n := letGo(t, p); n == endless {
		t.Error("everything was read all the same")
	}
}

func TestAReaderThatStallsLosesTheExport(t *testing.T) {
	p := &tap{statements: endless}
	base := serveExports(t, p, func(e *exports) { e.stall = 50 * time.Millisecond })
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
		t.Fatalf("%q, %v", line, err)
	}
	letGo(t, p) // without a byte more being read
}

func TestExportsAtOnceAreBounded(t *testing.T) {
	p := &tap{statements: endless}
	base := serveExports(t, p)
	var open []*http.Response
	for range maxExports {
		open = append(open, get(t, base))
	}
	if res := get(t, base); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("one more: %s", res.Status)
	}
	open[0].Body.Close()
	letGo(t, p)
	for {
		res := get(t, base) // the place is free a moment after the index is
		if res.StatusCode == http.StatusOK {
			return
		}
		if res.StatusCode != http.StatusTooManyRequests || t.Context().Err() != nil {
			t.Fatal(res.Status)
		}
	}
}

func TestWhatAnExportRefuses(t *testing.T) {
	base := serveExports(t, &tap{})
	for params, field := range map[string]string{
		"format=xlsx": "format", "shape=actor": "shape", "format=csv&columns=id,titel": "columns", "copies=some": "copies", "bom=1": "bom",
		"collumns=id": "collumns", "q=a&q=b": "q", "q=" + strings.Repeat("x", maxQuery+1): "q", "format=ris&shape=topics": "shape",
	} {
		res := get(t, base+"/?"+params)
		var p Problem
		if err := json.NewDecoder(res.Body).Decode(&p); err != nil || res.StatusCode != http.StatusUnprocessableEntity || p.Field != field || p.Remedy == "" {
			t.Errorf("%.40s: %s %+v, %v", params, res.Status, p, err)
		}
	}
}

func TestTheDocumentNamesEveryParameter(t *testing.T) {
	op := exportOperation(exportParams(), huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer))
	if len(op.Parameters) != 9 || op.Responses["200"].Content["text/csv"] == nil || !strings.Contains(op.Parameters[2].Description, "signatory_name") {
		t.Errorf("%+v", op)
	}
}
