package warc

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"rostrum/internal/durable"
	"rostrum/internal/fault"
)

// extension is what the names of the files that an Appender writes end with.
const extension = ".warc.gz"

// AppenderOptions says where and how files are written.
type AppenderOptions struct {
	Dir      string           // made when absent
	Prefix   string           // of the files' names; default "rostrum"
	First    int              // number of the first file, where the directory holds none from it on; default 1
	MaxFile  int64            // bytes after which the next batch begins a new file; default 512 MiB
	Limits   Limits           // a record over them is refused, since it could not be read again
	Software string           // for the warcinfo record; default "rostrum"
	Now      func() time.Time // for the warcinfo record; default time.Now
	Log      *slog.Logger

	// Known gives how many bytes of the newest file are known to be whole groups; nil means none. Only the rest is read at open.
	Known func(file string) int64
	// Tail is called at open with each good record of the newest file beyond Known, in order; nil is nobody.
	Tail func(file string, rec *Record)
}

// Span is a place in a file, in bytes as compressed.
type Span struct {
	File   string
	Offset int64
	Length int64
}

// Placed is where a group of records was written: as a whole, and each.
type Placed struct {
	Span
	Records []Span
}

// Appender appends groups of records to numbered files in a directory. A group is kept whole or not at all: it ends with a
// response, revisit, resource or warcinfo record, or with one of what was extracted, and what a crash left behind the last such record is cut off at open. One
// Appender at a time may hold a directory. Its methods are safe for concurrent use.
type Appender struct {
	o    AppenderOptions
	mu   sync.Mutex
	file *os.File
	name string
	end  int64 // everything before it is on disk
}

// OpenAppender opens a directory for appending, repairs the tail of its newest file, and says in the log what it cut.
func OpenAppender(o AppenderOptions) (*Appender, error) {
	a := &Appender{o: o.withDefaults()}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make archive directory: %w", err)
	}
	files, err := Files(o.Dir, a.o.Prefix)
	if err != nil {
		return nil, err
	}
	if first := max(1, o.First); len(files) == 0 || files[len(files)-1] < FileName(a.o.Prefix, first) {
		return a, a.create(first)
	}
	return a, a.reopen(files[len(files)-1])
}

func (o AppenderOptions) withDefaults() AppenderOptions {
	if o.Prefix == "" {
		o.Prefix = "rostrum"
	}
	if o.MaxFile <= 0 {
		o.MaxFile = 512 << 20
	}
	if o.Limits.Block <= 0 {
		o.Limits.Block = 64 << 20
	}
	if o.Software == "" {
		o.Software = "rostrum"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Known == nil {
		o.Known = func(string) int64 { return 0 }
	}
	if o.Tail == nil {
		o.Tail = func(string, *Record) {}
	}
	return o
}

// Files lists the names of a directory's files, oldest first.
func Files(dir, prefix string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(dir, prefix+"-[0-9]*"+extension))
	if err != nil {
		return nil, fmt.Errorf("list archive %s: %w", dir, err)
	}
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	slices.Sort(found)
	return found, nil
}

// FileName is the name of an Appender's file by its number, which counts from 1.
func FileName(prefix string, number int) string {
	return fmt.Sprintf("%s-%08d%s", prefix, number, extension)
}

// FileNumber is the number in the name of an Appender's file.
func FileNumber(prefix, name string) (int, error) {
	number, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, prefix+"-"), extension))
	if err != nil || FileName(prefix, number) != name {
		return 0, fmt.Errorf("number archive file %q: its name is not of the form %s", name, FileName(prefix, 1))
	}
	return number, nil
}

// End is the file and the offset at which the next group will be written; everything before it survives a crash.
func (a *Appender) End() (file string, offset int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.name, a.end
}

// Append writes groups in their order and gives the place of each, with one fsync for all. On an error none of them is kept; a
// fault.Transient may work when tried again. A batch stands in one file.
func (a *Appender) Append(groups [][]Record) ([]Placed, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(groups) == 0 {
		return nil, nil
	}
	if err := a.rotate(); err != nil {
		return nil, fault.As(fault.Transient, err)
	}
	placed, end, err := a.write(groups)
	if err == nil {
		err = a.file.Sync()
	}
	if err != nil {
		err = errors.Join(err, a.file.Truncate(a.end)) // where this fails too, the next batch is written over the remains
		if kind := fault.KindOf(err); kind != fault.Internal {
			return nil, err
		}
		return nil, fault.As(fault.Transient, fmt.Errorf("append to archive file %s: %w", a.name, err))
	}
	a.end = end
	return placed, nil
}

func (a *Appender) write(groups [][]Record) ([]Placed, int64, error) {
	placed := make([]Placed, 0, len(groups))
	end := a.end
	err := encodeAll(groups, a.o.Limits.Block, func(g *encoded) error {
		if g.err != nil {
			return g.err
		}
		if _, err := a.file.WriteAt(g.Bytes(), end); err != nil {
			return err
		}
		p := Placed{Span: Span{a.name, end, int64(g.Len())}}
		for _, length := range g.lengths {
			p.Records = append(p.Records, Span{a.name, end, length})
			end += length
		}
		placed = append(placed, p)
		return nil
	})
	return placed, end, err
}

// rotate begins the next file when the present one is full.
func (a *Appender) rotate() error {
	if a.end < a.o.MaxFile {
		return nil
	}
	number, err := FileNumber(a.o.Prefix, a.name)
	if err != nil {
		return err
	}
	full := a.file
	if err := a.create(number + 1); err != nil {
		return err
	}
	return full.Close()
}

// create begins a file with its warcinfo record; file and directory entry are on disk when it returns.
func (a *Appender) create(number int) error {
	name := FileName(a.o.Prefix, number)
	f, err := os.OpenFile(filepath.Join(a.o.Dir, name), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("create archive file: %w", err)
	}
	end, err := a.writeInfo(f, name)
	if err == nil {
		err = durable.SyncDir(a.o.Dir)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("create archive file %s: %w", name, err), f.Close())
	}
	a.file, a.name, a.end = f, name, end
	return nil
}

func (a *Appender) writeInfo(f *os.File, name string) (int64, error) {
	now := a.o.Now()
	block := fmt.Appendf(nil, "software: %s\r\nformat: WARC File Format 1.1\r\n", oneLine(a.o.Software))
	rec := Record{Block: block, Header: Header{
		{FieldType, TypeInfo}, {FieldRecordID, RecordID(name+formatDate(now), TypeInfo)}, {FieldDate, formatDate(now)},
		{FieldFilename, name}, {FieldBlockDigest, digest(block)}, {FieldContentType, "application/warc-fields"},
	}}
	var g encoded
	g.fill(new(Encoder), []Record{rec}, a.o.Limits.Block)
	if g.err != nil {
		return 0, g.err
	}
	if _, err := f.WriteAt(g.Bytes(), 0); err != nil {
		return 0, err
	}
	return int64(g.Len()), f.Sync()
}

// Close gives the directory free. What was appended is on disk already.
func (a *Appender) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.file.Close()
}
