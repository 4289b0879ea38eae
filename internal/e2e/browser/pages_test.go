package browser

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"rostrum/search"
)

// maxPage is what a page may weigh, in bytes.
const maxPage = 100 << 10

func waitFor(t *testing.T, limit time.Duration, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	end := time.After(limit)
	for !done() {
		select {
		case <-end:
			t.Fatalf("not within %s: %s", limit, what)
		case <-tick.C:
		}
	}
}

func get(t *testing.T, address string, into any) int {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	if into != nil && res.StatusCode == http.StatusOK {
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			t.Fatalf("GET %s: %v", address, err)
		}
	}
	return res.StatusCode
}

// first gives the id of the first statement that a query finds.
func (w *world) first(t *testing.T, q string) string {
	t.Helper()
	var found search.Result
	if status := get(t, w.base+"/api/v1/statements?limit=1&sort=oldest&q="+url.QueryEscape(q), &found); status != http.StatusOK || len(found.Statements) == 0 {
		t.Fatalf("%s: status %d, %d statements", q, status, len(found.Statements))
	}
	return found.Statements[0].ID
}

func TestPagesInABrowser(t *testing.T) {
	w := newWorld(t)
	if w == nil {
		return
	}
	letter := "/statements/" + w.first(t, "kind:joint-letter lang:en")
	revised := "/statements/" + w.first(t, `title:"from the floor"`)
	if revised == letter {
		t.Fatal("the revised statement is the letter")
	}
	t.Run("search", w.search)
	t.Run("completion", w.completes)
	t.Run("brush", w.brush)
	t.Run("open and cite", func(t *testing.T) { w.openAndCite(t, letter) })
	t.Run("difference", func(t *testing.T) { w.difference(t, revised) })
	t.Run("matrix", w.matrix)
	t.Run("position", w.position)
	t.Run("saved", w.saved)
	t.Run("mistakes", w.mistakes)
	t.Run("found and lists", w.foundAndLists)
	t.Run("keyboard", w.keyboard)
	t.Run("no script", func(t *testing.T) { w.noScript(t, letter) })
	t.Run("right to left", w.rightToLeft)
	t.Run("every page", func(t *testing.T) { w.everyPage(t, letter, revised) })
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.foreign) > 0 {
		t.Errorf("pages asked for things off the site: %v", w.foreign)
	}
}

func (w *world) search(t *testing.T) {
	b := w.tab(t, 1440, true)
	b.open("/")
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "vessel tracks\r"), chromedp.WaitVisible(chromedp.CSS(".snippet mark")))
	if !strings.Contains(b.text(".words"), "vessel") || b.count(".result") < 3 {
		t.Errorf("in words %q, %d results", b.text(".words"), b.count(".result"))
	}
	before := b.count(".result")
	b.follow(".facets ul a")
	if got := b.query(); !strings.HasPrefix(got, "vessel tracks topic:") || b.count(".result") > before {
		t.Errorf("a facet leads to %q with %d of %d results", got, b.count(".result"), before)
	}
	b.follow(".chip a[aria-label^='Remove topic']")
	if got := b.query(); got != "vessel tracks" {
		t.Errorf("without the chip: %q", got)
	}
}

func (w *world) completes(t *testing.T) {
	b := w.tab(t, 1440, true)
	b.open("/")
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "topic:early"), chromedp.WaitVisible(chromedp.CSS("#suggestions[data-for=early] li:first-child[data-id=early-warning]")),
		chromedp.KeyEvent(kb.ArrowDown), chromedp.WaitVisible(chromedp.CSS("#suggestions [aria-selected=true]")), chromedp.KeyEvent(kb.Enter))
	if got := js[string](b, "document.getElementById('q')?.value ?? 'no box at ' + location.href + ' ' + document.readyState"); got != "topic:early-warning" || b.count("#suggestions:not([hidden])") != 0 {
		t.Errorf("completed to %q", got)
	}
}

