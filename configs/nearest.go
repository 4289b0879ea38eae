package configs

import (
	"slices"
	"strings"
)

// nearest is the known word that a typed one most likely stands for: the least edit distance of at most a third of its length, at
// least 2; ties go to the first in the alphabet. Empty when none is near.
func nearest(typed string, known []string) string {
	typed = strings.ToLower(shorten(typed))
	best, least := "", max(2, len([]rune(typed))/3)+1
	for _, word := range slices.Sorted(slices.Values(known)) {
		if d := distance([]rune(typed), []rune(strings.ToLower(word)), least); d < least {
			best, least = word, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b. It stops at limit.
func distance(a, b []rune, limit int) int {
	if abs(len(a)-len(b)) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func abs(n int) int { return max(n, -n) }

// suggest is the remedy for a word that is not known.
func suggest(typed string, known []string) string {
	if word := nearest(typed, known); word != "" {
		return "did you mean " + word + "?"
	}
	const shown = 12
	list := slices.Sorted(slices.Values(known))
	switch {
	case len(list) == 0:
		return "none is defined"
	case len(list) > shown:
		return "known are " + strings.Join(list[:shown], ", ") + " and others"
	}
	return "known are " + strings.Join(list, ", ")
}
