package extract

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

var update = flag.Bool("update", false, "rewrite the golden numbers")

const golden = "testdata/quality.json"

// tolerance is by how much a number may differ from the golden one before the test fails.
const tolerance = 0.002

// shared gives the folder of labelled pages, or says loudly that it is not there.
func shared(t testing.TB, name string) (string, bool) {
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Logf("NOT MEASURED: the labelled pages of %s are absent (%v)", name, err)
		return "", false
	}
	return dir, true
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b = regexp.MustCompile(`:\s*NaN\b`).ReplaceAll(b, []byte(": null")) // written by Python
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

func unzip(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// extractFile extracts a labelled page; one without text has the zero page.
func extractFile(t testing.TB, url, path string) Page {
	t.Helper()
	page, err := New(Options{}).Extract(t.Context(), Input{URL: url, Body: unzip(t, path), FetchedAt: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Logf("%s: %v", url, err)
	}
	return page
}

// compare holds measured numbers against the golden ones.
func compare(t *testing.T, measured map[string]float64) {
	t.Helper()
	want := make(map[string]float64)
	if b, err := os.ReadFile(golden); err == nil {
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
	}
	for name, got := range measured {
		got = math.Round(got*1e4) / 1e4
		t.Logf("%s %.4f (golden %.4f)", name, got, want[name])
		if !*update && math.Abs(got-want[name]) > tolerance {
			t.Errorf("%s is %.4f, the golden number %.4f: run with -update if that is meant", name, got, want[name])
		}
		want[name] = got
	}
	if *update {
		b, err := json.MarshalIndent(want, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var evalWord = regexp.MustCompile(`[\pL\pN_]+`)

// shingles counts the runs of four words, as the article extraction benchmark does.
func shingles(s string) map[string]int {
	words := evalWord.FindAllString(s, -1)
	counts := make(map[string]int)
	n := min(4, len(words))
	for i := 0; n > 0 && i+n <= len(words); i++ {
		counts[strings.Join(words[i:i+n], " ")]++
	}
	return counts
}

// overlap is the precision and recall of one page's text by shingles.
func overlap(want, got string) (precision, recall float64) {
	a, b := shingles(want), shingles(got)
	var both, extra, missing float64
	for s, n := range a {
		both += float64(min(n, b[s]))
		missing += float64(max(0, n-b[s]))
	}
	for s, n := range b {
		extra += float64(max(0, n-a[s]))
	}
	share := func(of, other float64) float64 {
		if both+of > 0 {
			return both / (both + of)
		}
		if other > 0 {
			return 0
		}
		return 1
	}
	return share(extra, missing), share(missing, extra)
}

func f1(p, r float64) float64 { return 2 * p * r / (p + r) }

func TestQualityMainText(t *testing.T) {
	dir, there := shared(t, "extract-scrapinghub")
	if !there {
		return
	}
	var truth map[string]struct{ ArticleBody, URL string }
	readJSON(t, filepath.Join(dir, "ground-truth.json"), &truth)
	var precision, recall float64
	for id, want := range truth {
		page := extractFile(t, want.URL, filepath.Join(dir, "html", id+".html.gz"))
		p, r := overlap(want.ArticleBody, page.Text)
		precision, recall = precision+p, recall+r
		if f1(p, r) < .9 {
			t.Logf("P %.2f R %.2f %s %s", p, r, id[:8], want.URL)
		}
		keep(t, id[:8], page.Text, want.ArticleBody)
	}
	n := float64(len(truth))
	compare(t, map[string]float64{"text, scrapinghub, F1": f1(precision/n, recall/n), "text, scrapinghub, precision": precision / n, "text, scrapinghub, recall": recall / n})
}

// keep writes what was found and wanted beside each other for whoever looks for the cause, if ROSTRUM_KEEP names a folder.
func keep(t *testing.T, name, got, want string) {
	if dir := os.Getenv("ROSTRUM_KEEP"); dir != "" {
		for suffix, text := range map[string]string{".got": got, ".want": want} {
			if err := os.WriteFile(filepath.Join(dir, name+suffix), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

type segmentTruth struct {
	File, Title, Date string
	Author            any // a name, or a list of them
	With, Without     []string
}

// measured is how many pages of a language there are at least whose number says something.
const measured = 6

// segments counts the strings that must and that must not be in the texts of pages.
type segments struct {
	pages                   int
	found, missed, unwanted float64
}

func (c *segments) count(text string, with, without []string) (lost, extra []string) {
	text = clean(text)
	c.pages++
	for _, s := range with {
		if strings.Contains(text, clean(s)) {
			c.found++
		} else {
			c.missed++
			lost = append(lost, s)
		}
	}
	for _, s := range without {
		if strings.Contains(text, clean(s)) {
			c.unwanted++
			extra = append(extra, s)
		}
	}
	return lost, extra
}

func (c *segments) precision() float64 { return c.found / (c.found + c.unwanted) }
func (c *segments) recall() float64    { return c.found / (c.found + c.missed) }

// addressOf gives a page whose address was not kept, but for its file's name, one that it could have.
func addressOf(label string) string {
	if name, without := strings.CutPrefix(label, "hard::"); without {
		host, rest, _ := strings.Cut(name, "-")
		return "https://" + host + "/" + rest
	}
	return label
}

func TestQualitySegments(t *testing.T) {
	dir, there := shared(t, "extract-trafilatura")
	if !there {
		return
	}
	var truth map[string]segmentTruth
	readJSON(t, filepath.Join(dir, "evaldata.json"), &truth)
	var all segments
	var titles, exact, near, dates, right, wrong float64
	var authors naming
	by := make(map[string]*segments) // language
	for url, want := range truth {
		page := extractFile(t, addressOf(url), filepath.Join(dir, "html", want.File))
		lost, extra := all.count(page.Text, want.With, want.Without)
		if by[page.Language] == nil {
			by[page.Language] = new(segments)
		}
		by[page.Language].count(page.Text, want.With, want.Without)
		if len(lost)+len(extra) > 0 {
			t.Logf("%s missed %.60q unwanted %.60q %s", want.File[:6], lost, extra, url)
			keep(t, want.File[:6], page.Text, strings.Join(want.With, "\n")+"\n--\n"+strings.Join(want.Without, "\n"))
		}
		if want.Title != "" {
			titles++
			if letters(page.Title) == letters(want.Title) {
				exact++
			} else {
				t.Logf("title %q, want %q", page.Title, want.Title)
			}
			if letters(page.Title) == letters(want.Title) || agreeing(page.Title, want.Title) {
				near++
			}
		}
		authors.count(t, page, want.Author, url)
		if want.Date != "" {
			dates++
			switch {
			case page.Published.Format(time.DateOnly) == want.Date:
				right++
			case page.PublishedFrom != statement.FromNone && page.PublishedFrom != "":
				wrong++
				t.Logf("date %s from %s, want %s %s", page.Published.Format(time.DateOnly), page.PublishedFrom, want.Date, url)
			default:
				t.Logf("date none, want %s %s", want.Date, url)
			}
		}
	}
	for language, s := range by {
		t.Logf("%s: %d pages, P %.3f R %.3f F1 %.3f", language, s.pages, s.precision(), s.recall(), f1(s.precision(), s.recall()))
		if s.pages >= measured {
			compare(t, map[string]float64{"text, trafilatura, " + language + ", F1": f1(s.precision(), s.recall())})
		}
	}
	compare(t, map[string]float64{
		"text, trafilatura, F1": f1(all.precision(), all.recall()), "text, trafilatura, precision": all.precision(), "text, trafilatura, recall": all.recall(),
		"title, exact": exact / titles, "title, one within the other": near / titles,
		"author, exact": authors.exact / authors.named, "author, one within the other": authors.near / authors.named,
		"date, trafilatura, right": right / dates, "date, trafilatura, wrong": wrong / dates,
	})
}

// naming counts how the authors of pages were found. Where a label names none the page may have one all the same.
type naming struct{ named, exact, near float64 }

func (c *naming) count(t *testing.T, page Page, label any, url string) {
	want := ldNames(label)
	got := letters(page.Author)
	switch key := letters(want); {
	case key == "":
		return
	case got == key:
		c.exact++
		fallthrough
	case got != "" && (strings.Contains(got, key) || strings.Contains(key, got)):
		c.near++
		fallthrough
	default:
		c.named++
	}
	if got != letters(want) {
		t.Logf("author %q from %s, want %q %s", page.Author, page.AuthorFrom, want, url)
	}
}

type civicTruth struct {
	URL         string
	FileID      string `json:"file_id"`
	GroundTruth struct {
		Title       string
		PublishDate string   `json:"publish_date"`
		Text        string   `json:"main_content"`
		With        []string `json:"with"`
		Without     []string `json:"without"`
	} `json:"ground_truth"`
}

// TestQualityCivic measures pages of public bodies and associations: words of the text found, and those that are not of it.
func TestQualityCivic(t *testing.T) {
	dir, there := shared(t, "extract-wcxb")
	if !there {
		return
	}
	files, err := filepath.Glob(filepath.Join(dir, "ground-truth", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no labels in %s: %v", dir, err)
	}
	var precision, recall, dated, right, wrong, undated, invented float64
	var all segments
	for _, file := range files {
		var want civicTruth
		readJSON(t, file, &want)
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		page := extractFile(t, want.URL, filepath.Join(dir, "html", name+".html.gz"))
		p, r := overlap(want.GroundTruth.Text, page.Text)
		precision, recall = precision+p, recall+r
		all.count(page.Text, want.GroundTruth.With, want.GroundTruth.Without)
		got := page.Published.Format(time.DateOnly)
		switch date := want.GroundTruth.PublishDate; {
		case date == "":
			undated++
			if !page.Published.IsZero() {
				invented++
				t.Logf("date %s from %s, want none %s", got, page.PublishedFrom, want.URL)
			}
		case got == date:
			dated, right = dated+1, right+1
		default:
			dated++
			if !page.Published.IsZero() {
				wrong++
			}
			t.Logf("date %s from %s, want %s %s", got, page.PublishedFrom, date, want.URL)
		}
		if f1(p, r) < .9 {
			t.Logf("P %.2f R %.2f %s %s", p, r, name, want.URL)
			keep(t, name, page.Text, want.GroundTruth.Text)
		}
	}
	n := float64(len(files))
	compare(t, map[string]float64{
		"text, wcxb, F1": f1(precision/n, recall/n), "text, wcxb, precision": precision / n, "text, wcxb, recall": recall / n,
		"date, wcxb, right": right / dated, "date, wcxb, wrong": wrong / dated, "date, wcxb, invented": invented / undated,
		"text, wcxb, segments F1": f1(all.precision(), all.recall()),
	})
}

func TestQualityDates(t *testing.T) {
	dir, there := shared(t, "dates-htmldate")
	if !there {
		return
	}
	var truth map[string]struct{ File, Date string }
	readJSON(t, filepath.Join(dir, "dates.json"), &truth)
	var right, wrong float64
	from := make(map[string]int)
	for url, want := range truth {
		page := extractFile(t, url, filepath.Join(dir, "html", want.File))
		got := page.Published.Format(time.DateOnly)
		switch {
		case got == want.Date, want.Date == "" && page.Published.IsZero():
			right++
			from[page.PublishedFrom]++
		case !page.Published.IsZero():
			wrong++
			t.Logf("%s from %s, want %s %s %s", got, page.PublishedFrom, want.Date, want.File, url)
		default:
			t.Logf("none, want %s %s %s", want.Date, want.File, url)
		}
	}
	t.Logf("right by origin: %v", from)
	n := float64(len(truth))
	compare(t, map[string]float64{"date, htmldate, right": right / n, "date, htmldate, wrong": wrong / n})
}

func BenchmarkExtract(b *testing.B) {
	dir, there := shared(b, "extract-scrapinghub")
	if !there {
		return
	}
	var truth map[string]struct{ URL string }
	readJSON(b, filepath.Join(dir, "ground-truth.json"), &truth)
	var pages []Input
	for id, page := range truth {
		pages = append(pages, Input{URL: page.URL, Body: unzip(b, filepath.Join(dir, "html", id+".html.gz"))})
	}
	x := New(Options{})
	before := cpu(b)
	i := 0
	for b.Loop() {
		if _, err := x.Extract(b.Context(), pages[i%len(pages)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(b.N)/(cpu(b)-before).Seconds(), "pages/cpu-s")
}

// cpu is the processor time spent so far: on a machine that others use, what tells the cost of the code.
func cpu(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// FuzzDatesIn holds that a found day is a real one and that folding or cutting never breaks it.
func FuzzDatesIn(f *testing.F) {
	for _, s := range []string{"29 July 2024", "July 29th, 2024", "2024年7月29日", "٢٩ يوليو ٢٠٢٤", "29.07.2024", "31.02.2024", "29 تشرين الأول 2024"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, d := range datesIn(s) {
			if d.IsZero() || d.Hour() != 0 || fold.String(d.Format(time.DateOnly)) != d.Format(time.DateOnly) {
				t.Fatalf("%q gives %v", s, d)
			}
		}
	})
}
