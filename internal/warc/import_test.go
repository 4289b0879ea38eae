package warc

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

var update = flag.Bool("update", false, "write the goldens anew")

// TestImportGolden imports every file of the shared data: how many captures each gives, which records hold no page, and why others are left
// out. No file makes it fail or hang.
func TestImportGolden(t *testing.T) {
	dir := sharedData(t, "warc")
	if dir == "" {
		return
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(paths) < 15 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	var b strings.Builder
	captures, refused := 0, 0
	for _, path := range paths {
		taken, reasons, passed := imported(t, path)
		captures, refused = captures+len(taken), refused+len(reasons)
		fmt.Fprintf(&b, "%s: %d captures", filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator))), len(taken))
		for _, kind := range slices.Sorted(maps.Keys(passed)) {
			fmt.Fprintf(&b, ", %d %s", passed[kind], kind)
		}
		b.WriteByte('\n')
		for _, c := range taken {
			fmt.Fprintf(&b, "  %d, %d bytes\n", c.Status, len(c.Body))
		}
		for _, reason := range reasons {
			fmt.Fprintf(&b, "  left out: %s\n", reason)
		}
	}
	fmt.Fprintf(&b, "all: %d files, %d captures, %d records left out, %.3f of those with a page taken\n", len(paths), captures, refused, float64(captures)/float64(captures+refused))
	golden := filepath.Join("testdata", "import.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-golden +now; -update writes it anew):\n%s", diff)
	}
}

// imported gives the captures of a file, why records were left out (without their ids and addresses), and what was passed over.
func imported(t *testing.T, path string) (captures []*statement.Capture, reasons []string, passed map[string]int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	passed = map[string]int{}
	for c, err := range Captures(f, ImportOptions{Source: "import", Passed: func(kind string) { passed[kind]++ }}) {
		bad, damaged := errors.AsType[*RecordError](err)
		switch {
		case err == nil:
			captures = append(captures, c)
		case damaged:
			reasons = append(reasons, string(bad.Reason))
		case fault.KindOf(err) == fault.Poison:
			_, why, _ := strings.Cut(err.Error(), ": ")
			reasons = append(reasons, why)
		default:
			t.Fatalf("%s: %v", path, err)
		}
	}
	return captures, reasons, passed
}

// foreignRecord makes a record as other tools write it.
func foreignRecord(kind, target, date, contentType, block string, more ...Field) Record {
	h := Header{{FieldType, kind}, {FieldRecordID, "<urn:uuid:" + kind + date + ">"}, {FieldDate, date}, {FieldTargetURI, target}, {FieldContentType, contentType}}
	return Record{Header: append(h, more...), Block: []byte(block)}
}

