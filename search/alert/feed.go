package alert

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"strconv"
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

	self    string // its address
	updated time.Time
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
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr,omitempty"`
}

// Feed gives a page of the feed whose secret is asked for, a saved query's or an owner's; before is the place that the link to the page
// names (0: the first page). fault.NotFound where there is no such feed.
func (s *Service) Feed(ctx context.Context, secret string, before uint64) (Feed, error) {
	if r := s.book.ofFeed(secret); r != nil && secret != "" {
		return s.feedOf(ctx, r, before)
	}
	if owner, ok := s.owners.name(secret); ok {
		return s.feedOfOwner(ctx, owner, before)
	}
	return Feed{}, fault.New(fault.NotFound, "there is no such feed", "the saved query says where its feed is")
}

// feedOf makes the feed of a saved query.
func (s *Service) feedOf(ctx context.Context, r *record, before uint64) (Feed, error) {
	cursor := ""
	if before > 0 {
		cursor = strconv.FormatUint(before, 10)
	}
	page, err := s.Alerts(ctx, "", r.Saved.ID, feedEntries, cursor)
	if err != nil {
		return Feed{}, err
	}
	v := s.shown(r, noChannel)
	f := s.newFeed("urn:rostrum:saved-query:"+v.ID, v.Name, v.Parsed, v.Feed, s.savedLink(v.ID))
	f.updated = v.Updated
	for i := range page.Alerts {
		f.add(entryOf(&page.Alerts[i].Alert), page.Alerts[i].At)
	}
	return f.encode(before, page.Next)
}

// feedOfOwner makes the feed of all saved queries of an owner: one entry for each revision of a statement, however many it met.
func (s *Service) feedOfOwner(ctx context.Context, owner string, before uint64) (Feed, error) {
	alerts, next, err := s.Inbox(ctx, owner, feedEntries, before)
	if err != nil {
		return Feed{}, err
	}
	f := s.newFeed("urn:rostrum:owner:"+alertID("owner", owner, ""), "All saved queries", "", s.OwnerFeed(owner), s.o.Public()+"/saved")
	for _, r := range s.book.all(func(r *record) bool { return r.Saved.Owner == owner }) {
		if r.Saved.Created.After(f.updated) {
			f.updated = r.Saved.Created
		}
	}
	entries := map[string]int{}
	for i := range alerts {
		a := &alerts[i]
		id := "urn:rostrum:statement:" + a.Statement.Group + ":" + a.Statement.Capture
		at, ok := entries[id]
		if !ok {
			at = len(f.Entries)
			entries[id] = at
			e := entryOf(a)
			e.ID = id
			f.add(e, a.At)
		}
		e := &f.Entries[at]
		e.Categories = append(e.Categories, atomCategory{Term: a.Saved.ID, Label: clean(a.Saved.Name)})
	}
	cursor := ""
	if next > 0 {
		cursor = strconv.FormatUint(next, 10)
	}
	return f.encode(before, cursor)
}

// newFeed makes a feed without entries.
func (s *Service) newFeed(id, title, subtitle, self, page string) *atomFeed {
	return &atomFeed{Lang: "en", ID: id, Title: clean(title), Subtitle: clean(subtitle), Author: atomPerson{Name: "Rostrum"}, Generator: "Rostrum", self: self,
		Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: page}}}
}

func (f *atomFeed) add(e atomEntry, at time.Time) {
	f.Entries = append(f.Entries, e)
	if at.After(f.updated) {
		f.updated = at
	}
}

// encode writes one page of the feed, with the links that RFC 5005 names between them.
func (f *atomFeed) encode(before uint64, next string) (Feed, error) {
	link := func(rel, query string) {
		f.Links = append(f.Links, atomLink{Rel: rel, Type: "application/atom+xml", Href: f.self + query})
	}
	if before > 0 {
		link("self", "?before="+strconv.FormatUint(before, 10))
	} else {
		link("self", "")
	}
	if next != "" || before > 0 {
		link("first", "")
	}
	if next != "" {
		link("next", "?before="+next)
	}
	f.Updated = f.updated.UTC().Format(time.RFC3339)
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(f); err != nil {
		return Feed{}, fault.Newf(fault.Internal, "encode feed %s: %w", f.ID, err)
	}
	b.WriteByte('\n')
	sum := sha256.Sum256(b.Bytes())
	return Feed{Body: b.Bytes(), ETag: `"` + hex.EncodeToString(sum[:12]) + `"`, Updated: f.updated.UTC().Truncate(time.Second)}, nil
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
