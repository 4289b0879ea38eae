package extract

import (
	"strings"
	"testing"
	"time"

	"rostrum/internal/fault"
)

// TestHostilePagesEnd gives pages that are made to take long, small and eight times as large. The library that selects the main
// content may take time by the square of the size, never more.
func TestHostilePagesEnd(t *testing.T) {
	for name, part := range map[string]struct {
		before, body, after string
		n                   int
	}{
		"paragraphs":   {body: "<p>harbour lights</p>", n: 500},
		"links":        {body: `<a href="/x">y</a> `, n: 500},
		"divisions":    {body: "<div>harbour lights, and gardens</div>", n: 500},
		"lists":        {body: "<ul><li>lights<li>gardens</ul>", n: 200},
		"breaks":       {before: "<p>", body: "lights<br>", n: 500},
		"tables":       {body: "<table><tr><td>lights<td>gardens</table>", n: 100},
		"nested lists": {body: strings.Repeat("<ul><li>a", 60) + strings.Repeat("</ul>", 60), n: 6},
		"unclosed":     {before: strings.Repeat("<b><i>lights", 150), body: "<p>gardens", n: 5},
		"headings":     {body: "<h1>lights</h1>", n: 500},
		"times":        {body: "<time>29 July 2024</time>", n: 500},
		"one line":     {before: "<p>", body: "harbour lights and gardens ", n: 1 << 11},
		"digits":       {before: "<h1>a</h1><p>", body: "1-", n: 1 << 14},
		"JSON-LD":      {before: `<script type="application/ld+json">`, body: `{"@graph":[`, after: "</script><p>lights", n: 700},
		"entities":     {body: "&amp;", n: 1 << 13},
		"attributes":   {before: "<p ", body: "a=b ", after: ">lights", n: 1 << 13},
	} {
		t.Run(name, func(t *testing.T) {
			took := func(n int) time.Duration {
				page := "<html><body><main><article>" + part.before + strings.Repeat(part.body, n) + part.after
				before := cpu(t)
				_, err := New(Options{}).Extract(t.Context(), fill(Input{Body: []byte(page)}))
				if err != nil && fault.KindOf(err) != fault.Poison {
					t.Error(err)
				}
				return cpu(t) - before
			}
			took(part.n)
			if small, large := took(part.n), took(8*part.n); large > 100*small+2*time.Second {
				t.Errorf("8 times the page took %v after %v", large, small)
			}
		})
	}
}
