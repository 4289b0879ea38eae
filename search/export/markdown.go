package export

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rostrum/internal/statement"
	"rostrum/search"
)

// reader spells statements as one Markdown document to be read by people.
type reader struct {
	layout
	st statement.Statement
}

func newMarkdown(l layout) encoder { return &reader{layout: l} }

func (e *reader) begin(dst []byte) []byte {
	if e.parsed == "" {
		return append(dst, "# Statements\n"...)
	}
	return append(append(append(dst, "# Statements: "...), escapeMarkdown(e.parsed)...), '\n')
}

func (e *reader) end(dst []byte, _ emitter) ([]byte, int, error) { return dst, 0, nil }

func (e *reader) statement(_ context.Context, _ search.Selection, dst []byte, s read) ([]byte, int, error) {
	st, err := s.DecodeInto(&e.st, true, false)
	if err != nil {
		return dst, 0, err
	}
	r := referenceOf(st, e.topicName)
	dst = fmt.Appendf(dst, "\n## %s\n\n", escapeMarkdown(or(r.title, r.url)))
	facts := []string{"no date given, first seen " + st.FirstSeen.UTC().Format(time.DateOnly)}
	if r.published != nil {
		facts[0] = r.published.UTC().Format(time.DateOnly)
	}
	if len(r.authors) > 0 {
		facts = append(facts, listed(r.authors, 10))
	}
	facts = append(facts, r.note)
	if len(r.keywords) > 0 {
		facts = append(facts, "on "+listed(r.keywords, 20))
	}
	if st.Copies > 0 {
		facts = append(facts, fmt.Sprintf("at %d other addresses as well", st.Copies))
	}
	dst = fmt.Appendf(dst, "*%s*\n\n<%s>\n", escapeMarkdown(strings.Join(facts, " · ")), urlEscapes.Replace(strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20").Replace(r.url)))
	for paragraph := range strings.Lines(st.Text) {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			dst = append(append(append(dst, '\n'), escapeMarkdown(paragraph)...), '\n')
		}
	}
	dst = fmt.Appendf(dst, "\n`%s` revision %d, captured %s\n", st.ID, st.Revision, st.CapturedAt.UTC().Format(time.RFC3339))
	return dst, 1, nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// listed joins the first of many.
func listed(all []string, most int) string {
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`, "~", `\~`, "&", `\&`, "$", `\$`)

// escapeMarkdown keeps a text from being taken for markup: signs anywhere in it, and what makes a heading, a list or a rule at its beginning.
func escapeMarkdown(s string) string {
	s = markdownEscapes.Replace(s)
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	switch {
	case s == "":
	case strings.ContainsRune("#+-=", rune(s[0])):
		return `\` + s
	case digits > 0 && digits < len(s) && (s[digits] == '.' || s[digits] == ')'):
		return s[:digits] + `\` + s[digits:]
	}
	return s
}
