package docx

import (
	"cmp"
	"encoding/xml"
	"strconv"
	"strings"
)

// listAt is a list and the level of an item in it. "0" is no list, whatever the style says.
type listAt struct {
	num   string
	level int
}

// maxLevels is how many levels a list has.
const maxLevels = 9

// level is how the items of one level are marked.
type level struct {
	format string // decimal, lowerLetter, bullet …
	text   string // such as "%1.%2"
	start  int
}

// lists are the lists of a document, and how far each has been counted.
type lists struct {
	levels map[string]*[maxLevels]level // by abstract list
	of     map[string]string            // the abstract list of each list
	counts map[string]*[maxLevels]int   // by abstract list: lists that share one go on counting
}

// numbered reads the list that a paragraph or style is put in.
func (w *walker) numbered(at *listAt) error {
	return w.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "numId":
			at.num = attr(e, "val")
		case "ilvl":
			at.level, _ = strconv.Atoi(attr(e, "val")) // what is no number is the first level
			at.level = min(max(at.level, 0), maxLevels-1)
		}
		return w.skip()
	})
}

func (r *reader) loadLists() error {
	l := lists{levels: make(map[string]*[maxLevels]level), of: make(map[string]string), counts: make(map[string]*[maxLevels]int)}
	r.lists = l
	return r.walk(r.one("numbering"), func(w *walker, _ xml.StartElement) error {
		return w.each(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "abstractNum":
				levels := new([maxLevels]level)
				l.levels[attr(e, "abstractNumId")] = levels
				return w.each(func(e xml.StartElement) error { return w.level(levels, e) })
			case "num":
				id := attr(e, "numId")
				return w.each(func(e xml.StartElement) error {
					if e.Name.Local == "abstractNumId" {
						l.of[id] = attr(e, "val")
					}
					return w.skip()
				})
			}
			return w.skip()
		})
	})
}

func (w *walker) level(levels *[maxLevels]level, e xml.StartElement) error {
	at, err := strconv.Atoi(attr(e, "ilvl"))
	if e.Name.Local != "lvl" || err != nil || at < 0 || at >= maxLevels {
		return w.skip()
	}
	l := &levels[at]
	l.start = 1
	return w.each(func(e xml.StartElement) error {
		switch v := attr(e, "val"); e.Name.Local {
		case "start":
			if n, err := strconv.Atoi(v); err == nil {
				l.start = n
			}
		case "numFmt":
			l.format = v
		case "lvlText":
			l.text = v
		}
		return w.skip()
	})
}

// mark counts an item and gives what its list puts before it, with a space; nothing for no list.
func (l *lists) mark(at listAt) string {
	id, known := l.of[at.num]
	levels := l.levels[id]
	if !known || levels == nil {
		return ""
	}
	own := levels[at.level]
	switch own.format {
	case "bullet":
		return "• "
	case "none", "":
		return ""
	}
	counts := l.counts[id]
	if counts == nil {
		counts = new([maxLevels]int)
		l.counts[id] = counts
	}
	counts[at.level]++
	for deeper := at.level + 1; deeper < maxLevels; deeper++ {
		counts[deeper] = 0
	}
	text := own.text
	for i := range maxLevels {
		if place := "%" + strconv.Itoa(i+1); strings.Contains(text, place) {
			n := max(counts[i], 1) + cmp.Or(levels[i].start, 1) - 1
			text = strings.ReplaceAll(text, place, ordinal(levels[i].format, n))
		}
	}
	if text = strings.TrimSpace(text); text == "" {
		return ""
	}
	return text + " "
}

// ordinal writes a number as a list does.
func ordinal(format string, n int) string {
	switch format {
	case "lowerLetter":
		return strings.ToLower(letters(n))
	case "upperLetter":
		return letters(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperRoman":
		return roman(n)
	}
	return strconv.Itoa(n)
}

// letters counts A to Z, AA to ZZ and so on, as lists do.
func letters(n int) string {
	if n < 1 || n > 26*20 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(rune('A'+(n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, r := range []struct {
		n int
		s string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= r.n; n -= r.n {
			b.WriteString(r.s)
		}
	}
	return b.String()
}
