// Package alert tells people of what they asked for: it keeps saved queries, matches every statement and revision against them once,
// and delivers what fired.
//
// Its duties, in order: a statement is announced at a sequence; the matcher finds the saved queries that hold there, decides which of
// them have not been told of its group, appends their alerts to the log, remembers what fired, and only then moves its position; the
// courier follows the log and brings each alert to each channel, trying again until it is taken. Each step can be repeated after a crash:
// an alert's id depends on nothing but what fired.
package alert

import (
	"crypto/sha256"
	"encoding/base32"
	"time"

	"rostrum/internal/statement"
	"rostrum/search"
)

// Why an alert fired.
const (
	CauseStatement = "statement" // a statement that is new
	CauseRevision  = "revision"  // a revision of one
	CauseCopy      = "copy"      // a copy of a statement told of before, with an actor that the query asks for
	CauseBackfill  = "backfill"  // it was there before, or came with an archive, and the saved query asks for that
)

// Alert says what fired: one (saved query, group, revision). Times are UTC, positions count code points.
type Alert struct {
	ID        string         `json:"id" doc:"stable: a repeat carries the same"`
	Saved     Ref            `json:"saved_query"`
	At        time.Time      `json:"at"`
	Cause     string         `json:"cause" enum:"statement,revision,copy,backfill"`
	Statement Brief          `json:"statement"`
	Reasons   []Reason       `json:"reasons" doc:"what in the statement made the query match, in its order"`
	Snippet   search.Snippet `json:"snippet" doc:"the stretch of the text with the first reason"`
	Sentence  search.Snippet `json:"sentence" doc:"the sentence of the text with most reasons"`
}

// Ref is the saved query as it was when it fired.
type Ref struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Query string `json:"query" doc:"in its canonical form"`
}

// Brief is a statement without its text, and of its actors those that speak, and those that made it match.
type Brief struct {
	ID            string            `json:"id"`
	Link          string            `json:"link,omitempty" doc:"its page here"`
	URL           string            `json:"url" doc:"the original"`
	Title         string            `json:"title"`
	Published     *time.Time        `json:"published"`
	PublishedFrom string            `json:"published_from"`
	FirstSeen     time.Time         `json:"first_seen"`
	Language      string            `json:"language"`
	Kind          string            `json:"kind"`
	Source        string            `json:"source"`
	Group         string            `json:"group"`
	Actors        []statement.Actor `json:"actors"`
	Signatories   int               `json:"signatories"`
	Topics        []string          `json:"topics"`
	Revision      int               `json:"revision"`
	Capture       string            `json:"capture"`
	CapturedAt    time.Time         `json:"captured_at"`
}

// Reason is one thing in a statement that a query asks for. In is empty where it stands nowhere in particular: an issuer by source.
type Reason struct {
	Query string         `json:"query" doc:"the part of the query that it fulfils"`
	In    string         `json:"in,omitempty" enum:"title,text,url,"`
	Start int            `json:"start"`
	End   int            `json:"end"`
	Text  string         `json:"text,omitempty" doc:"the words there"`
	Value string         `json:"value,omitempty" doc:"the id of an actor or a topic, or another value"`
	Name  string         `json:"name,omitempty" doc:"of an actor"`
	Role  statement.Role `json:"role,omitempty" doc:"of an actor"`
}

// alertID is stable for what fired.
func alertID(saved, group, capture string) string {
	sum := sha256.Sum256([]byte(saved + "\n" + group + "\n" + capture))
	return "msg_" + letters.EncodeToString(sum[:])[:26]
}

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
