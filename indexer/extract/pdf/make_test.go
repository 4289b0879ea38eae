package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"
)

// put is a piece of text at a place of a page, in points from its lower left corner.
type put struct {
	x, y, size float64
	text       string
}

func content(puts []put) string {
	var b strings.Builder
	for _, p := range puts {
		fmt.Fprintf(&b, "BT /F1 %.1f Tf %.1f %.1f Td (%s) Tj ET\n", p.size, p.x, p.y, strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(p.text))
	}
	return b.String()
}

// column puts lines below one another.
func column(x, y, size float64, lines ...string) []put {
	var puts []put
	for i, l := range lines {
		puts = append(puts, put{x, y - float64(i)*size*1.3, size, l})
	}
	return puts
}

// sideBySide puts two lines on each row, the left before the right.
func sideBySide(x, x2, y, size float64, lines ...string) []put {
	var puts []put
	for i, l := range lines {
		at := x
		if i%2 == 1 {
			at = x2
		}
		puts = append(puts, put{at, y - float64(i/2)*size*1.3, size, l})
	}
	return puts
}

// document makes a PDF whose pages hold these pieces of text, in the order in which they are drawn.
func document(pages ...[]put) []byte {
	var streams []string
	for _, p := range pages {
		c := content(p)
		streams = append(streams, fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(c), c))
	}
	return assemble(streams...)
}

// bomb makes a PDF of one page whose content grows to size bytes when it is inflated.
func bomb(t testing.TB, size int) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	chunk := bytes.Repeat([]byte("q Q "), 1<<18)
	for n := 0; n < size; n += len(chunk) {
		if _, err := z.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return assemble(fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", b.Len(), b.String()))
}

// assemble makes a PDF of one page for each content stream.
func assemble(streams ...string) []byte {
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"}
	kids := ""
	for _, s := range streams {
		kids += fmt.Sprintf("%d 0 R ", len(objects)+1)
		objects = append(objects, fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", len(objects)+2), s)
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids, len(streams))
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
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
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}
