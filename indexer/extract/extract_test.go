package extract

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// prose makes paragraphs of invented text that are long enough to be a page's main content.
func prose(paragraphs int) string {
	var b strings.Builder
	for i := range paragraphs {
		fmt.Fprintf(&b, "<p>Paragraph %d of the statement of Valdoria says that the harbour lights of the fictional convention shall be kept, that the quiet gardens remain open to all, and that no delegation may close them without a vote.</p>\n", i+1)
	}
	return b.String()
}

func htmlPage(head, body string) string {
	return "<!doctype html><html lang=\"en\"><head>" + head + "</head><body><nav><a href=\"/\">Home</a> <a href=\"/about\">About us</a></nav><main><article>" + body + "</article></main><footer>All rights kept by nobody</footer></body></html>"
}

func read(t testing.TB, in Input) Page {
	t.Helper()
	page, err := New(Options{}).Extract(t.Context(), fill(in))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func fill(in Input) Input {
	if in.URL == "" {
		in.URL = "https://www.valdoria.example/statements/harbour"
	}
	if in.Header == nil {
		in.Header = http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	}
	return in
}

func TestAWholePage(t *testing.T) {
	page := read(t, Input{Body: []byte(htmlPage(`<title>On harbours | Government of Valdoria</title><meta property="og:site_name" content="Government of Valdoria">
		<link rel="canonical" href="/statements/harbour?utm_source=x"><meta name="author" content="Mira Tolven"><meta property="article:published_time" content="2024-07-29T23:30:00-02:00">`,
		`<h1>On harbours</h1>`+prose(4)+`<h2>What we ask</h2><ul><li>Keep the <b>lights</b>, all of <i>them</i></li><li>Open the <a href="/gardens#x">gardens</a></li></ul>`+prose(1)))})
	want := Page{
		Canonical: "https://www.valdoria.example/statements/harbour", Title: "On harbours", TitleFrom: statement.FromText, Author: "Mira Tolven", AuthorFrom: statement.FromMeta, SiteName: "Government of Valdoria",
		Published: time.Date(2024, 7, 29, 23, 59, 59, 0, time.UTC), PublishedFrom: statement.FromMeta, Language: "en", Kind: "statement",
		Loose: []Loose{{Line: 7}}, Links: []string{"https://www.valdoria.example/gardens"},
	}
	lines := strings.Split(page.Text, "\n")
	page.Text = ""
	if diff := cmp.Diff(want, page); diff != "" {
		t.Error(diff)
	}
	if len(lines) != 8 || !strings.HasPrefix(lines[0], "Paragraph 1") || lines[4] != "What we ask" || lines[5] != "Keep the lights, all of them" || lines[6] != "Open the gardens" {
		t.Errorf("lines %q", lines)
	}
}

func TestFaultsSayWhy(t *testing.T) {
	html, pdf := http.Header{"Content-Type": {"text/html"}}, http.Header{"Content-Type": {"application/pdf"}}
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"
	for name, c := range map[string]struct {
		header http.Header
		body   string
		kind   fault.Kind
		says   string
	}{
		"an empty body":             {html, "", fault.Poison, "empty: no text"},
		"white space":               {html, " \r\n\t", fault.Poison, "empty: no text"},
		"a page without text":       {html, "<html><head><title>x</title></head><body><script>alert(1)</script></body></html>", fault.Poison, "no text"},
		"a PDF that says HTML":      {html, "%PDF-1.7\n%\xe2\xe3\xcf\xd3", fault.Poison, "the PDF is broken"},
		"an image that says HTML":   {html, png, fault.Poison, "text/html but it is an image"},
		"noise that says HTML":      {html, string(bytes.Repeat([]byte{0, 1, 2, 0xfe}, 300)), fault.Poison, "but it is binary data"},
		"HTML that says PDF":        {pdf, "<html><body>Not found", fault.Poison, "application/pdf but it is an HTML page"},
		"JSON that says HTML":       {html, `{"a":1}`, fault.Poison, "but it is JSON"},
		"a feed that says HTML":     {html, `<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>`, fault.Poison, "but it is a feed"},
		"a PDF that is cut off":     {pdf, "%PDF-1.7\n", fault.Poison, "the PDF is broken"},
		"a PDF without a label":     {http.Header{}, "%PDF-1.7\n", fault.Poison, "the PDF is broken"},
		"a DOCX":                    {http.Header{}, "PK\x03\x04\x14\x00word/document.xml", fault.Poison, "the DOCX is broken"},
		"an archive":                {http.Header{}, "PK\x03\x04\x14\x00other", fault.Poison, "it is an archive"},
		"a feed":                    {http.Header{"Content-Type": {"application/rss+xml"}}, "<rss><channel></channel></rss>", fault.Poison, "it is a feed"},
		"deeply nested":             {html, strings.Repeat("<div>", 5000) + "text", fault.Poison, ""},
		"more bytes than the bound": {html, "<p>" + strings.Repeat("x", 1<<20+1), fault.TooLarge, "1048576"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(Options{MaxBody: 1 << 20}).Extract(t.Context(), fill(Input{Header: c.header, Body: []byte(c.body)}))
			if err == nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v (%v), want %v: %q", err, fault.KindOf(err), c.kind, c.says)
			}
		})
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(Options{}).Extract(canceled, fill(Input{Body: []byte("<p>x")})); fault.KindOf(err) != fault.Canceled {
		t.Errorf("canceled: %v", err)
	}
	if _, err := New(Options{}).Extract(t.Context(), Input{URL: "mailto:x", Body: []byte("<p>x")}); fault.KindOf(err) != fault.Poison {
		t.Errorf("no address: %v", err)
	}
}

