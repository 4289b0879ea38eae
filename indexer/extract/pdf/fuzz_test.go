package pdf

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rostrum/internal/fault"
)

// FuzzRead gives PDFium broken documents: a text or a reason, in bounded time.
func FuzzRead(f *testing.F) {
	f.Add(document(slices.Concat(column(60, 700, body, "A text."), sideBySide(60, 300, 500, body, "a", "b", "c", "d"))))
	root := os.Getenv("ROSTRUM_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	files, _ := filepath.Glob(filepath.Join(root, "pdf-samples", "*", "*.pdf")) // the pattern is well formed
	if len(files) == 0 {
		f.Log("NOT SEEDED: the documents of pdf-samples are absent")
	}
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil && len(b) < 8<<10 {
			f.Add(b)
		}
	}
	r := New(Options{Workers: 1, MemoryPages: 1024, Timeout: 5 * time.Second})
	f.Cleanup(func() { _ = r.Close() })
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := r.Read(t.Context(), b)
		if err != nil && fault.KindOf(err) != fault.Poison {
			t.Fatal(err)
		}
		if err == nil && len(d.Paragraphs) == 0 {
			t.Error("neither text nor reason")
		}
	})
}

// FuzzInOrder holds that lines are only put in order, never lost but for references and ornaments.
func FuzzInOrder(f *testing.F) {
	f.Add([]byte{10, 10, 60, 9, 200, 10, 60, 9, 10, 30, 90, 9})
	f.Fuzz(func(t *testing.T, b []byte) {
		var lines []line
		for i := 0; i+4 <= len(b) && len(lines) < 400; i += 4 {
			left, size := float64(b[i])*2, 6+float64(b[i+3]%12)
			lines = append(lines, line{text: "a word", left: left, right: left + float64(b[i+2])*2, bottom: 800 - float64(b[i+1])*3, size: size})
		}
		words := 0
		for _, l := range inOrder(lines) {
			words += (len(l.text) + 1) / len("a word ")
		}
		if words != len(lines) {
			t.Errorf("%d of %d pieces", words, len(lines))
		}
		paragraphs([]page{{lines: lines}})
	})
}
