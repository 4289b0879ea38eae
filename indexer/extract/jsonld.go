package extract

import (
	"encoding/json"
	"html"
	"strings"
)

// article is what a page's JSON-LD says of the article that the page is.
type article struct {
	headline  string
	published string
	author    string
	publisher string
	body      string // the text, on pages that write it with a script
	types     string // its schema.org types, parted by spaces
	section   string // where the site files it
}

// Bounds on JSON-LD: objects looked at and how deep they nest.
const (
	maxObjects = 2000
	maxNesting = 12
)

// articleTypes are the schema.org types of a page's main thing; a type that ends in one of them counts as well.
var articleTypes = []string{"article", "posting", "report", "webpage", "creativework", "statement", "legislation", "review", "publicationissue"}

// readLD reads the JSON-LD scripts of a page. An article's own fields win over those of the web page that holds it.
func readLD(scripts []string) article {
	var r ldReader
	for _, s := range scripts {
		var v any
		if json.Unmarshal([]byte(s), &v) != nil && json.Unmarshal([]byte(repairLD(s)), &v) != nil {
			continue
		}
		r.visit(v, 0)
	}
	return r.best
}

// repairLD undoes the commonest faults: comment marks around the JSON, and line breaks within its strings.
func repairLD(s string) string {
	s = strings.TrimSpace(s)
	for _, mark := range []string{"<!--", "-->", "//<![CDATA[", "//]]>", "<![CDATA[", "]]>", ";"} {
		s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, mark), mark))
	}
	return strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(s)
}

type ldReader struct {
	best  article
	rank  int
	count int
}

func (r *ldReader) visit(v any, depth int) {
	if depth > maxNesting || r.count > maxObjects {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			r.visit(item, depth+1)
		}
	case map[string]any:
		r.count++
		r.consider(v)
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart"} {
			if inner, found := v[key]; found {
				r.visit(inner, depth+1)
			}
		}
	}
}

func (r *ldReader) consider(o map[string]any) {
	rank := articleRank(o["@type"])
	if rank == 0 || rank <= r.rank {
		return
	}
	a := article{
		headline:  ldText(o["headline"]),
		published: ldText(o["datePublished"]),
		author:    ldNames(o["author"]),
		publisher: ldNames(o["publisher"]),
		body:      ldBody(o["articleBody"]),
	}
	if a.headline == "" && rank > 1 {
		a.headline = ldText(o["name"])
	}
	if rank == 1 {
		a.published = "" // of a page that is no article: when it was made, not when it said what it says
	}
	if a == (article{}) {
		return
	}
	if a.published == "" && rank > 1 {
		a.published = ldText(o["dateCreated"])
	}
	if rank > 1 {
		a.types, a.section = ldTypes(o["@type"]), ldText(o["articleSection"])
	}
	r.best, r.rank = mergeArticles(a, r.best), rank
}

// ldTypes gives the names of an object's types, without the vocabulary they are of.
func ldTypes(v any) string {
	var names []string
	for _, t := range ldList(v) {
		if name, isText := t.(string); isText && len(names) < 4 {
			names = append(names, name[strings.LastIndexAny(name, "/#:")+1:])
		}
	}
	return strings.Join(names, " ")
}

func mergeArticles(a, b article) article {
	for _, f := range []struct{ to, from *string }{{&a.headline, &b.headline}, {&a.published, &b.published}, {&a.author, &b.author}, {&a.publisher, &b.publisher}, {&a.body, &b.body}, {&a.types, &b.types}, {&a.section, &b.section}} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	return a
}

// articleRank is 2 for an article, 1 for a web page, 0 for anything else (a breadcrumb, an organisation, a comment).
func articleRank(types any) int {
	rank := 0
	for _, t := range ldList(types) {
		name, _ := t.(string)
		name = strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
		for _, known := range articleTypes {
			if strings.HasSuffix(name, known) {
				rank = max(rank, 2)
			}
		}
		if strings.HasSuffix(name, "webpage") {
			rank = min(rank, 1)
		}
	}
	return rank
}

func ldList(v any) []any {
	if list, isList := v.([]any); isList {
		return list
	}
	return []any{v}
}

func ldText(v any) string {
	for _, item := range ldList(v) {
		if s, isText := item.(string); isText {
			return clean(html.UnescapeString(s))
		}
	}
	return ""
}

// ldBody keeps the lines of an article's text.
func ldBody(v any) string {
	s, _ := v.(string)
	var lines []string
	for l := range strings.Lines(html.UnescapeString(s)) {
		if l = clean(l); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

// ldNames joins the names of people or organisations, given as text or as objects.
func ldNames(v any) string {
	var names []string
	for _, item := range ldList(v) {
		name := ""
		switch item := item.(type) {
		case string:
			name = ldText(item)
		case map[string]any:
			name = ldText(item["name"])
		}
		if name != "" && !strings.HasPrefix(name, "http") && len(names) < 20 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
