package analysis

import (
	"net/url"
	"strings"

	"rostrum/internal/fold"
)

// Terms gives the folded terms that the text of a query leaf stands for, in order. It is the one place where the text of a query
// meets the words of documents; the store, the percolator and the highlighter match by it:
//
//   - none: the leaf matches nothing (a text without a letter or digit);
//   - one, in a word leaf: a token whose Stem equals Stem(term, L), L being the document's language. In a phrase or near leaf: a token
//     whose Term equals it. A document symbol, alone, is one term;
//   - several, in a word or phrase leaf (a hyphenated word, Han, "l'État"): tokens of these Terms at consecutive Positions;
//   - several, in a near leaf: tokens of all these Terms, each term once, such that the last Position less the first is at most the
//     distance plus the number of different terms less one: at most distance other words stand between them.
//
// A prefix leaf matches a token whose Term begins with PrefixTerm. Title and text are looked at apart: nothing matches across them.
// In url leaves the terms are those of URLTerms, the tokens those of URLTokens, and there are no stems.
func Terms(text string) []string {
	tokens := Analyze(text, "")
	if len(tokens) > 1 && tokens[0].End >= tokens[len(tokens)-1].End {
		return []string{tokens[0].Term}
	}
	return parts(tokens)
}

// URLTerms is Terms for the url field: of the words of URLText, without document symbols.
func URLTerms(text string) []string { return parts(Analyze(URLText(text), "")) }

func parts(tokens []Token) []string {
	terms := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if !t.Symbol() {
			terms = append(terms, t.Term)
		}
	}
	return terms
}

// Symbol says whether the token is a document symbol, over the words it is made of.
func (t *Token) Symbol() bool { return strings.Contains(t.Term, "/") }

// PrefixTerm gives what the terms that a prefix stands for begin with.
func PrefixTerm(text string) string { return fold.String(text) }

// URLText gives the words of a URL as text: without its scheme, and unescaped where that can be done.
func URLText(raw string) string {
	if _, rest, ok := strings.Cut(raw, "://"); ok {
		raw = rest
	}
	if plain, err := url.PathUnescape(raw); err == nil {
		return plain
	}
	return raw
}

// URLTokens gives the words of a URL: those of URLText, without stems and symbols.
func URLTokens(raw string) []Token {
	tokens := Analyze(URLText(raw), "")
	kept := tokens[:0]
	for _, t := range tokens {
		if !t.Symbol() {
			kept = append(kept, t)
		}
	}
	return kept
}
