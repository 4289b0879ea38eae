package web

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
)

type result struct {
	ID, Path, Title, Language string
	Published                 *day
	DateOrigin                string
	Guess                     bool
	Who                       []who
	Snippets                  [][]piece
	Cues                      []string
	Facts                     []string
	Topics                    []row
	Summary                   string
	Copies                    []copied
	MoreCopies                int
	Signed                    []who
	MoreSigned                int
}

type day struct{ ISO, Text string }

// who is an actor with its role badge.
type who struct {
	Role, Label, Name, Path string
}

type piece struct {
	Text string
	Mark bool
}

// resultOf shows a hit with what unfolds under it.
func (p *pages) resultOf(ctx context.Context, h search.Hit) (result, error) {
	reg := p.Registry()
	out := result{ID: h.ID, Path: statementPath(h.ID), Title: cmpOr(h.Title, h.URL), Language: h.Language}
	out.Published, out.DateOrigin = dated(&h.Statement)
	out.Guess = h.PublishedFrom == statement.FromURL || h.PublishedFrom == statement.FromText || h.Published == nil
	out.Who = speakers(h.Actors, 4)
	for _, s := range h.Snippets {
		out.Snippets = append(out.Snippets, marked(s))
	}
	whole, err := p.Search.Statement(ctx, h.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound { // it may have been forgotten meanwhile
		return out, err
	}
	out.Cues = polarities(whole.Cues)
	out.Facts = append(out.Facts, hostOf(h.URL), languageName(h.Language), kindName(h.Kind))
	for _, t := range h.Topics {
		out.Topics = append(out.Topics, row{Name: topicName(reg, t), Path: topicPath(t)})
	}
	if h.Revision > 1 {
		out.Facts = append(out.Facts, "revision "+number(h.Revision))
	}
	return out, p.unfold(ctx, &out, &h.Statement)
}

func (p *pages) unfold(ctx context.Context, out *result, s *statement.Statement) error {
	var parts []string
	if s.Copies > 0 {
		copies, err := p.Search.Copies(ctx, s.ID)
		if err != nil {
			return err
		}
		for i := range copies[:min(len(copies), maxUnfolded)] {
			out.Copies = append(out.Copies, copyOf(&copies[i]))
		}
		out.MoreCopies = max(0, len(copies)-maxUnfolded)
		parts = append(parts, plural(s.Copies, "copy", "copies"))
	}
	for _, a := range s.Actors {
		if a.Role != statement.Signatory {
			continue
		}
		if len(out.Signed) == maxUnfolded {
			out.MoreSigned++
			continue
		}
		out.Signed = append(out.Signed, whoOf(a))
	}
	if n := len(out.Signed) + out.MoreSigned; n > 0 {
		parts = append(parts, plural(n, "signatory", "signatories"))
	}
	out.Summary = strings.Join(parts, " · ")
	return nil
}

// polarities lists each polarity of cues once, in the order supports, conditions, opposes.
func polarities(cues []statement.Cue) []string {
	var out []string
	for _, polarity := range cueOrder {
		if slices.ContainsFunc(cues, func(c statement.Cue) bool { return c.Polarity == polarity }) {
			out = append(out, polarity)
		}
	}
	return out
}

var cueOrder = []string{"supports", "conditions", "opposes"}

func statementPath(id string) string { return "/statements/" + url.PathEscape(id) }

func actorPath(id string) string { return "/actors/" + url.PathEscape(id) }

func topicPath(id string) string { return "/topics/" + url.PathEscape(id) }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return strings.TrimPrefix(u.Host, "www.")
}

// dated gives the date with where it came from; without one, when the statement was first seen.
func dated(s *statement.Statement) (*day, string) {
	if s.Published == nil {
		return nil, "first seen " + s.FirstSeen.UTC().Format("2 Jan 2006")
	}
	origin := map[string]string{statement.FromFeed: "from feed", statement.FromJSONLD: "from JSON-LD", statement.FromMeta: "from page metadata",
		statement.FromURL: "from URL", statement.FromText: "from text"}[s.PublishedFrom]
	return &day{ISO: s.Published.UTC().Format(time.DateOnly), Text: s.Published.UTC().Format("2 Jan 2006")}, origin
}

var roleLabels = map[statement.Role]string{statement.Issuer: "Issuer", statement.Signatory: "Signatory", statement.Quoted: "Quoted", statement.Mentioned: "Mentioned"}

// speakers lists who speaks, at most limit of each role; the rest is a count.
func speakers(actors []statement.Actor, limit int) []who {
	out := []who{}
	for _, role := range statement.Roles {
		if !role.Speaks() {
			continue
		}
		n, last := 0, who{}
		for _, a := range actors {
			if a.Role != role {
				continue
			}
			if n++; n <= limit {
				out = append(out, whoOf(a))
			} else {
				last = who{Role: string(role), Label: roleLabels[role], Name: plural(n-limit, "more", "more")}
			}
		}
		if n > limit {
			if role == statement.Signatory {
				out = append(out[:len(out)-limit], who{Role: string(role), Label: roleLabels[role], Name: plural(n, "signatory", "signatories")})
			} else {
				out = append(out, last)
			}
		}
	}
	return out
}

func whoOf(a statement.Actor) who {
	return who{Role: string(a.Role), Label: roleLabels[a.Role], Name: a.Name, Path: actorPath(a.ID)}
}

// marked cuts a snippet at its marks.
func marked(s search.Snippet) []piece { return pieces(s.Text, s.Marks) }

func pieces(s string, marks [][2]int) []piece {
	text := []rune(s)
	out, at := []piece{}, 0
	for _, m := range marks {
		if m[0] < at || m[1] > len(text) || m[0] >= m[1] {
			continue
		}
		out = append(out, piece{Text: string(text[at:m[0]])}, piece{Text: string(text[m[0]:m[1]]), Mark: true})
		at = m[1]
	}
	return append(out, piece{Text: string(text[at:])})
}
