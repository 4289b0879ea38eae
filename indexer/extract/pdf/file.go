package pdf

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"rostrum/internal/fault"
)

// Document is what a PDF says.
type Document struct {
	Title      string      // as its metadata have it, junk or not
	Author     string      // likewise
	Heading    []string    // the lines of the largest letters on the first page; none if no letters stand out
	Paragraphs []Paragraph // in reading order, without running heads and page numbers
	Pages      int         // that the document has
	Notes      []string    // bounds that were hit, in sentences
}

// Paragraph is a stretch of text that belongs together, without breaks.
type Paragraph struct {
	Text string
	Page int     // on which it begins, from 0
	Size float64 // the height of its letters, in points
}

// file is one open document.
type file struct {
	ctx context.Context
	p   pdfium.Pdfium
	o   *Options
	doc references.FPDF_DOCUMENT
}

func (f *file) read(body []byte) (Document, error) {
	opened, err := f.p.OpenDocument(&requests.OpenDocument{File: &body})
	if err != nil {
		return Document{}, whyNot(err)
	}
	f.doc = opened.Document
	count, err := f.p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: f.doc})
	if err != nil {
		return Document{}, whyNot(err)
	}
	d := Document{Pages: count.PageCount}
	d.Title, d.Author = f.metadata()
	pages, err := f.pages(&d)
	if err != nil {
		return Document{}, err
	}
	if err := legible(pages); err != nil {
		return Document{}, err
	}
	d.Heading = heading(pages)
	if d.Paragraphs = paragraphs(withoutHeads(pages)); len(d.Paragraphs) == 0 {
		return Document{}, fault.New(fault.Poison, "the PDF has no text but page numbers: it may be a scan", "")
	}
	return d, nil
}

// whyNot makes a sentence of what PDFium has against a document.
func whyNot(err error) error {
	what := "the PDF is broken"
	switch {
	case errors.Is(err, pdferrors.ErrPassword):
		what = "the PDF is encrypted: it opens with a password alone"
	case errors.Is(err, pdferrors.ErrSecurity):
		what = "the PDF is encrypted in a way that is not read"
	}
	return &fault.Error{Kind: fault.Poison, What: what, Position: -1, Err: fmt.Errorf("read PDF: %w", err)}
}

// pages reads the pages up to the bounds. A page that can't be read is left out with a note.
func (f *file) pages(d *Document) ([]page, error) {
	var pages []page
	size, broken := 0, 0
	for i := range d.Pages {
		if err := f.ctx.Err(); err != nil {
			return nil, fault.As(fault.Canceled, fmt.Errorf("read PDF: %w", err))
		}
		if i >= f.o.MaxPages || size > f.o.MaxText {
			d.Notes = append(d.Notes, fmt.Sprintf("the PDF has %d pages: those after page %d were left out", d.Pages, i))
			break
		}
		p, err := f.page(i)
		if err != nil {
			broken++
			continue
		}
		for _, l := range p.lines {
			size += len(l.text)
		}
		pages = append(pages, p)
	}
	if broken > 0 && size == 0 {
		return nil, fault.New(fault.Poison, "the PDF is broken: none of its pages can be read", "")
	}
	if broken > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d of the %d pages can't be read and were left out", broken, d.Pages))
	}
	return pages, nil
}

// metadata gives title and author as the document has them.
func (f *file) metadata() (title, author string) {
	got, err := f.p.GetMetaData(&requests.GetMetaData{Document: f.doc, Tags: &[]string{"Title", "Author"}})
	if err != nil || len(got.Tags) != 2 {
		return "", "" // a document without them is read all the same
	}
	return strings.Trim(got.Tags[0].Value, "\x00 "), strings.Trim(got.Tags[1].Value, "\x00 ")
}

// legible refuses a document whose text is missing, or made of codes that stand for no letters.
func legible(pages []page) error {
	letters, private := 0, 0
	for _, p := range pages {
		for _, l := range p.lines {
			for _, r := range l.text {
				switch {
				case unicode.IsLetter(r) || unicode.IsDigit(r):
					letters++
				case unicode.Is(unicode.Co, r) || r == unicode.ReplacementChar || unicode.IsControl(r):
					private++
				}
			}
		}
	}
	switch {
	case private > letters:
		return fault.New(fault.Poison, "the PDF's fonts do not say which letters they show", "")
	case letters == 0:
		return fault.New(fault.Poison, "the PDF has no text layer: it may be a scan", "")
	}
	return nil
}
