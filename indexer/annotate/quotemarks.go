package annotate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxOpen       = 8      // marks open within one another
	maxQuotePages = 12     // paragraphs of one quote
	maxQuoteBytes = 12_000 // of one quote
	maxMarked     = 20_000 // quotes in marks that are looked at in one text
)

// marked is a stretch of the text within quotation marks, in bytes, the marks not counted.
type marked struct {
	start, end int
	before     int  // where the opening mark begins
	after      int  // behind the closing mark
	inner      bool // within another
	unclosed   bool // it ends with its paragraph
	single     bool // between marks that are apostrophes as well
}

// opened is a mark that waits for its other half.
type opened struct {
	mark       rune // the opening mark
	at         int  // where it begins
	from       int  // behind it
	paragraphs int  // that it has run through
	kept       int  // how many stretches had been found before it
}

// closers are the marks that close each opening mark.
var closers = map[rune]string{
	'“': "”\"", '„': "“”\"", '«': "»", '»': "«", '‹': "›", '‘': "’", '‚': "‘’", '"': "\"”", '＂': "＂", '\'': "'", '”': "”“", '「': "」", '『': "』", '〝': "〞",
}

// markScan finds what stands in quotation marks, in one pass.
type markScan struct {
	text  string
	open  []opened
	found []marked
	cut   bool // there are more than maxMarked
	long  int  // stretches over maxQuoteBytes
	deep  int  // marks within maxOpen others
}

