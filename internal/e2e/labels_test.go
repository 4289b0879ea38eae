package e2e

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"rostrum/configs"
	"rostrum/internal/app"
	"rostrum/internal/fold"
	"rostrum/internal/golden"
	"rostrum/internal/statement"
)

var updateLabels = flag.Bool("update-labels", false, "rewrite testdata/labels.golden")

// TestLabels holds how well extraction and annotation find what readers found in the labelled pieces.
func TestLabels(t *testing.T) {
	pieces := labelledPieces(t)
	dir, ok := golden.SharedData(t, "ngo-drw")
	if !ok {
		return
	}
	cfg, err := configs.LoadBuiltin("", configs.Options{Checks: app.Checks()})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Actors = append(cfg.Actors, configs.Actor{ID: "connected-by-data", Kind: "ngo", Name: "Connected by Data", Sites: []string{"connectedbydata.org"}})
	inspector, err := app.NewInspector(cfg)
	if err != nil {
		t.Fatal(err)
	}
	shared := &sharedFiles{root: filepath.Dir(dir), whole: map[string][]rune{}, known: map[string]map[string]string{}}
	tmp := t.TempDir()
	table := scores{}
	seen := make([]app.Inspection, len(pieces))
	var wait sync.WaitGroup
	slots := make(chan struct{}, 2)
	for i := range pieces {
		p := &pieces[i]
		name, body := p.file(t, shared.raw(t, p))
		file := filepath.Join(tmp, fmt.Sprint(i)+filepath.Ext(name))
		if filepath.Ext(name) == ".pdf" {
			file = filepath.Join(shared.root, p.set, p.Path)
		} else if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
		slots <- struct{}{}
		wait.Go(func() {
			seen[i] = inspector.Inspect(t.Context(), file, sites[p.set]+name, "")
			<-slots
		})
	}
	wait.Wait()
	for i := range pieces {
		if seen[i].Error != "" && !strings.Contains(seen[i].Error, "no text") {
			t.Errorf("%s %s: %s", pieces[i].set, pieces[i].Path, seen[i].Error)
			continue
		}
		j := judge{t: t, p: &pieces[i], got: &seen[i], table: table, raw: shared.raw(t, &pieces[i])}
		j.all()
	}
	holdLabels(t, table.String())
}

// score counts: found and right of those found, labelled and found of those.
type labelScore struct{ found, right, labelled, met int }

// scores is by finding, then by set or language.
type scores map[string]map[string]*labelScore

func (s scores) add(finding string, p *piece, found, right, labelled, met int) {
	for _, scope := range []string{"all", "set " + p.set, "lang " + p.Lang} {
		if s[finding] == nil {
			s[finding] = map[string]*labelScore{}
		}
		if s[finding][scope] == nil {
			s[finding][scope] = &labelScore{}
		}
		n := s[finding][scope]
		n.found, n.right, n.labelled, n.met = n.found+found, n.right+right, n.labelled+labelled, n.met+met
	}
}

func (s scores) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s %-26s %6s %6s %6s  %5s %5s %5s %5s\n", "finding", "where", "P", "R", "F1", "found", "right", "label", "met")
	for _, finding := range sortedKeys(s) {
		for _, scope := range sortedKeys(s[finding]) {
			n := s[finding][scope]
			if n.found == 0 && n.labelled == 0 {
				continue // nothing there and nothing found
			}
			p, r := share(n.right, n.found), share(n.met, n.labelled)
			f := 0.0
			if p+r > 0 {
				f = 2 * p * r / (p + r)
			}
			fmt.Fprintf(&b, "%-12s %-26s %6.3f %6.3f %6.3f  %5d %5d %5d %5d\n", finding, scope, p, r, f, n.found, n.right, n.labelled, n.met)
		}
	}
	return b.String()
}

// share is 1 of nothing: nothing wrong was found, nothing was missed.
func share(part, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(part) / float64(of)
}

