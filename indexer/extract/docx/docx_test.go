package docx

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"rostrum/internal/fault"
)

const space = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`

// doc makes a DOCX whose body is this XML. Other parts are given by name and content in turn.
func doc(t testing.TB, body string, parts ...string) []byte {
	t.Helper()
	return zipped(t, append([]string{"word/document.xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document ` + space + `><w:body>` + body + `</w:body></w:document>`}, parts...)...)
}

func zipped(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func part(root, content string) string {
	return `<w:` + root + ` ` + space + `>` + content + `</w:` + root + `>`
}

func p(s string) string { return `<w:p>` + r(s) + `</w:p>` }
func r(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }

func item(list, level int, s string) string {
	return fmt.Sprintf(`<w:p><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr></w:pPr>%s</w:p>`, level, list, r(s))
}

const numbering = `<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>` +
	`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>` +
	`<w:lvl w:ilvl="2"><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1.%2.%3"/></w:lvl></w:abstractNum>` +
	`<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>` +
	`<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>`

func read(t testing.TB, body []byte) Document {
	t.Helper()
	d, err := Read(t.Context(), body, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func texts(d Document) []string {
	var out []string
	for _, p := range d.Paragraphs {
		out = append(out, p.Text)
	}
	return out
}

func TestParagraphs(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"runs are joined":         {`<w:p>` + r("The har") + r("bour office") + `</w:p><w:p/>` + p("reads"), []string{"The harbour office", "reads"}},
		"a break parts lines":     {`<w:p><w:r><w:t>Open Tides</w:t><w:br/><w:t>Quiet Seas</w:t></w:r></w:p>`, []string{"Open Tides", "Quiet Seas"}},
		"a tab is a space":        {`<w:p><w:r><w:t>Name</w:t><w:tab/><w:t>Office</w:t></w:r></w:p>`, []string{"Name\tOffice"}},
		"the hyphen of a word":    {`<w:p><w:r><w:t>end</w:t><w:noBreakHyphen/><w:t>to</w:t><w:softHyphen/><w:t>gether</w:t></w:r></w:p>`, []string{"end-together"}},
		"links and fields":        {`<w:p><w:hyperlink>` + r("the ") + `</w:hyperlink><w:fldSimple>` + r("report") + `</w:fldSimple><w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r></w:p>`, []string{"the report"}},
		"an insertion is in":      {`<w:p>` + r("We ") + `<w:ins>` + r("do not ") + `</w:ins>` + r("agree") + `</w:p>`, []string{"We do not agree"}},
		"a deletion is out":       {`<w:p>` + r("We ") + `<w:del><w:r><w:delText>do not </w:delText></w:r></w:del>` + r("agree") + `</w:p>`, []string{"We agree"}},
		"what is moved":           {`<w:p><w:moveFrom>` + r("here ") + `</w:moveFrom>` + r("then ") + `<w:moveTo>` + r("there") + `</w:moveTo></w:p>`, []string{"then there"}},
		"a deleted end joins":     {`<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>` + r("We agree ") + `</w:p>` + p("with it."), []string{"We agree with it."}},
		"… also the last":         {`<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>` + r("We agree") + `</w:p>`, []string{"We agree"}},
		"hidden text is out":      {`<w:p>` + r("seen") + `<w:r><w:rPr><w:vanish/></w:rPr><w:t> unseen</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> again</w:t></w:r></w:p>`, []string{"seen again"}},
		"a control":               {`<w:sdt><w:sdtPr/><w:sdtContent>` + p("filled in") + `</w:sdtContent></w:sdt>`, []string{"filled in"}},
		"a control not filled in": {`<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>` + p("Click here") + `</w:sdtContent></w:sdt>` + p("x"), []string{"x"}},
		"one of alternatives":     {`<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>` + p("in a box") + `</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>` + p("in a box") + `</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>` + r("about it") + `</w:p>`, []string{"in a box", "about it"}},
		"a table":                 {`<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr/>` + p("Open Tides") + `</w:tc><w:tc>` + p("Port Lira") + `</w:tc></w:tr><w:tr><w:trPr><w:del/></w:trPr><w:tc>` + p("gone") + `</w:tc></w:tr></w:tbl>`, []string{"Open Tides", "Port Lira"}},
		"a table in a table":      {`<w:tbl><w:tr><w:tc>` + p("a") + `<w:tbl><w:tr><w:tc>` + p("b") + `</w:tc></w:tr></w:tbl>` + p("c") + `</w:tc></w:tr></w:tbl>`, []string{"a", "b", "c"}},
		"lists": {item(1, 0, "first") + item(1, 1, "within") + item(1, 1, "again") + item(1, 0, "next") + item(1, 1, "anew") + item(1, 2, "deep") + item(2, 0, "dot") + item(9, 0, "no list"),
			[]string{"3. first", "(a) within", "(b) again", "4. next", "(a) anew", "4.a.I deep", "• dot", "no list"}},
		"a list by style":  {`<w:p><w:pPr><w:pStyle w:val="Item"/></w:pPr>` + r("styled") + `</w:p>`, []string{"• styled"}},
		"no contents":      {`<w:p><w:pPr><w:pStyle w:val="Contents"/></w:pPr>` + r("Introduction 3") + `</w:p>` + p("x"), []string{"x"}},
		"notes at the end": {`<w:p>` + r("A claim") + `<w:r><w:footnoteReference w:id="2"/></w:r>` + r(" stands.") + `</w:p>` + p("More."), []string{"A claim stands.", "More.", "See the archive."}},
		"a ruby":           {`<w:p><w:r><w:ruby><w:rt>` + r("kan") + `</w:rt><w:rubyBase>` + r("漢") + `</w:rubyBase></w:ruby></w:r></w:p>`, []string{"漢"}},
		"a formula":        {`<w:p>` + r("with ") + `<w:oMath><w:r><w:t>x</w:t></w:r></w:oMath></w:p>`, []string{"with x"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := texts(read(t, doc(t, c.body,
				"word/numbering.xml", part("numbering", numbering),
				"word/styles.xml", part("styles", `<w:style w:styleId="Item"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style><w:style w:styleId="Contents"><w:name w:val="toc 1"/></w:style>`),
				"word/footnotes.xml", part("footnotes", `<w:footnote w:type="separator" w:id="0">`+p("---")+`</w:footnote><w:footnote w:id="2">`+p("See the archive.")+`</w:footnote><w:footnote w:id="3">`+p("Nowhere referred to.")+`</w:footnote>`))))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("want (-), read (+):\n%s", diff)
			}
		})
	}
}

func TestPartsByTheirRelations(t *testing.T) {
	rels := func(of ...string) string {
		var b strings.Builder
		b.WriteString(`<Relationships>`)
		for i := 0; i < len(of); i += 2 {
			fmt.Fprintf(&b, `<Relationship Type="http://purl.oclc.org/ooxml/officeDocument/relationships/%s" Target="%s"/>`, of[i], of[i+1])
		}
		return b.String() + `</Relationships>`
	}
	d := read(t, zipped(t,
		"_rels/.rels", rels("officeDocument", "/Content/Main2.xml", "core-properties", "meta/c.xml"),
		"Content/Main2.xml", part("document", `<w:body><w:p><w:pPr><w:pStyle w:val="Titre"/></w:pPr>`+r("Reply to the harbour")+`</w:p><w:p><w:pPr><w:pStyle w:val="Sub"/></w:pPr>`+r("on tides")+`</w:p>`+p("Text.")+`</w:body>`),
		"Content/_rels/Main2.xml.rels", rels("styles", "s.xml", "header", "h.xml", "footer", "gone.xml"),
		"Content/s.xml", part("styles", `<w:style w:styleId="Titre"><w:name w:val="Title"/></w:style><w:style w:styleId="Sub"><w:name w:val="own"/><w:basedOn w:val="Titre"/></w:style><w:style w:styleId="Ring"><w:name w:val="ring"/><w:basedOn w:val="Ring"/></w:style>`),
		"Content/h.xml", part("hdr", p("A/CTD/L.4")),
		"meta/c.xml", `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title> Draft 3 </dc:title><dc:creator>Office</dc:creator></cp:coreProperties>`))
	want := Document{Title: "Draft 3", Author: "Office", Heading: []string{"Reply to the harbour", "on tides"}, Heads: []string{"A/CTD/L.4"},
		Paragraphs: []Paragraph{{Text: "Reply to the harbour", Style: "title"}, {Text: "on tides", Style: "title"}, {Text: "Text."}}}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("want (-), read (+):\n%s", diff)
	}
}

