package demosite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Fact is the truth about one statement, labelled by reading it: what a right answer is, whatever Rostrum finds. Actors and
// topics are ids of configs/demo.
type Fact struct {
	Statement     string   `json:"statement"` // its file's name: a stable handle for tests
	Issuer        string   `json:"issuer"`
	Topics        []string `json:"topics"`              // sorted
	Quoted        []string `json:"quoted,omitempty"`    // words in it are theirs, by quotation marks or reported
	Mentioned     []string `json:"mentioned,omitempty"` // talked about without speaking
	Signatories   int      `json:"signatories,omitempty"`
	CopyOf        string   `json:"copy_of,omitempty"`        // Statement of the earliest copy
	TranslationOf string   `json:"translation_of,omitempty"` // Statement of the original
	Live          bool     `json:"live,omitempty"`           // the changing statement

	URL       string    `json:"-"` // canonical, absolute
	Title     string    `json:"-"`
	Language  string    `json:"-"` // ISO 639-1
	Published time.Time `json:"-"` // UTC, midnight where only the day is known; zero where nobody says
}

// Expected gives the facts of all statements, sorted by Statement.
func Expected() ([]Fact, error) {
	data, err := files.ReadFile("expected.json")
	if err != nil {
		return nil, fmt.Errorf("read expected facts: %w", err)
	}
	var facts []Fact
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&facts); err != nil {
		return nil, fmt.Errorf("parse expected facts: %w", err)
	}
	docs, err := readDocuments(files)
	if err != nil {
		return nil, err
	}
	if len(docs) != len(facts) {
		return nil, fmt.Errorf("%d statements, but facts of %d", len(docs), len(facts))
	}
	for i := range facts {
		f, d := &facts[i], docs[i] // both are sorted by name
		if f.Statement != d.Name {
			return nil, fmt.Errorf("facts of %q where %q was expected", f.Statement, d.Name)
		}
		f.URL, f.Title, f.Language, f.Published = d.url(), d.Title, d.Lang, d.Date.UTC()
	}
	return facts, nil
}
