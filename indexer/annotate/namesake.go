package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// Names that mean more than one thing are told by what stands beside them, or left alone.

// given are names of states, folded, that are given names too; family those that are family names.
var (
	given  = setOf(`georgia jordan chad israel kenya cuba india china cyprus malta ireland brazil dominica`)
	family = setOf(`jordan france israel ireland chad mali holland england brazil germany israël`)
)

// firstNames are given names, folded, after which the name of a state is a family name.
var firstNames = setOf(`
	michael barbara vernon john jim james robert mary patricia jennifer linda elizabeth susan jessica sarah karen nancy lisa margaret sandra ashley emily donna michelle carol amanda melissa deborah stephanie rebecca laura cynthia
	kathleen amy angela anna emma helen nicole samantha katherine christine david william richard joseph thomas charles christopher daniel matthew anthony mark steven stephen paul andrew joshua kenneth kevin brian george edward
	ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam nathan henry peter neil hamilton
	anatole alain pierre jean jacques marie françois cécile claire sophie philippe juan josé luis carlos maría ana pedro miguel jorge antonio montell deandre eddie king louis june sam simon jon maurice joan seth`)

// ofBodies are words, folded, with which the name of a body or an office goes on after the name of its state: no person's name.
var ofBodies = setOf(`
	foreign prime human supreme central federal deputy interior defence defense justice civil digital internet data cyber computer emergency press daily times news today post television radio bank stock securities telecom airlines railways
	academy university school college customs police army navy air red green free open action women youth law bar medical peace summit declaration agreement convention protocol process round forum day week act code constitution
	parliament congress senate cabinet government ministry minister ministers president ambassador mission embassy delegation representative spokesperson chamber court authority agency office bureau department directorate
	has is was will and or in on at of to the for with said says`)

// american are words, folded, that tell of a state of the United States; americanBodies follow its bare name there, where the country's has an adjective.
var (
	american = setOf(`alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii idaho illinois indiana iowa kansas kentucky louisiana maryland massachusetts michigan minnesota mississippi missouri montana nebraska
		nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia wisconsin wyoming carolina dakota atlanta savannah gubernatorial republicans democrats sheriff`)
	americanBodies = setOf(`supreme legislature legislators lawmakers house senate general governor voters republicans democrats republican democratic state law attorney secretary power bureau sheriff county court runoff primary republicanos`)
	governors      = setOf(`governor gov senator senators sen rep congresswoman congressman gobernador gouverneur губернатор`)
)

// nearWords is how many words on either side of a name tell which of its meanings is meant.
const nearWords = 14

// namesake says whether a name that was found means something else here: a person, a state of the United States, a paragraph, a call to the reader.
func (b *builder) namesake(f *finder, m match, from, next int) bool {
	if m.owner < 0 {
		return false
	}
	first := firstRune(f.text[m.start:])
	if !unicode.IsUpper(first) || first >= utf8.RuneSelf && !unicode.Is(unicode.Latin, first) {
		return false
	}
	switch actor := &b.annotator.actors[m.owner]; {
	case next == from+1 && actor.Kind == "state":
		return f.ofPerson(from) || f.american(from) || f.ofBody(from)
	case next == from+2 && unicode.IsDigit(firstRune(f.tokens[from+1].Term)):
		return f.paragraph(m, from, next)
	case next == from+2 && actor.Kind != "state" && actor.Kind != "igo":
		return f.calling(from, next)
	}
	return false
}

// ofBody says whether the name of a state at token i ends that of a body: "Harbour Rights Foundation Valdoria".
func (f *finder) ofBody(i int) bool {
	return i > 1 && f.gap(i) == " " && bodyNouns[f.back(i, 1)] && unicode.IsUpper(firstRune(f.text[f.tokens[i-1].Start:])) && f.gap(i-1) == " " && unicode.IsUpper(firstRune(f.text[f.tokens[i-2].Start:]))
}

