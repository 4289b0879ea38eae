package extract

import (
	"strings"
	"testing"

	"rostrum/internal/fault"
)

// TestScriptedPages holds that a page whose text comes only by script is refused with that reason, and no other page is.
func TestScriptedPages(t *testing.T) {
	const run = `<script src="/app.js"></script>`
	for name, c := range map[string]struct{ html, text, refused string }{
		"an empty place":            {`<body><div id="root"></div>` + run, "", "only by script"},
		"a place that is loading":   {`<body><p>Loading…</p><div id="app"></div>` + run, "", "only by script"},
		"one that asks":             {`<body><div id="main">You need to enable JavaScript to run this app.</div>` + run, "", "only by script"},
		"one that asks in noscript": {`<body><noscript>Veuillez activer JavaScript.</noscript><div id="__next"></div>` + run, "", "only by script"},
		"text within noscript":      {`<body><div id="app"></div>` + run + `<noscript><main><h1>Lights</h1>` + prose(4) + `</main></noscript>`, "Paragraph 3", ""},
		"a short note":              {`<body><main><h1>Lights</h1><p>The gauge stands again.</p></main>` + run, "The gauge stands again.", ""},
		"a note on scripts":         {`<body><main><h1>Lights</h1>` + prose(4) + `<p>Readers had to enable JavaScript.</p></main>` + run, "Paragraph 3", ""},
		"nothing, and no script":    {`<body><div id="root"></div>`, "", "no text"},
		"the text in JSON-LD":       {`<head><script type="application/ld+json">{"@type":"Article","articleBody":"` + welcome + " " + reading + " " + welcome + `"}</script><body><div id="root"></div>` + run, welcome, ""},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := New(Options{}).Extract(t.Context(), fill(Input{Body: []byte("<html>" + c.html)}))
			if c.refused != "" {
				if fault.KindOf(err) != fault.Poison || !strings.Contains(err.Error(), c.refused) {
					t.Fatalf("%+v, %v", page, err)
				}
				return
			}
			if err != nil || !strings.Contains(page.Text, c.text) {
				t.Errorf("text %q, %v", page.Text, err)
			}
		})
	}
}
