package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	gmhtml "github.com/yuin/goldmark/renderer/html"

	"rostrum/internal/fold"
)

// piece is one labelled stretch of the shared data; testdata/labels/README.md says what its labels mean. A nil list was not labelled.
type piece struct {
	set         string
	Path        string
	ID          string
	From, To    int
	Lang        string
	Kind        *string
	Issuers     *[]string
	Signatories *int
	Signed      []string
	Quotes      *[]stretch
	Cues        *[]stretch
	Mentions    *[]string
	Date        string
}

// stretch is a labelled place: of a quote with its speaker, of a cue with its polarity.
type stretch struct {
	from, to int
	what     string
	indirect bool
}

func (s *stretch) UnmarshalJSON(raw []byte) error {
	var parts []any
	if err := json.Unmarshal(raw, &parts); err != nil {
		return err
	}
	if len(parts) < 3 || len(parts) > 4 {
		return fmt.Errorf("a place is [from, to, what] or [from, to, what, \"indirect\"], not %s", raw)
	}
	from, ok1 := parts[0].(float64)
	to, ok2 := parts[1].(float64)
	what, ok3 := parts[2].(string)
	if !ok1 || !ok2 || !ok3 || from < 0 || to <= from {
		return fmt.Errorf("not a place: %s", raw)
	}
	*s = stretch{int(from), int(to), what, len(parts) == 4}
	return nil
}

func labelledPieces(t *testing.T) []piece {
	files, err := filepath.Glob("testdata/labels/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no labels: %v", err)
	}
	var all []piece
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(body)) {
			n++
			p := piece{set: strings.TrimSuffix(filepath.Base(file), ".jsonl")}
			d := json.NewDecoder(strings.NewReader(line))
			d.DisallowUnknownFields()
			if err := d.Decode(&p); err != nil || p.Path == "" || p.Lang == "" {
				t.Fatalf("%s:%d: %v", file, n, err)
			}
			all = append(all, p)
		}
	}
	return all
}

// sharedFiles reads the files of the shared data, records by id.
type sharedFiles struct {
	root  string
	whole map[string][]rune
	known map[string]map[string]string
}

// raw gives the file or record that a piece is of, as code points.
func (s *sharedFiles) raw(t *testing.T, p *piece) []rune {
	key := p.set + "/" + p.Path
	if p.ID != "" {
		if s.known[key] == nil {
			s.known[key] = records(t, filepath.Join(s.root, key))
		}
		text, ok := s.known[key][p.ID]
		if !ok {
			t.Fatalf("%s has no record %s", key, p.ID)
		}
		return []rune(text)
	}
	if s.whole[key] == nil {
		s.whole[key] = []rune(string(readMaybeZipped(t, filepath.Join(s.root, key))))
	}
	return s.whole[key]
}

func readMaybeZipped(t *testing.T, file string) []byte {
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(file, ".gz") {
		return body
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	body, err = io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func records(t *testing.T, file string) map[string]string {
	body := readMaybeZipped(t, file)
	found := map[string]string{}
	if strings.HasSuffix(file, ".csv") {
		rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		column := slices.Index(rows[0], "sentence_text")
		for i, row := range rows[1:] {
			found[strconv.Itoa(i+1)] = row[column]
		}
		return found
	}
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var r struct{ ID, Text string }
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		found[r.ID] = r.Text
	}
	return found
}

// sites is where the pieces of a set stand.
var sites = map[string]string{
	"ngo-drw":             "https://digitalrightswatch.org.au/",
	"ngo-connectedbydata": "https://connectedbydata.org/",
	"jointletter-olabini": "https://letters.example/",
	"pdf-un-upr":          "https://papers.example/",
	"ungdc":               "https://speeches.example/",
	"stance-unscon":       "https://meetings.example/",
	"udhr":                "https://declarations.example/",
	"dates-htmldate":      "https://news.example/",
	"extract-trafilatura": "https://press.example/",
	"extract-scrapinghub": "https://stories.example/",
}

// file gives a piece as a page or paper of its site: its name, and what is in it.
func (p *piece) file(t *testing.T, raw []rune) (name string, body []byte) {
	name = strings.TrimSuffix(strings.ReplaceAll(p.Path, "/", "-"), ".gz")
	part := raw
	if p.To > 0 {
		part = raw[p.From:p.To]
	}
	switch {
	case p.ID != "":
		return p.ID + ".txt", []byte(string(part))
	case path.Ext(name) == ".md":
		return strings.TrimSuffix(name, ".md") + ".html", fromMarkdown(t, string(raw), string(part))
	case path.Ext(name) == ".html" && p.To > 0:
		return name, fmt.Appendf(nil, "<!doctype html><html lang=%q><body><article><div>%s</div></article></body></html>", p.Lang, string(part))
	}
	return name, []byte(string(part))
}

var front = regexp.MustCompile(`(?s)^---\n(.*?)\n---\n?`)

// fromMarkdown makes a page of a post or of a part of it.
func fromMarkdown(t *testing.T, whole, part string) []byte {
	var meta struct{ Title, Date string }
	if m := front.FindStringSubmatch(whole); m != nil {
		_ = yaml.Unmarshal([]byte(m[1]), &meta) // some front matter has keys twice
	}
	part = shortcode.ReplaceAllString(front.ReplaceAllString(part, ""), "")
	var out bytes.Buffer
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(gmhtml.WithUnsafe()))
	if err := markdown.Convert([]byte(part), &out); err != nil {
		t.Fatal(err)
	}
	title := html.EscapeString(meta.Title)
	return fmt.Appendf(nil, "<!doctype html><html><head><title>%s</title></head><body><article><h1>%s</h1>\n%s</article></body></html>", title, title, out.String())
}

// unseenInRaw is what a reader of a page does not see of its file: scripts, tags, where links lead.
var unseenInRaw = regexp.MustCompile(`(?s:<script.*?</script>|<style.*?</style>|<head>.*?</head>|<head .*?</head>|<!--.*?-->)|<[^>]*>|\]\([^)\s]*\)|(?m:^ *\[\d+\]: .*$)|\{\{.*?\}\}|&#?\w+;`)

// lettersOf are the folded letters and digits of a text and where, in code points, each stands.
func lettersOf(text string) (letters []rune, at []int) {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			for _, f := range fold.String(string(r)) {
				letters, at = append(letters, f), append(at, n)
			}
		}
		n++
	}
	return letters, at
}

// readerSees gives a raw file without what a reader does not see.
func readerSees(raw string) string {
	return unseenInRaw.ReplaceAllStringFunc(raw, func(s string) string {
		if strings.HasPrefix(s, "&") {
			return html.UnescapeString(s)
		}
		return ""
	})
}

// place finds a labelled stretch of the raw file in the extracted text by its letters: the same of several occurrences. It gives code points.
func place(raw []rune, begin int, s stretch, text []rune, at []int) (from, to int, ok bool) {
	wanted, _ := lettersOf(readerSees(string(raw[s.from:s.to])))
	before, _ := lettersOf(readerSees(string(raw[begin:s.from])))
	nth := strings.Count(string(before), string(wanted))
	runes := string(text)
	found := -1
	for i, offset := 0, 0; i <= nth; i++ {
		j := strings.Index(runes[offset:], string(wanted))
		if j < 0 {
			break
		}
		found = offset + j
		offset = found + len(string(wanted))
	}
	if found < 0 || len(wanted) == 0 {
		return 0, 0, false
	}
	first := len([]rune(runes[:found]))
	return at[first], at[first+len(wanted)-1] + 1, true
}

// sortedKeys gives the keys of a table in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
