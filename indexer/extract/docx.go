package extract

import (
	"context"
	"strings"

	"rostrum/indexer/extract/docx"
)

// leading is how many paragraphs of a document without pages are its beginning, where its date may stand.
const leading = 40

// readDOCX reads a Word document.
func (x *Extractor) readDOCX(ctx context.Context, in *Input) (Page, error) {
	d, err := docx.Read(ctx, in.Body, x.o.DOCX)
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
	page.Symbols = symbolsOf(append(d.Heads, lines[:min(len(lines), leading)]...))
	page.Language = language(page.Title+"\n"+page.Text, in.Header.Get("Content-Language"))
	page.Published, page.PublishedFrom = dating{in: in, facts: &facts{}, top: datelines(lines[:min(len(lines), leading)])}.published()
	return page, nil
}
