package copies

import (
	"cmp"
	"context"
	"time"
)

const (
	// near is how far apart a letter and its translation may be.
	near = 30 * 24 * time.Hour
	// signersInCommon is the share of all signatories that must have signed both.
	signersInCommon = 0.6
	// numbersInCommon is the share of the numbers of the one with fewer (days, articles, sums) that the other must have too, where both have some:
	// a coalition may write two letters in a month.
	numbersInCommon = 0.5
	fewNumbers      = 4
	// longest is how many times as long a translation may be: a shingle of Han is a character's, others are words'.
	longest = 5
)

// translate links an arrival with the same letter in other languages: of the groups that are, the one whose first member was said first is the
// original, and the others translate it.
func (p *placing) translate(ctx context.Context, st *Statement, candidates []*Statement) error {
	own, err := p.group(ctx, st.Group)
	if err != nil {
		return err
	}
	p.Translations[st.ID] = ""
	original, others := own, map[string]*Group{}
	best := map[string]int{} // by language, where several letters of one coalition are candidates
	for _, c := range candidates {
		if translation(st, c) {
			best[c.Language] = max(best[c.Language], inBoth(st.Print.Numbers, c.Print.Numbers))
		}
	}
	for _, c := range candidates {
		if !translation(st, c) || inBoth(st.Print.Numbers, c.Print.Numbers) < best[c.Language] && c.Group != own.ID {
			continue
		}
		g, err := p.group(ctx, c.Group)
		if err != nil {
			return err
		}
		if g == own {
			continue
		}
		others[c.ID] = g
		if cmp.Or(p.said(g).Compare(p.said(original)), older(g, original)) < 0 {
			original = g
		}
	}
	if len(others) == 0 {
		return nil
	}
	for _, m := range original.Members {
		p.Translations[m] = ""
	}
	if original != own {
		p.Translations[st.ID] = original.ID
	}
	for id, g := range others {
		if g != original {
			p.Translations[id] = original.ID
		}
	}
	return nil
}

// said is when the first member of a group was said.
func (p *placing) said(g *Group) time.Time {
	var first time.Time
	for _, m := range g.Members {
		said, ok := g.Said[m]
		if now := p.now[m]; now != nil {
			said, ok = now.Said, true
		}
		if ok && (first.IsZero() || said.Before(first)) {
			first = said
		}
	}
	return first
}

// translation says whether two statements in two languages have the same signatories at about the same time, and the same numbers.
func translation(a, b *Statement) bool {
	if a.Print.Signed < minSigners || b.Print.Signed < minSigners || a.Language == b.Language || unknown(a.Language) || unknown(b.Language) ||
		a.Said.Sub(b.Said).Abs() > near {
		return false
	}
	if !sameNumbers(a.Print.Numbers, b.Print.Numbers) || longest*min(a.Print.Shingles, b.Print.Shingles) < max(a.Print.Shingles, b.Print.Shingles) {
		return false
	}
	x, y := a.Print.Signers, b.Print.Signers
	x, y = below(x, y), below(y, x)
	common := inBoth(x, y)
	return float64(common) >= signersInCommon*float64(len(x)+len(y)-common)
}

func sameNumbers(a, b []uint32) bool {
	fewer := min(len(a), len(b))
	return fewer < fewNumbers || float64(inBoth(a, b)) >= numbersInCommon*float64(fewer)
}

func unknown(language string) bool { return language == "" || language == "und" }

// below keeps of a the hashes up to where b's sample was cut, so that two samples are of the same range.
func below(a, b []uint32) []uint32 {
	if len(b) < maxSigners {
		return a
	}
	last := b[len(b)-1]
	for i, h := range a {
		if h > last {
			return a[:i]
		}
	}
	return a
}
