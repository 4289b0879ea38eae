package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rostrum/internal/e2e/harness"
)

// paragraphs are enough plain text for a page to be a statement.
func paragraphs(about string) string {
	return strings.Repeat(fmt.Sprintf("<p>The delegation spoke on %s at length, and said that the draft needs another reading before it can be agreed.</p>\n", about), 6)
}

// badSite serves one page of every bad kind, and one good one.
func badSite() http.Handler {
	mux := http.NewServeMux()
	page := func(path, kind string, body []byte) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(body)
		})
	}
	page("/good", "text/html", []byte("<html><head><title>A good page</title></head><body><h1>A good page</h1><article>"+paragraphs("fisheries")+"</article></body></html>"))
	page("/empty", "text/html", nil)
	page("/notext", "text/html", []byte("<html><head><title>x</title></head><body><script>render()</script></body></html>"))
	page("/image", "text/html", append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0, 1, 2, 3}, 500)...))
	mux.HandleFunc("GET /500", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) })
	mux.HandleFunc("GET /gzip", func(w http.ResponseWriter, _ *http.Request) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte("<html><body>" + paragraphs("tides") + "</body></html>"))
		_ = z.Close()
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(b.Bytes()[:b.Len()/2])
	})
	mux.HandleFunc("GET /huge", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		chunk := []byte("<p>" + strings.Repeat("word ", 20000) + "</p>\n")
		for sent := 0; sent < 50<<20; sent += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	feed := `<?xml version="1.0"?><rss version="2.0"><channel><title>F</title><link>http://bad.example/</link><item><title>A good page</title><link>http://bad.example/good</link></item><item><title>Another`
	page("/feed", "application/rss+xml", []byte(feed))
	return mux
}

func TestBadInput(t *testing.T) {
	sources := "sources:\n"
	names := []string{"good", "empty", "notext", "image", "500", "gzip", "huge"}
	for _, name := range names {
		sources += fmt.Sprintf("  - {id: s-%s, name: %s, type: page, url: \"http://bad.example/%s\", issuer: body, every: 1h}\n", name, name, name)
	}
	sources += "  - {id: s-feed, name: cut feed, type: feed, url: \"http://bad.example/feed\", issuer: body, every: 1h}\n"
	sources += "  - {id: s-dead, name: dead host, type: page, url: \"http://dead.example/\", issuer: body, every: 1h}\n"
	config := harness.WriteConfig(t, harness.Files{
		"process.yaml": "id: p\nname: P\n", "sources.yaml": sources, "topics.yaml": "topics: []\n",
		"actors.yaml": "actors:\n  - {id: body, kind: ngo, name: The Body}\n",
	}, harness.ServeSite(t, "bad.example", badSite()), harness.Site{Host: "dead.example", Addr: "127.0.0.1:1"})
	i := harness.Up(t, config, t.TempDir())

	// What the sources' list must say of each: one of the words; nothing of the good one.
	for id, say := range map[string]string{"s-good": "", "s-500": "500", "s-gzip": "gzip", "s-huge": "max_body", "s-dead": "refused", "s-feed": "breaks off",
		"s-empty": "empty", "s-notext": "no text", "s-image": "image"} {
		harness.Await(t, 30*time.Second, fmt.Sprintf("%s says %q", id, say), func() bool {
			s := i.Source(id)
			if say == "" {
				return s.State == "fresh" && s.Reason == ""
			}
			return strings.Contains(s.Reason, say)
		})
		t.Logf("%s: %s", id, i.Source(id).Reason)
	}
	if got := urls(i, ""); len(got) != 1 || got[0] != "http://bad.example/good" {
		t.Errorf("stored: %v, want the good page alone", got)
	}
}