func holdLabels(t *testing.T, got string) {
	const golden = "testdata/labels.golden"
	if *updateLabels {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == got {
		return
	}
	old := map[string]string{}
	for line := range strings.Lines(string(want)) {
		old[line[:min(len(line), 39)]] = line
	}
	for line := range strings.Lines(got) {
		if was := old[line[:min(len(line), 39)]]; was != line {
			t.Errorf("\nwas %snow %s", cmp.Or(was, "nothing\n"), line)
		}
	}
	t.Error("the figures have changed: if that is meant, run with -update-labels")
}

// judge compares what was found in one piece with its labels.
type judge struct {
	t     *testing.T
	p     *piece
	got   *app.Inspection
	table scores
	raw   []rune
}

func (j *judge) say(format string, args ...any) {
	if testing.Verbose() {
		j.t.Logf("%s %s %s: %s", j.p.set, j.p.Path, j.p.ID, fmt.Sprintf(format, args...))
	}
}

func (j *judge) all() {
	if j.p.Kind != nil {
		right := 0
		if j.got.Kind == *j.p.Kind {
			right = 1
		} else {
			j.say("kind %q, not %q", j.got.Kind, *j.p.Kind)
		}
		j.table.add("kind", j.p, 1, right, 1, right)
	}
	if j.p.Date != "" {
		found, right := 0, 0
		if j.got.Published != nil {
			found = 1
			if j.got.Published.UTC().Format("2006-01-02") == j.p.Date {
				right = 1
			}
		}
		j.table.add("date", j.p, found, right, 1, right)
	}
	j.issuers()
	j.signatories()
	j.mentions()
	j.places("quote", j.p.Quotes, j.quotes())
	j.places("cue", j.p.Cues, j.cues())
}

// is says whether an actor is one that a label names: by id or by name, wholly or the family name of a person.
func is(label, id, name string) bool {
	for want := range strings.SplitSeq(label, "|") {
		if want == id || want != "" && sameName(fold.String(want), fold.String(name)) {
			return true
		}
	}
	return false
}

// sameName says whether the words of one name are all in the other.
func sameName(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	x, y = withoutStyle(x), withoutStyle(y)
	if len(x) > len(y) {
		x, y = y, x
	}
	return len(x) > 0 && !slices.ContainsFunc(x, func(w string) bool { return !slices.Contains(y, w) })
}

func withoutStyle(words []string) []string {
	return slices.DeleteFunc(words, func(w string) bool {
		return slices.Contains([]string{"mr", "ms", "mrs", "dr", "prof", "professor"}, strings.Trim(w, "."))
	})
}

func (j *judge) with(roles ...statement.Role) []statement.Actor {
	var found []statement.Actor
	for _, a := range j.got.Actors {
		if slices.Contains(roles, a.Role) {
			found = append(found, a)
		}
	}
	return found
}

func (j *judge) issuers() {
	if j.p.Issuers == nil {
		return
	}
	found := j.with(statement.Issuer)
	right, met := 0, 0
	for _, a := range found {
		if slices.ContainsFunc(*j.p.Issuers, func(l string) bool { return is(l, a.ID, a.Name) }) {
			right++
		} else {
			j.say("no issuer: %s", a.Name)
		}
	}
	for _, l := range *j.p.Issuers {
		if slices.ContainsFunc(found, func(a statement.Actor) bool { return is(l, a.ID, a.Name) }) {
			met++
		} else {
			j.say("missed issuer %s", l)
		}
	}
	j.table.add("issuer", j.p, len(found), right, len(*j.p.Issuers), met)
}

func (j *judge) signatories() {
	if j.p.Signatories == nil {
		return
	}
	found, want := j.with(statement.Signatory), *j.p.Signatories
	right := min(len(found), want)
	for _, name := range j.p.Signed {
		if right > 0 && !slices.ContainsFunc(found, func(a statement.Actor) bool { return is(name, a.ID, a.Name) }) {
			right--
			j.say("missed signatory %s", name)
		}
	}
	if len(found) != want {
		j.say("%d signatories, not %d", len(found), want)
	}
	j.table.add("signatory", j.p, len(found), right, want, right)
}

func (j *judge) mentions() {
	if j.p.Mentions == nil {
		return
	}
	may := map[string]bool{}
	var must []string
	for _, id := range *j.p.Mentions {
		if bare, optional := strings.CutSuffix(id, "?"); optional {
			may[bare] = true
		} else {
			must = append(must, id)
		}
	}
	found, right, met := 0, 0, 0
	for _, a := range j.with(statement.Mentioned) {
		switch {
		case may[a.ID], strings.HasPrefix(a.ID, "x-"), j.p.Issuers != nil && slices.ContainsFunc(*j.p.Issuers, func(l string) bool { return is(l, a.ID, a.Name) }):
			continue
		case slices.Contains(must, a.ID):
			right++
		default:
			j.say("not talked about: %s", a.ID)
		}
		found++
	}
	named := j.with(statement.Mentioned, statement.Quoted)
	for _, id := range must {
		if slices.ContainsFunc(named, func(a statement.Actor) bool { return a.ID == id }) {
			met++
		} else {
			j.say("missed mention of %s", id)
		}
	}
	j.table.add("mention", j.p, found, right, len(must), met)
}

// foundPlace is a place that was found, in code points of the text.
type foundPlace struct {
	from, to int
	id, name string // who says it; of a cue the polarity
	direct   bool
}

func (j *judge) quotes() []foundPlace {
	var all []foundPlace
	for _, q := range j.got.Quotes {
		all = append(all, foundPlace{q.Start, q.End, q.Speaker, q.Name, q.Direct})
	}
	return all
}

func (j *judge) cues() []foundPlace {
	var all []foundPlace
	for _, c := range j.got.Cues {
		all = append(all, foundPlace{c.Start, c.End, c.Polarity, c.Polarity, true})
	}
	return all
}

// places judges places that were found against labelled ones.
func (j *judge) places(finding string, labels *[]stretch, found []foundPlace) {
	if labels == nil {
		return
	}
	letters, at := lettersOf(j.got.Text)
	begin := j.p.From
	if m := front.FindString(string(j.raw)); m != "" && strings.HasSuffix(j.p.Path, ".md") {
		begin = max(begin, len([]rune(m)))
	}
	var wanted []foundPlace
	indirect, met := false, 0
	for _, l := range *labels {
		indirect = indirect || l.indirect
		from, to, ok := place(j.raw, begin, l, letters, at)
		if !ok {
			j.say("%s: the text has no such stretch: %q", finding, string(j.raw[l.from:min(l.to, l.from+60)]))
			continue
		}
		wanted = append(wanted, foundPlace{from, to, l.what, l.what, !l.indirect})
	}
	hits := make([]*foundPlace, len(wanted))
	for w := range wanted {
		covered := 0
		for f := range found {
			n := common(wanted[w], found[f])
			if finding == "cue" && (n == 0 || found[f].id != wanted[w].id) {
				continue
			}
			if n > 0 && (hits[w] == nil || n > common(wanted[w], *hits[w])) {
				hits[w] = &found[f]
			}
			covered += n
		}
		if 2*covered >= wanted[w].to-wanted[w].from || finding == "cue" && covered > 0 {
			met++
		} else {
			hits[w] = nil
			j.say("missed %s: %s…", finding, j.excerpt(wanted[w]))
		}
	}
	judged, right := 0, 0
	for _, f := range found {
		covered := 0
		for _, w := range wanted {
			if finding != "cue" || f.id == w.id {
				covered += common(f, w)
			}
		}
		switch {
		case 2*covered >= f.to-f.from, finding == "cue" && covered > 0:
			judged, right = judged+1, right+1
		case f.direct || indirect:
			judged++
			j.say("no %s (%s): %s…", finding, f.name, j.excerpt(f))
		}
	}
	j.table.add(finding, j.p, judged, right, len(*labels), met)
	if finding == "quote" {
		j.speakers(wanted, hits)
	}
}

// speakers judges who says what was found to be said.
func (j *judge) speakers(wanted []foundPlace, hits []*foundPlace) {
	claimed, right, labelled := 0, 0, 0
	for i, w := range wanted {
		if w.id == "" || hits[i] == nil {
			continue
		}
		silent := hits[i].id == "" && hits[i].name == ""
		if silent && strings.HasSuffix(w.id, "|") {
			continue
		}
		labelled++
		if silent {
			j.say("nobody says %s…, but %s does", j.excerpt(w), w.id)
			continue
		}
		claimed++
		if is(w.id, hits[i].id, hits[i].name) {
			right++
		} else {
			j.say("not %s (%s) says %s…, but %s", hits[i].name, hits[i].id, j.excerpt(w), w.id)
		}
	}
	j.table.add("speaker", j.p, claimed, right, labelled, right)
}

func common(a, b foundPlace) int { return max(0, min(a.to, b.to)-max(a.from, b.from)) }

func (j *judge) excerpt(f foundPlace) string {
	text := []rune(j.got.Text)
	return string(text[min(f.from, len(text)):min(f.from+50, f.to, len(text))])
}
