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
	publishedSeen time.Time // when the capture was made that says so
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

// facts are drawn from the stored statement and from every capture that was added, unchanged ones too. They depend on the captures and
// their moments alone, not on how these were put into batches or in which order they came: the date is the one from the best place and,
// where that says different things at different times, the one that it said first.
func (t *timeline) facts() facts {
	f := facts{publishedFrom: statement.FromNone}
	last := &t.states[len(t.states)-1]
	if st := t.stored; st != nil {
		if st.Published != nil {
			f.take(*st.Published, st.PublishedFrom, cmpTime(st.PublishedSeen, st.FirstSeen))
		}
		f.firstSeen, f.backfill, f.noArchive = st.FirstSeen, st.Backfill, st.NoArchive && !st.CapturedAt.Before(last.CapturedAt)
	}
	for _, read := range t.reads {
		f.take(read.page.Published, read.page.PublishedFrom, read.capture.FetchedAt)
		f.noArchive = f.noArchive || read.noArchive() && !read.capture.FetchedAt.Before(last.CapturedAt)
	}
	first := &t.states[0]
	if t.before == 0 && (t.stored == nil || first.CapturedAt.Before(f.firstSeen)) {
		f.firstSeen, f.backfill = first.CapturedAt, first.read.backfill()
	}
	return f
}

// backfill says whether a statement that begins with this capture is news no more.
func (r *reading) backfill() bool {
	return r.capture.Backfill || !r.page.Published.IsZero() && r.capture.FetchedAt.Sub(r.page.Published) > backfillAge
}

func cmpTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

// take takes a date from a better place than the one it has, or from the same place at an earlier time.
func (f *facts) take(published time.Time, from string, seen time.Time) {
	if published.IsZero() {
		return
	}
	better := rank(from) - rank(f.publishedFrom)
	if better < 0 || better == 0 && (seen.Before(f.publishedSeen) || seen.Equal(f.publishedSeen) && published.Before(*f.published)) {
		published = published.UTC()
		f.published, f.publishedFrom, f.publishedSeen = &published, from, seen.UTC()
	}
}

// build makes the statement of one state. What belongs to the statement rather than to the state is kept from the stored one.
func build(read *reading, stored *statement.Statement, f facts, number int, source func(string) SourceInfo) *statement.Statement {
	c, p, found := read.capture, &read.page, &read.findings
	info := source(c.Source)
	st := &statement.Statement{
		ID: read.id, URL: p.Canonical, Title: p.Title, TitleFrom: p.TitleFrom, Author: p.Author, AuthorFrom: p.AuthorFrom, Symbols: p.Symbols,
		Published: f.published, PublishedFrom: f.publishedFrom, PublishedSeen: f.publishedSeen, FirstSeen: f.firstSeen.UTC(),
		Language: p.Language, Kind: firstOf(found.Kind, p.Kind, info.Kind, "statement"), Source: c.Source, Process: slices.Clone(info.Process),
		Group: read.id, Actors: notNil(found.Actors), Topics: notNil(found.Topics), Signatories: found.Signatories,
		Revision: number, Capture: c.ID, CapturedAt: c.FetchedAt.UTC(), NoArchive: read.noArchive(), Backfill: f.backfill,
		Text: p.Text, Quotes: found.Quotes, Cues: found.Cues, Evidence: found.Evidence,
	}
	if stored != nil {
		st.Group, st.TranslationOf, st.Copies = stored.Group, stored.TranslationOf, stored.Copies
		st.Evidence = slices.Concat(st.Evidence, translationEvidence(stored))
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
