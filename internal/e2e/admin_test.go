package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/indexer"
	"rostrum/internal/e2e/harness"
	"rostrum/internal/golden"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/httpapi"
)

// the admin tests watch one site of a fictional ministry, by hand: its source is off, so that pages come by import alone.
func ministry(f harness.Files) harness.Files {
	config := harness.Files{
		"process.yaml": "id: p\nname: P\n",
		"sources.yaml": "sources:\n  - {id: ministry, name: Ministry, type: feed, url: \"http://ministry.example/feed.xml\", issuer: valdoria, enabled: false}\n",
		"actors.yaml":  "actors:\n  - {id: valdoria, kind: state, name: Valdoria}\n  - {id: sarenne, kind: state, name: Sarenne}\n",
		"topics.yaml":  "topics:\n  - {id: tides, name: Tides, query: 'tide'}\n",
	}
	for name, text := range f {
		config[name] = text
	}
	return config
}

// visited is the capture of a page of the ministry's, or of another address, so many hours after a moment.
func visited(address string, hour int, title, text string) *statement.Capture {
	at := time.Date(2025, 3, 1, hour, 0, 0, 0, time.UTC)
	body := fmt.Sprintf(`<!doctype html><html lang="en"><head><title>%s</title></head><body><article><h1>%s</h1><p>%s</p><p>%s</p></article></body></html>`, title, title, text, nonsense(address))
	return &statement.Capture{Version: statement.WireVersion, ID: statement.CaptureID(address, at), URL: address, Source: "import", FetchedAt: at, Method: http.MethodGet,
		Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: []byte(body)}
}

// nonsense is a paragraph of invented words, the same ones for the same address, so that no page is a copy of another.
func nonsense(address string) string {
	var b strings.Builder
	b.WriteString("The delegation thanked the chair and spoke of")
	next := rand.New(rand.NewPCG(uint64(crc32.ChecksumIEEE([]byte(address))), 1))
	syllables := []string{"ba", "ko", "li", "mer", "nu", "po", "ran", "sil", "tor", "vek"}
	for range 50 {
		b.WriteByte(' ')
		for range 3 {
			b.WriteString(syllables[next.IntN(len(syllables))])
		}
	}
	return b.String() + "."
}

// pages are n statements of the ministry, every fifth with a second revision, every seventh of Sarenne's about no tide.
func pages(n int) []*statement.Capture {
	var all []*statement.Capture
	for i := range n {
		address := fmt.Sprintf("http://ministry.example/statements/%d", i)
		text := fmt.Sprintf("Valdoria measured the tide at station %d and shares the figure with all who ask.", i)
		if i%7 == 0 {
			text = fmt.Sprintf("Sarenne has proposed article %d, and Valdoria looks forward to reading it.", i)
		}
		all = append(all, visited(address, i%20, fmt.Sprintf("Statement %d", i), text))
		if i%5 == 0 {
			all = append(all, visited(address, 21, fmt.Sprintf("Statement %d", i), text+" It now adds that the station will close in winter."))
		}
	}
	return all
}

