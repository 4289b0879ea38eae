package export

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzVerify reads any file with any manifest: it ends, and never counts rows of a file that it refuses.
func FuzzVerify(f *testing.F) {
	f.Add("id,text\na,b\n", `{"resources":[{"path":"x.csv","format":"csv","bytes":12,"hash":"sha256:00"}],"rostrum":{"rows":1}}`)
	f.Add("{\"id\":\"a\"}\n", `{"resources":[{"path":"x.jsonl","format":"jsonl","bytes":11}]}`)
	f.Add("PAR1", `{"resources":[{"format":"parquet","bytes":4}]}`)
	f.Add("", `{"resources":[]}`)
	f.Fuzz(func(t *testing.T, file, manifest string) {
		path := filepath.Join(t.TempDir(), "x")
		if os.WriteFile(path, []byte(file), 0o600) != nil || os.WriteFile(path+ManifestSuffix, []byte(manifest), 0o600) != nil {
			t.Fatal("no room")
		}
		if told, err := Verify(path); err != nil && told.Rows > len(file) {
			t.Errorf("%d rows in %d bytes", told.Rows, len(file))
		}
	})
}

// FuzzRows counts the rows of anything as each format that has rows.
func FuzzRows(f *testing.F) {
	for _, format := range []string{"csv", "jsonl", "parquet"} {
		f.Add("id,text\na,\"b\nc\"\n", format)
		f.Add("PAR1\x00\x00PAR1", format)
	}
	f.Fuzz(func(t *testing.T, file, format string) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		read, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer read.Close()
		if rows, counted, err := rowsOf(read, &Resource{Format: format, Path: "x." + format}); err == nil && counted && rows > len(file) {
			t.Errorf("%d rows in %d bytes", rows, len(file))
		}
	})
}
