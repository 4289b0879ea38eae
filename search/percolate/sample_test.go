package percolate

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"rostrum/internal/statement"
	"rostrum/search/analysis"
	"rostrum/search/query"
)

func newStatement(m statement.Statement) *Statement {
	if m.Language == "" {
		m.Language = "en"
	}
	return &Statement{Words: analysis.NewAnalyzer().Document(m.Title, m.Text, m.Language), Meta: &m}
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// groups are the groups of the fictional actors that the tests speak of.
func groups(group string) []string {
	switch group {
	case "islands":
		return []string{"arlund", "besmar"}
	case "all":
		return []string{"arlund", "besmar", "corvo", "desta"}
	}
	return nil
}

// lexis is small, so that drawn queries often meet drawn statements.
var lexis = []string{
	"convention", "conventions", "the", "of", "human", "rights", "cyber", "cybercrime", "état", "État's", "A/RES/74/247", "A/AC.291/22", "74", "U.S.",
	"网", "络", "sign", "signed", "negociation", "négociations", "конвенция", "конвенции", "اتفاقية", "الاتفاقية", "l'État", "cyber-enabled",
}

var (
	languages = rapid.SampledFrom([]string{"en", "fr", "ru", "ar", "zh", "und"})
	actors    = rapid.SampledFrom([]string{"arlund", "besmar", "corvo", "desta"})
	topics    = rapid.SampledFrom([]string{"safeguards", "e-evidence"})
	words     = rapid.SampledFrom(lexis)

	polarities = rapid.SampledFrom([]string{"supports", "opposes", "conditions"})
)

func someText(t *rapid.T, label string, most int) string {
	text := ""
	for _, w := range rapid.SliceOfN(words, 0, most).Draw(t, label) {
		text += w + " "
	}
	return text
}

func someStatement(t *rapid.T) *Statement {
	published := day("2024-01-01").AddDate(0, rapid.IntRange(0, 11).Draw(t, "month"), 0)
	m := statement.Statement{
		Title: someText(t, "title", 5), Text: someText(t, "text", 40), Language: languages.Draw(t, "language"), Published: &published,
		URL: "https://example.org/" + rapid.SampledFrom([]string{"cyber/human-rights", "a/res/74/247", "%C3%89tat"}).Draw(t, "url"), Source: "s", Kind: "speech",
		Process: []string{"p"}, Topics: rapid.SliceOfN(topics, 0, 2).Draw(t, "topics"),
	}
	for _, id := range rapid.SliceOfN(actors, 0, 4).Draw(t, "actors") {
		m.Actors = append(m.Actors, statement.Actor{ID: id, Role: rapid.SampledFrom(statement.Roles).Draw(t, "role")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "cues") {
		m.Cues = append(m.Cues, statement.Cue{Polarity: polarities.Draw(t, "polarity")})
	}
	return newStatement(m)
}

func someLeaf(t *rapid.T) query.Node {
	text := rapid.SampledFrom([]query.Field{query.Any, query.Any, query.Any, query.Title, query.URL})
	actor := rapid.SampledFrom([]query.Field{query.Speaker, query.Issuer, query.Signatory, query.Quoted, query.Mentions})
	switch rapid.IntRange(0, 10).Draw(t, "leaf") {
	case 0, 1:
		return query.Word{Field: text.Draw(t, "field"), Text: words.Draw(t, "word")}
	case 2:
		return query.Phrase{Field: text.Draw(t, "field"), Text: someText(t, "phrase", 3)}
	case 3:
		return query.Near{Field: text.Draw(t, "field"), Text: someText(t, "near", 3), Distance: rapid.IntRange(0, 6).Draw(t, "distance")}
	case 4:
		return query.Prefix{Field: text.Draw(t, "field"), Text: rapid.SampledFrom([]string{"cyb", "con", "ét", "A/RES", "кон", "rights"}).Draw(t, "prefix")}
	case 5:
		return query.Term{Field: actor.Draw(t, "field"), Value: actors.Draw(t, "actor")}
	case 6:
		return query.Term{Field: query.Topic, Value: topics.Draw(t, "topic")}
	case 7:
		return query.Members{Field: actor.Draw(t, "field"), Group: rapid.SampledFrom([]string{"islands", "all", "nobody"}).Draw(t, "group")}
	case 8:
		p, _ := query.After(fmt.Sprintf("2024-%02d", rapid.IntRange(1, 12).Draw(t, "month")))
		return p
	}
	if rapid.Bool().Draw(t, "cue") {
		return query.Term{Field: query.Cue, Value: polarities.Draw(t, "polarity")}
	}
	return query.Term{Field: query.Lang, Value: languages.Draw(t, "language")}
}

func someQuery(t *rapid.T, depth int) query.Node {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "node") == 0 {
		return someLeaf(t)
	}
	kids := make([]query.Node, rapid.IntRange(0, 3).Draw(t, "kids"))
	for i := range kids {
		kids[i] = someQuery(t, depth-1)
	}
	switch rapid.IntRange(0, 2).Draw(t, "group") {
	case 0:
		return query.Conjoin(kids...)
	case 1:
		return query.Disjoin(kids...)
	}
	return query.Not{Kid: query.Conjoin(kids...)}
}