// writeWARC writes captures as an archive does and gives the file's path.
func writeWARC(t testing.TB, captures []*statement.Capture) string {
	t.Helper()
	dir := t.TempDir()
	a, err := indexer.OpenArchive(t.Context(), indexer.ArchiveOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	each, err := a.Append(t.Context(), captures)
	for _, one := range each {
		if one != nil {
			t.Fatal(one)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.warc.gz"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	return found[0]
}

// waitIdle waits until no capture waits for the indexer.
func waitIdle(i *harness.Instance, data string) httpapi.Status {
	i.T.Helper()
	var s struct{ Status httpapi.Status }
	harness.Await(i.T, 20*time.Second, "every capture processed", func() bool {
		if err := json.Unmarshal([]byte(i.MustAdmin(data, "status", "--json")), &s); err != nil {
			i.T.Fatal(err)
		}
		return s.Status.Pending == 0
	})
	return s.Status
}

// answers is everything that an instance answers about what it holds.
type answers struct {
	List      []search.Hit
	Facets    map[string][]search.Count
	Single    map[string]statement.Statement
	Revisions map[string][]statement.Revision
	Copies    map[string][]statement.Statement
}

// copies is how many statements stand behind others.
func (a answers) copies() int {
	n := 0
	for _, others := range a.Copies {
		n += len(others)
	}
	return n
}

func answersOf(i *harness.Instance) answers {
	i.T.Helper()
	a := answers{List: i.Search(""), Single: map[string]statement.Statement{}, Revisions: map[string][]statement.Revision{}, Copies: map[string][]statement.Statement{}}
	var page search.Result
	i.Get("/api/v1/statements?limit=1&facets=actor,topic,source,lang,kind,month,role", &page)
	a.Facets = page.Facets
	for _, h := range a.List {
		var s statement.Statement
		var r struct{ Revisions []statement.Revision }
		i.Get("/api/v1/statements/"+h.ID, &s)
		i.Get("/api/v1/statements/"+h.ID+"/revisions", &r)
		var c struct{ Copies []statement.Statement }
		i.Get("/api/v1/statements/"+h.ID+"/copies", &c)
		a.Single[h.ID], a.Revisions[h.ID], a.Copies[h.ID] = s, r.Revisions, c.Copies
	}
	return a
}

func TestImportThenReindexGivesEqualAnswers(t *testing.T) {
	data := t.TempDir()
	i := harness.Up(t, harness.WriteConfig(t, ministry(nil)), data)
	captures := append(pages(120), visited("https://elsewhere.example/tide", 3, "Elsewhere", "A stranger writes about the tide and about Valdoria."))
	copied := *captures[1]
	copied.URL = "https://copier.example/a"
	copied.ID = statement.CaptureID(copied.URL, copied.FetchedAt)
	file := writeWARC(t, append(captures, &copied))
	out := i.MustAdmin(data, "import", file)
	if !strings.Contains(out, "146 captures imported: 2 as source:import, 144 as source:ministry") {
		t.Errorf("import says: %s", out)
	}
	waitIdle(i, data)
	before := answersOf(i)
	if len(before.List) != 121 || len(urls(i, "source:import")) != 2 || before.copies() != 1 || len(urls(i, "actor:valdoria source:ministry")) != 120 || len(before.Revisions[before.List[0].ID]) == 0 {
		t.Fatalf("%d statements stored", len(before.List))
	}

	asked := make(chan struct{})
	var asking sync.WaitGroup
	asking.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-asked:
				t.Logf("%d searches during the rebuild", n)
				return
			default:
			}
			if got := len(i.Search("tide")); got != len(urlsWith(before, "tides"))+1 && got < 80 {
				t.Errorf("during the rebuild a search finds %d", got)
				return
			}
		}
	})
	var state httpapi.RebuildState
	if err := json.Unmarshal([]byte(i.MustAdmin(data, "reindex", "--json")), &state); err != nil {
		t.Fatal(err)
	}
	close(asked)
	asking.Wait()
	t.Logf("rebuild: %d captures, %.0f a second", state.Captures, state.PerSecond)
	if state.State != "done" || state.Captures != 146 || state.Generation != "g2" || state.BytesDone != state.BytesTotal {
		t.Errorf("state %+v", state)
	}
	if diff := gocmp.Diff(before, answersOf(i), gocmp.FilterPath(func(p gocmp.Path) bool { return p.Last().String() == ".Score" }, gocmp.Ignore())); diff != "" {
		t.Errorf("before (-) and after (+) the rebuild:\n%.3000s", diff)
	}
	i.MustAdmin(data, "import", file) // again: nothing changes
	waitIdle(i, data)
	if got := len(i.Search("")); got != 121 {
		t.Errorf("%d statements after the same import again", got)
	}
	if left, _ := filepath.Glob(filepath.Join(data, "index", "g*")); len(left) != 1 {
		t.Errorf("generations left: %v", left)
	}
}

