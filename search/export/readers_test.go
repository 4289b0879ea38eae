package export

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// several are statements with what is hard to spell.
func several(n int) memory {
	var m memory
	for i := range n {
		m = append(m, said(i, func(s *statement.Statement) {
			switch i % 4 {
			case 1:
				s.Published, s.Actors, s.Topics, s.Quotes, s.Cues = nil, nil, nil, nil, nil
			case 2:
				s.Title, s.Text, s.Author = " ,\"\r\n", "=1\r\n\"\"", "محمد & {Co} _x_"
			case 3:
				s.Language, s.Title = "und", ""
			}
		}))
	}
	return m
}

// archive gives a page for each capture.
type archive struct{}

func (archive) Capture(_ context.Context, id string) (*statement.Capture, error) {
	switch id {
	case "cs001":
		return nil, fault.New(fault.NotFound, "gone", "")
	case "cs002":
		return nil, fault.New(fault.Forbidden, "private", "")
	}
	return &statement.Capture{ID: id, URL: "https://freedonia.example/" + id, FetchedAt: day, Status: 200, Header: map[string][]string{"Content-Type": {"text/html"}}, Body: []byte("<p>" + id)}, nil
}

func TestParquetHoldsEveryShape(t *testing.T) {
	m := several(5)
	m[0].Copies = 1
	m = append(m, said(9, func(s *statement.Statement) { s.Group = "s000" }))
	e := exporter(t, m)
	for _, shape := range Shapes() {
		ask := Ask{Shape: shape.Name, Format: parquetFormat}
		for _, c := range shape.Columns {
			ask.Columns = append(ask.Columns, c.Name)
		}
		out, outcome := written(t, e, ask)
		f, err := parquet.OpenFile(strings.NewReader(out), int64(len(out)))
		if err != nil {
			t.Fatalf("%s: %v", shape.Name, err)
		}
		if int(f.NumRows()) != outcome.Rows || outcome.Rows == 0 || len(f.Root().Columns()) != len(shape.Columns) || f.Root().Columns()[1].Name() != shape.Columns[1].Name {
			t.Errorf("%s: %d of %d rows, columns %v", shape.Name, f.NumRows(), outcome.Rows, f.Root().Columns())
		}
	}
	if out, _ := written(t, exporter(t, memory{}), Ask{Format: parquetFormat}); !strings.HasSuffix(out, parquetMagic) {
		t.Error("nothing is no file")
	} else if f, err := parquet.OpenFile(strings.NewReader(out), int64(len(out))); err != nil || f.NumRows() != 0 {
		t.Errorf("nothing: %v", err)
	}
}

func TestPanelCounts(t *testing.T) {
	m := memory{said(1), said(2), said(40), said(41, func(s *statement.Statement) { s.Topics = nil })}
	e := exporter(t, m)
	out, _ := written(t, e, Ask{Format: "csv", Shape: "panel", Columns: []string{"actor", "topic", "period", "statements", "issued", "mentioned"}})
	for _, want := range []string{"freedonia,safeguards,2024-03,2,2,0\r\n", "sylvania,scope,2024-03,0,0,2\r\n", "freedonia,,2024-04,1,1,0\r\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
	e.options.Phases = []Phase{{ID: "early", To: day.AddDate(0, 0, 2)}, {ID: "late", From: day.AddDate(0, 0, 2)}}
	out, _ = written(t, e, Ask{Format: "csv", Shape: "panel", Period: "phase", Columns: []string{"actor", "topic", "period", "period_start", "statements"}})
	for _, want := range []string{"freedonia,safeguards,early,,1\r\n", "freedonia,safeguards,late,2024-03-03T09:30:00Z,2\r\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
}

func TestWARCSaysWhatItLeavesOut(t *testing.T) {
	m := several(5)
	m[3].NoArchive = true
	e := exporter(t, m)
	e.options.Captures = archive{}
	out, outcome := written(t, e, Ask{Format: warcFormat})
	want := []LeftOut{{leftGone, 1, []string{"s001"}}, {leftNoArchive, 2, []string{"s002", "s003"}}}
	if diff := gocmp.Diff(want, outcome.LeftOut); diff != "" || outcome.Rows != 2 || len(out) == 0 {
		t.Errorf("%+v: %s", outcome, diff)
	}
}

// python runs a script of testdata with the interpreter of ROSTRUM_PYTHON, else python3, on files in a folder; false where it can't.
func python(t *testing.T, needs, script, dir string) (map[string]any, bool) {
	t.Helper()
	interpreter := cmp.Or(os.Getenv("ROSTRUM_PYTHON"), "python3")
	if out, err := exec.CommandContext(t.Context(), interpreter, "-c", "import "+needs).CombinedOutput(); err != nil {
		t.Logf("NOT CHECKED: %s can't import %s (ROSTRUM_PYTHON names another interpreter): %v %s", interpreter, needs, err, bytes.TrimSpace(out[max(0, len(out)-200):]))
		return nil, false
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), interpreter, filepath.Join("testdata", script), dir)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v %s", script, err, stderr.Bytes())
	}
	var got map[string]any
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%s: %v in %s", script, err, out)
	}
	return got, true
}

