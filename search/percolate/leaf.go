package percolate

import (
	"unicode/utf8"

	"rostrum/search/analysis"
	"rostrum/search/query"
)

// leafKind says by what a leaf becomes present.
type leafKind uint8

const (
	wordLeaf     leafKind = iota // a token with the stem of text, in the document's language
	termLeaf                     // a token whose term is text
	standingLeaf                 // the same, and its positions are kept
	prefixLeaf                   // a token whose term begins with text
	valueLeaf                    // the value text in a field
)

// leaf is what a statement has or has not. Equal leaves of all queries are one, known by a number. The field of the first four is
// where they look: Any, Title or URL; a standing leaf looks at title and text together, or at the URL.
type leaf struct {
	kind  leafKind
	field query.Field
	text  string
}

const none = ^uint32(0)

func prefixOf(n query.Prefix) string { return analysis.PrefixTerm(n.Text) }

// lexicon finds the leaves that a token makes present. It does not change once it is built.
type lexicon struct {
	leaves   map[leaf]uint32 // all but the words
	words    []wordEntry     // each word that some query looks for, as typed and folded
	prefixes bool
	shortest int // bytes of the shortest prefix
	longest  int
	url      bool // some leaf looks at the URL
}

type wordEntry struct {
	term  string
	field query.Field
	id    uint32
}

// stems is the words of a lexicon by their stem in one language.
type stems map[string][]wordEntry

func (l *lexicon) stems(language string) stems {
	byStem := make(stems, len(l.words))
	for _, w := range l.words {
		stem := analysis.Stem(w.term, language)
		byStem[stem] = append(byStem[stem], w)
	}
	return byStem
}

// present visits the leaves of a field, standing ones apart, that a token makes present.
func (l *lexicon) present(f query.Field, term string, byStem []wordEntry, visit func(uint32)) {
	for _, w := range byStem {
		if w.field == f {
			visit(w.id)
		}
	}
	if id, ok := l.leaves[leaf{termLeaf, f, term}]; ok {
		visit(id)
	}
	if !l.prefixes {
		return
	}
	for i := l.shortest; i <= len(term) && i <= l.longest; i++ {
		if i < len(term) && !utf8.RuneStart(term[i]) {
			continue
		}
		if id, ok := l.leaves[leaf{prefixLeaf, f, term[:i]}]; ok {
			visit(id)
		}
	}
}

// standing gives the leaf that keeps the positions of a term; none if no query wants them.
func (l *lexicon) standing(f query.Field, term string) uint32 {
	if id, ok := l.leaves[leaf{standingLeaf, f, term}]; ok {
		return id
	}
	return none
}
