package copies

import (
	"slices"
	"time"
)

// Kinship is what one text is to another.
type Kinship uint8

// The kinships. A Part is the beginning of the longer text, under the same title.
const (
	Stranger Kinship = iota
	Part
	Whole
)

// What makes two texts one. Shares are of the shingles of the shorter and of the longer text.
const (
	wholeOfShorter = 0.78
	wholeOfLonger  = 0.60
	partOfShorter  = 0.80
	partOfLonger   = 0.15
	titleOfShorter = 0.60
	// underOtherTitle is wholeOfLonger for texts of unlike titles: less may be a digest that has one statement whole, among others.
	underOtherTitle = 0.65
	// inOtherLanguage is the share of the shorter text where the two are said to be in different languages.
	inOtherLanguage = 0.85

	minShingles = 20 // shorter texts are one only when they are equal, title and all
	leastEqual  = 4

	// annual is from how far apart two texts with other years in them are editions of one form rather than copies.
	annual = 60 * 24 * time.Hour
	// otherNumbers is from what share of the numbers on that differ the two are filled from one form.
	otherNumbers = 0.34
)

// Same says what two statements are to each other, and how much of the longer text both have, 0 to 1.
func Same(a, b *Statement) (Kinship, float64) {
	short, long := &a.Print, &b.Print
	if short.Shingles > long.Shingles {
		short, long = long, short
	}
	if short.Shingles < minShingles {
		if short.Shingles >= leastEqual && slices.Equal(short.Sample, long.Sample) && slices.Equal(short.Title, long.Title) && slices.Equal(short.Numbers, long.Numbers) {
			return Whole, 1
		}
		return Stranger, 0
	}
	o := compare(short, long)
	if o.common == 0 {
		return Stranger, 0
	}
	ofShorter, ofLonger := float64(o.common)/float64(max(1, o.short)), float64(o.common)/float64(max(1, o.long))
	switch {
	case ofShorter < inOtherLanguage && a.Language != b.Language && !unknown(a.Language) && !unknown(b.Language):
	case ofShorter >= wholeOfShorter && ofLonger >= wholeOfLonger && (ofLonger >= underOtherTitle || sameTitle(short.Title, long.Title)):
		if !edition(a, b) {
			return Whole, ofLonger
		}
	case ofShorter >= partOfShorter && ofLonger >= partOfLonger && o.atBeginning() && sameTitle(short.Title, long.Title):
		return Part, ofLonger
	}
	return Stranger, ofLonger
}

// overlap counts what two samples have below the lower of their bounds.
type overlap struct {
	short, long, common int
	last                int // how many of the longer's come before the last but a few of the common ones
}

func compare(short, long *Fingerprint) overlap {
	under := min(short.Under, long.Under)
	has := make(map[uint32]bool, len(short.Sample))
	var o overlap
	for _, h := range short.Sample {
		if h <= under {
			has[h] = true
			o.short++
		}
	}
	var places []int
	for _, h := range long.Sample {
		if h > under {
			continue
		}
		if has[h] {
			places = append(places, o.long)
		}
		o.long++
	}
	o.common = len(places)
	if o.common > 0 {
		o.last = places[(len(places)-1)*9/10]
	}
	return o
}

// atBeginning says whether the common passage is the beginning of the longer text, give or take what a template puts before it.
func (o overlap) atBeginning() bool {
	return float64(o.last) <= 1.2*float64(o.common)+0.08*float64(o.long)
}

func sameTitle(a, b []uint32) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	return float64(inBoth(a, b)) >= titleOfShorter*float64(min(len(a), len(b)))
}

// edition says whether two like texts are one form filled in twice: this year's and last year's. Each then has numbers that the other has not;
// where only one has more, they are its page's own.
func edition(a, b *Statement) bool {
	na, nb := a.Print.Numbers, b.Print.Numbers
	common := inBoth(na, nb)
	other := min(len(na), len(nb)) - common
	if other == 0 {
		return false
	}
	apart := a.Said.Sub(b.Said).Abs()
	if apart > annual {
		return true
	}
	return other > 2 && float64(other) > otherNumbers*float64(min(len(na), len(nb)))
}

// inBoth counts what two ascending lists have in common.
func inBoth(a, b []uint32) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return n
}
