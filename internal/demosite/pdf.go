package demosite

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// The paper of the demo's documents, in points: A5, so that a statement fills two pages.
const (
	paperWidth, paperHeight = 420.0, 595.0
	paperMargin             = 54.0
	titleSize, textSize     = 19.0, 13.0
	headSize                = 8.0
)

// helvetica are the widths of the font's characters from the space to the tilde, in thousandths of its size.
var helvetica = [...]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

// widthOf is how wide a text is, a little more in bold. An accent adds nothing; what is not in the table counts as a middling letter.
func widthOf(s string, size float64, bold bool) float64 {
	units := 0
	for _, r := range norm.NFD.String(s) {
		switch {
		case r >= ' ' && r <= '~':
			units += helvetica[r-' ']
		case !unicode.IsMark(r):
			units += 556
		}
	}
	if bold {
		size *= 1.06
	}
	return float64(units) * size / 1000
}

// paper writes a document page by page.
type paper struct {
	head  string
	pages []*bytes.Buffer
	y     float64
}

// writePDF makes a PDF of a title and its paragraphs, with a running head and page numbers. The same words give the same bytes.
func writePDF(title, head string, blocks []block) ([]byte, error) {
	p := &paper{head: head}
	p.turn()
	for _, l := range wrap(title, titleSize, true) {
		p.line(l, titleSize, true)
	}
	for _, b := range blocks {
		if b.Kind == "list" {
			return nil, fmt.Errorf("a list in %q: the demo's papers have none", title)
		}
		p.y -= 7
		for _, l := range wrap(b.Text, textSize, b.Kind == "heading") {
			p.line(l, textSize, b.Kind == "heading")
		}
	}
	return p.bytes(title)
}

// wrap breaks a text into lines that fit between the margins.
func wrap(text string, size float64, bold bool) []string {
	var lines []string
	open := ""
	for w := range strings.FieldsSeq(text) {
		longer := strings.TrimSpace(open + " " + w)
		if open != "" && widthOf(longer, size, bold) > paperWidth-2*paperMargin {
			lines = append(lines, open)
			longer = w
		}
		open = longer
	}
	return append(lines, open)
}

// turn begins a page.
func (p *paper) turn() {
	p.pages = append(p.pages, &bytes.Buffer{})
	number := fmt.Sprint(len(p.pages))
	p.show(p.head, paperMargin, paperHeight-30, headSize, false)
	p.show(number, (paperWidth-widthOf(number, headSize, false))/2, 26, headSize, false)
	p.y = paperHeight - 64
}

func (p *paper) line(s string, size float64, bold bool) {
	if p.y < 56 {
		p.turn()
	}
	p.show(s, paperMargin, p.y, size, bold)
	p.y -= size * 1.35
}

var pdfEscape = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`)

func (p *paper) show(s string, x, y, size float64, bold bool) {
	font := "F1"
	if bold {
		font = "F2"
	}
	fmt.Fprintf(p.pages[len(p.pages)-1], "BT /%s %.1f Tf %.2f %.2f Td (%s) Tj ET\n", font, size, x, y, pdfEscape.Replace(s))
}

// bytes puts the file together: its objects, and where each begins.
func (p *paper) bytes(title string) ([]byte, error) {
	latin := charmap.Windows1252.NewEncoder()
	const fixed = 5 // objects before the pages: catalogue, list of pages, two fonts, information
	kids := ""
	objects := make([]string, fixed, fixed+2*len(p.pages))
	for i, page := range p.pages {
		content, err := latin.String(page.String())
		if err != nil {
			return nil, fmt.Errorf("write PDF %q: %w", title, err)
		}
		kids += fmt.Sprintf("%d 0 R ", len(objects)+1)
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.0f %.0f] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents %d 0 R >>", paperWidth, paperHeight, fixed+2*i+2),
			fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
	}
	objects[0] = "<< /Type /Catalog /Pages 2 0 R >>"
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids, len(p.pages))
	for i, font := range []string{"Helvetica", "Helvetica-Bold"} {
		objects[2+i] = "<< /Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding /BaseFont /" + font + " >>"
	}
	objects[4] = "<< /Title (Microsoft Word - draft 3 final FINAL.docx) /Producer (Harbour Office Suite) >>" // as such files have it
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	starts := make([]int, len(objects))
	for i, o := range objects {
		starts[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range starts {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes(), nil
}
