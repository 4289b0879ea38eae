package indexer

import (
	"cmp"
	"errors"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
)

// maxFacts bounds the records of what was extracted that wait for the next captures.
const maxFacts = 10_000

// extracted is what extraction found in a capture that is archived.
type extracted struct {
	capture *statement.Capture // without header and body
	warc.Extracted
}

// keepFacts takes what was found in captures, for readers of the archive's files: it is written with the next captures, or when the archive is
// closed, and lost in a crash. What is said of a capture that could not be archived is dropped. Nothing is made from it, since the captures say it again.
func (a *Archive) keepFacts(facts []extracted) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range facts {
		if places, err := a.ids.find(keyOf(e.capture.ID)); err == nil && len(places) > 0 && len(a.facts) < maxFacts {
			a.facts = append(a.facts, e)
		}
	}
}

// takeFacts makes the records of what waits. The caller holds mu.
func (a *Archive) takeFacts() [][]warc.Record {
	records := make([][]warc.Record, 0, len(a.facts)+1)
	for _, e := range a.facts {
		e.By = cmp.Or(a.o.Software, archivePrefix)
		records = append(records, []warc.Record{warc.ExtractedRecord(e.capture, e.Extracted)})
	}
	a.facts = nil
	return records
}

// noteExtracted hands what the batch found to the archive. A rebuild does not: it reads what was noted already.
func (b *batch) noteExtracted() {
	if b.announcer == nil {
		return
	}
	now := time.Now().UTC()
	facts := make([]extracted, 0, len(b.items))
	for i := range b.items {
		if e, ok := b.items[i].extracted(); ok {
			e.At = now
			facts = append(facts, e)
		}
	}
	b.x.o.Archive.keepFacts(facts)
}

// extracted is what an item tells the archive; not ok where nobody looked for a statement, or will look again.
func (it *item) extracted() (e extracted, ok bool) {
	c := it.capture
	e.capture = &statement.Capture{ID: c.ID, URL: c.URL, FinalURL: c.FinalURL}
	switch {
	case it.err != nil:
		e.Refused = reason(it.err)
		return e, fault.KindOf(it.err).Fate() == fault.Quarantine
	case it.outcome == outcomeNoIndex && it.read != nil:
		e.Refused = "the page asks not to be indexed"
		return e, true
	case it.read == nil:
		return e, false
	}
	p := &it.read.page
	e.Title, e.TextDigest, e.Published, e.PublishedFrom, e.Language = p.Title, warc.TextDigest(p.Text), p.Published, p.PublishedFrom, p.Language
	e.TitleFrom, e.Author, e.AuthorFrom = p.TitleFrom, p.Author, p.AuthorFrom
	e.Kind = firstOf(it.read.findings.Kind, p.Kind)
	return e, true
}

// reason is a refusal in a sentence, without what was done when it came up.
func reason(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.What != "" {
		return f.What
	}
	return err.Error()
}
