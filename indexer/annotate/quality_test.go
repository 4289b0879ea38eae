package annotate_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"rostrum/indexer/annotate"
	"rostrum/indexer/extract"
	"rostrum/internal/golden"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

var update = flag.Bool("update", false, "rewrite the golden numbers")

const goldenNumbers = "testdata/quality.json"

// signed is what a joint letter is known to have.
type signed struct {
	count       int
	first, last string
}

func labels(t *testing.T) map[string]signed {
	body, err := os.ReadFile("testdata/signatories.tsv")
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]signed)
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSpace(line), "\t")
		n, err := strconv.Atoi(f[1])
		if err != nil || len(f) != 4 {
			t.Fatalf("signatories.tsv: %q: %v", line, err)
		}
		known[f[0]] = signed{n, f[2], f[3]}
	}
	return known
}

// without knows nobody, so that names alone decide.
func without(t testing.TB) *annotate.Annotator {
	r, err := registry.New(nil, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := annotate.New(annotate.Options{Registry: r})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// score adds up the signatories of one set. One is right if it stands where the letter's list does.
type score struct {
	files, found, right, wanted int
}

func (s *score) add(t *testing.T, a *annotate.Annotator, path, text string, known map[string]signed) {
	f := a.Annotate(annotate.Input{Text: text, Words: analysis.NewAnalyzer().Document("", text, "und")})
	from, to := 0, 0
	want := known[path]
	if want.count > 0 {
		end := strings.LastIndex(text, want.last)
		if end < 0 {
			t.Fatalf("%s does not have its last signatory", path)
		}
		start := strings.LastIndex(text[:end], "\n"+want.first)
		from, to = utf8.RuneCountInString(text[:max(0, start)]), utf8.RuneCountInString(text[:end+len(want.last)])
	}
	right := 0
	for _, e := range f.Evidence {
		if e.Role != statement.Signatory {
			continue
		}
		if e.Start >= from && e.End <= to {
			right++
			continue
		}
		t.Logf("%s: no signatory: %q", path, string([]rune(text)[e.Start:e.End]))
	}
	if right != want.count {
		t.Logf("%s: %d of %d signatories", path, right, want.count)
	}
	s.files++
	s.found, s.right, s.wanted = s.found+f.Signatories, s.right+min(right, want.count), s.wanted+want.count
}

func (s *score) hold(t *testing.T, set string) {
	got := map[string]float64{set + " files": float64(s.files), set + " found": float64(s.found), set + " wrong": float64(s.found - s.right)}
	if s.wanted > 0 {
		got[set+" precision"], got[set+" recall"] = float64(s.right)/float64(s.found), float64(s.right)/float64(s.wanted)
	}
	golden.Hold(t, goldenNumbers, *update, got)
}

func TestSignatoriesOfPosts(t *testing.T) {
	known, a := labels(t), without(t)
	for _, set := range []string{"jointletter-olabini", "ngo-drw/posts", "ngo-connectedbydata"} {
		dir, here := golden.SharedData(t, set)
		if !here {
			continue
		}
		var s score
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".md" {
				return err
			}
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(dir, path)
			s.add(t, a, set+"/"+filepath.ToSlash(rel), fromMarkdown(string(body)), known)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.hold(t, set)
	}
}

// TestSignatoriesOfDocuments reads PDF documents as the pipeline does: entries that the document sets side by side come as one.
func TestSignatoriesOfDocuments(t *testing.T) {
	known, a, x := labels(t), without(t), extract.New(extract.Options{})
	for _, set := range []string{"ngo-drw/pdf", "pdf-un-upr"} {
		dir, here := golden.SharedData(t, set)
		if !here {
			continue
		}
		paths, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
		if err != nil || len(paths) == 0 {
			t.Fatal(set, err)
		}
		var s score
		for _, path := range paths {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			page, err := x.Extract(t.Context(), extract.Input{URL: "https://documents.example/d.pdf", Header: http.Header{"Content-Type": {"application/pdf"}}, Body: body})
			if err != nil {
				t.Logf("%s: %v", path, err)
				continue
			}
			s.add(t, a, set+"/"+filepath.Base(path), page.Text, known)
		}
		s.hold(t, set)
	}
}

func TestSpeechesHaveNoSignatories(t *testing.T) {
	dir, here := golden.SharedData(t, "ungdc")
	if !here {
		return
	}
	file, err := os.Open(filepath.Join(dir, "statements.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	a := without(t)
	var s score
	for lines.Scan() {
		var speech struct{ ID, Text string }
		if err := json.Unmarshal(lines.Bytes(), &speech); err != nil {
			t.Fatal(err)
		}
		s.add(t, a, speech.ID, speech.Text, nil)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	s.hold(t, "ungdc")
}

var (
	image   = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	link    = regexp.MustCompile(`\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])`)
	target  = regexp.MustCompile(`^ *\[[^\]]*\]: `)
	tag     = regexp.MustCompile(`<[^>]*>|\{\{[^}]*\}\}`)
	mark    = regexp.MustCompile(`^(#+|>|\*) +`)
	ordered = regexp.MustCompile(`^\s*([*+-]|\d+[.)])\s`)
	marks   = strings.NewReplacer("**", "", "__", "", "`", "", "&#8217;", "’", "&#8211;", "–", "&#8220;", "“", "&#8221;", "”", "&amp;", "&")
)

// fromMarkdown gives a post's text as a page of it would have: a line for a paragraph, a heading, an item, and what ends in a break.
func fromMarkdown(body string) string {
	if _, rest, head := strings.Cut(body, "---\n"); head {
		_, body, _ = strings.Cut(rest, "\n---")
	}
	var text strings.Builder
	joined := false
	for line := range strings.SplitSeq(body, "\n") {
		plain := strings.TrimSpace(marks.Replace(tag.ReplaceAllString(link.ReplaceAllString(image.ReplaceAllString(line, ""), "$1"), "")))
		heading := strings.HasPrefix(mark.FindString(plain), "#")
		if plain == "" || target.MatchString(line) || plain == "---" {
			joined = false
			continue
		}
		if joined && !heading && !ordered.MatchString(line) {
			text.WriteByte(' ')
		} else {
			text.WriteByte('\n')
		}
		text.WriteString(strings.Trim(mark.ReplaceAllString(plain, ""), "_"))
		joined = !heading && !strings.HasSuffix(line, "  ")
	}
	return text.String()
}
