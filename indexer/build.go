package indexer

import (
	"slices"
	"time"

	"rostrum/internal/statement"
)

// facts are what all states of a statement have in common.
type facts struct {
	firstSeen     time.Time
	published     *time.Time
	publishedFrom string
	backfill      bool
	noArchive     bool // the latest state's page asks, now if not at first, not to be shown as archived
}

// trust orders where a publication date came from, the best first.
var trust = [...]string{statement.FromFeed, statement.FromJSONLD, statement.FromMeta, statement.FromURL, statement.FromText, statement.FromNone}

func rank(from string) int {
	if i := slices.Index(trust[:], from); i >= 0 {
		return i
	}
	return len(trust)
}

// facts are drawn from the stored statement and from every capture that was added, unchanged ones too: the date of the latest state,
// unless another one has it from a better place.
func (t *timeline) facts() facts {
	f := facts{publishedFrom: statement.FromNone}
	last := &t.states[len(t.states)-1]
	if last.read != nil {
		f.take(last.read.page.Published, last.read.page.PublishedFrom)
	}
	if t.stored != nil {
		if t.stored.Published != nil {
			f.take(*t.stored.Published, t.stored.PublishedFrom)
		}
		f.firstSeen, f.backfill = t.stored.FirstSeen, t.stored.Backfill
	}
	for _, read := range t.reads {
		f.take(read.page.Published, read.page.PublishedFrom)
		f.noArchive = f.noArchive || read.noArchive() && !read.capture.FetchedAt.Before(last.CapturedAt)
	}
	first := &t.states[0]
	if t.before == 0 && (t.stored == nil || first.CapturedAt.Before(f.firstSeen)) {
		f.firstSeen = first.CapturedAt
	}
	if t.stored == nil {
		f.backfill = first.read.capture.Backfill || f.published != nil && f.firstSeen.Sub(*f.published) > backfillAge
	}
	return f
}

// take takes a date from a better place than the one it has.
func (f *facts) take(published time.Time, from string) {
	if !published.IsZero() && rank(from) < rank(f.publishedFrom) {
		published = published.UTC()
		f.published, f.publishedFrom = &published, from
	}
}

// build makes the statement of one state. What belongs to the statement rather than to the state is kept from the stored one.
func build(read *reading, stored *statement.Statement, f facts, number int, source func(string) SourceInfo) *statement.Statement {
	c, p, found := read.capture, &read.page, &read.findings
	info := source(c.Source)
	st := &statement.Statement{
		ID: read.id, URL: p.Canonical, Title: p.Title, Author: p.Author,
		Published: f.published, PublishedFrom: f.publishedFrom, FirstSeen: f.firstSeen.UTC(),
		Language: p.Language, Kind: firstOf(found.Kind, p.Kind, info.Kind, "statement"), Source: c.Source, Process: slices.Clone(info.Process),
		Group: read.id, Actors: notNil(found.Actors), Topics: notNil(found.Topics), Signatories: found.Signatories,
		Revision: number, Capture: c.ID, CapturedAt: c.FetchedAt.UTC(), NoArchive: read.noArchive(), Backfill: f.backfill,
		Text: p.Text, Quotes: found.Quotes, Cues: found.Cues, Evidence: found.Evidence,
	}
	if stored != nil {
		st.Group, st.TranslationOf, st.Copies = stored.Group, stored.TranslationOf, stored.Copies
		for _, process := range stored.Process {
			if !slices.Contains(st.Process, process) {
				st.Process = append(st.Process, process)
			}
		}
	}
	return st
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
