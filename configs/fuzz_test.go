package configs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzLoad feeds one text in the place of each file. Loading must end, and what it reports must have a place.
func FuzzLoad(f *testing.F) {
	paths, _ := filepath.Glob("testdata/bad/*.txt")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		files, _ := fixture(text)
		for _, file := range files {
			f.Add(string(file.Data))
		}
	}
	err := fs.WalkDir(embedded, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := embedded.ReadFile(path)
			f.Add(string(text[:min(len(text), 4000)]))
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	names := []string{"rostrum.yaml", "process.yaml", "sources.yaml", "actors.yaml", "topics.yaml", "corrections.yaml"}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range names {
			files, _ := fixture(nil)
			files[name] = &fstest.MapFile{Data: []byte(text)}
			cfg, err := Load(files, "rostrum.yaml", Options{ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist }})
			if cfg == nil {
				t.Fatal("no configuration")
			}
			if err == nil {
				continue
			}
			problems, ok := errors.AsType[*Problems](err)
			if !ok {
				t.Fatalf("another error: %v", err)
			}
			for _, p := range problems.List() {
				if p.File == "" || p.What == "" || p.Line < 0 || p.Line > strings.Count(text, "\n")+2 {
					t.Errorf("a problem without a place: %+v", p)
				}
			}
		}
	})
}
