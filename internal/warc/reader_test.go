package warc

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// sharedData gives a folder of the shared data, or "" where it is absent, and says so.
func sharedData(t testing.TB, folder string) string {
	t.Helper()
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = "../../../shared/data"
	}
	dir := filepath.Join(root, folder)
	if _, err := os.Stat(dir); err != nil {
		t.Logf("NOT TESTED ON REAL FILES: %v (set ROSTRUM_SHARED_DATA)", err)
		return ""
	}
	return dir
}

// readAll gives the types of the good records and the reasons of the bad ones, in order.
func readAll(t testing.TB, r io.Reader, limits Limits) (got []string) {
	t.Helper()
	rd, err := NewReader(r, 0, limits)
	if err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		rec, err := rd.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		bad, ok := errors.AsType[*RecordError](err)
		switch {
		case err != nil && !ok:
			t.Fatalf("not a RecordError: %v", err)
		case ok && rec != nil:
			got = append(got, rec.Type()+"?"+string(bad.Reason))
		case ok:
			got = append(got, "!"+string(bad.Reason))
		default:
			got = append(got, rec.Type())
		}
	}
	t.Fatal("a small file has no end")
	return nil
}

func TestReadRealFiles(t *testing.T) {
	dir := sharedData(t, "warc")
	if dir == "" {
		return
	}
	six := []string{"warcinfo", "warcinfo", "response", "request", "revisit", "request"}
	for file, want := range map[string][]string{
		"jwarc/cc.warc.gz":                           {"response"},
		"jwarc/gzip_extra_sl.warc.gz":                {"warcinfo"},
		"warcio/example.warc":                        six,
		"warcio/example.warc.gz":                     six,
		"warcio/example-bad-non-chunked.warc.gz":     six, // one gzip member for all: readable, though not from the middle
		"warcio/example-bad.warc.gz.bad":             {"warcinfo", "response", "request", "revisit", "request", "response"},
		"warcio/example-digest.warc":                 {"request?bad-digest", "request", "request", "request"},
		"warcio/example-iana.org-chunked.warc":       {"warcinfo", "response", "request"},
		"warcio/example-resource.warc.gz":            {"warcinfo", "warcinfo", "resource"},
		"warcio/example-space-in-target-uri.warc.gz": {"warcinfo", "resource"},
		"warcio/example-trunc.warc":                  {"warcinfo", "warcinfo", "response?wrong-length", "request"},
		"warcio/example-wget-bad-target-uri.warc.gz": {"warcinfo", "request", "response", "metadata", "resource", "resource"},
		"warcio/example-wrong-chunks.warc.gz":        {"!wrong-chunk", "!bad-header", "!bad-header"},
		"warcio/post-test.warc.gz":                   {"response", "request", "response", "request", "response", "request"},
		"warcio/example.arc":                         {"!bad-header"},
		"warcio/bad.arc":                             {"!bad-header"},
	} {
		t.Run(file, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, readAll(t, bytes.NewReader(b), Limits{})); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, readAll(t, iotest.OneByteReader(bytes.NewReader(b)), Limits{})); diff != "" {
				t.Errorf("records, byte by byte (-want +got):\n%s", diff)
			}
			for cut := 0; cut < len(b); cut += 37 {
				readAll(t, bytes.NewReader(b[:len(b)-cut]), Limits{})
			}
		})
	}
}

// gz makes a file of one gzip member for each record.
func gz(t testing.TB, records ...Record) []byte {
	t.Helper()
	var g encoded
	g.fill(new(Encoder), records, 1<<30)
	if g.err != nil {
		t.Fatal(g.err)
	}
	return bytes.Clone(g.Bytes())
}

func resource(block string) Record {
	return Record{Block: []byte(block), Header: Header{{FieldType, TypeResource}, {FieldBlockDigest, digest([]byte(block))}}}
}

