package annotate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

var fictional = []registry.Actor{
	{ID: "vl", Kind: "state", Name: "Valdoria", Names: map[string]string{"ru": "Валдория", "ar": "فالدوريا", "zh": "瓦尔多里亚", "fr": "Valdorie"},
		Aliases: []string{"Republic of Valdoria", "Республика Валдория", "الجمهورية الفالدورية", "UVS", "U.V.S."}, Weak: []string{"Valdorian"}},
	{ID: "or", Kind: "state", Name: "Orlandia", Names: map[string]string{"es": "Orlandía"}, Sites: []string{"gov.or.example"}},
	{ID: "net-watch", Kind: "ngo", Name: "Net Watch International", Names: map[string]string{"fr": "Veille du Net", "zh": "网络观察国际"}, Aliases: []string{"NWI"}},
	{ID: "north-wind", Kind: "company", Name: "North Wind", Aliases: []string{"North Wind Inc."}},
	{ID: "access", Kind: "ngo", Name: "Access Circle", Aliases: []string{"WHO"}},
	{ID: "lantern-a", Kind: "ngo", Name: "Lantern Trust", Aliases: []string{"Lantern"}},
	{ID: "lantern-b", Kind: "ngo", Name: "Lantern Fund", Aliases: []string{"Lantern"}},
	{ID: "quennet", Kind: "state", Name: "Quennet", Names: map[string]string{"ar": "جزر كوينيت"}},
	{ID: "benna", Kind: "state", Name: "Benna", Names: map[string]string{"ru": "Того"}, Weak: []string{"Того"}, Except: []string{"Benna City", "Bight of Benna", "Benna Forum"}},
	{ID: "benna-forum", Kind: "ngo", Name: "Benna Forum"},
	{ID: "noyb", Kind: "ngo", Name: "blindspot"},
}

