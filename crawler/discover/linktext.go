package discover

import (
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"
)

// nextWords are what the link to a list's next page says, in lower case.
var nextWords = wordSet("next", "next page", "older", "older posts", "older entries", "older news", "suivant", "suivante", "page suivante", "siguiente",
	"página siguiente", "siguientes", "weiter", "nächste", "nächste seite", "следующая", "следующая страница", "далее", "вперед", "вперёд", "下一页", "下一頁",
	"下页", "次へ", "التالي", "الصفحة التالية", "próxima", "próximo", "seguinte", "avanti", "successiva", "volgende", "następna", "›", "»", ">", ">>", "→")

// emptyWords say nothing of what a link leads to.
var emptyWords = wordSet("pdf", "docx", "doc", "word", "html", "download", "here", "click", "read", "view", "open", "see", "more", "full", "text", "document", "file",
	"version", "the", "in", "as", "a", "this", "link", "kb", "mb", "en", "fr", "es", "ru", "zh", "ar", "télécharger", "lire", "la", "suite", "plus", "ici", "descargar", "leer",
	"más", "aquí", "ver", "скачать", "читать", "далее", "подробнее", "здесь", "загрузить", "下载", "下載", "更多", "查看", "تحميل", "المزيد", "هنا", "herunterladen", "hier", "mehr")

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// fileNote is what stands behind a link's text about its file: (PDF, 120 KB).
var fileNote = regexp.MustCompile(`(?i)\s*[(\[]\s*(pdf|docx?)\b[^)\]]*[)\]]\s*$`)

// titleOf makes a title candidate of a link's text: empty for one that could stand on any link.
func titleOf(text string) string {
	text = fileNote.ReplaceAllString(text, "")
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		if !emptyWords[word] {
			return text
		}
	}
	return ""
}

// saysNext says whether a link's text or class calls it the way to the next page.
func saysNext(text, class, label string) bool {
	bareText := strings.TrimSpace(strings.Trim(strings.ToLower(text), "›»>→ "))
	if nextWords[strings.ToLower(text)] || nextWords[bareText] || nextWords[strings.ToLower(strings.TrimSpace(label))] {
		return true
	}
	for token := range strings.FieldsSeq(strings.ToLower(class)) {
		if token == "next" || strings.HasSuffix(token, "-next") || strings.HasSuffix(token, "_next") || token == "next-page" || token == "nextpostslink" {
			return true
		}
	}
	return false
}

// maxPageNumber bounds the numbers that are taken for those of list pages: a year is none.
const maxPageNumber = 999

var pageNumber = regexp.MustCompile(`^\d{1,3}$`)

// continues says whether an address may be another page of a list: on its host, under its path.
func continues(list *url.URL, address string) bool {
	u, err := url.Parse(address)
	if err != nil || !strings.EqualFold(u.Host, list.Host) || u.Path == list.Path && u.RawQuery == list.RawQuery {
		return false
	}
	if u.Path == list.Path {
		return true
	}
	folder := pageFolder.ReplaceAllString(strings.TrimSuffix(list.Path, "/"), "")
	if path.Ext(folder) != "" {
		folder = path.Dir(folder)
	}
	rest, under := strings.CutPrefix(u.Path, strings.TrimSuffix(folder, "/")+"/")
	return under && pagePath.MatchString(rest)
}

var (
	pageFolder = regexp.MustCompile(`/(page|p|seite|pagina|página)?[/-]?\d{1,4}$`)
	pagePath   = regexp.MustCompile(`^[^/]*?(page|p|seite|pagina|página|index|list)?[/_-]?\d{1,4}(\.\w+)?/?$`)
)

// isPaper says whether an address, or the type that its link gives, is that of a paper: PDF or DOCX.
func isPaper(address, kind string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".pdf", ".docx":
		return true
	}
	return strings.EqualFold(strings.TrimSpace(kind), "application/pdf")
}
