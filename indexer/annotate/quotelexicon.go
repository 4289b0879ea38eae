package annotate

import (
	"slices"
	"strings"
	"sync"

	"rostrum/search/analysis"
)

// class is what a word or phrase does in a sentence that reports or takes a position; one may do several things.
type class uint64

const (
	says       class = 1 << iota // a finite verb that introduces words: said
	saysFor                      // a finite verb whose object is what was said: called for
	participle                   // of such a verb: it needs an auxiliary before it
	pointed                      // of such a verb: it needs a mark after it
	gerund                       // saying: its subject is that of the sentence
	heads                        // of accordingTo: it stands over the words
	accordingTo
	head      // who speaks for a body: delegation, spokesperson
	cabinet   // of them, those of a state: minister
	adjunct   // begins a place or a time between a verb and its subject: en julio
	anaphor   // of them, those that may stand for one that was named
	pronoun   // he
	auxiliary // has
	adverb    // also
	negator
	modal   // what makes saying a possibility: would
	that    // begins what is said
	link    // joins an office to its body: of
	article // the
	clause  // begins a clause: and, while
	coordinator
	titled // what comes next is a title or a term: entitled
	firstPerson
	supporting // welcome
	opposing   // reject
	favouring  // adopt: a position where it is asked for
	stopping   // withdraw: a position where it is asked for
	flawed     // unacceptable: a position where something is said to be it
	accusing   // has failed to: a position where an actor does it
	faulty     // aggression: a position where it is an actor's
	asking     // call on
	duty       // should
	infinitive // to
	unwilling  // refuse: turns the verb after it
	being      // is
	unless     // sets a condition
	lacking    // sets one together with what is lacking: absent
	lacked     // changes
	phraseEnd  // of the noun phrase before it: which
	passive    // of favouring, supporting …: the participle
	honour     // of people who are welcomed and commended out of courtesy: Mr.
	maybe      // if: what follows is no position
	own        // the verb itself has the first person: rechazamos
	noSuch     // of its noun, or of a whole clause: no, none, under no circumstances
	thinks     // a verb of belief: denied, it denies what is believed
	voices     // a verb of saying that is no evidence of a quote: say, claim
	denies     // what follows is said not to be so: denied, untrue
	whenIf     // begins what may be or not: if
	formerly   // what follows is so no longer, or was: no longer, once
	merely     // turns a negation into more: just
	wanted     // a noun that is asked for: liberación
	unwanted   // a noun that is asked for against something: retirada
	praised    // the participle of what is welcomed by somebody: saludado
	spurned    // of what is rejected: rechazado
	theirWords // of accordingTo: it has who says it in itself: a su juicio
)

// lexicon is the words of one language by what they do.
type lexicon struct {
	phrases *names
	classes []class   // by owner in phrases
	rooms   sync.Pool // of *room
}

// newLexicons enters the words of all languages under their numbers in a dictionary, before other words, so that the tables stay small.
func newLexicons(words *analysis.Words, analyzer *analysis.Analyzer) map[string]*lexicon {
	all := make(map[string]*lexicon, len(speechWords))
	for _, language := range speechWords {
		entries := make(map[string]class)
		var order []string
		for _, list := range slices.Concat(language.speech, language.cues) {
			for phrase := range strings.FieldsSeq(list.words) {
				for _, form := range unfold(phrase) {
					for _, form := range withConjunctions(form, language.code, list.class) {
						key := strings.Join(wordsOf(analyzer, strings.ReplaceAll(form, "_", " ")), " ")
						if entries[key] == 0 {
							order = append(order, key)
						}
						entries[key] |= list.class
					}
				}
			}
		}
		l := &lexicon{phrases: newNames(words), classes: make([]class, 0, len(order)), rooms: sync.Pool{New: func() any { return new(room) }}}
		for _, key := range order {
			if c := entries[key]; c&(supporting|opposing) != 0 && c&(own|says|saysFor|infinitive) == 0 {
				entries[key] |= reporting(entries, key)
			}
			l.phrases.add(strings.Fields(key), int32(len(l.classes)), anyCase)
			l.classes = append(l.classes, entries[key])
		}
		all[language.code] = l
	}
	for _, l := range all {
		l.phrases.freeze()
	}
	return all
}

// reporting is what a longer phrase keeps of the verb that it begins with, which it hides: "expressed concern" reports as "expressed" does.
func reporting(entries map[string]class, key string) class {
	for end := strings.LastIndexByte(key, ' '); end > 0; end = strings.LastIndexByte(key[:end], ' ') {
		if c := entries[key[:end]]; c&(says|saysFor) != 0 {
			return saysFor | c&participle
		}
	}
	return 0
}

// unfold writes out the forms of a pattern: "reject{,s,ed}" has three.
func unfold(pattern string) []string {
	open := strings.IndexByte(pattern, '{')
	if open < 0 {
		return []string{pattern}
	}
	shut := open + strings.IndexByte(pattern[open:], '}')
	var forms []string
	for ending := range strings.SplitSeq(pattern[open+1:shut], ",") {
		for _, rest := range unfold(pattern[shut+1:]) {
			forms = append(forms, pattern[:open]+ending+rest)
		}
	}
	return forms
}

// withConjunctions adds to an Arabic word the "and" and "so" that are written onto it, and to one that is asked for the "with" and "to".
func withConjunctions(form, language string, c class) []string {
	switch {
	case language != "ar":
		return []string{form}
	case c&(favouring|stopping) != 0:
		return []string{form, "و" + form, "ف" + form, "ب" + form, "ل" + form, "وب" + form}
	}
	return []string{form, "و" + form, "ف" + form}
}
