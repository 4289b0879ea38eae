package extract

import (
	"strings"
	"testing"
	"time"
)

const (
	welcome = "We welcome the proposal of the committee to publish every reading of the gauges within the hour, and to keep the archive open to all."
	reading = "The second reading takes place in June. We ask the delegations to keep article seven as it stands, for the reasons given in March."
	columns = `<aside class="sidebar"><h3>Related posts</h3><ul><li><a href="/b">Another note on sails</a><p>The sails of the old harbour were mended by the guild, and the guild was
paid in herring, as the books of that year tell at some length.</p></li><li><a href="/c">A third note</a><p>Nobody knows who first lit the lamp on the mole, but everybody has an uncle
who remembers the day on which it was lit for the last time.</p></li></ul><section class="widget newsletter"><h3>Stay in touch</h3><p>Join the list for monthly updates.</p></section></aside>`
)

func readPage(t *testing.T, html string) Page {
	t.Helper()
	return read(t, Input{URL: "http://a.example/note", Body: []byte(html)})
}

// TestShortText holds that a text of a line or two is not lost to the longer columns beside it, whatever holds it.
func TestShortText(t *testing.T) {
	for name, holder := range map[string][2]string{
		"an article":      {`<article><h1>A note</h1>`, `</article>`},
		"the main part":   {`<main><h1>A note</h1>`, `</main>`},
		"a marked body":   {`<div><h1>A note</h1><div itemprop="articleBody">`, `</div></div>`},
		"a theme's class": {`<div><h1>A note</h1><div class="entry-content">`, `</div></div>`},
		"a role":          {`<div role="main"><h1>A note</h1>`, `</div>`},
	} {
		t.Run(name, func(t *testing.T) {
			page := readPage(t, `<html><head><title>A note</title></head><body><nav><a href="/">Home</a></nav>`+holder[0]+`<p>The gauge stands again.</p>`+holder[1]+columns+`<footer>Imprint</footer></body></html>`)
			if !strings.Contains(page.Text, "The gauge stands again.") || strings.Contains(page.Text, "guild") || strings.Contains(page.Text, "monthly") {
				t.Errorf("text %q", page.Text)
			}
		})
	}
}

func TestTextKeepsItsLists(t *testing.T) {
	list := "<ul><li>Open Tides</li><li>Quiet Seas Institute</li><li>Harbour Liberties</li></ul>"
	for name, html := range map[string]string{
		"at the end of plain blocks": `<div id="c"><h1>A letter</h1><p>` + welcome + `</p><p>` + reading + `</p><h3>Signed by</h3>` + list + `</div><div id="foot"><p>Imprint.</p></div>`,
		"within a marked body":       `<div class="entry-content"><p>` + welcome + `</p>` + list + `<p>` + reading + `</p></div>`,
		"at the end of a body":       `<article><h1>A letter</h1><div class="entry-content"><p>` + welcome + `</p><p>` + reading + `</p>` + list + `</div></article>`,
	} {
		t.Run(name, func(t *testing.T) {
			page := readPage(t, "<html><head><title>A letter</title></head><body>"+html+"</body></html>")
			for _, want := range []string{welcome, reading, "\nOpen Tides\nQuiet Seas Institute\nHarbour Liberties"} {
				if !strings.Contains(page.Text, want) {
					t.Errorf("%q is not in %q", want, page.Text)
				}
			}
		})
	}
}

func TestTableForLayoutKeepsItsLines(t *testing.T) {
	page := readPage(t, `<html><head><title>A note</title></head><body><table role="presentation" width="600"><tr><td><table role="presentation"><tr><td><a href="/">Home</a></td>
<td><a href="/n">News</a></td></tr></table></td></tr><tr><td><h1>A note</h1><p>`+welcome+`</p><p>`+reading+`</p></td></tr></table></body></html>`)
	if !strings.Contains(page.Text, welcome+"\n"+reading) {
		t.Errorf("text %q", page.Text)
	}
}

func TestDateUnderTitleBeatsDatesInText(t *testing.T) {
	page := readPage(t, `<html><head><title>A note</title></head><body><div><h1>A note</h1><p>12 May 2024</p><p>We welcome the proposal.</p><p>We ask for more of it.</p>
<p>The next session begins on 3 June 2024.</p></div></body></html>`)
	if want := time.Date(2024, 5, 12, 0, 0, 0, 0, time.UTC); !page.Published.Equal(want) {
		t.Errorf("published %v from %s, want %v", page.Published, page.PublishedFrom, want)
	}
}
