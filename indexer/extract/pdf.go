package extract

import (
	"context"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/indexer/extract/pdf"
	"rostrum/internal/fold"
	"rostrum/internal/statement"
)

// readPDF reads a PDF document. It waits for a worker as long as ctx lets it.
func (x *Extractor) readPDF(ctx context.Context, in *Input) (Page, error) {
	d, err := x.pdf.Read(ctx, in.Body)
	if err != nil {
		return Page{}, err
	}
	page := Page{Kind: "document", Notes: d.Notes}
	page.Author, page.AuthorFrom = hintedAuthor(in)
	page.NoIndex, page.NoArchive = robots(in.Header, nil)
	lines := make([]string, 0, len(d.Paragraphs))
	for _, p := range d.Paragraphs {
		if s := clean(p.Text); s != "" {
			lines = append(lines, s)
		}
	}
	page.Title, page.TitleFrom = documentTitle(in, d.Title, d.Heading, lines)
	page.Text = strings.Join(withoutTitle(lines, page.Title), "\n")
	page.Language = language(page.Title+"\n"+page.Text, in.Header.Get("Content-Language"))
	first := firstPage(d.Paragraphs)
	page.Symbols = symbolsOf(first)
	page.Published, page.PublishedFrom = dating{in: in, facts: &facts{}, top: datelines(first)}.published()
	return page, nil
}

// junkTitle is a title that a program wrote: the name of the file, of the program, or of nothing.
var junkTitle = regexp.MustCompile(`(?i)^(?:microsoft (?:word|powerpoint|excel)\b.*|untitled\b.*|no title|title|document\d*|presentation\d*|slide \d+|book\d+|layout \d+|.*\.(?:docx?|pdf|indd|qxd|odt|rtf|tex|pptx?|xlsx?|dvi|html?|wpd|pub|txt))$`)

// generic is the text of a link that names no document.
var generic = regexp.MustCompile(`(?i)^(?:(?:please )?(?:click )?here|download(?: (?:the )?(?:pdf|full|document|file|report|submission|letter|statement))*|(?:view |read |open |full |the )*(?:pdf|submission|letter|statement|report|text|document|version|article|more)(?: \(?pdf\)?)?|\(?pdf\)?(?:[ ,].{0,20})?|english|français|español|русский|العربية|中文|link|pdf version)$`)

// hintedAuthor is whom the linking place names.
func hintedAuthor(in *Input) (name, from string) {
	if name = clean(in.Hint.Author); name != "" {
		from = statement.FromFeed
	}
	return name, from
}

// documentTitle prefers what the linking place said where the document agrees, then its metadata where its first page has the words
// of them, then its largest letters, then the link alone, then what a letter says it is about or a short first line, and last the
// name of the file.
func documentTitle(in *Input, inFile string, large, lines []string) (title, from string) {
	hint, meta, heading := linkTitle(in), metaTitle(inFile, lines), headingOf(large)
	if len(strings.Fields(meta)) <= 2 && len(strings.Fields(heading)) > 3 {
		meta = "" // rather the name of who writes than the title of what is written
	}
	first := firstLine(lines)
	for _, c := range []string{meta, heading, first} {
		if hint != "" && !truncated(hint) && c != "" && agreeing(hint, c) {
			return bound(hint), viaOf(in.Hint)
		}
	}
	if hint != "" && stands(hint, lines) && utf8.RuneCountInString(hint) > utf8.RuneCountInString(heading) {
		return bound(hint), viaOf(in.Hint)
	}
	for _, c := range []sourced{{meta, statement.FromMeta}, {heading, statement.FromText}, {hint, viaOf(in.Hint)}, {first, statement.FromText}} {
		if c.text != "" {
			return bound(c.text), c.from
		}
	}
	return nameOfFile(in.URL), statement.FromURL
}

// linkTitle is what the linking place calls the document, unless that could be said of any.
func linkTitle(in *Input) string {
	hint := clean(in.Hint.Title)
	if generic.MatchString(hint) || junkTitle.MatchString(hint) {
		return ""
	}
	return hint
}

func metaTitle(inFile string, lines []string) string {
	title := clean(inFile)
	if junkTitle.MatchString(title) || !saysSomething(title) || !stands(title, lines) {
		return ""
	}
	return title
}

// headingOf joins the lines of the largest letters, without a date below them or above.
func headingOf(large []string) string {
	var kept []string
	for _, l := range large {
		if l = clean(l); !dateAlone(l) && !monthOfYear(l) {
			kept = append(kept, l)
		}
	}
	title := strings.TrimRight(strings.ReplaceAll(strings.Join(kept, " "), "* ", " "), "* ")
	if len(title) > maxTitle/2 || !saysSomething(title) {
		return ""
	}
	return title
}

// monthOfYear says whether a line is a month and a year alone.
func monthOfYear(s string) bool {
	month, year, found := strings.Cut(s, " ")
	return found && len(year) == 4 && months[fold.String(month)] > 0
}

