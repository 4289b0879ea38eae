package httpapi

import (
	"encoding/json"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"rostrum/internal/statement"
)

// A malformed body or parameter is 422 with the field, whatever the framework calls it.
func TestRetell(t *testing.T) {
	for name, c := range map[string]struct {
		model huma.ErrorModel
		field string
	}{
		"no body":           {huma.ErrorModel{Status: 400, Detail: "request body is required"}, "body"},
		"no JSON":           {huma.ErrorModel{Status: 400, Errors: []*huma.ErrorDetail{{Location: "body", Message: "unexpected end of JSON input"}}}, "body"},
		"not an object":     {huma.ErrorModel{Status: 422, Errors: []*huma.ErrorDetail{{Location: "body", Message: "expected object"}}}, "body"},
		"a field not there": {huma.ErrorModel{Status: 422, Errors: []*huma.ErrorDetail{{Location: "body", Message: "expected required property query to be present"}}}, "query"},
		"within another":    {huma.ErrorModel{Status: 422, Errors: []*huma.ErrorDetail{{Location: "body.channels[0]", Message: "expected required property type to be present"}}}, "channels[0].type"},
		"a wrong field":     {huma.ErrorModel{Status: 422, Errors: []*huma.ErrorDetail{{Location: "body.query", Message: "expected string"}}}, "query"},
		"a parameter":       {huma.ErrorModel{Status: 422, Errors: []*huma.ErrorDetail{{Location: "query.limit", Message: "expected number <= 1000"}}}, "limit"},
	} {
		told, err := retell(nil, "", &c.model)
		p, ok := told.(*Problem)
		if err != nil || !ok || p.Status != 422 || p.Title != "Unprocessable Entity" || p.Field != c.field || p.Remedy == "" || p.Detail == "" {
			t.Errorf("%s: %+v, %v", name, told, err)
		}
	}
}

// One statement alone says as well what it has none of.
func TestWhole(t *testing.T) {
	text, err := json.Marshal(wholeOf(statement.Statement{ID: "a", Text: "words"}))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"id": "a", "text": "words", "quotes": []any{}, "cues": []any{}, "evidence": []any{}}
	for name := range got {
		if _, there := want[name]; !there {
			delete(got, name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
