package extract

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestEveryStretchOnce holds that a stretch of the page comes once and whole, however a library hands it out.
func TestEveryStretchOnce(t *testing.T) {
	const (
		first  = "The guild of the harbour asks all delegations to keep the lights burning."
		second = "The lamps of the northern mole were lit again on the first evening."
		third  = "Sails are mended in the halls behind the market until spring comes."
	)
	page := parsed(t, "<div>"+first+"<br><br>"+second+"<br>"+third+"</div>")
	for name, c := range map[string]struct{ page, selected, want string }{
		"bare text and again as a whole":    {"", "<div><p>" + first + "</p><p>" + second + "</p><p>" + third + "</p>" + first + second + third + "</div>", first + "\n" + second + "\n" + third},
		"the beginning up to a link, again": {"", "<div><p>The guild of the harbour asks all delegations</p><p>" + first + "</p></div>", first},
		"pieces in the wrong order":         {"", "<div><p>all delegations to keep the lights burning.</p><p>The guild of the harbour asks</p></div>", first},
		"most of a line":                    {"", "<div><p>of the harbour asks all delegations to keep the lights burning.</p></div>", first},
		"less than half of a line":          {"", "<div><p>The guild of the harbour</p></div>", "The guild of the harbour"},
		"lines glued across what was left out": {"<div><p>" + first + "</p><p>Aside.</p><p>" + second + "</p></div>",
			"<div><span>" + first + "</span><span>" + second + "</span></div>", first + "\n" + second},
		"a line that stands twice":      {"<div><p>" + first + "</p><p>" + second + "</p><p>" + first + "</p></div>", "<div><p>" + first + "</p><p>" + second + "</p><p>" + first + "</p></div>", first + "\n" + second + "\n" + first},
		"a text that is not the page's": {"", "<div><p>Nobody wrote this sentence anywhere.</p><p>" + third + "</p></div>", "Nobody wrote this sentence anywhere.\n" + third},
	} {
		t.Run(name, func(t *testing.T) {
			from := page
			if c.page != "" {
				from = parsed(t, c.page)
			}
			o := newOriginal(linesOf(from))
			for _, s := range seamedLinesOf(parsed(t, c.selected)) {
				o.render(s.text)
			}
			o.complete()
			if got := strings.Join(textsOf(o.given), "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func parsed(t *testing.T, source string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
