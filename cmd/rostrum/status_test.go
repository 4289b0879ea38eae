package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rostrum/search"
	"rostrum/search/alert"
	"rostrum/search/httpapi"
)

// TestStatusToDo holds what a status asks its reader to do to what is the matter.
func TestStatusToDo(t *testing.T) {
	now := time.Now()
	long := now.Add(-30 * 24 * time.Hour)
	well := httpapi.Status{Statements: 5, Started: now, DiskFree: 100 << 30, DiskSize: 200 << 30, Rebuild: httpapi.RebuildState{State: "none"}}
	for name, c := range map[string]struct {
		change func(*httpapi.Status)
		want   []string
	}{
		"well": {func(*httpapi.Status) {}, nil},
		"no bus": {func(s *httpapi.Status) {
			s.Failing = []httpapi.FailingPart{{Part: "bus", Error: "gone"}}
			s.Started = long
		}, []string{"the bus does not answer (gone)"}},
		"little room":                 {func(s *httpapi.Status) { s.DiskFree, s.DiskSize = 500<<20, 1<<30 }, []string{"nearly full"}},
		"a large disk nearly full":    {func(s *httpapi.Status) { s.DiskFree, s.DiskSize = 15<<30, 1000<<30 }, []string{"nearly full"}},
		"a larger share of less":      {func(s *httpapi.Status) { s.DiskFree, s.DiskSize = 15<<30, 100<<30 }, nil},
		"captures wait":               {func(s *httpapi.Status) { s.Pending, s.PendingAge = 9, 1200 }, []string{"captures wait for 20m0s"}},
		"captures wait for a rebuild": {func(s *httpapi.Status) { s.PendingAge, s.Rebuild.State = 1200, "running" }, nil},
		"alerts are late":             {func(s *httpapi.Status) { s.Unmatched, s.UnmatchedAge = 7, 1200 }, []string{"alerts are 20m0s late: 7 statements"}},
		"a rebuild failed":            {func(s *httpapi.Status) { s.Rebuild.State, s.Rebuild.Error = "failed", "no room" }, []string{"the last rebuild failed (no room)"}},
		"the bus lost something":      {func(s *httpapi.Status) { s.BusLost = "saved queries were gone" }, []string{"the bus had lost data at the last start (saved queries were gone)"}},
		"the archive was cut":         {func(s *httpapi.Status) { s.ArchiveLacks = "no position 9" }, []string{"does not hold all that the index shows (no position 9)"}},
		"a receiver refuses": {func(s *httpapi.Status) {
			s.Receivers = []alert.Trouble{{To: "hooks.example", Waiting: 3, Reason: "it says\nno"}}
		}, []string{"hooks.example does not take its alerts, 3 wait: it says no"}},
		"a check found something":      {func(s *httpapi.Status) { s.Check = &httpapi.CheckMade{State: "done", Problems: 2} }, []string{"2 problems: rostrum verify --status"}},
		"an old backup":                {func(s *httpapi.Status) { s.Backup = &httpapi.BackupMade{At: long} }, []string{"the last backup is 30 days old"}},
		"no backup for long":           {func(s *httpapi.Status) { s.Started = long }, []string{"no backup was ever made"}},
		"quarantine, and a late bus":   {func(s *httpapi.Status) { s.Quarantined, s.PendingAge = 3, 1200 }, []string{"3 captures could not be read", "captures wait"}},
		"a new backup after long time": {func(s *httpapi.Status) { s.Started, s.Backup = long, &httpapi.BackupMade{At: now} }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := well
			c.change(&s)
			r := report{Status: &s, Sources: []search.SourceState{{ID: "a", State: "fresh"}}}
			r.ToDo = r.todo()
			if len(r.ToDo) != len(c.want) {
				t.Fatalf("to do: %q", r.ToDo)
			}
			for i, want := range c.want {
				if !strings.Contains(r.ToDo[i], want) {
					t.Errorf("to do: %q, not %q", r.ToDo[i], want)
				}
			}
			if screen := r.screen(); strings.Contains(screen, "Nothing to do.") != (len(c.want) == 0) {
				t.Errorf("screen:\n%s", screen)
			}
		})
	}
}

// TestAStatusWithoutRights is that of a server which tells this asker nothing: what is not seen is not said to be none.
func TestAStatusWithoutRights(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = io.WriteString(w, `{"ready": true, "error": {"kind": "unauthorized", "message": "a token is needed"}}`)
	}))
	defer server.Close()
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs([]string{"status", "--server", server.URL})
	if err := root.ExecuteContext(t.Context()); err != nil || !strings.Contains(out.String(), "sources      unknown") {
		t.Errorf("%v:\n%s", err, out.String())
	}
}
