package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"rostrum/indexer/annotate"
)

// kindOfLabel are the registry's kinds for those of the hand-checked labels, which tell UN bodies from others and NGOs by their reach.
var kindOfLabel = map[string]string{"state": "state", "igo": "igo", "un": "igo", "ngo": "ngo", "civil_society": "ngo", "academia": "academic", "company": "company", "other": annotate.OtherKind}

// TestKindsOfSpeakers tells the kind of every hand-checked speaker label of the Security Council, and the country of states.
func TestKindsOfSpeakers(t *testing.T) {
	entities, there := sharedData(t, "gazetteer/unsc-speakers/entities.csv")
	if !there {
		return
	}
	codes, _ := sharedData(t, "gazetteer/country-codes/country-codes.csv")
	aliases, _ := sharedData(t, "gazetteer/unsc-speakers/country_aliases.csv")
	alpha2 := map[string]string{"XKX": "xk"}
	for _, row := range table(t, codes) {
		alpha2[row["ISO3166-1-Alpha-3"]] = strings.ToLower(row["ISO3166-1-Alpha-2"])
	}
	kind, country := make(map[string]string), make(map[string]string)
	for _, row := range table(t, entities) {
		kind[row["country_org"]], country[row["country_org"]] = row["entity_type"], alpha2[row["iso3"]]
	}
	for _, row := range table(t, aliases) {
		kind[row["alias"]], country[row["alias"]] = kind[row["canonical"]], country[row["canonical"]]
	}
	a, err := annotate.New(annotate.Options{Registry: sharedRegistry(t)})
	if err != nil {
		t.Fatal(err)
	}
	all, right := make(map[string]int), make(map[string]int)
	var wrong []string
	for _, label := range slices.Sorted(maps.Keys(kind)) {
		want := kindOfLabel[kind[label]]
		got := a.Speaker(label)
		all[want]++
		if got.Kind == want && (want != "state" || got.ID == country[label]) || want == "ngo" && got.Kind == "coalition" {
			right[want]++
			continue
		}
		wrong = append(wrong, fmt.Sprintf("%s, not %s %s: %s", kind[label], got.Kind, got.ID, label))
	}
	var b strings.Builder
	labels, hits := 0, 0
	for _, k := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s: %d of %d labels right\n", k, right[k], all[k])
		labels, hits = labels+all[k], hits+right[k]
	}
	slices.Sort(wrong)
	fmt.Fprintf(&b, "all: %d of %d, %.3f\n\n%s\n", hits, labels, float64(hits)/float64(labels), strings.Join(wrong, "\n"))
	golden(t, "kinds.golden", b.String())
}