func TestOtherEncodingsOfXML(t *testing.T) {
	const text = `<w:document ` + space + `><w:body><w:p><w:r><w:t>Über Gezeiten</w:t></w:r></w:p></w:body></w:document>`
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(`<?xml version="1.0" encoding="UTF-16"?>` + text)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{
		"UTF-16":  wide,
		"Latin":   `<?xml version="1.0" encoding="ISO-8859-1"?>` + strings.ReplaceAll(text, "Ü", "\xdc"),
		"a mark":  "\ufeff" + text,
		"no head": text,
	} {
		if got := texts(read(t, zipped(t, "word/document.xml", s))); len(got) != 1 || got[0] != "Über Gezeiten" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestFaultsSayWhy(t *testing.T) {
	good := doc(t, p("A text."))
	locked := bytes.Clone(good)
	for _, mark := range []string{"PK\x03\x04", "PK\x01\x02"} {
		at := bytes.Index(locked, []byte(mark))
		locked[at+6+2*strings.Count(mark, "\x01")] |= 1 // the flag of encryption
	}
	many := make([]string, 0, 200)
	for i := range 100 {
		many = append(many, fmt.Sprintf("junk/%d", i), "x")
	}
	for name, c := range map[string]struct {
		body []byte
		says string
	}{
		"cut off":                {good[:len(good)-30], "no whole zip"},
		"no document":            {zipped(t, "word/other.xml", "<x/>"), "no document within"},
		"encrypted":              {locked, "encrypted"},
		"no text":                {doc(t, "<w:p/>"), "no text"},
		"no XML":                 {zipped(t, "word/document.xml", "<w:document><w:body>"), "can't be read"},
		"an entity":              {zipped(t, "word/document.xml", `<!DOCTYPE x [<!ENTITY a "b">]><w:document><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>`), "can't be read"},
		"a bomb":                 {doc(t, p(strings.Repeat("tide ", 3<<20))), "is a bomb"},
		"a bomb in another part": {doc(t, p("A text."), "word/styles.xml", part("styles", strings.Repeat("<w:style/>", 1<<20))), "is a bomb"},
		"deep":                   {doc(t, strings.Repeat("<w:sdt><w:sdtContent>", 200)+p("x")+strings.Repeat("</w:sdtContent></w:sdt>", 200)), "more than 256 elements deep"},
		"many files":             {doc(t, p("A text."), many...), "files within"},
		"many elements":          {doc(t, strings.Repeat("<w:p/>", 20_000)), "elements"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(t.Context(), c.body, Options{MaxEntries: 50, MaxElements: 10_000})
			if fault.KindOf(err) != fault.Poison || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want a poison that says %q", err, c.says)
			}
		})
	}
}