func annotator(t testing.TB, o Options) *Annotator {
	t.Helper()
	r, err := registry.New(fictional, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	o.Registry = r
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func input(title, text, language string) Input {
	return Input{Title: title, Text: text, Kind: "statement", Words: analysis.NewAnalyzer().Document(title, text, language)}
}

// inRole gives the ids, or the names of those no registry knows, in a role.
func inRole(f Findings, role statement.Role) []string {
	var ids []string
	for _, a := range f.Actors {
		if a.Role != role {
			continue
		}
		if strings.HasPrefix(a.ID, "x-") {
			ids = append(ids, a.Name)
		} else {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

func TestMentions(t *testing.T) {
	a := annotator(t, Options{})
	for _, c := range []struct {
		name, text, language string
		want                 []string
	}{
		{"a name", "Talks with Valdoria went on.", "en", []string{"vl"}},
		{"the longest name", "The Republic of Valdoria agreed.", "en", []string{"vl"}},
		{"once each, in order", "Orlandia and Valdoria. Orlandia again.", "en", []string{"or", "vl"}},
		{"a possessive", "Valdoria's delegate", "en", []string{"vl"}},
		{"accents and case", "La delegación de ORLANDIA y Orlandía", "es", []string{"or"}},
		{"an abbreviation in capitals", "NWI warned.", "en", []string{"net-watch"}},
		{"not one in small letters", "nwi and who and Who", "en", nil},
		{"nor one shouted", "NATIONS THAT WHO TALKED WITH ALL AGREED", "en", nil},
		{"but one on its own line", "WHO", "en", []string{"access"}},
		{"points in an abbreviation", "the U.V.S. and the UVS", "en", []string{"vl"}},
		{"no sum of money", "UVS$ 5 and $UVS 5", "en", nil},
		{"a single word in small letters", "the valdoria of dreams", "en", nil},
		{"several words in small letters", "a cold north wind blew", "en", nil},
		{"several words", "North Wind said", "en", []string{"north-wind"}},
		{"a name that is written small", "blindspot filed", "en", []string{"noyb"}},
		{"an ambiguous name", "Lantern asked for more.", "en", nil},
		{"no word in a word", "Valdorians and Valdoriana", "en", nil},
		{"not over lines", "Net\nWatch International", "en", nil},
		{"over the end of a line that was wrapped", "This line goes on until it is wrapped by Net \nWatch International", "en", []string{"net-watch"}},
		{"not over the end of a paragraph", "This line goes on until the paragraph ends with Net\n\nWatch International", "en", nil},
		{"not over sentences of a list", "North; Wind", "en", nil},
		{"no weak name by itself", "the Valdorian winter, a Valdorian by birth", "en", nil},
		{"a weak name beside an office", "the Valdorian foreign minister", "en", []string{"vl"}},
		{"no name that is weak as well", "Того не было", "ru", nil},
		{"no exception", "In Benna City, by the Bight of Benna", "en", nil},
		{"the name beside an exception", "In Benna City, Benna said", "en", []string{"benna"}},
		{"an exception that is a name", "The Benna Forum said", "en", []string{"benna-forum"}},
		{"Russian cases", "Делегация Валдории и Республики Валдория", "ru", []string{"vl"}},
		{"Arabic particles", "وفالدوريا ولفالدوريا", "ar", []string{"vl"}},
		{"an Arabic particle before a name of two words", "الفالدورية وجزر كوينيت", "ar", []string{"quennet"}},
		{"Han without spaces", "今天瓦尔多里亚和网络观察国际表示", "zh", []string{"vl", "net-watch"}},
		{"nothing", "", "en", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := inRole(a.Annotate(input("", c.text, c.language)), statement.Mentioned)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%q: %s", c.text, diff)
			}
		})
	}
}

func TestIssuer(t *testing.T) {
	a := annotator(t, Options{})
	in := input("Valdoria speaks", "Valdoria and Orlandia met.", "en")
	in.Issuer = "vl"
	f := a.Annotate(in)
	want := []statement.Actor{{ID: "vl", Name: "Valdoria", Role: statement.Issuer}, {ID: "or", Name: "Orlandia", Role: statement.Mentioned}}
	if diff := cmp.Diff(want, f.Actors); diff != "" {
		t.Error(diff)
	}
	if e := f.Evidence[0]; e.Rule != "source" || e.In != "source" || e.Role != statement.Issuer || e.Confidence != 1 {
		t.Errorf("evidence %+v", e)
	}

	in.Issuer, in.URL = "", "https://www.gov.or.example/news/1"
	if got := inRole(a.Annotate(in), statement.Issuer); !slices.Equal(got, []string{"or"}) {
		t.Errorf("by site: %v", got)
	}
	in.Issuer, in.SiteName = "unlisted", "Unlisted Forum"
	if f := a.Annotate(in); f.Actors[0].Name != "Unlisted Forum" || f.Actors[0].ID != "unlisted" {
		t.Errorf("unknown issuer: %v", f.Actors[0])
	}
	in.URL, in.Issuer = "https://elsewhere.example/", ""
	if got := inRole(a.Annotate(in), statement.Issuer); got != nil {
		t.Errorf("an aggregator's page has the issuer %v", got)
	}
}

func TestEvidenceCountsCodePoints(t *testing.T) {
	a := annotator(t, Options{})
	f := a.Annotate(input("Où va la Valdorie ?", "Déjà vu : « Orlandia » à 中 Net Watch International", "fr"))
	texts := map[string][]rune{"title": []rune("Où va la Valdorie ?"), "text": []rune("Déjà vu : « Orlandia » à 中 Net Watch International")}
	var got []string
	for _, e := range f.Evidence {
		got = append(got, e.ID+"="+string(texts[e.In][e.Start:e.End]))
	}
	want := []string{"vl=Valdorie", "or=Orlandia", "net-watch=Net Watch International"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSignatories(t *testing.T) {
	a := annotator(t, Options{})
	for _, c := range []struct {
		name, text, language string
		want                 []string
		mentioned            []string
	}{
		{"a list", "We ask Orlandia to think again.\nSigned by:\nNet Watch International\nAccess Circle (Valdoria)\nHarbour Light\n1. Quiet Garden, Orlandia\n- Valdoria", "en",
			[]string{"net-watch", "access", "Harbour Light", "Quiet Garden", "vl"}, []string{"or"}},
		{"a heading without a colon", "Stop.\nSignatories\nHarbour Light\nQuiet Garden", "en", []string{"Harbour Light", "Quiet Garden"}, nil},
		{"the end of a paragraph", "Please reconsider. The undersigned organisations:\nHarbour Light\nQuiet Garden\nAbout Net Watch International\nNWI was founded in a year.", "en",
			[]string{"Harbour Light", "Quiet Garden"}, []string{"net-watch"}},
		{"parts of the list", "Signatories:\nOrganisations:\nHarbour Light\nIndividuals:\nMiro Vantas\nContact: press@harbour.example\nNorth Wind", "en",
			[]string{"Harbour Light", "Miro Vantas"}, []string{"north-wind"}},
		{"one line", "Signed by: Harbour Light; Net Watch International; and Quiet Garden.", "en", []string{"Harbour Light", "net-watch", "Quiet Garden"}, nil},
		{"one line of commas", "Signatories: Harbour Light, Quiet Garden and Grove, NWI", "en", []string{"Harbour Light", "Quiet Garden and Grove", "net-watch"}, nil},
		{"a paragraph ends it", "Signed by\nHarbour Light\nQuiet Garden\nThis text says at length and in a whole sentence what North Wind is and does, and so it is none.", "en",
			[]string{"Harbour Light", "Quiet Garden"}, []string{"north-wind"}},
		{"demands are no signatories", "We, the undersigned, call on states to:\nreject the text\nprotect researchers\nWe go on.", "en", nil, nil},
		{"clauses are none either", "The undersigned organisations:\nask that the text be rejected;\nask that researchers be protected;\nask for more time.", "en", nil, nil},
		{"a heading that goes on", "The undersigned organisations\nreject the text that was put before them and ask for time\nHarbour Light\nQuiet Garden", "en", nil, nil},
		{"addresses are no names", "Signed by:\nHarbour Light\nmira@harbour.example\nhttps://garden.example/\nQuiet Garden", "en", []string{"Harbour Light", "Quiet Garden"}, nil},
		{"a word in a sentence", "The signatories of the first letter met. It was late.\nHarbour Light\nQuiet Garden", "en", nil, nil},
		{"Spanish", "Basta.\nOrganizaciones firmantes:\nLuz del Puerto\nOrlandía", "es", []string{"Luz del Puerto", "or"}, nil},
		{"French", "Assez.\nSignataires :\nVeille du Net\nPhare du Port", "fr", []string{"net-watch", "Phare du Port"}, nil},
		{"Russian", "Довольно.\nПодписали:\nСвет гавани\nВалдория", "ru", []string{"Свет гавани", "vl"}, nil},
		{"Arabic", "كفى.\nالموقعون:\nضوء المرفأ\nفالدوريا", "ar", []string{"ضوء المرفأ", "vl"}, nil},
		{"Chinese", "够了。\n签署方：\n海港之光\n网络观察国际", "zh", []string{"海港之光", "net-watch"}, nil},
		{"an ambiguous name stays a name", "Signed by:\nLantern\nQuiet Garden", "en", []string{"Lantern", "Quiet Garden"}, nil},
		{"people, without what they do", "Signed by:\nMiro Vantas, Professor, Example University\nLena Orm / Painter, North Wind\nDr. Ida Holt – Director of Quiet Garden\nTam Reed\nSenior Lecturer, Example Law School\nHarbour Light, Tides and Shores", "en",
			[]string{"Miro Vantas", "Lena Orm", "Dr. Ida Holt", "Tam Reed", "Harbour Light, Tides and Shores"}, nil},
		{"no bullets, numbers, notes or what nobody sees", "Signed by:\n‣ Harbour\u200b\u00a0 Light;\n[2] Quiet Garden †\nc) Grove–\n\ufeff4) North Shoal*,", "en",
			[]string{"Harbour Light", "Quiet Garden", "Grove", "North Shoal"}, nil},
		{"the closing of a letter", "Yours sincerely,\nHarbour Light\nQuiet Garden\nNorth Shoal\nGrove Trust\nSalt Archive", "en", []string{"Harbour Light", "Quiet Garden", "North Shoal", "Grove Trust", "Salt Archive"}, nil},
		{"one person's closing", "Yours sincerely,\nMiro Vantas\nExecutive Director\nHarbour Light\nQuennet", "en", nil, []string{"quennet"}},
		{"one person's line", "Signed by: Miro Vantas, Executive Director, Harbour Light", "en", nil, nil},
		{"others are nobody", "Signed by: Harbour Light, Quiet Garden and 25 others.", "en", []string{"Harbour Light", "Quiet Garden"}, nil},
		{"a wrapped sentence is no heading", "We welcome what was agreed by the signatories\nof the Harbour\nAgreement in Port Lira and in other places of the\nUnion", "en", nil, nil},
		{"wrapped lines are no list", "Signatories\nAgreement, including meetings at Port Lira, at\nCosta Sur in Orlandia, at the Long\nBay as well as the", "en", nil, []string{"or"}},
		{"sentences are no names", "Signatories\nHarbour Light is a member\nQuiet Garden has left", "en", nil, nil},
		{"one name is no list", "Signatories\nHarbour Light\nAbout us", "en", nil, nil},
		{"a list that is still empty", "Signatories\n#SaveTheHarbour\nAdd your name here: sign@harbour.example\nWhat we do\nWho we are", "en", nil, nil},
		{"footnotes of a page amid it", "Signed,\nHarbour Light\nQuiet Garden\n13 See the report of the Harbour, “Mixed Tides?” at page 4.\nhttps://harbour.example/report; and others say so too\nNorth Shoal\nGrove Trust\nSalt Archive", "en",
			[]string{"Harbour Light", "Quiet Garden", "North Shoal", "Grove Trust", "Salt Archive"}, nil},
		{"many on a line of their own", "Signatories:\nHarbour Light, Quiet Garden, North Shoal, Grove Trust, Salt Archive", "en", []string{"Harbour Light", "Quiet Garden", "North Shoal", "Grove Trust", "Salt Archive"}, nil},
		{"French names with one capital", "Les organisations signataires de la lettre :\nPhare du port\nComité contre les marées\nAssociation pour la défense des rivages\nVeille du Net", "fr",
			[]string{"Phare du port", "Comité contre les marées", "Association pour la défense des rivages", "net-watch"}, nil},
		{"each once", "Signed by:\nNWI\nNet Watch International\nQuiet Garden\nQUIET GARDEN", "en", []string{"net-watch", "Quiet Garden"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := a.Annotate(input("", c.text, c.language))
			if diff := cmp.Diff(c.want, inRole(f, statement.Signatory)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.mentioned, inRole(f, statement.Mentioned)); diff != "" {
				t.Errorf("mentioned: %s", diff)
			}
			if f.Signatories != len(c.want) || (f.Kind == JointLetter) != (len(c.want) >= 2) {
				t.Errorf("%d signatories, kind %s", f.Signatories, f.Kind)
			}
			for _, e := range f.Evidence {
				if e.Role == statement.Signatory && strings.ContainsAny(string([]rune(c.text)[e.Start:e.End]), "\n;:") {
					t.Errorf("evidence %q", string([]rune(c.text)[e.Start:e.End]))
				}
			}
		})
	}
}

func TestTheSameSignatoryHasTheSameID(t *testing.T) {
	a := annotator(t, Options{})
	one := a.Annotate(input("", "Signed by:\nHarbour Light (Valdoria)\nB C", "en")).Actors
	two := a.Annotate(input("", "Signatories\n• HARBOUR LIGHT\nB C", "en")).Actors
	if one[0].ID != two[0].ID || one[0].ID == one[1].ID {
		t.Errorf("%v and %v", one, two)
	}
}

func TestSignatoriesAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("Signed by:\n")
	for i := range 50 {
		fmt.Fprintf(&b, "Harbour Group %d\n", i)
	}
	f := annotator(t, Options{MaxSignatories: 20}).Annotate(input("", b.String(), "en"))
	if f.Signatories != 20 || len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "30 entries") {
		t.Errorf("%d signatories, notes %q", f.Signatories, f.Notes)
	}
}

type fixedTopics []TopicHit

func (f fixedTopics) Match(*analysis.Document, string, string) []TopicHit { return f }

func TestTopics(t *testing.T) {
	a := annotator(t, Options{Topics: fixedTopics{{ID: "offences", Spans: []Span{{"text", 0, 5}}}, {ID: "safeguards"}}})
	f := a.Annotate(input("", "Crime is wide.", "en"))
	if diff := cmp.Diff([]string{"offences", "safeguards"}, f.Topics); diff != "" {
		t.Error(diff)
	}
	want := []statement.Evidence{{Finding: "topic", ID: "offences", In: "text", End: 5, Rule: "query", Confidence: 1}}
	if diff := cmp.Diff(want, f.Evidence); diff != "" {
		t.Error(diff)
	}
}

// TestFindingsHold checks on any text that positions lie within it, that nobody is twice in one role, and that the issuer is never mentioned.
func TestFindingsHold(t *testing.T) {
	a := annotator(t, Options{})
	pieces := []string{"Valdoria", "Signed by:", "\n", " ", "NWI", "и", "Валдории", "瓦尔多里亚", "، ", "وفالدوريا", "1. ", "(", ")", ";", "A/RES/1", "é", "\xff", "Signatories: ", "签署方：", "Lantern"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "text"), "")
		text = strings.ToValidUTF8(text, "?")
		in := input("Valdoria "+text, text, rapid.SampledFrom([]string{"en", "ru", "ar", "zh", "und"}).Draw(t, "language"))
		in.Issuer = "vl"
		f := a.Annotate(in)
		seen := map[statement.Actor]bool{}
		for _, actor := range f.Actors {
			if seen[actor] || actor.ID == "vl" && actor.Role == statement.Mentioned {
				t.Fatalf("%v in %v", actor, f.Actors)
			}
			seen[actor] = true
		}
		for _, e := range f.Evidence {
			limit := utf8.RuneCountInString(text)
			if e.In == "title" {
				limit += len("Valdoria ")
			}
			if e.In != "source" && (e.Start < 0 || e.End <= e.Start || e.End > limit) {
				t.Fatalf("%+v in %q", e, text)
			}
		}
	})
}

