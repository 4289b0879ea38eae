package annotate

import (
	"slices"
	"strings"
	"unicode"
)

// back gives the folded word before token i by so many words, or nothing at the beginning of the text.
func (f *finder) back(i, by int) string {
	if i-by < 0 {
		return ""
	}
	return f.tokens[i-by].Term
}

// backHas says whether the word before token i by so many words has one of these traits.
func (f *finder) backHas(i, by int, t trait) bool { return i >= by && f.has(i-by, t) }

func (f *finder) ahead(i int) string {
	if i >= len(f.tokens) {
		return ""
	}
	return f.tokens[i].Term
}

// gap is what stands between token i and the one before it; empty at the beginning.
func (f *finder) gap(i int) string {
	if i <= 0 || i >= len(f.tokens) || f.tokens[i-1].End > f.tokens[i].Start {
		return ""
	}
	return f.text[f.tokens[i-1].End:f.tokens[i].Start]
}

var (
	// bodyWords stand between "on behalf of" and a name.
	bodyWords = setOf(`the of and government governments people peoples delegation president nation king queen kingdom republic his her its their royal highness majesty excellency head state
		my own great brotherly independent sovereign entire citizens prime minister transitional federal union authorities our proud federation commonwealth brave valiant entire very parliament
		democratic islamic eastern socialist plurinational leadership
		del de la el los las gobierno pueblo presidente delegacion y du des le les l d et gouvernement peuple nom delegation president republique republica
		правительства народа делегации президента и имени`)
	promising = setOf(`full support appreciation commitment sincere unwavering firm solidarity strong congratulations cooperation readiness views own warm deep gratitude
		determination intention view unreserved wholehearted steadfast longstanding warmest heartfelt fullest best good highest most national active firm belief constant
		total complete deepest constructive assistance collaboration readiness confidence hope satisfaction message statement response approach vision pledge sympathy condolences profound perspective perspectives contribution great sorrow delegation homage`)
	acting = setOf(`would welcomes congratulates supports fully stands wishes pledges assures extends believes attaches strongly looks warmly shares joins thanks commends reiterates
		reaffirms aligns associates expresses hopes considers endorses appreciates recognizes firmly sincerely urges condemns regrets proud attaches trusts intends remains wholeheartedly continues values commits
		desea agradece apoya considera reitera reafirma felicita expresa suscribe saluda souhaite remercie appuie felicite reitere exprime considere reaffirme soutient
		приветствует поддерживает благодарит считает выражает поздравляет подтверждает выступает`)
	lightly   = setOf(`is has will also takes was had did calls notes joined became`)
	grantings = setOf(`support cooperation that count commitment assistance assure assured assuring pledge solidarity`)
	givings   = setOf(`congratulations condolences sympathies sympathy greetings greeting felicitations wishes views perspectives perspective gratitude appreciation thanks message contribution
		readiness determination homage`)
	persons = setOf(`mr mrs ms miss dr sir madam madame prof professor ambassador excellency sheikh h.e he`)
	others  = setOf(`his her your their this sister brotherly friendly fraternal neighbouring neighboring brother its another`)
	chairs  = setOf(`chairman secretary president king`)
	lands   = setOf(`country nation state land republic government people`)
	// reportedOf follow the name of a state whose minister is cited: "as the President of X said".
	reportedOf = setOf(`said stated reminded has had recently mentioned noted observed put told rightly eloquently pointed declared indicated did so emphasized stressed explained knows mr mrs ms dr`)
	// charges are what nobody calls their own: "X's aggression", "X's unlawful occupation".
	charges = setOf(`aggression invasion war occupation annexation attack attacks atrocities crimes violation violations provocations threats lies propaganda disinformation blackmail brutality bombardment onslaught`)
	regrets = setOf(`thank thanks condolences sympathy sympathies congratulate congratulating congratulations welcome welcoming tribute solidarity felicitations greet salute like unlike against with between felicitar felicito felicite`)
)

// weigh tells what one place where a country is named is worth, for being the speaker's own. What is between 2 and 4 speaks for it, what is
// below 0 against it.
func (f *finder) weigh(s *spot) float64 {
	if s.weak {
		return f.weakWorth(s)
	}
	return f.before(s) + f.after(s)
}

