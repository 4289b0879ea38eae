package export

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func TestWholeStatementsComeBackEqual(t *testing.T) {
	bare := said(2, func(s *statement.Statement) {
		s.Published, s.Text, s.Quotes, s.Cues, s.Evidence = nil, "", nil, nil, nil
	})
	m := memory{said(1), bare, said(3)}
	out, outcome := written(t, exporter(t, m), Ask{})
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != 3 || outcome.Rows != 3 || outcome.Statements != 3 {
		t.Fatalf("%d lines, %+v", len(lines), outcome)
	}
	for i, line := range lines {
		var got statement.Statement
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if diff := cmp.Diff(*m[i], got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
}

// records reads CSV back; line breaks within cells come as \n, for that is what encoding/csv makes of CRLF.
func records(t *testing.T, out string) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	var all []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = r[i]
		}
		all = append(all, m)
	}
	return all
}

func TestCSVOfStatements(t *testing.T) {
	m := memory{said(1), said(2, func(s *statement.Statement) { s.Published = nil })}
	out, outcome := written(t, exporter(t, m), Ask{Format: "csv"})
	rows := records(t, out)
	if outcome.Rows != 2 || len(rows) != 2 || strings.Count(out, "\r\n") != 3 {
		t.Fatalf("%+v, %q", outcome, out)
	}
	want := map[string]string{"id": "s001", "url": "https://freedonia.example/1", "title": m[0].Title, "published": "2024-03-02T09:30:00Z", "published_from": "feed",
		"first_seen": "2024-03-02T11:00:00Z", "language": "en", "kind": "statement", "source": "freedonia", "group": "s001", "issuer_ids": "freedonia",
		"issuer_names": "Freedonia", "signatory_ids": "x-ngo|x-two", "quoted_ids": "", "mentioned_ids": "sylvania", "topics": "safeguards|scope", "copies": "0",
		"signatories": "2", "revision": "2"}
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Error(diff)
	}
	if rows[1]["published"] != "" {
		t.Errorf("no date is written %q", rows[1]["published"])
	}
}

func TestEveryColumnOfEveryShapeCanBeAsked(t *testing.T) {
	m := memory{said(1, func(s *statement.Statement) { s.Copies = 1 }), said(2, func(s *statement.Statement) { s.Group = "s001" })}
	e := exporter(t, m)
	rows := map[string]int{"statements": 1, "actors": 4, "topics": 2, "signatories": 2, "quotes": 1, "cues": 1, "copies": 1, "panel": 8}
	for _, s := range Shapes() {
		ask := Ask{Shape: s.Name, Format: "csv"}
		for _, c := range s.Columns {
			ask.Columns = append(ask.Columns, c.Name)
		}
		out, outcome := written(t, e, ask)
		table := records(t, out)
		if len(table) != rows[s.Name] || outcome.Rows != rows[s.Name] || len(table[0]) != len(s.Columns) {
			t.Errorf("%s: %d rows, %+v", s.Name, len(table), outcome)
		}
		ask.Format = "jsonl"
		out, _ = written(t, e, ask)
		for i, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
			var object map[string]any
			if err := json.Unmarshal([]byte(line), &object); err != nil {
				t.Fatalf("%s: %v in %s", s.Name, err, line)
			}
			for name, cell := range table[i] {
				if got := asCell(object[name]); got != strings.ReplaceAll(cell, "\\|", "|") && got != strings.ReplaceAll(cell, "\n", "\r\n") && strings.ReplaceAll(got, "\r\n", "\n") != cell {
					t.Errorf("%s.%s is %q in CSV and %q in JSON", s.Name, name, cell, got)
				}
			}
		}
	}
}

// asCell writes a JSON value as CSV does.
func asCell(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.Itoa(int(v))
	case bool:
		return strconv.FormatBool(v)
	case map[string]any:
		return asCell(v["role"]) + ":" + asCell(v["id"])
	case []any:
		items := make([]string, 0, len(v))
		for _, item := range v {
			items = append(items, asCell(item))
		}
		return strings.Join(items, "|")
	}
	return ""
}

func TestShapesOfSeveralRows(t *testing.T) {
	m := memory{said(1, func(s *statement.Statement) { s.Copies = 1 }),
		said(2, func(s *statement.Statement) { s.Group, s.URL = "s001", "https://sylvania.example/copy" })}
	e := exporter(t, m)
	for _, c := range []struct {
		shape, columns, want string
	}{
		{"actors", "id,actor,role,speaks", "id,actor,role,speaks\r\ns001,freedonia,issuer,true\r\ns001,x-ngo,signatory,true\r\ns001,x-two,signatory,true\r\ns001,sylvania,mentioned,false\r\n"},
		{"topics", "topic,topic_name,source", "topic,topic_name,source\r\nsafeguards,SAFEGUARDS,freedonia\r\nscope,SCOPE,freedonia\r\n"},
		{"signatories", "signatory_name", "signatory_name\r\nRights | Justice\r\nTwo\r\n"},
		{"quotes", "speaker,quote,start,end,direct,cue", "speaker,quote,start,end,direct,cue\r\nsylvania,never,3,8,true,said\r\n"},
		{"cues", "polarity,actor,target,wording", "polarity,actor,target,wording\r\nopposes,freedonia,scope,rejects\r\n"},
		{"copies", "id,copy,copy_url", "id,copy,copy_url\r\ns001,s002,https://sylvania.example/copy\r\n"},
		{"statements", "signatory_names", "signatory_names\r\nRights \\| Justice|Two\r\n"},
	} {
		out, _ := written(t, e, Ask{Format: "csv", Shape: c.shape, Columns: strings.Split(c.columns, ",")})
		if out != c.want {
			t.Errorf("%s: %q", c.shape, out)
		}
	}
	if out, _ := written(t, e, Ask{Format: "csv", Columns: []string{"id"}, Copies: true}); out != "id\r\ns001\r\ns002\r\n" {
		t.Errorf("with copies: %q", out)
	}
}

