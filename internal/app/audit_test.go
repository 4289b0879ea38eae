package app

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rostrum/configs"
)

// audited reads the lines of an audit file.
func audited(t *testing.T, path string) (lines []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var one map[string]any
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		lines = append(lines, one)
	}
	return lines
}

func TestChangesOutlastTheLog(t *testing.T) {
	dir := t.TempDir()
	var said strings.Builder
	quiet := slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelError}))
	f, err := openAudit(dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	f.max = 400
	for n := range 6 {
		f.logger(quiet).Info("audit", "who", "ana\nlevel=ERROR", "n", n)
	}
	if err := f.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	cfg := &configs.Config{}
	cfg.Data = dir
	if err := AuditOffline(cfg, quiet, "added a source", "source", "x"); err != nil {
		t.Fatal(err)
	}
	now, before := audited(t, filepath.Join(dir, AuditFile)), audited(t, filepath.Join(dir, AuditBefore))
	if last := now[len(now)-1]; last["did"] != "added a source" || last["source"] != "x" || !strings.HasPrefix(last["who"].(string), "user:") {
		t.Errorf("the last change is %v", last)
	}
	if len(before) < 2 || before[0]["who"] != "ana\nlevel=ERROR" || said.Len() > 0 {
		t.Errorf("%d lines before, %d now; the log says %q", len(before), len(now), said.String())
	}
	if info, err := os.Stat(filepath.Join(dir, AuditFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, err := f.Write([]byte("late\n")); err == nil || !strings.Contains(said.String(), "not in the audit file") {
		t.Errorf("a line that could not be written: %v, %q", err, said.String())
	}
	cfg.Data = filepath.Join(dir, "none")
	if err := AuditOffline(cfg, quiet, "added a source"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(cfg.Data); err == nil {
		t.Error("a data folder was made")
	}
}
