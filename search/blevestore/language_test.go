package blevestore

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search"
)

// sixTongues is a service over one statement a language, about the same, by a state of many names.
func sixTongues(t *testing.T) (*search.Service, *Store) {
	reg, err := registry.New(
		[]registry.Actor{{ID: "arlund", Kind: "state", Name: "Arlund", Aliases: []string{"Kingdom of Arlund"},
			Names: map[string]string{"ar": "أرلوند", "zh": "阿伦德", "fr": "l'Arlonde", "ru": "Арлунд", "es": "Árlundia"}}},
		nil,
		[]registry.Topic{{ID: "safeguards", Name: "Safeguards", Query: "safeguard*",
			Names: map[string]string{"ar": "الضمانات", "zh": "保障措施", "fr": "Garanties", "ru": "Гарантии", "es": "Salvaguardias"}}},
		[]registry.Process{{ID: "talks", Name: "The Talks", Phases: []registry.Phase{{ID: "opening", Name: "Opening", To: epoch.AddDate(0, 0, 4)}}}})
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, t.TempDir(), func(o *Options) { o.Members = reg.Members })
	by := []func(*statement.Statement){actor("arlund", statement.Issuer), topic("safeguards")}
	store(t, s,
		said(1, "Remarks", "The negotiations continued; treaties were signed under A/AC.999/22.", "en", by...),
		said(2, "Déclaration", "Les négociations se poursuivent : l'État a signé les traités (A/AC.999/22).", "fr", by...),
		said(3, "Declaración", "Las negociaciones continúan; los estados firmaron convenciones, A/AC.999/22.", "es", by...),
		said(4, "Заявление", "Переговоры идут ещё; государства подписали конвенции, A/AC.999/22.", "ru", by...),
		said(5, "بيان", "تتواصل المفاوضات ووقعت الدول على الاتفاقيات رقم ٤٦ في A/AC.999/22.", "ar", by...),
		said(6, "声明", "谈判仍在继续，各国签署了联合国公约（A/AC.999/22）。ＣＹＢＥＲ", "zh", by...),
	)
	service, err := search.New(search.Options{Searcher: s, Reader: s.Reader(), Knower: s, Registry: reg, Deadline: time.Minute,
		Sources: map[string]string{"freedonia": "Freedonia's newsroom"}, Kinds: []string{"statement", "joint-letter"}})
	if err != nil {
		t.Fatal(err)
	}
	return service, s
}

