package indexer

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"rostrum/internal/statement"
)

var update = flag.Bool("update", false, "rewrite the golden numbers")

// blogPages makes captures of a real blog's posts, oldest first, each followed by what its theme could put below them.
func blogPages(t *testing.T, below string) []*statement.Capture {
	t.Helper()
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	files, err := filepath.Glob(filepath.Join(root, "ngo-drw", "posts", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Log("NOT MEASURED: the posts of ngo-drw are absent")
		return nil
	}
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM))
	var pages []*statement.Capture
	for i, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(raw), "---\n")
		front, body, _ := strings.Cut(rest, "\n---\n")
		var meta struct{ Title string }
		if err := yaml.UnmarshalWithOptions([]byte(front), &meta, yaml.AllowDuplicateMapKey()); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := markdown.Convert([]byte(body), &out); err != nil {
			t.Fatal(err)
		}
		title := html.EscapeString(meta.Title)
		pages = append(pages, page(fmt.Sprintf("https://www.blog.example/%d", i), i, `<!doctype html><html lang="en"><head><title>`+title+`</title></head><body><main><article><h1>`+
			title+`</h1><div class="entry-content">`+out.String()+below+`</div></article></main></body></html>`))
	}
	return pages
}

// TestQualityBoilerplate measures, on the posts of a real blog, what goes because it repeats: the boxes that a theme adds, and what the
// authors themselves put under many posts. -v prints each line that went.
func TestQualityBoilerplate(t *testing.T) {
	boxes := `<div class="box"><h3>About the blog</h3><p>The Brindlemoor Society runs this blog from its seat in Sallowfen, and has done so for a long time.</p></div>
<div class="cta"><p>Would you like to hear of grommetwick every month? Leave us <a href="/join">your address</a>.</p></div>`
	pages := blogPages(t, boxes)
	if pages == nil {
		return
	}
	b := newBench(t, nil)
	began := time.Now()
	for batch := range slices.Chunk(pages, 25) {
		b.handle(t, batch...)
	}
	t.Logf("%d pages in %v", len(pages), time.Since(began))
	added, went, bytes, changed := 0.0, map[string]int{}, 0, 0
	for _, c := range pages {
		read, err := b.o.Reader.extract(t.Context(), c)
		if err != nil {
			continue
		}
		stored, _ := b.store.Stored(t.Context(), []string{read.id})
		st := stored[read.id]
		if st == nil {
			t.Errorf("%s is not stored", c.URL)
			continue
		}
		if strings.Contains(st.Text, "Brindlemoor") || strings.Contains(st.Text, "grommetwick") {
			added++
		}
		kept, own := strings.Split(st.Text, "\n"), false
		for _, l := range strings.Split(read.page.Text, "\n") {
			if slices.Contains(kept, l) || strings.Contains(boxes, html.EscapeString(l)) || strings.Contains(l, "grommetwick") {
				continue
			}
			went[l]++
			bytes += len(l)
			own = true
		}
		if own {
			changed++
		}
	}
	lines := 0
	for _, l := range slices.Sorted(maps.Keys(went)) {
		lines += went[l]
		t.Logf("%3d × %s", went[l], l)
	}
	n := float64(len(pages))
	measured := map[string]float64{"pages with a box of the theme": added / n, "lines of the authors that went, a page": float64(lines) / n,
		"pages of which some went": float64(changed) / n, "bytes that went, a page": float64(bytes) / n}
	compareGolden(t, filepath.Join("testdata", "boilerplate.json"), measured)
}

func compareGolden(t *testing.T, file string, measured map[string]float64) {
	t.Helper()
	want := map[string]float64{}
	if *update {
		out, err := json.MarshalIndent(measured, "", "  ")
		if err == nil {
			err = os.MkdirAll(filepath.Dir(file), 0o755)
		}
		if err == nil {
			err = os.WriteFile(file, append(out, '\n'), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	body, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(body, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range measured {
		t.Logf("%s: %.4f", name, got)
		if diff := got - want[name]; diff > 0.01 || diff < -0.01 {
			t.Errorf("%s: %.4f, was %.4f: run with -update if that is meant", name, got, want[name])
		}
	}
}
