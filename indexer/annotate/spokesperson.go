package annotate

import (
	"fmt"
	"strings"
	"unicode"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// maxPersons bounds the persons of one statement who are told to speak for actors.
const maxPersons = 200

// spokespersons says of the actors who are quoted which persons spoke for them. A person whom the text links to no actor of the registry is
// no actor: the quote keeps the name.
func (b *builder) spokespersons() {
	seen := make(map[string]bool)
	cut := 0
	for i := range b.found.Quotes {
		q := &b.found.Quotes[i]
		name, _ := person(q.Name)
		if q.Speaker == "" || !named(name) || b.isIssuer(statement.NameID(fold.String(name))) {
			continue
		}
		if actor, known := b.annotator.o.Registry.Actor(q.Speaker); known && actor.Kind == "person" || b.body(name) {
			continue
		}
		id := statement.NameID(fold.String(name))
		if seen[id+" "+q.Speaker] {
			continue
		}
		if len(seen) >= maxPersons {
			cut++
			continue
		}
		seen[id+" "+q.Speaker] = true
		b.found.Evidence = append(b.found.Evidence, statement.Evidence{
			Finding: "actor", ID: id, Role: statement.Quoted, In: inText, Start: q.Start, End: q.End, Rule: "speaks for " + q.Speaker, Confidence: 0.8,
		})
	}
	if cut > 0 {
		b.found.Notes = append(b.found.Notes, fmt.Sprintf("%d persons who speak for actors are not told: a statement has at most %d", cut, maxPersons))
	}
}

// named says whether who speaks is given as a person's name: two to four words with capitals, none an office or of a body.
func named(name string) bool {
	words := strings.Fields(name)
	if len(words) < 2 || len(words) > nameWords || len(name) > 4*maxAuthor {
		return false
	}
	capitals := 0
	for _, w := range words {
		f := fold.String(strings.Trim(w, ".,’'"))
		if bodyNouns[f] || roles[f] || offices[f] || unpersonal[f] || schools[f] || bodyWord[f] && f != "de" || articles[f] {
			return false
		}
		r := firstRune(w)
		if unicode.IsUpper(r) || unicode.Is(unicode.Lo, r) {
			capitals++
		}
	}
	return capitals >= 2 && capitals+1 >= len(words)
}
