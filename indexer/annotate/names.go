package annotate

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/registry"
	"rostrum/search/analysis"
)

const (
	maxNameWords = 32 // words of a name; longer ones are never found
	abbreviation = 6  // letters that an all-capitals name has at most to be taken for an abbreviation
)

// shared is the owner of a name that two actors have.
const shared = -1

// spelling says how a name must be written in a text to be one.
type spelling uint8

const (
	anyCase     spelling = iota
	someCapital          // one of its words begins with a capital
	capital              // its one word begins with a capital
	capitals             // all its letters are capitals
)

// name is what a node of the trie stands for, if it ends a name.
type name struct {
	owner    int32  // index of the actor, or shared
	from, to uint32 // its edges, in kids
	form     spelling
	ends     bool
}

// kid is an edge.
type kid struct{ word, node uint32 }

// names is a trie over numbered words. Names are added, then it is frozen: an edge is then a place in kids, where those of one node
// stand together in the order of their words.
type names struct {
	words *analysis.Words   // numbers the words of names, so that a text's words are looked up once, whatever is then looked for
	edges map[uint64]uint32 // (node, word) → node; nil once frozen
	nodes []name
	first []uint32 // by word: the root's edge; 0 for none
	kids  []kid

	number    int                 // from 1: a text keeps where it has these names; 0: it does not
	lexicons  map[string]*lexicon // by language: the words of sentences that report or take a position
	inflected *names              // the same names by the stems of their words; nil where names are looked for as written alone
}

// searched is how many tries have a number.
const searched = 2

func newNames(words *analysis.Words) *names {
	return &names{words: words, edges: make(map[uint64]uint32), nodes: make([]name, 1)}
}

// add enters a name of an actor. The same name in two spellings asks for the laxer one.
func (n *names) add(words []string, owner int32, form spelling) {
	if len(words) == 0 || len(words) > maxNameWords {
		return
	}
	at := uint32(0)
	for _, w := range words {
		at = n.grow(at, n.words.Add(w))
	}
	here := &n.nodes[at]
	switch {
	case !here.ends:
		*here = name{owner: owner, form: form, ends: true}
	case here.owner != owner:
		here.owner = shared
	default:
		here.form = min(here.form, form)
	}
}

func (n *names) grow(at, word uint32) uint32 {
	edge := uint64(at)<<32 | uint64(word)
	next, known := n.edges[edge]
	if !known {
		next = uint32(len(n.nodes))
		n.nodes = append(n.nodes, name{})
		n.edges[edge] = next
	}
	return next
}

func (n *names) freeze() {
	edges := slices.Sorted(maps.Keys(n.edges))
	n.first = make([]uint32, n.words.Len()+1)
	for _, e := range edges {
		from, word, to := e>>32, uint32(e), n.edges[e]
		if from == 0 {
			n.first[word] = to
			continue
		}
		if n.nodes[from].to == 0 {
			n.nodes[from].from = uint32(len(n.kids))
		}
		n.kids = append(n.kids, kid{word, to})
		n.nodes[from].to = uint32(len(n.kids))
	}
	n.edges = nil
}

// begin follows an edge of the root; it gives 0 where there is none.
func (n *names) begin(word uint32) uint32 {
	if int(word) < len(n.first) {
		return n.first[word]
	}
	return 0
}

// step follows an edge of any other node; it gives 0 where there is none.
func (n *names) step(at, word uint32) uint32 {
	kids := n.kids[n.nodes[at].from:n.nodes[at].to]
	for len(kids) > 0 {
		middle := len(kids) / 2
		switch k := kids[middle]; {
		case k.word == word:
			return k.node
		case k.word < word:
			kids = kids[middle+1:]
		default:
			kids = kids[:middle]
		}
	}
	return 0
}

// newTries enters every name of every actor: as written, and by stems where names are inflected; and the words that head a list of
// signatories.
func newTries(words *analysis.Words, actors []registry.Actor) (written, headings *names) {
	written, headings = newNames(words), newNames(words)
	written.inflected = newNames(new(analysis.Words))
	analyzer := analysis.NewAnalyzer()
	written.lexicons = newLexicons(words, analyzer)
	for _, w := range headingWords {
		headings.add(wordsOf(analyzer, w), surely, anyCase)
	}
	for _, w := range closings {
		headings.add(wordsOf(analyzer, w), perhaps, anyCase)
	}
	for i := range actors {
		weak := make(map[string]bool, len(actors[i].Weak))
		for _, w := range actors[i].Weak {
			weak[strings.Join(wordsOf(analyzer, w), " ")] = true
		}
		for alias := range actors[i].AllNames() {
			words := wordsOf(analyzer, alias)
			if !tooShort(words) && !weak[strings.Join(words, " ")] {
				written.addInflected(alias, words, int32(i))
			}
		}
	}
	for i := range actors {
		for _, phrase := range actors[i].Except {
			written.except(phrase, wordsOf(analyzer, phrase))
		}
	}
	for _, n := range []*names{written, written.inflected, headings} {
		n.freeze()
	}
	return written, headings
}

