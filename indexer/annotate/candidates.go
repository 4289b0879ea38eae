package annotate

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// FindingCandidate is the finding of a body that no registry knows: its evidence says where the text names it.
const FindingCandidate = "candidate"

const (
	maxCandidates  = 50 // different bodies noted in one statement
	maxShortWords  = 12 // words before the brackets of an abbreviation that may be what it stands for
	minShort       = 2  // letters of an abbreviation
	maxShort       = 10
	candidateWords = 9 // of a name found by pattern
)

// bodyNouns are words that names of bodies are made with, in languages with capitals.
var bodyNouns = setOf(`
	association foundation coalition network alliance federation union institute centre center council committee commission organization organisation society initiative trust forum campaign
	movement collective consortium league observatory agency authority secretariat observatorio asociación fundación coalición red alianza federación unión instituto centro consejo comité comisión organización sociedad
	colectivo consorcio liga agencia fondation coalition réseau fédération institut conseil comité commission organisation société collectif ligue agence ассоциация фонд коалиция сеть альянс федерация союз институт
	центр совет комитет комиссия организация общество движение консорциум`)

// candidates notes bodies that the registry does not know: those whose abbreviation the text introduces, and those named with a capital and a
// word that bodies bear. It also finds again, as a known actor, what the text introduced an abbreviation for.
func (b *builder) candidates(f *finder) {
	seen := make(map[string]bool)
	cut := 0
	taken := append(b.regions(), b.lists...)
	slices.SortFunc(taken, func(a, b region) int { return a.start - b.start })
	note := func(start, end int, rule string, confidence float64) {
		name := tidy(b.in.Text[start:end])
		id := statement.NameID(fold.String(name))
		if _, known := b.known(name); known || overlaps(taken, start, end) || b.ownSite(name) {
			return
		}
		if !seen[id] && len(seen) >= maxCandidates {
			cut++
			return
		}
		if seen[id] {
			return
		}
		seen[id] = true
		b.found.Evidence = append(b.found.Evidence, statement.Evidence{Finding: FindingCandidate, ID: id, In: inText, Start: start, End: end, Rule: rule, Confidence: confidence})
	}
	for i := 0; i < len(f.tokens); i++ {
		t := &f.tokens[i]
		body := f.has(i, ofBodyNoun)
		bracket := i > 0 && f.gap(i) == " ("
		if !body && !bracket || f.symbol(i) {
			continue
		}
		if bracket && bracketCloses(f.text, t.End) {
			if from := f.standsFor(i); from >= 0 {
				note(f.tokens[from].Start, f.tokens[i-1].End, "introduced", 0.8)
			}
		}
		if body && unicode.IsUpper(firstRune(f.text[t.Start:])) {
			if from, to := f.capitalised(i); to-from >= 2 {
				note(f.tokens[from].Start, f.tokens[to-1].End, "pattern", 0.5)
				i = to - 1
			}
		}
	}
	if cut > 0 {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("%d names of bodies that no list knows were not kept as candidates: a statement has at most %d", cut, maxCandidates))
	}
}

// ownSite says whether a name is that of the site the statement stands on.
func (b *builder) ownSite(name string) bool {
	return b.in.SiteName != "" && fold.String(name) == fold.String(b.in.SiteName)
}

// overlaps says whether a stretch overlaps one of the regions, which are in order.
func overlaps(taken []region, start, end int) bool {
	i, _ := slices.BinarySearchFunc(taken, start, func(r region, at int) int { return r.end - at })
	for ; i < len(taken) && taken[i].start < end; i++ {
		if taken[i].end > start {
			return true
		}
	}
	return false
}

func bracketCloses(text string, end int) bool {
	return strings.HasPrefix(text[end:], ")") || strings.HasPrefix(text[end:], "”)") || strings.HasPrefix(text[end:], `")`)
}

