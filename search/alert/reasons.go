package alert

import (
	"slices"
	"strings"
	"unicode"

	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/percolate"
	"rostrum/search/query"
)

// Bounds of what an alert says.
const (
	maxLeafMarks = 5   // places of one part of a query
	maxReasons   = 40  // of one alert
	maxSpeakers  = 20  // actors of one alert, besides those that made it match
	maxWords     = 200 // code points of a reason's words
	snippetSize  = 300 // code points
	snippetLead  = 80  // code points before the first reason
)

// reading is a statement as alerts read it: its words and runes are made once for all that it fires, and not for what fires nothing.
type reading struct {
	percolate.Statement
	title, text []rune
	analyzer    *analysis.Analyzer
}

// open makes words and runes.
func (r *reading) open() {
	if r.Words == nil {
		r.Words = r.analyzer.Document(r.Meta.Title, r.Meta.Text, r.Meta.Language)
		r.title, r.text = []rune(r.Meta.Title), []rune(r.Meta.Text)
	}
}

// reasons says what makes a query match.
func (r *reading) reasons(n query.Node, members percolate.Members) []Reason {
	r.open()
	marks := percolate.Explain(n, &r.Statement, members, maxLeafMarks)
	reasons := make([]Reason, 0, len(marks))
	for _, m := range marks {
		reason := Reason{Query: m.Leaf.String(), In: m.In, Start: m.Start, End: m.End, Value: m.Value, Role: m.Role}
		if m.In == "" {
			r.evidence(&reason, m)
		}
		reason.Text = r.words(reason.In, reason.Start, reason.End)
		if !slices.Contains(reasons, reason) && len(reasons) < maxReasons {
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

// evidence finds where a value stands in the statement.
func (r *reading) evidence(reason *Reason, m percolate.Mark) {
	if reason.Role != "" {
		for _, a := range r.Meta.Actors {
			if a.ID == m.Value && a.Role == m.Role {
				reason.Name = a.Name
			}
		}
	}
	if t, ok := m.Leaf.(query.Term); ok && t.Field == query.Cue {
		for _, c := range r.Meta.Cues {
			if c.Polarity == m.Value {
				reason.In, reason.Start, reason.End = percolate.InText, c.Start, c.End
				return
			}
		}
	}
	for _, e := range r.Meta.Evidence {
		if e.ID == m.Value && e.Role == m.Role && e.End > e.Start {
			reason.In, reason.Start, reason.End = e.In, e.Start, e.End
			return
		}
	}
}

// words gives a stretch of title or text; "" for one that is not there.
func (r *reading) words(in string, start, end int) string {
	of := r.text
	if in == percolate.InTitle {
		of = r.title
	}
	if in != percolate.InTitle && in != percolate.InText || start < 0 || end > len(of) || start >= end {
		return ""
	}
	return string(of[start:min(end, start+maxWords)])
}

// snippet cuts the text around the first reason that stands in it; the beginning where none does.
func (r *reading) snippet(reasons []Reason) search.Snippet {
	start := 0
	at := slices.IndexFunc(reasons, func(x Reason) bool { return x.In == percolate.InText })
	if at >= 0 {
		start = wordStart(r.text, max(0, reasons[at].Start-snippetLead), reasons[at].Start)
	}
	end := min(len(r.text), start+snippetSize)
	s := search.Snippet{Text: string(r.text[start:end]), Marks: [][2]int{}}
	for _, x := range reasons {
		if x.In == percolate.InText && x.Start >= start && x.End <= end {
			s.Marks = append(s.Marks, [2]int{x.Start - start, x.End - start})
		}
	}
	slices.SortFunc(s.Marks, func(a, b [2]int) int { return a[0] - b[0] })
	s.Marks = joined(s.Marks)
	return s
}

// joined makes one of marks that overlap. They are sorted.
func joined(marks [][2]int) [][2]int {
	kept := marks[:0]
	for _, m := range marks {
		if n := len(kept); n > 0 && m[0] < kept[n-1][1] {
			kept[n-1][1] = max(kept[n-1][1], m[1])
			continue
		}
		kept = append(kept, m)
	}
	return kept
}

// wordStart gives the first start of a word from a place on, before a bound.
func wordStart(text []rune, from, bound int) int {
	for i := from; i < bound; i++ {
		if i == 0 || unicode.IsSpace(text[i-1]) {
			return i
		}
	}
	return from
}

// actorsOf are the actors among reasons.
func actorsOf(reasons []Reason) []string {
	var ids []string
	for _, r := range reasons {
		if r.Role != "" && !slices.Contains(ids, r.Value) {
			ids = append(ids, r.Value)
		}
	}
	return ids
}

// brief tells of a statement without its text.
func brief(st *statement.Statement, reasons []Reason) Brief {
	b := Brief{ID: st.ID, URL: st.URL, Title: st.Title, Published: st.Published, PublishedFrom: st.PublishedFrom, FirstSeen: st.FirstSeen,
		Language: st.Language, Kind: st.Kind, Source: st.Source, Group: st.Group, Actors: []statement.Actor{}, Signatories: st.Signatories,
		Topics: st.Topics, Revision: st.Revision, Capture: st.Capture, CapturedAt: st.CapturedAt}
	if b.Topics == nil {
		b.Topics = []string{}
	}
	asked := actorsOf(reasons)
	for _, a := range st.Actors {
		if slices.Contains(asked, a.ID) || len(b.Actors) < maxSpeakers && (a.Role == statement.Issuer || a.Role == statement.Quoted) {
			b.Actors = append(b.Actors, a)
		}
	}
	return b
}

// speakers names who speaks in a statement, for people.
func (b *Brief) speakers() string {
	var names []string
	for _, a := range b.Actors {
		if a.Role.Speaks() && !slices.Contains(names, a.Name) {
			names = append(names, a.Name)
		}
	}
	return strings.Join(names, ", ")
}
