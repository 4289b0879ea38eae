package export

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/query"
)

// pinned keeps selections of a memory, and can fail in the middle of one.
type pinned struct {
	memory
	mu     sync.Mutex
	failAt int // statements read after which reading fails once; 0: never
}

func (p *pinned) Pin(_ context.Context, _ query.Node, copies bool, dir string) error {
	sel, err := p.Select(context.Background(), nil, copies)
	if err != nil {
		return err
	}
	body, err := json.Marshal(sel.(*held).chosen)
	if err != nil {
		return err
	}
	return errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "all"), body, 0o600))
}

func (p *pinned) OpenPin(dir string) (search.Selection, error) {
	body, err := os.ReadFile(filepath.Join(dir, "all"))
	if err != nil {
		return nil, err
	}
	var all memory
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, err
	}
	return &opened{held: held{all: all, chosen: all}, pinned: p}, nil
}

type opened struct {
	held
	pinned *pinned
	skip   int
}

func (o *opened) Skip(n int) { o.skip = n }

var errPulled = errors.New("the plug was pulled")

func (o *opened) Each(ctx context.Context, visit func(search.Stored) error) error {
	n := 0
	return (&held{chosen: o.chosen[o.skip:]}).Each(ctx, func(s search.Stored) error {
		o.pinned.mu.Lock()
		defer o.pinned.mu.Unlock()
		if n++; o.pinned.failAt > 0 && n > o.pinned.failAt {
			o.pinned.failAt = 0
			return errPulled
		}
		return visit(s)
	})
}

// keeper is a Keeper over a folder that runs until the function given back is called.
func keeper(t *testing.T, p *pinned, dir string, change ...func(*Keeper)) (k *Keeper, stop func()) {
	t.Helper()
	e, err := New(Options{Compiler: p, Selector: p, Captures: archive{}})
	if err != nil {
		t.Fatal(err)
	}
	if k, err = OpenKeeper(KeeperOptions{Dir: dir, Exporter: e, Pinner: p}); err != nil {
		t.Fatal(err)
	}
	for _, c := range change {
		c(k)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = k.Run(ctx) })
	return k, func() { cancel(); running.Wait() }
}

