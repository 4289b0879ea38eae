package extract

import (
	"context"
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"

	"rostrum/indexer/extract/docx"
	"rostrum/indexer/extract/pdf"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Options are the bounds of an Extractor. A zero bound is its default.
type Options struct {
	MaxBody     int // bytes of a page; more is a fault.TooLarge. Default 16 MiB
	MaxDocument int // the same of a PDF or DOCX document. Default 64 MiB
	MaxNodes    int // nodes of a page's tree; more is a fault.Poison. Default 500,000
	MaxDepth    int // how deep the tree nests; more is a fault.Poison. Default 512
	MaxText     int // bytes of text that are kept; the rest is cut and a note says so. Default 4 MiB
	PDF         pdf.Options
	DOCX        docx.Options
}

// Extractor turns captures into pages. Any number of goroutines may use it.
type Extractor struct {
	o       Options
	pdf     *pdf.Reader
	parsing sync.RWMutex // held alone by who parses a page again that may have grown too much
}

// New makes an Extractor. What reads PDF documents starts with the first of them, and runs until Close.
func New(o Options) *Extractor {
	for _, b := range []struct {
		bound    *int
		standard int
	}{{&o.MaxBody, 16 << 20}, {&o.MaxDocument, 64 << 20}, {&o.MaxNodes, 500_000}, {&o.MaxDepth, 512}, {&o.MaxText, 4 << 20}} {
		if *b.bound <= 0 {
			*b.bound = b.standard
		}
	}
	if o.PDF.MaxText <= 0 {
		o.PDF.MaxText = o.MaxText
	}
	if o.DOCX.MaxText <= 0 {
		o.DOCX.MaxText = o.MaxText
	}
	return &Extractor{o: o, pdf: pdf.New(o.PDF)}
}

// Warm makes what reads PDF documents ready in the background, so that the first of them holds up nothing. It is idempotent.
func (x *Extractor) Warm() { x.pdf.Warm() }

// Close ends what reads PDF documents; none is read after it. It is idempotent.
func (x *Extractor) Close() error { return x.pdf.Close() }

// Extract reads a capture's body. It is deterministic. A body that can never give a text is a fault.Poison that says why: it is
// of another type than it says, of a type that is not read, broken, empty, or a page without text. One over the bound is a
// fault.TooLarge. A page that must not be stored (Page.NoIndex) is no error.
func (x *Extractor) Extract(ctx context.Context, in Input) (page Page, err error) {
	if err := ctx.Err(); err != nil {
		return Page{}, fault.As(fault.Canceled, fmt.Errorf("extract %s: %w", in.URL, err))
	}
	defer func() {
		if p := recover(); p != nil {
			page, err = Page{}, &fault.Error{
				Kind: fault.Poison, What: "the page makes extraction fail", Position: -1,
				Err: fmt.Errorf("extract %s: panic: %v\n%s", in.URL, p, debug.Stack()),
			}
		}
	}()
	canonical, err := statement.Canonicalize(in.URL)
	if err != nil {
		return Page{}, fault.As(fault.Poison, err)
	}
	limit := x.o.MaxBody
	if is := sniff(in.Body); len(in.Body) > limit && (is == formatPDF || is == formatDOCX) {
		limit = x.o.MaxDocument
	}
	if len(in.Body) > limit {
		return Page{}, fault.Newf(fault.TooLarge, "the body has %d bytes, more than the %d that are read", len(in.Body), limit)
	}
	page, err = x.read(ctx, &in)
	if err != nil {
		return Page{}, err
	}
	return x.finish(page, canonical)
}

// read hands the body to the reader of what it is.
func (x *Extractor) read(ctx context.Context, in *Input) (Page, error) {
	if blank(in.Body) {
		return Page{}, fault.New(fault.Poison, "the page is empty: no text", "")
	}
	is := sniff(in.Body)
	if what := mismatch(in.Header, is); what != "" {
		return Page{}, fault.New(fault.Poison, what, "")
	}
	switch is {
	case formatHTML:
		return x.readHTML(in)
	case formatPlain:
		return x.readPlain(in), nil
	case formatPDF:
		return x.readPDF(ctx, in)
	case formatDOCX:
		return x.readDOCX(ctx, in)
	}
	return Page{}, fault.Newf(fault.Poison, "it is %s, which is not read", is)
}

// finish fills in what every kind of page needs, and refuses one without text.
func (x *Extractor) finish(page Page, canonical string) (Page, error) {
	if page.Text == "" {
		return Page{}, fault.New(fault.Poison, "the page has no text", "")
	}
	if len(page.Text) > x.o.MaxText {
		page.Notes = append(page.Notes, fmt.Sprintf("the text has %d bytes: what is over %d was cut", len(page.Text), x.o.MaxText))
		page.Text = cutAtRune(page.Text, x.o.MaxText)
	}
	if page.Canonical == "" {
		page.Canonical = canonical
	}
	return page, nil
}

// cutAtRune cuts a text at a bound in bytes without splitting a character.
func cutAtRune(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && s[limit]&0xc0 == 0x80 {
		limit--
	}
	return strings.TrimSpace(s[:limit])
}

// canonicalURL follows rel=canonical within the site: to the same host, with or without www, and never from a page to the root.
func canonicalURL(f *facts, page *url.URL) string {
	if f.canonical == "" || page == nil {
		return ""
	}
	to, err := page.Parse(f.canonical)
	if err != nil || !sameSite(to, page) || (to.Path == "" || to.Path == "/") && page.Path != to.Path && page.Path != "" {
		return ""
	}
	canonical, err := statement.Canonicalize(to.String())
	if err != nil {
		return ""
	}
	return canonical
}

func sameSite(a, b *url.URL) bool {
	host := func(u *url.URL) string {
		return strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), "www.")
	}
	return host(a) == host(b)
}
