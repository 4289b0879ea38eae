package web

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"rostrum/internal/registry"
	"rostrum/search/query"
)

// refined is a query as the page takes it apart: conditions that all must hold, each of which can be taken away.
type refined struct {
	all     []query.Node // the conditions, as typed
	periods []query.Period
	rest    []query.Node // without the periods
}

// refine takes a query apart; one that does not parse has no parts.
func refine(input string) refined {
	var r refined
	n, err := query.Parse(input)
	if err != nil {
		return r
	}
	switch n := n.(type) {
	case query.All:
	case query.And:
		r.all = n.Kids
	default:
		r.all = []query.Node{n}
	}
	for _, kid := range r.all {
		if p, ok := kid.(query.Period); ok {
			r.periods = append(r.periods, p)
		} else {
			r.rest = append(r.rest, kid)
		}
	}
	return r
}

// together writes conditions as one query; empty for none.
func together(kids ...query.Node) string {
	parts := make([]string, 0, len(kids))
	for _, k := range kids {
		if _, ok := k.(query.Or); ok && len(kids) > 1 {
			parts = append(parts, "("+k.String()+")")
			continue
		}
		parts = append(parts, k.String())
	}
	return strings.Join(parts, " ")
}

// within gives the period that all period conditions leave.
func (r *refined) within() *stretch {
	if len(r.periods) == 0 {
		return nil
	}
	s := &stretch{}
	for _, p := range r.periods {
		if p.From.After(s.from) {
			s.from = p.From
		}
		if !p.To.IsZero() && (s.to.IsZero() || p.To.Before(s.to)) {
			s.to = p.To
		}
	}
	return s
}

// withPeriod gives the query with the period from one plain date to another, inclusive, instead of its own.
func (r *refined) withPeriod(from, to string) string {
	kids := slices.Clone(r.rest)
	if p, ok := query.After(from); ok {
		kids = append(kids, p)
	}
	if on, ok := query.On(to); ok { // before is exclusive: the day after the period's last
		if p, ok := query.Before(on.To.Format(time.DateOnly)); ok {
			kids = append(kids, p)
		}
	}
	return together(kids...)
}

// chip is a condition in force and the way to be rid of it.
type chip struct{ Field, Value, Path, Label string }

func (r *refined) chips(form url.Values, reg *registry.Registry) []chip {
	var out []chip
	room := 12_000 / (100 + len(url.QueryEscape(form.Get("q")))) // each repeats the query without itself
	for i, kid := range r.all[:min(len(r.all), max(1, room))] {
		others := append(slices.Clone(r.all[:i]), r.all[i+1:]...)
		c := chip{Value: kid.String(), Path: with(form, "q", together(others...))}
		switch n := kid.(type) {
		case query.Term:
			c.Field, c.Value = string(n.Field), valueName(reg, n.Field, n.Value)
		case query.Or:
			if field, value, ok := alternatives(reg, n); ok {
				c.Field, c.Value = field, value
			}
		case query.Period:
			c.Field, c.Value, _ = strings.Cut(n.Text, ":")
		}
		c.Label = strings.TrimSpace("Remove " + c.Field + " " + c.Value)
		out = append(out, c)
	}
	return out
}

// alternatives names the values of one field of which any is asked for.
func alternatives(reg *registry.Registry, n query.Or) (field, value string, ok bool) {
	var names []string
	for _, k := range n.Kids {
		t, ok := k.(query.Term)
		if !ok || field != "" && string(t.Field) != field {
			return "", "", false
		}
		field, names = string(t.Field), append(names, valueName(reg, t.Field, t.Value))
	}
	return field, strings.Join(names, " or "), true
}

// toggled gives the query with a condition added, or taken away where it stands already.
func (r *refined) toggled(input string, field query.Field, value string) (q string, on bool) {
	for i, kid := range r.all {
		if t, ok := kid.(query.Term); ok && t.Field == field && t.Value == value {
			return together(append(slices.Clone(r.all[:i]), r.all[i+1:]...)...), true
		}
	}
	return narrowed(input, query.Term{Field: field, Value: value}.String()), false
}

