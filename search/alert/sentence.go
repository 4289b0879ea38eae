package alert

import (
	"slices"
	"unicode"

	"rostrum/search"
	"rostrum/search/percolate"
)

// maxSentence bounds the sentence of an alert, in code points: so much on each side of what fired.
const maxSentence = 240

// sentence gives the sentence of the text in which most reasons stand, the first of several; the first sentence where none stands in the text.
func (r *reading) sentence(reasons []Reason) search.Snippet {
	best, most := [2]int{-1, -1}, 0
	for _, x := range reasons {
		if x.In != percolate.InText || x.End > len(r.text) || best[0] <= x.Start && x.End <= best[1] {
			continue
		}
		span := r.around(x.Start, x.End)
		if n := len(within(reasons, span)); n > most {
			best, most = span, n
		}
	}
	if most == 0 {
		best = r.around(0, 0)
	}
	return search.Snippet{Text: string(r.text[best[0]:best[1]]), Marks: within(reasons, best)}
}

// within gives the reasons inside a stretch of the text, as marks in it.
func within(reasons []Reason, span [2]int) [][2]int {
	marks := [][2]int{}
	for _, x := range reasons {
		if x.In == percolate.InText && x.Start >= span[0] && x.End <= span[1] {
			marks = append(marks, [2]int{x.Start - span[0], x.End - span[0]})
		}
	}
	slices.SortFunc(marks, func(a, b [2]int) int { return a[0] - b[0] })
	return joined(marks)
}

// around gives the sentence around a place, or as much of it as there is room for.
func (r *reading) around(start, end int) [2]int {
	from, to := start, end
	for from > 0 && start-from < maxSentence && !r.ends(from-1) {
		from--
	}
	if from > 0 && !r.ends(from-1) {
		from = wordStart(r.text, from, start)
	}
	for from < start && unicode.IsSpace(r.text[from]) {
		from++
	}
	for to < len(r.text) && to-end < maxSentence && r.text[to] != '\n' {
		to++
		if r.ends(to - 1) {
			break
		}
	}
	return [2]int{from, to}
}

// ends says whether a sentence ends at a place.
func (r *reading) ends(i int) bool {
	switch r.text[i] {
	case '\n', '。', '！', '？', '؟', '!', '?':
		return true
	case '.':
		return i+1 >= len(r.text) || unicode.IsSpace(r.text[i+1]) && !r.abbreviated(i)
	}
	return false
}

// maxAbbreviation is how many letters a word has that a full stop abbreviates, as in "Dr. Doe" and "J. Doe".
const maxAbbreviation = 3

// abbreviated says whether the full stop at a place belongs to a short capitalised word, or goes on in lower case.
func (r *reading) abbreviated(i int) bool {
	next := i + 1
	for next < len(r.text) && unicode.IsSpace(r.text[next]) && r.text[next] != '\n' {
		next++
	}
	if next < len(r.text) && unicode.IsLower(r.text[next]) {
		return true
	}
	from := i
	for from > 0 && i-from <= maxAbbreviation && unicode.IsLetter(r.text[from-1]) {
		from--
	}
	return from < i && i-from <= maxAbbreviation && unicode.IsUpper(r.text[from])
}