func TestBoundsAndCancel(t *testing.T) {
	long := doc(t, strings.Repeat(p("A text of the harbour."), 5000), "word/x.xml", "")
	d, err := Read(t.Context(), long, Options{MaxText: 1000})
	if err != nil || len(d.Paragraphs) > 60 || len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "left out") {
		t.Errorf("%d paragraphs, %q, %v", len(d.Paragraphs), d.Notes, err)
	}
	d = read(t, doc(t, p("A text.")+`<w:altChunk/>`))
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "another format") {
		t.Errorf("notes %q", d.Notes)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, long, Options{}); fault.KindOf(err) != fault.Canceled {
		t.Errorf("got %v, want canceled", err)
	}
}

func TestOrdinals(t *testing.T) {
	for want, got := range map[string]string{
		"xiv": ordinal("lowerRoman", 14), "MCMXCIX": ordinal("upperRoman", 1999), "bb": ordinal("lowerLetter", 28), "Z": ordinal("upperLetter", 26), "12": ordinal("decimalZero", 12), "0": ordinal("upperRoman", 0),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// FuzzRead takes the parts of a document, and whole files where there are some.
func FuzzRead(f *testing.F) {
	f.Add(doc(f, p("A text.")+item(1, 0, "x"), "word/numbering.xml", part("numbering", numbering)))
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	files, _ := filepath.Glob(filepath.Join(root, "docx-*", "*.docx")) // the pattern is well formed
	if len(files) == 0 {
		f.Log("NOT SEEDED: the documents of docx-samples are absent")
	}
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil && len(b) < 40<<10 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := Read(t.Context(), body, Options{MaxInflated: 1 << 20})
		if err != nil && fault.KindOf(err) != fault.Poison {
			t.Fatal(err)
		}
		if err == nil && len(d.Paragraphs) == 0 {
			t.Error("neither text nor reason")
		}
	})
}

// FuzzBody takes the XML of a document's body, which no zip hides.
func FuzzBody(f *testing.F) {
	f.Add(p("A text.") + `<w:tbl><w:tr><w:tc>` + item(1, 2, "x") + `</w:tc></w:tr></w:tbl>`)
	f.Add(`<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>` + p("a") + `</w:txbxContent></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>`)
	f.Fuzz(func(t *testing.T, body string) {
		if _, err := Read(t.Context(), doc(t, body, "word/numbering.xml", part("numbering", numbering)), Options{}); err != nil && fault.KindOf(err) != fault.Poison {
			t.Fatal(err)
		}
	})
}