// ofPerson says whether the name of a state at token i is part of a person's.
func (f *finder) ofPerson(i int) bool {
	term := f.tokens[i].Term
	if i > 0 && persons[f.back(i, 1)] && strings.TrimLeft(f.gap(i), ". ") == "" && f.back(i, 1) != "he" {
		return true
	}
	if family[term] && i > 0 && f.gap(i) == " " && firstNames[f.back(i, 1)] && unicode.IsUpper(firstRune(f.text[f.tokens[i-1].Start:])) {
		return true
	}
	if !given[term] || i+1 >= len(f.tokens) || f.gap(i+1) != " " {
		return false
	}
	after := &f.tokens[i+1]
	raw := f.text[after.Start:after.End]
	if raw == "O" && strings.ContainsAny(f.text[after.End:min(len(f.text), after.End+3)], "'’") {
		return true
	}
	if !unicode.IsUpper(firstRune(raw)) || utf8.RuneCountInString(raw) < 3 || strings.IndexFunc(raw, unicode.IsLower) < 0 && len(raw) > 1 {
		return false
	}
	for _, set := range []map[string]bool{ofBodies, bodyNouns, bodyWord, offices, academic, campaigning, roles, whens, connectors, american} {
		if set[after.Term] {
			return false
		}
	}
	return !f.namesHere(i + 1)
}

// namesHere says whether a longer run of capitals goes on, as in the names of bodies: "Kenya Wildlife Service".
func (f *finder) namesHere(i int) bool {
	return i+1 < len(f.tokens) && f.gap(i+1) == " " && unicode.IsUpper(firstRune(f.text[f.tokens[i+1].Start:]))
}

// ambiguous are names of states, folded, that states of the United States bear too.
var ambiguous = setOf(`georgia géorgie`)

// american says whether a name at token i means a state of the United States, or a town there: "Lebanon, Ohio".
func (f *finder) american(i int) bool {
	if i+1 < len(f.tokens) && f.gap(i+1) == ", " && american[f.tokens[i+1].Term] && !ambiguous[f.tokens[i].Term] {
		return i+2 >= len(f.tokens) || strings.HasPrefix(f.text[f.tokens[i+1].End:], ",") || strings.HasPrefix(f.text[f.tokens[i+1].End:], ".")
	}
	if !ambiguous[fold.String(f.tokens[i].Term)] {
		return false
	}
	if i+1 < len(f.tokens) && f.gap(i+1) == " " && americanBodies[f.tokens[i+1].Term] {
		return true
	}
	if b := f.back(i, 1); (b == "of" || b == "de") && governors[f.back(i, 2)] || governors[b] {
		return true
	}
	for j := max(0, i-nearWords); j < min(len(f.tokens), i+nearWords); j++ {
		if american[f.tokens[j].Term] && unicode.IsUpper(firstRune(f.text[f.tokens[j].Start:])) {
			return true
		}
	}
	return false
}

// provisions follow the number of a paragraph, leading stand before one.
var (
	provisions = setOf(`of in or para provides provided guarantees protects requires sets lays states reads says stipulates enshrines prohibits applies establishes allows permits iccpr udhr and paragraph del de du des la garantiza protege establece dispose garantit prévoit`)
	leading    = setOf(`under as in by see with per to pursuant violates violating violation violate and article articles para paragraph within against from on the this that which of between invoke apply applies interpreting interpret
		según en del artículo selon à l`)
	bodyLeads = setOf(`organisation organization group ngo charity`)
)

// paragraph says whether a word and its number are a provision rather than a body of that name: a body writes itself in capitals, or speaks.
func (f *finder) paragraph(m match, from, next int) bool {
	raw := f.text[m.start:m.end]
	rest := f.text[m.end:]
	bracket := strings.TrimPrefix(rest, " ")
	switch {
	case len(bracket) > 1 && bracket[0] == '(' && (unicode.IsDigit(rune(bracket[1])) || len(bracket) > 2 && bracket[2] == ')'):
		return true
	case strings.IndexFunc(raw, unicode.IsLower) < 0:
		return false
	case strings.HasPrefix(f.gap(next), " ") && provisions[f.ahead(next)]:
		return true
	}
	return leading[f.back(from, 1)] && !bodyLeads[f.back(from, 1)] && !capitalVerbs[f.ahead(next)]
}

// calling says whether two words are the beginning of a sentence, or a call, rather than a name: "Access now and save". A name has both its capitals.
func (f *finder) calling(from, next int) bool {
	second := &f.tokens[from+1]
	return unicode.IsLower(firstRune(f.text[second.Start:])) && f.sentenceEnds(from) && next <= len(f.tokens)
}