// before weighs the words that lead to a name.
func (f *finder) before(s *spot) float64 {
	i := s.from
	steps := 0
	for steps < 9 && f.backHas(i, steps+1, ofBodyWord) {
		steps++
	}
	lead, of := f.back(i, steps+1), false
	for k := 1; k <= steps; k++ {
		of = of || f.back(i, k) == "of" || f.back(i, k) == "de" || f.back(i, k) == "du" || f.back(i, k) == "del"
	}
	passed := func(words ...string) bool {
		for k := 1; k <= steps; k++ {
			if slices.Contains(words, f.back(i, k)) {
				return true
			}
		}
		return false
	}
	two, land := f.back(i, 2), f.backHas(i, 1, ofLand)
	switch {
	case lead == "behalf" || lead == "name" && f.back(i, steps+3) == "in" || lead == "au" && passed("nom") || lead == "nombre" || lead == "от" && passed("имени") || lead == "en" && f.back(i, steps) == "nombre":
		return 4
	case land && two == "my", land && passed("my"), f.backHas(i, steps+1, ofLand) && !passed("and") && f.ownLand(i-steps, s.next):
		return 4
	case land && f.backHas(i, 2, ofOther), f.backHas(i, 2, ofLand) && (f.backHas(i, 3, ofOther) || f.backHas(i, 4, ofOther)), f.backHas(i, 1, ofOther):
		return -4
	case passed("president", "minister", "republic", "kingdom", "king", "queen", "presidency") && f.onBehalf(i-steps):
		return 3
	case s.next < len(f.tokens) && f.has(s.next, ofReported) && (lead == "as" || f.capacity(i-steps)):
		return -1
	case f.capacity(i - steps):
		return 4
	case lead == "as" && passed("president", "minister", "king", "queen", "head"), lead == "as" && f.back(i, 1) == "of" && two == "leader":
		return 4
	case slices.Contains([]string{"representing", "represent", "represents"}, lead), lead == "from" && f.back(i, steps+2) == "come":
		return 4
	case (lead == "from" || lead == "of") && slices.Contains([]string{"greetings", "regards", "wishes", "congratulations", "gratitude", "appreciation", "message", "salutations", "felicitations"}, f.back(i, steps+2)):
		return 3
	case lead == "from" && f.greets(i-steps-1):
		return 3
	case lead == "we" && f.back(i, steps) == "the" && passed("people"), lead == "in" && f.back(i, steps+2) == "we":
		return 3
	case steps > 0 && f.back(i, steps) == "of" && givings[lead]:
		return 2
	case f.backHas(i, steps+1, ofRegret) || lead == "to" && steps > 0:
		return -2.5
	case f.named(i - steps):
		return -3
	case f.back(i, 1) == "of" && grantings[two] && f.back(i, 3) != "the" && two != "solidarity" || two == "of" && f.back(i, 1) == "the" && grantings[f.back(i, 3)] || lead == "you" && passed("of") && grantings[f.back(i, steps+2)] ||
		slices.Contains([]string{"him", "her", "them", "assembly"}, lead) && slices.Contains([]string{"assure", "assuring"}, f.back(i, steps+2)):
		return 2
	case f.back(i, 1) == "on" && two == "count":
		return 2
	case passed("delegation", "delegacion", "делегации") && of:
		return 2
	case passed("president", "minister", "presidente") && of:
		return -1
	case passed("people", "peoples", "government", "gobierno", "gouvernement") && of:
		return 0.8
	}
	return 0
}

// ownLand says whether "my country" and a comma stand before token i, so that the name which ends before next says which: "my own country, the
// Republic of X". It does not where that begins a list.
func (f *finder) ownLand(i, next int) bool {
	own := f.back(i, 2)
	if ownEpithets[own] {
		own = f.back(i, 3)
	}
	return own == "my" && strings.ContainsAny(f.gap(i), ",–—") && !strings.ContainsAny(f.gap(i), ".;:\n") && (f.ahead(next) != "and" || f.gap(next) != " ")
}

var ownEpithets = setOf(`own beloved dear great proud small young`)

// greets says whether the sentence up to token i brings greetings: "I bring warm greetings to all from".
func (f *finder) greets(i int) bool {
	for k := 1; k <= 12 && i-k >= 0; k++ {
		if strings.ContainsAny(f.gap(i-k+1), ".!?;") {
			return false
		}
		if t := f.back(i, k); t == "greetings" || t == "salutations" || t == "felicitations" {
			return true
		}
	}
	return false
}

// mine says whether a sentence is in the first person up to token i, or begins with it.
func (f *finder) mine(i int) bool {
	for k := 0; k <= 12; k++ {
		if f.beginsSentence(i - k) {
			return k == 0
		}
		t := f.back(i, k+1)
		if t == "you" || t == "him" || t == "her" || t == "his" || t == "your" || t == "see" {
			return false
		}
		if f.backHas(i, k+1, ofFirstPerson) {
			return true
		}
	}
	return false
}

// onBehalf says whether the sentence up to token i speaks on behalf of a person: "On behalf of His Excellency Jan Holt, President of".
func (f *finder) onBehalf(i int) bool {
	for k := 1; k <= 16 && i-k >= 0; k++ {
		if t := f.back(i, k); t == "behalf" || t == "envoy" && f.back(i, k+2) == "as" || (t == "greetings" || t == "regards" || t == "salutations") && k > 1 {
			return true
		}
		if i-k+1 < len(f.tokens) && strings.ContainsAny(f.gap(i-k+1), "!?;") || k > 2 && strings.Contains(f.gap(i-k+1), ". ") && !persons[f.back(i, k)] {
			return false
		}
	}
	return false
}

