package indexer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
)

// found is a capture as it stands in the archive.
type found struct {
	capture  *statement.Capture
	response *warc.Record    // or revisit
	refers   *warc.Reference // where its payload stands; nil when the capture has it
	span     warc.Span       // of all its records
}

// grouping puts the records of one file together to captures.
type grouping struct {
	file  string
	group warc.Grouper
}

// add gives the capture that a record completes, else nil. What is not whole is said.
func (g *grouping) add(rec *warc.Record, log *slog.Logger) *found {
	c, start, err := g.group.Add(rec)
	if err != nil {
		log.Error("archive holds a capture that is not whole; it is passed over", "file", g.file, "offset", rec.Offset, "error", err)
	}
	if c == nil {
		return nil
	}
	return &found{c, rec, g.group.Refers, warc.Span{File: g.file, Offset: start, Length: rec.Offset + rec.Length - start}}
}

// headOf is the part of an HTTP message before its body, as far as a CDXJ line needs it.
func headOf(block []byte) []byte {
	if end := bytes.Index(block, []byte("\r\n\r\n")); end >= 0 {
		return bytes.Clone(block[:end+4])
	}
	return block
}

// walk visits the captures of one file between two offsets, in order, revisits without their payload. Records that are bad are said and
// passed over.
func (a *Archive) walk(ctx context.Context, name string, from, to int64, visit func(found) error) error {
	f, err := os.Open(a.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return isMissing(name)
	}
	if err != nil {
		return fmt.Errorf("read archive: %w", err)
	}
	defer f.Close()
	rd, err := warc.NewReader(io.NewSectionReader(f, from, to-from), from, a.pages)
	if err != nil {
		return fmt.Errorf("read archive file %s: %w", name, err)
	}
	g := grouping{file: name}
	for ctx.Err() == nil {
		rec, err := rd.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if _, bad := errors.AsType[*warc.RecordError](err); bad {
			a.log.Error("archive holds a bad record; it is passed over", "file", name, "error", err)
			continue
		}
		if err != nil {
			return fmt.Errorf("read archive file %s: %w", name, err)
		}
		if f := g.add(rec, a.log); f != nil {
			if err := visit(*f); err != nil {
				return err
			}
		}
	}
	return fault.As(fault.Canceled, fmt.Errorf("read archive: %w", ctx.Err()))
}

// Replay visits every capture from a position (the zero Position is the beginning) to the end as it is when Replay is called, in
// the order of arrival, each with the position after it; those that found their page unchanged come without a body. It ends with visit's error. A position that is not in the archive is a
// fault.NotFound. Captures may be appended meanwhile.
func (a *Archive) Replay(ctx context.Context, from Position, visit func(*statement.Capture, Position) error) error {
	end := a.Position()
	spans, err := a.spans(from, end)
	if err != nil {
		return err
	}
	for _, s := range spans {
		err := a.walk(ctx, s.File, s.Offset, s.Offset+s.Length, func(f found) error {
			if f.capture.Unchanged != nil { // what it says has been said
				return visit(f.capture, Position{File: s.File, Offset: f.span.Offset + f.span.Length})
			}
			if err := a.fill(&f); fault.KindOf(err) == fault.NotFound {
				a.log.Error("archive holds a capture that is not whole; it is passed over", "file", s.File, "offset", f.span.Offset, "error", err)
				return nil
			} else if err != nil {
				return err
			}
			return visit(f.capture, Position{File: s.File, Offset: f.span.Offset + f.span.Length})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// spans lists the parts of files between two positions.
func (a *Archive) spans(from, end Position) ([]warc.Span, error) {
	files, err := a.list()
	if err != nil {
		return nil, err
	}
	for _, name := range a.missing(files) {
		if name >= from.File {
			return nil, isMissing(name)
		}
	}
	var spans []warc.Span
	known := from.File == ""
	for _, name := range files {
		if name < from.File || name > end.File {
			continue
		}
		s := warc.Span{File: name, Length: end.Offset}
		if name != end.File {
			if s.Length, err = a.size(name); err != nil {
				return nil, err
			}
		}
		if name == from.File {
			known = from.Offset <= s.Length
			s.Offset, s.Length = from.Offset, s.Length-from.Offset
		}
		spans = append(spans, s)
	}
	if !known {
		return nil, fault.New(fault.NotFound, fmt.Sprintf("the archive has no position %d in file %q", from.Offset, from.File),
			"put the archive file back, or rebuild the index from the beginning")
	}
	return spans, nil
}

// Bytes gives how much of the archive lies between two positions, in bytes on disk; for progress.
func (a *Archive) Bytes(from, end Position) (int64, error) {
	spans, err := a.spans(from, end)
	total := int64(0)
	for _, s := range spans {
		total += s.Length
	}
	return total, err
}

// Capture reads one capture by its id, whole, one that is kept privately (NoArchive) too: the caller must not show it. An id that is not in the archive is a fault.NotFound.
func (a *Archive) Capture(ctx context.Context, id string) (*statement.Capture, error) {
	a.mu.RLock()
	places, err := a.ids.find(keyOf(id))
	a.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	f, err := a.among(ctx, places, id)
	if err != nil {
		return nil, err
	}
	return f.capture, a.fill(f)
}

// errEnough ends a walk that has found what it was for.
var errEnough = errors.New("enough")

// endOf is the offset up to which a file is whole.
func (a *Archive) endOf(name string) (int64, error) {
	if end := a.Position(); end.File == name {
		return end.Offset, nil
	}
	return a.size(name)
}

// holds says whether a capture is archived. It reads the capture's first record, since ids may share a key. The caller holds mu.
func (a *Archive) holds(id string) (bool, error) {
	places, err := a.ids.find(keyOf(id))
	if err != nil {
		return false, err
	}
	for _, p := range places {
		if got, err := a.idAt(p); err != nil || got == id {
			return got == id, err
		}
	}
	return false, nil
}

// idAt reads the id of the capture whose records begin at a place; empty where the record there is damaged.
func (a *Archive) idAt(e entry) (string, error) {
	number, offset := e.at()
	f, err := os.Open(a.path(warc.FileName(archivePrefix, number)))
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read archive: %w", err)
	}
	defer f.Close()
	rd, err := warc.NewReader(io.NewSectionReader(f, offset, 1<<40), offset, a.pages)
	if err != nil {
		return "", fmt.Errorf("read archive: %w", err)
	}
	rec, err := rd.Next()
	if _, bad := errors.AsType[*warc.RecordError](err); bad || errors.Is(err, io.EOF) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read archive: %w", err)
	}
	return warc.FactsID(rec), nil
}