func TestFormulasAndByteOrderMark(t *testing.T) {
	m := memory{}
	titles := []string{`=HYPERLINK("http://x","y")`, "+1", "-2", "@SUM(A1)", "\t=1", "\n=1", "＝1", "plain", "a=b", "", "2 - 1"}
	for i, title := range titles {
		m = append(m, said(i, func(s *statement.Statement) { s.Title = title }))
	}
	e := exporter(t, m)
	out, _ := written(t, e, Ask{Format: "csv", Columns: []string{"title", "revision"}, Neutralize: true, BOM: true})
	body, ok := strings.CutPrefix(out, "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	for i, r := range records(t, body) {
		want := titles[i]
		if i < 7 {
			want = "'" + want
		}
		if r["title"] != want {
			t.Errorf("%q came out as %q", titles[i], r["title"])
		}
	}
	out, _ = written(t, e, Ask{Format: "csv", Columns: []string{"title"}})
	for i, r := range records(t, out) {
		if r["title"] != titles[i] {
			t.Errorf("%q came out as %q without being asked", titles[i], r["title"])
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	e := exporter(t, memory{})
	for _, c := range []struct {
		ask         Ask
		field, says string
	}{
		{Ask{Format: "xlsx"}, "format", "csv"},
		{Ask{Format: "warc"}, "format", "no archive"},
		{Ask{Format: "markdown", Shape: "quotes"}, "shape", "parquet"},
		{Ask{Period: "year"}, "period", "panel"},
		{Ask{Shape: "panel", Period: "week"}, "period", "quarter"},
		{Ask{Shape: "statement"}, "shape", "the nearest is statements"},
		{Ask{Format: "csv", Columns: []string{"id", "tittle"}}, "columns", "the nearest is title"},
		{Ask{Shape: "quotes", Columns: []string{"quotes"}}, "columns", "the nearest is quote"},
		{Ask{Columns: []string{"id", "id"}}, "columns", "once"},
		{Ask{Columns: make([]string, 500)}, "columns", "once"},
		{Ask{BOM: true}, "format", "csv"},
		{Ask{Shape: "copies", Copies: true}, "copies", "already"},
	} {
		_, err := e.Plan(t.Context(), c.ask)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != fault.Invalid || f.Field != c.field || !strings.Contains(f.Error(), c.says) {
			t.Errorf("%+v: %v", c.ask, err)
		}
	}
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func TestAFailingWriterAndAnEndedContextEndTheRun(t *testing.T) {
	m := memory{}
	for i := range 2000 {
		m = append(m, said(i))
	}
	plan, err := exporter(t, m).Plan(t.Context(), Ask{})
	if err != nil {
		t.Fatal(err)
	}
	run, err := plan.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	outcome, err := run.Write(t.Context(), &failing{after: 100 << 10})
	if !errors.Is(err, io.ErrClosedPipe) || outcome.Statements == 0 || outcome.Statements >= 300 {
		t.Errorf("%+v, %v", outcome, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if outcome, err = run.Write(ctx, io.Discard); !errors.Is(err, context.Canceled) || outcome.Statements != 0 {
		t.Errorf("%+v, %v", outcome, err)
	}
	e, err := plan.Estimate(t.Context())
	if err != nil || !e.Exact || e.Rows != 2000 {
		t.Errorf("%+v, %v", e, err)
	}
	if e, err = plan.estimate(t.Context(), 0); err != nil || e.Exact || e.Statements != 2000 {
		t.Errorf("in no time: %+v, %v", e, err)
	}
}

func TestPythonReadsTheCSV(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Log("NOT CHECKED: no python3 is here to read the CSV back")
		return
	}
	m := memory{said(1), said(2, func(s *statement.Statement) { s.Title, s.Text = " ,\"\r\n", "=1\r\n\"\"" })}
	out, _ := written(t, exporter(t, m), Ask{Format: "csv", Columns: []string{"id", "title", "text"}})
	cmd := exec.CommandContext(t.Context(), python, "-c", "import csv,json,sys,io\ncsv.field_size_limit(2**31-1)\nprint(json.dumps(list(csv.DictReader(io.TextIOWrapper(sys.stdin.buffer,encoding='utf-8',newline='')))))")
	cmd.Stdin = strings.NewReader(out)
	printed, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]string
	if err := json.Unmarshal(printed, &got); err != nil {
		t.Fatal(err)
	}
	var want []map[string]string
	for _, s := range m {
		want = append(want, map[string]string{"id": s.ID, "title": s.Title, "text": s.Text})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