func TestReadDamage(t *testing.T) {
	a, b, c := gz(t, resource("one")), gz(t, resource(strings.Repeat("two ", 500))), gz(t, resource("three"))
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	flipped := bytes.Clone(b)
	flipped[len(flipped)-6] ^= 0xff // in the checksum
	plain := "WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 3\r\n\r\none\r\n\r\n"
	for name, c := range map[string]struct {
		in   []byte
		want []string
	}{
		"good":                      {join(a, b, c), []string{"resource", "resource", "resource"}},
		"empty":                     {nil, nil},
		"cut in the last record":    {join(a, b[:len(b)/2]), []string{"resource", "!truncated"}},
		"cut in a gzip header":      {join(a, b[:5]), []string{"resource", "!truncated"}},
		"cut in the checksum":       {join(a, b[:len(b)-2]), []string{"resource", "!truncated"}},
		"wrong checksum":            {join(a, flipped, c), []string{"resource", "!bad-gzip", "resource"}},
		"zeroes at the end":         {join(a, make([]byte, 5000)), []string{"resource", "!bad-gzip"}},
		"garbage between":           {join(a, []byte("garbage"), c), []string{"resource", "!bad-gzip", "resource"}},
		"header of a bomb":          {gz(t, Record{Header: Header{{"X", strings.Repeat("x", 70_000)}}}), []string{"!too-large"}},
		"no length":                 {[]byte("WARC/1.1\r\nWARC-Type: resource\r\n\r\none\r\n\r\n" + plain), []string{"!bad-header", "resource"}},
		"negative length":           {[]byte("WARC/1.1\r\nContent-Length: -3\r\n\r\n"), []string{"!bad-header"}},
		"length beyond the file":    {[]byte("WARC/1.1\r\nContent-Length: 60000000\r\n\r\none"), []string{"!truncated"}},
		"length beyond the bound":   {[]byte("WARC/1.1\r\nContent-Length: 99999999999\r\n\r\none"), []string{"!truncated"}},
		"bare newlines":             {[]byte("\n\n" + strings.ReplaceAll(plain+plain, "\r", "")), []string{"resource", "resource"}},
		"no empty line at the end":  {[]byte(strings.TrimSpace(plain)), []string{"resource"}},
		"records that touch":        {[]byte(strings.TrimSpace(plain) + plain), []string{"resource?wrong-length", "resource"}},
		"a page":                    {[]byte("<!doctype html>\n<title>no</title>"), []string{"!bad-header"}},
		"half a version":            {[]byte("WAR"), []string{"!truncated"}},
		"folded field":              {[]byte("WARC/1.1\r\nWARC-Type:\r\n resource\r\nno colon\r\nContent-Length: 0\r\n\r\n\r\n\r\n"), []string{"resource"}},
		"two records in one member": {gz(t, Record{Header: Header{{FieldType, "one"}}, Block: []byte("x\r\n\r\n" + plain)}), []string{"one"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, readAll(t, bytes.NewReader(c.in), Limits{})); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadPassesOverLargeBlocks(t *testing.T) {
	in := bytes.Join([][]byte{gz(t, resource(strings.Repeat("x", 101))), gz(t, resource("small"))}, nil)
	want := []string{"!too-large", "resource"}
	if diff := cmp.Diff(want, readAll(t, bytes.NewReader(in), Limits{Block: 100})); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestReadErrorsOfTheDiskAreNotTheRecords(t *testing.T) {
	broken := errors.New("disk on fire")
	rd, err := NewReader(io.MultiReader(bytes.NewReader(gz(t, resource("x"))[:20]), iotest.ErrReader(broken)), 0, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rd.Next(); !errors.Is(err, broken) {
		t.Errorf("Next: %v, want the disk's own error", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(gz(f, resource("one"), resource("two")))
	f.Add([]byte("WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\r\n\r\n"))
	if dir := sharedData(f, "warc"); dir != "" {
		files, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
		for _, file := range files {
			if b, err := os.ReadFile(file); err == nil {
				f.Add(b)
			}
		}
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		limits := Limits{Header: 4 << 10, Block: 1 << 20}
		rd, err := NewReader(bytes.NewReader(in), 0, limits)
		if err != nil {
			t.Fatal(err)
		}
		all := &importing{o: ImportOptions{Passed: func(string) {}}, limit: limits.Block}
		for calls := 0; ; calls++ {
			rec, err := rd.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if calls > len(in) {
				t.Fatal("more records than bytes")
			}
			if rec == nil {
				continue
			}
			if rec.Offset < 0 || rec.Offset+rec.Length > int64(len(in)) || rec.Length <= 0 {
				t.Fatalf("record at %d+%d of %d bytes", rec.Offset, rec.Length, len(in))
			}
			_, _ = all.capture(rec)
			_, _, _ = new(Grouper).Add(rec)
			_, _ = EntryOf(rec, "", Span{})
		}
	})
}
