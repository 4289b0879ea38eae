package alert

import (
	"cmp"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"slices"
	"strings"
	texttemplate "text/template"
	"time"
	"unicode/utf8"

	"rostrum/internal/statement"
	"rostrum/search"
)

//go:embed mail.txt mail.html
var mailFiles embed.FS

// namer names topics and sources.
type namer func(kind, id string) string

// names gives what names topics and sources; their ids where nobody knows better.
func (s *Service) names() namer {
	return func(kind, id string) string {
		if s.o.Names == nil {
			return id
		}
		return cmp.Or(s.o.Names(kind, id), id)
	}
}

const maxSubject = 150 // code points

// mailView is a mail as its templates see it.
type mailView struct {
	Subject     string
	Lead        string
	Queries     []Part
	Digest      bool // entries stand under topics and actors
	Topics      []mailTopic
	More        int // alerts that are not listed
	Coverage    []string
	Unsubscribe string
	Settings    string
	Problems    []Part
}

// mailTopic is the entries on one topic.
type mailTopic struct {
	Name   string
	Actors []mailActor
}

// mailActor is the entries of those who speak together.
type mailActor struct {
	Name    string
	Entries []mailEntry
}

// mailEntry is a statement, however many saved queries it met.
type mailEntry struct {
	Title, Link, URL, Site string
	Language               string
	Date, Source, Speakers string
	Cause                  string
	Sentence               []mailPiece
	Fired                  string
	Met                    []string // names of the saved queries
	at                     time.Time
	topic                  string
	group                  string
}

// mailPiece is a stretch of a sentence.
type mailPiece struct {
	Text string
	Mark bool
}

func newMailView(l *letter, names namer) *mailView {
	v := &mailView{Queries: l.queries, Digest: l.why == whyDigest || l.why == whyFlood, Unsubscribe: l.unsubscribe, Settings: l.public + "/saved", More: l.total - len(l.alerts)}
	entries := entriesOf(l, names)
	v.Topics = inTopics(entries, v.Digest)
	if l.coverage != nil {
		v.Coverage = l.coverage.Lines(l.zone)
	}
	for _, q := range l.queries {
		if q.Problem != "" {
			v.Problems = append(v.Problems, q)
		}
	}
	v.words(l, len(entries))
	return v
}

// words says in the subject and at the head what the mail is.
func (v *mailView) words(l *letter, statements int) {
	queries, first := counted(len(l.queries), "saved query", "saved queries"), ""
	if len(l.queries) > 0 {
		first = l.queries[0].Name
	}
	about := queries
	if len(l.queries) == 1 {
		about = first
	}
	span := "From " + momentIn(l.from, l.zone) + " to " + momentIn(l.until, l.zone)
	switch l.why {
	case whyAlert:
		v.Subject = first + ": " + v.Topics[0].Actors[0].Entries[0].Title
		v.Lead = "Your saved query “" + first + "” met a statement."
	case whyDigest:
		if v.More > 0 {
			v.Subject = fmt.Sprintf("%s: %d alerts", about, l.total)
		} else {
			v.Subject = about + ": " + counted(statements, "statement", "statements")
		}
		v.Lead = span + ": " + counted(l.total, "alert", "alerts") + " on " + queries + "."
	case whyFlood:
		v.Subject = fmt.Sprintf("%s: %d further alerts within an hour", first, l.total)
		v.Lead = fmt.Sprintf("“%s” fired very often within an hour. The first alerts came one by one; here are the other %d together.", first, l.total)
	case whyHeartbeat:
		v.Subject = "Nothing to tell on " + about
		v.Lead = span + " nothing was sent to you: nothing fired on " + queries + "."
		if l.coverage != nil {
			v.Subject += fmt.Sprintf("; %d of %d sources checked", l.coverage.Checked, l.coverage.Sources)
		}
	case whyProblem:
		v.Subject = first + ": this saved query needs an edit"
		v.Lead = "It can't be matched any more and does not fire. It is kept, and waits for your edit."
	case whyTest:
		v.Subject = first + ": a test"
		v.Lead = testWords(first)
	}
	v.Subject = cut(oneLine(clean(v.Subject)), maxSubject)
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func cut(s string, bound int) string {
	if utf8.RuneCountInString(s) <= bound {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:bound-1])) + "…"
}

// entriesOf makes one entry for each statement, that names every saved query it met.
func entriesOf(l *letter, names namer) []mailEntry {
	var entries []mailEntry
	for _, a := range l.alerts {
		name := a.Saved.Name
		at := slices.IndexFunc(entries, func(e mailEntry) bool { return e.group == a.Statement.Group+"/"+a.Statement.Capture })
		if at < 0 {
			entries = append(entries, entryOfMail(a, l.zone, names))
			at = len(entries) - 1
		}
		e := &entries[at]
		if !slices.Contains(e.Met, name) {
			e.Met = append(e.Met, name)
		}
	}
	return entries
}

