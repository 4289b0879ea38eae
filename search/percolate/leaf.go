package percolate

import (
	"slices"

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
	field field
	text  string
}

// field is a query.Field as a number, which takes less room.
type field uint8

const (
	anyField field = iota
	titleField
	urlField
)

// fields is how many fields have a number of their own.
const fields = 14

// numberOf gives the number of a field; the same for all that no statement has a value in.
func numberOf(f query.Field) field {
	return field(slices.Index([]query.Field{query.Any, query.Title, query.URL, query.Speaker, query.Issuer, query.Signatory, query.Quoted,
		query.Mentions, query.Topic, query.Process, query.Source, query.Lang, query.Kind, query.Cue}, f))
}

const none = ^uint32(0)

func prefixOf(n query.Prefix) string { return analysis.PrefixTerm(n.Text) }
