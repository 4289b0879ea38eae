package configs

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"rostrum/internal/fault"
)

var fileMark = regexp.MustCompile(`(?m)^-- (.+) --\n`)

// fixture splits a file of testdata/bad, "-- NAME --" before each of its parts. What a fixture leaves out is sound.
func fixture(text []byte) (files fstest.MapFS, want string) {
	files = fstest.MapFS{
		"rostrum.yaml": {Data: []byte("processes: [.]\n")},
		"process.yaml": {Data: []byte("id: p\nname: P\n")},
	}
	marks := fileMark.FindAllSubmatchIndex(text, -1)
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		name, part := string(text[m[2]:m[3]]), text[m[1]:end]
		switch absent, ok := strings.CutSuffix(name, " (absent)"); {
		case ok:
			delete(files, absent)
		case name == "want":
			want = string(part)
		default:
			files[name] = &fstest.MapFile{Data: part}
		}
	}
	return files, want
}

// TestBad holds each fixture, named after the rule it breaks, to the exact problems that it must report.
func TestBad(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files, want := fixture(text)
			cfg, err := Load(files, "rostrum.yaml", Options{ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist }})
			if cfg == nil || err == nil {
				t.Fatal("loaded without a problem")
			}
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("kind %v", fault.KindOf(err))
			}
			if *update {
				head, _, _ := bytes.Cut(text, []byte("-- want --\n"))
				if err := os.WriteFile(path, append(head, []byte("-- want --\n"+err.Error()+"\n")...), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got := err.Error() + "\n"; got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			problems, _ := errors.AsType[*Problems](err)
			for _, p := range problems.List() {
				if p.Line == 0 && !strings.HasPrefix(p.What, "the file") || p.What == "" || p.Remedy == "" {
					t.Errorf("not helpful: %+v", p)
				}
				if strings.Contains(p.String()+p.Value, "swordfish") || strings.Contains(p.String()+p.Value, "hunter2") {
					t.Errorf("tells a secret: %+v", p)
				}
			}
		})
	}
}
