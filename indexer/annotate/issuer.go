package annotate

import (
	"net/url"
	"slices"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// Rules by which an issuer is told, the surest first.
const (
	ruleSource     = "source"     // the configuration says whose the source is
	ruleLetterhead = "letterhead" // the head of the page says whose statement it is
	ruleByline     = "byline"     // its author is a known actor
	ruleVoice      = "voice"      // who says "I" and "we" says for whom
	ruleSite       = "site"       // the page stands on an actor's site
)

// claimed is an actor taken for an issuer, and why. Positions are bytes, both 0 where the reason is no stretch of the page.
type claimed struct {
	id, rule   string
	in         string
	start, end int
	confidence float64
}

// issuers tells whose statement it is. What the configuration says of the source decides. Elsewhere the page itself does, by its head, its
// author or its voice, before the site that it stands on: a site that publishes what others say is not their issuer.
func (b *builder) issuers(text *finder) {
	switch {
	case b.in.Issuer != "":
		b.issue(claimed{id: b.in.Issuer, rule: ruleSource, in: inSource, confidence: 1})
		return
	case reports[b.in.Kind]:
		b.bylineOrSite()
		return
	}
	if b.covered {
		if c, found := b.cover(text); found {
			b.issue(c)
		}
		return
	}
	if heads := b.letterheads(text); len(heads) > 0 {
		for _, c := range heads {
			b.issue(c)
		}
		return
	}
	if c, found := b.byline(); found {
		b.issue(c)
		return
	}
	site, own := b.site()
	if own && !b.hosts(site.id) {
		b.issue(site)
		return
	}
	if c, found := b.voice(text); found {
		b.issue(c)
		return
	}
	if own {
		b.issue(site)
	}
}

// hosts says whether an actor's site is one on which others speak too, as that of the United Nations is.
func (b *builder) hosts(id string) bool {
	actor, known := b.annotator.o.Registry.Actor(id)
	return known && actor.Kind == "igo"
}

// reports are the kinds of pages that tell what others said: their issuer is their author or site, and nobody in them.
var reports = map[string]bool{"news-report": true, "meeting-summary": true}

func (b *builder) bylineOrSite() {
	c, found := b.byline()
	if !found {
		c, found = b.site()
	}
	if found {
		b.issue(c)
	}
}

// byline takes the author for the issuer where the registry knows exactly one of that name.
func (b *builder) byline() (claimed, bool) {
	s, known := b.known(b.in.Author)
	return claimed{id: s.ID, rule: ruleByline, in: inSource, confidence: 0.85}, known && b.in.Author != ""
}

// site takes the owner of the site that the page stands on, unless the site gathers what others say.
func (b *builder) site() (claimed, bool) {
	u, err := url.Parse(b.in.URL)
	if err != nil || b.in.Gathered {
		return claimed{}, false
	}
	id, found := b.annotator.o.Registry.IssuerBySite(u.Hostname())
	return claimed{id: id, rule: ruleSite, in: inSource, confidence: 0.9}, found
}

// issue enters an issuer with its evidence.
func (b *builder) issue(c claimed) {
	name := c.id
	if actor, known := b.annotator.o.Registry.Actor(c.id); known {
		name = actor.Name
	} else if b.in.SiteName != "" && c.in == inSource {
		name = b.in.SiteName
	}
	if b.isIssuer(c.id) {
		return
	}
	if b.issuerID == "" {
		b.issuerID = c.id
	}
	b.issuing = append(b.issuing, c.id)
	b.found.Actors = append(b.found.Actors, statement.Actor{ID: c.id, Name: name, Role: statement.Issuer})
	b.found.Evidence = append(b.found.Evidence, statement.Evidence{
		Finding: "actor", ID: c.id, Role: statement.Issuer, In: c.in, Start: c.start, End: c.end, Rule: c.rule, Confidence: c.confidence,
	})
}

// isIssuer says whether an actor was told to be an issuer.
func (b *builder) isIssuer(id string) bool { return slices.Contains(b.issuing, id) }

// minLetter is how many have signed at least for a page to be their letter rather than that of the site it stands on.
const minLetter = 2

// republished drops an issuer who is told by source or site alone where a letter is signed by others and not by it: it hosts a letter
// that is theirs. A page that speaks of its host in the letter's own opening is the host's after all.
func (b *builder) republished(text *finder) {
	if b.found.Signatories < minLetter || b.issuerID == "" {
		return
	}
	at := slices.IndexFunc(b.found.Evidence, func(e statement.Evidence) bool { return e.Role == statement.Issuer })
	if e := b.found.Evidence[at]; e.Rule != ruleSource && e.Rule != ruleSite || b.signed(b.issuerID) || b.introduces(text, b.issuerID) {
		return
	}
	b.found.Evidence = slices.Delete(b.found.Evidence, at, at+1)
	b.found.Actors = slices.DeleteFunc(b.found.Actors, func(a statement.Actor) bool { return a.Role == statement.Issuer })
	b.found.Notes = append(b.found.Notes, "the page's site or source ("+b.issuerID+") hosts a letter that others signed and it did not: it is not taken for its issuer")
	b.issuerID, b.issuing = "", nil
}

// signed says whether an issuer is among the signatories, by id or by name.
func (b *builder) signed(id string) bool {
	name := ""
	if actor, known := b.annotator.o.Registry.Actor(id); known {
		name = actor.Name
	} else {
		name = b.in.SiteName
	}
	return slices.ContainsFunc(b.found.Actors, func(a statement.Actor) bool {
		return a.Role == statement.Signatory && (a.ID == id || name != "" && fold.String(a.Name) == fold.String(name))
	})
}

// introduces says whether the head of the text or the title names this actor.
func (b *builder) introduces(text *finder, id string) bool {
	found := false
	note := func(m match) { found = found || b.annotator.actors[m.owner].ID == id }
	b.title().each(b.annotator.written, note)
	text.head(headBytes).each(b.annotator.written, note)
	return found
}
