package pdf

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// edgeLines is how many lines at the top and at the bottom of a page may be running heads.
const edgeLines = 4

// symbol is the mark of an official document, such as A/AC.291/22 or CCPR/C/SR.3211.
var symbol = regexp.MustCompile(`\b[A-Z][A-Z0-9]{0,9}(?:/[A-Z0-9][A-Za-z0-9.\-]*){2,8}`)

// place is where a line stands: which line of the page, and whether its text comes from the top or the bottom.
type edge struct {
	page, line int
	top        bool
}

// withoutHeads leaves out the lines at the edges of pages that repeat at the same height with nothing but their numbers changed, and
// page numbers. A document's symbol stays once if it stands nowhere else.
func withoutHeads(pages []page) []page {
	groups := make(map[string][]edge)
	for p := range pages {
		for _, e := range edges(pages[p].lines) {
			e.page = p
			l := &pages[p].lines[e.line]
			if isPageNumber(l.text, pages[p].number) {
				groups["#"] = append(groups["#"], e)
			}
			key := pattern(l.text) + strconv.FormatBool(e.top)
			groups[key] = append(groups[key], e)
		}
	}
	drop := make(map[edge]bool)
	for key, group := range groups {
		for _, e := range group {
			if key == "#" || e.repeats(group, pages) {
				drop[edge{page: e.page, line: e.line}] = true
			}
		}
	}
	keepSymbols(pages, drop)
	return without(pages, drop)
}

// edges gives the first and last lines of a page by height.
func edges(lines []line) []edge {
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lines[b].bottom, lines[a].bottom) })
	var out []edge
	for k, i := range order {
		if k < edgeLines {
			out = append(out, edge{line: i, top: true})
		} else if k >= len(order)-edgeLines {
			out = append(out, edge{line: i})
		}
	}
	return out
}

// repeats says whether a line of the same pattern stands at the same height on enough other pages.
func (e edge) repeats(group []edge, pages []page) bool {
	on := make(map[int]bool)
	own := &pages[e.page].lines[e.line]
	for _, o := range group {
		l := &pages[o.page].lines[o.line]
		if math.Abs(l.bottom-own.bottom) < 6 && math.Abs(l.size-own.size) < 2 {
			on[o.page] = true
		}
	}
	need := 3
	if len(pages) < 6 {
		need = 2
	}
	return len(on) >= need
}

// pattern is a line with its numbers made equal, and without white space.
func pattern(s string) string {
	var b strings.Builder
	digit := false
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			if !digit {
				b.WriteByte('#')
			}
		case unicode.IsSpace(r):
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		digit = unicode.IsDigit(r)
	}
	return b.String()
}

var pageNumber = regexp.MustCompile(`(?i)^(?:[-–—|\s]*(\d{1,4})[-–—|\s]*|[ivxlc]{1,7}|(?:page|página|seite|стр\.?|p\.)\s*(\d{1,4})(?:\s*(?:of|de|/|von|из|sur)\s*\d{1,4})?|(\d{1,4})\s*(?:/|of)\s*\d{1,4})$`)

// isPageNumber says whether a line is the number of its page and nothing else: within a few of its place, since covers are not counted.
func isPageNumber(s string, index int) bool {
	m := pageNumber.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return false
	}
	n, err := strconv.Atoi(cmp.Or(m[1], m[3]))
	return err != nil || n >= index-4 && n <= index+2
}

// keepSymbols takes the first running head with a symbol that no other line has out of what is dropped.
func keepSymbols(pages []page, drop map[edge]bool) {
	known := make(map[string]bool)
	for p := range pages {
		for i := range pages[p].lines {
			if !drop[edge{page: p, line: i}] {
				for _, s := range symbol.FindAllString(pages[p].lines[i].text, -1) {
					known[s] = true
				}
			}
		}
	}
	for p := range pages {
		for i := range pages[p].lines {
			e := edge{page: p, line: i}
			if s := symbol.FindString(pages[p].lines[i].text); drop[e] && s != "" && !known[s] {
				delete(drop, e)
				known[s] = true
			}
		}
	}
}

func without(pages []page, drop map[edge]bool) []page {
	out := make([]page, len(pages))
	for p := range pages {
		out[p].number = pages[p].number
		for i, l := range pages[p].lines {
			if !drop[edge{page: p, line: i}] {
				out[p].lines = append(out[p].lines, l)
			}
		}
	}
	return out
}