func (w *world) brush(t *testing.T) {
	b := w.tab(t, 1440, true)
	b.open("/")
	box := js[[]float64](b, "(() => { const r = document.querySelector('.over .chart').getBoundingClientRect(); return [r.left, r.top, r.width, r.height] })()")
	y := box[1] + 70
	from, to := box[0]+.3*box[2], box[0]+.6*box[2]
	_, err := chromedp.RunResponse(b.ctx, chromedp.MouseEvent("mousePressed", from, y, chromedp.Button("left"), chromedp.ClickCount(1)),
		chromedp.MouseEvent("mouseMoved", (from+to)/2, y, chromedp.Button("left")), chromedp.MouseEvent("mouseMoved", to, y, chromedp.Button("left")),
		chromedp.MouseEvent("mouseReleased", to, y, chromedp.Button("left"), chromedp.ClickCount(1)))
	if err != nil {
		t.Fatal(err)
	}
	q := b.query()
	if !strings.HasPrefix(q, "after:") || !strings.Contains(q, " before:") || b.count(".brush") != 1 || b.count(".bar.on") == 0 {
		t.Errorf("drawing over the timeline leads to %q, %d frames, %d chosen bars", q, b.count(".brush"), b.count(".bar.on"))
	}
	b.shot("brush-1440")
}

func (w *world) openAndCite(t *testing.T, letter string) {
	b := w.tab(t, 1440, true)
	b.open("/?q=kind:joint-letter+lang:en")
	if b.count(".result details") == 0 {
		t.Fatal("the letter's copies do not unfold")
	}
	b.do(chromedp.Click(chromedp.CSS(".result details summary")), chromedp.WaitVisible(chromedp.CSS(".copies th a")))
	b.follow(".result h3 a")
	if got := js[string](b, "location.pathname"); got != letter {
		t.Errorf("opened %s, want %s", got, letter)
	}
	for selector, least := range map[string]int{".text .actor": 2, ".text .topic": 1, ".note": 3, "#signatories li": 20, "#copies li": 3, "#cite a": 3, ".head a[href^='/exports?q=url']": 1, ".head button[data-copy-query^='url:']:not([hidden])": 1} {
		if n := b.count(selector); n < least {
			t.Errorf("%s: %d, want at least %d", selector, n, least)
		}
	}
	b.do(chromedp.Click(chromedp.CSS(".note summary")), chromedp.WaitVisible(chromedp.CSS(".note[open] p")))
	b.do(chromedp.Click(chromedp.CSS("#show-topics")))
	if got := js[string](b, "getComputedStyle(document.querySelector('.text .topic')).textDecorationLine"); got != "none" {
		t.Errorf("topics that are switched off are still %s", got)
	}
	for i, mediaType := range []string{"research-info-systems", "bibtex", "citationstyles"} {
		link := js[string](b, fmt.Sprintf("document.querySelectorAll('#cite a')[%d].href", i))
		res, err := http.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Type"), mediaType) {
			t.Errorf("%s: %d %s", link, res.StatusCode, res.Header.Get("Content-Type"))
		}
	}
	b.follow(".head .row a[href^='/captures/']")
	if got := js[string](b, "location.pathname"); !strings.HasPrefix(got, "/captures/") || !strings.Contains(b.text("body"), "tide") {
		t.Errorf("the archived page at %s does not show its text", got)
	}
}

func (w *world) difference(t *testing.T, revised string) {
	b := w.tab(t, 1440, true)
	waitFor(t, 30*time.Second, "a second revision", func() bool {
		b.open(revised)
		return b.count("#changes") == 1
	})
	if b.count("#changes ins") == 0 || b.count("#changes del") == 0 || b.count("#revisions li") < 2 {
		t.Errorf("%d words added, %d removed, %d revisions", b.count("#changes ins"), b.count("#changes del"), b.count("#revisions li"))
	}
	b.shot("difference-1440")
}

func (w *world) matrix(t *testing.T) {
	b := w.tab(t, 1440, true)
	b.open("/matrix?cols=phase")
	want := b.text(".heat td a")
	if want == "" {
		t.Fatal("no cell has a number")
	}
	n, _, _ := strings.Cut(want, " ")
	b.follow(".heat td a")
	if b.count("#cell li") == 0 || !strings.HasPrefix(b.text("#cell .soft"), n+" statement") || b.count(".heat [aria-current]") != 1 {
		t.Errorf("the cell of %s opens %q with %d statements", n, b.text("#cell .soft"), b.count("#cell li"))
	}
	b.shot("cell-1440")
}