func urlsWith(a answers, topic string) []string {
	var found []string
	for _, h := range a.List {
		if slices.Contains(h.Topics, topic) {
			found = append(found, h.URL)
		}
	}
	return found
}

func TestAChangedConfigurationAppliesToEverythingAfterReindex(t *testing.T) {
	data := t.TempDir()
	i := harness.Up(t, harness.WriteConfig(t, ministry(nil)), data)
	i.MustAdmin(data, "import", writeWARC(t, pages(40)))
	waitIdle(i, data)
	if got := len(i.Search("topic:tides")); got == 0 {
		t.Fatal("no statement has the topic: the test proves nothing")
	}
	i.Stop()
	i = harness.Up(t, harness.WriteConfig(t, ministry(harness.Files{
		"actors.yaml": "actors:\n  - {id: valdoria, kind: state, name: Valdoria}\n  - {id: station, kind: igo, name: The Station, aliases: [station]}\n",
		"topics.yaml": "topics:\n  - {id: articles, name: Articles, query: 'article'}\n",
	})), data)
	if got := len(i.Search("mentions:station")); got != 0 {
		t.Fatalf("%d statements changed before the rebuild", got)
	}
	i.MustAdmin(data, "reindex")
	for query, want := range map[string]int{"mentions:station": 36, "topic:articles": 6, "actor:valdoria": 40} {
		if got := len(i.Search(query)); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

func TestARebuildThatIsCutOffLeavesTheOldIndex(t *testing.T) {
	data := t.TempDir()
	config := harness.WriteConfig(t, ministry(nil))
	i := harness.Up(t, config, data)
	i.MustAdmin(data, "import", writeWARC(t, pages(60)))
	waitIdle(i, data)
	i.Stop()
	// as a process leaves it that was killed while it rebuilt
	if err := os.CopyFS(filepath.Join(data, "index", "g2"), os.DirFS(filepath.Join(data, "index", "g1"))); err != nil {
		t.Fatal(err)
	}
	i = harness.Up(t, config, data)
	if got := len(i.Search("")); got != 60 {
		t.Errorf("%d statements", got)
	}
	if left, _ := filepath.Glob(filepath.Join(data, "index", "g*")); len(left) != 1 || filepath.Base(left[0]) != "g1" {
		t.Errorf("generations left: %v", left)
	}
	i.Stop()
	// and an index that is lost altogether comes back from the archive
	if err := os.RemoveAll(filepath.Join(data, "index")); err != nil {
		t.Fatal(err)
	}
	i = harness.Up(t, config, data)
	harness.Await(t, 10*time.Second, "index built anew", func() bool { return len(i.Search("")) == 60 })
}

func TestBadFilesGiveTheirReasonsAndTheirGoodRecords(t *testing.T) {
	data := t.TempDir()
	i := harness.Up(t, harness.WriteConfig(t, ministry(nil)), data)
	whole, err := os.ReadFile(writeWARC(t, pages(50)))
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(t.TempDir(), "half.warc.gz")
	if err := os.WriteFile(half, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	var report struct {
		httpapi.ImportReport
		File string
	}
	stdout, _, code := i.Admin(data, "import", "--json", half)
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("%v in %s", err, stdout)
	}
	if code != 1 || report.Captures < 20 || report.Captures > 40 || report.Refused == 0 {
		t.Errorf("a file cut in half: exit code %d, %+v", code, report)
	}
	t.Logf("cut in half: %d captures, %v", report.Captures, report.Reasons)
	waitIdle(i, data)
	if got := len(i.Search("")); got < 15 {
		t.Errorf("%d statements of the half", got)
	}
	empty := filepath.Join(t.TempDir(), "empty.warc")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{empty: 0, "/no/such.warc": 1, t.TempDir(): 1} {
		if stdout, stderr, code := i.Admin(data, "import", name); code != want {
			t.Errorf("import %s: exit code %d, want %d: %s%s", name, code, want, stdout, stderr)
		}
	}
}

func TestRealWARCFiles(t *testing.T) {
	dir, ok := golden.SharedData(t, "warc")
	if !ok {
		return
	}
	data := t.TempDir()
	i := harness.Up(t, harness.WriteConfig(t, ministry(nil)), data)
	good := map[string]int{ // file: captures in it
		"jwarc/cc.warc.gz": 1, "warcio/example.warc": 2, "warcio/example.warc.gz": 2, "warcio/example-iana.org-chunked.warc": 1, "warcio/example-resource.warc.gz": 1,
	}
	bad := []string{ // with what is in no other record of theirs
		"warcio/bad.arc", "warcio/example.arc", "warcio/example.arc.gz", "warcio/example-space-in-url.arc", "warcio/example-digest.warc", "warcio/example-trunc.warc",
		"warcio/example-wrong-chunks.warc.gz",
	}
	for name, want := range good {
		var report httpapi.ImportReport
		if err := json.Unmarshal([]byte(i.MustAdmin(data, "import", "--json", filepath.Join(dir, name))), &report); err != nil {
			t.Fatal(err)
		}
		if report.Captures != want || report.Refused != 0 {
			t.Errorf("%s: %+v", name, report)
		}
	}
	for _, name := range bad {
		stdout, _, code := i.Admin(data, "import", filepath.Join(dir, name))
		if code != 1 || !strings.Contains(stdout, "read WARC record at") {
			t.Errorf("%s: exit code %d, %s", name, code, stdout)
		}
	}
	waitIdle(i, data)
	if got := len(i.Search("source:import")); got < 3 {
		t.Errorf("%d statements of the good files", got)
	}
}

func TestForgottenStaysForgotten(t *testing.T) {
	data := t.TempDir()
	config := harness.WriteConfig(t, ministry(nil))
	i := harness.Up(t, config, data)
	file := writeWARC(t, pages(12))
	i.MustAdmin(data, "import", file)
	waitIdle(i, data)
	var gone statement.Statement
	for _, h := range i.Search("url:statements") {
		if h.URL == "http://ministry.example/statements/5" {
			gone = h.Statement
		}
	}
	if gone.Revision != 2 {
		t.Fatalf("statement 5 is %+v", gone)
	}
	kept := i.Search("")[0].ID
	i.MustAdmin(data, "forget", gone.ID, "--reason", "asked for")
	check := func(when string) {
		t.Helper()
		for path, want := range map[string]int{
			"/api/v1/statements/" + gone.ID: 404, "/api/v1/statements/" + gone.ID + "/revisions": 404, "/api/v1/statements/" + gone.ID + "/capture": 404,
			"/captures/" + gone.Capture: 404, "/statements/" + gone.ID: 404, "/api/v1/statements/" + kept: 200,
		} {
			if got := i.Get(path, nil); got != want {
				t.Errorf("%s: GET %s answers %d, want %d", when, path, got, want)
			}
		}
		if got := len(i.Search("")); got != 11 {
			t.Errorf("%s: %d statements", when, got)
		}
	}
	check("at once")
	page := i.Search("")[0]
	for path, want := range map[string]string{"/captures/" + page.Capture: "sandbox; default-src 'none'", "/api/v1/statements/" + page.ID + "/capture": "sandbox; default-src 'none'"} {
		if status, header := asks(i, "GET", path, "", ""); status != 200 || !strings.HasPrefix(header.Get("Content-Security-Policy"), want) {
			t.Errorf("GET %s answers %d with policy %q", path, status, header.Get("Content-Security-Policy"))
		}
	}
	if out := i.MustAdmin(data, "forget", "http://ministry.example/statements/5?utm_source=x"); !strings.Contains(out, "forgotten before") {
		t.Errorf("the second time: %s", out)
	}
	i.MustAdmin(data, "import", file)
	waitIdle(i, data)
	check("after the same import again")
	i.MustAdmin(data, "reindex")
	check("after a rebuild")
	i.Stop()
	i = harness.Up(t, config, data)
	check("after a restart")
	if out := i.MustAdmin(data, "forget", "http://ministry.example/never"); !strings.Contains(out, "kept out") {
		t.Errorf("an address that is not stored: %s", out)
	}
	if _, stderr, code := i.Admin(data, "forget", "no-such-id"); code != 1 || !strings.Contains(stderr, "no statement") {
		t.Errorf("an unknown id: exit code %d, %s", code, stderr)
	}
}

func TestQuarantine(t *testing.T) {
	data := t.TempDir()
	i := harness.Up(t, harness.WriteConfig(t, ministry(nil)), data)
	var captures []*statement.Capture
	for n := range 3 {
		c := visited(fmt.Sprintf("http://ministry.example/broken/%d", n), n, "x", "y")
		c.Header, c.Body = http.Header{"Content-Type": {"application/json"}}, []byte(`{"no":"page"}`)
		captures = append(captures, c)
	}
	i.MustAdmin(data, "import", writeWARC(t, captures))
	harness.Await(t, 10*time.Second, "quarantined", func() bool { return strings.Count(i.MustAdmin(data, "quarantine", "list"), "broken") == 3 })
	shown := i.MustAdmin(data, "quarantine", "show", captures[0].ID)
	for _, say := range []string{"broken/0", "poison", `{"no":"page"}`, "application/json"} {
		if !strings.Contains(shown, say) {
			t.Errorf("%q is not in\n%s", say, shown)
		}
	}
	i.MustAdmin(data, "quarantine", "drop", captures[0].ID)
	i.MustAdmin(data, "quarantine", "retry", captures[1].ID)
	waitIdle(i, data)
	harness.Await(t, 10*time.Second, "back in quarantine", func() bool { return strings.Count(i.MustAdmin(data, "quarantine", "list"), "broken") == 2 })
	if out := i.MustAdmin(data, "quarantine", "drop", "--all", "--source", "ministry"); !strings.Contains(out, "2 captures dropped") {
		t.Errorf("drop --all: %s", out)
	}
	if out := i.MustAdmin(data, "quarantine", "list"); !strings.Contains(out, "nothing") {
		t.Errorf("list: %s", out)
	}
	if _, _, code := i.Admin(data, "quarantine", "drop", captures[0].ID); code != 1 {
		t.Errorf("an entry that is gone: exit code %d", code)
	}
	if _, _, code := i.Admin(data, "quarantine", "drop"); code != 2 {
		t.Errorf("neither ids nor --all: exit code %d", code)
	}
}

// asks makes a request with a token and gives the status.
func asks(i *harness.Instance, method, path, token, body string) (int, http.Header) {
	i.T.Helper()
	req, err := http.NewRequestWithContext(i.T.Context(), method, i.Base+path, strings.NewReader(body))
	if err != nil {
		i.T.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		i.T.Fatal(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode, res.Header
}

func TestTokens(t *testing.T) {
	data := t.TempDir()
	config := harness.WriteConfig(t, ministry(harness.Files{"rostrum.yaml": "auth: {require: always}\n"}))
	i := harness.Up(t, config, data)
	secret, err := os.ReadFile(filepath.Join(data, "admin.token"))
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(filepath.Join(data, "admin.token")); info.Mode().Perm() != 0o600 {
		t.Errorf("admin.token has mode %o", info.Mode().Perm())
	}
	admin := strings.TrimSpace(string(secret))
	read := strings.TrimSpace(i.MustAdmin(data, "token", "create", "reader"))
	write := strings.TrimSpace(i.MustAdmin(data, "token", "create", "writer", "--scope", "write"))
	saved := `{"name":"x","query":"tide"}`
	for _, c := range []struct {
		method, path, token, body string
		want                      int
	}{
		{"GET", "/healthz", "", "", 200},
		{"GET", "/readyz", "", "", 200},
		{"GET", "/metrics", "", "", 401},
		{"GET", "/openapi.json", "", "", 401},
		{"GET", "/api/v1/statements", "", "", 401},
		{"GET", "/api/v1/statements", "nonsense", "", 401},
		{"GET", "/api/v1/statements", read, "", 200},
		{"GET", "/metrics", read, "", 200},
		{"POST", "/api/v1/saved-queries", read, saved, 403},
		{"POST", "/api/v1/saved-queries", write, saved, 201},
		{"GET", "/api/v1/admin/tokens", write, "", 403},
		{"POST", "/api/v1/admin/reindex", read, "", 403},
		{"POST", "/api/v1/admin/import", "", "x", 401},
		{"GET", "/api/v1/admin/tokens", admin, "", 200},
		{"GET", "/feeds/../api/v1/admin/tokens", "", "", 401},
		{"GET", "/assets/../api/v1/statements", "", "", 401},
		{"GET", "/api/v1/%61dmin/tokens", read, "", 403},
		{"GET", "/login", "", "", 200},
	} {
		got, header := asks(i, c.method, c.path, c.token, c.body)
		if got != c.want {
			t.Errorf("%s %s with %.20q answers %d, want %d", c.method, c.path, c.token, got, c.want)
		}
		if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s answers with the policy %q", c.method, c.path, policy)
		}
	}
	if out := i.MustAdmin(data, "token", "list"); !strings.Contains(out, "reader") || strings.Contains(out, read) {
		t.Errorf("token list:\n%s", out)
	}
	i.MustAdmin(data, "token", "revoke", "reader")
	if got, _ := asks(i, "GET", "/api/v1/statements", read, ""); got != 401 {
		t.Errorf("a revoked token answers %d", got)
	}
	if _, stderr, code := i.Admin(data, "token", "revoke", "admin"); code != 1 || !strings.Contains(stderr, "last admin") {
		t.Errorf("the last admin token: exit code %d, %s", code, stderr)
	}
	i.Stop()
	changes, err := os.ReadFile(filepath.Join(data, "audit.jsonl"))
	if err != nil || bytes.Contains(changes, []byte(write)) {
		t.Errorf("audit: %v %s", err, changes)
	}
	for _, say := range []string{`"did":"started"`, `"who":"writer","scope":"write"`, `"path":"/api/v1/admin/tokens/reader"`} {
		if !bytes.Contains(changes, []byte(say)) {
			t.Errorf("%s is not among the changes:\n%s", say, changes)
		}
	}
	i = harness.Up(t, config, data)
	for token, want := range map[string]int{read: 401, write: 200, admin: 200} {
		if got, _ := asks(i, "GET", "/api/v1/statements", token, ""); got != want {
			t.Errorf("after a restart %.20s answers %d, want %d", token, got, want)
		}
	}
	err = filepath.WalkDir(data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "admin.token" {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(write)) || bytes.Contains(text, []byte(admin)) {
			t.Errorf("a token stands in clear in %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLoopbackIsOpenButForAdmins(t *testing.T) {
	data := t.TempDir()
	i := harness.Up(t, harness.WriteConfig(t, ministry(nil)), data)
	for path, want := range map[string]int{"/": 200, "/api/v1/statements": 200, "/metrics": 200, "/api/v1/admin/tokens": 401, "/api/v1/admin/status": 401} {
		if got, _ := asks(i, "GET", path, "", ""); got != want {
			t.Errorf("GET %s answers %d, want %d", path, got, want)
		}
	}
	if got, header := asks(i, "POST", "/api/v1/admin/reindex", "", ""); got != 401 || header.Get("WWW-Authenticate") == "" {
		t.Errorf("a rebuild without a token answers %d, %v", got, header)
	}
	if _, stderr, code := harness.Command(t, "reindex", "--server", i.Base, "--data", t.TempDir()); code != 2 || !strings.Contains(stderr, "token") {
		t.Errorf("a data folder without a token: exit code %d, %s", code, stderr)
	}
	if stdout, _, code := i.Admin(data, "status"); code != 0 || !strings.Contains(stdout, "Nothing to do") {
		t.Errorf("status: exit code %d\n%s", code, stdout)
	}
}