// standsFor gives the first of the words before an abbreviation in brackets whose initials it is made of, or -1.
func (f *finder) standsFor(i int) int {
	short := f.text[f.tokens[i].Start:f.tokens[i].End]
	letters := []rune(fold.String(short))
	if n := len(letters); n < minShort || n > maxShort || strings.ContainsFunc(short, unicode.IsLower) || strings.ContainsFunc(short, unicode.IsDigit) || !strings.ContainsFunc(short, unicode.IsUpper) {
		return -1
	}
	k := len(letters) - 1
	for j := i - 1; j >= 0 && j >= i-maxShortWords; j-- {
		if f.tokens[j].Symbol() {
			continue
		}
		if j < i-1 && strings.ContainsAny(f.gap(j+1), ".,;:!?()\n") {
			return -1
		}
		r, _ := utf8.DecodeRuneInString(f.tokens[j].Term)
		capital := unicode.IsUpper(firstRune(f.text[f.tokens[j].Start:]))
		switch {
		case r == letters[k] && (capital || !connectors[f.tokens[j].Term]):
			if k--; k < 0 {
				if !capital {
					return -1
				}
				return j
			}
		case !connectors[f.tokens[j].Term]:
			return -1
		}
	}
	return -1
}

// capitalised gives the run of capitalised words around token i, with the small words between them: the tokens from from to before to.
func (f *finder) capitalised(i int) (from, to int) {
	apart := func(j int) bool {
		return strings.TrimSpace(f.gap(j)) != "" && f.gap(j) != "-" && f.gap(j) != "’" && f.gap(j) != "'" || strings.Contains(f.gap(j), "\n")
	}
	upper := func(j int) bool {
		return !f.tokens[j].Symbol() && unicode.IsUpper(firstRune(f.text[f.tokens[j].Start:]))
	}
	from, to = i, i+1
	for j := i - 1; j >= 0 && i-j < candidateWords && !apart(j+1); j-- {
		if term := f.tokens[j].Term; upper(j) && !openers[term] && !articles[term] {
			from = j
		} else if joining[term] || !connectors[f.tokens[j].Term] {
			break
		}
	}
	for j := i + 1; j < len(f.tokens) && j-from < candidateWords && !apart(j); j++ {
		if upper(j) {
			to = j + 1
		} else if !connectors[f.tokens[j].Term] || f.tokens[j].Term == "and" && j+2 < len(f.tokens) && !upper(j+1) {
			break
		}
	}
	return from, to
}

// joining join two names where they stand before one.
var joining = setOf(`and y e et и or ou o или`)

// introduced finds the abbreviations that the text introduces for actors of the registry, and visits each later place of one: it is valid in
// this text whether the registry has it or not.
func (b *builder) introduced(f *finder, visit func(match)) {
	var shorts map[string]int32
	at, cut := 0, false
	for i := 1; i < len(f.tokens); i++ {
		if f.gap(i) != " (" || !bracketCloses(f.text, f.tokens[i].End) {
			continue
		}
		for at < len(b.named) && b.named[at].end < f.tokens[i-1].End {
			at++
		}
		if at == len(b.named) || b.named[at].end != f.tokens[i-1].End || b.named[at].end-b.named[at].start < 4 {
			continue
		}
		short := f.text[f.tokens[i].Start:f.tokens[i].End]
		if len(short) < minShort || len(short) > maxShort || strings.ContainsFunc(short, unicode.IsLower) || !strings.ContainsFunc(short, unicode.IsUpper) {
			continue
		}
		owner, twice := shorts[short]
		switch {
		case twice && owner != b.named[at].owner:
			shorts[short] = shared
		case twice:
		case len(shorts) >= maxCandidates:
			cut = true
		case shorts == nil:
			shorts = map[string]int32{short: b.named[at].owner}
		default:
			shorts[short] = b.named[at].owner
		}
	}
	if cut {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("abbreviations that the text introduces were read up to the %dth", maxCandidates))
	}
	if len(shorts) == 0 {
		return
	}
	taken := b.regions()
	for i := range f.tokens {
		t := &f.tokens[i]
		if owner, is := shorts[f.text[t.Start:t.End]]; is && owner != shared && !f.line.shouted(f.text, t.Start) && !overlaps(taken, t.Start, t.End) {
			visit(match{owner, t.Start, t.End})
		}
	}
}

// introducedMention is the evidence of an actor named by an abbreviation that the text introduced.
func introducedMention(id, where string, m match) statement.Evidence {
	return statement.Evidence{Finding: "actor", ID: id, Role: statement.Mentioned, In: where, Start: m.start, End: m.end, Rule: "introduced", Confidence: 0.85}
}
