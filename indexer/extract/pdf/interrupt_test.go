package pdf

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"

	"rostrum/internal/fault"
)

// TestModuleIsInterruptible holds that PDFium as the library has it today is known here in all its parts.
func TestModuleIsInterruptible(t *testing.T) {
	if len(wasmModule) == 0 {
		t.Fatal("the library keeps its module elsewhere")
	}
	changed, err := interruptible(wasmModule)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := interruptible(wasmModule); err != nil || !bytes.Equal(changed, again) {
		t.Errorf("another time it differs, %v", err)
	}
}

// endless is a module whose function "run" loops for ever.
var endless = slices.Concat(
	[]byte("\x00asm\x01\x00\x00\x00"),
	[]byte{1, 4, 1, 0x60, 0, 0},           // the type of run
	[]byte{2, 1, 0},                       // no imports
	[]byte{3, 2, 1, 0},                    // run
	[]byte{5, 3, 1, 0, 1},                 // one page of memory
	[]byte{6, 6, 1, 0x7f, 1, 0x41, 0, 11}, // a global
	[]byte{7, 7, 1, 3}, []byte("run"), []byte{0, 0},
	[]byte{10, 9, 1, 7, 0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b},
)

func TestEndlessLoopIsEnded(t *testing.T) {
	module, err := interruptible(endless)
	if err != nil {
		t.Fatal(err)
	}
	m := new(memories)
	ctx := experimental.WithMemoryAllocator(context.Background(), m)
	rt := wazero.NewRuntime(ctx)
	defer rt.Close(ctx)
	instance, err := rt.Instantiate(ctx, module)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := instance.ExportedFunction("run").Call(ctx)
		ended <- err
	}()
	runtime.GC() // it must not wait for the loop to end
	m.stop()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "unreachable") {
		t.Errorf("it ended with %v", err)
	}
}

func TestWhatIsUnknownIsNotRewritten(t *testing.T) {
	for name, module := range map[string][]byte{
		"nothing":              nil,
		"no module":            []byte("%PDF-1.7 and more"),
		"another version":      []byte("\x00asm\x02\x00\x00\x00"),
		"cut off":              endless[:len(endless)-3],
		"sections missing":     endless[:14],
		"an instruction":       bytes.Replace(endless, []byte{0x03, 0x40, 0x0c, 0}, []byte{0x03, 0x40, 0xfe, 0}, 1),
		"a section too large":  append(bytes.Clone(endless), 1, 0xff, 0xff, 0x03),
		"a number that is cut": append(bytes.Clone(endless), 1, 0xff),
	} {
		if _, err := interruptible(module); err == nil {
			t.Errorf("%s: it was rewritten", name)
		}
	}
}

func FuzzInterruptible(f *testing.F) {
	f.Add(endless)
	f.Fuzz(func(_ *testing.T, module []byte) { _, _ = interruptible(module) })
}

func TestMemoryKeepsWhatItHas(t *testing.T) {
	var m memories
	linear := m.Allocate(1<<16, 1<<20)
	b := linear.Reallocate(1 << 16)
	b[77] = 7
	m.stop()
	grown := linear.Reallocate(1 << 19)
	if len(grown) != 1<<19 || grown[77] != 7 || grown[stopAt] != 1 {
		t.Errorf("%d bytes, %d, %d", len(grown), grown[77], grown[stopAt])
	}
	if linear.Reallocate(1<<20+1) != nil {
		t.Error("it grew beyond its bound")
	}
	linear.Free()
	(&memories{}).stop() // nothing to stop
}

// TestLongPageIsEnded gives one page too much to do: PDFium is ended within a call.
func TestLongPageIsEnded(t *testing.T) {
	r := reader(t, Options{Workers: 1})
	good := document(column(60, 700, body, "A text."))
	texts(t, r, good)
	long := bomb(t, 32<<20)
	r.o.Timeout = 100 * time.Millisecond
	began := time.Now()
	_, err := r.Read(t.Context(), long)
	if fault.KindOf(err) != fault.Poison || !strings.Contains(err.Error(), "takes longer") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	r.o.Timeout = time.Minute
	if got := texts(t, r, good); len(got) != 1 {
		t.Errorf("after it a good one reads %q", got)
	}
}

// TestWarm holds that PDFium is started once, and that nothing is kept in memory.
func TestWarm(t *testing.T) {
	var said bytes.Buffer
	r := reader(t, Options{Workers: 1, Rest: time.Hour, Log: slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	r.Warm()
	r.Warm()
	r.warming.Wait()
	if n := strings.Count(said.String(), "PDFium"); n != 1 {
		t.Errorf("the log: %s", said.String())
	}
	s := <-r.slots
	if s != nil || r.cache != nil {
		t.Error("a PDFium is still there")
	}
	r.slots <- s
	closed := New(Options{})
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	closed.Warm()
}
