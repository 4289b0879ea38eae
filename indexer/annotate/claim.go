package annotate

import (
	"fmt"
	"strconv"
	"strings"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

const (
	claimBefore = 8  // words of a claim before its number, among which one tells that it is of those who sign
	claimAfter  = 12 // and after it
	claimOf     = 6  // words from the number to what is counted
	mostClaimed = 1_000_000
)

// signing are the beginnings of the words that tell of signing, folded.
var signing = []string{"sign", "cosign", "undersign", "endors", "joint", "coalition", "coalicion", "firma", "firman", "abajo", "suscri", "adhier", "soussign", "cosign", "assin", "subscrev", "unterzeich",
	"firmat", "sottoscr", "подпис", "нижеподпис", "موقع", "الموقع", "وقع"}

// atLeast are the words before a number that make it a lower bound.
var atLeast = setOf("over than least de más plus más mas mais oltre über mehr более свыше أكثر من")

// claimed notes how many signatories the text says there are, and whether the list has as many.
func (b *builder) claimed(listed int) {
	for _, place := range []struct {
		in, text string
		tokens   []analysis.Token
	}{{inTitle, b.in.Title, b.words.Title}, {inText, b.in.Text, b.words.Text}} {
		c, found := claimIn(place.text, place.tokens)
		if !found {
			continue
		}
		said := fmt.Sprintf("%d signatories are claimed, %d are listed", c.count, listed)
		if c.least {
			said = "more than " + said
		}
		b.found.Evidence = append(b.found.Evidence, statement.Evidence{
			Finding: "claim", ID: strconv.Itoa(c.count), In: place.in, Start: c.start, End: c.end, Rule: said, Confidence: 0.8,
		})
		if listed < c.count || !c.least && listed > c.count {
			b.found.Notes = append(b.found.Notes, said)
		}
		return
	}
}

// claim is a count of signatories that a text gives, and where, in bytes.
type claim struct {
	count      int
	least      bool
	start, end int
}

func claimIn(text string, tokens []analysis.Token) (claim, bool) {
	for i := range tokens {
		n, err := strconv.Atoi(strings.ReplaceAll(tokens[i].Term, ",", ""))
		if err != nil || n < fewest || n > mostClaimed || n >= 1900 && n < 2100 { // a year
			continue
		}
		last := counted(text, tokens, i)
		if last < 0 || !signs(sentenceAround(text, tokens, i)) {
			continue
		}
		least := i > 0 && atLeast[tokens[i-1].Term] || strings.HasPrefix(text[tokens[i].End:], "+") || strings.HasPrefix(text[tokens[i].End:], "多")
		return claim{n, least, tokens[i].Start, tokens[last].End}, true
	}
	return claim{}, false
}

// counted gives the token that says what a number counts: bodies or people who may sign; -1 if it counts something else.
func counted(text string, tokens []analysis.Token, i int) int {
	for _, unit := range []string{"个组织", "家组织", "个机构", "家机构", "个团体", "個團體", "個組織", "多个组织", "多家机构"} {
		if strings.HasPrefix(strings.TrimLeft(text[tokens[i].End:], "多余 "), unit) {
			return i
		}
	}
	for j := i + 1; j < len(tokens) && j <= i+claimOf; j++ {
		if strings.ContainsAny(text[tokens[j-1].End:tokens[j].Start], ".!?;:\n") {
			return -1
		}
		if term := tokens[j].Term; gatherings[term] || individuals[term] || strings.HasPrefix(term, "signator") || strings.HasPrefix(term, "firmante") || strings.HasPrefix(term, "signataire") || strings.HasPrefix(term, "организац") {
			return j
		}
	}
	return -1
}

// sentenceAround gives the words around token i, as far as its sentence and the bounds reach.
func sentenceAround(text string, tokens []analysis.Token, i int) []analysis.Token {
	from, to := i, i+1
	for from > max(0, i-claimBefore) && !strings.ContainsAny(text[tokens[from-1].End:tokens[from].Start], ".!?\n") {
		from--
	}
	for to < min(len(tokens), i+claimAfter) && !strings.ContainsAny(text[tokens[to-1].End:tokens[to].Start], ".!?\n") {
		to++
	}
	return tokens[from:to]
}

func signs(tokens []analysis.Token) bool {
	for i := range tokens {
		for _, s := range signing {
			if strings.HasPrefix(tokens[i].Term, fold.String(s)) {
				return true
			}
		}
	}
	return false
}
