package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func groups(t testing.TB, from, to int, body string) (groups [][]Record) {
	t.Helper()
	for i := from; i < to; i++ {
		records, err := Records(sample(fmt.Sprintf("https://example.org/%d", i), time.Unix(int64(i+1), 0), fmt.Sprintf("<p>%d %s</p>", i, body)))
		if err != nil {
			t.Fatal(err)
		}
		groups = append(groups, records)
	}
	return groups
}

func open(t testing.TB, o AppenderOptions) *Appender {
	t.Helper()
	a, err := OpenAppender(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// captures reads every capture of a directory, and fails on any bad record.
func captures(t testing.TB, dir string) (got []*statement.Capture) {
	t.Helper()
	files, err := Files(dir, "rostrum")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		rd, err := NewReader(bytes.NewReader(b), 0, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var g Grouper
		for {
			rec, err := rd.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			c, _, err := g.Add(rec)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if c != nil {
				got = append(got, c)
			}
		}
	}
	return got
}

func TestAppendPlacesRecordsAndRotates(t *testing.T) {
	dir := t.TempDir()
	a := open(t, AppenderOptions{Dir: dir, MaxFile: 4000})
	var placed []Placed
	for i := range 10 {
		p, err := a.Append(groups(t, 3*i, 3*i+3, "text"))
		if err != nil {
			t.Fatal(err)
		}
		placed = append(placed, p...)
	}
	if got := captures(t, dir); len(got) != 30 || got[29].URL != "https://example.org/29" {
		t.Fatalf("%d captures, want 30 in order", len(got))
	}
	files, _ := Files(dir, "rostrum")
	if len(files) < 3 {
		t.Errorf("%d files, want several", len(files))
	}
	for i, p := range placed {
		for j, want := range []string{TypeMetadata, TypeRequest, TypeResponse} {
			rec := recordAt(t, dir, p.Records[j])
			if rec.Type() != want || rec.Length != p.Records[j].Length || rec.Shared {
				t.Errorf("group %d, record %d: %s with %d bytes", i, j, rec.Type(), rec.Length)
			}
		}
	}
	if name, end := a.End(); name != files[len(files)-1] || end != placed[29].Offset+placed[29].Length {
		t.Errorf("end %s %d after %+v", name, end, placed[29])
	}
}

func recordAt(t *testing.T, dir string, at Span) *Record {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, at.File))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rd, err := NewReader(io.NewSectionReader(f, at.Offset, at.Length), at.Offset, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := rd.Next()
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestOpenCutsTheTornTail(t *testing.T) {
	whole := t.TempDir()
	a := open(t, AppenderOptions{Dir: whole})
	if _, err := a.Append(groups(t, 0, 3, "text")); err != nil {
		t.Fatal(err)
	}
	name, keep := a.End()
	if _, err := a.Append(groups(t, 3, 4, strings.Repeat("long ", 40))); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(whole, name))
	if err != nil {
		t.Fatal(err)
	}
	for cut := keep + 1; cut < int64(len(b)); cut += 13 {
		for tail, rest := range map[string][]byte{"nothing": nil, "zeroes": make([]byte, 100)} {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, name), append(bytes.Clone(b[:cut]), rest...), 0o600); err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			known := keep * (cut % 2)
			a := open(t, AppenderOptions{Dir: dir, Log: slog.New(slog.NewTextHandler(&said, nil)), Known: func(string) int64 { return known }})
			if _, end := a.End(); end != keep {
				t.Fatalf("cut at %d and followed by %s: end is %d, want %d", cut, tail, end, keep)
			}
			if !strings.Contains(said.String(), "cut_bytes=") {
				t.Errorf("the log does not say what was cut: %s", said.String())
			}
			if _, err := a.Append(groups(t, 7, 8, "after")); err != nil {
				t.Fatal(err)
			}
			if got := captures(t, dir); len(got) != 4 || got[3].URL != "https://example.org/7" {
				t.Fatalf("%d captures after the repair, want 4", len(got))
			}
		}
	}
}

