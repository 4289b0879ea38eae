package annotate

import (
	"slices"
	"strings"
	"unicode"

	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// weakConfidence is that of an actor whom a text names by no name of its own: by a demonym, a capital, a name that means other things too.
const weakConfidence = 0.6

// newWeak enters the weak names of states: demonyms, capitals, names that mean other things as well. A name that two states have stands for
// neither. An adjective in Russian is entered in its cases, one in Arabic with its feminine.
func newWeak(words *analysis.Words, actors []registry.Actor) *names {
	weak := newNames(words)
	analyzer := analysis.NewAnalyzer()
	for i := range actors {
		for _, alias := range actors[i].Weak {
			folded := wordsOf(analyzer, alias)
			if actors[i].Kind != "state" || tooShort(folded) {
				continue
			}
			for _, form := range adjectives(folded) {
				weak.add(form, int32(i), spellingOf(alias, folded))
			}
		}
		for _, phrase := range actors[i].Except {
			if folded := wordsOf(analyzer, phrase); !weak.holds(folded) {
				weak.add(folded, shared, anyCase)
			}
		}
	}
	weak.freeze()
	return weak
}

// cases are the endings of Russian adjectives, by that of the nominative.
var cases = []struct{ nominative, all string }{
	{"ский", "ский ская ское ские ского ской скому скую ским ском ских скими"},
	{"цкий", "цкий цкая цкое цкие цкого цкой цкому цкую цким цком цких цкими"},
}

// adjectives gives the forms of a folded name that is an adjective of one word, else the name itself.
func adjectives(words []string) [][]string {
	last := words[len(words)-1]
	for _, c := range cases {
		if stem, found := strings.CutSuffix(last, c.nominative); found {
			return inPlace(words, with(stem, c.all))
		}
	}
	if stem, found := strings.CutSuffix(last, "ي"); found {
		return inPlace(words, []string{last, stem + "يه", "ال" + last, "ال" + stem + "يه"})
	}
	return [][]string{words}
}

// inPlace gives a name with each of these forms of its last word.
func inPlace(words, forms []string) [][]string {
	all := make([][]string, len(forms))
	for i, form := range forms {
		all[i] = append(append([]string(nil), words[:len(words)-1]...), form)
	}
	return all
}

// offices are words, folded, of those who act for a state: beside one of them a weak name means the state.
var offices = setOf(`
	delegation delegations delegate delegates government governments representative representatives ambassador ambassadors minister ministers ministry authorities mission parliament
	diplomat diplomats diplomacy officials negotiator negotiators proposal embassy envoy spokesperson spokesman spokeswoman administration presidency president chancellor premier
	senate congress cabinet counterpart
	delegacion gobierno representante representantes embajador embajadora ministro ministra ministerio cancilleria autoridades mision parlamento diplomacia propuesta embajada
	portavoz presidente presidenta congreso senado
	gouvernement representant representante ambassadeur ambassadrice ministre ministere autorites parlement proposition diplomatie ambassade president presidente
	делегация делегации делегацию делегацией правительство правительства правительству правительством представитель представителя представителем представители посол посла послом министр
	министра министром министерство власти властей парламент парламента миссия миссии сторона стороны дипломаты дипломатов предложение президент президента посольство
	وفد الوفد حكومة الحكومة ممثل الممثل ممثلة سفير السفير سفيرة رئيس الرئيس وزير الوزير وزارة الوزارة البرلمان البعثة بعثة السلطات سلطات`)

// between may stand between a weak name and the word of an office: "the Mexican foreign minister", "la délégation de la France".
var between = setOf(`prime foreign deputy vice permanent federal interim justice interior defence defense digital del de la du des l d el los las au aux of the`)

// capitalVerbs are what a capital does when it stands for its state, folded.
var capitalVerbs = setOf(`
	says said announced announces rejected rejects warned warns insisted insists opposes opposed accused accuses denied denies refused refuses demands demanded supports backed backs
	argues argued wants called condemned condemns proposed proposes welcomed
	dijo afirmo anuncio rechaza rechazo advirtio acuso nego exige apoya propone propuso
	declare annonce rejette refuse accuse dement exige soutient propose
	заявил заявила заявляет объявил объявила отвергла отверг обвинила обвинил поддержала поддержал предложила предложил выступила
	أعلنت قالت رفضت اتهمت حذرت دعت`)

// weakly visits the states that a text names by weak names, where the words beside one say that the state is meant, outside the regions taken.
func (b *builder) weakly(f *finder, taken []region, visit func(match)) {
	slices.SortFunc(taken, func(a, b region) int { return a.start - b.start })
	at := 0
	f.eachToken(b.annotator.weak, func(m match, from, next int) {
		for at < len(taken) && taken[at].end <= m.start {
			at++
		}
		if (at == len(taken) || m.end <= taken[at].start) && (f.beside(from, next) || f.acting(m, from, next)) {
			visit(m)
		}
	})
}

// regions gives where the text names actors by names of their own.
func (b *builder) regions() []region {
	all := make([]region, 0, len(b.named)+len(b.lists))
	for _, m := range b.named {
		all = append(all, region{m.start, m.end})
	}
	return all
}

// beside says whether the word of an office stands next to the tokens from to next, on one side or the other.
func (f *finder) beside(from, next int) bool {
	for j, steps := next, 0; j < len(f.tokens) && steps < 3; j, steps = j+1, steps+1 {
		term := f.tokens[j].Term
		if parted(f.text, f.tokens[j-1].End, f.tokens[j].Start) || strings.ContainsAny(f.text[f.tokens[j-1].End:f.tokens[j].Start], ".,") {
			break
		}
		if holds(offices, term) {
			return true
		}
		if !between[term] {
			break
		}
	}
	for j, steps := from-1, 0; j >= 0 && steps < 4; j, steps = j-1, steps+1 {
		term := f.tokens[j].Term
		if parted(f.text, f.tokens[j].End, f.tokens[j+1].Start) || strings.ContainsAny(f.text[f.tokens[j].End:f.tokens[j+1].Start], ".,") {
			break
		}
		if holds(offices, term) && (steps > 0 || !unicode.IsUpper(firstRune(f.text[f.tokens[from].Start:])) || arabic(term)) {
			return true
		}
		if !between[term] {
			break
		}
	}
	return false
}

// holds says whether a set has a word, or has it without what Arabic writes onto its beginning.
func holds(set map[string]bool, term string) bool {
	return set[term] || slices.ContainsFunc(withoutParticle(term), func(rest string) bool { return set[rest] })
}

func arabic(term string) bool { return unicode.Is(unicode.Arabic, firstRune(term)) }

// acting says whether a capital does what only a government does. It begins a clause, so that neither "in Washington said" nor "Ms. Washington
// said" is one; in Arabic the verb stands before it.
func (f *finder) acting(m match, from, next int) bool {
	first := firstRune(f.text[m.start:])
	switch {
	case unicode.Is(unicode.Arabic, first):
		return holds(capitalVerbs, f.back(from, 1))
	case unicode.Is(unicode.Han, first):
		return slices.ContainsFunc(hanVerbs, func(v string) bool { return strings.HasPrefix(f.text[m.end:], v) }) && (from == 0 || f.gap(from) != "")
	case !unicode.IsUpper(first) || !capitalVerbs[f.ahead(next)] || strings.TrimSpace(f.gap(next)) != "":
		return false
	}
	if articles[f.back(from, 1)] {
		from--
	}
	if persons[f.back(from, 1)] {
		return false
	}
	return from == 0 || strings.ContainsAny(f.gap(from), ".,!?;:\n") || openings[f.back(from, 1)]
}

var (
	articles = setOf(`the el la le les`)
	hanVerbs = []string{"表示", "称", "说", "宣布", "反对", "支持", "拒绝", "指责", "警告", "呼吁", "要求"}
)

// openings are words after which a clause begins.
var openings = setOf(`that but and while as because although since when if yet what whether que pero y mientras aunque et mais tandis что но и а как أن إن و`)

// weakMention is the evidence of a state that is named weakly.
func weakMention(id, where string, m match) statement.Evidence {
	return statement.Evidence{Finding: "actor", ID: id, Role: statement.Mentioned, In: where, Start: m.start, End: m.end, Rule: "weak-name", Confidence: weakConfidence}
}
