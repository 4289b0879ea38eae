package annotate

import (
	"slices"
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

// finder finds names in one title or text.
type finder struct {
	text   string
	tokens []analysis.Token
	words  []uint32 // by token: its term's number, 0 for a word that is nothing to anybody here
	traits []trait  // by number
	arabic bool     // some words may be in Arabic letters
	stems  []uint32 // by token: its stem's number among the inflected; nil in a language that does not inflect names
	line   shout
	places [searched]*[]place // what was found already, by the trie's number
	heads  []*finder          // of beginnings that were asked for
	of     *finder            // the whole, where this is a beginning
	rooms  [searched][]place  // for places
	spots  []spot             // once they were asked for; nil where there are none
	spied  bool               // they were
}

// room is what the next finder can use again.
func (f *finder) room() finder { return finder{words: f.words, rooms: f.rooms} }

// symbol says whether token i stands over the tokens after it.
func (f *finder) symbol(i int) bool {
	return i+1 < len(f.tokens) && f.tokens[i+1].Start == f.tokens[i].Start
}

// place is a name in a text: its tokens from the first to before next.
type place struct {
	match
	from, next int
}

// each visits the names of a trie in the text from left to right, the longest at each place, none within another. A name that two
// actors share is passed over whole.
func (f *finder) each(n *names, visit func(match)) {
	f.eachToken(n, func(m match, _, _ int) { visit(m) })
}

// eachToken is each with the tokens of the name: from its first to before next. The names that many ask for are looked for once.
func (f *finder) eachToken(n *names, visit func(m match, from, next int)) {
	if n.number == 0 {
		f.search(n, visit)
		return
	}
	for _, p := range f.all(n) {
		if p.owner != shared {
			visit(p.match, p.from, p.next)
		}
	}
}

// all gives where the text has the names of a trie, those of several actors too. What a beginning has it knows from the whole, but for a name
// that goes beyond it.
func (f *finder) all(n *names) []place {
	if known := f.places[n.number-1]; known != nil {
		return *known
	}
	found, from := f.rooms[n.number-1][:0], 0
	if f.of != nil {
		whole := f.of.all(n)
		k, _ := slices.BinarySearchFunc(whole, len(f.tokens)+1, func(p place, next int) int { return p.next - next })
		found, from = whole[:k:k], len(f.tokens)
		if k < len(whole) {
			from = min(from, whole[k].from)
		}
	}
	f.searchFrom(n, from, func(m match, from, next int) { found = append(found, place{m, from, next}) })
	f.rooms[n.number-1] = found
	f.places[n.number-1] = &f.rooms[n.number-1]
	return found
}

// search visits the names of a trie that one actor alone has.
func (f *finder) search(n *names, visit func(m match, from, next int)) {
	f.searchFrom(n, 0, func(m match, from, next int) {
		if m.owner != shared {
			visit(m, from, next)
		}
	})
}

// searchFrom visits the names of a trie from token i on.
func (f *finder) searchFrom(n *names, i int, visit func(m match, from, next int)) {
	plain := f.stems == nil && !f.arabic
	for i < len(f.tokens) {
		if plain && n.begin(f.words[i]) == 0 {
			i++
			continue
		}
		m, next := f.at(n, i)
		if next == 0 {
			i++
			continue
		}
		visit(m, i, next)
		i = next
	}
}

// at finds the longest name that begins with token i, and the token after it; next is 0 if there is none.
func (f *finder) at(n *names, i int) (m match, next int) {
	t := &f.tokens[i]
	if first := n.begin(f.words[i]); first != 0 && !f.symbol(i) {
		m, next = f.walk(n, f.words, first, i, t.Start)
	}
	if f.stems != nil && n.inflected != nil {
		if first := n.inflected.begin(f.stems[i]); first != 0 && !f.symbol(i) {
			if other, after := f.walk(n.inflected, f.stems, first, i, t.Start); after > next {
				m, next = other, after
			}
		}
	}
	if next > 0 {
		return m, next
	}
	if !f.arabic {
		return match{}, 0
	}
	for _, rest := range withoutParticle(t.Term) {
		if first := n.begin(n.words.Number(rest)); first != 0 {
			_, particle := utf8.DecodeRuneInString(f.text[t.Start:])
			m, next = f.walk(n, f.words, first, i, t.Start+particle)
			if next > i+1 || next > 0 && utf8.RuneCountInString(rest) >= shortestRest {
				return m, next
			}
		}
	}
	return match{}, 0
}

// walk follows a trie from token i, whose word led to the node at and begins at start. words are the tokens' numbers in that trie.
func (f *finder) walk(n *names, words []uint32, at uint32, i, start int) (m match, next int) {
	for j := i; at != 0; {
		end := f.tokens[j].End
		if here := &n.nodes[at]; here.ends && f.spelled(here.form, start, end) {
			m, next = match{here.owner, start, end}, j+1
		}
		j++
		for j < len(f.tokens) && f.symbol(j) {
			j++
		}
		if j == len(f.tokens) || words[j] == 0 || j-i > 2*maxNameWords || parted(f.text, end, f.tokens[j].Start) {
			break
		}
		at = n.step(at, words[j])
	}
	return m, next
}

func (f *finder) spelled(form spelling, start, end int) bool {
	return form.written(f.text[start:end]) && (form != capitals || !f.line.shouted(f.text, start) && !currency(f.text, start, end))
}

// currency says whether an abbreviation is part of a sum of money, as in "US$ 5" and "$US 5".
func currency(text string, start, end int) bool {
	return start > 0 && text[start-1] == '$' || end < len(text) && text[end] == '$'
}

// parted says whether what stands between two words parts names: the end of a line, a semicolon, a question. The end of a line that was
// wrapped parts nothing.
func parted(text string, end, next int) bool {
	gap := text[end:next]
	if gap == " " || !strings.ContainsAny(gap, "\n;:?!()[]{}|•") {
		return false
	}
	return strings.ContainsAny(gap, ";:?!()[]{}|•") || strings.Count(gap, "\n") != 1 || !wrapped(text[:end])
}

// shortestWrapped is how many bytes a line has at least that was wrapped for its length. The entries of most lists are shorter.
const shortestWrapped = 40

// wrapped says whether a text ends in a line that may have been wrapped there.
func wrapped(text string) bool {
	return len(text) >= shortestWrapped && strings.IndexByte(text[len(text)-shortestWrapped:], '\n') < 0
}

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

// shortestRest is how many letters of an Arabic name of one word must be left without the particle.
const shortestRest = 4

// mayBeArabic says whether a word whose text begins with this byte may be in Arabic letters when it is folded: these, or one of their forms.
func mayBeArabic(first byte) bool { return first >= 0xd8 && first <= 0xdb || first >= 0xef }

// withoutParticle gives what a folded Arabic word may be without the "and", "for", "by", "so" or "as" that is written onto its
// beginning. "For the" has lost the alif of the article.
func withoutParticle(term string) []string {
	if len(term) < 6 || term[0] != 0xd8 && term[0] != 0xd9 {
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