func TestHostileTextTakesLinearTime(t *testing.T) {
	a := annotator(t, Options{})
	for name, line := range map[string]string{
		"names": "Valdoria and Orlandia\n", "one line of abbreviations": "NWI WHO UVS ", "headings": "Signed by:\n", "headings on one line": "signed by: ", "entries": "Harbour Light;",
		"half a name": "Republic of ", "brackets": "Signatories ((((((((", "endings": "undersigned. ",
		"closings": "Yours sincerely,\n", "closings and names": "Sincerely\nHarbour Light\nQuiet Garden\nno more of them at all.\n", "footnotes": "Harbour Light\nQuiet Garden\n13 See it, all of it?\n",
		"commas": "Harbour Light, ", "points": "Dr. ", "bars": "Harbour Light | ", "numbers": "Signed by: 1. ", "empty lines": "Signed by:\n\n\n\n\n\n\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			took := func(size int) time.Duration {
				in := input("", "Signed by:\n"+strings.Repeat(line, size/len(line)), "en")
				before := cpu(t)
				a.Annotate(in)
				return cpu(t) - before
			}
			took(1 << 14)
			if small, large := took(1<<16), took(1<<20); large > 40*small+time.Second {
				t.Errorf("16 times the text took %v after %v", large, small)
			}
		})
	}
}

