package docx

import (
	"encoding/xml"
	"strings"
)

// properties reads title and author.
func (r *reader) properties() error {
	for _, name := range append(r.pack.related("", "core-properties"), "docprops/core.xml") {
		if r.pack.files[name] == nil {
			continue
		}
		return r.walk(name, func(w *walker, _ xml.StartElement) error {
			return w.each(func(e xml.StartElement) error {
				s, err := w.text()
				switch e.Name.Local {
				case "title":
					r.doc.Title = strings.TrimSpace(s)
				case "creator":
					r.doc.Author = strings.TrimSpace(s)
				}
				return err
			})
		})
	}
	return nil
}

// style is what of a style matters here.
type style struct {
	name, base string
	list       listAt
}

// styles are a document's styles by id.
type styles map[string]style

// maxBases bounds how far back a style's ancestors are followed.
const maxBases = 20

// name gives the built-in name of a style, such as "title" and "heading 1": that of the nearest ancestor that is one of these.
func (s styles) name(id string) string {
	own := s[id].name
	for range maxBases {
		st, known := s[id]
		if !known {
			break
		}
		if st.name == "title" || strings.HasPrefix(st.name, "heading ") || strings.HasPrefix(st.name, "toc ") {
			return st.name
		}
		id = st.base
	}
	return own
}

// list gives the list that a style puts its paragraphs in.
func (s styles) list(id string) listAt {
	for range maxBases {
		st, known := s[id]
		if !known {
			break
		}
		if st.list.num != "" {
			return st.list
		}
		id = st.base
	}
	return listAt{}
}

// one gives the first part of a kind that the document names, else the usual one.
func (r *reader) one(kind string) string {
	for _, name := range r.pack.related(r.pack.main, kind) {
		if r.pack.files[name] != nil {
			return name
		}
	}
	return "word/" + strings.ToLower(kind) + ".xml"
}

func (r *reader) loadStyles() error {
	r.styles = make(styles)
	return r.walk(r.one("styles"), func(w *walker, _ xml.StartElement) error {
		return w.each(func(e xml.StartElement) error {
			if e.Name.Local != "style" {
				return w.skip()
			}
			s := style{}
			id := attr(e, "styleId")
			err := w.each(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "name":
					s.name = strings.ToLower(attr(e, "val"))
				case "basedOn":
					s.base = attr(e, "val")
				case "pPr":
					return w.each(func(e xml.StartElement) error {
						if e.Name.Local == "numPr" {
							return w.numbered(&s.list)
						}
						return w.skip()
					})
				}
				return w.skip()
			})
			r.styles[id] = s
			return err
		})
	})
}

// loadNotes reads the footnotes and endnotes, to be put where they belong later.
func (r *reader) loadNotes() error {
	r.noted = make(map[string][]Paragraph)
	for _, kind := range []string{"footnote", "endnote"} {
		err := r.walk(r.one(kind+"s"), func(w *walker, _ xml.StartElement) error {
			return w.each(func(e xml.StartElement) error {
				if e.Name.Local != kind || strings.HasSuffix(strings.ToLower(attr(e, "type")), "separator") || attr(e, "type") == "continuationNotice" {
					return w.skip()
				}
				t := &teller{walker: w, note: true}
				err := t.blocks()
				t.flush()
				r.noted[kind+" "+attr(e, "id")] = t.out
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// maxHeads bounds how many heads and feet of pages are read: one for each section and kind of page.
const maxHeads = 12

// loadHeads reads what stands at the heads and feet of pages.
func (r *reader) loadHeads() error {
	names := append(r.pack.related(r.pack.main, "header"), r.pack.related(r.pack.main, "footer")...)
	for _, name := range names[:min(len(names), maxHeads)] {
		err := r.walk(name, func(w *walker, _ xml.StartElement) error {
			t := &teller{walker: w}
			err := t.blocks()
			t.flush()
			for _, p := range t.out {
				r.doc.Heads = append(r.doc.Heads, p.Text)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
