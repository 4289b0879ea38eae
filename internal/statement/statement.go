// Package statement holds the words of the domain: captures, statements, revisions, actors and their roles, and how each
// gets its id. It imports only the standard library, so that every other room can share it.
package statement

import (
	"net/http"
	"time"
)

// WireVersion is the version of the encodings that travel on the bus. A reader refuses a later one.
const WireVersion = 1

// Role is what an actor is in a statement.
type Role string

// The roles. The first three speak.
const (
	Issuer    Role = "issuer"    // whose statement it is
	Signatory Role = "signatory" // who signed it
	Quoted    Role = "quoted"    // words in it are theirs
	Mentioned Role = "mentioned" // talked about
)

// Roles lists all roles, those that speak first.
var Roles = []Role{Issuer, Signatory, Quoted, Mentioned}

// Speaks says whether an actor in this role says something in the statement.
func (r Role) Speaks() bool { return r == Issuer || r == Signatory || r == Quoted }

// Named says whether an actor in this role is written about by whoever makes the statement: talked about, or quoted. Only the former
// has the role mentioned, but `mentions:` asks for both: a page that quotes somebody names them.
func (r Role) Named() bool { return r == Quoted || r == Mentioned }

// Actor is one (actor, role) of a statement.
type Actor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// Quote is a stretch of the text that is somebody's own words. Start and End are code points into Text, End exclusive.
type Quote struct {
	Speaker string `json:"speaker"` // actor id; empty when it could not be told
	Name    string `json:"name,omitempty"`
	Text    string `json:"text"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Direct  bool   `json:"direct"`
	Cue     string `json:"cue,omitempty"` // the verb or formula that introduces it
}

// Cue is a wording by which an actor supports, opposes or sets conditions. It is a wording, never a verdict.
type Cue struct {
	Polarity string `json:"polarity"` // supports|opposes|conditions
	Actor    string `json:"actor,omitempty"`
	Target   string `json:"target,omitempty"`
	Text     string `json:"text"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
}

// Evidence says where and by which rule a finding was made. Start and End are code points into In, End exclusive; both are 0
// where the finding does not come from a span (an issuer by source).
type Evidence struct {
	Finding    string  `json:"finding"` // actor|topic|quote|cue|signatory|translation|…
	ID         string  `json:"id"`      // the actor's or topic's id
	Role       Role    `json:"role,omitempty"`
	In         string  `json:"in"` // title|text|source
	Start      int     `json:"start"`
	End        int     `json:"end"`
	Rule       string  `json:"rule"`
	Confidence float64 `json:"confidence"`       // 0 to 1
	Reason     string  `json:"reason,omitempty"` // of a correction: why, in the words of who made it
}

// FindingTranslation is the finding of evidence that the statement is another one, the ID, in another language; its rule says by what that is known.
const FindingTranslation = "translation"

// RuleCorrection is the rule of evidence that an operator's correction leaves. With a confidence of 1 it says that the actor has the role,
// with 0 that it has not; without a role, that the actor has none here.
const RuleCorrection = "correction"

// Where a publication date, a title or an author came from.
const (
	FromFeed   = "feed"
	FromJSONLD = "json-ld"
	FromMeta   = "meta"
	FromURL    = "url"
	FromText   = "text"
	FromLink   = "link" // of a title: the text of the link that led there
	FromNone   = "none"
)

// Hint is what the place that linked to a page said of it: a feed entry, a sitemap, a list page.
type Hint struct {
	Via       string    `json:"via,omitempty"` // URL of the feed, sitemap or list page
	Title     string    `json:"title,omitempty"`
	Author    string    `json:"author,omitempty"`
	Published time.Time `json:"published,omitzero"`
}

