package extract

import (
	"strings"
	"testing"
)

// TestRepair holds what comes back into a text, what goes out of it, and what stays whatever it looks like.
func TestRepair(t *testing.T) {
	const opening = "The guild of the harbour asks all delegations to keep the lights burning through the winter."
	for name, c := range map[string]struct{ html, keeps, drops string }{
		"the introduction above the body":      {`<article><h1>Lights</h1><div class="article-teaser"><p>` + opening + `</p></div><div class="entry-content">` + prose(4) + `</div></article>`, opening, ""},
		"bare text before the first paragraph": {`<article><h1>Lights</h1><div class="entry-content">(HPA).- ` + opening + prose(4) + `</div></article>`, "(HPA).- " + opening, ""},
		"bare text between paragraphs":         {`<article><h1>Lights</h1><div class="entry-content">` + prose(2) + opening + prose(2) + `</div></article>`, opening, ""},
		"an opening before bare lines":         {`<article><h1>Lights</h1><div class="entry-content">` + opening + `<br><br>` + strings.NewReplacer("<p>", "", "</p>", "<br><br>").Replace(prose(4)) + `</div></article>`, opening, ""},
		"a credit before the text":             {`<article><h1>Lights</h1><div class="entry-content">© O. Vask The mole at night, as it was seen from the old harbour.` + prose(4) + `</div></article>`, "", "O. Vask"},
		"a plain introduction":                 {`<header><h1>Lights</h1><p>` + opening + `</p></header><div class="entry-content">` + prose(4) + `</div>`, opening, ""},
		"no byline as introduction":            {`<header><h1>Lights</h1><p>By Mira Tolven, who writes about gardens and about harbours</p></header><div class="entry-content">` + prose(4) + `</div>`, "", "By Mira"},
		"a caption":                            {`<article><h1>Lights</h1>` + prose(2) + `<p class="image-caption">The mole at night. Photo: O. Vask</p>` + prose(2) + `</article>`, "", "The mole"},
		"a marked box":                         {`<article><h1>Lights</h1>` + prose(3) + `<div class="post-rating"><p>How did you like this note on the lights?</p></div>` + prose(1) + `</article>`, "", "How did"},
		"a marked text":                        {`<article class="post tag-comments category-social"><h1>Lights</h1><p>` + opening + `</p>` + prose(4) + `</article>`, opening, ""},
		"a layout with a sidebar":              {`<div class="with-sidebar"><h1>Lights</h1><div class="content-with-sidebar"><p>` + opening + `</p></div>` + prose(4) + `</div>`, opening, ""},
		"a heading whose id repeats it":        {`<article><h1>Lights</h1>` + prose(2) + `<h2 id="what-share-of-lights">What share of lights</h2>` + prose(2) + `</article>`, "What share of lights", ""},
		"read also":                            {`<article><h1>Lights</h1>` + prose(2) + `<p>Read also: <a href="/b">The sails of the old harbour</a></p>` + prose(2) + `</article>`, "", "Read also"},
		"read also, Spanish":                   {`<article><h1>Luces</h1>` + prose(2) + `<p>Lea también: <a href="/b">Las velas del puerto viejo</a></p>` + prose(2) + `</article>`, "", "velas"},
		"read also, Russian":                   {`<article><h1>Огни</h1>` + prose(2) + `<p>Читайте также: <a href="/b">Паруса старой гавани</a></p>` + prose(2) + `</article>`, "", "Паруса"},
		"read also, Arabic":                    {`<article><h1>أضواء</h1>` + prose(2) + `<p>اقرأ أيضا: <a href="/b">أشرعة المرفأ القديم</a></p>` + prose(2) + `</article>`, "", "أشرعة"},
		"read also, Chinese":                   {`<article><h1>灯光</h1>` + prose(2) + `<p>延伸阅读：<a href="/b">旧港的风帆</a></p>` + prose(2) + `</article>`, "", "风帆"},
		"a heading that begins like one":       {`<article><h1>Lights</h1>` + prose(2) + `<h2>Related offences</h2>` + prose(2) + `</article>`, "Related offences", ""},
		"signatories that are links":           {`<article><h1>Lights</h1>` + prose(3) + `<p>Signed:</p><ul><li><a href="https://a.example/">Open Tides</a></li><li><a href="https://b.example/">Quiet Seas</a></li><li><a href="https://c.example/">Harbour Liberties</a></li></ul></article>`, "Quiet Seas", ""},
		"a call to subscribe":                  {`<article><h1>Lights</h1>` + prose(2) + `<p>Want more? <a href="/n">Sign up here</a> or follow us on our channels.</p>` + prose(2) + `</article>`, "", "Want more"},
		"a sentence on subscribing":            {`<article><h1>Lights</h1>` + prose(2) + `<p>States that subscribe to the convention shall keep the lights.</p>` + prose(2) + `</article>`, "States that subscribe", ""},
		"the end of a page":                    {`<article><h1>Lights</h1>` + prose(3) + `<p>Last updated: 3 May 2024</p><p>© The guild</p></article>`, "", "guild"},
		"a heading with nothing below it":      {`<article><h1>Lights</h1>` + prose(4) + `<h3>More of our work</h3></article>`, "", "More of our"},
		"a heading that the library left out":  {`<article><h1>Lights</h1>` + prose(2) + `<h2>On gardens</h2>` + prose(2) + `</article>`, "On gardens", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := readPage(t, htmlPage("<title>Lights</title>", c.html)).Text
			if !strings.Contains(text, c.keeps) {
				t.Errorf("%q is not in\n%s", c.keeps, text)
			}
			if c.drops != "" && strings.Contains(text, c.drops) {
				t.Errorf("%q is in\n%s", c.drops, text)
			}
		})
	}
}
