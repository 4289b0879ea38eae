package configs

import (
	"os"
	"strings"
	"testing"

	"rostrum/internal/fault"
)

func TestBuiltinConfigurationsLoad(t *testing.T) {
	for _, name := range []string{"", "demo"} {
		cfg, err := LoadBuiltin(name, Options{})
		if err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if len(cfg.Processes) != 1 {
			t.Errorf("%q has %d processes", name, len(cfg.Processes))
		}
	}
}

func TestInitLoads(t *testing.T) {
	dir := t.TempDir() + "/new"
	written, err := Init(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(written) != 6 {
		t.Errorf("written: %v", written)
	}
	cfg, err := LoadFile(dir+"/rostrum.yaml", Options{})
	if err != nil {
		t.Error(err)
	}
	if len(cfg.Processes) != 1 || len(cfg.Processes[0].Sources) != 2 || len(cfg.Actors) != 1 {
		t.Errorf("loaded %+v", cfg)
	}
	if _, err = Init(dir); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "topics.yaml") {
		t.Errorf("a second Init: %v", err)
	}
	if err := os.Remove(dir + "/rostrum.yaml"); err != nil {
		t.Fatal(err)
	}
	if _, err = Init(dir); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Init on a part: %v", err)
	}
	if _, err := os.Stat(dir + "/rostrum.yaml"); err == nil {
		t.Error("a refused Init wrote a file")
	}
}
