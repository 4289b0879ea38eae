package export

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/statement"
	"rostrum/search"
)

// reference is a statement as a list of literature cites it.
type reference struct {
	id, title, url, language, note string
	authors                        []string // as bodies are named: never split into first and last names
	keywords                       []string
	published                      *time.Time // nil: nobody says
	accessed                       time.Time
}

// referenceOf makes a reference. Its authors are those whose statement it is, else those who signed it, else whom the page names.
func referenceOf(st *statement.Statement, topicName func(string) string) *reference {
	r := &reference{id: st.ID, title: oneLine(st.Title), url: st.URL, published: st.Published, accessed: st.CapturedAt.UTC()}
	if st.Language != "und" {
		r.language = st.Language
	}
	for _, role := range []statement.Role{statement.Issuer, statement.Signatory} {
		for _, a := range st.Actors {
			if a.Role == role {
				r.authors = append(r.authors, oneLine(a.Name))
			}
		}
		if len(r.authors) > 0 {
			break
		}
	}
	if len(r.authors) == 0 && st.Author != "" {
		r.authors = []string{oneLine(st.Author)}
	}
	for _, id := range st.Topics {
		r.keywords = append(r.keywords, cmp.Or(topicName(id), id))
	}
	r.note = strings.ReplaceAll(st.Kind, "-", " ")
	if st.Signatories > 0 {
		r.note += fmt.Sprintf(", %d signatories", st.Signatories)
	}
	return r
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// references spells statements as references, one after another.
type references struct {
	first, between, last string
	append               func(dst []byte, r *reference) []byte
	topicName            func(string) string
	begun                bool
	st                   statement.Statement
}

func (e *references) begin(dst []byte) []byte {
	e.begun = false
	return append(dst, e.first...)
}

func (e *references) end(dst []byte, _ emitter) ([]byte, int, error) {
	return append(dst, e.last...), 0, nil
}

// mark remembers whether the next reference needs a separator.
func (e *references) mark() ([]byte, bool) { return strconv.AppendBool(nil, e.begun), true }

func (e *references) resume(state []byte) error {
	var err error
	e.begun, err = strconv.ParseBool(string(state))
	return err
}

func (e *references) statement(_ context.Context, _ search.Selection, dst []byte, s read) ([]byte, int, error) {
	st, err := s.DecodeInto(&e.st, false, false)
	if err != nil {
		return dst, 0, err
	}
	if e.begun {
		dst = append(dst, e.between...)
	}
	e.begun = true
	return e.append(dst, referenceOf(st, e.topicName)), 1, nil
}

func newRIS(l layout) encoder { return &references{append: appendRIS, topicName: l.topicName} }
func newBibTeX(l layout) encoder {
	return &references{append: appendBibTeX, between: "\n", topicName: l.topicName}
}

func newCSL(l layout) encoder {
	return &references{first: "[", between: ",\n", last: "]\n", append: appendCSL, topicName: l.topicName}
}

// appendRIS writes a reference as RIS: a tag a line, CRLF between lines.
func appendRIS(dst []byte, r *reference) []byte {
	line := func(tag, value string) {
		if value != "" {
			dst = append(append(append(append(dst, tag...), "  - "...), value...), '\r', '\n')
		}
	}
	line("TY", "ELEC")
	line("ID", r.id)
	line("TI", r.title)
	for _, a := range r.authors {
		line("AU", a)
	}
	if r.published != nil {
		line("PY", r.published.UTC().Format("2006"))
		line("DA", r.published.UTC().Format("2006/01/02/"))
	}
	line("UR", r.url)
	line("LA", r.language)
	for _, k := range r.keywords {
		line("KW", k)
	}
	line("Y2", r.accessed.Format("2006/01/02/"))
	line("N1", r.note)
	return append(dst, "ER  - \r\n"...)
}

// appendBibTeX writes a reference as an entry of BibTeX. Braces around names and title keep their letters and their parts together.
func appendBibTeX(dst []byte, r *reference) []byte {
	dst = append(append(dst, "@online{"...), r.id...)
	field := func(name, value string) {
		if value != "" {
			dst = fmt.Appendf(dst, ",\n  %s = {%s}", name, value)
		}
	}
	authors := make([]string, 0, len(r.authors))
	for _, a := range r.authors {
		authors = append(authors, "{"+texEscapes.Replace(a)+"}")
	}
	field("author", strings.Join(authors, " and "))
	field("title", "{"+texEscapes.Replace(r.title)+"}")
	if r.published != nil {
		field("year", r.published.UTC().Format("2006"))
		field("date", r.published.UTC().Format(time.DateOnly))
	}
	field("url", urlEscapes.Replace(r.url))
	field("urldate", r.accessed.Format(time.DateOnly))
	field("language", r.language)
	field("keywords", texEscapes.Replace(strings.Join(r.keywords, ", ")))
	field("note", texEscapes.Replace(r.note))
	return append(dst, "\n}\n"...)
}

var (
	texEscapes = strings.NewReplacer(`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "$", `\$`, "&", `\&`, "#", `\#`, "%", `\%`, "_", `\_`,
		"~", `\textasciitilde{}`, "^", `\textasciicircum{}`)
	// urlEscapes takes out what would end the field; the rest of a URL is taken as it is.
	urlEscapes = strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C")
)

// appendCSL writes a reference as an item of CSL-JSON.
func appendCSL(dst []byte, r *reference) []byte {
	field := func(name, value string) {
		if value != "" {
			dst = search.AppendQuoted(append(append(append(dst, ',', '"'), name...), '"', ':'), value)
		}
	}
	date := func(name string, t time.Time) {
		dst = fmt.Appendf(dst, `,"%s":{"date-parts":[[%d,%d,%d]]}`, name, t.Year(), t.Month(), t.Day())
	}
	dst = search.AppendQuoted(append(dst, `{"id":`...), r.id)
	field("type", "webpage")
	field("title", r.title)
	for i, a := range r.authors {
		dst = append(dst, [...]string{`,"author":[{"literal":`, `,{"literal":`}[min(i, 1)]...)
		dst = append(search.AppendQuoted(dst, a), '}')
	}
	if len(r.authors) > 0 {
		dst = append(dst, ']')
	}
	if r.published != nil {
		date("issued", r.published.UTC())
	}
	date("accessed", r.accessed)
	field("URL", r.url)
	field("language", r.language)
	field("keyword", strings.Join(r.keywords, ", "))
	field("note", r.note)
	return append(dst, '}')
}