// Capture is one fetched exchange at one moment. Its facts never change.
type Capture struct {
	Version   int         `json:"v"`
	ID        string      `json:"id"`  // CaptureID(URL, FetchedAt)
	URL       string      `json:"url"` // as asked for, before redirects
	FinalURL  string      `json:"final_url,omitempty"`
	Source    string      `json:"source"`
	FetchedAt time.Time   `json:"fetched_at"` // UTC
	Method    string      `json:"method,omitempty"`
	Request   http.Header `json:"request,omitempty"` // as sent
	Status    int         `json:"status"`
	Header    http.Header `json:"header"` // as received
	Body      []byte      `json:"body,omitempty"`
	IP        string      `json:"ip,omitempty"`        // the address that answered
	Redirects []Redirect  `json:"redirects,omitempty"` // that led from URL to FinalURL, in order
	Hint      Hint        `json:"hint,omitzero"`
	Backfill  bool        `json:"backfill,omitempty"` // an import, a rebuild, or its source's first complete pass
	NoArchive bool        `json:"noarchive,omitempty"`
	Unchanged *Unchanged  `json:"unchanged,omitempty"` // of a fetch that brought nothing new: its body is another capture's
}

// Unchanged says which capture of the same URL has the body of a fetch that found the page unchanged, which is kept without a body of its own.
type Unchanged struct {
	Capture string `json:"capture"`        // id
	Said    bool   `json:"said,omitempty"` // the server said so (304); else it sent the same body again
}

// Redirect is a request that was answered with the address of another.
type Redirect struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
}

// PageURL is the address the body was served from.
func (c *Capture) PageURL() string {
	if c.FinalURL != "" {
		return c.FinalURL
	}
	return c.URL
}

// Statement is what somebody says in public at one canonical URL: its latest revision, with its place in its group. All times
// are UTC; positions count code points.
type Statement struct {
	ID            string     `json:"id"`
	URL           string     `json:"url"`
	Title         string     `json:"title"`
	TitleFrom     string     `json:"title_from,omitempty"`
	Author        string     `json:"author,omitempty"`
	AuthorFrom    string     `json:"author_from,omitempty"`
	Symbols       []string   `json:"symbols,omitempty"` // of an official document, such as A/AC.291/22
	Published     *time.Time `json:"published"`         // nil when nobody says
	PublishedFrom string     `json:"published_from"`
	PublishedSeen time.Time  `json:"published_seen,omitzero"` // when the capture was made that says so
	FirstSeen     time.Time  `json:"first_seen"`
	Language      string     `json:"language"` // ISO 639-1, or "und"
	Kind          string     `json:"kind"`
	Source        string     `json:"source"`
	Sources       []string   `json:"sources,omitempty"` // of all members, for the lead of several
	Process       []string   `json:"process,omitempty"`
	Group         string     `json:"group"`
	TranslationOf string     `json:"translation_of,omitempty"`
	Actors        []Actor    `json:"actors"`
	Topics        []string   `json:"topics"`
	Copies        int        `json:"copies"`      // number of other URLs in the group
	Signatories   int        `json:"signatories"` // number of distinct signatories
	Revision      int        `json:"revision"`    // 1-based, by capture time
	Capture       string     `json:"capture"`     // the capture this revision was found in
	CapturedAt    time.Time  `json:"captured_at"`
	NoArchive     bool       `json:"noarchive,omitempty"`
	Backfill      bool       `json:"backfill,omitempty"`

	Text     string     `json:"text,omitempty"`
	Quotes   []Quote    `json:"quotes,omitempty"`
	Cues     []Cue      `json:"cues,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Time is the moment that time queries and date sorts use: published, else first seen.
func (s *Statement) Time() time.Time {
	if s.Published != nil {
		return *s.Published
	}
	return s.FirstSeen
}

// Revision is one state of a statement's text, found in one capture. A statement's revisions are ordered by CapturedAt.
type Revision struct {
	Statement  string    `json:"statement"`
	Number     int       `json:"revision"` // 1-based
	Capture    string    `json:"capture"`
	CapturedAt time.Time `json:"captured_at"`
	Title      string    `json:"title"`
	Text       string    `json:"text"`
}

// Announcement tells the bus that a statement or a revision of one was stored. The same one may be announced more than once.
type Announcement struct {
	Version   int       `json:"v"`
	Statement Statement `json:"statement"`          // with its text
	New       bool      `json:"new"`                // the statement's first revision
	Backfill  bool      `json:"backfill,omitempty"` // never true for a revision
}

// MessageID is stable for one (statement, revision).
func (a *Announcement) MessageID() string { return a.Statement.ID + "/" + a.Statement.Capture }

// Kinds are the kinds of statement that are told apart.
var Kinds = []string{"statement", "joint-letter", "submission", "press-release", "op-ed", "news-report", "meeting-summary", "speech", "document"}
