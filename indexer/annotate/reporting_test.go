package annotate

import (
	"slices"
	"strings"
	"testing"

	"rostrum/internal/statement"
)

func TestKindsByDeclarationAndForm(t *testing.T) {
	a := annotator(t, Options{})
	long := strings.Repeat("The harbour was closed to all ships that came from the north. ", 4)
	for _, c := range []struct {
		name, language, title, text, types, section, author string
		want                                                string
	}{
		{"a news article", "en", "Harbour closed", long, "NewsArticle article", "", "", "news-report"},
		{"an opinion by its type", "en", "On harbours", long, "OpinionNewsArticle", "", "", "op-ed"},
		{"an opinion by its section", "es", "Sobre puertos", long, "NewsArticle", "Opinión", "", "op-ed"},
		{"one of several sections", "fr", "Des ports", long, "article", "Société/Tribunes", "", "op-ed"},
		{"a release by its section", "ru", "Порт закрыт", long, "article", "Пресс-релизы", "", "press-release"},
		{"an article that speaks as we", "en", "Our harbours", strings.Repeat("We ask that our harbour be opened. ", 8), "NewsArticle", "", "", "statement"},
		{"an agency's dateline", "es", "Puerto", "Puerto Alto, 7 oct (EFE).- El puerto quedó cerrado. " + long, "", "", "", "news-report"},
		{"a source and a day", "fr", "Port", "Le port a été fermé jeudi, selon la capitainerie. " + long, "", "", "", "news-report"},
		{"a source and a day in Russian", "ru", "Порт", "В четверг порт был закрыт, сообщили в порту. " + strings.Repeat("Суда с севера ждут у входа в гавань. ", 6), "", "", "", "news-report"},
		{"a source and a day in Arabic", "ar", "الميناء", "أعلن مدير الميناء الخميس إغلاقه أمام السفن. " + strings.Repeat("وتنتظر السفن القادمة من الشمال عند المدخل. ", 6), "", "", "", "news-report"},
		{"a reporter in Chinese", "zh", "港口关闭", "（记者安文）港口今天关闭，港务局表示，" + strings.Repeat("来自北方的船只在港外等候。", 10), "", "", "", "news-report"},
		{"neither", "en", "Harbour", long, "", "", "", "statement"},
		{"our own words", "en", "Harbour", "On Monday we said, according to our report, that our harbour must open. " + long, "", "", "", "statement"},
		{"a release by its head", "fr", "Port", "Communiqué de presse\nLe port doit ouvrir. " + long, "", "", "", "press-release"},
		{"somebody's release in a sentence", "en", "Port", "The press release of the harbour master that was published in the evening says nothing. " + long, "", "", "", "statement"},
		{"a preamble", "en", "Declaration", "Whereas harbours are open,\nWhereas ships need them,\nWhereas the sea is for all,\nNow therefore", "", "", "", "document"},
	} {
		in := input(c.title, c.text, c.language)
		in.Types, in.Section, in.Author = c.types, c.section, c.author
		if got := a.Annotate(in).Kind; got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}

func TestAuthorsAsIssuers(t *testing.T) {
	a := annotator(t, Options{})
	story := strings.Repeat("The harbour was closed to all ships that came from the north. ", 4)
	for _, c := range []struct {
		name, title, text, types, author, site string
		want                                   []string
	}{
		{"a reporter", "Harbour", story, "NewsArticle", "By Mara Quill", "Deep News", []string{"Mara Quill"}},
		{"two reporters", "Harbour", story, "NewsArticle", "Mara Quill and Jon Reed", "Deep News", []string{"Mara Quill", "Jon Reed"}},
		{"the site", "Harbour", story, "NewsArticle", "admin", "Deep News", []string{"Deep News"}},
		{"whose name a plain article has", "Harbour", story, "Article", "Mara Quill", "Deep News", []string{"Mara Quill"}},
		{"the site of a plain article", "Harbour", story, "article", "", "Deep News", []string{"Deep News"}},
		{"nobody for a page that is none", "Harbour", story, "website", "Mara Quill", "Deep News", nil},
		{"who signs under a heading", "Letter", "I saw it myself. My harbour is closed.\n\n### Mara Quill", "", "", "", []string{"Mara Quill"}},
		{"who signs", "Letter", "I saw it myself. My harbour is closed.\nIn solidarity,\nMara Quill", "", "", "", []string{"Mara Quill"}},
		{"who gives a name", "Letter", "My name is Mara Quill. I saw my harbour close. " + story, "", "", "", []string{"Mara Quill"}},
		{"whose statement the title says", "Statement from Mara Quill on harbours", "I saw my harbour close. " + story, "", "", "", []string{"Mara Quill"}},
		{"no rest of a wrapped line", "Letter", "I saw my harbour close, and I thank the\nGreat Northern", "", "", "", nil},
		{"no body under a text in the singular", "Letter", "I saw my harbour close.\nIn solidarity,\nHarbour Defence Foundation", "", "", "", nil},
		{"what a body says today", "Harbour", "The harbour must open at once, Net Watch International said today. " + story, "", "", "", []string{"net-watch"}},
		{"a body that begins today", "Harbour", "Today, Net Watch International launched a campaign. " + story, "", "", "", []string{"net-watch"}},
		{"no body of a report", "Harbour", "Today, Net Watch International launched a campaign. " + story, "NewsArticle", "", "", nil},
	} {
		in := input(c.title, c.text, "en")
		in.Types, in.Author, in.SiteName = c.types, c.author, c.site
		if got := inRole(a.Annotate(in), statement.Issuer); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
	}
}

func TestPersonsWhoAreQuoted(t *testing.T) {
	a := annotator(t, Options{})
	for _, c := range []struct {
		name, language, text string
		want                 []string
		rule                 string // of the person's evidence
	}{
		{"a person", "en", "“The harbour must open at once,” said Mara Quill.", nil, ""},
		{"who speaks for a body", "en", "“The harbour must open at once,” said Mara Quill, spokesperson of Net Watch International.", []string{"net-watch"}, "speaks for net-watch"},
		{"a spokeswoman in French", "fr", "« Le port doit ouvrir sans délai », a déclaré Mara Quill, porte-parole de Veille du Net.", []string{"net-watch"}, "speaks for net-watch"},
		{"an office alone", "en", "“The harbour must open at once,” said the spokesperson of Net Watch International.", []string{"net-watch"}, ""},
	} {
		f := a.Annotate(input("", c.text, c.language))
		if got := inRole(f, statement.Quoted); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
		rule := ""
		for _, e := range f.Evidence {
			if e.Finding == "actor" && e.Role == statement.Quoted && strings.HasPrefix(e.ID, "x-") {
				rule = e.Rule
			}
		}
		if rule != c.rule {
			t.Errorf("%s: rule %q, not %q", c.name, rule, c.rule)
		}
	}
}
