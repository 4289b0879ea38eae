package blevestore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// The columns of a large segment are filed beside the index once they are made: a start maps them instead of making them again, and
// they are page cache instead of heap. A file is named after the segment's, and is nothing but a copy: it may be removed at any time.
const (
	columnsDir = "columns"
	columnsExt = ".col"
)

// Names of sections. Those of ordinals have the field's name in front.
const (
	sectionStatements = "flag.statement"
	sectionLeads      = "flag.lead"
	sectionTimes      = "times"
	sectionLengths    = "lengths"
	sectionRankOf     = "rank.of"
	sectionRankAt     = "rank.at"
	sectionByTime     = "by.time"
	sectionKeys       = "keys"
	suffixValues      = ".values"
	suffixStart       = ".start"
	suffixOf          = ".of"
)

// columnPath gives where the columns of a segment's file are filed.
func columnPath(generation, segmentPath string) string {
	name := strings.TrimSuffix(filepath.Base(segmentPath), filepath.Ext(segmentPath))
	return filepath.Join(generation, columnsDir, name+columnsExt)
}

// orderedFields are the fields whose ordinals are filed.
func orderedFields() []string {
	return slices.Compact(slices.Sorted(maps.Values(facetFields)))
}

// take puts the values of a file in the place of those that were or would be made.
func (c *columns) take(f *columnFile) error {
	flags := map[string]*roaring.Bitmap{flagStatement: roaring.New(), flagLead: roaring.New()}
	for flag, name := range map[string]string{flagStatement: sectionStatements, flagLead: sectionLeads} {
		body, err := f.section(name)
		if err != nil {
			return err
		}
		if err := flags[flag].UnmarshalBinary(body); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
	times, err1 := numbers[int64](f, sectionTimes)
	lengths, err2 := numbers[uint32](f, sectionLengths)
	of, err3 := numbers[uint32](f, sectionRankOf)
	at, err4 := numbers[uint32](f, sectionRankAt)
	keys, err5 := numbers[uint64](f, sectionKeys)
	byTime, err6 := numbers[uint32](f, sectionByTime)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		return err
	}
	docs := int(f.Docs)
	if len(times) != docs || len(lengths) != docs || len(of) != docs || len(byTime) != docs || len(keys)%blockWords != 0 || len(keys) == 0 {
		return errColumnFile
	}
	values := map[string]*ordinals{}
	for _, field := range orderedFields() {
		o, err := readOrdinals(f, field)
		if err != nil {
			return err
		}
		values[field] = o
	}
	c.flags.put(flags)
	c.times.put(times)
	c.lengths.put(lengths)
	c.ranks.put(&ranks{of: of, at: at})
	c.byTime.put(byTime)
	c.keys.put(&keyFilter{keys, uint64(len(keys) / blockWords)})
	for field, o := range values {
		c.column(field).put(o)
	}
	return nil
}

// readOrdinals reads a field. Its values are copied: answers carry them, and outlive the file.
func readOrdinals(f *columnFile, field string) (*ordinals, error) {
	text, err1 := f.section(field + suffixValues)
	start, err2 := numbers[uint32](f, field+suffixStart)
	of, err3 := numbers[uint32](f, field+suffixOf)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	o := &ordinals{start: start, of: of}
	if len(text) > 0 {
		o.values = strings.Split(string(text[:len(text)-1]), "\n")
	}
	if len(start) != int(f.Docs)+1 || int(start[f.Docs]) != len(of) {
		return nil, errColumnFile
	}
	return o, nil
}

// file writes the columns of a part, which are made where they were not, and the places of its common words.
func (p *part) file(path string, bytes int64, stop <-chan struct{}) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("file columns: %w", err)
	}
	if err := p.warm(); err != nil {
		return err
	}
	tmp := path + ".new"
	w, err := newColumnWriter(tmp, p.Count(), bytes)
	if err != nil {
		return err
	}
	err = p.fileInto(w, stop)
	if err = errors.Join(err, w.close()); err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		_ = os.Remove(tmp) // err says what matters
		return fmt.Errorf("file columns: %w", err)
	}
	return nil
}

func (p *part) fileInto(w *columnWriter, stop <-chan struct{}) error {
	for copies, name := range map[bool]string{true: sectionStatements, false: sectionLeads} {
		docs, err := p.whole(copies)
		if err != nil {
			return err
		}
		body, err := docs.MarshalBinary()
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		w.bytes(name, body)
	}
	times, err1 := p.times()
	lengths, err2 := p.lengths()
	ranks, err3 := p.ranks()
	keys, err4 := p.keys()
	byTime, err5 := p.byTime()
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	w.bytes(sectionByTime, bytesOf(byTime))
	w.bytes(sectionTimes, bytesOf(times))
	w.bytes(sectionLengths, bytesOf(lengths))
	w.bytes(sectionRankOf, bytesOf(ranks.of))
	w.bytes(sectionRankAt, bytesOf(ranks.at))
	w.bytes(sectionKeys, bytesOf(keys.words))
	for _, field := range orderedFields() {
		o, err := p.ordinals(field)
		if err != nil {
			return err
		}
		w.section(field+suffixValues, func(out io.Writer) error {
			for _, v := range o.values {
				if _, err := io.WriteString(out, v+"\n"); err != nil {
					return err
				}
			}
			return nil
		})
		w.bytes(field+suffixStart, bytesOf(o.start))
		w.bytes(field+suffixOf, bytesOf(o.of))
	}
	if err := p.fileFreqs(w, stop); err != nil {
		return err
	}
	return p.filePlaces(w, stop)
}

// sweepColumns removes the files of segments that are no more.
func sweepColumns(generation string, current map[string]bool) error {
	dir := filepath.Join(generation, columnsDir)
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("list columns: %w", err)
	}
	for _, e := range entries {
		if path := filepath.Join(dir, e.Name()); !current[path] {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("remove columns of a segment that is no more: %w", err)
			}
		}
	}
	return nil
}
