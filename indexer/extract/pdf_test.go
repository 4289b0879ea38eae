package extract

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum/indexer/extract/pdf"
	"rostrum/internal/statement"
)

func TestDocumentTitle(t *testing.T) {
	lines := []string{"Quiet Seas Institute", "Reply to the consultation on tidal data", "We reply as follows, and in the order of the questions that were put to us."}
	letter := []string{"Ministry of Tides", "1 Quay Street", "Dear Minister,", "Re: Access to the readings of the gauges", "We write to you about the gauges."}
	for name, c := range map[string]struct {
		hint, meta string
		heading    []string
		lines      []string
		want       string
	}{
		"metadata that the page repeats":        {"", "Reply to the consultation on tidal data", nil, lines, "Reply to the consultation on tidal data"},
		"metadata of the template":              {"", "Letter to the Mayor about parking", []string{"Reply to the consultation", "on tidal data"}, lines, "Reply to the consultation on tidal data"},
		"metadata by a program":                 {"", "Microsoft Word - reply_v3_FINAL.docx", []string{"Reply to the consultation"}, lines, "Reply to the consultation"},
		"who writes is not what is written":     {"", "Quiet Seas", []string{"Reply to the consultation on tidal data"}, lines, "Reply to the consultation on tidal data"},
		"a date below the heading":              {"", "", []string{"Reply to the consultation", "12 May 2024"}, lines, "Reply to the consultation"},
		"a month below the heading":             {"", "", []string{"Reply to the consultation", "May 2024"}, lines, "Reply to the consultation"},
		"the link agrees":                       {"Reply to the consultation on tidal data (2024)", "", []string{"Reply to the consultation on tidal data"}, lines, "Reply to the consultation on tidal data (2024)"},
		"the link could be any document's":      {"Download the submission (PDF)", "", []string{"Reply to the consultation"}, lines, "Reply to the consultation"},
		"the link alone":                        {"Our reply on tides", "", nil, letter[:3], "Our reply on tides"},
		"a letter says what it is about":        {"", "", nil, letter, "Access to the readings of the gauges"},
		"a letter that does not":                {"", "", nil, letter[:3], "reply to minister"},
		"the first line":                        {"", "", nil, lines, "Quiet Seas Institute"},
		"an asterisk leads to a note":           {"", "", []string{"Report of the Working Group*", "Valdoria"}, lines, "Report of the Working Group Valdoria"},
		"a heading of one word says too little": {"", "", []string{"REPLY"}, lines, "Quiet Seas Institute"},
	} {
		t.Run(name, func(t *testing.T) {
			in := &Input{URL: "http://a.example/files/reply_to-minister.pdf", Hint: statement.Hint{Title: c.hint}}
			if got, _ := documentTitle(in, c.meta, c.heading, c.lines); got != c.want {
				t.Errorf("title %q, want %q", got, c.want)
			}
		})
	}
}

func TestDatelines(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"a date alone":                      {[]string{"Reply", "12 May 2024", "The session of 3 June 2024 was long, and nobody remembers it with pleasure or at all."}, "2024-05-12"},
		"a date alone before others":        {[]string{"12 May 2024", "Port of Puerto Lira, 3 June 2024"}, "2024-05-12"},
		"a place and a date":                {[]string{"Kessel Bay, 30 August 2024"}, "2024-08-30"},
		"a span of days is when they met":   {[]string{"Puerto Lira, 8-19 February 2024", "Second session", "15 January 2024"}, "2024-01-15"},
		"a span over two months":            {[]string{"27 October–7 November 2024"}, ""},
		"two dates":                         {[]string{"12 May 2024", "13 May 2024"}, ""},
		"a date in a sentence":              {[]string{"We met on 12 May 2024 in the old customs house by the harbour, to talk."}, ""},
		"French":                            {[]string{"Port-Aubin, le 3 juin 2024"}, "2024-06-03"},
		"Chinese":                           {[]string{"2024年6月3日"}, "2024-06-03"},
		"on the second page it is no label": {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			paragraphs := []pdf.Paragraph{}
			for _, l := range c.lines {
				paragraphs = append(paragraphs, pdf.Paragraph{Text: l})
			}
			paragraphs = append(paragraphs, pdf.Paragraph{Text: "1 January 2020", Page: 1})
			in := &Input{URL: "http://a.example/a.pdf"}
			at, from := dating{in: in, facts: &facts{}, top: datelines(firstPage(paragraphs))}.published()
			got := ""
			if from == statement.FromText {
				got = at.Format(time.DateOnly)
			}
			if got != c.want {
				t.Errorf("dated %q from %s, want %q", got, from, c.want)
			}
		})
	}
}

// TestQualityPDF measures words against another program's reading of the same documents: a second opinion, not the truth.
func TestQualityPDF(t *testing.T) {
	dir, there := shared(t, "pdf-un-upr")
	if !there {
		return
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.extracted.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no second opinions in %s: %v", dir, err)
	}
	x := New(Options{})
	defer x.Close()
	var sum, ordered, titled, dated, marked float64
	for _, file := range files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		page := readFile(t, x, strings.TrimSuffix(file, ".extracted.txt")+".pdf")
		text := page.Title + "\n" + page.Text
		score := wordF1(string(want), text)
		sum += score
		_, recall := overlap(string(want), text)
		ordered += recall
		if len(page.Symbols) > 0 {
			marked++
		}
		if len(strings.Fields(page.Title)) >= 3 {
			titled++
		}
		if !page.Published.IsZero() {
			dated++
		}
		t.Logf("%.3f %.3f %s %s %s %.60q", score, recall, filepath.Base(file), page.Published.Format(time.DateOnly), page.Symbols, page.Title)
	}
	n := float64(len(files))
	compare(t, map[string]float64{"pdf, words, F1": sum / n, "pdf, runs of four words": ordered / n, "pdf, with a symbol": marked / n, "pdf, with a title of three words": titled / n, "pdf, with a date": dated / n})
}

func readFile(t testing.TB, x *Extractor, file string) Page {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page, err := x.Extract(t.Context(), Input{URL: "http://a.example/" + filepath.Base(file), Body: body})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return page
}

// wordF1 compares the words of two texts, whatever their order: two readings of columns and notes differ in it.
func wordF1(want, got string) float64 {
	counts := make(map[string]int)
	all, both := 0, 0
	for _, w := range evalWord.FindAllString(strings.ToLower(want), -1) {
		counts[w]++
		all++
	}
	for _, w := range evalWord.FindAllString(strings.ToLower(got), -1) {
		all++
		if counts[w] > 0 {
			counts[w]--
			both++
		}
	}
	return 2 * float64(both) / float64(max(all, 1))
}

func BenchmarkPDF(b *testing.B) {
	dir, there := shared(b, "pdf-un-upr")
	if !there {
		return
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err != nil || len(files) == 0 {
		b.Fatalf("no documents in %s: %v", dir, err)
	}
	began := time.Now()
	r := pdf.New(pdf.Options{Workers: 1})
	defer r.Close()
	var bodies [][]byte
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	if _, err := r.Read(b.Context(), bodies[0]); err != nil {
		b.Fatal(err)
	}
	first := time.Since(began)
	pages, i := 0, 0
	before := cpu(b)
	for b.Loop() {
		d, err := r.Read(b.Context(), bodies[i%len(bodies)])
		if err != nil {
			b.Fatal(err)
		}
		pages += d.Pages
		i++
	}
	b.ReportMetric(float64(first.Milliseconds()), "ms-to-first")
	b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(pages)/(cpu(b)-before).Seconds(), "pages/cpu-s")
}
