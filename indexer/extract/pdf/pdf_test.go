package pdf

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rostrum/internal/fault"
)

// reader is one whose machine code is shared with the user's other runs.
func reader(t testing.TB, o Options) *Reader {
	t.Helper()
	r := New(o)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func texts(t testing.TB, r *Reader, body []byte) []string {
	t.Helper()
	d, err := r.Read(t.Context(), body)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range d.Paragraphs {
		out = append(out, p.Text)
	}
	return out
}

const body = 11.0

func TestParagraphs(t *testing.T) {
	r := reader(t, Options{})
	for name, c := range map[string]struct {
		pages [][]put
		want  []string
	}{
		"lines are joined, a short one ends its paragraph": {
			[][]put{column(60, 700, body, "The harbour office publishes what its gauges read, and when", "they were read, on a board by the quay.", "Nobody has complained of it yet, and nobody is expected to do",
				"so before the winter.")},
			[]string{"The harbour office publishes what its gauges read, and when they were read, on a board by the quay.", "Nobody has complained of it yet, and nobody is expected to do so before the winter."},
		},
		"a gap parts": {
			[][]put{slices.Concat(column(60, 700, body, "The harbour office publishes what its gauges read"), column(60, 660, body, "The harbour office publishes what its gauges read"))},
			[]string{"The harbour office publishes what its gauges read", "The harbour office publishes what its gauges read"},
		},
		"words are made whole, and compounds keep their hyphen": {
			[][]put{column(60, 700, body, "An exchange of readings needs an informa-", "tion office that works from end-to-end, or an end-to-", "end rule, and a long-term plan, and a plan for the long-",
				"term as the office of information has it for every port.")},
			[]string{"An exchange of readings needs an information office that works from end-to-end, or an end-to-end rule, and a long-term plan, and a plan for the long-term as the office of information has it for every port."},
		},
		"a list keeps its lines": {
			[][]put{column(60, 700, body, "Open Tides", "Quiet Seas Institute", "The Association of the Friends of the Long Mole", "Harbour Liberties", "Saltmarsh Archive", "Fishers")},
			[]string{"Open Tides", "Quiet Seas Institute", "The Association of the Friends of the Long Mole", "Harbour Liberties", "Saltmarsh Archive", "Fishers"},
		},
		"items begin paragraphs": {
			[][]put{column(60, 700, body, "(a) The reading is published within the hour of its taking, or", "at the latest by noon;", "(b) The archive is open to whoever asks for it, at no cost and", "without delay.")},
			[]string{"(a) The reading is published within the hour of its taking, or at the latest by noon;", "(b) The archive is open to whoever asks for it, at no cost and without delay."},
		},
		"columns one after the other": {
			[][]put{slices.Concat(column(60, 700, body, "The left column speaks of the tide", "and of the moon that draws it."), column(320, 700, body, "The right column speaks of boats", "and of the people in them."))},
			[]string{"The left column speaks of the tide and of the moon that draws it.", "The right column speaks of boats and of the people in them."},
		},
		"columns drawn from line to line": {
			[][]put{sideBySide(60, 330, 700, body, "The left column speaks of the tide", "The right column speaks of the", "and of the moon that draws it, as", "boats and of the people in them,", "every harbour knows by heart.", "who have to know the tides.")},
			[]string{"The left column speaks of the tide and of the moon that draws it, as every harbour knows by heart.", "The right column speaks of the boats and of the people in them, who have to know the tides."},
		},
		"cells of a table": {
			[][]put{sideBySide(60, 200, 700, body, "Open Tides", "Port Lira", "Quiet Seas Institute", "Kessel Bay", "Harbour Liberties", "Old Mole", "Saltmarsh Archive", "Port Aubin")},
			[]string{"Open Tides", "Port Lira", "Quiet Seas Institute", "Kessel Bay", "Harbour Liberties", "Old Mole", "Saltmarsh Archive", "Port Aubin"},
		},
		"names in three columns": {
			[][]put{slices.Concat(sideBySide(60, 150, 700, body, "Ada Tern", "Bo Gull", "Cy Wren", "Di Rook", "Ed Crane", "Fay Heron"), column(240, 700, body, "Gus Stork", "Hal Plover of Long Mole", "Ivy Dunlin", "Jo Knot", "Kit Ruff"))},
			[]string{"Ada Tern", "Bo Gull", "Cy Wren", "Di Rook", "Ed Crane", "Fay Heron", "Gus Stork", "Hal Plover of Long Mole", "Ivy Dunlin", "Jo Knot", "Kit Ruff"},
		},
		"a label that leads into a paragraph": {
			[][]put{slices.Concat([]put{{60, 700, body, "Rec. 18"}, {125, 700, body, "We consider that this recommendation is in force since"}}, column(60, 685.7, body, "the harbour office began to publish the readings of its gauges and", "the archive of them, as everybody knows who has read it."))},
			[]string{"Rec. 18 We consider that this recommendation is in force since the harbour office began to publish the readings of its gauges and the archive of them, as everybody knows who has read it."},
		},
		"the number of a paragraph": {
			[][]put{slices.Concat([]put{{60, 700, body, "12."}, {100, 700, body, "The readings are published within the hour of their"}}, column(60, 685.7, body, "taking, or at the latest by noon of the day that follows it."))},
			[]string{"12. The readings are published within the hour of their taking, or at the latest by noon of the day that follows it."},
		},
		"a box at the head drawn last, a foot first": {
			[][]put{slices.Concat(column(60, 40, 8, "GE.24-00001 (E)"), column(60, 640, body, "Meeting of Ports", "Third session"), column(60, 560, body, "The Meeting of Ports, having met in the old customs house by the long mole, and having heard", "those who came, decides as follows on the light of the harbour."),
				[]put{{60, 780, body, "United Ports"}, {400, 780, body, "A/CTD/L.4"}}, column(400, 750, body, "Distr.: General"), column(400, 720, body, "15 July 2024"))},
			[]string{"United Ports", "A/CTD/L.4", "Distr.: General", "15 July 2024", "Meeting of Ports Third session", "The Meeting of Ports, having met in the old customs house by the long mole, and having heard those who came, decides as follows on the light of the harbour.", "GE.24-00001 (E)"},
		},
		"what is drawn last may stand first": {
			[][]put{slices.Concat(column(60, 700, body, "The text is drawn first, as some programs draw it,", "and ends here."), column(60, 760, 20, "A title drawn last"))},
			[]string{"A title drawn last", "The text is drawn first, as some programs draw it, and ends here."},
		},
		"a sentence goes on over the page, past the notes": {
			[][]put{
				slices.Concat(column(60, 700, body, "The committee decided, after a debate of nine hours, to send"), column(60, 80, 7, "1 See the summary of the meeting.")),
				column(60, 760, body, "the paper back to its authors.", "It then rose, and met again on the day after, when it had read it."),
			},
			[]string{"The committee decided, after a debate of nine hours, to send the paper back to its authors.", "1 See the summary of the meeting.", "It then rose, and met again on the day after, when it had read it."},
		},
		"running heads and page numbers go, the symbol stays once": {
			[][]put{
				slices.Concat(column(60, 800, 8, "A/CTD/L.4"), column(60, 700, body, "First page."), column(290, 30, 8, "1")),
				slices.Concat(column(60, 800, 8, "A/CTD/L.4"), column(60, 700, body, "Second page."), column(290, 30, 8, "2")),
				slices.Concat(column(60, 800, 8, "A/CTD/L.4"), column(60, 700, body, "Third page."), column(290, 30, 8, "3")),
			},
			[]string{"A/CTD/L.4", "First page.", "Second page.", "Third page."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, texts(t, r, document(c.pages...))); diff != "" {
				t.Errorf("want (-), read (+):\n%s", diff)
			}
		})
	}
}