// crowd makes a registry of 20,000 names and texts of 3 KB in which one word in thirty begins one.
func crowd(b *testing.B) (*Annotator, []Input) {
	rnd := rand.New(rand.NewPCG(3, 4))
	vocabulary := make([]string, 5000)
	for i := range vocabulary {
		w := make([]byte, 3+rnd.IntN(8))
		for j := range w {
			w[j] = byte('a' + rnd.IntN(26))
		}
		vocabulary[i] = string(w)
	}
	word := func() string { return vocabulary[int(float64(len(vocabulary))*rnd.Float64()*rnd.Float64())] }
	title := func(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
	actors := make([]registry.Actor, 5000)
	for i := range actors {
		actors[i] = registry.Actor{ID: fmt.Sprintf("a%d", i), Name: title(word()) + " " + title(word()) + fmt.Sprint(i)}
		for j := range 3 {
			actors[i].Aliases = append(actors[i].Aliases, title(word())+" "+word()+" "+title(word())+fmt.Sprint(i*3+j))
		}
	}
	r, err := registry.New(actors, nil, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	a, err := New(Options{Registry: r, Topics: fixedTopics{}})
	if err != nil {
		b.Fatal(err)
	}
	inputs := make([]Input, 200)
	for i := range inputs {
		var text strings.Builder
		for text.Len() < 3000 {
			switch rnd.IntN(30) {
			case 0:
				text.WriteString(actors[rnd.IntN(len(actors))].Name)
			case 1:
				text.WriteString(".\n" + title(word()))
			default:
				text.WriteString(word())
			}
			text.WriteByte(' ')
		}
		inputs[i] = input(title(word())+" "+word(), text.String(), "en")
		inputs[i].Issuer = "a1"
	}
	return a, inputs
}

func BenchmarkAnnotate(b *testing.B) {
	a, inputs := crowd(b)
	mentioned := 0
	i := 0
	b.ReportAllocs()
	before := cpu(b)
	for b.Loop() {
		mentioned += len(a.Annotate(inputs[i%len(inputs)]).Actors)
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
	b.ReportMetric(float64(b.N)/(cpu(b)-before).Seconds(), "statements/cpu-s")
	b.ReportMetric(float64(mentioned)/float64(b.N), "actors/statement")
}

// cpu is the processor time spent so far: on a machine that others use, what tells the cost of the code.
func cpu(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
