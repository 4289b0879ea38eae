package annotate

import (
	"rostrum/search/analysis"
)

// begin begins with a statement, in the room that the one before has left.
func (b *builder) begin(a *Annotator, in *Input) {
	*b = builder{
		annotator: a, in: in, words: in.Words,
		found: Findings{Kind: in.Kind, Actors: b.found.Actors, Quotes: b.found.Quotes, Cues: b.found.Cues, Evidence: b.found.Evidence},
		lists: b.lists[:0], named: b.named[:0], hinted: b.hinted[:0],
		ofText: b.ofText, ofHeading: b.ofHeading, codePoints: b.codePoints, marks: b.marks,
		covered: isCover(in.Text),
	}
	if b.words == nil {
		b.words = &analysis.Document{}
	}
}

// findings gives what was found, without the room around it.
func (b *builder) findings() Findings {
	f := b.found
	f.Actors, f.Quotes, f.Cues, f.Evidence = kept(f.Actors), kept(f.Quotes), kept(f.Cues), kept(f.Evidence)
	return f
}

func kept[E any](all []E) []E { return append([]E(nil), all...) }

// maxFound bounds the evidence whose room is used again.
const maxFound = 4096

// done gives the room back, unless a text has made it large.
func (b *builder) done() {
	if len(b.words.Text) > maxRoom || len(b.found.Evidence) > maxFound {
		return
	}
	b.found = Findings{Actors: emptied(b.found.Actors), Quotes: emptied(b.found.Quotes), Cues: emptied(b.found.Cues), Evidence: emptied(b.found.Evidence)}
	b.ofText, b.ofHeading = b.ofText.room(), b.ofHeading.room()
	b.codePoints.text, b.marks.text = "", ""
	pool := &b.annotator.builders
	b.annotator, b.in, b.words, b.ofTitle, b.issuing = nil, nil, nil, nil, nil
	pool.Put(b)
}

// emptied keeps the room of what was found and nothing that it leads to.
func emptied[E any](all []E) []E {
	clear(all)
	return all[:0]
}
