package indexer

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"slices"
	"strconv"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
)

// Flaw is something that is not as it should be: where, and what to do about it.
type Flaw struct{ Where, What, Remedy string }

// Remedies of flaws in the archive.
const (
	remedyRecord = "put the file back from a backup; if there is none, the captures of these records are lost, and the rest is good"
	remedySide   = "stop Rostrum, remove captures.ids and the .cdxj and .keys files, and start it: they are made again"
)

// ArchiveCheck is who is told what while an archive is checked.
type ArchiveCheck struct {
	Seen func(c *statement.Capture, at Position) error // each good capture with the position behind it, in order; those found unchanged come without a body
	Flaw func(Flaw)
	Told func(done, total int64) // bytes
}

// Check reads the archive to its present end: that every record is whole and is what its digests say, that every capture has all of its
// records, and that CDXJ and index of ids know it at its place and nothing else. Memory is that of one file's CDXJ lines, as hashes. Captures may be
// appended meanwhile. It ends with Seen's error.
func (a *Archive) Check(ctx context.Context, o ArchiveCheck) error {
	a.mu.RLock() // what is appended is noted beside the file under the same lock
	end := a.Position()
	a.mu.RUnlock()
	files, err := a.list()
	if err != nil {
		return err
	}
	for _, name := range a.missing(files) {
		o.Flaw(Flaw{Where: name, What: "the archive file is missing", Remedy: findFile})
	}
	var done, total int64
	sizes := make([]int64, len(files))
	for i, name := range files {
		if sizes[i] = end.Offset; name != end.File {
			if sizes[i], err = a.size(name); err != nil {
				sizes[i] = 0
			}
		}
		total += sizes[i]
	}
	for i, name := range files {
		if name > end.File {
			break
		}
		f := &fileCheck{a: a, o: o, name: name, size: sizes[i], lines: map[uint64]bool{}, told: func(n int64) { o.Told(done+n, total) }}
		if err := f.run(ctx); err != nil {
			return err
		}
		done += sizes[i]
		o.Told(done, total)
	}
	return nil
}

// fileCheck checks one file.
type fileCheck struct {
	a     *Archive
	o     ArchiveCheck
	name  string
	size  int64
	lines map[uint64]bool // hashes of the CDXJ lines that there should be; true: there is
	told  func(int64)
}

func (f *fileCheck) flaw(offset int64, what, remedy string) {
	f.o.Flaw(Flaw{Where: f.name + " at " + strconv.FormatInt(offset, 10), What: what, Remedy: remedy})
}

func (f *fileCheck) run(ctx context.Context) error {
	file, err := os.Open(f.a.path(f.name))
	if err != nil {
		f.o.Flaw(Flaw{Where: f.name, What: err.Error(), Remedy: "put the file back, and let the user that runs Rostrum read it"})
		return nil
	}
	defer file.Close()
	rd, err := warc.NewReader(io.NewSectionReader(file, 0, f.size), 0, f.a.pages)
	if err != nil {
		f.o.Flaw(Flaw{Where: f.name, What: err.Error(), Remedy: remedyRecord})
		return nil
	}
	g := grouping{file: f.name}
	for {
		if err := ctx.Err(); err != nil {
			return fault.As(fault.Canceled, fmt.Errorf("check archive: %w", err))
		}
		rec, err := rd.Next()
		if errors.Is(err, io.EOF) {
			return f.side()
		}
		if bad, ok := errors.AsType[*warc.RecordError](err); ok {
			f.flaw(bad.Offset, string(bad.Reason)+": "+bad.What, remedyRecord)
			continue
		}
		if err != nil {
			f.o.Flaw(Flaw{Where: f.name, What: err.Error(), Remedy: remedyRecord})
			return nil
		}
		if err := f.record(&g, rec); err != nil {
			return err
		}
		f.told(rec.Offset + rec.Length)
	}
}

func (f *fileCheck) record(g *grouping, rec *warc.Record) error {
	c, start, err := g.group.Add(rec)
	if err != nil {
		f.flaw(rec.Offset, "a capture is not whole: "+err.Error(), remedyRecord)
	}
	if c == nil {
		return nil
	}
	found := &found{c, rec, g.group.Refers, warc.Span{File: f.name, Offset: start, Length: rec.Offset + rec.Length - start}}
	s, err := shelve(c, rec, found.span, warc.Span{File: f.name, Offset: rec.Offset, Length: rec.Length})
	if err == nil && len(s.line) > 0 {
		f.lines[hashLine(s.line)] = false
	}
	if known, err := f.known(s); err != nil {
		return err
	} else if !known {
		f.flaw(start, "the index of captures does not know capture "+c.ID, remedySide)
	}
	if c.Unchanged == nil {
		if err := f.a.fill(found); fault.KindOf(err) == fault.NotFound {
			f.flaw(start, "capture "+c.ID+" refers to a page that is not in the archive: "+err.Error(), remedyRecord)
			return nil
		} else if err != nil {
			return err
		}
	}
	return f.o.Seen(c, Position{File: f.name, Offset: rec.Offset + rec.Length})
}

// known says whether the index of ids has a capture at its place.
func (f *fileCheck) known(s shelved) (bool, error) {
	f.a.mu.RLock()
	defer f.a.mu.RUnlock()
	places, err := f.a.ids.find(s.key)
	return slices.Contains(places, entry{s.key, placeOf(f.a.number(f.name), s.span.Offset)}), err
}

// side compares the CDXJ with what the file holds. One that was left behind when the file was moved is not missed.
func (f *fileCheck) side() error {
	path := sidecarBase(f.a.o.Dir, f.name) + cdxjSuffix
	cdxj, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		if f.a.path(f.name) == sidecarBase(f.a.o.Dir, f.name)+".warc.gz" && len(f.lines) > 0 {
			f.o.Flaw(Flaw{Where: path, What: "the CDXJ of an archive file is missing: replay tools don't find its pages", Remedy: remedySide})
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("read CDXJ: %w", err)
	}
	defer cdxj.Close()
	wrong := 0
	lines := bufio.NewReaderSize(cdxj, 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read CDXJ: %w", err)
		}
		key := hashLine(line)
		if _, ok := f.lines[key]; ok {
			f.lines[key] = true
		} else if !f.later(line) {
			wrong++
		}
	}
	lacks := 0
	for _, there := range f.lines {
		if !there {
			lacks++
		}
	}
	if wrong+lacks > 0 {
		f.o.Flaw(Flaw{Where: path, What: fmt.Sprintf("the CDXJ does not agree with its file: it lacks %d pages and has %d lines that point at none", lacks, wrong), Remedy: remedySide})
	}
	return nil
}

// later says whether a line is of a capture that was appended since the check began.
func (f *fileCheck) later(line []byte) bool {
	var at struct {
		Offset int64 `json:"offset,string"`
	}
	begin := bytes.IndexByte(line, '{')
	return begin >= 0 && json.Unmarshal(line[begin:], &at) == nil && at.Offset >= f.size
}

func hashLine(line []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(bytes.TrimSpace(line)) // it never fails
	return h.Sum64()
}

// Holds says whether a capture is in the archive.
func (a *Archive) Holds(id string) (bool, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.holds(id)
}
