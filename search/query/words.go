package query

import (
	"fmt"
	"strings"
)

// InWords explains a query in an English sentence. name gives what a field's value is called (an actor's name for its id, in the actor
// fields a group's for a group's); nil leaves values as they are. Languages are named without it.
func InWords(n Node, name func(f Field, value string) string) string {
	if name == nil {
		name = func(_ Field, value string) string { return value }
	}
	w := wording{name}
	switch n := n.(type) {
	case All:
		return "All statements."
	case Not:
		return "Statements, except those " + w.group(n.Kid, false) + "."
	}
	return "Statements " + w.of(n) + "."
}

type wording struct {
	name func(Field, string) string
}

// of puts a node in words that follow "statements".
func (w wording) of(n Node) string {
	switch n := n.(type) {
	case All:
		return "of any kind"
	case Not:
		return "not " + w.group(n.Kid, false)
	case And:
		return w.series(n.Kids, "and")
	case Or:
		return w.series(n.Kids, "or")
	}
	verb, object, tail := w.leaf(n)
	return verb + object + tail
}

// group is of, in parentheses where more than one thing is said.
func (w wording) group(n Node, commas bool) string {
	text := w.of(n)
	switch n := n.(type) {
	case And:
		if len(n.Kids) > 1 {
			return "(" + text + ")"
		}
	case Or:
		if len(n.Kids) > 1 && (commas || strings.Contains(text, ", ")) {
			return "(" + text + ")"
		}
	}
	return text
}

// series joins kids; neighbours that say the same of different things say it once: "said by France or Mexico".
func (w wording) series(kids []Node, by string) string {
	var said, objects []string
	var verb, tail string
	flush := func() {
		if len(objects) > 0 {
			said = append(said, verb+inSeries(objects, by)+tail)
		}
		objects = nil
	}
	for _, k := range kids {
		v, object, t := w.leaf(k)
		if object == "" {
			flush()
			said = append(said, w.group(k, by == "or"))
			continue
		}
		if v != verb || t != tail {
			flush()
		}
		verb, tail, objects = v, t, append(objects, object)
	}
	flush()
	if by == "or" {
		return inSeries(said, "or")
	}
	return strings.Join(said, ", ")
}

// leaf says a leaf as a verb, its object and what follows; no object for what is no leaf.
func (w wording) leaf(n Node) (verb, object, tail string) {
	switch n := n.(type) {
	case Word:
		return "about ", marked(n.Text), in(n.Field)
	case Phrase:
		return "with the words ", marked(n.Text), in(n.Field)
	case Near:
		return "with the words ", marked(n.Text), fmt.Sprintf(" in any order, at most %d others between them%s", n.Distance, in(n.Field))
	case Prefix:
		return "with words that begin with ", marked(n.Text), in(n.Field)
	case Members:
		return verbOf(n.Field), "any member of " + w.name(n.Field, n.Group), ""
	case Period:
		return w.period(n)
	case Term:
		if called := w.name(n.Field, n.Value); n.Field != Lang || called != n.Value {
			return verbOf(n.Field), called, ""
		}
		return verbOf(Lang), LanguageName(n.Value), ""
	}
	return "", "", ""
}

func marked(text string) string { return "“" + strings.TrimSpace(text) + "”" }

func in(f Field) string {
	switch f {
	case Title:
		return " in the title"
	case URL:
		return " in the address"
	}
	return ""
}

func verbOf(f Field) string {
	switch f {
	case Speaker:
		return "said by "
	case Issuer:
		return "issued by "
	case Signatory:
		return "signed by "
	case Quoted:
		return "quoting "
	case Mentions:
		return "mentioning "
	case Topic:
		return "on the topic "
	case Process:
		return "in the process "
	case Phase:
		return "during the phase "
	case Source:
		return "from the source "
	case Lang:
		return "in "
	case Kind:
		return "of the kind "
	case Cue:
		return "with wording that "
	}
	return string(f) + " "
}

// period says a phase by its name, any other time by its days.
func (w wording) period(n Period) (verb, object, tail string) {
	const day = "2 January 2006"
	if phase, ok := strings.CutPrefix(n.Text, string(Phase)+":"); ok {
		return verbOf(Phase), w.name(Phase, strings.Trim(phase, `"`)), ""
	}
	switch {
	case n.To.IsZero():
		return "dated ", n.From.Format(day) + " or later", ""
	case n.From.IsZero():
		return "dated before ", n.To.Format(day), ""
	}
	first, last := n.From.Format(day), n.To.AddDate(0, 0, -1).Format(day)
	if first == last {
		return "dated ", first, ""
	}
	return "dated ", "from " + first + " to " + last, ""
}
