package indexer

import (
	"cmp"
	"slices"
	"time"

	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// backfillAge is how much older than its first sighting a statement must be to count as backfill.
const backfillAge = 7 * 24 * time.Hour

// outcome is what became of a capture: a metric label.
type outcome string

const (
	outcomeNew       outcome = "new"       // a statement's first state
	outcomeRevision  outcome = "revision"  // another state
	outcomeUnchanged outcome = "unchanged" // the state before it says the same
	outcomeAgain     outcome = "again"     // its own revision was stored before
	outcomeNoIndex   outcome = "noindex"   // the page asks not to be stored
	outcomeForgotten outcome = "forgotten" // its statement was removed for good
	outcomeOther     outcome = "other"     // not answered with 200
	outcomeRefused   outcome = "refused"   // it can't be processed
)

// state is one state of a statement's text.
type state struct {
	statement.Revision          // Number is as stored; 0 where it is not
	read               *reading // nil where no capture of this batch brought it
}

// timeline is a statement's states by capture time, and what a batch does to them.
//
// Two neighbours that say the same are one state, the earlier: so a late capture of an older text takes the place of the next one, or
// vanishes. A capture that says the same as the state before it leaves no trace here (the archive has it).
type timeline struct {
	id       string
	stored   *statement.Statement // as stored; nil for a statement that is not
	before   int                  // states older than the first in states, which were not loaded
	states   []state
	dropped  []statement.Revision
	announce []*reading
	reads    []*reading // everything that was added
	memory   *repeats
	sources  []string // whose boilerplate does not count
}

// newTimeline makes the timeline of a stored statement. With nil revisions it begins at the latest, which is enough for captures that
// are newer.
func newTimeline(id string, stored *statement.Statement, revisions []statement.Revision) *timeline {
	t := &timeline{id: id, stored: stored}
	if stored == nil {
		return t
	}
	for _, r := range revisions {
		t.states = append(t.states, state{Revision: r})
	}
	if len(revisions) == 0 {
		t.before = stored.Revision - 1
		t.states = []state{{Revision: statement.Revision{
			Statement: id, Number: stored.Revision, Capture: stored.Capture, CapturedAt: stored.CapturedAt, Title: stored.Title, Text: stored.Text,
		}}}
	}
	return t
}

// needsAll says whether a capture can only be placed among all revisions of a stored statement.
func needsAll(stored *statement.Statement, c *statement.Capture) bool {
	return stored != nil && stored.Revision > 1 && c.ID != stored.Capture && !c.FetchedAt.After(stored.CapturedAt)
}

func byTime(s state, read *reading) int {
	return cmp.Or(s.CapturedAt.Compare(read.capture.FetchedAt), cmp.Compare(s.Capture, read.capture.ID))
}

// add places a capture. Captures of one batch are added in the order of their time.
func (t *timeline) add(read *reading) outcome {
	t.reads = append(t.reads, read)
	i, found := slices.BinarySearchFunc(t.states, read, byTime)
	if found {
		t.states[i].read = read
		t.announce = append(t.announce, read)
		return outcomeAgain
	}
	if i > 0 && !t.differ(&t.states[i-1], read.page.Title, read.page.Text, read.place) {
		return outcomeUnchanged
	}
	first := len(t.states) == 0
	t.states = slices.Insert(t.states, i, state{read: read, Revision: statement.Revision{
		Statement: t.id, Capture: read.capture.ID, CapturedAt: read.capture.FetchedAt, Title: read.page.Title, Text: read.page.Text,
	}})
	for i+1 < len(t.states) && !t.differ(&t.states[i], t.states[i+1].Title, t.states[i+1].Text, read.place) {
		t.dropped = append(t.dropped, t.states[i+1].Revision)
		t.states = slices.Delete(t.states, i+1, i+2)
	}
	t.announce = append(t.announce, read)
	if first {
		return outcomeNew
	}
	return outcomeRevision
}

// differ says whether a state and another title and text say different things, apart from what is boilerplate at a place.
func (t *timeline) differ(s *state, title, text string, place int) bool {
	if !significant(s.Title, s.Text, title, text) {
		return false
	}
	return !t.memory.knows(t.sources...) ||
		significant(s.Title, t.memory.without(s.Text, place, t.sources...), title, t.memory.without(text, place, t.sources...))
}

// sourcesOf lists where a statement and captures of it were found.
func sourcesOf(stored *statement.Statement, items []*item) []string {
	var sources []string
	if stored != nil {
		sources = append(sources, stored.Source)
	}
	for _, it := range items {
		sources = appendNew(sources, it.capture.Source)
	}
	return sources
}

// needed lists the readings whose words and findings are wanted: those to be announced, and the latest.
func (t *timeline) needed() []*reading {
	need := slices.Clone(t.announce)
	if last := t.states[len(t.states)-1].read; last != nil && !slices.Contains(need, last) {
		need = append(need, last)
	}
	return need
}

// settled is what a timeline asks the store and the bus for.
type settled struct {
	document      *statement.Statement // nil when it stays as it is
	words         *analysis.Document   // document's; nil when it is the stored one with other facts
	revisions     []statement.Revision
	dropped       []statement.Revision
	announcements []statement.Announcement
}

// settle numbers the states and makes what is to be written and announced.
func (t *timeline) settle(source func(string) SourceInfo) settled {
	s := settled{dropped: t.dropped}
	numbers := make(map[string]int, len(t.states))
	for i := range t.states {
		r := &t.states[i]
		number := t.before + i + 1
		numbers[r.Capture] = number
		if r.Number != number {
			r.Number = number
			s.revisions = append(s.revisions, r.Revision)
		}
	}
	f := t.facts()
	if last := &t.states[len(t.states)-1]; t.stored == nil || last.read != nil && last.Capture != t.stored.Capture {
		s.document, s.words = build(last.read, t.stored, f, last.Number, source), last.read.words
		s.document.NoArchive = f.noArchive
	} else {
		s.document = t.patched(f, last.Number)
	}
	for _, read := range t.announce {
		number := numbers[read.capture.ID]
		st := build(read, t.stored, f, number, source)
		s.announcements = append(s.announcements, statement.Announcement{
			Version: statement.WireVersion, Statement: *st, New: number == 1, Backfill: number == 1 && st.Backfill,
		})
	}
	return s
}

// patched is the stored statement with other facts; nil when nothing changes.
func (t *timeline) patched(f facts, number int) *statement.Statement {
	st := *t.stored
	noArchive := st.NoArchive || f.noArchive
	if st.Revision == number && st.FirstSeen.Equal(f.firstSeen) && st.PublishedFrom == f.publishedFrom && sameTime(st.Published, f.published) &&
		st.PublishedSeen.Equal(f.publishedSeen) && st.Backfill == f.backfill && st.NoArchive == noArchive {
		return nil
	}
	st.NoArchive, st.Backfill = noArchive, f.backfill
	st.Revision, st.FirstSeen = number, f.firstSeen
	st.Published, st.PublishedFrom, st.PublishedSeen = f.published, f.publishedFrom, f.publishedSeen
	return &st
}

func sameTime(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }
