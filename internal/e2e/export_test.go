package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/e2e/harness"
	"rostrum/internal/golden"
	"rostrum/internal/statement"
)

// exported runs the command for file in a folder of its own and gives the file's bytes.
func exported(p *harness.Process, file string, args ...string) []byte {
	p.T.Helper()
	path := filepath.Join(p.T.TempDir(), file)
	stdout, stderr, code := harness.Command(p.T, append([]string{"export", "--server", p.Base, "-o", path}, args...)...)
	if code != 0 || !strings.Contains(stdout, "rows") {
		p.T.Fatalf("export %s: code %d, %s%s", args, code, stdout, stderr)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		p.T.Fatal(err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 2 {
		p.T.Errorf("beside the export there are %v, %v", left, err)
	}
	return raw
}

// answers are all statements as the API answers them one by one, by id.
func answersByID(p *harness.Process, query string) map[string]map[string]any {
	p.T.Helper()
	all := map[string]map[string]any{}
	for _, h := range p.Search(query) {
		var s map[string]any
		if status := p.Get("/api/v1/statements/"+h.ID, &s); status != http.StatusOK {
			p.T.Fatalf("statement %s: %d", h.ID, status)
		}
		all[h.ID] = s
	}
	return all
}

// linesOf reads JSONL into objects by id, and fails on an id that is there twice.
func linesOf(t *testing.T, raw []byte) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var s map[string]any
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatalf("%v in %s", err, lines.Bytes())
		}
		id, _ := s["id"].(string)
		if all[id] != nil {
			t.Errorf("%s is there twice", id)
		}
		all[id] = s
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// tableOf reads CSV into rows by column.
func tableOf(t *testing.T, raw []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	table := make([]map[string]string, 0, len(rows))
	for _, r := range rows[1:] {
		cells := map[string]string{}
		for i, name := range rows[0] {
			cells[name] = r[i]
		}
		table = append(table, cells)
	}
	return table
}

// cellsOf is what the CSV of a statement must say, by the API's answer.
func cellsOf(answer map[string]any) map[string]string {
	cells := map[string]string{}
	for _, name := range []string{"id", "url", "title", "published", "published_from", "first_seen", "language", "kind", "source", "group", "copies", "signatories", "revision"} {
		if v := answer[name]; v != nil {
			cells[name] = fmt.Sprint(v)
		} else {
			cells[name] = ""
		}
	}
	ids := map[string][]string{}
	actors, _ := answer["actors"].([]any)
	for _, a := range actors {
		actor, _ := a.(map[string]any)
		role := fmt.Sprint(actor["role"])
		ids[role] = append(ids[role], fmt.Sprint(actor["id"]))
		if role == string(statement.Issuer) {
			ids["names"] = append(ids["names"], fmt.Sprint(actor["name"]))
		}
	}
	for column, role := range map[string]string{"issuer_ids": "issuer", "issuer_names": "names", "signatory_ids": "signatory", "quoted_ids": "quoted", "mentioned_ids": "mentioned"} {
		cells[column] = strings.Join(ids[role], "|")
	}
	topics, _ := answer["topics"].([]any)
	for _, topic := range topics {
		ids["topics"] = append(ids["topics"], fmt.Sprint(topic))
	}
	cells["topics"] = strings.Join(ids["topics"], "|")
	return cells
}

func TestExports(t *testing.T) {
	p := harness.Start(t, "demo", "--listen", "127.0.0.1:0", "--data", t.TempDir())
	p.WaitIndexed(30 * time.Second)

	t.Run("JSONL is what the API answers", func(t *testing.T) {
		var diff string
		// One statement of the demo changes every five seconds: an export between two changes is equal.
		harness.Await(t, 15*time.Second, "an export equal to the answers", func() bool {
			want := answersByID(p, "")
			diff = gocmp.Diff(want, linesOf(t, exported(p, "all.jsonl", "")))
			return diff == "" && len(want) > 40
		})
		if t.Failed() {
			t.Log(diff)
		}
	})
	t.Run("CSV is what the API answers", func(t *testing.T) {
		harness.Await(t, 15*time.Second, "an export equal to the answers", func() bool {
			want, got := map[string]map[string]string{}, map[string]map[string]string{}
			for id, answer := range answersByID(p, "convention") {
				want[id] = cellsOf(answer)
			}
			for _, cells := range tableOf(t, exported(p, "some.csv", "convention")) {
				got[cells["id"]] = cells
			}
			return gocmp.Equal(want, got) && len(want) > 1
		})
	})
	t.Run("a compressed file holds the same", func(t *testing.T) {
		z, err := gzip.NewReader(bytes.NewReader(exported(p, "letters.jsonl.gz", "kind:joint-letter")))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(answersByID(p, "kind:joint-letter"), linesOf(t, raw)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("actors, one row a role", func(t *testing.T) {
		want, got := map[string]int{}, map[string]int{}
		for id, answer := range answersByID(p, "kind:joint-letter") {
			actors, _ := answer["actors"].([]any)
			for _, a := range actors {
				actor, _ := a.(map[string]any)
				want[fmt.Sprint(id, actor["id"], actor["role"], actor["name"])]++
			}
		}
		for _, r := range tableOf(t, exported(p, "actors.csv", "kind:joint-letter", "--shape", "actors")) {
			got[r["id"]+r["actor"]+r["role"]+r["actor_name"]]++
		}
		if diff := gocmp.Diff(want, got); diff != "" || len(want) < 20 {
			t.Errorf("%d rows: %s", len(want), diff)
		}
	})
	t.Run("copies, one row each", func(t *testing.T) {
		want, got := map[string]bool{}, map[string]bool{}
		for id := range answersByID(p, "kind:joint-letter") {
			var found struct{ Copies []statement.Statement }
			p.Get("/api/v1/statements/"+id+"/copies", &found)
			for _, c := range found.Copies {
				want[id+" "+c.ID+" "+c.URL] = true
			}
		}
		for _, r := range tableOf(t, exported(p, "copies.csv", "kind:joint-letter", "--shape", "copies")) {
			got[r["id"]+" "+r["copy"]+" "+r["copy_url"]] = true
		}
		if diff := gocmp.Diff(want, got); diff != "" || len(want) != 3 {
			t.Errorf("%d copies: %s", len(want), diff)
		}
	})
	t.Run("a dry run tells the rows", func(t *testing.T) {
		stdout, stderr, code := harness.Command(t, "export", "convention OR treaty", "--dry-run", "--json", "--format", "csv", "--server", p.Base)
		var told struct {
			Rows, Statements int
			Exact            bool
		}
		if err := json.Unmarshal([]byte(stdout), &told); err != nil || code != 0 {
			t.Fatalf("%v, code %d: %s%s", err, code, stdout, stderr)
		}
		rows := tableOf(t, exported(p, "x.csv", "convention OR treaty"))
		if told.Rows != len(rows) || !told.Exact || told.Rows == 0 {
			t.Errorf("told %+v, %d rows came", told, len(rows))
		}
	})
	t.Run("wrong usage", func(t *testing.T) { exportWrongly(p, t) })
	t.Run("cut off half-way", func(t *testing.T) { exportCutOff(p, t) })
}

func exportWrongly(p *harness.Process, t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{"x"}, 2, "-o FILE"},
		{[]string{"x", "-o", filepath.Join(dir, "x.xlsx")}, 2, ".csv"},
		{[]string{"x", "-o", filepath.Join(dir, "x.csv"), "--columns", "id,tittle"}, 2, "the nearest is title"},
		{[]string{"x", "-o", filepath.Join(dir, "x"), "--format", "xlsx"}, 2, "csv"},
		{[]string{"x (", "-o", filepath.Join(dir, "x.csv")}, 2, "at character"},
		{[]string{"x", "-o", filepath.Join(dir, "no", "x.csv")}, 1, "no such file"},
		{[]string{"x", "-o", dir}, 2, "which format"},
		{[]string{"x", "-o", dir, "--format", "csv"}, 2, "is a folder"},
		{[]string{"x", "-o", filepath.Join(dir, "x.csv"), "--server", "http://127.0.0.1:1"}, 3, "can't be reached"},
	} {
		_, stderr, code := harness.Command(t, append([]string{"export", "--server", p.Base}, c.args...)...)
		if code != c.code || !strings.Contains(stderr, c.say) {
			t.Errorf("%s: code %d, %s; want %d and %q", c.args, code, stderr, c.code, c.say)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// exportCutOff exports through a line that breaks half-way.
func exportCutOff(p *harness.Process, t *testing.T) {
	line := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		res, err := http.Get(p.Base + r.URL.RequestURI())
		if err != nil {
			t.Error(err)
			return
		}
		defer res.Body.Close()
		w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
		_, _ = io.CopyN(w, res.Body, 20_000)
		panic(http.ErrAbortHandler)
	}))
	defer line.Close()
	path := filepath.Join(t.TempDir(), "all.jsonl")
	if err := os.WriteFile(path, []byte("what was there\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := harness.Command(t, "export", "", "-o", path, "--server", line.URL)
	if code != 1 || !strings.Contains(stderr, "ended after") {
		t.Errorf("code %d, %s", code, stderr)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	raw, readErr := os.ReadFile(path)
	if err != nil || readErr != nil || len(left) != 1 || string(raw) != "what was there\n" {
		t.Errorf("after it the folder holds %v, the file %q", left, raw)
	}
	if _, stderr, code = harness.Command(t, "export", "", "-o", "-", "--server", line.URL); code != 1 {
		t.Errorf("to standard output: code %d, %s", code, stderr)
	}
}

// TestExportsEqualTheAnswersOnARealBlog holds every post of a real blog in an export against the API.
func TestExportsEqualTheAnswersOnARealBlog(t *testing.T) {
	dir, ok := golden.SharedData(t, "ngo-drw")
	if !ok {
		return
	}
	b := readBlog(t, dir, "blog.example")
	i := harness.Up(t, harness.WriteConfig(t, drwConfig, harness.ServeSite(t, b.host, b.handler())), t.TempDir())
	i.WaitIndexed(time.Minute)
	export := func(params url.Values) []byte {
		res, err := http.Get(i.Base + "/api/v1/export?" + params.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s, %v: %.300s", res.Status, err, raw)
		}
		return raw
	}
	p := &harness.Process{Instance: *i}
	want := answersByID(p, "")
	if diff := gocmp.Diff(want, linesOf(t, export(url.Values{}))); diff != "" || len(want) < 100 {
		t.Errorf("%d statements: %s", len(want), diff)
	}
	texts := 0
	for _, r := range tableOf(t, export(url.Values{"format": {"csv"}, "columns": {"id,text"}})) {
		answer, _ := want[r["id"]]["text"].(string)
		if strings.ReplaceAll(answer, "\r\n", "\n") != r["text"] {
			t.Errorf("the text of %s differs", r["id"])
		}
		texts++
	}
	if texts != len(want) {
		t.Errorf("%d texts of %d statements", texts, len(want))
	}
}
