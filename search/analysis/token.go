// Package analysis makes tokens and stems: one definition for the store, the percolator, the annotator and the highlighter.
package analysis

// Token is one word of a text (one rune of Han), or a document symbol that stands over the words it is made of.
type Token struct {
	Term     string // folded, as written
	Stem     string // the inflected forms of one word share it; equal to Term where the language has no stemmer
	Position uint32 // 1-based, in words; a symbol has the position of its first part
	Sum      uint32 // of Term, by which Words and Sieve find it; 0 where nobody has counted it
	StemSum  uint32 // of Stem
	Start    int    // byte offset into the text
	End      int    // exclusive
}

// Document is a statement's analysed title and text. It is made once and serves every room that looks at words.
type Document struct {
	Language string
	Title    []Token
	Text     []Token
}
