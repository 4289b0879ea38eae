package annotate

import (
	"slices"
	"strings"
	"testing"

	"rostrum/internal/statement"
)

func TestCandidates(t *testing.T) {
	a := annotator(t, Options{})
	text := "The Harbour Rights Network (HRN) met in Port Lira. HRN and the Grove Foundation for Tidal Research wrote to Net Watch International (NTW). " +
		"NTW answered. The council met; a network of friends (AND) too. Benna Forum said nothing."
	f := a.Annotate(input("", text, "en"))
	var got []string
	for _, e := range f.Evidence {
		if e.Finding == FindingCandidate {
			got = append(got, string([]rune(text)[e.Start:e.End])+"="+e.Rule)
		}
	}
	if want := []string{"Harbour Rights Network=pattern", "Grove Foundation for Tidal Research=pattern"}; !slices.Equal(got, want) {
		t.Errorf("candidates %q, want %q", got, want)
	}
	places := 0
	for _, e := range f.Evidence {
		if e.ID == "net-watch" {
			places++
		}
	}
	if places != 3 {
		t.Errorf("net-watch is found in %d places: its name and twice the abbreviation that was introduced", places)
	}
}

func TestIssuersByThePageItself(t *testing.T) {
	a := annotator(t, Options{})
	for _, c := range []struct {
		name, title, text, language string
		want                        []string
		rule                        string
	}{
		{"a letterhead", "Statement by the delegation of Valdoria", "Thank you.", "en", []string{"vl"}, "letterhead"},
		{"a person's office", "Statement by H.E. Ms. Mira Holt, Permanent Representative of Orlandia to the United Nations", "Thank you.", "en", []string{"or"}, "letterhead"},
		{"several", "A", "Proposal submitted by Valdoria, Orlandia and Quennet\nArticle 5", "en", []string{"vl", "or", "quennet"}, "letterhead"},
		{"on behalf", "Statement by Valdoria on behalf of Orlandia", "Text.", "en", []string{"or"}, "letterhead"},
		{"about somebody", "Statement of concern about Valdoria", "Text.", "en", nil, ""},
		{"French", "Déclaration de la délégation de la Valdorie", "Merci.", "fr", []string{"vl"}, "letterhead"},
		{"Russian", "Заявление делегации Валдории", "Спасибо.", "ru", []string{"vl"}, "letterhead"},
		{"Chinese", "瓦尔多里亚代表团的发言", "谢谢。", "zh", []string{"vl"}, "letterhead"},
		{"a voice", "Speech", "Mr. President, allow me to congratulate you on behalf of the people and Government of Valdoria. We thank Orlandia.", "en", []string{"vl"}, "voice"},
		{"my country", "Speech", "Mr. President, your country, Orlandia, is a friend of my country, Valdoria. Excellencies, we thank you.", "en", []string{"vl"}, "voice"},
		{"who is accused", "Speech", "Mr. President, I confirm Valdoria's readiness to cooperate. Orlandia's aggression goes on. Orlandia is closing the straits. Orlandia has driven thousands from their homes. Orlandia continues to spread false reports. Excellencies, we must resist.", "en", []string{"vl"}, "voice"},
		{"a country spoken about", "Speech", "Mr. President, with regard to Orlandia, my country has always supported its people. Excellencies, we thank you.", "en", nil, ""},
		{"two that are as likely", "News", "We met in Valdoria. We met in Orlandia, too. Our delegation left.", "en", nil, ""},
		{"a cover page in capitals", "Note", "United Nations\nDistr.\nGENERAL\nOriginal: ENGLISH\nNational report\nValdoria\nI. Introduction\nOrlandia is not meant.", "en", []string{"vl"}, "cover-page"},
		{"a cover page", "Note", "United Nations\nDistr.: General\nNational report\nValdoria\nI. Introduction\nOrlandia is not meant.", "en", []string{"vl"}, "cover-page"},
	} {
		f := a.Annotate(input(c.title, c.text, c.language))
		if got := inRole(f, statement.Issuer); !slices.Equal(got, c.want) {
			t.Errorf("%s: issuers %v, want %v", c.name, got, c.want)
		}
		for _, e := range f.Evidence {
			if e.Role == statement.Issuer && (e.Rule != c.rule || e.Start >= e.End || e.Confidence <= 0) {
				t.Errorf("%s: evidence %+v, want rule %s", c.name, e, c.rule)
			}
		}
	}
}

