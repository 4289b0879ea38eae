package blevestore

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/search"
)

const (
	maxSnippets    = 2
	maxSnippet     = 300     // code points
	maxSnippetText = 1 << 20 // bytes of a text that are looked at
	leadIn         = 80      // code points shown before the first match where its sentence began earlier
)

// cutSnippets gives the stretch of the text with most leaves, and one more for leaves that it lacks. Where nothing is marked it is
// the beginning of the text.
func cutSnippets(text string, spans []span) []search.Snippet {
	if text == "" {
		return []search.Snippet{}
	}
	if len(spans) == 0 {
		return []search.Snippet{snippet(text, 0, nil)}
	}
	snippets := make([]search.Snippet, 0, maxSnippets)
	covered := map[int]bool{}
	for len(snippets) < maxSnippets {
		first, gain := bestStretch(text, spans, covered)
		if gain == 0 {
			break
		}
		start := stretchStart(text, spans[first].start)
		end := forward(text, start, maxSnippet)
		for _, s := range spans {
			if s.start >= start && s.end <= end {
				covered[s.leaf] = true
			}
		}
		covered[spans[first].leaf] = true
		snippets = append(snippets, snippet(text, start, spans))
	}
	return snippets
}

// bestStretch gives the span from which a snippet's length shows most leaves not yet covered, then most marks; and how many such
// leaves.
func bestStretch(text string, spans []span, covered map[int]bool) (first, gain int) {
	most := 0
	for i := range spans {
		if i > 0 && spans[i].start == spans[i-1].start {
			continue
		}
		fresh, marks := map[int]bool{}, 0
		for _, s := range spans[i:] {
			// A code point has four bytes at most, and most have one: bytes are near enough to choose by.
			if s.end > spans[i].start+(maxSnippet-leadIn) {
				break
			}
			marks++
			if !covered[s.leaf] {
				fresh[s.leaf] = true
			}
		}
		if !covered[spans[i].leaf] {
			fresh[spans[i].leaf] = true
		}
		if worth := len(fresh)*1000 + min(marks, 999); len(fresh) > 0 && worth > most {
			first, gain, most = i, len(fresh), worth
		}
	}
	return first, gain
}

// stretchStart gives where the sentence of a match begins, or a word shortly before the match.
func stretchStart(text string, at int) int {
	limit := backward(text, at, leadIn)
	if i := sentenceStart(text[limit:at]); i >= 0 {
		return limit + i
	}
	if limit == 0 {
		return 0
	}
	if i := strings.IndexFunc(text[limit:at], unicode.IsSpace); i >= 0 {
		return limit + i + 1
	}
	return limit
}

// sentenceStart gives where the last sentence of s begins, -1 if it begins before s.
func sentenceStart(s string) int {
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		next, _ := utf8.DecodeRuneInString(s[i:])
		if r == '\n' || wideStop(r) || narrowStop(r) && i < len(s) && unicode.IsSpace(next) {
			rest := strings.TrimLeftFunc(s[i:], unicode.IsSpace)
			return len(s) - len(rest)
		}
		i -= size
	}
	return -1
}

func wideStop(r rune) bool   { return strings.ContainsRune("。！？", r) }
func narrowStop(r rune) bool { return strings.ContainsRune(".!?؟…", r) }

// snippet cuts at most maxSnippet code points from start, at the end of a sentence or a word, with the marks that lie within.
func snippet(text string, start int, spans []span) search.Snippet {
	start += len(text[start:]) - len(strings.TrimLeftFunc(text[start:], unicode.IsSpace))
	end := forward(text, start, maxSnippet)
	if end < len(text) {
		end = start + niceEnd(text[start:end], lastEnd(spans, start, end)-start)
	}
	cut := strings.TrimRightFunc(text[start:end], unicode.IsSpace)
	marks := make([][2]int, 0, 4)
	points, at := 0, start
	for _, s := range spans {
		if s.start < at || s.end > start+len(cut) {
			continue // outside, or within a mark that is there already
		}
		from := points + utf8.RuneCountInString(text[at:s.start])
		points = from + utf8.RuneCountInString(text[s.start:s.end])
		at = s.end
		marks = append(marks, [2]int{from, points})
	}
	return search.Snippet{Text: strings.Map(flat, cut), Marks: marks}
}

// flat puts a space for each white space, one for one, so that marks hold.
func flat(r rune) rune {
	if unicode.IsSpace(r) || unicode.IsControl(r) {
		return ' '
	}
	return r
}

func lastEnd(spans []span, start, end int) int {
	last := start
	for _, s := range spans {
		if s.start >= start && s.end <= end {
			last = max(last, s.end)
		}
	}
	return last
}

// niceEnd gives where to cut s, beyond the last mark: after its last sentence if that is not too short, else after a word.
func niceEnd(s string, marked int) int {
	if i := sentenceStart(s); i > len(s)/2 && i >= marked {
		return i
	}
	if i := strings.LastIndexFunc(s, unicode.IsSpace); i >= max(marked, 1) {
		return i
	}
	return len(s)
}

// forward gives the place n code points after start, backward the one before.
func forward(text string, start, n int) int {
	for ; n > 0 && start < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[start:])
		start += size
	}
	return start
}

func backward(text string, start, n int) int {
	for ; n > 0 && start > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
	}
	return start
}
