package annotate

import (
	"strings"
	"unicode"

	"rostrum/internal/fold"
	"rostrum/search/analysis"
)

// OtherKind is the kind of what acts in public and is none of the registry's kinds: a party, a ministry, a church, several at once.
const OtherKind = "other"

// Speaker is who a label stands for, such as those that a record of a meeting puts before what each said.
type Speaker struct {
	ID   string // the registry's; empty for one it does not know
	Name string // of the body or state, without the person and the office
	Kind string // state|igo|ngo|company|coalition|academic|person|other; told from the words of the name where the registry does not know it
}

// maxLabel bounds a label, in bytes.
const maxLabel = 1000

// Speaker reads a label: a name, "Mr. Jan Holt (Country)", "the representative of X", "Adviser at X", "A and B". A person stands for the state
// or body named beside it.
func (a *Annotator) Speaker(label string) Speaker {
	label = strings.TrimSuffix(tidy(label[:min(len(label), maxLabel)]), ":")
	if s, known := a.called(label); known {
		return s
	}
	if s, known := a.weaklyCalled(label); known {
		return s
	}
	outer, inner := inBrackets(label)
	if inner != "" {
		return a.bracketed(outer, inner)
	}
	for _, mark := range []string{"/", " and ", " And ", " & ", " y ", " et ", " и "} {
		if left, right, two := strings.Cut(label, mark); two {
			one, known := a.called(left)
			other, too := a.called(right)
			if known && too && one.ID != other.ID {
				return Speaker{Name: label, Kind: OtherKind}
			}
		}
	}
	if name, found := ofOffice(label); found {
		s := a.Speaker(name)
		if s.ID != "" {
			return s
		}
		if KindOfName(label) != OtherKind {
			return s
		}
	}
	return Speaker{Name: label, Kind: KindOfName(label)}
}

// called finds the one actor of a name.
func (a *Annotator) called(name string) (Speaker, bool) {
	name = strings.TrimSpace(name)
	for _, n := range []string{name, withoutArticle(name)} {
		if ids := a.o.Registry.ByAlias(n); len(ids) == 1 && n != "" {
			actor, _ := a.o.Registry.Actor(ids[0])
			return Speaker{actor.ID, actor.Name, actor.Kind}, true
		}
	}
	return Speaker{}, false
}

// weaklyCalled finds the one state that has this weak name, such as a name it bore.
func (a *Annotator) weaklyCalled(name string) (Speaker, bool) {
	at := uint32(0)
	for i, w := range wordsOf(analysis.NewAnalyzer(), name) {
		if at == 0 && i > 0 {
			return Speaker{}, false
		}
		if number := a.written.words.Number(w); i == 0 {
			at = a.weak.begin(number)
		} else {
			at = a.weak.step(at, number)
		}
	}
	if here := &a.weak.nodes[at]; at != 0 && here.ends && here.owner != shared {
		actor := &a.actors[here.owner]
		return Speaker{actor.ID, actor.Name, actor.Kind}, true
	}
	return Speaker{}, false
}

func withoutArticle(name string) string {
	for _, article := range []string{"the ", "The ", "la ", "La ", "le ", "Le ", "les ", "Les ", "el ", "El ", "los ", "Los ", "las ", "Las ", "l'", "L'", "l’", "L’"} {
		if rest, found := strings.CutPrefix(name, article); found {
			return rest
		}
	}
	return name
}

// inBrackets parts what is in brackets at the end of a label from what is before them.
func inBrackets(label string) (outer, inner string) {
	outer = withoutBrackets(label)
	if outer == label {
		return label, ""
	}
	return outer, strings.TrimFunc(label[len(outer):], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()（）[]", r) })
}

// bracketed reads "Mr. Jan Holt (Country)", "Firm name (Firm)", "Body (Organization : Country)".
func (a *Annotator) bracketed(outer, inner string) Speaker {
	place, known := a.called(inner)
	s, body := a.called(outer)
	switch note, _, _ := strings.Cut(fold.String(inner), " "); {
	case body:
		return s
	case known && addressedAs(outer) && KindOfName(outer) == "ngo" && !ngoWord(outer):
		return place
	case note == "firm" || note == "company":
		return Speaker{Name: outer, Kind: "company"}
	}
	return Speaker{Name: outer, Kind: KindOfName(outer)}
}

// addressedAs says whether a label begins with how a person is addressed.
func addressedAs(label string) bool {
	first, _, _ := strings.Cut(fold.String(label), " ")
	first = strings.TrimSuffix(first, ".")
	return persons[first] || honours[first]
}

var honours = setOf(`h.e judge general colonel lord lady baroness sir dame señor señora sr sra don doña monsieur m mme mlle dra ambassadeur ambassadrice embajador embajadora господин г-н г-жа посол السيد السيدة السفير`)

// ofOffice takes the body off the name of an office: "Permanent Representative of X", "Adviser at X", "the delegation of X".
func ofOffice(label string) (name string, found bool) {
	words := 0
	for i, r := range label {
		if r != ' ' {
			continue
		}
		if words++; words > 12 {
			break
		}
		rest := label[i+1:]
		lower := strings.ToLower(rest)
		for _, p := range []string{"of ", "for ", "at ", "de ", "del ", "du "} {
			if strings.HasPrefix(lower, p) && officeOf(label[:i]) {
				return withoutArticle(strings.TrimSpace(rest[len(p):])), true
			}
		}
	}
	return "", false
}

// officeOf says whether a piece is an office alone, but for the name of the person before it.
func officeOf(piece string) bool {
	last := ""
	for w := range strings.FieldsFuncSeq(piece, noWord) {
		last = fold.String(w)
	}
	if words := strings.Fields(fold.String(piece)); len(words) > 1 && (words[0] == "high" || words[0] == "special") {
		return false // "High Representative for X" speaks for others than X
	}
	return offices[last] && last != "parliament" && last != "ministry" && last != "government" && last != "congress" || roles[last] || last == "adviser" || last == "chairwoman"
}

// ngoWord says whether a name has a word that only bodies have.
func ngoWord(name string) bool {
	for w := range strings.FieldsFuncSeq(fold.String(name), noWord) {
		if bodyWord[w] {
			return true
		}
	}
	return false
}
