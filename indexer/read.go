package indexer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"rostrum/indexer/annotate"
	"rostrum/indexer/extract"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// Extractor turns a capture's bytes into a page. It is pure and safe for concurrent use. A body that can never give a text is a
// fault.Poison or fault.TooLarge.
type Extractor interface {
	Extract(ctx context.Context, in extract.Input) (extract.Page, error)
}

// Annotator finds who speaks and about what. It is pure and safe for concurrent use.
type Annotator interface {
	Annotate(in annotate.Input) annotate.Findings
}

// SourceInfo is what the configuration says of a source.
type SourceInfo struct {
	Issuer   string   // an actor's id; empty for an aggregator
	Process  []string // ids
	Kind     string   // of its statements, where neither page nor text tells
	Language string   // ISO 639-1, where the page does not tell
	Gathers  []string // hosts of an aggregator's own pages, on which others speak
}

// ReaderOptions are what a Reader reads with.
type ReaderOptions struct {
	Extractor   Extractor
	Annotator   Annotator
	Source      func(id string) (SourceInfo, bool) // nil knows none
	Corrections []Correction
	PageTimeout time.Duration // for extracting one page; what takes longer is a fault.Poison; default 1 minute
}

// Reader finds the statement in a capture, without archive or store. It is safe for concurrent use.
type Reader struct {
	o           ReaderOptions
	corrections atomic.Pointer[map[string][]Correction] // by statement
	analyzers   chan *analysis.Analyzer                 // those at rest: each remembers the words it has seen
}

// NewReader makes a Reader. Extractor and Annotator are required.
func NewReader(o ReaderOptions) (*Reader, error) {
	if o.Extractor == nil || o.Annotator == nil {
		return nil, errors.New("make reader: it needs an extractor and an annotator")
	}
	if o.Source == nil {
		o.Source = func(string) (SourceInfo, bool) { return SourceInfo{}, false }
	}
	if o.PageTimeout <= 0 {
		o.PageTimeout = time.Minute
	}
	r := &Reader{o: o, analyzers: make(chan *analysis.Analyzer, runtime.GOMAXPROCS(0))}
	r.SetCorrections(o.Corrections)
	return r, nil
}

// reading is what one capture says. Words and findings are there only after annotate.
type reading struct {
	capture  *statement.Capture
	id       string // the statement's
	page     extract.Page
	words    *analysis.Document
	findings annotate.Findings
	failed   error // of annotate
	place    int   // among the pages of which the index remembers what repeats
}

func (r *reading) noArchive() bool { return r.capture.NoArchive || r.page.NoArchive }

// Statement gives the statement in a capture as if it were the first of its page. A page that asks not to be indexed, or was not
// answered with 200, is a fault.Invalid; one that has no text, a fault.Poison.
func (r *Reader) Statement(ctx context.Context, c *statement.Capture) (*statement.Statement, error) {
	st, _, err := r.Read(ctx, c)
	return st, err
}

// Read is Statement, and gives what extraction and annotation noted besides: bounds that were hit, parts that were left out.
func (r *Reader) Read(ctx context.Context, c *statement.Capture) (st *statement.Statement, notes []string, err error) {
	if c.Status != 200 {
		return nil, nil, fault.Newf(fault.Invalid, "the server answered with status %d", c.Status)
	}
	read, err := r.extract(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	if read.page.NoIndex {
		return nil, read.page.Notes, fault.New(fault.Invalid, "the page asks not to be indexed", "")
	}
	if err := r.annotate(read); err != nil {
		return nil, read.page.Notes, err
	}
	t := newTimeline(read.id, nil, nil)
	t.add(read)
	return t.settle(r.source).document, slices.Concat(read.page.Notes, read.findings.Notes), nil
}

func (r *Reader) source(id string) SourceInfo {
	info, _ := r.o.Source(id)
	return info
}

// extract reads a capture's page. Its errors have a kind: what is not the caller's going away is the capture's own fault.
func (r *Reader) extract(ctx context.Context, c *statement.Capture) (read *reading, err error) {
	defer recovered("extract", c, &err)
	limited, cancel := context.WithTimeout(ctx, r.o.PageTimeout)
	defer cancel()
	page, err := r.o.Extractor.Extract(limited, extract.Input{URL: c.PageURL(), Header: c.Header, Body: c.Body, Hint: c.Hint, FetchedAt: c.FetchedAt})
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, fault.As(fault.Canceled, fmt.Errorf("extract capture %s: %w", c.ID, ctx.Err()))
	case limited.Err() != nil:
		return nil, fault.Newf(fault.Poison, "the page takes longer to read than %v: %w", r.o.PageTimeout, err)
	case fault.KindOf(err) == fault.Internal:
		return nil, fault.As(fault.Poison, err) // extraction is pure: it would fail again
	default:
		return nil, err
	}
	canonical := page.Canonical
	if canonical == "" {
		if canonical, err = statement.Canonicalize(c.PageURL()); err != nil {
			return nil, fault.As(fault.Poison, err)
		}
		page.Canonical = canonical
	}
	if page.Language == "" || page.Language == "und" {
		page.Language = r.source(c.Source).Language
	}
	if page.Language == "" {
		page.Language = "und"
	}
	return &reading{capture: c, id: statement.ID(canonical), page: page}, nil
}

// annotate analyses a reading's words, once for every room, and finds actors and topics.
func (r *Reader) annotate(read *reading) (err error) {
	if read.words != nil {
		return nil
	}
	defer recovered("annotate", read.capture, &err)
	p := &read.page
	words := r.analyze(p.Title, p.Text, p.Language)
	source := r.source(read.capture.Source)
	read.findings = r.o.Annotator.Annotate(annotate.Input{
		URL: p.Canonical, Source: read.capture.Source, Issuer: source.Issuer, Title: p.Title, Text: p.Text, Author: p.Author,
		SiteName: p.SiteName, Kind: p.Kind, Types: p.Types, Section: p.Section, Given: source.Kind, Gathered: gathered(source, p.Canonical), Words: words,
	})
	correct(&read.findings, (*r.corrections.Load())[read.id])
	read.words = words
	return nil
}

// gathered says whether a page stands on the own site of a source that gathers what others say.
func gathered(source SourceInfo, page string) bool {
	if len(source.Gathers) == 0 {
		return false
	}
	u, err := url.Parse(page)
	return err == nil && slices.ContainsFunc(source.Gathers, func(host string) bool {
		return u.Hostname() == host || strings.HasSuffix(u.Hostname(), "."+host)
	})
}

func (r *Reader) analyze(title, text, language string) *analysis.Document {
	var analyzer *analysis.Analyzer
	select {
	case analyzer = <-r.analyzers:
	default:
		analyzer = analysis.NewAnalyzer()
	}
	words := analyzer.Document(title, text, language)
	select {
	case r.analyzers <- analyzer:
	default: // there are enough
	}
	return words
}

// recovered turns a panic over a capture into its fault, so that one page never takes the batch along.
func recovered(verb string, c *statement.Capture, err *error) {
	if p := recover(); p != nil {
		*err = &fault.Error{
			Kind: fault.Poison, What: "the page makes the program fail (" + verb + ")", Position: -1,
			Err: fmt.Errorf("%s capture %s: panic: %v\n%s", verb, c.ID, p, debug.Stack()),
		}
	}
}
