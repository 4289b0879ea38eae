package query

import (
	"errors"
	"testing"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/fold"
)

// known is a vocabulary of fictional names.
type known map[Field]map[string][]string

func (k known) IDs(f Field, value string) ([]string, error) {
	if value == "broken" {
		return nil, errors.New("the store is closed")
	}
	if f.form() == actor {
		f = Speaker
	}
	return k[f][fold.String(value)], nil
}

func (k known) Nearest(Field, string) []string { return []string{"arlund", "besmar"} }

func (k known) Phases(id string) []Period {
	if id != "talks" {
		return nil
	}
	return []Period{{From: time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}}
}

var vocabulary = known{
	Speaker: {"arlund": {"arlund"}, "republique d'arlund": {"arlund"}, "the islands": {"besmar", "corvo"}, "besmar": {"besmar"}, "corvo": {"corvo"}},
	Topic:   {"safeguards": {"safeguards"}},
	Group:   {"friends": {"friends"}},
	Phase:   {"talks": {"talks"}, "negotiation": {"talks"}},
	Kind:    {"speech": {"speech"}},
}

func TestResolve(t *testing.T) {
	for in, want := range map[string]string{
		`actor:"République d’Arlund" x`:      "actor:arlund AND x",
		`-actor:"The Islands"`:               "NOT (actor:besmar OR actor:corvo)",
		"signatory:members(Friends)":         "signatory:members(friends)",
		"lang:French lang:ZH-hans":           "lang:fr AND lang:zh",
		"lang:русский":                       "lang:ru",
		"cue:Supports":                       "cue:supports",
		"phase:Negotiation topic:SAFEGUARDS": "phase:talks AND topic:safeguards",
		"*":                                  "*",
	} {
		n, err := ParseResolved(in, vocabulary)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := n.String(); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
		again, err := Resolve(n, vocabulary)
		if err != nil || !same(n, again) {
			t.Errorf("%s resolved twice: %v, %v", in, again, err)
		}
		reread, err := ParseResolved(n.String(), vocabulary)
		if err != nil || !same(n, reread) {
			t.Errorf("%s printed and resolved again: %#v, %v", in, reread, err)
		}
	}
}

func TestResolveFaults(t *testing.T) {
	for in, at := range map[string]int{
		"a actor:Nowhere":                      8,
		"é actor:(arlund OR besmar OR nobody)": 29,
		"actor:arlund signatory:members(foes)": 31,
		`lang:"Frensh"`:                        5,
		"title:a cue:likes":                    12,
		"phase:unknown":                        6,
	} {
		_, err := ParseResolved(in, vocabulary)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != fault.Query || f.Position != at || f.Expected == "" || f.Remedy == "" || !Unknown(err) {
			t.Errorf("%s: %#v, want a query fault with a remedy at %d", in, err, at)
		}
	}
	if _, err := ParseResolved("source:broken", vocabulary); err == nil || fault.KindOf(err) == fault.Query {
		t.Errorf("a store that fails is no fault of the query: %v", err)
	}
	n, _ := Parse("actor:Nowhere")
	if _, err := Resolve(n, vocabulary); !Unknown(err) {
		t.Errorf("without positions: %v", err)
	}
}

func TestPhasesBecomeTime(t *testing.T) {
	n, err := ParseResolved("phase:talks", vocabulary)
	p, ok := n.(Period)
	if err != nil || !ok || p.From.Year() != 2022 || p.To.Year() != 2024 {
		t.Errorf("%#v, %v", n, err)
	}
}

func TestPeriods(t *testing.T) {
	at := func(text string) time.Time {
		m, err := time.Parse(time.RFC3339, text)
		if err != nil && text != "" {
			t.Fatal(err)
		}
		return m
	}
	for in, want := range map[string][2]string{
		"after:2024":                      {"2024-01-01T00:00:00Z", ""},
		"before:2024-07":                  {"", "2024-07-01T00:00:00Z"},
		"on:2024-Q4":                      {"2024-10-01T00:00:00Z", "2025-01-01T00:00:00Z"},
		"on:2024-02-29":                   {"2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"},
		"on:2024-12":                      {"2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z"},
		"after:2024-07-01T12:00:00+02:00": {"2024-07-01T10:00:00Z", ""},
	} {
		n, err := Parse(in)
		p, ok := n.(Period)
		if err != nil || !ok || !p.From.Equal(at(want[0])) || !p.To.Equal(at(want[1])) {
			t.Errorf("%s: %#v, %v", in, n, err)
		}
	}
	for _, bad := range []string{"2024-13", "2023-02-29", "24", "2024-Q5", "2024-7", "July", ""} {
		if p, ok := On(bad); ok {
			t.Errorf("on:%s is %v", bad, p)
		}
	}
}