func TestBoundsOnTreeAndText(t *testing.T) {
	in := fill(Input{Body: []byte(htmlPage("", prose(40)))})
	if _, err := New(Options{MaxNodes: 50}).Extract(t.Context(), in); fault.KindOf(err) != fault.Poison || !strings.Contains(err.Error(), "50 nodes") {
		t.Errorf("nodes: %v", err)
	}
	page, err := New(Options{MaxText: 1000}).Extract(t.Context(), in)
	if err != nil || len(page.Text) > 1000 || len(page.Notes) != 1 || !strings.Contains(page.Notes[0], "cut") {
		t.Errorf("%d bytes, notes %q, %v", len(page.Text), page.Notes, err)
	}
	large := strings.Repeat("<p>A line of a very long page about harbour lights and gardens.</p>", maxSelected/2+1)
	page = read(t, Input{Body: []byte(htmlPage("", large))})
	if len(page.Notes) != 1 || !strings.Contains(page.Notes[0], "too large") || strings.Contains(page.Text, "About us") {
		t.Errorf("notes %q", page.Notes)
	}
}

func TestCharset(t *testing.T) {
	russian := "<p>Валдория заявляет, что огни гавани должны гореть, а тихие сады оставаться открытыми для всех делегаций без исключения.</p>"
	chinese := "<p>瓦尔多里亚代表团声明，港口的灯光应当保持明亮，安静的花园应当向所有代表团开放，任何人不得擅自关闭。</p>"
	french := "<p>La Valdorie déclare que les lumières du port doivent être gardées, et que les jardins resteront ouverts à tous les délégués.</p>"
	encoded := func(e encoding.Encoding, s string) []byte {
		b, err := e.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	page := func(meta, text string) string {
		return "<html><head>" + meta + "</head><body>" + text + "</body></html>"
	}
	late := strings.Repeat("<!-- a comment that fills the head -->", 60) + `<meta charset="windows-1251">`
	for name, c := range map[string]struct {
		contentType string
		body        []byte
		want        string
	}{
		"header":                      {"text/html; charset=windows-1251", encoded(charmap.Windows1251, page("", russian)), russian},
		"meta":                        {"text/html", encoded(simplifiedchinese.GBK, page(`<meta charset="gb2312">`, chinese)), chinese},
		"meta http-equiv":             {"text/html", encoded(charmap.KOI8R, page(`<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">`, russian)), russian},
		"meta beyond 1,024 bytes":     {"text/html", encoded(charmap.Windows1251, page(late, russian)), russian},
		"UTF-8 whatever the header":   {"text/html; charset=iso-8859-1", []byte(page("", russian)), russian},
		"UTF-8 whatever the meta":     {"text/html", []byte(page(`<meta charset="gbk">`, french)), french},
		"UTF-8 without a label":       {"text/html", []byte(page("", chinese)), chinese},
		"header UTF-8, bytes are not": {"text/html; charset=utf-8", encoded(charmap.Windows1252, page(`<meta charset="iso-8859-1">`, french)), french},
		"no label":                    {"text/html", encoded(charmap.Windows1251, page("", strings.Repeat(russian, 3))), russian},
		"byte order mark, UTF-8":      {"text/html; charset=windows-1251", append([]byte("\xef\xbb\xbf"), page("", russian)...), russian},
		"byte order mark, UTF-16":     {"text/html", encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), page("", chinese)), chinese},
		"a label that nobody knows":   {"text/html; charset=made-up", []byte(page("", french)), french},
		"one broken character":        {"text/html; charset=utf-8", append([]byte(page("", french+french)), 0xe9), french},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, Input{Header: http.Header{"Content-Type": {c.contentType}}, Body: c.body}).Text
			if want := strings.TrimSuffix(strings.TrimPrefix(c.want, "<p>"), "</p>"); !strings.Contains(got, want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	for name, c := range map[string]struct{ head, body, hint, want string }{
		"site at the end":             {`<meta property="og:site_name" content="Harbour Office"><title>Lights - Harbour Office</title>`, "", "", "Lights"},
		"site at the beginning":       {`<meta property="og:site_name" content="Harbour Office"><title>Harbour Office | Lights</title>`, "", "", "Lights"},
		"site by host":                {`<title>Lights — valdoria.example</title>`, "", "", "Lights"},
		"section and site":            {`<title>Lights | News | Valdoria</title>`, "", "", "Lights | News"},
		"section and site, headed":    {`<title>Lights | News | Valdoria</title>`, "<h1>Lights</h1>", "", "Lights"},
		"og before h1":                {`<meta property="og:title" content="On Lights">`, "<h1>Lights, and more</h1>", "", "On Lights"},
		"a heading that is read out":  {`<title>On the lights of the harbour</title>`, `<h1 class="navSkip">Navigation and service</h1><h1>On the lights of the harbour</h1>`, "", "On the lights of the harbour"},
		"a heading of the section":    {`<title>On the lights of the harbour | Harbour Office</title>`, `<h1>Press releases</h1><h2>On the lights of the harbour</h2>`, "", "On the lights of the harbour"},
		"h1 before title":             {`<title>Page 17</title>`, "<h1>Lights</h1>", "", "Lights"},
		"a hyphen of its own":         {`<title>Lights - a plea</title>`, "", "", "Lights - a plea"},
		"a hint that agrees":          {`<meta property="og:title" content="On the lights of…">`, "<h1>On the lights of the harbour</h1>", "On the Lights of the Harbour", "On the Lights of the Harbour"},
		"a hint that does not":        {``, "<h1>On the lights of the harbour</h1>", "Read this now", "On the lights of the harbour"},
		"a hint that was cut":         {``, "<h1>On the lights of the harbour</h1>", "On the lights of…", "On the lights of the harbour"},
		"nothing but a hint":          {``, "", "Lights", "Lights"},
		"nothing but the site's name": {`<meta property="og:site_name" content="Harbour"><title>Harbour</title>`, "", "", "Harbour"},
		"entities and white space":    {"<title> Lights &amp;\n gardens </title>", "", "", "Lights & gardens"},
		"JSON-LD":                     {`<script type="application/ld+json">{"@graph":[{"@type":"WebPage","name":"x"},{"@type":"NewsArticle","headline":"Lights &amp; gardens"}]}</script>`, "", "", "Lights & gardens"},
	} {
		t.Run(name, func(t *testing.T) {
			page := read(t, Input{Body: []byte(htmlPage(c.head, c.body+prose(3))), Hint: statement.Hint{Title: c.hint}})
			if page.Title != c.want {
				t.Errorf("%q, want %q", page.Title, c.want)
			}
			if strings.HasPrefix(page.Text, c.want+"\n") {
				t.Error("the title is the first line of the text")
			}
		})
	}
}

