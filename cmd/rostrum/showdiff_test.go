package main

import (
	"testing"
	"time"

	"rostrum/internal/statement"
	"rostrum/internal/worddiff"
)

func TestRevisionRange(t *testing.T) {
	for text, want := range map[string]struct {
		from, to int
		fails    bool
	}{
		"3": {0, 3, false}, "1..3": {1, 3, false}, " 2 .. 5 ": {2, 5, false}, "": {fails: true}, "x": {fails: true}, "1..": {fails: true},
		"..3": {fails: true}, "0": {fails: true}, "-1": {fails: true}, "1..3..4": {fails: true},
	} {
		from, to, err := revisionRange(text)
		if (err != nil) != want.fails || err == nil && (from != want.from || to != want.to) {
			t.Errorf("%q: %d, %d, %v", text, from, to, err)
		}
	}
}

func TestRevisionLine(t *testing.T) {
	r := changedRevision{Revision: statement.Revision{Number: 2, Title: "T", CapturedAt: time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC)}}
	if got, want := r.line(), "     2  2026-03-01 02:03:04  T\n"; got != want {
		t.Errorf("got %q", got)
	}
	d := worddiff.Compare("We shall agree on one thing.", "We should agree on two things.")
	r.Changes = &struct {
		Added, Removed int
		Title, Text    []worddiff.Span
	}{}
	for _, s := range d.Spans {
		if s.Op != worddiff.Same {
			r.Changes.Text = append(r.Changes.Text, s)
		}
	}
	if got, want := r.line(), "     2  2026-03-01 02:03:04  T\n        [-shall-]{+should+} … [-one thing-]{+two things+}\n"; got != want {
		t.Errorf("got %q", got)
	}
}
