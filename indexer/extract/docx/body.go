package docx

import (
	"encoding/xml"
	"strings"
)

// body reads the document's part, and after it the notes that it refers to.
func (r *reader) body() error {
	var marks []string
	err := r.walk(r.pack.main, func(w *walker, _ xml.StartElement) error {
		return w.each(func(e xml.StartElement) error {
			if e.Name.Local != "body" {
				return w.skip()
			}
			t := &teller{walker: w}
			err := t.blocks()
			t.flush()
			r.doc.Paragraphs, marks = append(r.doc.Paragraphs, t.out...), t.marks
			return err
		})
	})
	if err != nil {
		return err
	}
	for _, id := range marks {
		r.doc.Paragraphs = append(r.doc.Paragraphs, r.noted[id]...)
		delete(r.noted, id)
	}
	return nil
}

// teller gathers paragraphs.
type teller struct {
	*walker
	out   []Paragraph
	marks []string // of footnotes and endnotes, in order
	cells int      // tables that are open
	note  bool     // it reads a note
	held  string   // the text of a paragraph whose end was deleted: the next one goes on with it
}

// blocks reads what stands below one another: paragraphs, tables, and what holds them.
func (t *teller) blocks() error {
	return t.each(func(e xml.StartElement) error { return t.block(e) })
}

func (t *teller) block(e xml.StartElement) error {
	switch e.Name.Local {
	case "p":
		return t.paragraph()
	case "tbl":
		t.cells++
		defer func() { t.cells-- }()
		return t.blocks()
	case "tr":
		return t.row()
	case "tc", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "txbxContent", "Choice":
		return t.blocks()
	case "sdt":
		return t.control(t.block)
	case "AlternateContent":
		return t.alternative(t.block)
	case "altChunk":
		t.altered = true
	}
	return t.skip() // deleted text, properties, and what says nothing
}

// row reads a table's row, unless its deletion is tracked: that is said before its cells come.
func (t *teller) row() error {
	deleted := false
	return t.each(func(e xml.StartElement) error {
		switch {
		case e.Name.Local == "trPr":
			return t.each(func(e xml.StartElement) error {
				deleted = deleted || e.Name.Local == "del"
				return t.skip()
			})
		case deleted:
			return t.skip()
		}
		return t.block(e)
	})
}

// control reads a content control, but for the text that only says what is to be filled in.
func (t *teller) control(inner func(xml.StartElement) error) error {
	empty := false
	return t.each(func(e xml.StartElement) error {
		switch {
		case e.Name.Local == "sdtPr":
			return t.each(func(e xml.StartElement) error {
				empty = empty || e.Name.Local == "showingPlcHdr" && on(e)
				return t.skip()
			})
		case e.Name.Local == "sdtContent" && !empty:
			return t.each(inner)
		}
		return t.skip()
	})
}

// alternative reads the first way in which something is given, and not the others.
func (t *teller) alternative(inner func(xml.StartElement) error) error {
	first := true
	return t.each(func(e xml.StartElement) error {
		if !first {
			return t.skip()
		}
		first = false
		return t.each(inner)
	})
}

// written is a paragraph while it is read.
type written struct {
	text    strings.Builder
	style   string
	list    listAt
	deleted bool // its end is deleted
}

func (t *teller) paragraph() error {
	p := &written{}
	p.text.WriteString(t.held)
	t.held = ""
	if err := t.each(func(e xml.StartElement) error { return t.inline(p, e) }); err != nil {
		return err
	}
	t.close(p)
	return nil
}

// close takes a paragraph up.
func (t *teller) close(p *written) {
	text := p.text.String()
	if p.deleted {
		t.held = text
		return
	}
	style := t.styles.name(p.style)
	if strings.TrimSpace(text) == "" || strings.HasPrefix(style, "toc ") || t.size > t.o.MaxText {
		return
	}
	mark := t.lists.mark(t.listOf(p))
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		t.size += len(line)
		t.out = append(t.out, Paragraph{Text: mark + line, Style: style, Cell: t.cells > 0, Note: t.note})
		mark = ""
	}
}

