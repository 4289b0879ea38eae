package discover

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden numbers")

// score counts, of each kind of expectation, those that are met and all.
type score map[string]*[2]int

func (s score) add(kind string, met bool) {
	if s[kind] == nil {
		s[kind] = new([2]int)
	}
	s[kind][1]++
	if met {
		s[kind][0]++
	}
}

// TestCases reads the cases of other parsers where they are to be had, and holds what they expect of entries, links, dates, titles and
// authors against what is read. The shares are a golden.
func TestCases(t *testing.T) {
	dir := filepath.Join(sharedData(), "feeds")
	if _, err := os.Stat(dir); err != nil {
		t.Log("NOT RUN: no feeds under", dir)
		return
	}
	scores := score{}
	files := map[string]int{}
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		set := strings.Split(strings.TrimPrefix(path, dir+"/"), "/")[0]
		files[set]++
		var wanted []expectation
		if set == "gofeed" {
			wanted = expectedJSON(t, path)
		} else {
			wanted = expectedPython(string(body))
		}
		began := time.Now()
		entries := entriesOf(baseURL(string(body)), body)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %v", path, took)
		}
		for _, w := range wanted {
			met := w.met(entries)
			scores.add(set+" "+w.kind, met)
			if !met {
				got := Link{}
				if w.entry < len(entries) {
					got = entries[w.entry]
				}
				t.Logf("%s: entry %d of %d: %s, want %q, got %+v", strings.TrimPrefix(path, dir+"/"), w.entry, len(entries), w.kind, w.text, got)
			}
		}
		return nil
	})
	var lines strings.Builder
	for _, kind := range slices.Sorted(func(yield func(string) bool) {
		for k := range scores {
			if !yield(k) {
				return
			}
		}
	}) {
		fmt.Fprintf(&lines, "%-22s %4d of %4d\n", kind, scores[kind][0], scores[kind][1])
	}
	t.Logf("%v files\n%s", files, lines.String())
	golden := "testdata/cases.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, _ := os.ReadFile(golden); string(want) != lines.String() {
		t.Errorf("the shares are not those of %s:\n%s\nrun with -update if that is meant", golden, want)
	}
}

// entriesOf gives all entries of a feed, those without a link as well.
func entriesOf(address string, body []byte) []Link {
	d := Document{URL: address, Body: body}
	if m := contentType.FindSubmatch(body); m != nil {
		d.ContentType = string(m[1])
	}
	base, _ := d.baseOf()
	feed, _, err := parseFeed(d)
	_, _ = Feed(d)
	if err != nil || feed == nil {
		return nil
	}
	var entries []Link
	for _, item := range feed.Items {
		link := entry(d.URL, item)
		link.URL = resolve(base, linkOf(item))
		entries = append(entries, link)
	}
	return entries
}

var contentType = regexp.MustCompile(`Header:\s+Content-[Tt]ype: ([^\n]+)`)

var contentLocation = regexp.MustCompile(`Header:\s+Content-Location: (\S+)`)

func baseURL(text string) string {
	if m := contentLocation.FindStringSubmatch(text[:min(len(text), 1000)]); m != nil {
		return m[1]
	}
	return "http://127.0.0.1:8097/tests/feed.xml"
}

// expectation is what a case expects of one entry.
type expectation struct {
	entry int
	kind  string // entry, link, published, updated, title, author
	text  string
	at    time.Time
}

func (w expectation) met(entries []Link) bool {
	if w.entry >= len(entries) {
		return false
	}
	switch e := entries[w.entry]; w.kind {
	case "entry":
		return true
	case "link":
		return e.URL == resolve(mustURL(baseURL("")), w.text)
	case "published":
		return e.Hint.Published.Equal(w.at)
	case "updated":
		return e.Modified.Equal(w.at)
	case "title":
		return e.Hint.Title == plain(w.text)
	default:
		return e.Hint.Author == plain(w.text)
	}
}