func (w *world) position(t *testing.T) {
	b := w.tab(t, 1440, true)
	b.open("/actors/valdoria")
	marks := b.count(".stave a[aria-current], .stave a:has(.hit)")
	if marks < 3 || b.count(".picked blockquote mark") == 0 {
		t.Fatalf("%d marks, picked %q", marks, b.text(".picked"))
	}
	latest := b.text(".picked time")
	b.follow(".picked .row a")
	if got := b.text(".picked time"); got == latest && b.text(".picked blockquote") == "" {
		t.Errorf("earlier than %s is %s", latest, got)
	}
	for _, section := range []string{"#topics svg", "#words blockquote", "#mentions a", ".lanes li"} {
		if b.count(section) == 0 {
			t.Errorf("no %s", section)
		}
	}
}

func (w *world) saved(t *testing.T) {
	b := w.tab(t, 1440, true)
	b.open("/?q=topic:vessel-tracks")
	b.follow("a[href^='/saved?q=']")
	if b.count("#preview .tally div") != 3 {
		t.Errorf("the preview counts %q", b.text("#preview .tally"))
	}
	b.follow(".form .go")
	if got := js[string](b, "location.pathname"); !strings.HasPrefix(got, "/saved/") || b.count(".item[aria-current]") != 1 || b.count(".numbers a[href*='/feeds/']") != 1 {
		t.Fatalf("saving leads to %s with %d items", got, b.count(".item"))
	}
	b.follow("button[value=pause]")
	if b.count("button[value=resume]") != 1 {
		t.Error("a paused query can't be resumed")
	}
	b.follow("button[value=remove]")
	if b.count(".item") != 2 { // the demo's own
		t.Error("the removed query is still listed")
	}
}

func (w *world) mistakes(t *testing.T) {
	b := w.tab(t, 1440, true)
	for q, want := range map[string]string{"topic:vesel-tracks": "topic:vessel-tracks", "(tides OR vessel": "(tides OR vessel)", "autor:valdoria": "actor:valdoria", `"vessel tracks`: `"vessel tracks"`} {
		b.open("/?q=" + url.QueryEscape(q))
		repairs := strings.Split(b.text(".state .do code"), " | ")
		if b.count(".fault u") != 1 || !slices.Contains(repairs, want) {
			t.Errorf("%s: underlined %q, offered %q", q, b.text(".fault u"), repairs)
			continue
		}
		b.follow(".state .do a")
		if b.count(".state[role=alert]") != 0 {
			t.Errorf("%s: the corrected query %q is faulty", q, b.query())
		}
	}
	b.open("/?q=" + url.QueryEscape("issuer:valdoria kind:joint-letter"))
	if b.count(".state table a") != 2 || b.count(".state .do a") < 3 {
		t.Errorf("nothing found says %q", b.text(".state"))
	}
}