func TestOpenKeepsWhatStandsBehindDamage(t *testing.T) {
	dir := t.TempDir()
	a := open(t, AppenderOptions{Dir: dir})
	placed, err := a.Append(groups(t, 0, 3, "text"))
	if err != nil {
		t.Fatal(err)
	}
	name, end := a.End()
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, 30), placed[1].Records[1].Offset+20); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if _, got := open(t, AppenderOptions{Dir: dir, Log: slog.New(slog.NewTextHandler(&said, nil))}).End(); got != end {
		t.Errorf("end is %d, want %d: the third group is whole", got, end)
	}
	if !strings.Contains(said.String(), "damaged") {
		t.Errorf("the log does not tell the damage: %s", said.String())
	}
}

func TestAppendRefusesWhatCouldNotBeRead(t *testing.T) {
	dir := t.TempDir()
	a := open(t, AppenderOptions{Dir: dir, Limits: Limits{Block: 2000}})
	_, before := a.End()
	_, err := a.Append(append(groups(t, 0, 2, "text"), groups(t, 2, 3, strings.Repeat("x", 2000))...))
	if fault.KindOf(err) != fault.TooLarge {
		t.Errorf("Append: %v, want a too-large fault", err)
	}
	if _, after := a.End(); after != before || len(captures(t, dir)) != 0 {
		t.Error("part of a refused batch was kept")
	}
}

func TestAppendAfterADiskFailure(t *testing.T) {
	a := open(t, AppenderOptions{Dir: t.TempDir()})
	if err := a.file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Append(groups(t, 0, 1, "text")); fault.KindOf(err) != fault.Transient {
		t.Errorf("Append: %v, want a transient fault", err)
	}
}

