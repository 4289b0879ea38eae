package main

import (
	"testing"

	"rostrum/search/httpapi"
)

func TestForgettingSaysWhatBecameOfKeptExports(t *testing.T) {
	for want, f := range map[string]httpapi.Forgotten{
		"forgotten: x (https://example.org/x), 2 revisions": {Statement: "x", URL: "https://example.org/x", Stored: true, Revisions: 2},
		"x had been forgotten before\nkept exports that held it or a copy: 1, withdrawn\nkept exports that were being made: 3, begin again without it": {Statement: "x", Before: true, Exports: 1, Renewed: 3},
	} {
		if got := forgottenLine(f); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
