package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rostrum/internal/app"
	"rostrum/internal/e2e/harness"
	"rostrum/internal/statement"
	"rostrum/search/httpapi"
)

// TestCorrectionsHold corrects who speaks over the command line: the answer changes at once, after a rebuild, after a restart, and back when
// the correction is withdrawn; and what revisions changed is shown by words.
func TestCorrectionsHold(t *testing.T) {
	data := t.TempDir()
	config := harness.WriteConfig(t, ministry(nil))
	i := harness.Up(t, config, data)
	i.MustAdmin(data, "import", writeWARC(t, pages(12)))
	waitIdle(i, data)
	const page = "http://ministry.example/statements/5"
	id := ""
	for _, h := range i.Search("issuer:valdoria") {
		if h.URL == page {
			id = h.ID
		}
	}
	issuers := func() string {
		var s statement.Statement
		i.Get("/api/v1/statements/"+id, &s)
		var found []string
		for _, a := range s.Actors {
			if a.Role == statement.Issuer {
				found = append(found, a.ID)
			}
		}
		return strings.Join(found, ",")
	}
	check := func(when, want string, found int) {
		t.Helper()
		if got := issuers(); got != want {
			t.Errorf("%s: issuers %q, want %q", when, got, want)
		}
		if got := len(i.Search("issuer:sarenne")); got != found {
			t.Errorf("%s: issuer:sarenne finds %d statements, want %d", when, got, found)
		}
	}
	check("before", "valdoria", 0)
	i.MustAdmin(data, "correct", "add", page, "--actor", "valdoria", "--remove", "--reason", "it only reprints")
	out := i.MustAdmin(data, "correct", "add", id, "--actor", "sarenne", "--role", "issuer", "--reason", "its letterhead", "--json")
	var made httpapi.Correction
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Name != "Sarenne" || made.By == "" {
		t.Fatalf("%v: %s", err, out)
	}
	check("at once", "sarenne", 1)
	if out, _, _ := harness.Command(t, "show", id, "--server", i.Base); !strings.Contains(out, "corrected  valdoria is not named here: it only reprints") || !strings.Contains(out, "sarenne is issuer: its letterhead") ||
		!strings.Contains(out, "{+It now adds that the station will close in winter.+}") {
		t.Errorf("show:\n%s", out)
	}
	if out, _, _ := harness.Command(t, "show", id, "--diff", "1..2", "--server", i.Base); !strings.Contains(out, "0 words removed, 10 added") || !strings.Contains(out, "all who ask. {+It now adds") {
		t.Errorf("show --diff:\n%s", out)
	}
	for args, code := range map[string]int{"add nowhere --actor sarenne --remove --reason x": 1, "add " + id + " --actor nobody --role issuer --reason x": 2,
		"add " + id + " --actor sarenne --reason x": 2, "withdraw nothing": 1} {
		if _, stderr, got := i.Admin(data, append([]string{"correct"}, strings.Fields(args)...)...); got != code {
			t.Errorf("correct %s: exit code %d, want %d: %s", args, got, code, stderr)
		}
	}
	i.MustAdmin(data, "reindex")
	check("rebuilt", "sarenne", 1)
	i.Stop()
	i = harness.Up(t, config, data)
	check("restarted", "sarenne", 1)

	i.MustAdmin(data, "correct", "withdraw", made.ID)
	check("one withdrawn", "", 0)
	if out := i.MustAdmin(data, "correct", "list"); strings.Count(out, "\n") != 1 || !strings.Contains(out, "valdoria is not named: it only reprints") {
		t.Errorf("list:\n%s", out)
	}
	i.Stop()
	file := filepath.Join(data, app.CorrectionsFile)
	if err := os.WriteFile(file, []byte("corrections:\n- {statement: "+id+", actor: sarenne, role: quoted, reason: by hand}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	i = harness.Up(t, config, data) // written by hand while it was stopped: applied at start
	if out, _, _ := harness.Command(t, "show", id, "--server", i.Base); !strings.Contains(out, "sarenne is quoted: by hand") {
		t.Errorf("by hand:\n%s", out)
	}
	out = i.MustAdmin(data, "correct", "list")
	i.MustAdmin(data, "correct", "withdraw", strings.Fields(out)[0])
	check("all withdrawn", "valdoria", 0)
}