func awaitState(t *testing.T, k *Keeper, id string, want State) Kept {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		kept, err := k.Get("", id)
		if err != nil {
			t.Fatal(err)
		}
		if kept.State == want {
			return kept
		}
		if time.Now().After(deadline) {
			t.Fatalf("it is %+v, not %s", kept, want)
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
}

func fileOf(t *testing.T, k *Keeper, id string) []byte {
	t.Helper()
	kept, path, err := k.Path("", id, false)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(raw); kept.SHA256 != hex.EncodeToString(sum[:]) || kept.Bytes != int64(len(raw)) {
		t.Errorf("%s: the sum of %d bytes is told as %s of %d", kept.File, len(raw), kept.SHA256, kept.Bytes)
	}
	return raw
}

func TestAnExportThatWasCutOffGivesTheSameBytes(t *testing.T) {
	long := strings.Repeat("The committee met again. ", 200)
	var m memory
	for i := range 2600 {
		m = append(m, said(i, func(s *statement.Statement) { s.Text = s.ID + long }))
	}
	for name, w := range map[string]Wish{
		"jsonl": {}, "jsonl.gz": {Compression: "gzip"}, "csv.zst": {Compression: "zstd", Ask: Ask{Format: "csv", Columns: []string{"id", "text"}}},
		"csl": {Ask: Ask{Format: "csl-json"}}, "parquet": Wish{Ask: Ask{Format: parquetFormat, Columns: []string{"id", "text", "actors", "published"}}},
		"warc": {Ask: Ask{Format: warcFormat}}, "panel": {Ask: Ask{Shape: "panel", Format: "csv"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := &pinned{memory: m}, t.TempDir()
			k, stop := keeper(t, p, dir)
			w.Owner = "somebody"
			whole, err := k.Create(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			awaitState(t, k, whole.ID, Done)
			want := fileOf(t, k, whole.ID)
			p.mu.Lock()
			p.failAt = 2500
			p.mu.Unlock()
			cut, err := k.Create(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			failed := awaitState(t, k, cut.ID, Failed)
			if _, _, err := k.Path("", cut.ID, false); fault.KindOf(err) != fault.Conflict || failed.Error == "" {
				t.Errorf("a failed export is given: %v, %+v", err, failed)
			}
			stop()
			p.memory = m[:10] // what is stored has changed
			resumed := false
			k, stop = keeper(t, p, dir, func(k *Keeper) {
				resumed = k.all[cut.ID].Place != nil
				k.all[cut.ID].Created = k.all[whole.ID].Created // which a WARC and a Markdown carry
			})
			defer stop()
			if _, err := k.Resume("somebody", cut.ID); err != nil {
				t.Fatal(err)
			}
			awaitState(t, k, cut.ID, Done)
			if got := fileOf(t, k, cut.ID); !bytes.Equal(got, want) {
				t.Errorf("%d bytes of %d are not the same", len(got), len(want))
			}
			if (len(want) > 5<<20 || name == "parquet") && !resumed {
				t.Error("it began again")
			}
			if w.Compression == "gzip" {
				z, err := gzip.NewReader(bytes.NewReader(want))
				if err != nil {
					t.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, z); err != nil || n < 12<<20 {
					t.Errorf("%d bytes, %v", n, err)
				}
			}
		})
	}
}

// fullAfter takes some bytes, then says that there is no room.
type fullAfter struct {
	io.Writer
	room *int
}

func (f fullAfter) Write(b []byte) (int, error) {
	if *f.room < len(b) {
		n, err := f.Writer.Write(b[:*f.room])
		*f.room = 0
		return n, errors.Join(err, &os.PathError{Op: "write", Path: "part", Err: syscall.ENOSPC})
	}
	*f.room -= len(b)
	return f.Writer.Write(b)
}

func TestAFullDiskIsToldAndTheExportGoneOnWith(t *testing.T) {
	var m memory
	for i := range 2600 {
		m = append(m, said(i, func(s *statement.Statement) { s.Text = s.ID + strings.Repeat("The committee met again. ", 200) }))
	}
	for name, w := range map[string]Wish{"jsonl": {}, "csv": {Ask: Ask{Format: "csv", Columns: []string{"id", "text"}}}, "parquet": {Ask: Ask{Format: parquetFormat, Columns: []string{"id", "text"}}}, "small": {Ask: Ask{Format: "ris"}}} {
		p := &pinned{memory: m}
		k, stop := keeper(t, p, t.TempDir())
		whole, err := k.Create(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		awaitState(t, k, whole.ID, Done)
		want := fileOf(t, k, whole.ID)
		stop()
		room := len(want) * 9 / 10
		var mu sync.Mutex
		k, stop = keeper(t, p, t.TempDir(), func(k *Keeper) {
			k.onDisk = func(to io.Writer) io.Writer { mu.Lock(); defer mu.Unlock(); return fullAfter{to, &room} }
		})
		full, err := k.Create(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		failed := awaitState(t, k, full.ID, Failed)
		entries, err := filepath.Glob(filepath.Join(k.dir(full.ID), "rostrum-*"))
		if err != nil || len(entries) != 0 || !strings.Contains(failed.Error, "disk is full") || !strings.Contains(failed.Error, "resume") {
			t.Errorf("%s: %q, there are %v", name, failed.Error, entries)
		}
		mu.Lock()
		room = 1 << 30
		mu.Unlock()
		if _, err := k.Resume("", full.ID); err != nil {
			t.Fatal(err)
		}
		awaitState(t, k, full.ID, Done)
		if !bytes.Equal(fileOf(t, k, full.ID), want) {
			t.Errorf("%s: what was gone on with is not the same", name)
		}
		stop()
	}
}

func TestKeptExportsAreTheirOwnersAndExpire(t *testing.T) {
	p, dir := &pinned{memory: several(10)}, t.TempDir()
	k, stop := keeper(t, p, dir)
	defer stop()
	for _, w := range []Wish{{Days: 100}, {Compression: "br"}, {Compression: "gzip", Ask: Ask{Format: parquetFormat}}, {Ask: Ask{Format: "xlsx"}}, {Ask: Ask{Columns: []string{"titel"}}}, {Ask: Ask{Format: "ris", Shape: "topics"}}} {
		if _, err := k.Create(t.Context(), w); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", w, err)
		}
	}
	kept, err := k.Create(t.Context(), Wish{Owner: "ada", Ask: Ask{Format: "csv"}})
	if err != nil {
		t.Fatal(err)
	}
	done := awaitState(t, k, kept.ID, Done)
	if done.Rows != 10 || done.Total != 10 || done.Finished == nil {
		t.Errorf("%+v", done)
	}
	if _, err := k.Get("bob", kept.ID); fault.KindOf(err) != fault.NotFound || len(k.List("bob")) != 0 || len(k.List("ada")) != 1 {
		t.Errorf("bob sees it: %v", err)
	}
	_, path, err := k.Path("ada", kept.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	if told, err := Verify(path); err != nil || told.Rows != 10 {
		t.Errorf("%+v, %v", told, err)
	}
	if err := os.WriteFile(path, []byte("id\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(path); err == nil {
		t.Error("a changed file is verified")
	}
	k.o.Now = func() time.Time { return time.Now().AddDate(0, 0, 8) }
	k.expire()
	if left, err := os.ReadDir(dir); len(k.List("")) != 0 || err != nil || len(left) != 0 {
		t.Errorf("there are left %v, %v", left, err)
	}
}