// capacity says whether the words before token i name the capacity in which somebody speaks: "in my capacity as", "as the Foreign Minister of".
func (f *finder) capacity(i int) bool {
	office := false
	for k := 1; k <= 8 && i-k >= 0; k++ {
		t := f.back(i, k)
		switch {
		case t == "as" && office:
			return f.mine(i - k)
		case f.backHas(i, k, ofOfficer|ofChair):
			office = true
		case k > 1 && strings.ContainsAny(f.gap(i-k+1), ".;:!?"):
			return false
		}
	}
	return false
}

// named says whether the word before token i belongs to a person's name or the title of one: "Mr. Jan Holt of", "the representative of".
func (f *finder) named(i int) bool {
	if i-1 < 0 {
		return false
	}
	t := &f.tokens[i-1]
	if i < len(f.tokens) && strings.ContainsAny(f.gap(i), ".!?\n") {
		return false
	}
	switch t.Term {
	case "representative", "ambassador", "affairs", "minister":
		return true
	}
	if i >= len(f.tokens) || f.tokens[i].Term != "of" && f.tokens[i].Term != "from" {
		return false
	}
	return unicode.IsUpper(firstRune(f.text[t.Start:])) && !persons[t.Term] && i-2 >= 0 && (unicode.IsUpper(firstRune(f.text[f.tokens[i-2].Start:])) || persons[f.tokens[i-2].Term])
}

// after weighs the words that follow a name.
func (f *finder) after(s *spot) float64 {
	rest := f.text[s.end:min(len(f.text), s.end+6)]
	next := f.ahead(s.next)
	possessive := strings.HasPrefix(rest, "'s") || strings.HasPrefix(rest, "’s") || strings.HasPrefix(rest, "'") && strings.HasSuffix(f.text[s.start:s.end], "s") || strings.HasPrefix(rest, "’") && strings.HasSuffix(f.text[s.start:s.end], "s")
	switch {
	case next == "my" && strings.TrimSpace(f.gap(s.next)) == "," && f.apposed(s.next+1): // "X, my country,"
		return 4
	case possessive && (charges[next] || charges[f.ahead(s.next+1)]):
		return -4
	case possessive && promising[next]:
		return 2
	case possessive, s.next < len(f.tokens) && strings.ContainsAny(f.gap(s.next), ".,;:!?()—–"):
		return 0.2
	case next == "delegation" || next == "delegacion":
		return 2
	case f.back(s.from, 1) == "and" || f.back(s.from, 1) == "in":
		return 0.2
	case f.back(s.from, 1) == "of" && !slices.Contains([]string{"people", "government", "delegation"}, f.back(s.from, 2)):
		return 0.2
	case f.beginsSentence(s.from) && (lightly[next] || acting[next] || third(next)):
		return 1.3
	case acting[next]:
		return 2
	case next == "and" && f.ahead(s.next+1) == "its":
		return 1.3 // "X and its satellites" is somebody else's word as well
	case lightly[next]:
		return 0.8
	}
	return 0.2
}

// apposed says whether "country", "own country" or the like stands at token i and ends there: not "with regard to X, my country has always".
func (f *finder) apposed(i int) bool {
	if f.ahead(i) == "own" {
		i++
	}
	return lands[f.ahead(i)] && (i+1 >= len(f.tokens) || strings.ContainsAny(f.gap(i+1), ",.;:)–—"))
}

// beginsSentence says whether token i, or the article before it, is the first of a sentence.
func (f *finder) beginsSentence(i int) bool {
	if f.back(i, 1) == "the" {
		i--
	}
	return i <= 0 || strings.ContainsAny(f.gap(i), ".!?\n") && strings.TrimSpace(f.gap(i)) != "" || strings.Contains(f.gap(i), "\n\n")
}

// third says whether a word may be a verb in the third person: "Canada believes".
func third(word string) bool {
	return len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !connectors[word]
}

// weakWorth weighs a demonym: "the Chadian delegation", "we Fijians".
func (f *finder) weakWorth(s *spot) float64 {
	next, last := f.ahead(s.next), f.back(s.from, 1)
	switch {
	case last == "we", (last == "my" || last == "our") && (lands[next] || next == "delegation"):
		return 3
	case f.onBehalf(s.from):
		return 3
	case f.capacity(min(s.next+2, len(f.tokens))):
		return 3
	case next == "delegation" || next == "delegacion" || last == "delegacion" || last == "delegation" || next == "делегация":
		if f.back(s.from, 2) == "your" || f.back(s.from, 1) == "your" {
			return -2
		}
		return 2.5
	case f.back(s.from, 1) == "the" && f.back(s.from, 2) == "of" && f.back(s.from, 3) == "behalf":
		return 3
	case next == "people" || next == "government" || next == "nation":
		return 0.8
	}
	return 0
}