// about is the line of a letter that says what it is about; salutation how the letter begins.
var (
	about      = regexp.MustCompile(`(?i)^(?:re|subject|objet|asunto|тема|الموضوع|betreff|主题)\s*[:：]\s*(.{8,200})$`)
	salutation = regexp.MustCompile(`(?i)^(?:dear|to whom|estimad|cher|chère|madame|monsieur|mesdames|señor|уважаем|السيد|sehr geehrte|尊敬的)`)
)

// firstLine is a short first paragraph, or what a letter says it is about: it begins with an address.
func firstLine(lines []string) string {
	for i, l := range lines[:min(len(lines), standsWithin)] {
		if m := about.FindStringSubmatch(l); m != nil {
			return m[1]
		}
		if salutation.MatchString(l) {
			if i+1 < len(lines) {
				if m := about.FindStringSubmatch(lines[i+1]); m != nil {
					return m[1]
				}
			}
			return ""
		}
	}
	if len(lines) < 2 || utf8.RuneCountInString(lines[0]) > 200 || dateAlone(lines[0]) {
		return ""
	}
	return lines[0]
}

// nameOfFile is what a document's file is called, as words.
func nameOfFile(address string) string {
	name := lastOfPath(address)
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return clean(strings.NewReplacer("_", " ", "-", " ", "+", " ").Replace(name))
}

// saysSomething says whether a title has more than one word, or four Chinese characters.
func saysSomething(s string) bool {
	words, han := 0, 0
	for w := range strings.FieldsSeq(s) {
		if n := utf8.RuneCountInString(w); n >= 2 && strings.ContainsFunc(w, unicode.IsLetter) {
			words++
		}
	}
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	return !strings.Contains(s, "_") && (words >= 2 || han >= 4)
}

// standsWithin is how many paragraphs make the beginning of a document.
const standsWithin = 40

// stands says whether most words of a title are at the beginning of a document. A template's title outlives the letter it was
// written for.
func stands(title string, lines []string) bool {
	start := " " + words(strings.Join(lines[:min(len(lines), standsWithin)], " ")) + " "
	found, all := 0, 0
	for w := range strings.FieldsSeq(words(title)) {
		all++
		if strings.Contains(start, " "+w+" ") {
			found++
		}
	}
	return all > 0 && found*4 >= all*3
}

// words is a text folded, with one space between words.
func words(s string) string {
	return strings.Join(strings.FieldsFunc(fold.String(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }), " ")
}

// firstPage gives the paragraphs of the first page.
func firstPage(paragraphs []pdf.Paragraph) []string {
	var out []string
	for _, p := range paragraphs {
		if s := clean(p.Text); p.Page == 0 && s != "" {
			out = append(out, s)
		}
	}
	return out
}

// distribution is how the box begins that says to whom an official document went, and on which day: "Distr.: General".
var distribution = regexp.MustCompile(`(?i)(?:^|\s)(?:distr(?:ibuci[oó]n|ibution)?\.?\s*:?\s*(?:general|limited|restricted|g[eé]n[eé]rale|limit[eé]e|restreinte|limitada|reservada)|distr\.(?:\s|$)|распространение|التوزيع)`)

// boxLines is within how many lines of its beginning that box has its date.
const boxLines = 4

// distributed gives the line of that box with a date.
func distributed(lines []string) (string, bool) {
	for i, l := range lines {
		if !distribution.MatchString(l) || utf8.RuneCountInString(l) > 200 {
			continue
		}
		for _, l := range lines[i:min(len(lines), i+boxLines)] {
			if utf8.RuneCountInString(l) <= 200 && oneDay(l) {
				return l, true
			}
		}
	}
	return "", false
}

// datelines gives what the first page of a document says of its own day: the date in the box of an official document; without one, the
// lines that are a date alone; without any, those that are a place and a date.
func datelines(lines []string) []string {
	if l, ok := distributed(lines); ok {
		return []string{l}
	}
	var alone, placed []string
	for _, s := range lines {
		switch {
		case dateAlone(s):
			alone = append(alone, s)
		case dateline(s):
			placed = append(placed, s)
		}
	}
	if len(alone) > 0 {
		return alone
	}
	return placed
}

// dateAlone says whether a line is one date, perhaps with its weekday or after "Date:".
func dateAlone(s string) bool {
	return utf8.RuneCountInString(s) <= 32 && wordsAround(s) <= 2 && oneDay(s)
}

// dateline says whether a line is a place and one date.
func dateline(s string) bool {
	return utf8.RuneCountInString(s) <= 60 && wordsAround(s) <= 6 && oneDay(s)
}

// span is days from one to another.
var span = regexp.MustCompile(`[-–—]\s*\d{1,2}\.?\s+\pL|\d\s+(?:to|and|a|al|y|au|et|по|и|bis|und)\s+\d|[至到]`)

func oneDay(s string) bool { return len(datesIn(s)) == 1 && !span.MatchString(s) }

// wordsAround counts the words without digits, but for those that stand within dates.
func wordsAround(s string) int {
	n := 0
	for w := range strings.FieldsSeq(s) {
		if !strings.ContainsAny(w, "0123456789") && w != "de" && w != "del" && w != "of" && w != "le" {
			n++
		}
	}
	return n
}
