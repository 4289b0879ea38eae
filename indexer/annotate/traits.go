package annotate

import "rostrum/search/analysis"

// trait is what a word is to the rules that look at every word of a text; a word may be several things.
type trait uint32

const (
	ofFirstPerson trait = 1 << iota
	ofManner
	ofOwnVoice
	ofPlural
	ofSingular
	ofTime
	ofHearsay
	ofOwner
	ofDelegate
	ofBodyNoun
	ofBodyWord
	ofLand
	ofOther
	ofReported
	ofRegret
	ofOfficer
	ofChair
)

// wordTraits are the words that have each trait, folded.
var wordTraits = map[trait]map[string]bool{
	ofFirstPerson: firstPersons,
	ofManner:      manner,
	ofOwnVoice:    ownPronouns,
	ofPlural:      plurals,
	ofSingular:    singulars,
	ofTime:        whens,
	ofHearsay:     hearsay,
	ofOwner:       ownedBy,
	ofDelegate:    delegated,
	ofBodyNoun:    bodyNouns,
	ofBodyWord:    bodyWords,
	ofLand:        lands,
	ofOther:       others,
	ofReported:    reportedOf,
	ofRegret:      regrets,
	ofOfficer:     offices,
	ofChair:       chairs,
}

// newTraits enters the words with traits before other words, and gives the traits by the words' numbers.
func newTraits(words *analysis.Words) []trait {
	traits := make([]trait, 1)
	for t, set := range wordTraits {
		for w := range set {
			n := words.Add(w)
			if int(n) == len(traits) {
				traits = append(traits, 0)
			}
			traits[n] |= t
		}
	}
	return traits
}

// has says whether token i has one of these traits.
func (f *finder) has(i int, t trait) bool {
	n := f.words[i]
	return int(n) < len(f.traits) && f.traits[n]&t != 0
}

// any says whether some word of a text has one of these traits.
func (f *finder) any(t trait) bool {
	for i := range f.words {
		if f.has(i, t) {
			return true
		}
	}
	return false
}
