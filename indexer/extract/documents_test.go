package extract

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

const goldenDocuments = "testdata/documents.golden"

// TestEveryDocumentIsReadOrRefused reads the collections of odd, encrypted and broken documents, and real ones: a text or a reason, never a
// crash, and no more time than it may take. The golden file has the share that is read of each, and the reasons.
func TestEveryDocumentIsReadOrRefused(t *testing.T) {
	x := New(Options{})
	defer x.Close()
	var out strings.Builder
	for _, set := range []string{"docx-parlament-cat/*.docx", "docx-samples/*.docx", "pdf-samples/*/*.pdf", "pdf-un-upr/*.pdf", "ngo-drw/pdf/*.pdf"} {
		name, pattern, _ := strings.Cut(set, "/")
		dir, there := shared(t, name)
		if !there {
			return
		}
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no documents in %s: %v", dir, err)
		}
		reasons, read := make(map[string]int), 0
		for _, file := range files {
			if reason := readOrRefused(t, x, file); reason != "" {
				reasons[reason]++
			} else {
				read++
			}
		}
		fmt.Fprintf(&out, "%s: %d of %d read\n", set, read, len(files))
		for _, r := range slices.Sorted(maps.Keys(reasons)) {
			fmt.Fprintf(&out, "  %d: %s\n", reasons[r], r)
		}
	}
	t.Log("\n" + out.String())
	if *update {
		if err := os.WriteFile(goldenDocuments, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenDocuments)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("golden (-), read (+): run with -update if that is meant\n%s", diff)
	}
}

func readOrRefused(t *testing.T, x *Extractor, file string) string {
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page, err := x.Extract(t.Context(), Input{URL: "http://a.example/" + filepath.Base(file), Body: body})
	switch {
	case err == nil && page.Text == "":
		t.Errorf("%s: neither text nor reason", file)
	case err == nil:
		return ""
	case fault.KindOf(err) != fault.Poison:
		t.Errorf("%s: %v", file, err)
	case (strings.Contains(file, "password") || strings.Contains(file, "encryption__aes")) && !strings.Contains(err.Error(), "encrypted"):
		t.Errorf("%s: it is encrypted, but %v", file, err)
	}
	return err.Error()
}

// packed makes a zip of parts, given by name and content in turn.
func packed(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: zip.Store}) // names and the kind of OpenDocument stand so in all of them
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// word is a DOCX with these paragraphs.
func word(t testing.TB, paragraphs ...string) string {
	var b strings.Builder
	for _, p := range paragraphs {
		b.WriteString("<w:p><w:r><w:t>" + p + "</w:t></w:r></w:p>")
	}
	return packed(t, "word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`+b.String()+`</w:body></w:document>`,
		"word/header1.xml", "<w:hdr/>")
}

