package indexer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rostrum/indexer/annotate"
	"rostrum/internal/statement"
)

func TestCorrect(t *testing.T) {
	actors := func(of ...string) (all []statement.Actor) {
		for _, a := range of {
			id, role, _ := strings.Cut(a, " ")
			all = append(all, statement.Actor{ID: id, Role: statement.Role(role)})
		}
		return all
	}
	found := func() *annotate.Findings {
		return &annotate.Findings{Signatories: 1,
			Actors: actors("a issuer", "a mentioned", "b signatory", "c quoted"),
			Quotes: []statement.Quote{{Speaker: "c", Name: "C"}}, Cues: []statement.Cue{{Actor: "c"}, {Actor: "b"}},
			Evidence: []statement.Evidence{{Finding: "actor", ID: "a", Role: statement.Issuer}, {Finding: "topic", ID: "a"}}}
	}
	for name, c := range map[string]struct {
		with   []Correction
		actors []statement.Actor
		signed int
		quoted string
	}{
		"not at all":             {[]Correction{{Actor: "a"}}, actors("b signatory", "c quoted"), 1, "c"},
		"another role as well":   {[]Correction{{Actor: "a", Role: statement.Signatory}}, actors("a issuer", "b signatory", "c quoted", "a signatory"), 2, "c"},
		"one role less":          {[]Correction{{Actor: "a", Role: statement.Issuer, Remove: true}}, actors("a mentioned", "b signatory", "c quoted"), 1, "c"},
		"no signatory":           {[]Correction{{Actor: "b"}}, actors("a issuer", "a mentioned", "c quoted"), 0, "c"},
		"the words of nobody":    {[]Correction{{Actor: "c", Role: statement.Quoted, Remove: true}}, actors("a issuer", "a mentioned", "b signatory"), 1, ""},
		"issuer instead":         {[]Correction{{Actor: "a"}, {Actor: "d", Role: statement.Issuer}}, actors("b signatory", "c quoted", "d issuer"), 1, "c"},
		"what it is already":     {[]Correction{{Actor: "b", Role: statement.Signatory}}, actors("a issuer", "a mentioned", "c quoted", "b signatory"), 1, "c"},
		"twice, the latter wins": {[]Correction{{Actor: "b"}, {Actor: "b", Role: statement.Signatory}}, actors("a issuer", "a mentioned", "c quoted", "b signatory"), 1, "c"},
	} {
		t.Run(name, func(t *testing.T) {
			f := found()
			correct(f, c.with)
			if diff := cmp.Diff(c.actors, f.Actors); diff != "" || f.Signatories != c.signed || f.Quotes[0].Speaker != c.quoted {
				t.Errorf("%d signatories, quoted %q, actors (-want +got):\n%s", f.Signatories, f.Quotes[0].Speaker, diff)
			}
			if st := (&statement.Statement{Evidence: f.Evidence}); !shows(st, c.with) || shows(st, nil) {
				t.Errorf("evidence %+v", f.Evidence)
			}
		})
	}
}

// TestCorrectionsApplyAtOnce corrects what is stored: the statement, its group's lead and nothing else change, and taking the corrections
// back brings back what was found.
func TestCorrectionsApplyAtOnce(t *testing.T) {
	b := newBench(t, nil)
	b.handle(t, article("/a", 0, opening+"It has one point."), article("/b", 1, "Another text about something else, which is long enough to be one."))
	b.handle(t, article("/a", 2, opening+"It has two points."))
	before := decoded(b.store.statements)
	id := statement.ID("https://www.ocrania.example/a")
	b.o.Reader.SetCorrections([]Correction{
		{Statement: id, Actor: "ocrania", Reason: "reprinted"},
		{Statement: id, Actor: "harbour-institute", Name: "Harbour Institute", Role: statement.Issuer, Reason: "its words"},
		{Statement: "nowhere", Actor: "ocrania"},
	})
	wrong, err := b.Uncorrected(t.Context(), b.store)
	if err != nil || !cmp.Equal(wrong, []string{id}) {
		t.Fatalf("uncorrected %v, %v", wrong, err)
	}
	for range 2 {
		if err := b.Correct(t.Context(), b.store, []string{id, "nowhere", id}); err != nil {
			t.Fatal(err)
		}
	}
	stored, _ := b.store.Stored(t.Context(), []string{id})
	st := stored[id]
	want := []statement.Actor{{ID: "harbour-institute", Name: "Harbour Institute", Role: statement.Issuer}}
	if !cmp.Equal(st.Actors, want) || st.Revision != 2 || !strings.Contains(st.Text, "two points") {
		t.Errorf("revision %d, %s, actors %v", st.Revision, st.Text, st.Actors)
	}
	if wrong, err := b.Uncorrected(t.Context(), b.store); err != nil || len(wrong) > 0 {
		t.Errorf("uncorrected still: %v, %v", wrong, err)
	}
	after := newMemory()
	if err := b.Reindex(t.Context(), after, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded(b.store.statements), decoded(after.statements)); diff != "" {
		t.Errorf("a rebuild gives (-corrected +rebuilt):\n%s", diff)
	}
	b.o.Reader.SetCorrections(nil)
	if err := b.Correct(t.Context(), b.store, []string{id}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, decoded(b.store.statements)); diff != "" {
		t.Errorf("taken back (-before +after):\n%s", diff)
	}
}