var causeWords = map[string]string{CauseRevision: "changed text", CauseCopy: "a copy with a further actor", CauseBackfill: "from before"}

func entryOfMail(a *Alert, zone *time.Location, names namer) mailEntry {
	st := &a.Statement
	e := mailEntry{Title: cmp.Or(clean(st.Title), st.URL), Link: st.Link, URL: st.URL, Site: hostName(st.URL), Language: st.Language, Source: names("source", st.Source), Cause: causeWords[a.Cause],
		Speakers: speakersWithRoles(st), Fired: firedOn(a.Reasons), at: st.FirstSeen, group: st.Group + "/" + st.Capture}
	if st.Published != nil {
		e.at = *st.Published
		e.Date = st.Published.UTC().Format("2 January 2006")
	} else {
		e.Date = "first seen " + st.FirstSeen.In(zone).Format("2 January 2006")
	}
	if e.Language == "und" {
		e.Language = ""
	}
	if len(st.Topics) > 0 {
		e.topic = names("topic", st.Topics[0])
	}
	sentence := a.Sentence
	if sentence.Text == "" {
		sentence = a.Snippet
	}
	e.Sentence = pieces(sentence)
	return e
}

// speakersWithRoles names who speaks, and as what.
func speakersWithRoles(b *Brief) string {
	var parts []string
	for _, a := range b.Actors {
		if part := a.Name + " (" + string(a.Role) + ")"; a.Role.Speaks() && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	if b.Signatories > 0 && !slices.ContainsFunc(b.Actors, func(a statement.Actor) bool { return a.Role == statement.Signatory }) {
		parts = append(parts, counted(b.Signatories, "signatory", "signatories"))
	}
	return cmp.Or(clean(strings.Join(parts, ", ")), "speaker unknown")
}

// firedOn says what in the statement made the query match.
func firedOn(reasons []Reason) string {
	var parts []string
	for _, r := range reasons {
		part := cmp.Or(clean(r.Text), clean(r.Name), r.Value)
		switch {
		case part == "":
			part = r.Query
		case r.Value != "" || r.In == "":
			part += " (" + r.Query + ")"
		}
		if !slices.Contains(parts, part) && len(parts) < 10 {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// pieces cuts a sentence at its marks.
func pieces(s search.Snippet) []mailPiece {
	text, at := []rune(s.Text), 0
	var out []mailPiece
	put := func(from, to int, mark bool) {
		if from < to {
			out = append(out, mailPiece{Text: strings.Map(flat, string(text[from:to])), Mark: mark})
		}
	}
	for _, m := range s.Marks {
		if m[0] < at || m[1] > len(text) {
			continue
		}
		put(at, m[0], false)
		put(m[0], m[1], true)
		at = m[1]
	}
	put(at, len(text), false)
	return out
}

func flat(r rune) rune {
	if r == '\n' || r == '\r' || r == '\t' {
		return ' '
	}
	return r
}

// inTopics puts entries under their topics, and there under those who speak; without order it leaves them in one.
func inTopics(entries []mailEntry, ordered bool) []mailTopic {
	if !ordered {
		if len(entries) == 0 {
			return nil
		}
		return []mailTopic{{Actors: []mailActor{{Entries: entries}}}}
	}
	slices.SortStableFunc(entries, func(a, b mailEntry) int {
		none := func(s string) string { return cmp.Or(s, "\U0010FFFF") }
		return cmp.Or(cmp.Compare(none(a.topic), none(b.topic)), cmp.Compare(a.Speakers, b.Speakers), b.at.Compare(a.at))
	})
	var topics []mailTopic
	for _, e := range entries {
		name := cmp.Or(e.topic, "No topic")
		if n := len(topics); n == 0 || topics[n-1].Name != name {
			topics = append(topics, mailTopic{Name: name})
		}
		t := &topics[len(topics)-1]
		if n := len(t.Actors); n == 0 || t.Actors[n-1].Name != e.Speakers {
			t.Actors = append(t.Actors, mailActor{Name: e.Speakers})
		}
		actor := &t.Actors[len(t.Actors)-1]
		actor.Entries = append(actor.Entries, e)
	}
	return topics
}

// render makes the plain text and the HTML.
func (v *mailView) render() (plain, rich string, err error) {
	text, err := texttemplate.ParseFS(mailFiles, "mail.txt")
	if err != nil {
		return "", "", err
	}
	html, err := htmltemplate.ParseFS(mailFiles, "mail.html")
	if err != nil {
		return "", "", err
	}
	var a, b strings.Builder
	if err := text.Execute(&a, v); err != nil {
		return "", "", err
	}
	if err := html.Execute(&b, v); err != nil {
		return "", "", err
	}
	return a.String(), b.String(), nil
}
