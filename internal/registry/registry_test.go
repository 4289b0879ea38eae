package registry

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/internal/fault"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func sample(t testing.TB) *Registry {
	t.Helper()
	r, err := New(
		[]Actor{
			{ID: "vl", Kind: "state", Name: "Valdoria", Names: map[string]string{"fr": "Valdorie", "ru": "Валдория", "ar": "فالدوريا", "zh": "瓦尔多里亚"},
				Aliases: []string{"États-Unis de Valdorie", "U.S.V."}, Weak: []string{"Valdorian"}, MemberOf: []string{"north"}, Sites: []string{"gov.vl.example"}},
			{ID: "or", Kind: "state", Name: "Orlandia", MemberOf: []string{"north", "south"}},
			{ID: "net-watch", Kind: "ngo", Name: "Net Watch International", Aliases: []string{"NWI"}, Sites: []string{"https://www.netwatch.example/en", "shared.example"}},
			{ID: "north-wind", Kind: "company", Name: "North Wind Inc.", Aliases: []string{"NWI"}, Sites: []string{"shared.example"}},
		},
		[]Group{{ID: "north", Name: "Northern Group", Names: map[string]string{"es": "Grupo del Norte"}}, {ID: "south", Name: "South"}},
		[]Topic{{ID: "surveillance", Name: "Surveillance powers", Query: "surveillance"}},
		[]Process{
			{ID: "treaty", Name: "Treaty", Phases: []Phase{{ID: "negotiation", From: day("2022-01-01"), To: day("2024-01-01")}, {ID: "adoption", From: day("2024-01-01")}}},
			{ID: "bill", Name: "Bill", Phases: []Phase{{ID: "negotiation", From: day("2020-01-01"), To: day("2021-01-01")}}},
		})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestByAlias(t *testing.T) {
	r := sample(t)
	for name, want := range map[string][]string{
		"VALDORIA":                {"vl"},
		"valdorie":                {"vl"},
		"etats unis  de valdorie": {"vl"},
		"валдория":                {"vl"},
		"فالدوريا":                {"vl"},
		"瓦尔多里亚":                   {"vl"},
		"u s v":                   {"vl"},
		"vl":                      {"vl"},
		"north wind, inc":         {"north-wind"},
		"NWI":                     {"net-watch", "north-wind"},
		"Valdorian":               nil,
		"":                        nil,
		"...":                     nil,
	} {
		if diff := cmp.Diff(want, r.ByAlias(name)); diff != "" {
			t.Errorf("ByAlias(%q): %s", name, diff)
		}
	}
	if diff := cmp.Diff([]string{"north"}, r.GroupByName("grupo del norte")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"surveillance"}, r.TopicByName("Surveillance Powers")); diff != "" {
		t.Error(diff)
	}
}

func TestNearest(t *testing.T) {
	r := sample(t)
	for typed, want := range map[string][]string{
		"Valdora":                []string{"vl"},
		"Vladoria":               []string{"vl"},
		"orlandai":               []string{"or"},
		"Net Watch":              []string{"net-watch"},
		"netwatch":               []string{"net-watch"},
		"Quxquux":                {},
		strings.Repeat("x", 1e5): {},
	} {
		if diff := cmp.Diff(want, r.Nearest(typed, 3)); diff != "" && len(want)+len(r.Nearest(typed, 3)) > 0 {
			t.Errorf("Nearest(%.20q): %s", typed, diff)
		}
	}
	if got := r.NearestTopics("surveilance", 3); len(got) != 1 || got[0] != "surveillance" {
		t.Errorf("NearestTopics: %v", got)
	}
	if got := r.NearestTopics("powres", 3); len(got) != 1 || got[0] != "surveillance" { // one word of its name
		t.Errorf("NearestTopics: %v", got)
	}
	if got := r.NearestGroups("nort", 3); len(got) != 1 || got[0] != "north" {
		t.Errorf("NearestGroups: %v", got)
	}
}

