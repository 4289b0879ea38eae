// Package extract turns the bytes of a capture into title, text, date, author and language. It is pure: no network, no clock, and no
// disk but for the folder in which the reader of PDF documents keeps its machine code.
package extract

import (
	"net/http"
	"time"

	"rostrum/internal/statement"
)

// Input is what was fetched.
type Input struct {
	URL    string // the address the body was served from
	Header http.Header
	Body   []byte
	Hint   statement.Hint

	FetchedAt time.Time // a date more than a day later is not believed; zero believes any
}

// Page is what a capture says. Text is paragraphs separated by one newline each.
type Page struct {
	Canonical     string // absolute canonical URL within the site, by rel=canonical; else the input's URL, canonicalized
	Title         string
	Text          string
	TitleFrom     string // statement.FromFeed and so on: who gave the title
	Author        string
	AuthorFrom    string // the same of the author; empty without one
	SiteName      string
	Published     time.Time // UTC; zero when nobody says
	PublishedFrom string    // statement.FromFeed and so on
	Language      string    // ISO 639-1, or "und"
	Kind          string    // a first guess by form: "statement" or "document"
	Types         string    // what the page says it is: the schema.org types of its article, its og:type, parted by spaces
	Section       string    // where the site says it files the page, such as "Opinion"
	NoIndex       bool      // robots meta or X-Robots-Tag
	NoArchive     bool
	Symbols       []string // of an official document, such as A/AC.291/22: its own, not those it refers to
	Loose         []Loose  // lines of Text that could stand on other pages of the site as well, in order
	Links         []string // absolute, of the main content, for the curious
	Notes         []string // bounds that were hit, in sentences
}
