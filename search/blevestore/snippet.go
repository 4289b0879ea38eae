package blevestore

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

const (
	maxSnippets    = 2
	maxSnippet     = 300     // columns: two for a Han letter, one for a Latin one
	leadIn         = 80      // code points shown before the first match where its sentence began earlier
	maxSnippetText = 1 << 20 // bytes of a text that are looked at
	maxLeafMarks   = 100     // marks of one leaf that are looked at

	maxSnippetMembers = 50 // of a group whose lead does not match itself
)

// snipper cuts the snippets of a page's hits.
type snipper struct {
	query    query.Node
	members  percolate.Members
	analyzer *analysis.Analyzer
	whole    bool // the query asks for a finding, whose place in the text is among a statement's cues and evidence
}

func newSnipper(n query.Node, members percolate.Members, analyzer *analysis.Analyzer) snipper {
	s := snipper{query: n, members: members, analyzer: analyzer}
	query.Walk(n, func(k query.Node) bool {
		switch k := k.(type) {
		case query.Members:
			s.whole = true
		case query.Term:
			s.whole = s.whole || slices.Contains(findings, k.Field)
		}
		return !s.whole
	})
	return s
}

// findings are the fields of what annotation finds in a text.
var findings = []query.Field{query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions, query.Topic, query.Cue}

// snippets gives the stretch of a hit's text that shows most leaves of the query, and one more for leaves that it lacks: its words, the
// sentence of a cue, the places where a topic or an actor was found. Where nothing in the text matches it is the beginning of the text. matched is false for a statement that does not match itself: another member of
// its group does.
func (s *snipper) snippets(st *statement.Statement) (cut []search.Snippet, matched bool) {
	shown := *st
	if len(shown.Text) > maxSnippetText {
		shown.Text = strings.ToValidUTF8(shown.Text[:maxSnippetText], "")
	}
	said := &percolate.Statement{Words: s.analyzer.Document(shown.Title, shown.Text, shown.Language), Meta: &shown}
	matched = percolate.Matches(s.query, said, s.members)
	if shown.Text == "" {
		return []search.Snippet{}, matched
	}
	text := []rune(shown.Text)
	return cutSnippets(text, placeMarks(percolate.Explain(s.query, said, s.members, maxLeafMarks), &shown, len(text))), matched
}