func TestHeading(t *testing.T) {
	r := reader(t, Options{})
	d, err := r.Read(t.Context(), document(slices.Concat(
		column(60, 800, 24, "Quiet Seas"), column(60, 700, 18, "Reply to the consultation on", "the exchange of tidal data"), column(60, 600, body, slices.Repeat([]string{"We reply as follows, in the order of the questions."}, 3)...))))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Reply to the consultation on", "the exchange of tidal data"}, d.Heading); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsSayWhy(t *testing.T) {
	r := reader(t, Options{})
	good := document(column(60, 700, body, "A text."))
	for name, c := range map[string]struct {
		body []byte
		says string
	}{
		"cut off":         {good[:len(good)/3], "the PDF is broken"},
		"a header alone":  {[]byte("%PDF-1.7\n"), "the PDF is broken"},
		"nothing drawn":   {document(nil), "no text layer"},
		"letters unknown": {document(column(60, 700, body, "\x01\x02\x03\x04\x05")), "which letters they show"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.Read(t.Context(), c.body)
			if fault.KindOf(err) != fault.Poison || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want a poison that says %q", err, c.says)
			}
		})
	}
	if got := texts(t, r, good); len(got) != 1 {
		t.Errorf("after the broken ones a good one reads %q", got)
	}
}

