package annotate

import (
	"strings"

	"rostrum/internal/fold"
)

// ruleCover is the rule of an issuer that the cover page of a document of the United Nations names.
const ruleCover = "cover-page"

const (
	coverBytes     = 2500
	maxCoverLines  = 40
	coverOnly      = 0.85
	maxCoverLength = 120 // bytes of a line that is a name alone
)

// isCover says whether a text begins with the cover page of a document of the United Nations.
func isCover(text string) bool {
	return coverMarks.any(text[:min(len(text), coverBytes)])
}

var coverMarks = newWording("Distr.:", "Distr. :", "Distr.: General", "Original: English", "Original: French", "Original: Spanish", "Original: Arabic", "Original: Russian", "Original: Chinese", "Original: ENGLISH", "Original: FRENCH", "Original: SPANISH", "Original: RUSSIAN", "Distr.\nGENERAL", "Distr. GENERAL", "Distr. general", "Распространение:", "التوزيع:", "分发：")

// cover reads the issuer off a cover page: who prepared or submitted the document, as the page says; the state it is a report of; or
// the organ whose report or resolution it is.
func (b *builder) cover(text *finder) (claimed, bool) {
	f := text.head(b.coverEnd())
	var found claimed
	f.eachToken(b.annotator.prepared, func(_ match, _, next int) {
		if articles[f.ahead(next)] {
			next++
		}
		if found.id != "" || next >= len(f.tokens) {
			return
		}
		if m, after := f.at(b.annotator.written, next); after > 0 && m.owner != shared {
			found = claimed{id: b.annotator.actors[m.owner].ID, in: inText, start: m.start, end: m.end}
		}
	})
	if found.id != "" {
		found.rule, found.confidence = ruleCover, headConfidence
		return found, true
	}
	organ, state := b.coverLines(f)
	head := fold.String(f.text[:b.coverEnd()])
	switch {
	case state.id != "" && (strings.Contains(head, "national report") || strings.Contains(head, "by the state under review") || strings.Contains(head, "rapport national") || strings.Contains(head, "informe nacional")):
		return state, true
	case organ.id != "" && organReports(b.in.Title, head):
		return organ, true
	}
	return claimed{}, false
}

// coverEnd is where the cover ends and the contents or the first chapter begins.
func (b *builder) coverEnd() int {
	end := min(len(b.in.Text), coverBytes)
	for _, mark := range []string{"\nContents", "\nI. ", "\nI.\u00a0", "\n1. ", "\nIntroduction", "\nTable des matières", "\nÍndice", "\nСодержание"} {
		if i := strings.Index(b.in.Text[:end], mark); i > 0 {
			end = i
		}
	}
	return end
}

// coverLines finds the last organ and the first state that have a line of the cover to themselves.
func (b *builder) coverLines(f *finder) (organ, state claimed) {
	at := 0
	for range maxCoverLines {
		if at >= len(f.text) || at > coverBytes {
			break
		}
		line, next := lineAt(f.text, at)
		name := strings.TrimRight(strings.TrimSpace(line), "*†")
		if s, known := b.known(name); known && name != "" && len(name) <= maxCoverLength {
			actor, _ := b.annotator.o.Registry.Actor(s.ID)
			start := at + strings.Index(f.text[at:], name)
			c := claimed{s.ID, ruleCover, inText, start, start + len(name), coverOnly}
			switch {
			case actor.Kind == "igo" && s.ID != "un" && s.ID != "unga":
				organ = c
			case actor.Kind == "state" && state.id == "":
				state = c
			}
		}
		at = next
	}
	return organ, state
}

// organReports says whether a document is an organ's own: a report, a resolution, a decision.
func organReports(title, head string) bool {
	title = fold.String(title)
	for _, word := range []string{"report of the", "resolution adopted", "decision adopted", "outcome of", "universal periodic review outcome", "rapport du", "informe del", "доклад", "تقرير", "报告"} {
		if strings.HasPrefix(title, word) || strings.Contains(head, "\n"+word) {
			return true
		}
	}
	return false
}

// preparing lead, anywhere on a cover page, to who prepared or submitted the document.
var preparing = []string{
	"prepared by", "submitted by", "compilation prepared by", "summary prepared by", "presented by", "note by", "report of", "report by", "etabli par", "etablie par", "presente par", "soumis par", "preparado por", "preparada por",
	"presentado por", "presentada por", "подготовлено", "представлено", "подготовленная", "представленный",
}
