package warc

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// reopen goes on with an existing file: it reads what is not known to be whole, and cuts off what a crash left at the end.
func (a *Appender) reopen(name string) error {
	f, err := os.OpenFile(filepath.Join(a.o.Dir, name), os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open archive file: %w", err)
	}
	a.file, a.name = f, name
	if err := a.repair(); err != nil {
		return errors.Join(fmt.Errorf("repair archive file %s: %w", name, err), f.Close())
	}
	return nil
}

func (a *Appender) repair() error {
	info, err := a.file.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	known := a.o.Known(a.name)
	if known > size {
		a.o.Log.Error("archive file is shorter than its index says; reading it whole", "file", a.name, "bytes", size, "indexed_bytes", known)
		known = 0
	}
	whole, reason, err := a.scanTail(known, size)
	if err != nil {
		return err
	}
	a.end = whole
	if whole < size {
		a.o.Log.Warn("cut an unfinished batch off the archive file; the bus delivers it again", "file", a.name,
			"kept_bytes", whole, "cut_bytes", size-whole, "reason", reason)
		if err := errors.Join(a.file.Truncate(whole), a.file.Sync()); err != nil {
			return err
		}
	}
	if whole == 0 {
		a.end, err = a.writeInfo(a.file, a.name)
	}
	return err
}

// scanTail gives the end of the last whole group between known and size. Bad records with a good group behind them are damage, not
// a torn tail: they are said and stay.
func (a *Appender) scanTail(known, size int64) (whole int64, reason string, err error) {
	whole = known
	rd, err := NewReader(io.NewSectionReader(a.file, known, size-known), known, a.o.Limits)
	if err != nil {
		return 0, "", err
	}
	var bad *RecordError
	reason = "the group of records is not complete"
	for {
		rec, err := rd.Next()
		if errors.Is(err, io.EOF) {
			return whole, reason, nil
		}
		if err != nil && !errors.As(err, &bad) {
			return 0, "", err
		}
		if err != nil {
			reason = bad.Error()
			continue
		}
		a.o.Tail(a.name, rec)
		if !closesGroup(rec) {
			continue
		}
		if bad != nil {
			a.o.Log.Error("archive file is damaged; the records around the place are kept", "file", a.name, "error", bad)
			bad = nil
		}
		whole = rec.Offset + rec.Length
	}
}

func closesGroup(rec *Record) bool {
	switch rec.Type() {
	case TypeResponse, TypeRevisit, TypeResource, TypeInfo:
		return true
	}
	return isExtracted(rec)
}