func TestPublished(t *testing.T) {
	ld := func(s string) string { return `<script type="application/ld+json">` + s + `</script>` }
	for name, c := range map[string]struct{ head, body, url, want, from string }{
		"JSON-LD":                       {ld(`{"@type":"NewsArticle","datePublished":"2024-07-29T10:00:00+02:00"}`), "", "", "2024-07-29 08:00", "json-ld"},
		"JSON-LD in a graph":            {ld(`{"@graph":[{"@type":"Organization"},{"@type":["Article"],"datePublished":"2024-07-29"}]}`), "", "", "2024-07-29 00:00", "json-ld"},
		"JSON-LD in an array":           {ld(`[{"@type":"BreadcrumbList"},{"@type":"https://schema.org/BlogPosting","datePublished":"2024-07-29"}]`), "", "", "2024-07-29 00:00", "json-ld"},
		"JSON-LD with broken lines":     {ld("{\"@type\":\"Article\",\"headline\":\"a\nb\",\"datePublished\":\"2024-07-29\"}"), "", "", "2024-07-29 00:00", "json-ld"},
		"JSON-LD of a comment alone":    {ld(`{"@type":"Comment","datePublished":"2024-07-29"}`), "", "", "", "none"},
		"JSON-LD, when it was changed":  {ld(`{"@type":"Article","dateModified":"2024-07-29"}`), "", "", "", "none"},
		"meta":                          {`<meta property="article:published_time" content="2024-07-29 20:30:00 -0200">`, "", "", "2024-07-29 22:30", "meta"},
		"meta of a citation":            {`<meta name="citation_publication_date" content="2024/07/29">`, "", "", "2024-07-29 00:00", "meta"},
		"meta, Dublin Core":             {`<meta name="DC.date.issued" content="2024-07-29">`, "", "", "2024-07-29 00:00", "meta"},
		"meta, year and month":          {`<meta name="DC.date" content="2024-07">`, "", "", "", "none"},
		"meta, modified":                {`<meta property="article:modified_time" content="2024-07-29">`, "", "", "", "none"},
		"itemprop":                      {"", `<span itemprop="datePublished" content="2024-07-29">then</span>`, "", "2024-07-29 00:00", "meta"},
		"pubdate":                       {"", `<time pubdate datetime="2024-07-29T12:00Z">then</time>`, "", "2024-07-29 12:00", "meta"},
		"address":                       {"", "", "https://www.valdoria.example/2024/07/29/lights", "2024-07-29 00:00", "url"},
		"address with hyphens":          {"", "", "https://www.valdoria.example/press/2024-07-29-lights.html", "2024-07-29 00:00", "url"},
		"address, year and month":       {"", "", "https://www.valdoria.example/2024/07/lights", "", "none"},
		"address, a number":             {"", "", "https://www.valdoria.example/id/20241399", "", "none"},
		"address of an archive":         {"", "", "https://archive.example/web/20240729101112/lights", "", "none"},
		"a time element":                {"", `<h1>Lights</h1><time datetime="2024-07-29">29/7</time>`, "", "2024-07-29 00:00", "text"},
		"two time elements":             {"", `<h1>Lights</h1><time datetime="2024-07-29">29/7</time><time datetime="2024-07-30">30/7</time>`, "", "", "none"},
		"text under the title":          {"", `<h1>Lights</h1><p>Tolven, 29 July 2024</p>`, "", "2024-07-29 00:00", "text"},
		"text, US order":                {"", `<h1>Lights</h1><div>Posted on July 29th, 2024 by Mira</div>`, "", "2024-07-29 00:00", "text"},
		"text, French":                  {"", `<h1>Lumières</h1><div>Publié le 1er août 2024</div>`, "", "2024-08-01 00:00", "text"},
		"text, Spanish":                 {"", `<h1>Luces</h1><div>29 de julio de 2024</div>`, "", "2024-07-29 00:00", "text"},
		"text, Russian":                 {"", `<h1>Огни</h1><div>29 июля 2024 г.</div>`, "", "2024-07-29 00:00", "text"},
		"text, Arabic":                  {"", `<h1>أضواء</h1><div>٢٩ يوليو ٢٠٢٤</div>`, "", "2024-07-29 00:00", "text"},
		"text, Arabic of the Levant":    {"", `<h1>أضواء</h1><div>29 تشرين الأول 2024</div>`, "", "2024-10-29 00:00", "text"},
		"text, Chinese":                 {"", `<h1>灯光</h1><div>2024年7月29日</div>`, "", "2024-07-29 00:00", "text"},
		"text, day first beyond doubt":  {"", `<h1>Lights</h1><div>29/07/2024</div>`, "", "2024-07-29 00:00", "text"},
		"text, day or month":            {"", `<h1>Lights</h1><div>07/08/2024</div>`, "", "", "none"},
		"late on the publisher's day":   {`<meta property="article:published_time" content="2024-07-29 23:30:00 -0500">`, "", "", "2024-07-29 23:59", "meta"},
		"early on the publisher's day":  {ld(`{"@type":"Article","datePublished":"2024-07-29T01:00:00+03:00"}`), "", "", "2024-07-29 00:00", "json-ld"},
		"UTC, and the day of the URL":   {ld(`{"@type":"Article","datePublished":"2024-07-30T01:00:00Z"}`), "", "https://www.valdoria.example/2024/07/29/lights", "2024-07-29 23:59", "json-ld"},
		"the day the page was made":     {`<meta name="date" content="2024-12-01">`, `<h1>Lights</h1><div>29 July 2024</div>`, "", "2024-07-29 00:00", "text"},
		"text, two dates":               {"", `<h1>Lights</h1><div>29 July 2024</div><div>30 July 2024</div>`, "", "", "none"},
		"text, and when it was changed": {"", `<h1>Lights</h1><div>29 July 2024</div><div>Updated 30 July 2024</div>`, "", "2024-07-29 00:00", "text"},
		"text, when it was changed":     {"", `<h1>Lights</h1><div>Last updated: 30 July 2024</div>`, "", "", "none"},
		"a dateline":                    {"", `<h1>Lights</h1><p>TOLVEN, 29 July 2024 – The guild of the harbour asks all delegations to keep the lights burning through the winter.</p>`, "", "2024-07-29 00:00", "text"},
		"a dateline, Spanish":           {"", `<h1>Luces</h1><p>(29 de julio de 2024) El gremio del puerto pide a todas las delegaciones que mantengan encendidas las luces durante el invierno.</p>`, "", "2024-07-29 00:00", "text"},
		"a line that says so":           {"", `<h1>Lights</h1>` + prose(3) + `<p>Published on 29 July 2024 by Mira</p>`, "", "2024-07-29 00:00", "text"},
		"a line that says so, Arabic":   {"", `<h1>أضواء</h1>` + prose(3) + `<p>تاريخ النشر: ٢٩ يوليو ٢٠٢٤</p>`, "", "2024-07-29 00:00", "text"},
		"a line that says so, Chinese":  {"", `<h1>灯光</h1>` + prose(3) + `<p>发布时间：2024年7月29日 10:00</p>`, "", "2024-07-29 00:00", "text"},
		"a line that says so, Russian":  {"", `<h1>Огни</h1>` + prose(3) + `<p>Дата публикации: 29 июля 2024 г.</p>`, "", "2024-07-29 00:00", "text"},
		"a line that says so, French":   {"", `<h1>Lumières</h1>` + prose(3) + `<p>Mis en ligne le 1er août 2024</p>`, "", "2024-08-01 00:00", "text"},
		"a sentence on publishing":      {"", `<h1>Lights</h1>` + prose(3) + `<p>The harbour office counted the lights in a report that was published on 29 July 2024.</p>`, "", "", "none"},
		"a class that says so":          {"", `<h1>Lights</h1>` + prose(3) + `<div class="post-date">29.07.24</div>`, "", "2024-07-29 00:00", "text"},
		"a class that says so, thrice":  {"", `<h1>Lights</h1>` + prose(3) + `<div class="post-date">29.07.2024</div><div class="post-date">30.07.2024</div>`, "", "", "none"},
		"a date of a related page":      {"", `<h1>Lights</h1>` + prose(3) + `<div class="related"><div class="post-date">29.07.2024</div></div>`, "", "", "none"},
		"a date of a comment":           {"", `<h1>Lights</h1>` + prose(3) + `<div id="comments"><div class="comment-date">29.07.2024</div></div>`, "", "", "none"},
		"a date in the sidebar":         {"", `<h1>Lights</h1>` + prose(3) + `<aside><p>29 July 2024</p></aside>`, "", "", "none"},
		"the year of the rights":        {"", `<h1>Lights</h1>` + prose(3) + `<footer>© 29 July 2024 Harbour Office</footer>`, "", "", "none"},
		"the date below a letter":       {"", `<article><h1>Lights</h1>` + prose(3) + `<p>29 July 2024</p></article>`, "", "2024-07-29 00:00", "text"},
		"the page's entry in a list":    {`<title>On the lights of the harbour</title>`, `<h1>On the lights of the harbour</h1>` + prose(3) + `<aside><ul><li>On the lights of the harbour 29/07/2024</li><li>On gardens 30/07/2024</li></ul></aside>`, "", "2024-07-29 00:00", "text"},
		"a date deep in the text":       {"", `<h1>Lights</h1>` + prose(4) + `<p>The vote of 29 July 2024 was close.</p>`, "", "", "none"},
		"a day that no calendar has":    {"", `<h1>Lights</h1><div>31 June 2024</div>`, "", "", "none"},
		"too early":                     {`<meta name="date" content="1899-12-30">`, "", "", "", "none"},
		"after it was fetched":          {`<meta name="date" content="2026-03-01">`, "", "", "", "none"},
		"nothing":                       {"", "", "", "", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.body == "" {
				c.body = "<h1>Lights</h1>"
			}
			page := read(t, Input{URL: c.url, Body: []byte(htmlPage(c.head, c.body+prose(3))), FetchedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
			got := ""
			if !page.Published.IsZero() {
				got = page.Published.Format("2006-01-02 15:04")
			}
			if got != c.want || page.PublishedFrom != c.from || page.Published.Location() != time.UTC {
				t.Errorf("%q from %q, want %q from %q", got, page.PublishedFrom, c.want, c.from)
			}
		})
	}
	hinted := time.Date(2024, 7, 28, 12, 0, 0, 0, time.FixedZone("", 3600))
	page := read(t, Input{Body: []byte(htmlPage(`<meta name="date" content="2024-07-29">`, prose(3))), Hint: statement.Hint{Published: hinted}})
	if !page.Published.Equal(hinted) || page.PublishedFrom != statement.FromFeed || page.Published.Location() != time.UTC {
		t.Errorf("by hint: %v from %s", page.Published, page.PublishedFrom)
	}
}

func TestRobots(t *testing.T) {
	for name, c := range map[string]struct {
		meta, header       string
		noIndex, noArchive bool
	}{
		"nothing":                 {"", "", false, false},
		"meta":                    {`<meta name="robots" content="NOINDEX, nofollow">`, "", true, false},
		"meta for this program":   {`<meta name="rostrum" content="noarchive">`, "", false, true},
		"meta for another":        {`<meta name="googlebot" content="noindex">`, "", false, false},
		"meta, none":              {`<meta name="robots" content="none">`, "", true, false},
		"header":                  {"", "noindex, noarchive", true, true},
		"header for another":      {"", "otherbot: noindex, noarchive", false, false},
		"header for this program": {"", "otherbot: noindex, rostrum: noarchive", false, true},
		"header with a date":      {"", "unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive", false, true},
		"index, follow":           {`<meta name="robots" content="index, follow, max-image-preview:large">`, "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			page := read(t, Input{Header: http.Header{"Content-Type": {"text/html"}, "X-Robots-Tag": {c.header}}, Body: []byte(htmlPage(c.meta, prose(3)))})
			if page.NoIndex != c.noIndex || page.NoArchive != c.noArchive {
				t.Errorf("noindex %v noarchive %v", page.NoIndex, page.NoArchive)
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	own := "https://www.valdoria.example/statements/harbour"
	for href, want := range map[string]string{
		"": own, "https://valdoria.example/harbour?utm_medium=x": "https://valdoria.example/harbour", "/harbour": "https://www.valdoria.example/harbour",
		"https://elsewhere.example/harbour": own, "https://www.valdoria.example/": own, "/": own, "javascript:void(0)": own, "http://[": own,
	} {
		page := read(t, Input{Body: []byte(htmlPage(`<link rel="canonical" href="`+href+`">`, prose(3)))})
		if page.Canonical != want {
			t.Errorf("%q gives %q, want %q", href, page.Canonical, want)
		}
	}
}

func TestPlainText(t *testing.T) {
	body := "Statement on harbours\n\n29 July 2024\n\nThe harbour lights of the fictional convention shall be kept, and the quiet\ngardens remain open to all delegations.\n\n* Keep the lights\n* Open the gardens\n"
	page := read(t, Input{URL: "https://valdoria.example/a.txt", Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte(body)})
	want := "29 July 2024\nThe harbour lights of the fictional convention shall be kept, and the quiet gardens remain open to all delegations.\n* Keep the lights\n* Open the gardens"
	if page.Title != "Statement on harbours" || page.Text != want || page.Kind != "document" || page.Language != "en" {
		t.Errorf("%+v", page)
	}
	if page.Published.Format(time.DateOnly) != "2024-07-29" || page.PublishedFrom != statement.FromText {
		t.Errorf("published %v from %s", page.Published, page.PublishedFrom)
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ text, named, want string }{
		{"The harbour lights of the fictional convention shall be kept, and the quiet gardens remain open to all of the delegations.", "fr", "en"},
		{"La delegación de Valdoria declara que las luces del puerto deben mantenerse y que los jardines permanecerán abiertos a todos.", "en", "es"},
		{"Делегація Валдорії заявляє, що вогні гавані мають горіти, а тихі сади залишатися відкритими для всіх без винятку учасників зустрічі.", "", "uk"},
		{"Огни гавани должны гореть", "en", "ru"},
		{"تعلن فالدوريا أن أضواء المرفأ باقية", "en", "ar"},
		{"港口的灯光应当保持明亮，安静的花园应当开放", "en", "zh"},
		{"Harbour lights", "de-AT", "de"},
		{"Die Lichter des Hafens bleiben an", "de", "de"},
		{"", "", "und"},
		{"12 34", "", "und"},
		{"", "pt_BR", "pt"},
	} {
		if got := language(c.text, c.named); got != c.want {
			t.Errorf("language(%.30q, %q) = %q, want %q", c.text, c.named, got, c.want)
		}
	}
}

func TestListsKeepTheirLines(t *testing.T) {
	body := `<h1>Letter</h1>` + prose(4) + `<h2>Signed by</h2><ul><li><a href="https://a.example/">Harbour Light</a></li><li><a href="https://b.example/">Quiet Garden</a></li><li><a href="https://c.example/">Net <em>Watch</em></a></li></ul>` +
		`<p>Mira Tolven<br>Harbour Light<br/>Orin Vask</p><table><tr><td>Grove</td><td>Valdoria</td></tr></table>`
	got := read(t, Input{Body: []byte(htmlPage("", body))}).Text
	for _, line := range []string{"Signed by", "Harbour Light", "Quiet Garden", "Net Watch", "Mira Tolven", "Orin Vask", "Grove"} {
		if !strings.Contains("\n"+got+"\n", "\n"+line+"\n") {
			t.Errorf("%q is not a line of\n%s", line, got)
		}
	}
}

func FuzzExtract(f *testing.F) {
	f.Add("text/html", []byte(htmlPage(`<script type="application/ld+json">{"@graph":[{}]}</script>`, "<h1>x</h1>"+prose(2))))
	f.Add("text/plain", []byte("a\n\n1. b"))
	f.Add("text/html; charset=gbk", []byte("<p>\xd6\xd0\xb9\xfa</p>"))
	f.Add("", []byte("\xff\xfe<\x00p\x00"))
	x := New(Options{MaxBody: 1 << 16, MaxNodes: 2000, MaxText: 1 << 12})
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		in := Input{URL: "https://valdoria.example/x", Header: http.Header{"Content-Type": {contentType}}, Body: body}
		page, err := x.Extract(t.Context(), in)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Poison && k != fault.TooLarge {
				t.Fatalf("%v: %v", k, err)
			}
			if strings.Contains(err.Error(), "makes extraction fail") {
				t.Fatalf("a panic: %v", err)
			}
			return
		}
		if page.Text == "" || len(page.Text) > 1<<12 || strings.ContainsAny(page.Text, "\x00\r\t") || page.Language == "" || page.PublishedFrom == "" {
			t.Fatalf("%+v", page)
		}
	})
}
