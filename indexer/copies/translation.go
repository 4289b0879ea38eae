package copies

import (
	"context"
	"time"
)

const (
	// near is how far apart a letter and its translation may be.
	near = 30 * 24 * time.Hour
	// signersInCommon is the share of all signatories that must have signed both.
	signersInCommon = 0.6
)

// translate links an arrival to the statement that it translates, or to itself what translates it.
func (p *placing) translate(ctx context.Context, st *Statement, candidates []*Statement) error {
	var best *Statement
	var share float64
	for _, c := range candidates {
		if s := translation(st, c); s > share || s == share && s > 0 && c.ID < best.ID {
			best, share = c, s
		}
	}
	p.Translations[st.ID] = ""
	st.TranslationOf = ""
	if best == nil {
		return nil
	}
	other, err := p.group(ctx, best.Group)
	if err != nil {
		return err
	}
	switch {
	case other.ID == st.Group:
	case !best.Said.After(st.Said): // of two at the same moment the first that came is the original
		st.TranslationOf = other.ID
		p.Translations[st.ID] = other.ID
	case best.TranslationOf == "":
		p.Translations[best.ID] = st.Group
		if now := p.now[best.ID]; now != nil {
			now.TranslationOf = st.Group
		}
	}
	return nil
}

// translation says what share of all signatories two statements in two languages have in common; 0 when that is not enough, or other
// things speak against it.
func translation(a, b *Statement) float64 {
	if a.Print.Signed < minSigners || b.Print.Signed < minSigners || a.Language == b.Language || unknown(a.Language) || unknown(b.Language) ||
		a.Said.Sub(b.Said).Abs() > near {
		return 0
	}
	x, y := a.Print.Signers, b.Print.Signers
	x, y = below(x, y), below(y, x)
	common := inBoth(x, y)
	if share := float64(common) / float64(len(x)+len(y)-common); share >= signersInCommon {
		return share
	}
	return 0
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