func TestForeignRecords(t *testing.T) {
	const page, response = "https://a.example/1", "application/http;msgtype=response"
	const full = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Which: first\r\n\r\n<p>The text.</p>"
	const later = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Which: second\r\n\r\n"
	sum := digest([]byte("<p>The text.</p>"))
	first := foreignRecord("response", page, "2024-01-01T00:00:00Z", response, full, Field{FieldPayloadDigest, sum})
	for name, c := range map[string]struct {
		records []Record
		want    string // status, which header, and body of each capture, or what the reason says
	}{
		"a revisit by digest": {[]Record{first, foreignRecord("revisit", page, "2024-02-01T00:00:00Z", response, later, Field{FieldPayloadDigest, sum})},
			"200 first <p>The text.</p> | 200 second <p>The text.</p>"},
		"a revisit by address and moment": {[]Record{first, foreignRecord("revisit", page+"?b", "2024-02-01T00:00:00Z", response, later,
			Field{FieldRefersToURI, "<" + page + ">"}, Field{FieldRefersToDate, "2024-01-01T00:00:00Z"})}, "200 first <p>The text.</p> | 200 second <p>The text.</p>"},
		"a revisit by id without a header": {[]Record{first, foreignRecord("revisit", page, "2024-02-01T00:00:00Z", "", "", Field{FieldRefersTo, "<urn:uuid:response2024-01-01T00:00:00Z>"})},
			"200 first <p>The text.</p> | 200 first <p>The text.</p>"},
		"not modified": {[]Record{first, foreignRecord("revisit", page, "2024-02-01T00:00:00Z", response, "HTTP/1.1 304 Not Modified\r\n\r\n",
			Field{FieldRefersTo, "<urn:uuid:response2024-01-01T00:00:00Z>"}, Field{FieldProfile, "http://netpreserve.org/warc/1.1/revisit/server-not-modified"})},
			"200 first <p>The text.</p> | 200 first <p>The text.</p>"},
		"a revisit of the archive":        {[]Record{foreignRecord("revisit", "https://archived.example/", "2024-02-01T00:00:00Z", response, later)}, "200 second archived"},
		"a revisit of nothing":            {[]Record{foreignRecord("revisit", page, "2024-02-01T00:00:00Z", response, later)}, "!neither in this file nor in the archive"},
		"a resource":                      {[]Record{foreignRecord("resource", page, "2024-01-01T00:00:00Z", "text/plain", "Text.")}, "200  Text."},
		"a resource with its HTTP header": {[]Record{foreignRecord("resource", page, "2024-01-01T00:00:00Z", "application/http", full)}, "200 first <p>The text.</p>"},
		"a conversion":                    {[]Record{foreignRecord("conversion", page, "2024-01-01T00:00:00Z", "text/plain", "Text.")}, "200  Text."},
		"a truncated page":                {[]Record{foreignRecord("response", page, "2024-01-01T00:00:00Z", response, full, Field{FieldTruncated, "length"})}, "!only its beginning was kept"},
		"a segment":                       {[]Record{foreignRecord("response", page, "2024-01-01T00:00:00Z", response, full, Field{"WARC-Segment-Number", "1"})}, "!one segment of several"},
		"no address":                      {[]Record{foreignRecord("response", "", "2024-01-01T00:00:00Z", response, full)}, "!it has no WARC-Target-URI"},
		"no moment":                       {[]Record{foreignRecord("response", page, "yesterday", response, full)}, "!WARC-Date"},
		"no HTTP":                         {[]Record{foreignRecord("response", page, "2024-01-01T00:00:00Z", response, "hello")}, "!parse HTTP response"},
		"another protocol":                {[]Record{foreignRecord("response", "dns:a.example", "2024-01-01T00:00:00Z", "text/dns", "x")}, ""},
		"an encoding that is not there": {[]Record{foreignRecord("response", page, "2024-01-01T00:00:00Z", response,
			"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n<p>Plain.</p>")}, "200  <p>Plain.</p>"},
		"an encoding that is broken": {[]Record{foreignRecord("response", page, "2024-01-01T00:00:00Z", response,
			"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n\x00\x01\x02\x03")}, "!undo content coding zstd"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			archived := func(of Reference) (*statement.Capture, error) {
				if of.Target != "https://archived.example/" {
					return nil, nil
				}
				return &statement.Capture{Status: 200, Header: http.Header{}, Body: []byte("archived")}, nil
			}
			for c, err := range Captures(bytes.NewReader(gz(t, c.records...)), ImportOptions{Source: "import", Original: archived}) {
				if err != nil {
					got = append(got, "!"+err.Error())
					continue
				}
				got = append(got, fmt.Sprintf("%d %s %s", c.Status, c.Header.Get("X-Which"), c.Body))
				if c.FetchedAt.Before(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)) || !c.Backfill || c.ID != statement.CaptureID(c.URL, c.FetchedAt) {
					t.Errorf("capture %+v", c)
				}
			}
			all := strings.Join(got, " | ")
			if why, refuses := strings.CutPrefix(c.want, "!"); refuses && !strings.Contains(all, why) || !refuses && all != c.want {
				t.Errorf("got %s\nwant %s", all, c.want)
			}
		})
	}
}

func TestPayloadsAreForgottenInTheirOrder(t *testing.T) {
	var p payloads
	for i := range 5 {
		rec := foreignRecord("response", "https://a.example/", fmt.Sprintf("2024-01-0%dT00:00:00Z", i+1), "", "")
		p.keep(&rec, &statement.Capture{URL: "https://a.example/", Body: make([]byte, maxReferenced/4)})
	}
	for i := range 5 {
		found := p.find(Reference{RecordID: fmt.Sprintf("<urn:uuid:response2024-01-0%dT00:00:00Z>", i+1)}) != nil
		if found != (i > 0) {
			t.Errorf("capture %d is remembered: %v", i, found)
		}
	}
}

// TestRevisitsOfOurs writes a revisit as the archive does, and reads it back.
func TestRevisitsOfOurs(t *testing.T) {
	first := sample("https://a.example/", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), "<p>The text.</p>")
	second := sample("https://a.example/", time.Date(2026, 1, 2, 0, 0, 0, 5, time.UTC), "<p>The text.</p>")
	group, err := Records(first)
	if err != nil {
		t.Fatal(err)
	}
	of, err := ReferenceTo(&group[len(group)-1])
	if err != nil {
		t.Fatal(err)
	}
	again, err := Revisit(second, of)
	if err != nil {
		t.Fatal(err)
	}
	var got []*statement.Capture
	for c, err := range Captures(bytes.NewReader(gz(t, append(group, again...)...)), ImportOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		c.Backfill = first.Backfill
		got = append(got, c)
	}
	if diff := cmp.Diff([]*statement.Capture{first, second}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range []string{FieldProfile, FieldRefersTo, FieldRefersToURI, FieldRefersToDate, FieldPayloadDigest} {
		if again[len(again)-1].Header.Get(name) == "" {
			t.Errorf("the revisit has no %s", name)
		}
	}
}
