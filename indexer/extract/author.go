package extract

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// Bounds of an author: bytes of what is believed, and words of what only a class marks.
const (
	maxAuthor = 300
	maxSigned = 6
)

// credits tell that whoever is named after them made a picture.
var credits = regexp.MustCompile(`(?i)^(?:photos?|fotos?|fotografías?|fotograf|bild|bilder|image|images|imagen|immagine|picture|pictures|фото|صورة|تصوير|图|圖|攝影|摄影)(?:\s+(?:by|credit|courtesy|von|par|por|di))?\s*[:：©/]`)

var (
	authorMetas = []string{"author", "article:author", "dc.creator", "dcterms.creator", "citation_author", "byl", "parsely-author", "sailthru.author"}
	markups     = regexp.MustCompile(`<[^>]*>`)
	authorBegin = regexp.MustCompile(`(?i)^(?:(?:written|words|posted|published|story|text|artikel|article|un article|interview|texto|escrito|publicado|geschrieben)\s+)?(?:by|von|par|por|de|di|door|autor[ae]?|author|auteur|автор|بقلم|作者)\s*:?\s+`)
	// nobody are words that stand where a name would, folded.
	nobody = wordSet("follow author authors auteur auteurs autor autoren autorin publisher redaktion admin administrator editor editors staff webmaster user guest unknown anonymous none redaccion redaction редакция")
)

// author is who signed the page: by JSON-LD, by meta, by what is marked as the author, by the byline that was found, by the linking place.
// The site itself is one only where nobody else is named; a word that any page could have is none.
func author(f *facts, ld article, byline, hint string, isSite func(string) bool) (name, from string) {
	var site sourced
	for _, a := range []sourced{
		{ld.author, statement.FromJSONLD}, {f.first(authorMetas...), statement.FromMeta}, {signed(f.signed), statement.FromText}, {byline, statement.FromText},
		{hint, statement.FromFeed},
	} {
		name = clean(markups.ReplaceAllString(a.text, " "))
		name = strings.TrimSpace(strings.Trim(authorBegin.ReplaceAllString(name, ""), ",|·•-–—: "))
		if name != "" && len(name) <= maxAuthor && !strings.Contains(name, "://") && !strings.Contains(name, "@") && !credits.MatchString(name) && !nobody[fold.String(name)] {
			if !isSite(name) {
				return name, a.from
			}
			if site.text == "" {
				site = sourced{name, a.from}
			}
		}
	}
	return site.text, site.from
}

// signing are the classes of what holds the name of an author.
var signing = []string{"author", "author-name", "authorname", "author_name", "entry-author", "post-author", "byline-author", "byline__name", "byline", "p-author", "fn", "autor"}

// isSigned says whether a page marks an element as the name of its author.
func isSigned(n *html.Node) bool {
	return n.DataAtom != atom.Meta && n.DataAtom != atom.Link && (hasWord(attr(n, "rel"), "author") || hasWord(attr(n, "itemprop"), "author") || hasClass(n, signing))
}

// signed is the name in the first of the marked elements that hold little else, outside of comments and of what tells of other pages.
func signed(marked []*html.Node) string {
	i := slices.IndexFunc(marked, func(n *html.Node) bool {
		words := len(strings.Fields(textOf(n)))
		return words > 0 && words <= maxSigned && !elsewhere(n)
	})
	if i < 0 {
		return ""
	}
	return textOf(marked[i])
}
