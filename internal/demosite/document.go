package demosite

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// document is one statement on one site, as its file says it.
type document struct {
	Name   string // the file's, without its suffix
	Host   string
	Path   string
	Title  string
	Author string
	Lang   string
	Date   time.Time // zero for a page without one
	Dated  bool
	Live   bool
	PDF    bool   // it is a paper rather than a page
	Symbol string // of an official document, at the head of a paper's pages
	Blocks []block
	textOf string // the document whose text follows this one's own
}

// block is a paragraph, a heading or a list.
type block struct {
	Kind  string // paragraph|heading|list
	Text  string
	Items []string
}

func (d *document) url() string { return "http://" + d.Host + d.Path }

// teaser is the beginning of the first paragraph.
func (d *document) teaser() string {
	const limit = 140
	text := []rune(d.Blocks[0].Text)
	if len(text) <= limit {
		return string(text)
	}
	return string(text[:limit]) + "…"
}

func readDocuments(fsys fs.FS) ([]*document, error) {
	names, err := fs.Glob(fsys, "statements/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list statements: %w", err)
	}
	docs := make([]*document, 0, len(names))
	byName := make(map[string]*document, len(names))
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		d, err := parseDocument(string(data))
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", name, err)
		}
		d.Name = strings.TrimSuffix(path.Base(name), ".txt")
		docs, byName[d.Name] = append(docs, d), d
	}
	for _, d := range docs {
		if d.textOf == "" {
			continue
		}
		original, ok := byName[d.textOf]
		if !ok {
			return nil, fmt.Errorf("%s: text of unknown document %q", d.Name, d.textOf)
		}
		d.Blocks = append(d.Blocks, original.Blocks...)
	}
	return docs, nil
}

// parseDocument reads "key: value" lines up to a line of three hyphens, and the text below it.
func parseDocument(s string) (*document, error) {
	head, body, found := strings.Cut(s, "\n---\n")
	if !found {
		return nil, fmt.Errorf("no line of three hyphens")
	}
	d := &document{Blocks: parseBlocks(body)}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if err := d.set(key, value); err != nil {
			return nil, err
		}
	}
	if d.Host == "" || d.Path == "" || d.Title == "" || len(d.Blocks) == 0 && d.textOf == "" {
		return nil, fmt.Errorf("site, path, title and a text are needed")
	}
	return d, nil
}

func (d *document) set(key, value string) (err error) {
	switch key {
	case "site":
		d.Host = value
	case "path":
		d.Path = value
	case "title":
		d.Title = value
	case "author":
		d.Author = value
	case "lang":
		d.Lang = value
	case "live":
		d.Live = value == "true"
	case "form":
		if d.PDF = value == "pdf"; !d.PDF {
			err = fmt.Errorf("form %q is not pdf", value)
		}
	case "symbol":
		d.Symbol = value
	case "text-of":
		d.textOf = value
	case "date":
		d.Date, d.Dated, err = parseDate(value)
	default:
		err = fmt.Errorf("unknown key %q", key)
	}
	return err
}

func parseDate(s string) (time.Time, bool, error) {
	if s == "none" {
		return time.Time{}, false, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true, nil
		}
	}
	return time.Time{}, false, fmt.Errorf("date %q is neither a day nor a moment", s)
}

// parseBlocks splits a text at its empty lines.
func parseBlocks(s string) []block {
	var blocks []block
	for part := range strings.SplitSeq(s, "\n\n") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case strings.HasPrefix(part, "## "):
			blocks = append(blocks, block{Kind: "heading", Text: part[3:]})
		case strings.HasPrefix(part, "- "):
			blocks = append(blocks, block{Kind: "list", Items: strings.Split(strings.TrimPrefix(part, "- "), "\n- ")})
		default:
			blocks = append(blocks, block{Kind: "paragraph", Text: part})
		}
	}
	return blocks
}
