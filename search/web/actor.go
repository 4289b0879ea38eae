package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/query"
)

// actorPage is one actor.
type actorPage struct {
	Frame                 frame
	ID, Name, Kind        string
	Groups                []string
	Known                 []string // other names
	Speaks                int
	Roles                 string
	Mentions              int
	First, Last           string
	SearchPath, WatchPath string
	ExportPath, AsQuery   string
	On                    string // the topic that positions are on; empty for all
	OnName                string
	Topics                []option
	Stave                 *stave
	Lede                  string
	Picked                *utterance
	PickedEarlier         string
	PickedLater           string
	ByPhase               *phaseTable
	Multiples             []multiple
	Phases                *actorPhases
	Words                 []utterance
	AllWords              int
	WordsPath             string
	Oldest                bool
	WordOrders            []place
	SignsWith             []companion
	Joint                 int
	Mentioned             []brief
	MentionsPath          string
	Notes                 []string
}

type option struct {
	Value, Name string
	On          bool
}

// utterance is a sentence with the statement it stands in.
type utterance struct {
	Pieces          []piece
	Language        string
	Date, ISO, From string
	Polarity        string
	Cue             string
	Path, Title     string
	Indirect, Quote bool
}

type companion struct {
	Name, Path, Together, TogetherPath, First, Last string
}

// brief is a statement in a line.
type brief struct {
	Date, ISO, Path, Title, Language, From string
	Who                                    []who
	Cues                                   []string
}

// phaseTable counts positions by polarity and phase.
type phaseTable struct {
	Phases []string
	Rows   []phaseRow
}

type phaseRow struct {
	Polarity string
	Cells    []row
	All      string
}

const (
	maxWords      = 8
	maxAllWords   = 200
	maxCompanions = 12
	maxBriefs     = 5
)

func (p *pages) actor(r *http.Request) (view, error) {
	ctx, form, id := r.Context(), r.URL.Query(), r.PathValue("id")
	detail, err := p.Search.Actor(ctx, id)
	if err != nil {
		return view{}, err
	}
	term := query.Term{Field: query.Speaker, Value: id}.String()
	d := actorPage{Frame: p.frame(r, detail.Name), ID: id, Name: detail.Name, Kind: kindWords[detail.Kind], Speaks: detail.Count, SearchPath: searchPath(term),
		WatchPath: "/saved?q=" + url.QueryEscape(term), ExportPath: "/exports?q=" + url.QueryEscape(term), AsQuery: term, On: form.Get("on")}
	for _, g := range detail.MemberOf {
		if group, ok := p.Registry().Group(g); ok {
			d.Groups = append(d.Groups, group.Name)
		}
	}
	d.Known = otherNames(detail.Name, detail.Names, detail.Aliases)
	if err := p.fillProfile(ctx, &d, term); err != nil {
		return view{}, err
	}
	for _, t := range detail.Facets[search.FacetTopic] {
		d.Topics = append(d.Topics, option{Value: t.ID, Name: t.Name, On: t.ID == d.On})
		if t.ID == d.On {
			d.OnName = t.Name
		}
	}
	if err := p.fillVoice(ctx, &d, form); err != nil {
		return view{}, err
	}
	if d.Multiples, err = p.multiples(ctx, term, search.FacetTopic, topicPath); err != nil {
		return view{}, err
	}
	if d.Phases, err = p.actorPhases(ctx, term); err != nil {
		return view{}, err
	}
	if err := p.fillCompanions(ctx, &d); err != nil {
		return view{}, err
	}
	return view{template: "actor.html", data: d}, nil
}

var kindWords = map[string]string{"state": "State", "igo": "Intergovernmental body", "ngo": "Non-governmental organisation", "company": "Company", "coalition": "Coalition", "academic": "Academic body", "person": "Person"}

