package extract

import (
	"strings"
	"testing"
	"time"

	"rostrum/internal/fault"
)

// TestHostilePagesEnd gives pages that are made to take long, each as large as the main content is selected from.
func TestHostilePagesEnd(t *testing.T) {
	n := maxSelected / 3
	for name, body := range map[string]string{
		"paragraphs":   strings.Repeat("<p>harbour lights</p>", n),
		"links":        strings.Repeat(`<a href="/x">y</a> `, n),
		"divisions":    strings.Repeat("<div>harbour lights, and gardens</div>", n),
		"lists":        "<article>" + strings.Repeat("<ul><li>lights<li>gardens</ul>", n/3),
		"breaks":       "<p>" + strings.Repeat("lights<br>", n),
		"tables":       strings.Repeat("<table><tr><td>lights<td>gardens</table>", n/5),
		"nested lists": strings.Repeat(strings.Repeat("<ul><li>a", 60)+strings.Repeat("</ul>", 60), n/130),
		"unclosed":     strings.Repeat("<b><i>lights", 150) + strings.Repeat("<p>gardens", n/200),
		"headings":     strings.Repeat("<h1>lights</h1>", n),
		"times":        strings.Repeat("<time>29 July 2024</time>", n),
		"one line":     "<p>" + strings.Repeat("harbour lights and gardens ", 1<<17),
		"digits":       "<h1>a</h1><p>" + strings.Repeat("1-", 1<<20),
		"JSON-LD":      `<script type="application/ld+json">` + strings.Repeat(`{"@graph":[`, 5000) + `</script><p>lights`,
		"entities":     strings.Repeat("&amp;", 1<<19),
		"attributes":   "<p " + strings.Repeat("a=b ", 1<<18) + ">lights",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := New(Options{}).Extract(t.Context(), fill(Input{Body: []byte("<html><body><main><article>" + body)}))
			if err != nil && fault.KindOf(err) != fault.Poison {
				t.Error(err)
			}
			took := time.Since(start)
			t.Logf("%v", took)
			if took > time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}
