package annotate

import (
	"strings"
	"unicode"

	"rostrum/internal/fold"
)

// roles are what people are and bodies are not.
var roles = setOf(`
	director professor prof chair chairperson chairman chairwoman president vice-president secretary ceo cto cfo coo founder co-founder cofounder lecturer researcher scholar fellow lawyer
	attorney barrister solicitor journalist author writer novelist artist actor actress musician engineer manager coordinator head mp mep senator minister councillor ambassador
	representative emeritus emerita dean rector adviser advisor officer deputy editor student consultant analyst developer programmer physician psychologist sociologist historian
	philosopher economist activist teacher photographer publisher evangelist technologist phd mba llm llb msc
	directora profesor profesora presidenta presidente abogado abogada coordinador coordinadora periodista investigador investigadora diputado diputada escritor escritora docente
	directeur directrice professeur professeure président présidente avocat avocate chercheur chercheuse fondateur fondatrice député députée sénateur sénatrice
	diretor diretora professora pesquisador pesquisadora advogado advogada jornalista direttore direttrice professore professoressa avvocato giornalista
	direktor direktorin professorin geschäftsführer geschäftsführerin vorsitzende vorsitzender rechtsanwalt rechtsanwältin
	директор профессор президент председатель юрист журналист руководитель депутат адвокат مدير مديرة أستاذ أستاذة رئيس رئيسة محام محامي محامية صحفي صحفية باحث باحثة`)

// schools are words of places where people work, told from bodies that sign by the person before them.
var schools = setOf(`university universidad universidade université universiteit universität università университет college institute school faculty law capacity capacité individuelle جامعة`)

// roleAt says which of the first four words of a piece is a role, from 1; 0 if none is.
func roleAt(piece string) int {
	n := 0
	for w := range strings.FieldsFuncSeq(piece, noWord) {
		if n++; n > 4 {
			return 0
		}
		if roles[fold.String(w)] {
			return n
		}
	}
	return 0
}

// isRole says whether a line is a role alone, as the line under a person's name is: "Senior Lecturer, Example Law School".
func isRole(line string) bool {
	first, _, _ := strings.Cut(line, ",")
	n := roleAt(first)
	if _, cut := person(line); cut || n == 0 || n > 3 {
		return false
	}
	words := strings.FieldsFunc(first, noWord)
	return len(words) == n || connectors[fold.String(words[n])]
}

// person cuts what follows a person's name: "Jane Doe, Professor, Example University", "Jane Doe / Artist", "Jane Doe – Director". What
// follows the name of a body is left as it is, since names have commas and dashes too.
func person(entry string) (name string, cut bool) {
	for _, mark := range []string{" / ", " | "} {
		if i := strings.Index(entry, mark); i > 0 {
			return strings.TrimSpace(entry[:i]), true
		}
	}
	for _, mark := range []string{", ", "، ", "，", " – ", " — ", " - "} {
		i := strings.Index(entry, mark)
		if i <= 0 || !looksPersonal(entry[:i]) {
			continue
		}
		for piece := range strings.SplitSeq(entry[i+len(mark):], mark) {
			if roleAt(piece) > 0 || ofSchool(piece) {
				return strings.TrimSpace(entry[:i]), true
			}
		}
	}
	return entry, false
}

func ofSchool(piece string) bool {
	for w := range strings.FieldsFuncSeq(piece, noWord) {
		if schools[fold.String(w)] {
			return true
		}
	}
	return false
}

// looksPersonal says whether a piece may be a person's name: two to five words, none of them a small word of the names of bodies, the last
// no role.
func looksPersonal(piece string) bool {
	n, last := 0, ""
	for w := range strings.FieldsSeq(piece) {
		n++
		last = w
		if unicode.IsLower(firstRune(w)) && !strings.Contains(" de da do dos von van der den di la el al bin ibn ter ", " "+w+" ") {
			return false
		}
	}
	return n >= 2 && n <= 5 && !ofSchool(piece) && !roles[fold.String(last)]
}
