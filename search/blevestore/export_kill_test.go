package blevestore

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"rostrum/indexer"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/analysis"
	"rostrum/search/export"
)

// Variables of the process that the test starts and kills: its folder, the format of its exports, whether it is to stall half-way, and how many
// statements there were at first.
const (
	killDir    = "ROSTRUM_TEST_EXPORT_DIR"
	killFormat = "ROSTRUM_TEST_EXPORT_FORMAT"
	killStall  = "ROSTRUM_TEST_EXPORT_STALL"
)

// manyStatements is how many the killed export has: 6,000, or ROSTRUM_EXPORT_STATEMENTS (at most a million).
func manyStatements() int {
	if n, err := strconv.Atoi(os.Getenv("ROSTRUM_EXPORT_STATEMENTS")); err == nil && n > 0 {
		return min(n, 1_000_000)
	}
	return 6_000
}

// An export is killed with SIGKILL at half (a small Parquet at three quarters), while statements arrive, and gone on with by another process, while more arrive. It has the bytes of one
// that nobody killed.
func TestAKilledExportGivesTheSameBytes(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "index"))
	began := time.Now()
	analyzer := analysis.NewAnalyzer()
	var w indexer.Write
	made := 0
	pieces(speeches(t), manyStatements(), func(st *statement.Statement) {
		annotated(made, st)
		made++
		w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: analyzer.Document(st.Title, "", st.Language)}) // the text is stored, and not searched
		if len(w.Documents) == 1000 || made == manyStatements() {
			write(t, s, w)
			w.Documents = nil
		}
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d statements stored in %s", made, time.Since(began).Round(time.Second))
	for _, format := range []string{"jsonl", "parquet"} {
		began := time.Now()
		child := exporting(t, dir, format, true)
		stalled := filepath.Join(dir, "stalled")
		for deadline := time.Now().Add(10 * time.Minute); ; {
			if _, err := os.Stat(stalled); err == nil {
				break
			}
			if time.Now().After(deadline) || child.ProcessState != nil {
				t.Fatal("it never came to half")
			}
			<-time.After(10 * time.Millisecond) // another process says it by a file
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // killed
		if err := os.Remove(stalled); err != nil {
			t.Fatal(err)
		}
		parts, err := filepath.Glob(filepath.Join(dir, "exports", "*", "part"))
		if err != nil || len(parts) != 1 {
			t.Fatalf("half-made: %v, %v", parts, err)
		}
		half, err := os.Stat(parts[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := exporting(t, dir, format, false).Wait(); err != nil {
			t.Fatalf("the second process: %v", err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "exports", "*", "rostrum-*."+format))
		if err != nil || len(files) != 2 {
			t.Fatalf("%v, %v", files, err)
		}
		one, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		other, err := os.ReadFile(files[1])
		if err != nil || !bytes.Equal(one, other) || half.Size() >= int64(len(one)) || half.Size() == 0 {
			t.Errorf("%s: %d and %d bytes, killed at %d, %v", format, len(one), len(other), half.Size(), err)
		}
		if told, err := export.Verify(files[1]); err != nil || told.Rows < made { // the second format has what came while the first was made
			t.Errorf("%s: %d rows of at least %d, %v", format, told.Rows, made, err)
		}
		t.Logf("%s: %d bytes, killed at %d, in %s", format, len(one), half.Size(), time.Since(began).Round(time.Second))
		for _, f := range files {
			if err := os.RemoveAll(filepath.Dir(f)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func exporting(t *testing.T, dir, format string, stall bool) *exec.Cmd {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestExportingProcess$", "-test.timeout=20m")
	child.Env = append(os.Environ(), killDir+"="+dir, killFormat+"="+format, killStall+"="+strconv.FormatBool(stall))
	child.Stderr, child.Stdout = os.Stderr, os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	return child
}

// stalling stalls the second selection that is read half-way, and says so by a file.
type stalling struct {
	*Store
	dir      string
	opened   int
	quarters int
}

func (p *stalling) OpenPin(dir string) (search.Selection, error) {
	sel, err := p.Store.OpenPin(dir)
	if p.opened++; err != nil || p.opened != 4 { // each is opened once to be counted and once to be read
		return sel, err
	}
	return &stalls{selection: sel.(*selection), dir: p.dir, quarters: p.quarters}, nil
}

type stalls struct {
	*selection
	dir      string
	quarters int // after which it stalls
}

func (s *stalls) Each(ctx context.Context, visit func(search.Stored) error) error {
	n := 0
	return s.selection.Each(ctx, func(r search.Stored) error {
		if n++; n == s.Total()*s.quarters/4+1 {
			if err := os.WriteFile(filepath.Join(s.dir, "stalled"), nil, 0o600); err != nil {
				return err
			}
			<-ctx.Done() // until it is killed
		}
		return visit(r)
	})
}

// TestExportingProcess is the process that is killed; on its own it does nothing.
func TestExportingProcess(t *testing.T) {
	dir := os.Getenv(killDir)
	if dir == "" {
		return
	}
	s := openStore(t, filepath.Join(dir, "index"))
	e, err := export.New(export.Options{Compiler: everythingCompiled{}, Selector: s})
	if err != nil {
		t.Fatal(err)
	}
	o := export.KeeperOptions{Dir: filepath.Join(dir, "exports"), Exporter: e, Pinner: s}
	if os.Getenv(killStall) == "true" {
		o.Pinner = &stalling{Store: s, dir: dir, quarters: 2}
		if os.Getenv(killFormat) == "parquet" && manyStatements() < 50_000 {
			o.Pinner = &stalling{Store: s, dir: dir, quarters: 3} // the first of two row groups is written by then
		}
	}
	k, err := export.OpenKeeper(o)
	if err != nil {
		t.Fatal(err)
	}
	if len(k.List("")) == 0 {
		for range 2 {
			if _, err := k.Create(t.Context(), export.Wish{Ask: export.Ask{Format: os.Getenv(killFormat), Columns: []string{"id", "title", "text", "published", "actors"}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- k.Run(ctx) }()
	analyzer := analysis.NewAnalyzer()
	for n := 0; ; n++ { // statements arrive, new ones and others in the place of those that are exported
		var w indexer.Write
		for i := range 20 {
			st := piece(&speech{ISO3: "USA", Year: 2020, Text: "x"}, n*20+i, fmt.Sprintf("What came meanwhile, number %d of process %d.", n*20+i, os.Getpid()))
			if i%2 == 0 {
				st.ID = fmt.Sprintf("%s-%d-%d", st.ID, os.Getpid(), n)
				st.Group = st.ID
			}
			w.Documents = append(w.Documents, indexer.Document{Statement: st, Words: analyzer.Document(st.Title, st.Text, st.Language)})
		}
		write(t, s, w)
		done := true
		for _, kept := range k.List("") {
			if kept.State == export.Failed {
				t.Fatal(kept.Error)
			}
			done = done && kept.State == export.Done
		}
		if done {
			stop()
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			return
		}
	}
}