var (
	expects = regexp.MustCompile(`(?s)Expect:(.*?)-->`)
	clause  = regexp.MustCompile(`entries\[(\d)\](?:\['(\w+)'\]|\.(\w+))?(?: == (.*))?`)
	tuple   = regexp.MustCompile(`^\((\d+), (\d+), (\d+), (\d+), (\d+), (\d+),`)
	literal = regexp.MustCompile(`^(?:u?'((?:[^'\\]|\\.)*)'|u?"((?:[^"\\]|\\.)*)")`)
)

// expectedPython reads what a case expects by the Python expression in its comment.
func expectedPython(text string) (wanted []expectation) {
	m := expects.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	for _, part := range strings.Split(m[1], " and ") {
		c := clause.FindStringSubmatch(strings.TrimSpace(part))
		if c == nil || strings.Contains(part, " is None") || strings.Contains(part, " not entries") {
			continue
		}
		n, _ := strconv.Atoi(c[1])
		wanted = append(wanted, expectation{entry: n, kind: "entry"})
		w := expectation{entry: n}
		key, value := c[2]+c[3], strings.TrimSpace(c[4])
		switch key {
		case "link", "title", "author":
			text, ok := pythonText(value)
			if !ok {
				continue
			}
			w.kind, w.text = key, text
		case "published_parsed", "updated_parsed":
			d := tuple.FindStringSubmatch(value)
			if d == nil {
				continue
			}
			var f [6]int
			for i := range f {
				f[i], _ = strconv.Atoi(d[i+1])
			}
			w.kind, w.at = strings.TrimSuffix(key, "_parsed"), time.Date(f[0], time.Month(f[1]), f[2], f[3], f[4], f[5], 0, time.UTC)
			w.text = value
		default:
			continue
		}
		wanted = append(wanted, w)
	}
	return wanted
}

// pythonText reads a sum of Python string literals.
func pythonText(value string) (string, bool) {
	var b strings.Builder
	for {
		m := literal.FindStringSubmatch(value)
		if m == nil {
			return "", false
		}
		s, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.ReplaceAll(m[1]+m[2], `\'`, `'`), `"`, `\"`) + `"`)
		if err != nil {
			return "", false
		}
		b.WriteString(s)
		if value = strings.TrimSpace(value[len(m[0]):]); value == "" {
			return b.String(), true
		}
		value = strings.TrimSpace(strings.TrimLeft(value, "+)"))
		if value == "" {
			return b.String(), true
		}
	}
}

// expectedJSON reads what a case expects by the JSON file that stands beside it.
func expectedJSON(t *testing.T, path string) (wanted []expectation) {
	beside := strings.TrimSuffix(path, ".xml") + ".json"
	if strings.HasSuffix(path, ".json") {
		beside = strings.TrimSuffix(path, ".json") + "_expected.json"
	}
	body, err := os.ReadFile(beside)
	if err != nil || strings.Contains(path, "_expected") {
		return nil
	}
	var feed struct {
		Entries []map[string]json.RawMessage
		Items   []map[string]json.RawMessage
	}
	if json.Unmarshal(body, &feed) != nil {
		return nil
	}
	for i, item := range append(feed.Items, feed.Entries...) {
		wanted = append(wanted, expectation{entry: i, kind: "entry"})
		for key, kind := range map[string]string{"link": "link", "title": "title", "url": "link", "date_published": "published", "date_modified": "updated",
			"publishedParsed": "published", "pubDateParsed": "published", "updatedParsed": "updated"} {
			w := expectation{entry: i, kind: kind}
			if json.Unmarshal(item[key], &w.text) != nil || w.text == "" {
				continue
			}
			if kind == "published" || kind == "updated" {
				if w.at, err = time.Parse(time.RFC3339Nano, w.text); err != nil {
					continue
				}
			}
			wanted = append(wanted, w)
		}
	}
	return wanted
}

func mustURL(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u
}
