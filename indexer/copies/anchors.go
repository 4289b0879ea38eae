package copies

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// An anchor is a thing that stands in every language's version of a text: an actor of the registry by its id, a document's symbol, a number; and,
// less sure, a word with a capital amid a sentence, which languages of one script often share. Versions of one text have them in one order.
// The lowest two bits of an anchor's hash tell which it is.
const (
	anchorWord  = 0
	anchorSmall = 1 // a day, a year, the number of an article: many a text has the same
	anchorLarge = 2
	anchorName  = 3 // of an actor, or a document's symbol
	anchorKind  = 3 // the bits
)

const (
	maxAnchors = 96
	// longestName is in code points: longer evidence of an actor is a sentence about it.
	longestName = 200
)

type anchor struct {
	hash uint32
	at   int
}

// anchor notes the anchors of a text in the order in which they first stand: where there are too many, those with the smallest hashes.
func (f *Fingerprint) anchor(st *statement.Statement, tokens []analysis.Token) {
	var all []anchor
	actors, covered := named(st), 0
	for i := range tokens {
		t := &tokens[i]
		for len(actors) > 0 && actors[0].start <= t.Start {
			all = append(all, anchor{anchorOf(actors[0].id+"\x00actor", anchorName), t.Start})
			covered = max(covered, actors[0].end)
			actors = actors[1:]
		}
		if t.Start < covered {
			continue
		}
		if kind, ok := anchoring(st.Text, t); ok {
			all = append(all, anchor{anchorOf(t.Term, kind), t.Start})
		}
	}
	slices.SortFunc(all, func(a, b anchor) int { return cmp.Or(cmp.Compare(a.hash, b.hash), a.at-b.at) })
	all = slices.CompactFunc(all, func(a, b anchor) bool { return a.hash == b.hash })
	all = all[:min(len(all), maxAnchors)]
	slices.SortFunc(all, func(a, b anchor) int { return cmp.Or(a.at-b.at, cmp.Compare(a.hash, b.hash)) })
	for _, a := range all {
		f.Anchors = append(f.Anchors, a.hash)
	}
}

func anchorOf(term string, kind uint32) uint32 { return short(hashOf(term))&^anchorKind | kind }

// anchoring says what kind of anchor a word is, if it is one.
func anchoring(text string, t *analysis.Token) (kind uint32, ok bool) {
	switch first := t.Term[0]; {
	case first >= '0' && first <= '9':
		n, err := strconv.Atoi(t.Term)
		if err != nil {
			return 0, false // 3rd, 20%: written otherwise elsewhere
		}
		if n <= 31 || n >= 1900 && n < 2100 {
			return anchorSmall, true
		}
		return anchorLarge, true
	case strings.Count(t.Term, "/") > 1 && strings.ContainsAny(t.Term, "0123456789"):
		return anchorName, true
	}
	return anchorWord, capital(text, t)
}

// capital says whether a word is written with a capital for being a name, not for beginning a sentence: amid one, or with two.
func capital(text string, t *analysis.Token) bool {
	if t.End > len(text) || t.End-t.Start < 3 {
		return false
	}
	first, size := utf8.DecodeRuneInString(text[t.Start:t.End])
	if !unicode.IsUpper(first) {
		return false
	}
	if strings.IndexFunc(text[t.Start+size:t.End], unicode.IsUpper) >= 0 {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text[:t.Start], " "))
	return unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune(",;(", last)
}

// mention is a place where an actor is named, in bytes.
type mention struct {
	id         string
	start, end int
}

// named gives where actors are named in the text, in order.
func named(st *statement.Statement) []mention {
	var all []mention
	var places []int
	for i := range st.Evidence {
		e := &st.Evidence[i]
		if e.Finding != "actor" || e.In != "text" || e.Role != statement.Mentioned || e.End <= e.Start || e.End-e.Start > longestName {
			continue
		}
		all = append(all, mention{e.ID, e.Start, e.End})
		places = append(places, e.Start, e.End)
	}
	slices.SortStableFunc(all, func(a, b mention) int { return a.start - b.start })
	slices.Sort(places)
	places = slices.Compact(places)
	bytes := bytesAt(st.Text, places)
	for i := range all {
		for _, p := range []*int{&all[i].start, &all[i].end} {
			at, _ := slices.BinarySearch(places, *p)
			*p = bytes[at]
		}
	}
	return all
}

// bytesAt turns ascending places in code points into bytes.
func bytesAt(text string, places []int) []int {
	bytes, runes := make([]int, 0, len(places)), 0
	for at := range text {
		for len(bytes) < len(places) && places[len(bytes)] <= runes {
			bytes = append(bytes, at)
		}
		if len(bytes) == len(places) {
			return bytes
		}
		runes++
	}
	for len(bytes) < len(places) {
		bytes = append(bytes, len(text))
	}
	return bytes
}
