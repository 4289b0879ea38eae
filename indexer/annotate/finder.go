package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/search/analysis"
)

// match is a name found in a title or text. Start and end are bytes.
type match struct {
	owner      int32
	start, end int
}

// finder finds the registry's names in one title or text.
type finder struct {
	written, stems *names // stems is nil where names are not inflected
	text           string
	tokens         []analysis.Token
	line           shout
}

// each visits the names in the text from left to right, the longest at each place, none within another. A name that two actors
// share is passed over whole.
func (f *finder) each(visit func(match)) {
	for i := 0; i < len(f.tokens); {
		m, next := f.at(i)
		if next == 0 {
			i++
			continue
		}
		if m.owner != shared {
			visit(m)
		}
		i = next
	}
}

// at finds the longest name that begins with token i, and the token after it; next is 0 if there is none.
func (f *finder) at(i int) (m match, next int) {
	if f.tokens[i].Symbol() {
		return match{}, 0
	}
	m, next = f.walk(f.written, i, f.tokens[i].Term, f.tokens[i].Start, termOf)
	if f.stems != nil {
		if other, after := f.walk(f.stems, i, f.tokens[i].Stem, f.tokens[i].Start, stemOf); after > next {
			m, next = other, after
		}
	}
	if next > 0 {
		return m, next
	}
	for _, word := range withoutParticle(f.tokens[i].Term) {
		_, particle := utf8.DecodeRuneInString(f.text[f.tokens[i].Start:])
		if m, next = f.walk(f.written, i, word, f.tokens[i].Start+particle, termOf); next > 0 {
			return m, next
		}
	}
	return match{}, 0
}

func termOf(t *analysis.Token) string { return t.Term }
func stemOf(t *analysis.Token) string { return t.Stem }

// walk follows the trie from token i, whose word is first and begins at start.
func (f *finder) walk(n *names, i int, first string, start int, word func(*analysis.Token) string) (m match, next int) {
	at := n.next(0, first)
	for j := i; at != 0; {
		end := f.tokens[j].End
		if here := &n.nodes[at]; here.ends && f.spelled(here.form, start, end) {
			m, next = match{here.owner, start, end}, j+1
		}
		j++
		for j < len(f.tokens) && f.tokens[j].Symbol() {
			j++
		}
		if j == len(f.tokens) || j-i > maxNameWords || parted(f.text[end:f.tokens[j].Start]) {
			break
		}
		at = n.next(at, word(&f.tokens[j]))
	}
	return m, next
}

func (f *finder) spelled(form spelling, start, end int) bool {
	return form.written(f.text[start:end]) && (form != capitals || !f.line.shouted(f.text, start))
}

// parted says whether what stands between two words parts names: the end of a line, a semicolon, a question.
func parted(gap string) bool { return gap != " " && strings.ContainsAny(gap, "\n;:?!()[]{}|•") }

// shout remembers the line last looked at, so that each is looked at once.
type shout struct {
	start, end int
	loud       bool
}

// shouted says whether the line at a place is written in capitals altogether, where an abbreviation cannot be told from a word. A
// line of up to three words may be an abbreviation and its expansion.
func (s *shout) shouted(text string, at int) bool {
	if at >= s.start && at < s.end {
		return s.loud
	}
	s.start = strings.LastIndexByte(text[:at], '\n') + 1
	s.end = len(text)
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		s.end = at + i
	}
	line := text[s.start:s.end]
	s.loud = strings.IndexFunc(line, unicode.IsLower) < 0 && moreFields(line, 3)
	return s.loud
}

// moreFields says whether a line has more words than n.
func moreFields(line string, n int) bool {
	for range strings.FieldsSeq(line) {
		if n--; n < 0 {
			return true
		}
	}
	return false
}

// shortestRest is how many letters of an Arabic word must be left without its particle.
const shortestRest = 4

// withoutParticle gives what a folded Arabic word may be without the "and", "for", "by", "so" or "as" that is written onto its
// beginning. "For the" has lost the alif of the article.
func withoutParticle(term string) []string {
	if len(term) <= 2*shortestRest || term[0] != 0xd8 && term[0] != 0xd9 {
		return nil
	}
	r, size := utf8.DecodeRuneInString(term)
	rest := term[size:]
	switch {
	case !strings.ContainsRune("ولبفك", r):
		return nil
	case r == 'ل' && strings.HasPrefix(rest, "ل"):
		return []string{rest, "ا" + rest}
	}
	return []string{rest}
}
