package annotate

import (
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
	owner int32 // index of the actor, or shared
	form  spelling
	ends  bool
}

// names is a trie over folded words. An edge is (node, word); words are interned.
type names struct {
	words map[string]uint32
	edges map[uint64]uint32
	nodes []name
	first []uint32 // by word: the root's edge, 0 for none
}

func newNames() *names {
	return &names{words: make(map[string]uint32), edges: make(map[uint64]uint32), nodes: make([]name, 1)}
}

// add enters a name of an actor. The same name in two spellings asks for the laxer one.
func (n *names) add(words []string, owner int32, form spelling) {
	if len(words) == 0 || len(words) > maxNameWords {
		return
	}
	at := uint32(0)
	for _, w := range words {
		at = n.grow(at, n.intern(w))
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

func (n *names) intern(word string) uint32 {
	id, known := n.words[word]
	if !known {
		id = uint32(len(n.words))
		n.words[strings.Clone(word)] = id
		n.first = append(n.first, 0)
	}
	return id
}

func (n *names) grow(at, word uint32) uint32 {
	next := n.step(at, word)
	if next != 0 {
		return next
	}
	next = uint32(len(n.nodes))
	n.nodes = append(n.nodes, name{})
	if at == 0 {
		n.first[word] = next
	} else {
		n.edges[uint64(at)<<32|uint64(word)] = next
	}
	return next
}

// step follows an edge; it gives 0 where there is none.
func (n *names) step(at, word uint32) uint32 {
	if at == 0 {
		return n.first[word]
	}
	return n.edges[uint64(at)<<32|uint64(word)]
}

// next follows the edge of a word as it stands in a text.
func (n *names) next(at uint32, word string) uint32 {
	id, known := n.words[word]
	if !known {
		return 0
	}
	return n.step(at, id)
}

// newTries enters every name of every actor: as written, and by stems where names are inflected.
func newTries(actors []registry.Actor) (written, stems *names) {
	written, stems = newNames(), newNames()
	analyzer := analysis.NewAnalyzer()
	for i := range actors {
		for alias := range actors[i].AllNames() {
			words := wordsOf(analyzer, alias)
			if tooShort(words) {
				continue
			}
			form := spellingOf(alias, words)
			written.add(words, int32(i), form)
			if strings.ContainsFunc(alias, cyrillic) {
				stems.add(stemmed(words), int32(i), form)
			}
		}
	}
	return written, stems
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

func stemmed(words []string) []string {
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = analysis.Stem(w, inflecting)
	}
	return stems
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
