package pdf

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/structs"
)

// maxChars bounds the characters of one page.
const maxChars = 200_000

// page is the lines of one page in the order of its content.
type page struct {
	number int
	lines  []line
}

// line is one line of text and its place, in points, as the reader sees the page: y grows upwards.
type line struct {
	text                string
	left, right, bottom float64
	size                float64 // the height that the font gives its letters
	broken              bool    // a word goes on in the next line: the hyphen is left out of text
}

// page reads one page.
func (f *file) page(number int) (page, error) {
	at := requests.Page{ByIndex: &requests.PageByIndex{Document: f.doc, Index: number}}
	rotation, err := f.p.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: at})
	if err != nil {
		return page{}, err
	}
	loaded, err := f.p.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: at})
	if err != nil {
		return page{}, err
	}
	defer func() { _, _ = f.p.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage}) }()
	t := textPage{file: f, ref: loaded.TextPage, at: at, turn: int(rotation.PageRotation)}
	lines, err := t.lines()
	return page{number: number, lines: lines}, err
}

// textPage is the text of one page while it is read.
type textPage struct {
	*file
	ref  references.FPDF_TEXTPAGE
	at   requests.Page
	turn int // quarters by which the page is shown turned, clockwise
}

func (t *textPage) lines() ([]line, error) {
	count, err := t.p.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: t.ref})
	if err != nil {
		return nil, err
	}
	n := min(count.Count, maxChars)
	if n == 0 {
		return nil, nil
	}
	got, err := t.p.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: t.ref, StartIndex: 0, Count: n})
	if err != nil {
		return nil, err
	}
	units := utf16.Encode([]rune(strings.TrimRight(got.Text, "\x00")))
	if rightToLeft(got.Text) || len(units) != n {
		return t.byCharacter()
	}
	var spans []span
	for from := 0; from < len(units); {
		to := from
		for to < len(units) && !ends(units[to]) {
			to++
		}
		if l, ok := t.line(units[from:to], from); ok {
			l.broken = to < len(units) && wordBreak(rune(units[to]))
			spans = append(spans, span{line: l, units: units[from:to], from: from})
		}
		from = to + 1
	}
	return t.pieces(spans), nil
}

func ends(u uint16) bool { return u == '\r' || u == '\n' || wordBreak(rune(u)) }

// wordBreak says whether PDFium put this in the place of a hyphen that ends a line.
func wordBreak(r rune) bool { return r == '\x02' || r == '\ufffe' || r == '\u00ad' }

// line places a line by its first and last visible characters.
func (t *textPage) line(units []uint16, from int) (line, bool) {
	first, last := 0, len(units)-1
	for first <= last && unicode.IsSpace(rune(units[first])) {
		first++
	}
	for last >= first && unicode.IsSpace(rune(units[last])) {
		last--
	}
	if first > last {
		return line{}, false
	}
	l := line{text: textOf(units[first : last+1])}
	a, okA := t.box(from + first)
	b, okB := t.box(from + last)
	if !okA || !okB {
		return l, true
	}
	l.left, l.right, l.bottom, l.size = min(a.left, b.left), max(a.right, b.right), a.bottom, max(a.top-a.bottom, b.top-b.bottom)
	return l, true
}

// textOf is the text of code units, with single spaces.
func textOf(units []uint16) string {
	return strings.Join(strings.Fields(string(utf16.Decode(units))), " ")
}

// box is the place of one character.
type box struct{ left, right, bottom, top float64 }

func (t *textPage) box(index int) (box, bool) {
	got, err := t.p.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: t.ref, Index: index})
	if err != nil {
		return box{}, false
	}
	return t.turned(got.Rect), true
}

// turned gives a place as the reader sees it; where the origin lies does not matter.
func (t *textPage) turned(r structs.FPDF_FS_RECTF) box {
	b := box{left: float64(min(r.Left, r.Right)), right: float64(max(r.Left, r.Right)), bottom: float64(min(r.Bottom, r.Top)), top: float64(max(r.Bottom, r.Top))}
	switch t.turn {
	case 1:
		return box{left: b.bottom, right: b.top, bottom: -b.right, top: -b.left}
	case 2:
		return box{left: -b.right, right: -b.left, bottom: -b.top, top: -b.bottom}
	case 3:
		return box{left: -b.top, right: -b.bottom, bottom: b.left, top: b.right}
	}
	return b
}

// byCharacter rebuilds the lines from the place of every character.
func (t *textPage) byCharacter() ([]line, error) {
	got, err := t.p.GetPageTextStructured(&requests.GetPageTextStructured{Page: t.at, Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return nil, err
	}
	chars := make([]char, 0, min(len(got.Chars), maxChars))
	for _, c := range got.Chars[:min(len(got.Chars), maxChars)] {
		chars = append(chars, char{text: c.Text, box: t.turned(rect(c.PointPosition))})
	}
	return rebuilt(chars), nil
}

func rect(p responses.CharPosition) structs.FPDF_FS_RECTF {
	return structs.FPDF_FS_RECTF{Left: float32(p.Left), Right: float32(p.Right), Top: float32(p.Top), Bottom: float32(p.Bottom)}
}