func TestCDXJLine(t *testing.T) {
	c := sample("https://www.Example.org:8080/A b/?z=1&Y=2", time.Date(2024, 8, 8, 1, 2, 3, 4, time.UTC), "x")
	c.FinalURL = ""
	records, err := Records(c)
	if err != nil {
		t.Fatal(err)
	}
	e, err := EntryOf(&records[2], "id", Span{"f.warc.gz", 7, 9})
	if err != nil {
		t.Fatal(err)
	}
	e.Digest = "d"
	line, err := e.Line()
	want := `org,example:8080)/a%20b?y=2&z=1 20240808010203 {"url":"https://www.Example.org:8080/A b/?z=1&Y=2","mime":"text/html","status":"200","digest":"d","length":"9","offset":"7","filename":"f.warc.gz","capture":"id"}` + "\n"
	if err != nil || string(line) != want {
		t.Errorf("line\n%s, %v, want\n%s", line, err, want)
	}
	for in, want := range map[string]string{
		"http://192.0.2.1/": "192.0.2.1)/", "https://example.org": "org,example)/", "urn:x y": "urn:x%20y", "http://example.org/a/?B": "org,example)/a?b",
	} {
		if got := SURT(in); got != want {
			t.Errorf("SURT(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestWarcioReadsOurs has another implementation read and validate the files, where it can be had.
func TestWarcioReadsOurs(t *testing.T) {
	python := os.Getenv("ROSTRUM_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import warcio").CombinedOutput(); err != nil {
		t.Logf("NOT CHECKED AGAINST WARCIO: %s can't import it (ROSTRUM_PYTHON names another interpreter): %v %s", python, err, bytes.TrimSpace(out))
		return
	}
	dir := t.TempDir()
	a := open(t, AppenderOptions{Dir: dir, MaxFile: 6000})
	for i := range 4 {
		if _, err := a.Append(groups(t, 10*i, 10*i+10, "text")); err != nil {
			t.Fatal(err)
		}
	}
	appendRevisits(t, a)
	files, _ := Files(dir, "rostrum")
	for i := range files {
		files[i] = filepath.Join(dir, files[i])
	}
	out, err := exec.Command(python, append([]string{"-m", "warcio.cli", "check", "-v"}, files...)...).CombinedOutput()
	if err != nil || strings.Contains(string(out), "failed") || strings.Count(string(out), "digest pass") < 120 {
		t.Errorf("warcio check: %v\n%s", err, out)
	}
	const script = `import sys
from warcio.archiveiterator import ArchiveIterator
for name in sys.argv[1:]:
    for r in ArchiveIterator(open(name, 'rb')):
        if r.rec_type == 'response':
            print(r.http_headers.get_statuscode(), r.content_stream().read().decode())
        if r.rec_type == 'revisit':
            print('revisit', r.http_headers.get_statuscode(), len(r.content_stream().read()), r.rec_headers.get_header('WARC-Refers-To-Target-URI'),
                  r.rec_headers.get_header('WARC-Refers-To-Date'), r.rec_headers.get_header('WARC-Profile').split('/')[-1])
`
	out, err = exec.Command(python, append([]string{"-c", script}, files...)...).CombinedOutput()
	var want strings.Builder
	for i := range 40 {
		fmt.Fprintf(&want, "200 <p>%d text</p>\n", i)
	}
	want.WriteString("revisit 200 0 https://example.org/0?final=1 1970-01-01T00:00:01Z identical-payload-digest\n" +
		"revisit 304 0 https://example.org/0?final=1 1970-01-01T00:00:01Z server-not-modified\n" +
		"revisit 200 0 https://example.org/0?final=1 1970-01-01T00:00:01Z identical-payload-digest\n")
	if err != nil || string(out) != want.String() {
		t.Errorf("warcio reads, %v:\n%s", err, out)
	}
}

// appendRevisits appends a capture whose payload the first group holds.
func appendRevisits(t *testing.T, a *Appender) {
	t.Helper()
	first := groups(t, 0, 1, "text")[0]
	of, err := ReferenceTo(&first[len(first)-1])
	if err != nil {
		t.Fatal(err)
	}
	again, err := Revisit(sample("https://example.org/0", time.Unix(1000, 0).UTC(), "<p>0 text</p>"), of)
	if err != nil {
		t.Fatal(err)
	}
	groups := [][]Record{again}
	for i, said := range []bool{true, false} {
		c := sample("https://example.org/0", time.Unix(int64(2000+i), 0).UTC(), "")
		if c.Unchanged = (&statement.Unchanged{Capture: "0", Said: said}); said {
			c.Status = 304
		}
		same, err := Unchanged(c, of)
		if err != nil {
			t.Fatal(err)
		}
		found := ExtractedRecord(c, Extracted{Title: "A title", TextDigest: TextDigest("text"), Language: "en", By: "rostrum", At: time.Unix(3000, 0)})
		groups = append(groups, same, []Record{found})
	}
	if _, err := a.Append(groups); err != nil {
		t.Fatal(err)
	}
}

// words makes text that compresses like prose.
func words(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < n {
		fmt.Fprintf(&b, "%c%x ", 'a'+random.IntN(26), random.IntN(4000))
	}
	return b.String()[:n]
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{3_000, 50_000} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			a := open(b, AppenderOptions{Dir: b.TempDir()})
			batch := groups(b, 0, 200, words(size))
			b.SetBytes(int64(200 * size))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a.Append(batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(200*b.N)/b.Elapsed().Seconds(), "captures/s")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	var g encoded
	for _, group := range groups(b, 0, 200, words(50_000)) {
		var part encoded
		part.fill(new(Encoder), group, 1<<30)
		g.Write(part.Bytes())
	}
	b.SetBytes(200 * 50_000)
	for b.Loop() {
		rd, err := NewReader(bytes.NewReader(g.Bytes()), 0, Limits{})
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = rd.Next()
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
}