// flush takes up what a deleted end has held back.
func (t *teller) flush() {
	if t.held != "" {
		p := &written{}
		p.text.WriteString(t.held)
		t.held = ""
		t.close(p)
	}
}

// listOf gives the list that a paragraph stands in by itself or by its style.
func (t *teller) listOf(p *written) listAt {
	if p.list.num != "" {
		return p.list
	}
	return t.styles.list(p.style)
}

// inline reads what stands within a paragraph.
func (t *teller) inline(p *written, e xml.StartElement) error {
	inner := func(e xml.StartElement) error { return t.inline(p, e) }
	switch e.Name.Local {
	case "pPr":
		return t.paragraphProperties(p)
	case "r":
		return t.run(p)
	case "hyperlink", "ins", "moveTo", "smartTag", "customXml", "fldSimple", "bdo", "dir", "Choice":
		return t.each(inner)
	case "sdt":
		return t.control(inner)
	case "AlternateContent":
		return t.alternative(inner)
	case "oMath", "oMathPara":
		return t.formula(p)
	case "p": // no paragraph stands in another, but for broken documents
		return t.paragraph()
	}
	return t.skip()
}

func (t *teller) paragraphProperties(p *written) error {
	return t.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pStyle":
			p.style = attr(e, "val")
		case "numPr":
			return t.numbered(&p.list)
		case "rPr":
			return t.each(func(e xml.StartElement) error {
				p.deleted = p.deleted || e.Name.Local == "del"
				return t.skip()
			})
		}
		return t.skip()
	})
}

// run reads letters in one form.
func (t *teller) run(p *written) error {
	hidden := false
	return t.each(func(e xml.StartElement) error { return t.piece(p, e, &hidden) })
}

func (t *teller) piece(p *written, e xml.StartElement, hidden *bool) error {
	switch e.Name.Local {
	case "rPr":
		return t.each(func(e xml.StartElement) error {
			if e.Name.Local == "vanish" {
				*hidden = on(e)
			}
			return t.skip()
		})
	case "t":
		s, err := t.text()
		if !*hidden && p.text.Len() <= t.o.MaxText {
			p.text.WriteString(strings.ReplaceAll(s, "\n", " "))
		}
		return err
	case "tab", "ptab":
		p.text.WriteByte('\t')
	case "br", "cr":
		p.text.WriteByte('\n')
	case "noBreakHyphen":
		p.text.WriteByte('-')
	case "footnoteReference", "endnoteReference":
		t.marks = append(t.marks, strings.TrimSuffix(e.Name.Local, "Reference")+" "+attr(e, "id"))
	case "ruby":
		return t.each(func(e xml.StartElement) error {
			if e.Name.Local != "rubyBase" {
				return t.skip()
			}
			return t.each(func(e xml.StartElement) error { return t.inline(p, e) })
		})
	case "AlternateContent":
		return t.alternative(func(e xml.StartElement) error { return t.piece(p, e, hidden) })
	case "drawing", "pict", "object":
		return t.boxes()
	}
	return t.skip()
}

// boxes reads the text boxes within a drawing, as paragraphs before the one that holds it.
func (t *teller) boxes() error {
	held := t.held
	t.held = ""
	err := t.each(t.box)
	t.flush()
	t.held = held
	return err
}

func (t *teller) box(e xml.StartElement) error {
	switch e.Name.Local {
	case "txbxContent":
		return t.blocks()
	case "AlternateContent":
		return t.alternative(t.box)
	}
	return t.each(t.box)
}

// formula reads the letters of a formula.
func (t *teller) formula(p *written) error {
	return t.each(func(e xml.StartElement) error {
		if e.Name.Local != "t" {
			return t.formula(p)
		}
		s, err := t.text()
		p.text.WriteString(s)
		return err
	})
}