// valueName is what a reader calls a field's value, as far as the registry knows.
func valueName(reg *registry.Registry, field query.Field, value string) string {
	switch field {
	case query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions:
		if ids := reg.ByAlias(value); len(ids) > 0 {
			if a, ok := reg.Actor(ids[0]); ok {
				return a.Name
			}
		}
	case query.Topic:
		if ids := reg.TopicByName(value); len(ids) > 0 {
			return topicName(reg, ids[0])
		}
	case query.Phase:
		if phases := reg.Phases(value); len(phases) > 0 {
			return phases[0].Name
		}
	case query.Lang:
		return languageName(value)
	case query.Kind:
		return kindName(value)
	}
	return value
}

// narrowed adds a condition to a query.
func narrowed(typed, condition string) string {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return condition
	}
	if slices.Contains(strings.Fields(typed), condition) {
		return typed
	}
	if strings.Contains(typed, " OR ") {
		typed = "(" + typed + ")"
	}
	return typed + " " + condition
}

// maxRepairs bounds the corrections that a faulty query is offered.
const maxRepairs = 4

// repairs gives corrected queries for one with a fault at a place: each of them can be asked.
func (p *pages) repairs(ctx context.Context, input string, start, end int) []string {
	text := []rune(input)
	if start < 0 || start > len(text) {
		return nil
	}
	end = min(max(end, start), len(text))
	before, at, after := string(text[:start]), string(text[start:end]), string(text[end:])
	var tries []string
	for _, near := range p.nearest(before, at) {
		tries = append(tries, before+near+after)
	}
	tries = append(tries, input+`"`, input+")", input+`")`, before+after, before+`"`+strings.NewReplacer(`"`, "", "(", "", ")", "", ":", " ", "*", "").Replace(at)+`"`+after, before)
	var out []string
	for _, try := range tries {
		try = strings.Join(strings.Fields(try), " ")
		if len(out) >= maxRepairs || try == "" || strings.TrimSpace(input) == try || slices.Contains(out, try) {
			continue
		}
		if _, err := p.Search.Explain(ctx, try); err == nil {
			out = append(out, try)
		}
	}
	return out
}

// nearest gives what may have been meant by what stands at a fault: a known field, actor or topic.
func (p *pages) nearest(before, at string) []string {
	field, value, named := strings.Cut(at, ":")
	if !named { // the fault may stand at the value
		i := strings.LastIndexAny(before, " (") + 1
		field, value, named = strings.TrimSuffix(before[i:], ":"), at, strings.HasSuffix(before, ":")
		if named {
			return quotedAll(p.nearestValues(query.Field(strings.TrimPrefix(field, "-")), strings.Trim(value, `"`)))
		}
		return nil
	}
	var out []string
	for _, v := range quotedAll(p.nearestValues(query.Field(strings.TrimPrefix(field, "-")), strings.Trim(value, `"`))) {
		out = append(out, field+":"+v)
	}
	for _, known := range fieldNames {
		if distance(known, field) <= 2 {
			out = append(out, known+":"+value)
		}
	}
	return out
}

var fieldNames = []string{"actor", "issuer", "signatory", "quoted", "mentions", "topic", "process", "phase", "source", "lang", "kind", "title", "url", "cue", "after", "before", "on"}

func (p *pages) nearestValues(field query.Field, value string) []string {
	reg := p.Registry()
	switch field {
	case query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions:
		return reg.Nearest(value, maxRepairs)
	case query.Topic:
		return reg.NearestTopics(value, maxRepairs)
	case query.Phase:
		var out []string
		for _, process := range reg.Processes() {
			for _, ph := range process.Phases {
				out = append(out, ph.ID)
			}
		}
		return out
	}
	return nil
}

func quotedAll(values []string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		if strings.ContainsAny(v, ` ()"`) {
			v = `"` + strings.ReplaceAll(v, `"`, "") + `"`
		}
		out = append(out, v)
	}
	return out
}

// distance counts the letters to change, add or drop between two short words.
func distance(a, b string) int {
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		diagonal := last[0]
		last[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal, last[j+1] = last[j+1], min(cost, last[j]+1, last[j+1]+1)
		}
	}
	return last[len(b)]
}
