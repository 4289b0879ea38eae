package annotate

import (
	"strings"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// headingWords head a list of signatories, in the languages that joint letters come in.
var headingWords = []string{
	"signed by", "co-signed by", "cosigned by", "signatories", "signatory organisations", "signatory organizations", "signatory", "undersigned",
	"undersigned organisations", "undersigned organizations", "signing organisations", "signing organizations", "cosignatories", "co-signatories",
	"endorsed by", "signers",
	"firmantes", "firmado por", "firman", "abajo firmantes", "organizaciones firmantes", "suscriben", "signatarios", "signatarias", "suscrito por",
	"signataires", "signé par", "cosigné par", "soussignés", "soussignées", "organisations signataires", "ont signé", "cosignataires",
	"подписали", "подписанты", "подписавшие", "подписавшиеся", "нижеподписавшиеся", "подписавшие организации", "подписано", "подписи",
	"الموقعون", "الموقعين", "الموقعات", "المنظمات الموقعة", "الجهات الموقعة", "التوقيعات", "الموقعة", "وقع عليه", "وقع عليها",
	"签署方", "签署人", "签署者", "签署组织", "签署机构", "签署单位", "签名", "联署", "联署方", "联署人", "联署组织", "联署机构", "联署团体",
	"簽署方", "簽署人", "簽署組織", "聯署", "聯署團體", "連署", "連署團體",
	"assinam", "signatários", "subscrevem", "assinado por", "unterzeichner", "unterzeichnende", "unterzeichnet von", "unterzeichnerinnen",
	"firmatari", "firmato da", "sottoscritto da", "ondertekenaars", "undertecknare", "undertecknat av",
}

// endWords are what begins the section after a list of signatories, folded. One that ends in a star may go on.
var endWords = []string{
	"about", "about *", "contact", "contacts", "contact us", "media contact*", "press contact*", "for media*", "notes", "note", "note to editors*", "notes to editors*",
	"for more information*", "for further information*", "background", "references", "footnotes", "share", "share this*", "related*", "read more*", "download*",
	"see also*", "sources", "annex", "appendix", "endnotes", "further reading*", "press enquiries*", "media enquiries*",
	"a propos*", "pour plus d*", "pour en savoir plus*", "contact presse*", "notes aux*", "partager",
	"acerca de*", "contacto*", "para mas informacion*", "notas", "nota", "mas informacion*", "compartir",
	"контакты", "контакт*", "о нас", "дополнительная информация*", "примечания", "примечание", "справка", "подробнее*", "поделиться",
	"للمزيد*", "لمزيد من*", "للتواصل*", "ملاحظات", "ملاحظه", "خلفيه*", "مشاركه",
	"联系*", "关于*", "注释", "备注", "更多信息*", "媒体联系*", "分享",
}

// endsList says whether a line begins what comes after a list.
func endsList(line string) bool {
	folded := strings.TrimRight(fold.String(line), " :：.")
	for _, w := range endWords {
		if open, more := strings.CutSuffix(w, "*"); more && strings.HasPrefix(folded, open) || folded == w {
			return true
		}
	}
	before, _, labelled := strings.Cut(folded, ":")
	return labelled && before != folded && endsList(before)
}

const (
	maxHeading   = 160 // characters of the sentence that heads a list
	maxAfter     = 5   // words that may follow the heading's own
	maxItem      = 150 // characters of one signatory
	maxItemWords = 20
)

// headed is a line that heads a list of signatories.
type headed struct {
	end  int    // of the line, in bytes
	rest string // what stands after the colon on the line itself
	from int    // where rest begins, in bytes
}

const (
	sentences = ".!?。؟！？" // end what comes before a heading
	window    = 4 * maxHeading
)

// heading says whether the line around a heading's words, which ends at lineEnd, heads a list: it is short or the end of a paragraph,
// says little after those words, and ends as a heading or with a colon. "We, the undersigned, call on states to:" says too much.
func heading(text string, m match, lineEnd int) (headed, bool) {
	h := headed{end: lineEnd}
	after := text[m.end:min(lineEnd, m.end+window)]
	colon := strings.IndexAny(after, ":：")
	before := text[max(0, m.start-window):m.start]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	if colon < 0 && (lineEnd-m.end > window || utf8.RuneCountInString(before+after) > maxHeading/2 || strings.ContainsAny(after, sentences)) {
		return headed{}, false
	}
	if colon >= 0 {
		_, size := utf8.DecodeRuneInString(after[colon:])
		h.rest = strings.TrimSpace(text[m.end+colon+size : lineEnd])
		h.from = m.end + colon + size + strings.Index(text[m.end+colon+size:lineEnd], h.rest)
		after = after[:colon]
	}
	if i := strings.LastIndexAny(before, sentences); i >= 0 {
		before = before[i+1:]
	}
	if utf8.RuneCountInString(before+after) > maxHeading || moreFields(after, maxAfter) || strings.ContainsAny(after, ",،，;") {
		return headed{}, false
	}
	return h, !asks(after)
}

// asks says whether a heading goes on with what the signatories want: then a list of demands follows.
func asks(after string) bool {
	last := ""
	for w := range strings.FieldsSeq(fold.String(after)) {
		last = w
	}
	switch last {
	case "to", "that", "on", "for", "call", "urge", "demand", "recommend", "que", "a", "de", "piden", "exigen", "solicitan", "demandent", "appellent", "recommandent",
		"призывают", "требуют", "чтобы", "الى", "علي", "呼吁", "要求", "敦促":
		return true
	}
	return strings.HasSuffix(last, "呼吁") || strings.HasSuffix(last, "要求") || strings.HasSuffix(last, "敦促")
}
