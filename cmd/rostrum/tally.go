package main

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// tally counts what arrives of an export and tells of it.
type tally struct {
	answer   *http.Response
	progress *progress
	counts   bool // rows can be told apart: JSONL, or CSV, not compressed
	comma    bool // CSV: a line break within quotes ends no row, and the heading is none
	expected int  // rows; 0: not known
	quoted   bool
	lines    int
	bytes    int64
}

func newTally(answer *http.Response, p *progress) *tally {
	t := &tally{answer: answer, progress: p}
	media, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	t.comma = media == "text/csv"
	t.counts = answer.Header.Get("Content-Encoding") == "" && (t.comma || media == "application/x-ndjson")
	switch answer.Request.URL.Query().Get("shape") {
	case "", "statements":
		t.expected, _ = strconv.Atoi(answer.Header.Get("X-Rostrum-Statements"))
	}
	return t
}

// copy copies the whole answer to w. An answer that was cut short is an error, and so is one with fewer rows than were sent.
func (t *tally) copy(w io.Writer) error {
	defer t.progress.end()
	if _, err := io.Copy(io.MultiWriter(w, t), t.answer.Body); err != nil {
		return failed(fmt.Errorf("the export ended after %s: %w", bytesOf(t.bytes), err))
	}
	if sent, ok := t.sent(); ok && t.counts && sent != t.rows() {
		return failed(fmt.Errorf("the server sent %d rows, but %d arrived", sent, t.rows()))
	}
	return nil
}

// Write counts p.
func (t *tally) Write(p []byte) (int, error) {
	t.bytes += int64(len(p))
	if t.counts {
		for _, b := range p {
			switch {
			case b == '"':
				t.quoted = t.comma && !t.quoted
			case b == '\n' && !t.quoted:
				t.lines++
			}
		}
	}
	t.progress.show(t.state)
	return len(p), nil
}

func (t *tally) rows() int {
	if t.comma {
		return max(0, t.lines-1)
	}
	return t.lines
}

// sent is how many rows the server says it sent, once all has arrived.
func (t *tally) sent() (int, bool) {
	n, err := strconv.Atoi(t.answer.Trailer.Get("X-Rostrum-Rows"))
	return n, err == nil
}

// state is the line of progress.
func (t *tally) state(running time.Duration) string {
	switch rows := t.rows(); {
	case !t.counts:
		return bytesOf(t.bytes)
	case t.expected == 0 || rows == 0:
		return grouped(rows) + " rows, " + bytesOf(t.bytes)
	default:
		left := time.Duration(float64(running) / float64(rows) * float64(t.expected-rows))
		return fmt.Sprintf("%s of %s rows, %s, about %s left", grouped(rows), grouped(t.expected), bytesOf(t.bytes), left.Round(time.Second))
	}
}

// outcome says what arrived.
func (t *tally) outcome() string {
	if n, ok := t.sent(); ok {
		return grouped(n) + " rows, " + bytesOf(t.bytes)
	}
	return bytesOf(t.bytes)
}
