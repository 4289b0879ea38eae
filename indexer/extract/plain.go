package extract

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/statement"
)

// wrapped is the length, in characters, from which a line of plain text may have been broken by a margin rather than by its
// writer.
const wrapped = 50

// readPlain reads plain text: paragraphs are parted by blank lines, lines broken at a margin are joined, and the first short line
// is the title unless the linking place gave one.
func (x *Extractor) readPlain(in *Input) Page {
	text := decode(in.Body, in.Header)
	page := Page{Kind: "document", Title: clean(in.Hint.Title), TitleFrom: viaOf(in.Hint)}
	page.Author, page.AuthorFrom = hintedAuthor(in)
	page.NoIndex, page.NoArchive = robots(in.Header, nil)
	lines := plainLines(text)
	if page.Title == "" && len(lines) > 1 && utf8.RuneCountInString(lines[0]) <= 200 && !goesOn(lines[0], lines[1]) {
		page.Title, page.TitleFrom = lines[0], statement.FromText
	}
	if page.Title != "" && len(lines) > 1 && letters(lines[0]) == letters(page.Title) {
		lines = lines[1:]
	}
	if page.Title == "" {
		page.Title, page.TitleFrom = lastOfPath(in.URL), statement.FromURL
	}
	page.Text = strings.Join(lines, "\n")
	page.Language = language(page.Title+"\n"+page.Text, in.Header.Get("Content-Language"))
	page.Published, page.PublishedFrom = dating{in: in, facts: &facts{}, top: lines[:min(3, len(lines))]}.published()
	return page
}

// smallWords are words with which no title ends.
var smallWords = wordSet("the a an of to and or in on at for by with from as that this de la el los las del y en para por le les des du et au aux и в на с по")

// goesOn says whether a line is the beginning of a sentence that the next one goes on with, and no title.
func goesOn(line, next string) bool {
	first, _ := utf8.DecodeRuneInString(next)
	last := strings.ToLower(line[strings.LastIndexByte(line, ' ')+1:])
	return unicode.IsLower(first) || strings.HasSuffix(line, ",") || smallWords[last]
}

func plainLines(text string) []string {
	var lines []string
	joins := false
	for raw := range strings.Lines(text) {
		s := clean(raw)
		switch {
		case s == "":
			joins = false
		case joins && !startsItem(s):
			lines[len(lines)-1] += " " + s
			joins = utf8.RuneCountInString(s) >= wrapped
		default:
			lines = append(lines, s)
			joins = utf8.RuneCountInString(s) >= wrapped
		}
	}
	return lines
}

// startsItem says whether a line begins a list item: a bullet, a number, a letter in brackets.
func startsItem(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("-*•·–—◦▪", r) && strings.HasPrefix(s[n:], " ") {
		return true
	}
	mark, _, found := strings.Cut(s, " ")
	last, _ := utf8.DecodeLastRuneInString(mark)
	return found && utf8.RuneCountInString(mark) <= 5 && strings.ContainsRune(".)]", last) && unicode.IsDigit(rune(mark[0]))
}

// lastOfPath is what a file is called, for a text that has no other title.
func lastOfPath(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := strings.Trim(u.Path, "/")
	return clean(path[strings.LastIndexByte(path, '/')+1:])
}