func TestMembershipSitesAndPhases(t *testing.T) {
	r := sample(t)
	if diff := cmp.Diff([]string{"or", "vl"}, r.Members("north")); diff != "" {
		t.Error(diff)
	}
	if r.Members("nobody") != nil {
		t.Error("an unknown group has no members")
	}
	for host, want := range map[string]string{
		"gov.vl.example": "vl", "WWW.gov.vl.example.": "vl", "blog.netwatch.example:8080": "net-watch",
		"shared.example": "", "example": "", "vl.example": "", "": "",
	} {
		if got, found := r.IssuerBySite(host); got != want || found != (want != "") {
			t.Errorf("IssuerBySite(%q) = %q, %v, want %q", host, got, found, want)
		}
	}
	if got := r.Phases("negotiation"); len(got) != 2 {
		t.Errorf("Phases: %v", got)
	}
	for at, want := range map[string]string{"2021-12-31": "", "2022-01-01": "negotiation", "2024-01-01": "adoption", "2050-01-01": "adoption"} {
		if p, found := r.PhaseAt("treaty", day(at)); p.ID != want || found != (want != "") {
			t.Errorf("PhaseAt(%s) = %q, want %q", at, p.ID, want)
		}
	}
	if a, found := r.Actor("vl"); !found || a.Name != "Valdoria" {
		t.Errorf("Actor: %v", a)
	}
	if _, found := r.Actor("vm"); found {
		t.Error("found an unknown actor")
	}
}

func TestNewNamesEveryFault(t *testing.T) {
	_, err := New(
		[]Actor{{ID: "a", Name: "A"}, {ID: "a", Name: "A"}, {ID: "B b", Name: "B"}, {ID: "c", Name: ""}, {ID: "d", Name: "D", Aliases: []string{"…"}, MemberOf: []string{"nobody"}}, {ID: "x-made", Name: "X"}},
		[]Group{{ID: "g"}, {ID: "g"}}, []Topic{{ID: ""}}, []Process{{ID: "p"}, {ID: "p"}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`actor "a": the id is given twice`, `actor "B b": an id`, `actor "c": it has no name`, `alias "…"`, `"nobody"`, `"x-made"`, `group "g"`, `topic ""`, `process "p"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("kind %v", fault.KindOf(err))
	}
}

func TestHashDependsOnContentAlone(t *testing.T) {
	a, b := Actor{ID: "a", Name: "A", Names: map[string]string{"fr": "AA", "es": "AAA"}}, Actor{ID: "b", Name: "B"}
	hash := func(actors []Actor, topics ...Topic) string {
		r, err := New(actors, nil, topics, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r.Hash()
	}
	base := hash([]Actor{a, b})
	if base != hash([]Actor{b, a}) {
		t.Error("the order of actors changes the hash")
	}
	a.Aliases = []string{"more"}
	if base == hash([]Actor{a, b}) || base == hash([]Actor{b}) || hash([]Actor{b}) == hash([]Actor{b}, Topic{ID: "t", Query: "q"}) {
		t.Error("a change does not change the hash")
	}
}

func TestEditsIsADistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SliceOfN(rapid.RuneFrom([]rune("abcä中")), 0, 8)
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		d := edits(a, b, 8)
		if d != edits(b, a, 8) || (d == 0) != (string(a) == string(b)) || d > max(len(a), len(b)) || d < len(a)-len(b) {
			t.Fatalf("edits(%q, %q) = %d", string(a), string(b), d)
		}
		if within := edits(a, b, 2); d <= 2 && within != d || d > 2 && within <= 2 {
			t.Fatalf("edits(%q, %q) within 2 = %d, but is %d", string(a), string(b), within, d)
		}
	})
}

// big makes a registry of 50,000 names.
func big() []Actor {
	rnd := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, 4+rnd.IntN(8))
		for i := range b {
			b[i] = byte('a' + rnd.IntN(26))
		}
		return string(b)
	}
	actors := make([]Actor, 10_000)
	for i := range actors {
		actors[i] = Actor{ID: fmt.Sprintf("actor-%d", i), Name: word() + " " + word()}
		for range 4 {
			actors[i].Aliases = append(actors[i].Aliases, word()+" "+word()+" "+word())
		}
	}
	return actors
}

func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

func BenchmarkNew50000Names(b *testing.B) {
	var megabytes float64
	for b.Loop() {
		before := heap()
		r, err := New(big(), nil, nil, nil)
		if err != nil {
			b.Fatal(err)
		}
		megabytes = heap() - before
		runtime.KeepAlive(r)
	}
	b.ReportMetric(megabytes, "MB")
}

func BenchmarkByAlias(b *testing.B) {
	r, err := New(big(), nil, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	name := r.Actors()[777].Aliases[2]
	for b.Loop() {
		if r.ByAlias(name) == nil {
			b.Fatal("not found")
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	r, err := New(big(), nil, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r.Nearest("some name nobody has", 3)
	}
}
