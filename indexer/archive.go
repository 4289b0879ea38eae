package indexer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
)

// archivePrefix is what the names of the archive's files begin with.
const archivePrefix = "rostrum"

// DefaultMaxBlock bounds one HTTP message in the archive, in bytes.
const DefaultMaxBlock = 64 << 20

// ArchiveOptions says where captures are archived. A zero bound is its default.
type ArchiveOptions struct {
	Dir      string
	Folders  []string // where full files were moved to; they are read there
	MaxFile  int64    // bytes after which the next batch begins a new file; default 512 MiB
	MaxBlock int64    // bytes of one HTTP message; a larger capture is a fault.TooLarge; default DefaultMaxBlock
	Software string   // name and version, for the files' heads
	Log      *slog.Logger
}

// Archive keeps every capture, in the order of arrival, in WARC files that other tools can read. It is the truth that the index is
// made from. A payload that an earlier capture of the same address has is not written again. Its methods are safe for concurrent use; one process at a time may hold its directory.
//
// Memory: the ids of the newest file (MaxFile bounds them) and 16 bytes for every 256 older captures.
type Archive struct {
	o        ArchiveOptions
	log      *slog.Logger
	lock     *os.File
	appender *warc.Appender

	mu    sync.RWMutex // of what follows
	ids   *idIndex
	side  *sidecar // nil after it could not be written: the next start reads the file again
	file  string   // that side belongs to
	pages warc.Limits
	facts []extracted // what is to be written with the next captures
}

// OpenArchive opens the archive in a directory, which is made when absent. What a crash left of an unfinished batch is cut off and
// said; the files beside the archive are made again where they are missing. A directory in use is a fault.Conflict.
func OpenArchive(ctx context.Context, o ArchiveOptions) (*Archive, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.MaxBlock <= 0 {
		o.MaxBlock = DefaultMaxBlock
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make archive directory: %w", err)
	}
	a := &Archive{o: o, log: o.Log, pages: warc.Limits{Block: o.MaxBlock}}
	lock, err := lockDir(o.Dir)
	if err != nil {
		return nil, err
	}
	a.lock = lock
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open archive %s: %w", o.Dir, err), a.Close())
	}
	return a, nil
}

// Append archives captures with one fsync and says of each whether it is there: when err is nil and each[i] is nil, the i-th capture
// survives a crash. A nil each is success for all. A capture that is archived already is not written again. An err (fault.Transient)
// means that none of the batch was kept; a capture that can't be archived has its own fault.Poison or fault.TooLarge.
func (a *Archive) Append(ctx context.Context, batch []*statement.Capture) (each []error, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, fault.As(fault.Canceled, fmt.Errorf("append to archive: %w", err))
	}
	var groups [][]warc.Record
	var fresh []*statement.Capture
	seen := make(map[string]bool, len(batch))
	before := recent{payloads: make(map[uint64]warc.Reference), captures: make(map[string]original)}
	each = make([]error, len(batch))
	for i, c := range batch {
		group, err := a.records(c, seen, before)
		if group != nil {
			groups, fresh = append(groups, group), append(fresh, c)
		}
		if each[i] = err; fault.KindOf(err) == fault.Transient {
			return nil, err
		}
	}
	if len(groups) == 0 {
		return each, nil
	}
	facts := a.takeFacts()
	placed, err := a.appender.Append(append(facts, groups...))
	if err != nil {
		return nil, err
	}
	a.shelve(fresh, groups, placed[len(facts):])
	return each, nil
}

// records makes a capture's records; none when the archive or the batch has it already.
func (a *Archive) records(c *statement.Capture, seen map[string]bool, before recent) ([]warc.Record, error) {
	if seen[c.ID] {
		return nil, nil
	}
	if held, err := a.holds(c.ID); held || err != nil {
		return nil, fault.As(fault.Transient, err)
	}
	group, err := a.recordsOf(c, before)
	if group == nil || err != nil {
		return nil, err
	}
	for i := range group {
		if size := int64(len(group[i].Block)); size > a.o.MaxBlock {
			return nil, fault.Newf(fault.TooLarge, "the %s has %d bytes, more than the %d that are archived", group[i].Type(), size, a.o.MaxBlock)
		}
	}
	seen[c.ID] = true
	before.note(c, &group[len(group)-1])
	return group, nil
}

// shelve notes what was appended in the files beside the archive.
func (a *Archive) shelve(fresh []*statement.Capture, groups [][]warc.Record, placed []warc.Placed) {
	if len(placed) == 0 {
		return
	}
	if file := placed[0].File; file != a.file {
		a.turn(file)
	}
	batch := make([]shelved, 0, len(placed))
	for i, p := range placed {
		last := len(p.Records) - 1
		s, err := shelve(fresh[i], &groups[i][last], p.Span, p.Records[last])
		if err != nil {
			a.log.Warn("archive left a capture out of the CDXJ", "capture", fresh[i].ID, "error", err)
		}
		batch = append(batch, s)
	}
	a.index(batch)
}

// index takes captures that are on disk into the index of ids, and notes them beside the archive file.
func (a *Archive) index(batch []shelved) {
	for _, s := range batch {
		a.ids.add(s.entries(a.number(s.span.File))...)
		a.ids.sees(s.address, s.at)
	}
	if a.side == nil {
		return
	}
	if err := a.side.add(batch); err != nil {
		a.log.Error("archive can't keep the files beside it; the next start makes them again", "file", a.file, "error", err)
		a.dropSide()
	}
}

func (a *Archive) dropSide() {
	if err := a.side.close(); err != nil {
		a.log.Error("archive can't close the files beside it", "file", a.file, "error", err)
	}
	a.side = nil
}

// turn closes the files beside a full archive file and opens those beside the next. The archive itself is whole in any case, so
// failures are said and left to the next start.
func (a *Archive) turn(next string) {
	full := a.file
	if a.side != nil {
		a.dropSide()
	}
	if err := a.seal(full); err != nil {
		a.log.Error("archive can't close the index of a full file; the next start makes it again", "file", full, "error", err)
	}
	side, _, err := openSidecar(a.o.Dir, next, 0)
	if err != nil {
		a.log.Error("archive can't keep the files beside it; the next start makes them again", "file", next, "error", err)
	}
	a.side, a.file = side, next
}

func (a *Archive) seal(file string) error {
	if err := a.ids.seal(a.number(file)); err != nil {
		return err
	}
	if err := sealCDXJ(a.o.Dir, file); err != nil {
		return err
	}
	if err := os.Remove(sidecarBase(a.o.Dir, file) + logSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove capture log: %w", err)
	}
	return nil
}

// number is the number of a file that Files has listed, whose name is therefore good.
func (a *Archive) number(file string) int {
	n, err := warc.FileNumber(archivePrefix, file)
	if err != nil {
		a.log.Error("archive has a file of another name", "file", file, "error", err)
	}
	return n
}

// Position is the end of the archive: everything before it is on disk.
func (a *Archive) Position() Position {
	file, offset := a.appender.End()
	return Position{File: file, Offset: offset}
}

// Close gives the archive free. Everything that Append has acknowledged is on disk already.
func (a *Archive) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var errs []error
	if a.appender != nil {
		if _, err := a.appender.Append(a.takeFacts()); err != nil {
			a.log.Warn("archive can't keep what was last extracted; the captures say it again", "error", err)
		}
		errs = append(errs, a.appender.Close())
	}
	if a.side != nil {
		errs = append(errs, a.side.close())
		a.side = nil
	}
	if a.ids != nil {
		errs = append(errs, a.ids.close())
	}
	return errors.Join(append(errs, a.lock.Close())...)
}
