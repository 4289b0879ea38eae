package annotate

import (
	"slices"
	"sync"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// JointLetter is the kind of a statement with at least two signatories.
const JointLetter = "joint-letter"

// Where evidence stands.
const (
	inTitle  = "title"
	inText   = "text"
	inSource = "source"
)

// maxPlaces bounds the places kept as evidence of one mentioned actor in one statement.
const maxPlaces = 5

// Span is a stretch of the title or text that is evidence of a topic. Start and End are bytes, End exclusive.
type Span struct {
	In         string // title|text
	Start, End int
}

// TopicHit is a topic that a statement is about.
type TopicHit struct {
	ID    string
	Spans []Span // may be empty
}

// TopicMatcher evaluates the standing queries of topics.
type TopicMatcher interface {
	// Match gives the topics that a statement is about, each once, by id. It must be idempotent, serve many goroutines, and leave words
	// alone; words is what title and text were analysed to.
	Match(words *analysis.Document, title, text string) []TopicHit
}

// Options are what an Annotator works with.
type Options struct {
	Registry       *registry.Registry // required
	Topics         TopicMatcher       // nil finds none
	MaxSignatories int                // signatories of one statement; what is over is cut and a note says so. Default 10,000
}

// Annotator finds actors and topics. It never changes once it is made: any number of goroutines may use it.
type Annotator struct {
	o           Options
	actors      []registry.Actor
	traits      []trait // of words, by number
	written     *names
	headings    *names    // words that head a list of signatories
	weak        *names    // demonyms, capitals, ambiguous names of states
	letterheads *names    // words that lead to whose statement it is
	prepared    *names    // those of a cover page
	builders    sync.Pool // *builder
}

// New makes an Annotator for the names in a registry. An actor's weak names are no evidence by themselves and are not looked for,
// even where they are names as well; its exceptions are passed over.
func New(o Options) (*Annotator, error) {
	if o.Registry == nil {
		return nil, fault.New(fault.Invalid, "an annotator needs a registry", "")
	}
	if o.MaxSignatories <= 0 {
		o.MaxSignatories = 10_000
	}
	a := &Annotator{o: o, actors: o.Registry.Actors()}
	a.builders.New = func() any { return new(builder) }
	words := new(analysis.Words)
	a.traits = newTraits(words)
	a.written, a.headings = newTries(words, a.actors)
	a.weak, a.letterheads = newWeak(words, a.actors), newLetterheads(words, letterheads)
	a.prepared = newLetterheads(words, preparing)
	a.written.number, a.weak.number = 1, 2
	return a, nil
}

// Annotate finds what a statement says about who and what. It is deterministic, takes time in proportion to the text, and never
// fails: what a bound cut is in Findings.Notes.
func (a *Annotator) Annotate(in Input) Findings {
	b := a.builders.Get().(*builder)
	defer b.done()
	b.begin(a, &in)
	text := b.finder(&b.ofText, b.in.Text, b.words.Text)
	b.issuers(text)
	b.signatories(text)
	b.republished(text)
	b.mentions(text)
	b.speech(text)
	b.releases(text)
	b.joined(text)
	b.person(text)
	b.spokespersons()
	b.kind(text)
	b.authored()
	b.candidates(text)
	b.topics()
	b.countCodePoints()
	return b.findings()
}

// builder collects the findings of one statement. Until countCodePoints, positions in evidence are bytes.
type builder struct {
	annotator *Annotator
	in        *Input
	words     *analysis.Document
	found     Findings
	issuerID  string   // the first issuer
	issuing   []string // all issuers, at most maxIssuers
	lists     []region // of signatories, in the text, in order
	named     []match  // every actor named in the text outside them, in order, the issuer too: who may be a speaker
	ofTitle   *finder  // once it was asked for
	hinted    []match  // where the text names states by weak names
	covered   bool     // the text begins with a cover page

	ofText, ofHeading finder // room for those of the text and of the title
	codePoints        codePoints
	marks             markScan
}

// region is a stretch of the text, in bytes.
type region struct{ start, end int }

// mentions finds the registry's names in the title, and in the text outside lists of signatories.
func (b *builder) mentions(text *finder) {
	places := make(map[int32]int)
	note := func(where string, m match, evidence func(string, string, match) statement.Evidence) {
		actor := &b.annotator.actors[m.owner]
		if b.isIssuer(actor.ID) {
			return
		}
		places[m.owner]++
		if places[m.owner] == 1 {
			b.found.Actors = append(b.found.Actors, statement.Actor{ID: actor.ID, Name: actor.Name, Role: statement.Mentioned})
		}
		if places[m.owner] <= maxPlaces {
			b.found.Evidence = append(b.found.Evidence, evidence(actor.ID, where, m))
		}
	}
	title := b.title()
	title.eachToken(b.annotator.written, func(m match, from, next int) {
		if !b.namesake(title, m, from, next) {
			note(inTitle, m, nameMention)
		}
	})
	list := 0
	text.eachToken(b.annotator.written, func(m match, from, next int) {
		if b.namesake(text, m, from, next) {
			return
		}
		for list < len(b.lists) && b.lists[list].end <= m.start {
			list++
		}
		if list == len(b.lists) || m.end <= b.lists[list].start {
			b.named = append(b.named, m)
			note(inText, m, nameMention)
		}
	})
	b.introduced(text, func(m match) { note(inText, m, introducedMention) })
	b.weakly(title, nil, func(m match) { note(inTitle, m, weakMention) })
	b.weakly(text, append(b.regions(), b.lists...), func(m match) {
		b.hinted = append(b.hinted, m)
		note(inText, m, weakMention)
	})
}

// nameMention is the evidence of an actor that is named by a name of its own.
func nameMention(id, where string, m match) statement.Evidence {
	return statement.Evidence{Finding: "actor", ID: id, Role: statement.Mentioned, In: where, Start: m.start, End: m.end, Rule: "name", Confidence: 0.9}
}

// title is the finder of the title.
func (b *builder) title() *finder {
	if b.ofTitle == nil {
		b.ofTitle = b.finder(&b.ofHeading, b.in.Title, b.words.Title)
	}
	return b.ofTitle
}

// finder begins with a title or text, in the room of the one before.
func (b *builder) finder(f *finder, text string, tokens []analysis.Token) *finder {
	*f = finder{text: text, tokens: tokens, words: slices.Grow(f.words[:0], len(tokens))[:len(tokens)], traits: b.annotator.traits, rooms: f.rooms}
	for i := range tokens {
		f.words[i] = b.annotator.written.words.Of(&tokens[i])
		f.arabic = f.arabic || mayBeArabic(text[tokens[i].Start])
	}
	if b.words.Language == inflecting {
		f.stems = make([]uint32, len(tokens))
		for i := range tokens {
			f.stems[i] = b.annotator.written.inflected.words.Number(tokens[i].Stem)
		}
	}
	return f
}

func (b *builder) topics() {
	if b.annotator.o.Topics == nil {
		return
	}
	for _, hit := range b.annotator.o.Topics.Match(b.words, b.in.Title, b.in.Text) {
		b.found.Topics = append(b.found.Topics, hit.ID)
		for _, s := range hit.Spans {
			b.found.Evidence = append(b.found.Evidence, statement.Evidence{
				Finding: "topic", ID: hit.ID, In: s.In, Start: s.Start, End: s.End, Rule: "query", Confidence: 1,
			})
		}
	}
}
