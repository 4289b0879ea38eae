// Package docx reads the text of Word documents (Office Open XML, transitional and strict). It is a zip of XML parts, so the standard
// library's zip and xml readers do all that is needed; what is held against hostile files are its own bounds: how many entries, how
// much they inflate to, how deep they nest, how many elements they have. Nothing that a document refers to is fetched, no entity is
// resolved, no macro is looked at.
package docx

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"rostrum/internal/fault"
)

// Options are the bounds of Read. A zero bound is its default.
type Options struct {
	MaxEntries  int   // files in the zip; more is a fault.Poison. Default 5,000
	MaxInflated int64 // bytes of all parts that are read, inflated; more is a fault.Poison. Default 64 MiB
	MaxRatio    int64 // by which a part of over 4 MiB may grow; more is a fault.Poison. Default 200
	MaxElements int   // of XML in all parts; more is a fault.Poison. Default 3,000,000
	MaxDepth    int   // how deep the XML nests; more is a fault.Poison. Default 256
	MaxText     int   // bytes of text; the paragraphs after it are left out and a note says so. Default 4 MiB
}

func (o Options) filled() Options {
	o.MaxEntries = cmp.Or(o.MaxEntries, 5000)
	o.MaxInflated = cmp.Or(o.MaxInflated, 64<<20)
	o.MaxRatio = cmp.Or(o.MaxRatio, 200)
	o.MaxElements = cmp.Or(o.MaxElements, 3_000_000)
	o.MaxDepth = cmp.Or(o.MaxDepth, 256)
	o.MaxText = cmp.Or(o.MaxText, 4<<20)
	return o
}

// Document is what a Word document says, as its last writer left it: text whose deletion is tracked is left out, text whose insertion
// is tracked stands.
type Document struct {
	Title      string      // of the core properties, junk or not
	Author     string      // likewise
	Heading    []string    // the first paragraphs in the style of a title, else the first heading; none without either
	Paragraphs []Paragraph // of the body, with a paragraph for each table cell's; then footnotes and endnotes in the order of their marks
	Heads      []string    // what stands at the head or foot of every page
	Notes      []string    // bounds that were hit and parts that were not read, in sentences
}

// Paragraph is one paragraph, or a part of it between forced line breaks.
type Paragraph struct {
	Text  string
	Style string // the built-in name of its style, such as "heading 1"; empty for none
	Cell  bool   // it stands in a table
	Note  bool   // it is of a footnote or endnote
}

// Read reads a document. It is deterministic. One that is encrypted, broken, without text or over a bound is a fault.Poison that says
// why; when ctx ends first the error is a fault.Canceled.
func Read(ctx context.Context, body []byte, o Options) (Document, error) {
	o = o.filled()
	p, err := open(body, &o)
	if err != nil {
		return Document{}, err
	}
	r := reader{ctx: ctx, o: &o, pack: p}
	d, err := r.read()
	if err != nil {
		return Document{}, err
	}
	for _, para := range d.Paragraphs {
		if strings.TrimSpace(para.Text) != "" {
			return d, nil
		}
	}
	return Document{}, poison("the DOCX has no text")
}

// reader reads one document.
type reader struct {
	ctx      context.Context
	o        *Options
	pack     *pack
	elements int // that were read so far
	size     int // bytes of text so far

	styles  styles
	lists   lists
	noted   map[string][]Paragraph // footnotes and endnotes by kind and id
	altered bool                   // a part in another format was embedded
	doc     Document
}

func (r *reader) read() (Document, error) {
	if err := r.properties(); err != nil {
		return Document{}, err
	}
	if err := r.loadStyles(); err != nil {
		return Document{}, err
	}
	if err := r.loadLists(); err != nil {
		return Document{}, err
	}
	if err := r.loadNotes(); err != nil {
		return Document{}, err
	}
	if err := r.loadHeads(); err != nil {
		return Document{}, err
	}
	if err := r.body(); err != nil {
		return Document{}, err
	}
	r.doc.Heading = heading(r.doc.Paragraphs)
	if r.size > r.o.MaxText {
		r.doc.Notes = append(r.doc.Notes, fmt.Sprintf("the DOCX has more than %d bytes of text: the rest was left out", r.o.MaxText))
	}
	if r.altered {
		r.doc.Notes = append(r.doc.Notes, "the DOCX holds a part in another format, which was left out")
	}
	return r.doc, nil
}

// maxHeading is how many paragraphs make a title at most.
const maxHeading = 4

// heading gives the first run of paragraphs in the style of a title; without one the first heading.
func heading(paragraphs []Paragraph) []string {
	for _, style := range []string{"title", "heading 1", "heading 2"} {
		var out []string
		for _, p := range paragraphs {
			switch is := p.Style == style && strings.TrimSpace(p.Text) != ""; {
			case is && len(out) < maxHeading && (style == "title" || len(out) == 0):
				out = append(out, p.Text)
			case len(out) > 0:
				return out
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func poison(what string) error { return fault.New(fault.Poison, what, "") }
