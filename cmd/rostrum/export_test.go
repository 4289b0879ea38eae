package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// answered is an answer of a server, with a body.
func answered(t *testing.T, query, media, body string, trailer ...string) *http.Response {
	t.Helper()
	res := &http.Response{Header: http.Header{"Content-Type": {media}, "X-Rostrum-Statements": {"2"}}, Trailer: http.Header{},
		Body: io.NopCloser(strings.NewReader(body)), Request: httptest.NewRequest(http.MethodGet, "/api/v1/export?"+query, nil)}
	if len(trailer) > 0 {
		res.Trailer.Set("X-Rostrum-Rows", trailer[0])
	}
	return res
}

func TestRowsAreCountedAndHeldAgainstWhatWasSent(t *testing.T) {
	for _, c := range []struct {
		name, media, body, sent, says string
		rows                          int
	}{
		{"csv", "text/csv; charset=utf-8", "id,text\r\na,\"two\nlines, \"\"quoted\"\"\"\r\nb,c\r\n", "2", "", 2},
		{"csv without rows", "text/csv", "id\r\n", "0", "", 0},
		{"jsonl", "application/x-ndjson", "{\"t\":\"\\\"\"}\n{}\n", "2", "", 2},
		{"a proxy that drops trailers", "application/x-ndjson", "{}\n", "", "", 1},
		{"a row is missing", "application/x-ndjson", "{}\n", "2", "2 rows, but 1 arrived", 1},
		{"references are not counted", "application/x-bibtex", "@online{a\n}\n", "1", "", 0},
	} {
		tally := newTally(answered(t, "", c.media, c.body, c.sent), newProgress(io.Discard))
		var out bytes.Buffer
		err := tally.copy(&out)
		if tally.rows() != c.rows || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) || out.String() != c.body {
			t.Errorf("%s: %d rows, %v", c.name, tally.rows(), err)
		}
	}
}

func TestProgressTellsWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told bytes.Buffer
		tally := newTally(answered(t, "", "application/x-ndjson", ""), newProgress(&told))
		write := func(s string) {
			if _, err := tally.Write([]byte(s)); err != nil {
				t.Fatal(err)
			}
		}
		write("{}\n")
		if told.Len() != 0 {
			t.Errorf("told at once: %s", &told)
		}
		time.Sleep(4 * time.Second)
		write("")
		time.Sleep(time.Second)
		write("{}\n")
		tally.progress.end()
		if got := told.String(); got != "1 of 2 rows, 3 bytes, about 4s left\n" {
			t.Errorf("told %q", got)
		}
		told.Reset()
		tally.progress.terminal = true
		time.Sleep(time.Minute)
		write("")
		tally.progress.end()
		if got := told.String(); !strings.HasPrefix(got, "\r\x1b[K2 of 2 rows") || !strings.HasSuffix(got, "\r\x1b[K") {
			t.Errorf("on a terminal %q", got)
		}
	})
}

func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	write := func(text string, fails error) error {
		return writeFile(path, func(w io.Writer) error {
			if _, err := io.WriteString(w, text); err != nil {
				return err
			}
			return fails
		})
	}
	broken := errors.New("broken")
	for _, c := range []struct {
		text  string
		fails error
		want  string
	}{{"first", broken, ""}, {"second", nil, "second"}, {"third", broken, "second"}, {"fourth", nil, "fourth"}} {
		if err := write(c.text, c.fails); !errors.Is(err, c.fails) {
			t.Errorf("%s: %v", c.text, err)
		}
		raw, err := os.ReadFile(path)
		if string(raw) != c.want || c.want == "" && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("after %s the file holds %q, %v", c.text, raw, err)
		}
		if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) != 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
	if path = "/dev/full"; !fileExists(path) {
		t.Log("NOT CHECKED: there is no full disk here")
	} else if err := write("x", nil); err == nil {
		t.Error("a full disk went unnoticed")
	}
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestNumbersForReaders(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := grouped(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
	for n, want := range map[int64]string{12: "12 bytes", 1200: "1.2 kB", 3_400_000: "3.4 MB", 5_600_000_000: "5.6 GB"} {
		if got := bytesOf(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}
