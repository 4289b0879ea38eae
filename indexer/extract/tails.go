package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rostrum/internal/fold"
)

// calls are the words of lines that ask the reader to follow, subscribe or share, folded.
var calls = foldedLines(`
subscribe to|please subscribe|subscribe now|sign up for|sign up here|sign up to|follow us on|follow us at|join our telegram|join our whatsapp|our newsletter|our newsletters|like us on|already a subscriber|first-time subscribers|already a member?|log in to comment|share this article|share this story|click to tweet
suscribete|suscribase|siguenos|siganos en|unete a nuestro|canal de telegram|canal de whatsapp|nuestro boletin|nuestra newsletter|comparte esta|comparte este
abonnez-vous|inscrivez-vous|suivez-nous|suivez nous|notre newsletter|notre infolettre|partagez cet article
newsletter abonnieren|abonnieren sie|abonniere|folgen sie uns|folgt uns|folge uns|unseren newsletter|zum newsletter|iscriviti|seguici su|assine|siga-nos|inscreva-se
подпишитесь|подписывайтесь|наш телеграм|наш telegram|اشترك في|اشتركوا|تابعونا|تابعنا|关注我们|订阅|扫码|扫一扫|關注我們|訂閱
`)

// ends are how lines begin that stand below a text and tell of the page: its rights, its tags, when it was changed.
var ends = foldedLines(`
©|(c)|copyright|all rights reserved|filed under|tags:|tagged|posted in|categories:|category:|last updated|last modified|last reviewed|page last|this entry was posted|share this|print this
todos los derechos|archivado en|etiquetas:|ultima actualizacion|ultima modificacion|compartir
tous droits reserves|mots-cles|derniere mise a jour|derniere modification|mis a jour le|partager
alle rechte|schlagworte|letzte anderung|letzte aktualisierung|zuletzt geandert|zuletzt aktualisiert|stand:|teilen
все права защищены|теги:|метки:|последнее обновление|обновлено|جميع الحقوق محفوظه|كلمات مفتاحيه|اخر تحديث|版权所有|責任編輯|责任编辑|最后更新|标签：|标签:
`)

// Bounds on what is taken away: the length of a call, in characters; the lines at the end that are looked at; the headings that end a
// text with nothing below them.
const (
	maxCall     = 260
	maxTail     = 8
	maxHeadless = 2
)

// withoutCalls drops the lines amid a text that ask to subscribe and the like. They have a link, and little else.
func (r *repair) withoutCalls(selected []placed) []placed {
	return slices.DeleteFunc(slices.Clone(selected), func(s placed) bool {
		return s.at >= 0 && utf8.RuneCountInString(s.text) <= maxCall && hasLink(r.all[s.at].block) && holdsAny(s.text, calls)
	})
}

// withoutTail drops what follows the text: lines about the page, and headings with nothing below them.
func (r *repair) withoutTail(selected []placed) []placed {
	for range maxTail {
		last := len(selected) - 1
		if last < 1 || !r.tells(selected[last].text) {
			break
		}
		selected = selected[:last]
	}
	headings := 0
	for i := len(selected) - 1; i >= 0 && selected[i].at >= 0 && isHeading(r.all[selected[i].at].block); i-- {
		headings++
	}
	if headings <= maxHeadless && headings < len(selected) {
		selected = selected[:len(selected)-headings]
	}
	return selected
}

// tells says whether a line at the end of a text tells of the page.
func (r *repair) tells(text string) bool {
	if utf8.RuneCountInString(text) > maxCall {
		return false
	}
	key := fold.String(text)
	return slices.ContainsFunc(ends, func(e string) bool { return strings.HasPrefix(key, e) })
}

func holdsAny(text string, phrases []string) bool {
	key := fold.String(text)
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(key, p) })
}

func hasLink(n *html.Node) bool {
	for a := range n.Descendants() {
		if a.DataAtom == atom.A {
			return true
		}
	}
	return false
}