// TestOthersReadTheExports gives each format to a reader that is not ours.
func TestOthersReadTheExports(t *testing.T) {
	m := several(40)
	e := exporter(t, m)
	e.options.Captures = archive{}
	dir := t.TempDir()
	for file, ask := range map[string]Ask{
		"all.jsonl": {}, "all.csv": {Format: "csv", Columns: []string{"id", "title", "published", "topics", "text", "signatories"}}, "all.parquet": {Format: parquetFormat},
		"text.parquet": {Format: parquetFormat, Columns: []string{"text", "id", "actors", "published", "backfill"}}, "quotes.parquet": {Format: parquetFormat, Shape: "quotes"},
		"panel.parquet": {Format: parquetFormat, Shape: "panel"}, "all.ris": {Format: "ris"}, "all.bib": {Format: "bibtex"}, "all.json": {Format: "csl-json"}, "all.warc.gz": {Format: warcFormat},
	} {
		out, _ := written(t, e, ask)
		if err := os.WriteFile(filepath.Join(dir, file), []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for file, ask := range map[string]Ask{"panel.parquet": {Format: parquetFormat, Shape: "panel"}, "statements.parquet": {Format: parquetFormat}} {
		out, _ := written(t, e, ask)
		if err := os.WriteFile(filepath.Join(dir, file), []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("notebook", func(t *testing.T) { runNotebook(t, dir) })
	for script, needs := range map[string]string{"tables.py": "pandas, pyarrow", "duck.py": "duckdb", "references.py": "rispy, bibtexparser", "captures.py": "warcio"} {
		t.Run(script, func(t *testing.T) {
			got, ok := python(t, needs, script, dir)
			if !ok {
				return
			}
			for what, value := range got {
				if value != true {
					t.Errorf("%s: %v", what, value)
				}
			}
			if len(got) == 0 {
				t.Error("nothing was looked at")
			}
		})
	}
}

// runNotebook runs what the documentation shows on the files of a folder.
func runNotebook(t *testing.T, dir string) {
	script, err := filepath.Abs("../../docs/notebooks/panel.py")
	if err != nil {
		t.Fatal(err)
	}
	interpreter := cmp.Or(os.Getenv("ROSTRUM_PYTHON"), "python3")
	if out, err := exec.CommandContext(t.Context(), interpreter, "-c", "import pandas, pyarrow, duckdb").CombinedOutput(); err != nil {
		t.Logf("NOT CHECKED: %s can't run the notebook: %v %s", interpreter, err, bytes.TrimSpace(out[max(0, len(out)-200):]))
		return
	}
	cmd := exec.CommandContext(t.Context(), interpreter, script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Freedonia") {
		t.Errorf("%v: %s", err, out)
	}
}

// The notebook start for R reads a panel, where R is at hand.
func TestTheNotebookInR(t *testing.T) {
	interpreter, err := exec.LookPath("Rscript")
	if err != nil {
		t.Log("NOT CHECKED: there is no Rscript to run docs/notebooks/panel.R")
		return
	}
	script, err := filepath.Abs("../../docs/notebooks/panel.R")
	if err != nil {
		t.Fatal(err)
	}
	out, _ := written(t, exporter(t, memory{said(1), said(2)}), Ask{Format: "csv", Shape: "panel"})
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "panel.csv"), []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), interpreter, script)
	cmd.Dir = dir
	if told, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(told), "freedonia") {
		t.Errorf("%v: %s", err, told)
	}
}

func TestMarkdownKeepsTextFromBeingMarkup(t *testing.T) {
	m := memory{said(1, func(s *statement.Statement) {
		s.Title, s.Text = "A *title* <b>", "# no heading\n1. no list\n- nor here\n\n[no](http://x) `code`"
	})}
	out, _ := written(t, exporter(t, m), Ask{Format: "markdown"})
	for _, want := range []string{`## A \*title\* \<b\>`, `\# no heading`, `1\. no list`, `\- nor here`, "\\[no\\](http://x) \\`code\\`", "2024-03-02 · Freedonia"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
	if strings.Contains(out, time.RFC3339) {
		t.Error(out)
	}
}

// TestOthersReadEveryShape gives every shape, with all its columns, in each format of tables and each compression to readers that are not ours.
func TestOthersReadEveryShape(t *testing.T) {
	m := several(40)
	m[0].Copies = 1
	m = append(m, said(90, func(s *statement.Statement) { s.Group, s.Title = "s000", `a|b\c, "d"` }))
	e, dir := exporter(t, m), t.TempDir()
	write := func(name, body string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, shape := range Shapes() {
		for _, format := range []string{"jsonl", csvFormat, parquetFormat} {
			ask := Ask{Shape: shape.Name, Format: format}
			for _, c := range shape.Columns {
				ask.Columns = append(ask.Columns, c.Name)
			}
			out, _ := written(t, e, ask)
			write(shape.Name+"."+format, out)
			if format == parquetFormat {
				continue
			}
			for _, c := range Compressions() {
				var packed bytes.Buffer
				z, err := c.Open(&packed)
				if err == nil {
					_, err = z.Write([]byte(out))
				}
				if err == nil {
					err = z.Close()
				}
				if err != nil {
					t.Fatal(err)
				}
				write(shape.Name+"."+format+c.Suffix, packed.String())
			}
		}
	}
	got, ok := python(t, "pandas, pyarrow, duckdb", "shapes.py", dir)
	if !ok {
		return
	}
	for what, value := range got {
		if value != true {
			t.Errorf("%s: %v", what, value)
		}
	}
	if len(got) != 12*len(Shapes()) {
		t.Errorf("%d things were looked at of %d shapes", len(got), len(Shapes()))
	}
}