// ofGroup gives the snippets of a lead: its own, or those of the first member that matches where it does not itself.
func (s *snipper) ofGroup(ctx context.Context, snap *snapshot, lead *statement.Statement) ([]search.Snippet, error) {
	own, matched := s.snippets(lead)
	if matched || lead.Copies == 0 {
		return own, nil
	}
	looked := 0
	err := snap.withTerm(ctx, fieldGroup, lead.Group, func(p *part, doc uint32) error {
		if looked++; looked > maxSnippetMembers {
			return errEnough
		}
		st, err := loadStatement(p, doc, s.whole, asItself)
		if err != nil || st.ID == lead.ID {
			return err
		}
		theirs, matched := s.snippets(st)
		if !matched || len(theirs) == 0 {
			return nil
		}
		for i := range theirs {
			theirs[i].Statement = st.ID
		}
		own = theirs
		return errEnough
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return own, err
}

var errEnough = errors.New("enough was looked at")

// cutSnippets cuts around the marks, which are in order.
func cutSnippets(text []rune, marks []percolate.Mark) []search.Snippet {
	if len(marks) == 0 {
		return []search.Snippet{snippet(text, 0, nil)}
	}
	snippets := make([]search.Snippet, 0, maxSnippets)
	size := snippetSize(text)
	shown := map[query.Node]bool{}
	for len(snippets) < maxSnippets {
		first, ok := bestStretch(marks, shown, size)
		if !ok {
			break
		}
		at := marks[first]
		start := stretchStart(text, at.Start, lastEnd(marks, at.Start, at.Start+size-leadOf(size)), size)
		if snippetEnd(text, start) < at.End { // wide letters in a text that began with others
			start = stretchStart(text, at.Start, at.End, size/2)
		}
		for _, m := range marks {
			if m.Start >= start && m.End <= start+size || m == marks[first] {
				shown[m.Leaf] = true
			}
		}
		snippets = append(snippets, snippet(text, start, marks))
	}
	return snippets
}

// bestStretch gives the mark from which a snippet's length shows most leaves not shown yet, then most marks.
func bestStretch(marks []percolate.Mark, shown map[query.Node]bool, size int) (first int, ok bool) {
	most := 0
	for i, from := range marks {
		fresh, inside := map[query.Node]bool{}, 0
		for _, m := range marks[i:] {
			if m.Start > from.Start && m.End > from.Start+size-leadOf(size) {
				break
			}
			inside++
			if !shown[m.Leaf] {
				fresh[m.Leaf] = true
			}
		}
		if worth := len(fresh)<<16 + inside; len(fresh) > 0 && worth > most {
			first, most = i, worth
		}
	}
	return first, most > 0
}

// stretchStart gives where the sentence of a match begins, if a snippet from there shows all up to end, or a word shortly before the match.
func stretchStart(text []rune, at, end, size int) int {
	far := max(0, min(at-leadOf(size), max(at-size/2, end-size)))
	if i := sentenceStart(text[far:at]); i > 0 || far == 0 {
		return far + i
	}
	limit := max(0, at-leadOf(size))
	for i := limit; i < at && limit > 0; i++ {
		if unicode.IsSpace(text[i]) {
			return i + 1
		}
	}
	return limit
}

// sentenceStart gives where the last sentence of s begins; 0 if that is not within s.
func sentenceStart(s []rune) int {
	for i := len(s) - 1; i > 0; i-- {
		space := i+1 < len(s) && unicode.IsSpace(s[i+1])
		if s[i] == '\n' || strings.ContainsRune("。！？", s[i]) || space && strings.ContainsRune(".!?؟…", s[i]) {
			return skipSpace(s, i+1)
		}
	}
	return 0
}

func skipSpace(s []rune, i int) int {
	for i < len(s) && unicode.IsSpace(s[i]) {
		i++
	}
	return i
}

// snippetSize gives how many code points of a text take a snippet's columns, judged by its beginning.
func snippetSize(text []rune) int {
	head := text[:min(len(text), maxSnippet)]
	columns := 0
	for _, r := range head {
		columns += columnsOf(r)
	}
	return maxSnippet * len(head) / max(1, columns)
}

// leadOf is the lead-in of a snippet of so many code points.
func leadOf(size int) int { return leadIn * size / maxSnippet }

// columnsOf gives how wide a letter is shown.
func columnsOf(r rune) int {
	if r < 0x1100 { // nothing before the Hangul is wide
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// snippetEnd gives where what begins at start has filled a snippet's columns.
func snippetEnd(text []rune, start int) int {
	columns := 0
	for i := start; i < len(text); i++ {
		if columns += columnsOf(text[i]); columns > maxSnippet {
			return i
		}
	}
	return len(text)
}

// snippet cuts at most maxSnippet columns from start, after a sentence or a word, with the marks that lie within.
func snippet(text []rune, start int, marks []percolate.Mark) search.Snippet {
	start = skipSpace(text, start)
	end := snippetEnd(text, start)
	if end < len(text) {
		end = start + niceEnd(text[start:end], lastEnd(marks, start, end)-start)
	}
	for end > start && unicode.IsSpace(text[end-1]) {
		end--
	}
	within := make([][2]int, 0, 4)
	at := start
	for _, m := range marks {
		if m.Start >= at && m.End <= end { // else outside, or within a mark that is there already
			within = append(within, [2]int{m.Start - start, m.End - start})
			at = m.End
		}
	}
	return search.Snippet{Text: strings.Map(flat, string(text[start:end])), Marks: within}
}

// flat puts a space for each white space and control character, one for one, so that marks hold.
func flat(r rune) rune {
	if unicode.IsSpace(r) || unicode.IsControl(r) {
		return ' '
	}
	return r
}

func lastEnd(marks []percolate.Mark, start, end int) int {
	last := start
	for _, m := range marks {
		if m.Start >= start && m.End <= end {
			last = max(last, m.End)
		}
	}
	return last
}

// niceEnd gives where to cut s, beyond what is marked: after its last sentence if that is not too short, else after a word.
func niceEnd(s []rune, marked int) int {
	if i := sentenceStart(s); i > len(s)/2 && i >= marked {
		return i
	}
	for i := len(s) - 1; i >= max(marked, 1); i-- {
		if unicode.IsSpace(s[i]) {
			return i
		}
	}
	return len(s)
}
