package copies

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	// near is how far apart a letter and its translation may be, nearNamed without lists of who signed.
	near      = 30 * 24 * time.Hour
	nearNamed = 10 * 24 * time.Hour
	// signersInCommon is the share of all signatories that must have signed both.
	signersInCommon = 0.6
	// numbersInCommon is the share of the numbers of the one with fewer (days, articles, sums) that the other must have too, where both have some:
	// a coalition may write two letters in a month.
	numbersInCommon = 0.5
	fewNumbers      = 4
	// longest is how many times as long a translation may be: a shingle of Han is a character's, others are words'.
	longest = 5
	// longestNamed is that where nobody signed.
	longestNamed = 2.5
)

// version is a candidate in another language that says what an arrival says.
type version struct {
	*Statement
	group *Group
	why   string
	alike int // how much it is: to be compared among versions in one language
}

// translate links an arrival with the same statement in other languages: of the groups that are, the one whose first member was said first is the
// original, and the others translate it.
func (p *placing) translate(ctx context.Context, st *Statement, candidates []*Statement) error {
	own, err := p.group(ctx, st.Group)
	if err != nil {
		return err
	}
	p.link(st.ID, "", "")
	versions, err := p.versions(ctx, st, own, candidates)
	if err != nil || len(versions) == 0 {
		return err
	}
	original, why := own, ""
	for _, v := range versions {
		if cmp.Or(p.said(v.group).Compare(p.said(original)), older(v.group, original)) < 0 {
			original, why = v.group, v.why
		}
	}
	for _, m := range original.Members {
		p.link(m, "", "")
	}
	if original != own {
		p.link(st.ID, original.ID, why)
	}
	for _, v := range versions {
		if v.group != original {
			p.link(v.ID, original.ID, v.why)
		}
	}
	return nil
}

func (p *placing) link(id, original, why string) { p.Translations[id], p.Why[id] = original, why }

// versions gives the candidates that say in another language what an arrival says: of those in one language the ones most alike, for the same
// bodies may say several things in a month.
func (p *placing) versions(ctx context.Context, st *Statement, own *Group, candidates []*Statement) ([]version, error) {
	var all []version
	most := map[string]int{}
	for _, c := range candidates {
		why, alike := translation(st, c)
		if why == "" {
			continue
		}
		g, err := p.group(ctx, c.Group)
		if err != nil {
			return nil, err
		}
		most[c.Language] = max(most[c.Language], alike)
		if g != own {
			all = append(all, version{c, g, why, alike})
		}
	}
	return slices.DeleteFunc(all, func(v version) bool { return v.alike < most[v.Language] }), nil
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

// translation says by what two statements in two languages are known for one, empty if they are not, and how much alike they are.
func translation(a, b *Statement) (why string, alike int) {
	if a.Language == b.Language || unknown(a.Language) || unknown(b.Language) || !comparableLength(a, b, longest) {
		return "", 0
	}
	apart, numbers := a.Said.Sub(b.Said).Abs(), inBoth(a.Print.Numbers, b.Print.Numbers)
	switch {
	case inBoth(a.Print.Symbols, b.Print.Symbols) > 0 && sameNumbers(a.Print.Numbers, b.Print.Numbers):
		return "the same document symbol", 1<<16 + numbers
	case len(a.Print.Symbols) > 0 && len(b.Print.Symbols) > 0:
		return "", 0
	case a.Print.Signed >= minSigners && b.Print.Signed >= minSigners:
		common, of := sameSigners(&a.Print, &b.Print)
		if apart > near || float64(common) < signersInCommon*float64(of) || !sameNumbers(a.Print.Numbers, b.Print.Numbers) {
			return "", 0
		}
		return fmt.Sprintf("signed by the same, %d of %d compared; %d numbers in both", common, of, numbers), 1<<8 + numbers
	case apart > nearNamed || !comparableLength(a, b, longestNamed) || differ(a.Print.Issuers, b.Print.Issuers):
		return "", 0
	}
	g := agree(a.Print.Anchors, b.Print.Anchors)
	if !g.tells() {
		return "", 0
	}
	return g.String(), g.common
}

// comparableLength says whether neither text is too long to be the other's version.
func comparableLength(a, b *Statement, longest float64) bool {
	x, y := a.Print.Shingles, b.Print.Shingles
	return longest*float64(min(x, y)) >= float64(max(x, y))
}

// differ says whether two lists have something, and nothing in common.
func differ(a, b []uint32) bool { return len(a) > 0 && len(b) > 0 && inBoth(a, b) == 0 }

// sameSigners counts the signatories of both, and all of those that were compared.
func sameSigners(a, b *Fingerprint) (common, of int) {
	x, y := below(a.Signers, b.Signers), below(b.Signers, a.Signers)
	common = inBoth(x, y)
	return common, len(x) + len(y) - common
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
