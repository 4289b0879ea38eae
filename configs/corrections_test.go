package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestCorrectionsComeBackAsWritten(t *testing.T) {
	dir := t.TempDir()
	for _, all := range [][]Correction{nil, {
		{Statement: "a-1", Action: "add", Actor: "freedonia", Role: "issuer", Reason: "it says: \"ours\"\n# no comment", Made: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), By: "admin: 1"},
		{Statement: "b-2", Action: "remove", Actor: "x-name-abc", Name: "Имя\u2028'quoted' <&> \U0001f600 - {}", Reason: "true"},
	}} {
		if err := os.WriteFile(filepath.Join(dir, "corrections.yaml"), FormatCorrections(all), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := ReadCorrections(dir, "corrections.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all, got, cmpopts.IgnoreFields(Correction{}, "At"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-written +read):\n%s", diff)
		}
	}
	if all, err := ReadCorrections(dir, "absent.yaml"); err != nil || all != nil {
		t.Errorf("no file: %v, %v", all, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bad.yaml"), []byte("corrections:\n  - statment: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadCorrections(dir, "bad.yaml"); err == nil || !strings.Contains(err.Error(), "statment") {
		t.Errorf("a bad file: %v", err)
	}
}