func TestEachLanguageIsFoundInItsOwnWay(t *testing.T) {
	service, _ := sixTongues(t)
	all := []string{"s0001", "s0002", "s0003", "s0004", "s0005", "s0006"}
	for q, want := range map[string][]string{
		// A bare word finds the forms of its language alone.
		"negotiation": {"s0001"}, "treaty sign": {"s0001"}, "négociation traité": {"s0002"}, "signée": {"s0002"}, "negociacion": {"s0003"},
		"convención": {"s0003"}, "конвенция государство": {"s0004"}, "еще": {"s0004"}, "اتفاقية": {"s0005"}, "الدولة": {"s0005"}, "谈判": {"s0006"}, "联合国公约": {"s0006"},
		// A phrase stands as it is written, but for case, accents, width, digits.
		`"treaties were signed"`: {"s0001"}, `"treaty were signed"`: {}, `"L'ETAT a signe"`: {"s0002"}, `"НЕГОСУДАРСТВА"`: {}, `"идут еще"`: {"s0004"},
		`"رقم 46"`: {"s0005"}, `"国公约联"`: {}, "cyber": {"s0006"}, `"Los Estados"`: {"s0003"},
		// A document symbol is one token, and its parts.
		"A/AC.999/22": all, `"a/ac.999/22"`: all, "A/AC.999/*": all, "A/AC.99/*": {}, "999": all, `"ac 999"`: all, "A/AC.999/2": {},
		// An actor and a topic have names in each.
		"actor:أرلوند": all, "actor:阿伦德": all, "actor:\"L’Arlonde\"": all, "issuer:АРЛУНД": all, "actor:arlundia": all, `actor:"kingdom of arlund"`: all,
		`actor:"the Kingdom of Arlund"`: all, `actor:"l'arlund"`: all, `topic:"les garanties"`: all, `kind:"joint letter" OR kind:Statement`: all,
		"topic:الضمانات": all, "topic:保障措施": all, "topic:garanties": all, "topic:гарантии": all, "topic:salvaguardias": all,
		// Fields, dates in plain forms, phases.
		"lang:русский": {"s0004"}, "lang:ar": {"s0005"}, "title:declaración": {"s0003"}, "title:声明": {"s0006"}, "on:2024-01-06": {"s0005"},
		"after:2024-01-06 before:2024-01-07": {"s0005"}, "after:2024-02": {}, "on:2024-Q1": all, "before:2024": {}, "phase:opening": {"s0001", "s0002", "s0003"},
		"url:news kind:statement source:freedonia": all, "kind:(statement OR joint-letter) -lang:(fr OR en)": {"s0003", "s0004", "s0005", "s0006"},
		`"signed treaties"~1`: {"s0001"}, `"signed treaties"~0`: {}, "negoc*": {"s0002", "s0003"}, "né*": {"s0001", "s0002", "s0003"}, "кон*": {"s0004"},
	} {
		result, err := service.Search(t.Context(), search.Ask{Query: q, Order: search.Oldest})
		if err != nil {
			t.Errorf("%s: %v", q, err)
			continue
		}
		got := []string{}
		for _, h := range result.Statements {
			got = append(got, h.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v (%s)", q, got, want, result.Query.Parsed)
		}
	}
}

// What is wrong is said with its place, and with what may have been meant.
func TestBadQueriesAreAnsweredWithTheirPlace(t *testing.T) {
	service, _ := sixTongues(t)
	for q, want := range map[string]struct {
		at   int
		says string
	}{
		strings.Repeat("a", 10_001):           {10_000, "longer than 10000"},
		strings.Repeat("a OR ", 999) + "a":    {1280, "more than 256 terms"},
		"a* OR b* OR c*":                      {1, "at least 2 letters"},
		strings.Repeat("ab* OR ", 12) + "ab*": {56, "more than 8 prefixes"},
		`say "the words`:                      {4, "never closed"},
		"\x00\x01":                            {0, "no letter or digit"},
		"\u202e\u2066":                        {0, "no letter or digit"},
		"actor:Arlnd":                         {6, "arlund"},
		"actor:阿伦":                            {6, "did you mean arlund?"},
		`actor:"the people of Arlund"`:        {6, "did you mean arlund?"},
		"actor:Nowhereland":                   {6, "/api/v1/actors"},
		"lang:Klingon":                        {5, "ISO 639-1"},
		"topic:Safegards":                     {6, "safeguards"},
		"topik:safeguards":                    {0, "did you mean topic:"},
		"source:freedonai":                    {7, "did you mean freedonia?"},
		"source:newsroon":                     {7, "freedonia"},
		"process:talk":                        {8, "did you mean talks?"},
		"kind:statment":                       {5, "did you mean statement or"},
		"phase:openin":                        {6, "did you mean opening?"},
		"lang:Rusian":                         {5, "Russian"},
		"cue:support":                         {4, "supports"},
		"before:tomorrow":                     {7, "2024-07"},
		"members(eu)":                         {-1, ""}, // words: no fault
	} {
		began := time.Now()
		_, err := service.Search(t.Context(), search.Ask{Query: q})
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%.40q took %s", q, took)
		}
		f, ok := errors.AsType[*fault.Error](err)
		if want.at < 0 {
			if err != nil {
				t.Errorf("%.40q: %v", q, err)
			}
			continue
		}
		if !ok || f.Kind != fault.Query || f.Position != want.at || !strings.Contains(f.Error()+f.Expected, want.says) {
			t.Errorf("%.40q: %v (%+v)", q, err, f)
		}
	}
	for field, a := range map[string]search.Ask{"cursor": {Cursor: "AAAA"}, "limit": {Limit: 5000}, "sort": {Order: "best"}, "facets": {Facets: []string{"x"}}} {
		if f, ok := errors.AsType[*fault.Error](func() error { _, err := service.Search(t.Context(), a); return err }()); !ok || f.Field != field {
			t.Errorf("%s: %+v", field, f)
		}
	}
}

// A text of 2 MB, HTML in a title and characters that turn the direction are stored and found like any others.
func TestOddStatementsAreFoundLikeOthers(t *testing.T) {
	s := openStore(t, t.TempDir())
	long := "Begin. " + strings.Repeat("Nothing of note was said in the hall. ", 2<<20/38) + "The zebra ends it."
	store(t, s, said(1, "Long", long, "en"), said(2, `<script>alert("x")</script> & <b>bold</b>`, "Plain.", "en"), said(3, "\u202eTurned\u202c", "A \u2066hidden\u2069 word\u200b and a tab\tand \x01 more.", "en"))
	for q, want := range map[string]string{"zebra": "s0001", `"zebra ends"`: "s0001", "begin": "s0001", "title:bold": "s0002", "title:turned": "s0003", "hidden": "s0003"} {
		page := ask(t, s, q, func(r *search.Request) { r.Snippets = true })
		if got := ids(page); !slices.Equal(got, []string{want}) {
			t.Errorf("%s finds %v", q, got)
			continue
		}
		for _, sn := range page.Hits[0].Snippets {
			if n := len([]rune(sn.Text)); n > maxSnippet || strings.ContainsAny(sn.Text, "\x01\t\n") {
				t.Errorf("%s: a snippet of %d: %q", q, n, sn.Text)
			}
		}
	}
	if got := slices.Sorted(maps.Keys(ask(t, s, "", facets(search.FacetLang)).Facets)); !slices.Equal(got, []string{search.FacetLang}) {
		t.Error(got)
	}
}