// scan finds the stretches within quotation marks in the order of the text, those within others too. What is not closed in its
// paragraph goes on in the next one only if that begins with the same mark.
func (s *markScan) scan(text string) {
	*s = markScan{text: text, open: s.open[:0], found: s.found[:0]}
	for i := 0; i < len(text) && !s.cut; {
		c := text[i]
		if c < utf8.RuneSelf && c != '"' && c != '\'' && c != '\n' {
			i++
			continue
		}
		if c == '\n' {
			i = s.paragraph(i)
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			if c != 0xe2 && c != 0xc2 && c != 0xe3 && c != 0xef {
				i += 2
				for i < len(text) && !utf8.RuneStart(text[i]) {
					i++
				}
				continue
			}
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		s.mark(r, i, size)
		i += size
	}
	s.unclosed(len(text))
}

// notes say what was cut.
func (s *markScan) notes() []string {
	var notes []string
	if s.cut {
		notes = append(notes, fmt.Sprintf("what stands in quotation marks was looked at up to the %dth time", maxMarked))
	}
	if s.long > 0 {
		notes = append(notes, fmt.Sprintf("%d stretches in quotation marks are no quotes: each is longer than %d bytes", s.long, maxQuoteBytes))
	}
	if s.deep > 0 {
		notes = append(notes, fmt.Sprintf("%d quotation marks were passed over: they stand within %d others", s.deep, maxOpen))
	}
	return notes
}

// mark opens or closes.
func (s *markScan) mark(r rune, at, size int) {
	before, after := utf8.RuneError, utf8.RuneError
	if at > 0 {
		before, _ = utf8.DecodeLastRuneInString(s.text[:at])
	}
	if at+size < len(s.text) {
		after, _ = utf8.DecodeRuneInString(s.text[at+size:])
	}
	if apostrophe := r == '\'' || r == '’'; apostrophe && wordRune(before) && wordRune(after) {
		return
	}
	if n := s.closes(r); n >= 0 && (!toggles(r) || !opens(before, after)) {
		s.close(n, at, at+size)
		return
	}
	if _, may := closers[r]; !may || (r == '”' || r == '»') && !opens(before, after) || toggles(r) && !opens(before, after) || r == '‘' && !opens(before, after) {
		return
	}
	if len(s.open) == maxOpen {
		s.deep++
		return
	}
	s.open = append(s.open, opened{mark: r, at: at, from: at + size, kept: len(s.found)})
}

// straight gives the mark of typewriters for the one of printers, with which it is mixed.
func straight(r rune) rune {
	if r == '“' {
		return '"'
	}
	return r
}

func toggles(r rune) bool { return r == '"' || r == '\'' || r == '＂' }

// opens says whether a mark between these two characters opens rather than closes.
func opens(before, after rune) bool {
	return !wordRune(before) && !strings.ContainsRune(".,!?…;)]%", before) && (wordRune(after) || strings.ContainsRune("([…¿¡“‘'\"«$€£-", after))
}

func wordRune(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// closes gives the innermost open mark that a mark closes, or -1.
func (s *markScan) closes(r rune) int {
	for n := len(s.open) - 1; n >= 0; n-- {
		if strings.ContainsRune(closers[s.open[n].mark], r) {
			return n
		}
	}
	return -1
}

func (s *markScan) close(n, at, after int) {
	o := s.open[n]
	s.open = s.open[:n]
	switch {
	case at-o.from > maxQuoteBytes:
		s.long++
	case at > o.from:
		s.add(marked{start: o.from, end: at, before: o.at, after: after, single: o.mark == '\'' || o.mark == '‘'}, o.kept)
	}
}

// add enters a stretch before those that lie within it.
func (s *markScan) add(m marked, kept int) {
	m.start, m.end = trimmed(s.text, m.start, m.end)
	if m.end <= m.start {
		return
	}
	if s.cut = len(s.found) >= maxMarked; s.cut {
		return
	}
	for i := kept; i < len(s.found); i++ {
		s.found[i].inner = true
	}
	s.found = append(s.found, m)
	copy(s.found[kept+1:], s.found[kept:len(s.found)-1])
	s.found[kept] = m
}

// trimmed leaves off white space at both ends.
func trimmed(text string, start, end int) (int, int) {
	inner := text[start:end]
	start += len(inner) - len(strings.TrimLeftFunc(inner, unseen))
	return start, start + len(strings.TrimFunc(inner, unseen))
}

// paragraph ends the quotes of a paragraph, unless the next one takes the outermost up again. It gives where to go on.
func (s *markScan) paragraph(at int) int {
	next := at
	for next < len(s.text) && (s.text[next] == '\n' || s.text[next] == ' ' || s.text[next] == '\r' || s.text[next] == '\t') {
		next++
	}
	if len(s.open) == 0 || next == len(s.text) {
		return next
	}
	o := &s.open[0]
	r, size := utf8.DecodeRuneInString(s.text[next:])
	switch {
	case (r == o.mark || straight(r) == straight(o.mark)) && o.paragraphs < maxQuotePages && next-o.from < maxQuoteBytes:
		o.paragraphs++
		s.open = s.open[:1]
		return next + size
	case strings.Count(s.text[at:next], "\n") == 1 && unicode.IsLower(r) && next-o.from < maxQuoteBytes: // a line that was wrapped
		return next
	}
	s.unclosed(at)
	return next
}

// unclosed ends the outermost open quote with its paragraph, if no other was found within it: else the mark was a stray one.
func (s *markScan) unclosed(at int) {
	if len(s.open) > 0 && s.open[0].mark != '\'' && s.open[0].mark != '‘' && s.open[0].mark != '”' && s.open[0].mark != '»' {
		o := s.open[0]
		switch {
		case at-o.from > maxQuoteBytes:
			s.long++
		case at <= o.from:
		case o.kept == len(s.found):
			s.add(marked{start: o.from, end: at, before: o.at, after: at, unclosed: true}, o.kept)
		case len(s.open) == 1 && s.endsIn(o.kept, at): // "«… «…»": one mark closes both
			s.add(marked{start: o.from, end: at, before: o.at, after: at}, o.kept)
		}
	}
	s.open = s.open[:0]
}

// endsIn says whether one of the stretches that were found from the n-th on ends where the paragraph does, and opens with another mark than
// the text around it has.
func (s *markScan) endsIn(n, at int) bool {
	last := 0
	for _, m := range s.found[n:] {
		last = max(last, m.after)
	}
	return strings.HasSuffix(s.text[:last], "»") && strings.TrimFunc(s.text[last:at], func(r rune) bool { return unseen(r) || r == '.' || r == '!' || r == '?' }) == ""
}