// foundAndLists: a hit found by its wording shows the sentence, lists are searched in any language, a matrix comes as a table.
func (w *world) foundAndLists(t *testing.T) {
	b := w.tab(t, 1440, true)
	b.open("/?q=cue:opposes+lang:en")
	if b.count(".result") == 0 || b.count(".snippet:has(mark)") < b.count(".result") {
		t.Errorf("%d results, %d show the sentence that opposes", b.count(".result"), b.count(".snippet:has(mark)"))
	}
	b.open("/topics")
	b.do(chromedp.SendKeys(chromedp.CSS("input[name=find]"), "alerta\r"), chromedp.WaitVisible(chromedp.CSS("input[name=find][value=alerta]")))
	if got := b.text(".listing tbody th"); got != "Early warning" {
		t.Errorf("topics called alerta: %q", got)
	}
	b.open("/actors?find=nobody+at+all")
	b.follow(".state .do a")
	if b.count(".listing tbody tr") < 10 {
		t.Errorf("all actors are %d", b.count(".listing tbody tr"))
	}
	b.open("/actors/valdoria")
	if b.count("#topics .heat tbody tr") < 3 || b.count("#topics .heat td a[href*='phase']") == 0 {
		t.Errorf("topics by phase: %q", b.text("#topics .heat"))
	}
	b.open("/matrix?cols=phase&q=tide")
	res, err := http.Get(js[string](b, "document.querySelector('a[download]').href"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	table, err := csv.NewReader(res.Body).ReadAll()
	if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv") {
		t.Fatalf("the table is %s: %v", res.Header.Get("Content-Type"), err)
	}
	if n := b.count(".heat tbody tr:has(td)"); len(table) != n+1 || table[0][1] != "name" || table[0][len(table[0])-1] != "all" {
		t.Errorf("%d rows, %d on the page; %q", len(table)-1, n, table[0])
	}
}

// keyboard goes by keys alone: past the masthead, into the box, out of the suggestions. Nothing moves by itself.
func (w *world) keyboard(t *testing.T) {
	b := w.tab(t, 1440, true)
	b.open("/actors")
	b.do(chromedp.KeyEvent(kb.Tab))
	if got := js[string](b, "document.activeElement.className + ' ' + (document.activeElement.getBoundingClientRect().top >= 0)"); got != "skip true" {
		t.Errorf("the first Tab leads to %q", got)
	}
	b.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	if !js[bool](b, "!!document.activeElement.closest('main')") {
		t.Errorf("past the masthead is %s", js[string](b, "document.activeElement.outerHTML.slice(0, 120)"))
	}
	b.open("/")
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "vald"), chromedp.WaitVisible(chromedp.CSS("#suggestions li")), chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible(chromedp.CSS("#suggestions")))
	if got := js[string](b, "document.activeElement.id + ' ' + document.activeElement.value"); got != "q vald" {
		t.Errorf("after Escape: %q", got)
	}
	for _, path := range []string{"/", "/matrix", "/actors/valdoria"} {
		b.open(path)
		// What has a tabindex above 0 jumps the order; what moves takes no heed of who asks for calm.
		if n := b.count("[tabindex]:not([tabindex='0']):not([tabindex='-1'])"); n > 0 {
			t.Errorf("%s: %d elements jump the order", path, n)
		}
		if got := js[int](b, "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e); return s.animationName !== 'none' || s.transitionDuration !== '0s' }).length"); got > 0 {
			t.Errorf("%s: %d elements move", path, got)
		}
	}
}

// noScript finds, sets a period, opens and reads with scripts off.
func (w *world) noScript(t *testing.T, letter string) {
	b := w.tab(t, 1440, false)
	b.open("/")
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "tide"))
	b.follow(".query button")
	b.do(chromedp.SendKeys(chromedp.CSS("input[name=from]"), "2024-03"), chromedp.SendKeys(chromedp.CSS("input[name=to]"), "2024-12"))
	b.follow(".period button")
	if got := b.query(); got != "tide after:2024-03 before:2025-01-01" {
		t.Errorf("the date fields lead to %q", got)
	}
	if n := b.count("button[data-copy]:not([hidden])"); n != 0 {
		t.Errorf("%d buttons that need a script are shown", n)
	}
	b.follow(".result h3 a")
	b.open(letter)
	b.do(chromedp.Click(chromedp.CSS(".note summary")), chromedp.WaitVisible(chromedp.CSS(".note[open] p")))
	b.open("/statements/" + w.first(t, "kind:joint-letter lang:es"))
	b.do(chromedp.Click(chromedp.CSS("#translation summary")), chromedp.WaitVisible(chromedp.CSS("#translation details p")))
	b.follow("#translation p a")
	if got := js[string](b, "document.querySelector('.text').lang"); got != "en" { // the letter, at the address that was read first
		t.Errorf("the original is %s in %q", js[string](b, "location.pathname"), got)
	}
	b.open("/matrix")
	b.follow(".heat td a")
	b.open("/actors/valdoria")
	b.follow(".stave a:has(.hit)")
	if b.count("#picked") != 1 {
		t.Error("a mark opens nothing without scripts")
	}
}

func (w *world) rightToLeft(t *testing.T) {
	b := w.tab(t, 1440, true)
	b.open("/statements/" + w.first(t, "lang:ar"))
	for _, selector := range []string{"h1", ".text"} {
		if got := js[string](b, fmt.Sprintf("getComputedStyle(document.querySelector(%q)).direction", selector)); got != "rtl" {
			t.Errorf("%s runs %s", selector, got)
		}
	}
	if got := js[string](b, "document.querySelector('.text').lang + getComputedStyle(document.querySelector('main')).direction"); got != "arltr" {
		t.Errorf("language and frame: %s", got)
	}
	b.shot("arabic-1440")
}

