package alert

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"strings"
	"time"
	"unicode"

	"rostrum/internal/fault"
)

// feedEntries is how many alerts a feed has, the latest.
const feedEntries = 50

// Feed is an Atom feed (RFC 4287) as it is sent.
type Feed struct {
	Body    []byte
	ETag    string // strong
	Updated time.Time
}

type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"xml:lang,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle,omitempty"`
	Updated   string      `xml:"updated"`
	Author    atomPerson  `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published,omitempty"`
	Authors    []atomPerson   `xml:"author"`
	Categories []atomCategory `xml:"category"`
	Links      []atomLink     `xml:"link"`
	Summary    string         `xml:"summary"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// Feed gives the feed whose secret is asked for; fault.NotFound where there is none.
func (s *Service) Feed(ctx context.Context, secret string) (Feed, error) {
	r := s.book.ofFeed(secret)
	if r == nil || secret == "" {
		return Feed{}, fault.New(fault.NotFound, "there is no such feed", "the saved query says where its feed is")
	}
	page, err := s.Alerts(ctx, "", r.Saved.ID, feedEntries, "")
	if err != nil {
		return Feed{}, err
	}
	v := s.shown(r, noChannel)
	updated := v.Updated
	f := atomFeed{Lang: "en", ID: "urn:rostrum:saved-query:" + v.ID, Title: clean(v.Name), Subtitle: clean(v.Parsed),
		Author: atomPerson{Name: "Rostrum"}, Generator: "Rostrum",
		Links: []atomLink{{Rel: "self", Type: "application/atom+xml", Href: v.Feed}, {Rel: "alternate", Type: "text/html", Href: s.o.Public() + "/saved"}}}
	for i := range page.Alerts {
		a := &page.Alerts[i].Alert
		if a.At.After(updated) {
			updated = a.At
		}
		f.Entries = append(f.Entries, entryOf(a))
	}
	f.Updated = updated.UTC().Format(time.RFC3339)
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(f); err != nil {
		return Feed{}, fault.Newf(fault.Internal, "encode feed of %s: %w", v.ID, err)
	}
	b.WriteByte('\n')
	sum := sha256.Sum256(b.Bytes())
	return Feed{Body: b.Bytes(), ETag: `"` + hex.EncodeToString(sum[:12]) + `"`, Updated: updated.UTC().Truncate(time.Second)}, nil
}

func entryOf(a *Alert) atomEntry {
	st := &a.Statement
	e := atomEntry{ID: "urn:rostrum:alert:" + a.ID, Title: clean(st.Title), Updated: a.At.UTC().Format(time.RFC3339), Summary: clean(a.Snippet.Text),
		Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: st.Link}, {Rel: "via", Href: st.URL}}}
	if e.Title == "" {
		e.Title = st.URL
	}
	if st.Language != "und" {
		e.Lang = st.Language
	}
	if st.Published != nil {
		e.Published = st.Published.UTC().Format(time.RFC3339)
	}
	if names := st.speakers(); names != "" {
		e.Authors = []atomPerson{{Name: clean(names)}}
	}
	for _, t := range st.Topics {
		e.Categories = append(e.Categories, atomCategory{Term: t})
	}
	return e
}

// clean drops what XML can't carry and puts a text on one line.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || unicode.IsControl(r) && !unicode.IsSpace(r) || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}
