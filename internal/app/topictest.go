package app

import (
	"context"

	"rostrum/internal/statement"
)

// TopicTest says which topics fire on one file or page and why, as `rostrum topics test --json` prints it.
type TopicTest struct {
	File     string        `json:"file"`
	URL      string        `json:"url,omitempty"`
	Title    string        `json:"title"`
	Language string        `json:"language"`
	Topics   []TestedTopic `json:"topics"` // all of the configuration, in its order
	Error    string        `json:"error,omitempty"`
}

// TestedTopic is a topic as it was tested.
type TestedTopic struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	Query  string       `json:"query"`
	Fires  bool         `json:"fires"`
	Places []TopicPlace `json:"places,omitempty"` // that made it fire: at most three for each part of its query, and none for what must be absent
}

// TopicPlace is a stretch of the title or text. Positions count code points, End exclusive.
type TopicPlace struct {
	In     string `json:"in"` // title|text
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Text   string `json:"text"`
	Before string `json:"before"` // what stands around it
	After  string `json:"after"`
}

// TestTopics looks at a file or page as Inspect does and says of every topic whether it fires.
func (i *Inspector) TestTopics(ctx context.Context, target, address, source string) TopicTest {
	out := TopicTest{File: target, Topics: []TestedTopic{}}
	c, err := i.capture(ctx, target, address, source)
	var st *statement.Statement
	if err == nil {
		st, err = i.reader.Statement(ctx, c)
	}
	if err != nil {
		out.Error = err.Error()
		return out
	}
	out.URL, out.Title, out.Language = st.URL, st.Title, st.Language
	at := map[string]int{}
	for _, topic := range i.registry.Topics() {
		at[topic.ID] = len(out.Topics)
		out.Topics = append(out.Topics, TestedTopic{ID: topic.ID, Name: topic.Name, Query: topic.Query})
	}
	for _, id := range st.Topics {
		out.Topics[at[id]].Fires = true
	}
	for _, e := range st.Evidence {
		if n, ok := at[e.ID]; ok && e.Finding == "topic" {
			out.Topics[n].Places = append(out.Topics[n].Places, PlaceOf(st, e))
		}
	}
	return out
}

// placeContext is how many code points are shown on either side of a place.
const placeContext = 40

// PlaceOf gives the stretch of a statement that evidence points at, with what stands around it; of evidence without a span, its In alone.
func PlaceOf(st *statement.Statement, e statement.Evidence) TopicPlace {
	text := st.Text
	if e.In == "title" {
		text = st.Title
	}
	runes, p := []rune(text), TopicPlace{In: e.In, Start: e.Start, End: e.End}
	if e.In == "source" || e.Start < 0 || e.Start >= e.End || e.End > len(runes) {
		return p
	}
	p.Text = string(runes[e.Start:e.End])
	p.Before = string(runes[max(0, e.Start-placeContext):e.Start])
	p.After = string(runes[e.End:min(len(runes), e.End+placeContext)])
	return p
}
