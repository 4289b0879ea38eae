package annotate

import (
	"strings"

	"rostrum/internal/fold"
)

// KindOfName guesses from the words of a name what bears it: igo, academic, company, coalition, other, and else ngo, which most bodies that no
// registry knows are. A guess, for a reader to judge: it proposes the kind of a candidate.
func KindOfName(name string) string {
	words := strings.FieldsFunc(fold.String(strings.NewReplacer("'s ", " ", "’s ", " ").Replace(name+" ")), noWord)
	if len(words) == 0 {
		return OtherKind
	}
	has := func(set map[string]bool) bool {
		for _, w := range words {
			if set[w] {
				return true
			}
		}
		return false
	}
	phrase := " " + strings.ReplaceAll(strings.Join(words, " "), "-", " ") + " "
	any := func(phrases []string) bool {
		for _, p := range phrases {
			if strings.Contains(phrase, " "+p+" ") {
				return true
			}
		}
		return false
	}
	first, last := words[0], words[len(words)-1]
	switch {
	case first == "un" && len(words) > 1 || strings.HasPrefix(phrase, " united nations ") || any(intergovernmental):
		return "igo"
	case first == "programme" && !has(campaigning):
		return "igo"
	case any(ofState) || has(political) || last == "party":
		return OtherKind
	case has(campaigning) && (!has(academic) || associations[last]):
		return "ngo"
	case has(commercial) && !has(campaigning):
		return "company"
	case last == "group" && has(scholarly), (last == "center" || last == "centre") && len(words) == 2:
		return "academic"
	case last == "group" && len(words) <= 4 && !has(worldly):
		return "company"
	case (last == "press" || last == "times" || last == "news" || last == "post" || last == "media") && len(words) <= 4:
		return "company"
	case has(academic) && !any(localAction):
		return "academic"
	case (has(centres)) && has(scholarly) && !has(campaigning):
		return "academic"
	case has(alliances) && has(campaigning):
		return "coalition"
	}
	return "ngo"
}

var (
	intergovernmental = []string{"inter governmental", "intergovernmental", "organization of american", "economic community", "development bank", "basin commission", "customs union", "monetary union", "monetary fund",
		"court of justice", "un security council", "general assembly", "stabilization mission", "peacekeeping", "small island developing states", "international tribunal", "criminal tribunal", "international commission",
		"organizacion de estados", "organisation des etats", "banco interamericano", "comunidad economica", "communaute economique", "наций", "الامم المتحده"}
	// ofState are bodies of one state, and others that are neither of civil society nor of business.
	ofState = []string{"ministry of", "ministry", "party", "electoral commission", "electorale nationale", "group of friends", "national congress", "armed forces", "fuerzas armadas", "high representative", "implementation of the peace agreement", "governing council",
		"liberation movement", "peoples liberation", "people liberation", "liberation army", "liberation front", "episcopale", "episcopal", "bishops conference", "grand imam", "orthodox church", "constitution amendment", "of the constitution", "peace council",
		"political dialogue", "national conference", "national council of", "director of public prosecutions", "public prosecutor", "attorney general", "evaluation commission", "truth", "order of malta", "command for", "command",
		"commissioner", "democratic movement", "democratic front", "procedure", "congress of", "electoral", "supreme court", "constitutional court", "city of", "municipality of", "parliament of", "reconciliation center",
		"coordination centre of", "islamic research academy", "instancia especial", "pravoslavnaia", "police", "ministerio", "ministere", "министерство", "ayuntamiento", "partido", "parti", "партия"}
	political   = setOf(`ministry ministerio ministère министерство وزارة партия حزب`)
	commercial  = setOf(`inc ltd llc plc corp corporation gmbh limited company firm holdings consultancy consulting consultants partners ventures intelligence telecom telecommunications industries technologies airlines sociedad anónima ооо оао зао شركة`)
	campaigning = setOf(`women womens femmes mujeres feminist youth jeunesse jeunes girls children enfance rights derechos droits liberties justice solidarity solidarité civil ngo association asociación asociacion initiative network
		réseau red networks foundation fondation fundación fondo trust movement mouvement movimiento victims humanitarian relief aid advocacy campaign action volunteers union unions lawyers journalists reporters families indigenous
		alumni coalition fund society watch права правозащитный фонд ассоциация حقوق جمعية مؤسسة`)
	worldly  = setOf(`international global crisis working foresight world human youth women peace advocacy`)
	academic = setOf(`university universidad universidade université universität universiteit università университет جامعة college institute instituto institut институт academy academia académie академия معهد school research recherche investigación
		studies études estudios faculty polytechnic laboratory observatory etude`)
	centres   = setOf(`center centre centro центр مركز forum project endowment`)
	scholarly = setOf(`strategic policy studies study research security cooperation climate energy geostrategic dialogue thinking peace operations east endowment governance foresight`)
	alliances = setOf(`coalition alliance network coalición alianza red réseau коалиция تحالف`)
	bodyWord  = setOf(`organization organisation association center centre foundation fund network council committee institute forum group union society federation initiative trust movement party commission ministry for of the and`)
	// localAction are words of bodies whose institute or school does other things than research.
	localAction  = []string{"american institute", "development institute", "women institute", "legal research foundation", "school of leadership", "for alternative", "civil society", "accion social"}
	associations = setOf(`organization organisation association network foundation fund`)
)
