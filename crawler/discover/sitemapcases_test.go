package discover

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSitemapCases holds the addresses and dates of other parsers' sitemaps against what those parsers give, where they are to be had.
func TestSitemapCases(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(sharedData(), "sitemaps/*/*.golden"))
	if len(files) == 0 {
		t.Log("NOT RUN: no sitemaps under", sharedData())
		return
	}
	right, all := 0, 0
	for _, golden := range files {
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(strings.TrimSuffix(golden, ".golden") + ".xml")
		if err != nil {
			t.Fatal(err)
		}
		got, err := Sitemap(Document{URL: at, Body: body})
		if err != nil {
			t.Errorf("%s: %v", golden, err)
		}
		addresses, dates := map[string]bool{}, map[time.Time]bool{}
		for _, p := range got.Pages {
			addresses[p.URL] = true
			dates[p.Modified] = true
		}
		for _, d := range got.Documents {
			addresses[d] = true
		}
		for line := range strings.Lines(string(want)) {
			line = strings.TrimSpace(line)
			when := date(line)
			if !strings.HasPrefix(line, "http") && (when.IsZero() || len(got.Pages) == 0) {
				continue // neither; the dates of an index's sitemaps say nothing of pages
			}
			all++
			if addresses[strings.Replace(line, "HOST", "host", 1)] || addresses[line] || dates[when.UTC()] && !when.IsZero() {
				right++
			} else {
				t.Errorf("%s: %s is missing", filepath.Base(golden), line)
			}
		}
	}
	t.Logf("%d of %d addresses and dates in %d sitemaps", right, all, len(files))
}
