package analysis

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"

	"rostrum/internal/fold"
)

// Languages lists the languages that have a stemmer (ISO 639-1), sorted.
func Languages() []string { return []string{"ar", "de", "en", "es", "fr", "it", "pt", "ru"} }

// Stems says whether a language has a stemmer.
func Stems(language string) bool {
	switch language {
	case "ar", "de", "en", "es", "fr", "it", "pt", "ru":
		return true
	}
	return false
}

// accents are endings that folding made unlike what a stemmer looks for, longest first, and what it shall see instead.
type accents [][2]string

var (
	frenchAccents     = accents{{"ieres", "ières"}, {"erent", "èrent"}, {"iere", "ière"}, {"ites", "ités"}, {"ees", "ées"}, {"ite", "ité"}, {"ee", "ée"}}
	spanishAccents    = accents{{"logia", "logía"}, {"cion", "ción"}, {"sion", "sión"}}
	portugueseAccents = accents{{"logia", "logía"}, {"coes", "ção"}, {"cao", "ção"}}
)

func (a accents) restore(term string) string {
	for _, e := range a {
		if head, ok := strings.CutSuffix(term, e[0]); ok && len(head) > 2 {
			return head + e[1]
		}
	}
	return term
}

// Stem gives the stem of a folded term in a language: what its inflected forms share. It is the term itself where the language has no
// stemmer, and for numbers and document symbols.
func Stem(term, language string) string {
	if strings.ContainsAny(term, "0123456789/ ") {
		return term
	}
	var stemmed string
	switch language {
	case "ar":
		return stemArabic(term)
	case "de":
		stemmed = snowball(german.Stem, term)
	case "en":
		stemmed = snowball(english.Stem, term)
	case "es":
		stemmed = snowball(spanish.Stem, spanishAccents.restore(term))
	case "fr":
		stemmed = snowball(french.Stem, frenchAccents.restore(term))
	case "it":
		stemmed = snowball(italian.Stem, term)
	case "pt":
		stemmed = snowball(portuguese.Stem, portugueseAccents.restore(term))
	case "ru":
		stemmed = snowball(russian.Stem, term)
	default:
		return term
	}
	if stemmed == "" {
		return term
	}
	return fold.String(stemmed)
}

func snowball(stem func(*snowballstem.Env) bool, term string) string {
	env := snowballstem.NewEnv(term)
	stem(env)
	return env.Current()
}

var (
	arabicPrefixes = []string{"وال", "بال", "كال", "فال", "ال", "لل", "و"}
	arabicSuffixes = []string{"ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"}
)

// stemArabic takes off the article with its particles and the endings of number and gender: the light stemmer "light10" of Larkey,
// Ballesteros and Connell, which was made for letters folded as fold does. Two letters at least are left, three after "و".
func stemArabic(term string) string {
	for _, p := range arabicPrefixes {
		if rest, ok := strings.CutPrefix(term, p); ok && len(rest) >= 4 && (p != "و" || len(rest) >= 6) {
			term = rest
			break
		}
	}
	for _, s := range arabicSuffixes {
		if head, ok := strings.CutSuffix(term, s); ok && len(head) >= 4 {
			term = head
		}
	}
	return term
}