// everyPage weighs each page, looks at it at two widths, light and dark, and lets axe-core judge it.
func (w *world) everyPage(t *testing.T, letter, revised string) {
	axe, err := os.ReadFile(filepath.Join(artefacts, "axe.min.js"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Errorf("axe-core is not there: %v", err)
		}
		t.Log("NOT CHECKED: axe-core is not in artefacts/axe.min.js, so accessibility was not judged")
	}
	arabic, chinese := "/statements/"+w.first(t, "lang:ar"), "/statements/"+w.first(t, "lang:zh")
	pages := []struct{ name, path string }{
		{"search", "/?q=tide"}, {"start", "/"}, {"statement", letter}, {"revised", revised}, {"actors", "/actors"}, {"actor", "/actors/valdoria"}, {"topics", "/topics"},
		{"topic", "/topics/vessel-tracks"}, {"matrix", "/matrix"}, {"phases", "/matrix?cols=phase"}, {"pairs", "/matrix?cols=actor"}, {"sources", "/sources"}, {"saved", "/saved?q=tide"}, {"exports", "/exports"},
		{"mistake", "/?q=topic:vesel"}, {"nothing", "/?q=issuer:valdoria+kind:joint-letter"}, {"missing", "/nowhere"},
		{"arabic", arabic}, {"chinese", chinese}, {"inbox", "/saved"}, {"unknown", "/actors?find=nobody"}, {"wording", "/?q=cue:opposes"}, {"login", "/login"},
	}
	for _, width := range []int64{1440, 390} {
		b := w.tab(t, width, true)
		for i, p := range pages {
			b.open(p.path)
			if got := js[float64](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); got > 0 {
				t.Errorf("%s at %d px is %v px too wide: %s", p.name, width, got, js[string](b, widest))
			}
			if n := b.count("h1"); n != 1 {
				t.Errorf("%s has %d h1", p.name, n)
			}
			b.shot(fmt.Sprintf("%s-%d", p.name, width))
			if axe != nil && (width == 1440 || i < 6) {
				b.judge(fmt.Sprintf("%s at %d px", p.name, width), string(axe), everyRule)
			}
			if width != 1440 {
				continue
			}
			w.weigh(t, p.path)
			b.prefer("prefers-color-scheme", "dark")
			if axe != nil {
				b.judge(p.name+", dark", string(axe), colourRules)
			}
			if i < 3 {
				b.shot(p.name + "-dark-1440")
			}
			b.prefer("prefers-color-scheme", "light")
		}
	}
}

const (
	everyRule   = `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`
	colourRules = `{type: 'rule', values: ['color-contrast', 'link-in-text-block']}` // what may differ between light and dark
)

// widest names what stands out of the page.
const widest = `[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('.scroll,.places')).slice(0, 5).map(e => e.tagName + '.' + e.getAttribute('class')).join(' ')`

func (w *world) weigh(t *testing.T, path string) {
	t.Helper()
	res, err := http.Get(w.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body := make([]byte, 0, maxPage)
	buffer := make([]byte, 32<<10)
	for n := 0; err == nil; body = append(body, buffer[:n]...) {
		n, err = res.Body.Read(buffer)
	}
	if len(body) > maxPage {
		t.Errorf("%s has %d bytes, more than %d", path, len(body), maxPage)
	}
}

// judge lets axe-core look at the page by some rules: nothing serious.
func (b *tab) judge(name, axe, rules string) {
	b.t.Helper()
	if !js[bool](b, "typeof axe === 'object'") {
		js[bool](b, axe+"; typeof axe === 'object'")
	}
	report, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run(document, {runOnly: `+rules+`}).then(r => r.violations
		.filter(v => v.impact === 'serious' || v.impact === 'critical').map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + n.failureSummary.slice(0, 200)).join(' ; ')).join('\n'))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: axe: %v", name, err)
	}
	if report != "" {
		b.t.Errorf("%s: axe-core finds\n%s", name, report)
	}
}
