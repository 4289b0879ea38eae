package query

import (
	"fmt"
	"strings"
	"time"
)

// InWords says in an English sentence what a query finds. name gives what a field's value is called; nil leaves ids as they are.
func InWords(n Node, name func(field Field, value string) string) string {
	if name == nil {
		name = func(_ Field, value string) string { return value }
	}
	w := wording{name}
	if _, all := n.(All); all {
		return "All statements."
	}
	return "Statements " + w.say(n, false) + "."
}

type wording struct {
	name func(Field, string) string
}

// say words a node; inside says that it is a part of another, so that a choice needs brackets.
func (w wording) say(n Node, inside bool) string {
	switch n := n.(type) {
	case And:
		parts := make([]string, len(n.Kids))
		for i, kid := range n.Kids {
			parts[i] = w.say(kid, true)
		}
		return list(parts, "and")
	case Or:
		parts := make([]string, len(n.Kids))
		for i, kid := range n.Kids {
			parts[i] = w.say(kid, true)
		}
		if inside {
			return "(" + list(parts, "or") + ")"
		}
		return list(parts, "or")
	case Not:
		return "not " + w.say(n.Kid, true)
	case All:
		return "of any kind"
	case Word:
		return fmt.Sprintf("with the word “%s” in any form%s", n.Text, where(n.Field))
	case Phrase:
		return fmt.Sprintf("with “%s”%s", n.Text, where(n.Field))
	case Near:
		return fmt.Sprintf("with the words “%s” and at most %d others between them%s", n.Text, n.Distance, where(n.Field))
	case Prefix:
		return fmt.Sprintf("with a word that begins with “%s”%s", n.Text, where(n.Field))
	case Term:
		return relation(n.Field) + w.name(n.Field, n.Value)
	case Members:
		return relation(n.Field) + "any member of " + w.name(n.Field, n.Group)
	case Period:
		return period(n)
	}
	return n.String()
}

func where(f Field) string {
	switch f {
	case Title:
		return " in the title"
	case URL:
		return " in the address"
	}
	return ""
}

// relation leads from a statement to a value of a field.
func relation(f Field) string {
	switch f {
	case Speaker:
		return "issued by, signed by or quoting "
	case Issuer:
		return "issued by "
	case Signatory:
		return "signed by "
	case Quoted:
		return "quoting "
	case Mentions:
		return "mentioning "
	case Topic:
		return "on "
	case Process:
		return "in "
	case Phase:
		return "during "
	case Source:
		return "from the source "
	case Lang:
		return "in "
	case Kind:
		return "of the kind "
	case Cue:
		return "with a sentence that "
	}
	return string(f) + " "
}

func period(n Period) string {
	const day = "2 January 2006"
	from, to := n.From.Format(day), n.To.AddDate(0, 0, -1).Format(day)
	switch {
	case n.To.IsZero():
		return "published from " + from
	case n.From.IsZero():
		return "published before " + n.To.Format(day)
	case n.To.Sub(n.From) <= 24*time.Hour:
		return "published on " + from
	}
	return "published from " + from + " to " + to
}

func list(parts []string, last string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " " + last + " " + parts[len(parts)-1]
}
