package warc

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func sample(url string, at time.Time, body string) *statement.Capture {
	return &statement.Capture{
		Version: statement.WireVersion, ID: statement.CaptureID(url, at), URL: url, FinalURL: url + "?final=1", Source: "council-of-ocrania", FetchedAt: at,
		Method: "GET", Request: http.Header{"User-Agent": {"rostrum"}, "Accept": {"*/*"}}, Status: 200,
		Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Content-Encoding": {"gzip"}, "Content-Length": {"7"}, "Set-Cookie": {"a=1", "b=2"}},
		Body:   []byte(body), IP: "192.0.2.7", Hint: statement.Hint{Via: "https://example.org/feed", Title: "A title", Published: at.Add(-time.Hour)},
		Backfill: true, NoArchive: true,
	}
}

// writeThenRead takes a capture through records, bytes and records again.
func writeThenRead(t rapid.TB, c *statement.Capture) *statement.Capture {
	records, err := Records(c)
	if err != nil {
		t.Fatal(err)
	}
	var g encoded
	g.fill(new(Encoder), records, 1<<30)
	rd, err := NewReader(&g.Buffer, 0, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var grouper Grouper
	for range records {
		rec, err := rd.Next()
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := grouper.Add(rec)
		if err != nil {
			t.Fatal(err)
		}
		if got != nil {
			return got
		}
	}
	t.Fatal("no capture came back")
	return nil
}

func TestCaptureRoundTrip(t *testing.T) {
	moment := time.Date(2024, 12, 24, 15, 4, 5, 123456789, time.UTC)
	bare := &statement.Capture{ID: "x", URL: "http://example.org", FetchedAt: moment, Status: 404}
	for name, c := range map[string]*statement.Capture{"full": sample("https://example.org/a", moment, "<p>text</p>"), "bare": bare} {
		if diff := cmp.Diff(c, writeThenRead(t, c), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestCaptureRoundTripProperty(t *testing.T) {
	value := rapid.StringMatching(`[!-~é]([ -~é]{0,20}[!-~])?`)
	name := rapid.OneOf(rapid.SampledFrom(append([]string{"Content-Type"}, wireFields...)), rapid.StringMatching(`X-[A-Z][a-z]{0,5}`))
	header := rapid.MapOfN(name, rapid.SliceOfN(value, 1, 2), 0, 5)
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC()
		c := sample("https://example.org/"+rapid.StringMatching(`[a-z0-9]{0,9}`).Draw(t, "path"), at, string(rapid.SliceOf(rapid.Byte()).Draw(t, "body")))
		c.Header, c.Request = header.Draw(t, "header"), header.Draw(t, "request")
		c.Status = rapid.IntRange(100, 999).Draw(t, "status")
		c.Hint.Title = rapid.String().Draw(t, "title")
		if diff := cmp.Diff(c, writeThenRead(t, c), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestHeadersCannotForgeLines(t *testing.T) {
	c := sample("https://example.org/a", time.Unix(1, 0), "body")
	c.IP = "192.0.2.1\r\nWARC-Type: forged"
	c.Header = http.Header{"X-A": {"1\r\nX-Forged: 2\r\n\r\n<p>"}, "X-Bad\r\nX-Forged": {"1"}, "transfer-encoding": {"chunked"}}
	got := writeThenRead(t, c)
	want := http.Header{"X-A": {"1  X-Forged: 2    <p>"}, "Transfer-Encoding": {"chunked"}}
	if diff := cmp.Diff(want, got.Header); diff != "" || string(got.Body) != "body" {
		t.Errorf("body %q, header (-want +got):\n%s", got.Body, diff)
	}
}

func TestRecordsRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*statement.Capture){
		"no id":     func(c *statement.Capture) { c.ID = "" },
		"no moment": func(c *statement.Capture) { c.FetchedAt = time.Time{} },
		"no status": func(c *statement.Capture) { c.Status = 0 },
		"no url":    func(c *statement.Capture) { c.FinalURL = "http://[::1" },
		"long url":  func(c *statement.Capture) { c.FinalURL = "https://a.example/" + strings.Repeat("x", maxURL) },
	} {
		c := sample("https://example.org/a", time.Unix(1, 0), "body")
		spoil(c)
		if _, err := Records(c); fault.KindOf(err) != fault.Poison {
			t.Errorf("%s: %v, want a poison fault", name, err)
		}
	}
}

func TestRecordIDIsAStableUUID(t *testing.T) {
	const want = "<urn:uuid:"
	a, b := RecordID("c", TypeRequest), RecordID("c", TypeResponse)
	if a == b || a != RecordID("c", TypeRequest) || !strings.HasPrefix(a, want) || len(a) != len(want)+36+1 || a[len(want)+14] != '8' {
		t.Errorf("ids %s and %s", a, b)
	}
}

func TestPayload(t *testing.T) {
	const text = "the text of the page, the text of the page"
	chunked := "5;ext=1\r\nthe t\r\n" + "25\r\n" + text[5:] + "\r\n0\r\n\r\n"
	h := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Add(pairs[i], pairs[i+1])
		}
		return h
	}
	for name, c := range map[string]struct {
		header http.Header
		body   string
		fails  bool
	}{
		"plain":                {h(), text, false},
		"chunked":              {h("Transfer-Encoding", "chunked"), chunked, false},
		"chunked in name only": {h("Transfer-Encoding", "chunked"), text, false},
		"cut chunk":            {h("Transfer-Encoding", "Chunked"), chunked[:30], true},
		"gzip":                 {h("Content-Encoding", "gzip"), code(t, "gzip", text), false},
		"gzip in name only":    {h("Content-Encoding", "gzip"), text, false},
		"half a gzip":          {h("Content-Encoding", "gzip"), code(t, "gzip", text)[:20], true},
		"zlib":                 {h("Content-Encoding", "deflate"), code(t, "zlib", text), false},
		"raw deflate":          {h("Content-Encoding", "deflate"), code(t, "deflate", text), false},
		"brotli":               {h("Content-Encoding", "BR"), code(t, "br", text), false},
		"zstd":                 {h("Content-Encoding", "zstd"), code(t, "zstd", text), false},
		"brotli in name only":  {h("Content-Encoding", "br"), text, false},
		"two codings":          {h("Content-Encoding", "br, gzip"), code(t, "gzip", code(t, "br", text)), false},
		"five codings":         {h("Content-Encoding", "gzip,gzip,gzip,gzip,gzip"), text, true},
		"unknown coding":       {h("Content-Encoding", "magic"), text, true},
		"bomb":                 {h("Content-Encoding", "gzip"), code(t, "gzip", strings.Repeat("x", 2000)), true},
		"over the bound":       {h(), strings.Repeat("x", 1001), true},
	} {
		header, body, err := Payload(c.header, []byte(c.body), 1000)
		if c.fails != (err != nil) || err == nil && string(body) != text {
			t.Errorf("%s: %q, %v", name, body, err)
		}
		if err == nil && (header.Get("Content-Encoding") != "" || header.Get("Transfer-Encoding") != "") {
			t.Errorf("%s: header %v still names a coding", name, header)
		}
	}
	if _, body, err := Payload(h("Content-Encoding", "br"), nil, 10); err != nil || len(body) != 0 {
		t.Errorf("an empty body: %q, %v", body, err)
	}
}

// code applies one content coding.
func code(t *testing.T, coding, s string) string {
	t.Helper()
	var b bytes.Buffer
	var w interface {
		Write([]byte) (int, error)
		Close() error
	}
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "deflate":
		w, _ = flate.NewWriter(&b, 5)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b)
	}
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCapturesOfRealFiles(t *testing.T) {
	dir := sharedData(t, "warc")
	if dir == "" {
		return
	}
	for file, want := range map[string]struct {
		url      string
		captures int
		end      string // of the body
		reasons  []Reason
	}{
		"warcio/example-iana.org-chunked.warc": {"http://www.iana.org/", 1, "</html>", nil},
		"warcio/example.warc.gz":               {"http://example.com/", 2, "</html>", nil}, // one of them a revisit
		"warcio/post-test.warc.gz":             {"http://httpbin.org/post", 3, "}", nil},
		"jwarc/cc.warc.gz":                     {"http://", 1, "", nil},
		"warcio/example-trunc.warc":            {"", 0, "", []Reason{WrongLength}},
		"warcio/example-digest.warc":           {"", 0, "", []Reason{BadDigest}},
		"warcio/example-wrong-chunks.warc.gz":  {"", 0, "", []Reason{WrongChunk, BadHeader, BadHeader}},
		"warcio/example.arc":                   {"", 0, "", []Reason{BadHeader}},
	} {
		f, err := os.Open(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		var reasons []Reason
		for c, err := range Captures(f, ImportOptions{Source: "import"}) {
			if bad, ok := errors.AsType[*RecordError](err); ok {
				reasons = append(reasons, bad.Reason)
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			got++
			if !strings.HasPrefix(c.URL, want.url) || c.Source != "import" || c.Status != 200 || !c.Backfill || !strings.HasSuffix(strings.TrimSpace(string(c.Body)), want.end) {
				t.Errorf("%s: capture of %s with status %d and %d bytes", file, c.URL, c.Status, len(c.Body))
			}
		}
		if diff := cmp.Diff(want.reasons, reasons); diff != "" || got != want.captures {
			t.Errorf("%s: %d captures, want %d; reasons (-want +got):\n%s", file, got, want.captures, diff)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCapturesOfOurFiles(t *testing.T) {
	dir := t.TempDir()
	a := open(t, AppenderOptions{Dir: dir})
	if _, err := a.Append(groups(t, 0, 2, "text")); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, FileName("rostrum", 1)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for c, err := range Captures(f, ImportOptions{Source: "import"}) {
		want := sample(fmt.Sprintf("https://example.org/%d", n), time.Unix(int64(n+1), 0).UTC(), fmt.Sprintf("<p>%d text</p>", n))
		if diff := cmp.Diff(want, c); diff != "" || err != nil {
			t.Errorf("capture %d: %v (-want +got):\n%s", n, err, diff)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d captures, want 2", n)
	}
}
