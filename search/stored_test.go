package search

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"rostrum/internal/statement"
)

// anyStatement draws a statement as a store would be given it: any text in any field, times in UTC.
func anyStatement(t *rapid.T) *statement.Statement {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "a & b <c>", `"\`, "\x00\t\r\n\u2028", "声明 😀"}))
	texts := rapid.OneOf(rapid.Just[[]string](nil), rapid.SliceOfN(text, 0, 4))
	moment := rapid.Map(rapid.Int64Range(-1<<33, 1<<34), func(n int64) time.Time { return time.Unix(n, n%1e9*(n&1)).UTC() })
	st := &statement.Statement{
		ID: text.Draw(t, "id"), URL: text.Draw(t, "url"), Title: text.Draw(t, "title"), Author: text.Draw(t, "author"), PublishedFrom: text.Draw(t, "from"),
		FirstSeen: moment.Draw(t, "seen"), Language: text.Draw(t, "language"), Kind: text.Draw(t, "kind"), Source: text.Draw(t, "source"),
		Sources: texts.Draw(t, "sources"), Process: texts.Draw(t, "process"), Group: text.Draw(t, "group"), TranslationOf: text.Draw(t, "translation"), Topics: texts.Draw(t, "topics"),
		Copies: rapid.Int().Draw(t, "copies"), Signatories: rapid.Int().Draw(t, "signatories"), Revision: rapid.Int().Draw(t, "revision"),
		Capture: text.Draw(t, "capture"), CapturedAt: moment.Draw(t, "captured"), NoArchive: rapid.Bool().Draw(t, "noarchive"), Backfill: rapid.Bool().Draw(t, "backfill"),
		Text: text.Draw(t, "text"),
	}
	if rapid.Bool().Draw(t, "dated") {
		at := moment.Draw(t, "published")
		st.Published, st.PublishedSeen = &at, moment.Draw(t, "published seen")
	}
	for range rapid.IntRange(0, 3).Draw(t, "findings") {
		st.Actors = append(st.Actors, statement.Actor{ID: text.Draw(t, "actor"), Name: text.Draw(t, "name"), Role: rapid.SampledFrom(statement.Roles).Draw(t, "role")})
		st.Quotes = append(st.Quotes, statement.Quote{Speaker: text.Draw(t, "speaker"), Text: text.Draw(t, "quote"), Start: 1, End: 2})
		st.Cues = append(st.Cues, statement.Cue{Polarity: "supports", Text: text.Draw(t, "cue")})
		st.Evidence = append(st.Evidence, statement.Evidence{ID: text.Draw(t, "evidence"), Confidence: 0.25})
	}
	return st
}

// parts stores a statement as a store does.
func parts(t interface{ Fatal(...any) }, st *statement.Statement) Stored {
	head, rest := *st, statement.Statement{Quotes: st.Quotes, Cues: st.Cues, Evidence: st.Evidence}
	head.Text, head.Quotes, head.Cues, head.Evidence = "", nil, nil, nil
	h, err := json.Marshal(&head)
	if err != nil {
		t.Fatal(err)
	}
	s := Stored{Head: h, Text: []byte(st.Text)}
	if len(rest.Quotes) > 0 {
		s.Rest, err = json.Marshal(struct {
			Quotes   []statement.Quote    `json:"quotes,omitempty"`
			Cues     []statement.Cue      `json:"cues,omitempty"`
			Evidence []statement.Evidence `json:"evidence,omitempty"`
		}{rest.Quotes, rest.Cues, rest.Evidence})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestStoredStatementsAreReadAsEncodingJSONReadsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var again statement.Statement // its memory is used for each
		for range 3 {
			st := anyStatement(t)
			stored := parts(t, st)
			var want, joined statement.Statement
			line, err := stored.AppendJSON(nil)
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := json.Marshal(st)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(encoded, &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(line, &joined); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			if diff := cmp.Diff(want, joined, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("joined: %s", diff)
			}
			if joined.Quotes == nil || joined.Cues == nil || joined.Evidence == nil {
				t.Fatalf("a part that is empty is not there: %s", line)
			}
			if !readHead(string(stored.Head), &statement.Statement{}) {
				t.Fatalf("not understood: %s", stored.Head)
			}
			got, err := stored.DecodeInto(&again, true, true)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Fatalf("read: %s", diff)
			}
		}
	})
}

// A field that is added to a statement must be added to the quick reader too: else every statement takes the slow way.
func TestTheQuickReaderKnowsEveryField(t *testing.T) {
	var st statement.Statement
	v := reflect.ValueOf(&st).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(fmt.Sprint("value ", i))
		case reflect.Int:
			f.SetInt(int64(i))
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 2, 2))
		}
	}
	st.Published = &time.Time{}
	stored := parts(t, &st)
	var got statement.Statement
	if !readHead(string(stored.Head), &got) {
		t.Fatalf("not understood: %s", stored.Head)
	}
	got.Text, got.Quotes, got.Cues, got.Evidence = st.Text, st.Quotes, st.Cues, st.Evidence
	if diff := cmp.Diff(st, got); diff != "" {
		t.Error(diff)
	}
}

func TestHeadsThatAreNotUnderstoodGoTheSlowWay(t *testing.T) {
	for head, ok := range map[string]bool{
		`{"id":"a","later":1}`: true, "{ \"id\" : \"a\" }": true, `{"id":"a","copies":1e3}`: false, `{"id":"a"`: false, ``: false, `{"id":"a"}x`: false,
		`{"first_seen":"yesterday"}`: false, `{"actors":[{"id":"a","x":1}],"id":"a"}`: true, `{"id":"\x"}`: false, `[]`: false, `{"id":"a\`: false, `{\"\`: false,
	} {
		st, err := Stored{Head: []byte(head)}.Decode(true)
		if (err == nil) != ok || ok && st.ID != "a" {
			t.Errorf("%s: %+v, %v", head, st, err)
		}
	}
}

func FuzzReadHead(f *testing.F) {
	f.Add(`{"id":"a","url":"https://x.example/?a=1\u0026b=2","title":"\"","published":null,"first_seen":"2024-01-01T00:00:00Z","actors":[{"id":"b","name":"B","role":"issuer"}],"topics":[],"copies":1}`)
	f.Add(`{"topics":null,"noarchive":true}`)
	f.Fuzz(func(t *testing.T, head string) {
		var got, want statement.Statement
		if !readHead(head, &got) {
			return
		}
		again, err := json.Marshal(got)
		if err != nil {
			return // a year that JSON cannot write
		}
		if err := json.Unmarshal(again, &want); err != nil {
			t.Fatal(err)
		}
	})
}