// TestHungDocumentIsEnded gives a long document too little time, and expects the next one to be read by a new PDFium.
func TestHungDocumentIsEnded(t *testing.T) {
	long := make([][]put, 400)
	for i := range long {
		long[i] = column(60, 760, 6, slices.Repeat([]string{strings.Repeat("tide ", 40)}, 80)...)
	}
	slow := document(long...)
	r := reader(t, Options{Workers: 1})
	good := document(column(60, 700, body, "A text."))
	texts(t, r, good) // PDFium is started: its compiling is no part of the time
	r.o.Timeout = 50 * time.Millisecond
	if _, err := r.Read(t.Context(), slow); fault.KindOf(err) != fault.Poison || !strings.Contains(err.Error(), "takes longer") {
		t.Errorf("got %v, want a poison", err)
	}
	r.o.Timeout = time.Minute
	if got := texts(t, r, good); len(got) != 1 {
		t.Errorf("after it a good one reads %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := r.Read(ctx, slow); fault.KindOf(err) != fault.Canceled {
		t.Errorf("got %v, want canceled", err)
	}
}

func TestBoundsAreSaid(t *testing.T) {
	pages := make([][]put, 20)
	for i := range pages {
		pages[i] = column(60, 700, body, "Page of the long document "+strings.Repeat("x", i+1))
	}
	for name, o := range map[string]Options{"pages": {MaxPages: 5}, "text": {MaxText: 120}} {
		t.Run(name, func(t *testing.T) {
			d, err := reader(t, o).Read(t.Context(), document(pages...))
			if err != nil || d.Pages != 20 || len(d.Paragraphs) < 4 || len(d.Paragraphs) > 6 || len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "left out") {
				t.Errorf("%d paragraphs of %d pages, notes %q, %v", len(d.Paragraphs), d.Pages, d.Notes, err)
			}
		})
	}
}

func TestBombTakesNoMoreThanItMay(t *testing.T) {
	r := reader(t, Options{MemoryPages: 1024, Timeout: 20 * time.Second})
	_, err := r.Read(t.Context(), bomb(t, 256<<20))
	if fault.KindOf(err) != fault.Poison {
		t.Errorf("got %v, want a poison", err)
	}
	t.Log(err)
	if got := texts(t, r, document(column(60, 700, body, "A text."))); len(got) != 1 {
		t.Errorf("after it a good one reads %q", got)
	}
}

// TestNothingStartsUnasked holds that a reader without documents makes no folder, and that a closed one reads nothing.
func TestNothingStartsUnasked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	r := New(Options{CacheDir: dir})
	for range 2 {
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the cache folder was made: %v", err)
	}
	if _, err := r.Read(t.Context(), document(column(60, 700, body, "A text."))); fault.KindOf(err) != fault.Canceled {
		t.Errorf("a closed reader says %v", err)
	}
}

// TestRest holds that what is not used is ended, and starts again when it is needed.
func TestRest(t *testing.T) {
	r := reader(t, Options{Workers: 2, Rest: time.Hour})
	good := document(column(60, 700, body, "A text."))
	texts(t, r, good)
	r.release()
	if r.cache != nil {
		t.Error("the code is still held")
	}
	for range r.o.Workers {
		if s := <-r.slots; s != nil {
			t.Error("a PDFium is still there")
		}
		r.slots <- nil
	}
	if got := texts(t, r, good); len(got) != 1 {
		t.Errorf("after a rest it reads %q", got)
	}
}

// TestFallback holds that the second folder is taken where the first can't be.
func TestFallback(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fallback := filepath.Join(t.TempDir(), "cache")
	r := reader(t, Options{CacheDir: filepath.Join(file, "below"), Fallback: fallback})
	r.openCache()
	if _, err := os.Stat(fallback); err != nil || r.scratch != "" {
		t.Errorf("scratch %q, %v", r.scratch, err)
	}
}

// TestNoCacheFolder holds that the code is kept elsewhere, that this is said, and that nothing is left behind.
func TestNoCacheFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	r := New(Options{CacheDir: filepath.Join(file, "below"), Log: slog.New(slog.NewTextHandler(&said, nil))})
	r.openCache()
	if r.cache == nil || r.scratch == "" || !strings.Contains(said.String(), "no cache folder") {
		t.Errorf("scratch %q, log %q", r.scratch, said.String())
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.scratch); !os.IsNotExist(err) {
		t.Errorf("%s is still there", r.scratch)
	}
}

func TestManyAtOnceAndClosing(t *testing.T) {
	r := New(Options{Workers: 2})
	good := document(column(60, 700, body, "A text of some length, so that there is something to read."))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				if _, err := r.Read(t.Context(), good); err != nil && fault.KindOf(err) != fault.Canceled {
					t.Error(err)
				}
			}
		})
	}
	if _, err := r.Read(t.Context(), good); err != nil {
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
}