func TestHostsOfLetters(t *testing.T) {
	a := annotator(t, Options{})
	letter := "Stop it.\nSigned by:\nHarbour Light\nQuiet Garden\n"
	in := input("Open letter", letter, "en")
	in.Issuer = "vl"
	if got := inRole(a.Annotate(in), statement.Issuer); got != nil {
		t.Errorf("a host that did not sign is the issuer: %v", got)
	}
	in = input("Open letter", letter+"Valdoria\n", "en")
	in.Issuer = "vl"
	if got := inRole(a.Annotate(in), statement.Issuer); !slices.Equal(got, []string{"vl"}) {
		t.Errorf("a host that signed is no issuer: %v", got)
	}
	in = input("", "Text.", "en")
	in.URL, in.Gathered = "https://www.gov.or.example/1", true
	if got := inRole(a.Annotate(in), statement.Issuer); got != nil {
		t.Errorf("an aggregator's own site is the issuer: %v", got)
	}
}

func TestKinds(t *testing.T) {
	a := annotator(t, Options{})
	for _, c := range []struct{ title, text, given, want string }{
		{"Media release: stop", "Text.", "", "press-release"},
		{"Submission to the inquiry", "Text.", "", "submission"},
		{"Tides", "We welcome the opportunity to make a submission on tides.", "", "submission"},
		{"Tides", "Mr. President, Excellencies, I thank you for the floor.", "", "speech"},
		{"Tides", "United Nations\nDistr.: General\nSummary record of the third meeting", "", "meeting-summary"},
		{"Tides", "Article 1\nA.\nArticle 2\nB.\nArticle 3\nC.\nArticle 4\nD.\nArticle 5\nE.\n", "", "document"},
		{"Open letter", "Dear Minister,\nStop.\nSigned by:\nHarbour Light\nQuiet Garden\n", "", "joint-letter"},
		{"Tides", "They rise.", "", "statement"},
		{"Tides", "They rise.", "op-ed", "op-ed"},
	} {
		in := input(c.title, c.text, "en")
		in.Given = c.given
		f := a.Annotate(in)
		if f.Kind != c.want {
			t.Errorf("%q is of kind %s, not %s", c.title+": "+c.text, f.Kind, c.want)
		}
	}
}

func TestSpeakerLabels(t *testing.T) {
	a := annotator(t, Options{})
	for label, want := range map[string]Speaker{
		"Mr. Jan Holt (Valdoria)":              {"vl", "Valdoria", "state"},
		"Ms. Orm (Orlandia):":                  {"or", "Orlandia", "state"},
		"The representative of Valdoria":       {"vl", "Valdoria", "state"},
		"Permanent Representative of Orlandia": {"or", "Orlandia", "state"},
		"Adviser at North Wind":                {"north-wind", "North Wind", "company"},
		"Valdoria and Orlandia":                {"", "Valdoria and Orlandia", OtherKind},
		"Example University":                   {"", "Example University", "academic"},
		"Tidal Works Ltd":                      {"", "Tidal Works Ltd", "company"},
		"Ministry of Tides":                    {"", "Ministry of Tides", OtherKind},
		"Harbour Women's Network":              {"", "Harbour Women's Network", "ngo"},
	} {
		if got := a.Speaker(label); got != want {
			t.Errorf("%q is %+v, want %+v", label, got, want)
		}
	}
}

func TestHostilePagesOfNames(t *testing.T) {
	a := annotator(t, Options{})
	for name, line := range map[string]string{
		"weak names": "the Valdorian delegation ", "introductions": "Net Watch International (NTW) NTW ", "bodies": "The Harbour Foundation. ", "one long name": "Harbour Foundation ",
		"letterheads": "Statement by the \n", "zero width": "Val\u200bdoria ", "mixed directions": "Valdoria \u202eفالدوريا\u202c ", "homoglyphs": "Vаldоria ",
	} {
		in := input("", strings.Repeat(line, (5<<20)/len(line)), "en")
		before := cpu(t)
		f := a.Annotate(in)
		if took := cpu(t) - before; took.Seconds() > 30 {
			t.Errorf("%s: 5 MB took %v", name, took)
		}
		if len(f.Evidence) > 200 {
			t.Errorf("%s: %d pieces of evidence", name, len(f.Evidence))
		}
		if name == "zero width" && !slices.Contains(inRole(f, statement.Mentioned), "vl") {
			t.Errorf("a name with a zero-width space in it is not found")
		}
		if name == "homoglyphs" && len(inRole(f, statement.Mentioned)) > 0 {
			t.Errorf("a name in letters of two scripts is taken for the actor's")
		}
	}
}
