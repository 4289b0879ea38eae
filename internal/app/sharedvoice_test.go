package app

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"rostrum/indexer/annotate"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// firstCharacters is how much of a speech is read to tell whose it is.
const firstCharacters = 600

// successors are the states of the list that stand for states that are no more.
var successors = map[string]string{"CSK": "cz", "SUN": "ru", "YUG": "rs", "DDR": "de", "ZAR": "cd", "SCG": "rs", "YDYE": "ye", "YMD": "ye", "EU": "eu"}

// TestSpeakerOfSpeeches tells the country of General Debate speakers from the first 600 characters, without title or source.
func TestSpeakerOfSpeeches(t *testing.T) {
	path, there := sharedData(t, "ungdc/statements.jsonl.gz")
	if !there {
		return
	}
	codes, _ := sharedData(t, "gazetteer/country-codes/country-codes.csv")
	alpha2 := make(map[string]string)
	for _, row := range table(t, codes) {
		alpha2[row["ISO3166-1-Alpha-3"]] = strings.ToLower(row["ISO3166-1-Alpha-2"])
	}
	for old, now := range successors {
		alpha2[old] = now
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	a, err := annotate.New(annotate.Options{Registry: sharedRegistry(t)})
	if err != nil {
		t.Fatal(err)
	}
	analyzer := analysis.NewAnalyzer()
	speeches, told, right := 0, 0, 0
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var speech struct{ ID, ISO3, Text, Lang string }
		if err := json.Unmarshal(lines.Bytes(), &speech); err != nil {
			t.Fatal(err)
		}
		speeches++
		runes := []rune(speech.Text)
		text := string(runes[:min(len(runes), firstCharacters)])
		found := a.Annotate(annotate.Input{Text: text, Words: analyzer.Document("", text, speech.Lang)})
		var issuers []string
		for _, actor := range found.Actors {
			if actor.Role == statement.Issuer {
				issuers = append(issuers, actor.ID)
			}
		}
		if len(issuers) == 0 {
			if testing.Verbose() && os.Getenv("SHOW_MISSED") != "" {
				t.Logf("MISSED %s: %s", speech.ID, strings.Join(strings.Fields(text), " "))
			}
			continue
		}
		told++
		if len(issuers) == 1 && issuers[0] == alpha2[speech.ISO3] {
			right++
			continue
		}
		t.Logf("%s is told to be by %v (%v): %s", speech.ID, issuers, found.Evidence[0], strings.Join(strings.Fields(text), " "))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	golden(t, "voices.golden", fmt.Sprintf("speeches %d\ntold %d\nright %d\nprecision %.3f\nrecall %.3f\n", speeches, told, right, float64(right)/float64(max(1, told)), float64(right)/float64(speeches)))
}
