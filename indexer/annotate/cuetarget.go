package annotate

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"rostrum/internal/statement"
)

// target gives the noun phrase that begins with word k.
func (s *speechFinder) target(k int) region {
	limit := maxTarget
	if s.han {
		limit = 2 * maxTarget
	}
	for n := 0; n < 4 && k < len(s.words) && s.words[k].gap&gapClause == 0 && s.leadsIn(k, n); n++ {
		k++
	}
	for k < len(s.words) && s.words[k].gap&gapClause == 0 && s.has(k, article) {
		k++
	}
	to := k
	for ; to < len(s.words) && to-k < limit; to++ {
		w := &s.words[to]
		if to > k && w.gap&(gapClause&^gapQuote) != 0 || to == k && (w.gap&(gapClause&^gapQuote) != 0 || w.class&(being|auxiliary|duty) != 0 && !s.language("ru")) || w.class&phraseEnd != 0 && to > k || w.class&(firstPerson|asking|unless|own) != 0 && (to > k || w.class&(unless|own) != 0) || to > k && s.weDo(to) {
			break
		}
		if s.has(to, coordinator) && to+1 < len(s.words) && s.words[to+1].class&(firstPerson|asking|supporting|opposing|stopping|favouring|infinitive|negator|that|says|saysFor|phraseEnd|duty|modal) != 0 {
			break
		}
	}
	for to > k && s.has(to-1, coordinator|clause|article|link) && !s.han {
		to--
	}
	if to <= k {
		return region{}
	}
	return region{int(s.words[k].start), int(s.words[to-1].end)}
}

// leadsIn says whether a word may stand between a verb and what it is about, as the n-th: an adverb, a preposition, an infinitive.
func (s *speechFinder) leadsIn(k, n int) bool {
	w := &s.words[k]
	switch {
	case w.class&adverb != 0, w.class&negator != 0 && s.language("fr"):
		return true
	case s.language("ru") && n == 0 && (s.raw(k, k) == "это" || s.raw(k, k) == "ли"):
		return true
	case w.class&(infinitive|link|phraseEnd) != 0:
		return w.class&infinitive != 0 || w.class&(being|auxiliary|duty|unless) == 0
	case w.class&favouring != 0 && w.class&passive == 0:
		return n > 0 && s.has(k-1, infinitive) && s.language("fr", "es", "en", "ru")
	}
	raw := s.raw(k, k)
	switch s.builder.words.Language {
	case "ru":
		return raw == "о" || raw == "об" || raw == "против" || raw == "на" || raw == "ли"
	case "es":
		return strings.HasSuffix(raw, "mente")
	case "fr":
		return strings.HasSuffix(raw, "ment") && k+1 < len(s.words) && s.has(k+1, article|link)
	}
	return false
}

// weDo says whether a word behind "and" is a verb in the first person: what comes next is another clause.
func (s *speechFinder) weDo(k int) bool {
	raw := s.raw(k, k)
	if s.language("ar") {
		return strings.HasPrefix(raw, "وسن")
	}
	if !s.covered(k-1, coordinator) {
		return false
	}
	switch s.builder.words.Language {
	case "es":
		return strings.HasSuffix(raw, "mos")
	case "fr":
		return strings.HasSuffix(raw, "ons") && !strings.HasSuffix(raw, "tions") && !strings.HasSuffix(raw, "sions")
	case "ru":
		return strings.HasSuffix(raw, "ем") || strings.HasSuffix(raw, "им") || raw == "намерены" || raw == "готовы"
	}
	return false
}

// targetBefore gives the noun phrase that ends with word j.
func (s *speechFinder) targetBefore(j int) region {
	from := j + 1
	for k := j; k >= 0 && j-k < maxTarget && s.words[k+1].gap&(gapClause&^gapQuote) == 0 && (k == j || s.words[k].class&says == 0) && s.words[k].class&(that|clause|asking|firstPerson|maybe) == 0; k-- {
		from = k
	}
	for from <= j && s.has(from, article|coordinator|adverb) {
		from++
	}
	if from > j {
		return region{}
	}
	return region{int(s.words[from].start), int(s.words[j].end)}
}

// take keeps a position that overlaps none before it.
func (s *speechFinder) take(p position) bool {
	for k := len(s.cues) - 1; k >= 0 && k >= len(s.cues)-3; k-- {
		if o := &s.cues[k]; p.from < o.to && o.from < p.to && o.polarity != conditions {
			if p.polarity != conditions && p.from < o.from || o.to-p.from > p.to-o.to {
				return false
			}
			p.from = o.to
			for p.from < p.to && (s.text[p.from] == ' ' || s.text[p.from] == ',') {
				p.from++
			}
			if p.target.start < p.from {
				p.target = region{}
			}
		}
	}
	if p.to <= p.from {
		return false
	}
	if len(s.cues) >= maxCues {
		s.cutCues++
		return false
	}
	s.cues = append(s.cues, p)
	return true
}

// settle drops what gives way to a condition, and reports the rest with whose they are.
func (s *speechFinder) settle() {
	b := s.builder
	s.conditional()
	if s.cutCues > 0 {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("%d wordings of positions were cut: a statement has at most %d", s.cutCues, maxCues))
	}
	slices.SortStableFunc(s.cues, func(x, y position) int { return x.from - y.from })
	b.found.Cues = slices.Grow(b.found.Cues, len(s.cues))
	b.found.Evidence = slices.Grow(b.found.Evidence, len(s.cues)+len(s.uttered))
	for i := range s.cues {
		p := &s.cues[i]
		if p.hidden {
			continue
		}
		c := statement.Cue{Polarity: p.polarity, Actor: s.whose(p), Text: b.in.Text[p.from:p.to], Start: p.from, End: p.to}
		if p.target.end > p.target.start {
			c.Target = tidy(b.in.Text[p.target.start:p.target.end])
		}
		b.found.Cues = append(b.found.Cues, c)
		b.found.Evidence = append(b.found.Evidence, statement.Evidence{
			Finding: "cue", ID: c.Actor, In: inText, Start: p.from, End: p.to, Rule: p.polarity + " " + p.rule, Confidence: p.confidence,
		})
	}
}

// whose is the actor whose wording it is: the one it names, else the speaker of the quote around it, else the issuer; empty if nobody knows.
func (s *speechFinder) whose(p *position) string {
	b := s.builder
	if p.by {
		return b.annotator.actors[p.owner].ID
	}
	if u := s.utteredFor(p); u != nil {
		if u.owner == nobody {
			return ""
		}
		return b.annotator.actors[u.owner].ID
	}
	return b.issuerID
}

// utteredAt gives the quote around a place, the last that was found of several, or nil.
func (s *speechFinder) utteredAt(at int) *uttered {
	n := sort.Search(len(s.uttered), func(n int) bool { return s.uttered[n].from > at })
	for k := n - 1; k >= 0 && k >= n-maxTogether; k-- {
		if u := &s.uttered[k]; at < u.to {
			return u
		}
	}
	return nil
}

// utteredFor gives the quote whose speaker takes a position: a report's does not where the wording has the first person.
func (s *speechFinder) utteredFor(p *position) *uttered {
	u := s.utteredAt(p.from)
	if u != nil && !u.direct && s.firstPersonIn(p) {
		return nil
	}
	return u
}

// firstPersonIn says whether a wording has the first person.
func (s *speechFinder) firstPersonIn(p *position) bool {
	for k := s.wordFrom(p.from); k < len(s.words) && int(s.words[k].start) < p.to; k++ {
		if s.words[k].class&(firstPerson|own) != 0 {
			return true
		}
	}
	return false
}
