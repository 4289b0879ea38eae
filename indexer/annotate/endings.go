package annotate

import (
	"strings"

	"rostrum/internal/fold"
)

// endWords are what begins the section after a list of signatories, folded. One that ends in a star may go on.
var endWords = []string{
	"about", "about *", "contact", "contacts", "contact us", "contact details", "media contact*", "press contact*", "for media*", "notes", "note", "note to editors*", "notes to editors*",
	"for more information*", "for further information*", "background", "references", "footnotes", "share", "share this*", "related*", "read more*", "read next*", "download*",
	"see also*", "sources", "annex", "appendix", "endnotes", "further reading*", "press enquiries*", "media enquiries*", "recommendations", "our demands", "latest*", "more from*",
	"most read*", "tags", "topics", "categories", "filed under*", "published*", "posted *", "comments", "leave a *", "subscribe*", "sign up*", "sign the *", "add your *", "follow us*",
	"join us*", "donate*", "you may also*", "you might also*", "previous", "next", "back to *", "privacy policy", "cookie*", "cc", "copy to*", "addressed to", "to",
	"a propos*", "pour plus d*", "pour en savoir plus*", "contact presse*", "notes aux*", "partager", "lire aussi*", "telecharger*",
	"acerca de*", "contacto*", "para mas informacion*", "notas", "nota", "mas informacion*", "compartir", "lea tambien*", "descargar*", "sobre nosotros", "compartilhar", "saiba mais*",
	"контакты", "контакт*", "о нас", "дополнительная информация*", "примечания", "примечание", "справка", "подробнее*", "поделиться", "читайте также*",
	"للمزيد*", "لمزيد من*", "للتواصل*", "ملاحظات", "ملاحظه", "خلفيه*", "مشاركه", "اقرا ايضا*",
	"联系*", "关于*", "注释", "备注", "更多信息*", "媒体联系*", "分享",
}

// endsList says whether a line begins what comes after a list.
func endsList(line string) bool {
	folded := strings.Trim(fold.String(line), " :：.*_#")
	if isEnd(folded) {
		return true
	}
	before, _, labelled := strings.Cut(folded, ":")
	return labelled && isEnd(strings.TrimSpace(before))
}

func isEnd(folded string) bool {
	for _, w := range endWords {
		if open, more := strings.CutSuffix(w, "*"); more && strings.HasPrefix(folded, open) || folded == w {
			return true
		}
	}
	return false
}
