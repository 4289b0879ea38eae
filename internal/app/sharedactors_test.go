package app

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/configs"
	"rostrum/indexer/annotate"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

var update = flag.Bool("update", false, "write the goldens")

// sharedRegistry is that of the configuration that comes with Rostrum: all states and bodies.
func sharedRegistry(t testing.TB) *registry.Registry {
	t.Helper()
	cfg, err := configs.LoadBuiltin("", configs.Options{Checks: Checks()})
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRegistry(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sharedData gives a file of the shared data, and says so loudly when it is absent.
func sharedData(t testing.TB, file string) (path string, there bool) {
	t.Helper()
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = "../../../shared/data"
	}
	path = filepath.Join(root, file)
	if _, err := os.Stat(path); err != nil {
		t.Logf("NOT MEASURED ON REAL DATA: %v (set ROSTRUM_SHARED_DATA)", err)
		return "", false
	}
	return path, true
}

// table reads a CSV file with comment lines, by column.
func table(t testing.TB, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment, r.FieldsPerRecord = '#', -1
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := make(map[string]string)
		for i, column := range lines[0] {
			if i < len(line) {
				row[column] = line[i]
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// golden compares what was measured with what is committed.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: measured otherwise; go test ./internal/app -update if it is better\n%s", path, diff)
	}
}

// TestSpeakersResolve resolves the hand-checked speaker labels of the Security Council to states and bodies.
func TestSpeakersResolve(t *testing.T) {
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
	r := sharedRegistry(t)
	kind, want := make(map[string]string), make(map[string]string)
	for _, row := range table(t, entities) {
		kind[row["country_org"]], want[row["country_org"]] = row["entity_type"], alpha2[row["iso3"]]
	}
	for _, row := range table(t, aliases) {
		kind[row["alias"]], want[row["alias"]] = kind[row["canonical"]], want[row["canonical"]]
	}
	count := make(map[string][2]int)
	var missed, wrong []string
	for _, label := range slices.Sorted(maps.Keys(kind)) {
		k := kind[label]
		if k != "state" && k != "igo" && k != "un" {
			continue
		}
		c := count[k]
		c[1]++
		switch ids := r.ByAlias(label); {
		case len(ids) != 1:
			missed = append(missed, k+": "+label)
		case k == "state" && ids[0] != want[label]:
			wrong = append(wrong, fmt.Sprintf("%s: %s is not %s", k, label, ids[0]))
		default:
			c[0]++
		}
		count[k] = c
	}
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(count)) {
		fmt.Fprintf(&b, "%s: %d of %d labels resolved\n", k, count[k][0], count[k][1])
	}
	fmt.Fprintf(&b, "\nwrong: %d\n%s\nnot resolved: %d\n%s\n", len(wrong), strings.Join(wrong, "\n"), len(missed), strings.Join(missed, "\n"))
	golden(t, "speakers.golden", b.String())
}

// TestMentionsInSpeeches counts in how many General Debate speeches each actor is mentioned, and in which spellings: what would be
// matched wrongly shows there.
func TestMentionsInSpeeches(t *testing.T) {
	path, there := sharedData(t, "ungdc/statements.jsonl.gz")
	if !there {
		return
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
	speeches, letters := 0, 0
	var spent time.Duration
	found := make(map[string]int)
	spellings := make(map[string]map[string]int)
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var speech struct{ Text, Lang string }
		if err := json.Unmarshal(lines.Bytes(), &speech); err != nil {
			t.Fatal(err)
		}
		speeches++
		letters += len(speech.Text)
		words := analyzer.Document("", speech.Text, speech.Lang)
		start := time.Now()
		findings := a.Annotate(annotate.Input{Text: speech.Text, Kind: "speech", Words: words})
		spent += time.Since(start)
		for _, actor := range findings.Actors {
			if actor.Role == statement.Mentioned {
				found[actor.ID]++
			}
		}
		text := []rune(speech.Text)
		for _, e := range findings.Evidence {
			if e.Role == statement.Mentioned {
				if spellings[e.ID] == nil {
					spellings[e.ID] = make(map[string]int)
				}
				spellings[e.ID][strings.Join(strings.Fields(strings.ToLower(string(text[e.Start:e.End]))), " ")]++
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d speeches of %d KB in %v: %.0f of 3 KB a second", speeches, letters>>10, spent, float64(letters)/3000/spent.Seconds())
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(found)) {
		fmt.Fprintf(&b, "%s %d: %s\n", id, found[id], strings.Join(slices.Sorted(maps.Keys(spellings[id])), " | "))
	}
	golden(t, "speeches.golden", b.String())
}

// TestSharedRegistryIsSmall bounds what all states and bodies take.
func TestSharedRegistryIsSmall(t *testing.T) {
	cfg, err := configs.LoadBuiltin("", configs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	r, err := newRegistry(cfg)
	if err != nil {
		t.Fatal(err)
	}
	a, err := annotate.New(annotate.Options{Registry: r})
	if err != nil {
		t.Fatal(err)
	}
	took := heap() - before
	t.Logf("%d actors, %d groups: registry and names to look for take %.1f MB", len(r.Actors()), len(r.Groups()), took)
	if took > 8 {
		t.Errorf("registry and names take %.1f MB, more than 8", took)
	}
	runtime.KeepAlive(cfg)
	runtime.KeepAlive(r)
	runtime.KeepAlive(a)
}

// heap is what lives on the heap, in MB, once everything dead is swept.
func heap() float64 {
	debug.FreeOSMemory()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