// addInflected enters a name as written and, where it is in the script of the inflecting language, as it is inflected: one word by its
// cases, several by their stems.
func (n *names) addInflected(alias string, words []string, owner int32) {
	form := spellingOf(alias, words)
	n.add(words, owner, form)
	switch {
	case form == capitals || !strings.ContainsFunc(alias, cyrillic):
	case len(words) == 1:
		for _, word := range declined(words[0]) {
			n.add([]string{word}, owner, form)
		}
	default:
		for _, stems := range stemmed(words) {
			n.inflected.add(stems, owner, form)
		}
	}
}

// except enters a phrase that holds a name and means something else: it is passed over whole, unless it is itself a name.
func (n *names) except(phrase string, words []string) {
	if !n.holds(words) {
		n.add(words, shared, anyCase)
	}
	if !strings.ContainsFunc(phrase, cyrillic) || len(words) < 2 {
		return
	}
	for _, stems := range stemmed(words) {
		if !n.inflected.holds(stems) {
			n.inflected.add(stems, shared, anyCase)
		}
	}
}

// holds says whether these words are a name in a trie that is not frozen yet.
func (n *names) holds(words []string) bool {
	at := n.find(words)
	return at != 0 && n.nodes[at].ends
}

// find gives the node of these words in a trie that is not frozen yet; 0 if there is none.
func (n *names) find(words []string) uint32 {
	at := uint32(0)
	for _, w := range words {
		number := n.words.Number(w)
		if at = n.edges[uint64(at)<<32|uint64(number)]; number == 0 || at == 0 {
			return 0
		}
	}
	return at
}

// wordsOf gives the folded words of a name.
func wordsOf(analyzer *analysis.Analyzer, alias string) []string {
	tokens := analyzer.Append(nil, alias, "")
	words := make([]string, 0, len(tokens))
	for i := range tokens {
		if !tokens[i].Symbol() {
			words = append(words, tokens[i].Term)
		}
	}
	return words
}

// tooShort says whether a name is a single letter or Han character: too little to be told from the letter itself.
func tooShort(words []string) bool {
	return len(words) == 0 || len(words) == 1 && utf8.RuneCountInString(words[0]) < 2
}

func cyrillic(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }

// inflecting is the language whose names change their endings.
const inflecting = "ru"

// stemmed gives a name by the stems of its words: once, or several times where the cases of its last word have several stems, as those of
// Корея and Кореи are.
func stemmed(words []string) [][]string {
	first := make([]string, len(words))
	for i, w := range words {
		first[i] = analysis.Stem(w, inflecting)
	}
	last := len(words) - 1
	all := [][]string{first}
	for _, form := range declined(words[last]) {
		stem := analysis.Stem(form, inflecting)
		if !slices.ContainsFunc(all, func(s []string) bool { return s[last] == stem }) {
			all = append(all, append(slices.Clone(first[:last]), stem))
		}
	}
	return all
}

// spellingOf tells from how the registry writes a name how a text must.
func spellingOf(alias string, words []string) spelling {
	upper, lower := 0, 0
	for _, r := range alias {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	first, _ := utf8.DecodeRuneInString(alias)
	switch {
	case upper == 0:
		return anyCase
	case lower == 0 && upper <= abbreviation:
		return capitals
	case len(words) > 1:
		return someCapital
	case unicode.IsUpper(first):
		return capital
	}
	return anyCase
}

// written says whether the words of a match are spelled as the name asks. raw is the text from the first word to the last.
func (s spelling) written(raw string) bool {
	switch s {
	case capitals:
		return strings.IndexFunc(raw, unicode.IsLower) < 0
	case capital:
		r, _ := utf8.DecodeRuneInString(raw)
		return unicode.IsUpper(r) || unicode.IsTitle(r)
	case someCapital:
		return strings.IndexFunc(raw, unicode.IsUpper) >= 0
	}
	return true
}