func TestBytesDecideWhatADocumentIs(t *testing.T) {
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	wide := func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") + "\x00" }
	html := "text/html; charset=utf-8"
	for name, c := range map[string]struct {
		kind, body string
		says       string // empty if it is read
	}{
		"a DOCX":                      {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", word(t, "Reply to the harbour", "We agree."), ""},
		"a DOCX that says HTML":       {html, word(t, "Reply to the harbour", "We agree."), ""},
		"a DOCX that says it is old":  {"application/msword", word(t, "Reply to the harbour", "We agree."), ""},
		"a DOCX that says it is zip":  {"application/zip", word(t, "Reply to the harbour", "We agree."), ""},
		"a DOCX without a label":      {"", word(t, "Reply to the harbour", "We agree."), ""},
		"a page that says it is DOCX": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "<!doctype html><p>Log in", "but it is an HTML page"},
		"an old Word document":        {"application/msword", ole + wide("WordDocument"), "an old Word document (.doc)"},
		"an encrypted one":            {"application/octet-stream", ole + wide("EncryptedPackage"), "encrypted Office document"},
		"another of its kind":         {"", ole, "an old Office document"},
		"RTF":                         {"application/rtf", `{\rtf1\ansi Text}`, "an RTF document"},
		"RTF that says plain":         {"text/plain", `{\rtf1\ansi Text}`, "an RTF document"},
		"OpenDocument":                {"", packed(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<x/>"), "an OpenDocument file"},
		"a spreadsheet":               {"", packed(t, "xl/workbook.xml", "<x/>"), "a spreadsheet"},
		"an archive":                  {"", packed(t, "a.txt", "x"), "an archive"},
		"a message":                   {"message/rfc822", "From: a@example\r\nMIME-Version: 1.0\r\n\r\nText", "a message"},
		"PostScript":                  {"application/postscript", "%!PS-Adobe-3.0\n", "PostScript"},
		"an image":                    {"image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "an image"},
		"an image that says DOCX":     {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "an image"},
	} {
		t.Run(name, func(t *testing.T) {
			header := http.Header{}
			if c.kind != "" {
				header.Set("Content-Type", c.kind)
			}
			page, err := New(Options{}).Extract(t.Context(), Input{URL: "https://a.example/reply", Header: header, Body: []byte(c.body)})
			switch {
			case c.says == "" && (err != nil || page.Title != "Reply to the harbour" || page.Text != "We agree." || page.Kind != "document"):
				t.Errorf("read %+v, %v", page, err)
			case c.says != "" && (fault.KindOf(err) != fault.Poison || !strings.Contains(err.Error(), c.says)):
				t.Errorf("got %v, want a poison that says %q", err, c.says)
			}
		})
	}
}

func TestOfficialDocument(t *testing.T) {
	for name, c := range map[string]struct {
		lines   []string
		day     string
		symbols []string
	}{
		"a box":                       {[]string{"A/CTD/AC.3/L.4", "Distr.: General", "15 July 2024", "Original: English", "Meeting of Ports", "29 July–9 August 2024", "Report of the Chair", "The Committee met on 3 May 2023."}, "2024-07-15", []string{"A/CTD/AC.3/L.4"}},
		"a box in one line":           {[]string{"Distr.: Limited A/CTD/L.9/Rev.1 2 August 2024 Original: English", "Report of the Chair", "9 August 2024"}, "2024-08-02", []string{"A/CTD/L.9/Rev.1"}},
		"French":                      {[]string{"CTOC/COP/2024/7", "Distr. générale", "3 juin 2024", "Français", "Rapport du Président"}, "2024-06-03", []string{"CTOC/COP/2024/7"}},
		"Spanish":                     {[]string{"A/CTD/46/7", "Distr. general", "3 de junio de 2024", "Español", "Informe de la Presidencia"}, "2024-06-03", []string{"A/CTD/46/7"}},
		"another's symbol":            {[]string{"Reply to the paper", "We read A/CTD/46/7 with care.", "12 May 2024"}, "2024-05-12", nil},
		"what is no symbol":           {[]string{"Reply to the paper", "N/A", "AND/OR", "24/7", "12 May 2024"}, "2024-05-12", nil},
		"a box without a day":         {[]string{"Distr.: General", "Original: English", "Report of the Chair"}, "", nil},
		"a symbol with a parenthesis": {[]string{"E/CTD/2024/12(II)", "Report of the Chair", "We agree."}, "", []string{"E/CTD/2024/12(II)"}},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := New(Options{}).Extract(t.Context(), Input{URL: "https://a.example/paper", Body: []byte(word(t, c.lines...))})
			if err != nil {
				t.Fatal(err)
			}
			day := ""
			if page.PublishedFrom == statement.FromText {
				day = page.Published.Format(time.DateOnly)
			}
			if day != c.day || !slices.Equal(page.Symbols, c.symbols) {
				t.Errorf("dated %q, want %q; symbols %q, want %q", day, c.day, page.Symbols, c.symbols)
			}
		})
	}
}