// otherNames lists what else an actor is called, each once.
func otherNames(name string, names map[string]string, aliases []string) []string {
	var out []string
	languages := make([]string, 0, len(names))
	for l := range names {
		languages = append(languages, l)
	}
	slices.Sort(languages)
	for _, l := range languages {
		if n := names[l]; n != name && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, a := range aliases {
		if a != name && !slices.Contains(out, a) && len(out) < 16 {
			out = append(out, a)
		}
	}
	return out
}

// fillProfile counts roles and mentions, and finds when the actor was first and last heard.
func (p *pages) fillProfile(ctx context.Context, d *actorPage, term string) error {
	first, err := p.Search.Search(ctx, search.Ask{Query: term, Order: search.Oldest, Limit: 1, Facets: []string{search.FacetIssuer, search.FacetSignatory, search.FacetQuoted}})
	if err != nil {
		return err
	}
	last, err := p.Search.Search(ctx, search.Ask{Query: term, Order: search.Newest, Limit: 1})
	if err != nil {
		return err
	}
	if len(first.Statements) > 0 && len(last.Statements) > 0 {
		d.First, d.Last = first.Statements[0].Time().UTC().Format("2 Jan 2006"), last.Statements[0].Time().UTC().Format("2 Jan 2006")
	}
	var roles []string
	for _, f := range []struct{ facet, words string }{{search.FacetIssuer, "as issuer"}, {search.FacetSignatory, "as signatory"}, {search.FacetQuoted, "quoted"}} {
		for _, c := range first.Facets[f.facet] {
			if c.ID == d.ID {
				roles = append(roles, number(c.Count)+" "+f.words)
			}
		}
	}
	d.Roles = strings.Join(roles, ", ")
	mentions := query.Term{Field: query.Mentions, Value: d.ID}.String() + " -" + term
	found, err := p.Search.Search(ctx, search.Ask{Query: mentions, Order: search.Newest, Limit: maxBriefs})
	if err != nil {
		return err
	}
	d.Mentions, d.MentionsPath = found.Total, searchPath(mentions)
	for i := range found.Statements {
		d.Mentioned = append(d.Mentioned, briefOf(&found.Statements[i].Statement))
	}
	return nil
}

func briefOf(s *statement.Statement) brief {
	b := brief{Path: statementPath(s.ID), Title: cmpOr(s.Title, s.URL), Language: s.Language, Date: s.Time().UTC().Format("2 Jan 2006"), ISO: s.Time().UTC().Format(time.DateOnly), Who: speakers(s.Actors, 3)}
	_, b.From = dated(s)
	return b
}

func utteranceOf(u *search.Utterance) utterance {
	out := utterance{Pieces: pieces(u.Sentence, u.Marks), Language: u.Statement.Language, Path: statementPath(u.Statement.ID), Title: cmpOr(u.Statement.Title, u.Statement.URL),
		Date: u.Statement.Time().UTC().Format("2 Jan 2006"), ISO: u.Statement.Time().UTC().Format(time.DateOnly), Quote: u.Quote != nil, Indirect: u.Quote != nil && !u.Quote.Direct}
	_, out.From = dated(&u.Statement)
	if u.Cue != nil {
		out.Polarity, out.Cue = u.Cue.Polarity, u.Cue.Text
	}
	return out
}

// fillVoice shows positions and words.
func (p *pages) fillVoice(ctx context.Context, d *actorPage, form url.Values) error {
	v, err := p.Search.Voice(ctx, d.ID, d.On)
	if err != nil {
		return err
	}
	if v.Cut {
		d.Notes = append(d.Notes, "More statements match than one page reads; positions and words are of 5000 of them.")
	}
	base := url.Values{}
	if d.On != "" {
		base.Set("on", d.On)
	}
	if len(v.Positions) > 0 {
		at, err := strconv.Atoi(form.Get("mark"))
		if err != nil || at < 0 || at >= len(v.Positions) {
			at = len(v.Positions) - 1
		}
		path := func(i int) string {
			to := url.Values{"mark": {itoa(i)}}
			if d.On != "" {
				to.Set("on", d.On)
			}
			return actorPath(d.ID) + "?" + to.Encode() + "#picked"
		}
		d.Stave = p.stave(v.Positions, at, path)
		picked := utteranceOf(&v.Positions[at])
		d.Picked = &picked
		if at > 0 {
			d.PickedEarlier = path(at - 1)
		}
		if at+1 < len(v.Positions) {
			d.PickedLater = path(at + 1)
		}
		d.ByPhase = p.byPhase(query.Term{Field: query.Speaker, Value: d.ID}.String(), v.Positions)
		d.Lede = p.ledeOf(v.Positions)
	}
	said := ownWords(&v)
	d.AllWords = len(said)
	d.Oldest = form.Get("words") == "oldest"
	for _, o := range []place{{Name: "Newest", Path: "newest", Here: !d.Oldest}, {Name: "Oldest", Path: "oldest", Here: d.Oldest}} {
		to := url.Values{"words": {o.Path}}
		for k, v := range base {
			to[k] = v
		}
		d.WordOrders = append(d.WordOrders, place{Name: o.Name, Path: actorPath(d.ID) + "?" + to.Encode() + "#words", Here: o.Here})
	}
	if !d.Oldest {
		slices.Reverse(said)
	}
	limit := maxWords
	if form.Get("all") != "" {
		limit = maxAllWords
	}
	for i := range said[:min(len(said), limit)] {
		d.Words = append(d.Words, utteranceOf(&said[i]))
	}
	if len(said) > limit {
		base.Set("all", "1")
		d.WordsPath = actorPath(d.ID) + "?" + base.Encode() + "#words"
	}
	return nil
}

// ownWords puts quotes and positions in order; a position within a quote of the same statement is that quote.
func ownWords(v *search.Voice) []search.Utterance {
	said := slices.Clone(v.Quotes)
	for _, pos := range v.Positions {
		inside := slices.ContainsFunc(v.Quotes, func(q search.Utterance) bool {
			return q.Statement.ID == pos.Statement.ID && pos.Cue.Start >= q.Quote.Start && pos.Cue.End <= q.Quote.End
		})
		again := slices.ContainsFunc(said, func(s search.Utterance) bool { return s.Statement.ID == pos.Statement.ID && s.Sentence == pos.Sentence })
		if !inside && !again {
			said = append(said, pos)
		}
	}
	slices.SortStableFunc(said, func(a, b search.Utterance) int { return a.Statement.Time().Compare(b.Statement.Time()) })
	return said
}

// ledeOf says in a sentence what the marks add up to.
func (p *pages) ledeOf(positions []search.Utterance) string {
	statements := map[string]bool{}
	for _, u := range positions {
		statements[u.Statement.ID] = true
	}
	verb := "take"
	if len(positions) == 1 {
		verb = "takes"
	}
	text := fmt.Sprintf("%s in %s %s a side. ", plural(len(positions), "sentence", "sentences"), plural(len(statements), "statement", "statements"), verb)
	first, last := positions[0].Cue.Polarity, positions[len(positions)-1].Cue.Polarity
	if first != last {
		text += fmt.Sprintf("The first, of %s, %s; the latest, of %s, %s. ", positions[0].Statement.Time().Format("January 2006"), polarityVerbs[first],
			positions[len(positions)-1].Statement.Time().Format("January 2006"), polarityVerbs[last])
	}
	return text + "Each mark is one sentence and opens it; the first of each kind is quoted."
}

var polarityVerbs = map[string]string{"supports": "supports", "opposes": "opposes", "conditions": "sets conditions"}

// byPhase counts the positions of an actor; each number leads to the statements behind it.
func (p *pages) byPhase(term string, positions []search.Utterance) *phaseTable {
	reg := p.Registry()
	t := &phaseTable{}
	var ids []string
	for _, process := range reg.Processes() {
		for _, ph := range process.Phases {
			if !slices.Contains(ids, ph.ID) {
				ids, t.Phases = append(ids, ph.ID), append(t.Phases, ph.Name)
			}
		}
	}
	for _, polarity := range cueOrder {
		in, all := make([]int, len(ids)), 0
		for _, u := range positions {
			if u.Cue.Polarity != polarity {
				continue
			}
			all++
			for _, process := range reg.Processes() {
				if ph, ok := reg.PhaseAt(process.ID, u.Statement.Time()); ok {
					in[slices.Index(ids, ph.ID)]++
					break
				}
			}
		}
		line := phaseRow{Polarity: polarity, All: number(all)}
		for i, n := range in {
			cell := row{Count: number(n)}
			if n > 0 {
				cell.Path = searchPath(term + " cue:" + polarity + " phase:" + ids[i])
			}
			line.Cells = append(line.Cells, cell)
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// fillCompanions finds with whom the actor signs.
func (p *pages) fillCompanions(ctx context.Context, d *actorPage) error {
	c, err := p.Search.Cross(ctx, search.CrossRequest{Query: query.Term{Field: query.Signatory, Value: d.ID}, Rows: search.FacetSignatory, Cols: search.FacetMonth, MaxRows: maxCompanions + 1})
	if err != nil {
		return err
	}
	d.Joint = c.Total
	self := query.Term{Field: query.Signatory, Value: d.ID}.String()
	for i, rowOf := range c.Rows {
		if rowOf.ID == d.ID || len(d.SignsWith) == maxCompanions {
			continue
		}
		mate := companion{Name: rowOf.Name, Path: actorPath(rowOf.ID), Together: number(rowOf.Count), TogetherPath: searchPath(self + " " + query.Term{Field: query.Signatory, Value: rowOf.ID}.String())}
		for j, n := range c.Cells[i] {
			if n > 0 {
				month := periodName(c.Cols[j].ID+"-01", search.FacetMonth)
				if mate.First == "" {
					mate.First = month
				}
				mate.Last = month
			}
		}
		d.SignsWith = append(d.SignsWith, mate)
	}
	return nil
}
