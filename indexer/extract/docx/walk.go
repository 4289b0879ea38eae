package docx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"

	"rostrum/internal/fault"
)

// walker reads one part element by element, within the bounds.
type walker struct {
	*reader
	name  string
	d     *xml.Decoder
	depth int
}

// walk opens a part and calls do for its root element. A part that is not there is none.
func (r *reader) walk(name string, do func(w *walker, root xml.StartElement) error) error {
	b, err := r.pack.part(name)
	if errors.Is(err, errNone) {
		return nil
	}
	if err != nil {
		return err
	}
	w := &walker{reader: r, name: name, d: xml.NewDecoder(bytes.NewReader(b))}
	w.d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") {
			return in, nil // it was turned into UTF-8 when it was inflated
		}
		return charset.NewReaderLabel(label, in)
	}
	for {
		t, err := w.next()
		if err != nil {
			return err
		}
		if root, ok := t.(xml.StartElement); ok {
			return do(w, root)
		}
	}
}

// checkEvery is how many elements are read between looks at the context.
const checkEvery = 4096

func (w *walker) next() (xml.Token, error) {
	t, err := w.d.Token()
	if err != nil {
		return nil, broken(w.name, err)
	}
	switch t.(type) {
	case xml.StartElement:
		w.depth++
		w.elements++
		if w.elements%checkEvery == 0 && w.ctx.Err() != nil {
			return nil, fault.As(fault.Canceled, fmt.Errorf("read DOCX: %w", w.ctx.Err()))
		}
	case xml.EndElement:
		w.depth--
	}
	switch {
	case w.depth > w.o.MaxDepth:
		return nil, poison(fmt.Sprintf("the DOCX nests more than %d elements deep", w.o.MaxDepth))
	case w.elements > w.o.MaxElements:
		return nil, poison(fmt.Sprintf("the DOCX has more than %d elements", w.o.MaxElements))
	}
	return t, nil
}

// each calls do for every child of the element that was just opened. do reads the child to its end.
func (w *walker) each(do func(xml.StartElement) error) error {
	for {
		t, err := w.next()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := do(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// skip reads the element that was just opened to its end.
func (w *walker) skip() error {
	for depth := w.depth; w.depth >= depth; {
		if _, err := w.next(); err != nil {
			return err
		}
	}
	return nil
}

// text reads the element that was just opened to its end and gives its characters.
func (w *walker) text() (string, error) {
	var b strings.Builder
	for depth := w.depth; w.depth >= depth; {
		t, err := w.next()
		if err != nil {
			return "", err
		}
		if c, ok := t.(xml.CharData); ok {
			b.Write(c)
		}
	}
	return b.String(), nil
}

// attr gives the value of an attribute by its name without prefix.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// on says whether an element that switches something does so.
func on(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}
