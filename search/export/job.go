package export

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"rostrum/internal/durable"
	"rostrum/internal/fault"
	"rostrum/search"
)

// expireEvery is how often kept exports are looked through for what has expired.
const expireEvery = time.Minute

// Run makes waiting exports until ctx ends, and removes what has expired.
func (k *Keeper) Run(ctx context.Context) error {
	ticker := time.NewTicker(expireEvery)
	defer ticker.Stop()
	for {
		k.expire()
		for r := k.next(); r != nil && ctx.Err() == nil; r = k.next() {
			k.work(ctx, r)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-k.wake:
		}
	}
}

func (k *Keeper) expire() {
	now := k.o.Now()
	for _, kept := range k.List("") {
		if now.After(kept.Expires) {
			if err := k.Remove("", kept.ID); err != nil {
				k.o.Log.Warn("an expired export stays", "export", kept.ID, "error", err)
			}
		}
	}
}

// next is the export that has waited longest; nil when none waits.
func (k *Keeper) next() *record {
	k.mu.Lock()
	defer k.mu.Unlock()
	var first *record
	for _, r := range k.all {
		if r.State == Waiting && (first == nil || r.Created.Before(first.Created)) {
			first = r
		}
	}
	return first
}

// work makes one export, and says in its record how it went.
func (k *Keeper) work(ctx context.Context, r *record) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k.mu.Lock()
	r.State = Running
	k.cancel[r.ID] = cancel
	k.mu.Unlock()
	err := k.make(ctx, r)
	k.mu.Lock()
	defer k.mu.Unlock()
	defer nudge(k.ended)
	delete(k.cancel, r.ID)
	r.SecondsLeft = 0
	if k.all[r.ID] == nil { // removed meanwhile
		_ = os.RemoveAll(k.dir(r.ID))
		return
	}
	if err == nil {
		return
	}
	if ctx.Err() != nil { // the next start goes on
		r.State = Waiting
		return
	}
	r.State, r.Error = Failed, told(err)
	k.o.Log.Warn("export failed", "export", r.ID, "statements", r.Statements, "of", r.Total, "error", err)
	if err := k.save(r); err != nil {
		k.o.Log.Warn("a failed export is not written down", "export", r.ID, "error", err)
	}
}

// told says an error to a user.
func told(err error) string {
	if errors.Is(err, syscall.ENOSPC) {
		return "the disk is full: make room and resume the export"
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Error()
	}
	return "it could not be written; the server's log says why"
}

// make writes the file from where it can be gone on with.
func (k *Keeper) make(ctx context.Context, r *record) (err error) {
	plan, err := k.o.Exporter.Plan(ctx, r.Ask)
	if err != nil {
		return err
	}
	if err := k.again(ctx, plan, r); err != nil {
		return err
	}
	plan.layout.at = r.Created
	sel, err := k.o.Pinner.OpenPin(filepath.Join(k.dir(r.ID), pinDir))
	if err != nil {
		return err
	}
	run := plan.run(sel)
	defer func() { err = errors.Join(err, run.Close()) }()
	out, err := k.open(r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.file.Close()) }()
	k.mu.Lock()
	began := r.Statements
	if r.Place != nil {
		run.from, began = &r.Place.mark, r.Place.Outcome.Statements
	}
	k.mu.Unlock()
	start := time.Now()
	run.onWrite = func(o Outcome) {
		k.mu.Lock()
		defer k.mu.Unlock()
		r.Statements, r.Rows, r.Bytes = o.Statements, o.Rows, o.Bytes
		if n := o.Statements - began; n > 0 {
			r.SecondsLeft = time.Since(start).Seconds() / float64(n) * float64(r.Total-o.Statements)
		}
	}
	list, err := k.list(r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, list.close()) }()
	run.onRead = func(s search.Stored) (bool, error) {
		fresh, err := list.note(s)
		return fresh || r.Base == nil, err
	}
	run.onMark = func(m mark) error { return k.mark(r, out, list, m) }
	outcome, err := run.Write(ctx, out)
	if err != nil {
		return err
	}
	if _, err := list.pause(); err != nil {
		return err
	}
	sum, err := out.end()
	if err != nil {
		return err
	}
	return k.finish(r, run, outcome, sum)
}

// list opens the list of statements of a job where it can be gone on with.
func (k *Keeper) list(r *record) (*seen, error) {
	var base hashes
	if r.Base != nil {
		var err error
		if base, err = readHashes(r.Base.Seen); err != nil {
			return nil, err
		}
	}
	offset := int64(0)
	if r.Place != nil {
		offset = r.Place.Seen
	}
	return openSeen(filepath.Join(k.dir(r.ID), seenFile), offset, base)
}

// mark writes down that the export can be gone on with here: what is before is on disk.
func (k *Keeper) mark(r *record, out *output, list *seen, m mark) error {
	at, err := out.pause()
	if err == nil {
		at.Seen, err = list.pause()
	}
	if err != nil {
		return err
	}
	at.mark = m
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all[r.ID] == nil {
		return fault.New(fault.Canceled, "the export was removed", "")
	}
	r.Place = &at
	return k.save(r)
}

// finish gives the file its name and writes its manifest.
func (k *Keeper) finish(r *record, run *Run, outcome Outcome, sum Sum) error {
	dir := k.dir(r.ID)
	told := run.Manifest(r.File, r.Compression, r.Origin, sum)
	deleted, deletedFile := 0, ""
	if r.Base != nil {
		deletedFile = r.File + DeletedSuffix
		var err error
		if deleted, err = writeGone(filepath.Join(dir, deletedFile), r.Base.Seen, filepath.Join(dir, seenFile)); err != nil {
			return err
		}
		told.Rostrum.Since = &Since{File: r.Base.File, At: r.Base.At, Unchanged: outcome.Unchanged, Deleted: deleted, DeletedFile: deletedFile}
	}
	manifest, err := json.MarshalIndent(told, "", "  ")
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	if err := durable.WriteFile(filepath.Join(dir, r.File+ManifestSuffix), manifest, 0o600); err != nil {
		return err
	}
	if err := durable.Rename(filepath.Join(dir, partFile), filepath.Join(dir, r.File)); err != nil {
		return fmt.Errorf("name export: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if r.Stale {
		return fault.New(fault.Canceled, "a statement in the export was forgotten", "")
	}
	now := k.o.Now().UTC()
	r.State, r.Finished, r.Place = Done, &now, nil
	r.Statements, r.Rows, r.Bytes, r.LeftOut, r.SHA256 = outcome.Statements, outcome.Rows, sum.Bytes, outcome.LeftOut, sum.SHA256
	r.Unchanged, r.Deleted, r.DeletedFile = outcome.Unchanged, deleted, deletedFile
	if err := k.save(r); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(dir, pinDir))
}

// output is a file that is written in pieces, each of which can be read without the others where it is compressed.
type output struct {
	file     *os.File
	to       io.Writer // the file
	sum      hash.Hash
	offset   int64
	compress *Compression
	piece    io.WriteCloser // nil: none is open
}

// open opens the file of a job at the place where it can be gone on with.
func (k *Keeper) open(r *record) (*output, error) {
	f, err := os.OpenFile(filepath.Join(k.dir(r.ID), partFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open export: %w", err)
	}
	out := &output{file: f, to: f, sum: sha256.New()}
	if k.onDisk != nil {
		out.to = k.onDisk(f)
	}
	for _, c := range Compressions() {
		if c.Name == r.Compression {
			out.compress = &c
		}
	}
	if r.Place != nil {
		out.offset = r.Place.Offset
		state, ok := out.sum.(encoding.BinaryUnmarshaler)
		if !ok {
			err = errors.New("a hash cannot be gone on with")
		} else {
			err = state.UnmarshalBinary(r.Place.Hash)
		}
	}
	if err == nil {
		err = f.Truncate(out.offset)
	}
	if err == nil {
		_, err = f.Seek(out.offset, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("go on with export: %w", err), f.Close())
	}
	return out, nil
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	if o.compress == nil {
		return o.raw(b)
	}
	if o.piece == nil {
		var err error
		if o.piece, err = o.compress.Open(rawWriter(o.raw)); err != nil {
			return 0, err
		}
	}
	return o.piece.Write(b)
}

type rawWriter func([]byte) (int, error)

// Write implements io.Writer.
func (w rawWriter) Write(b []byte) (int, error) { return w(b) }

func (o *output) raw(b []byte) (int, error) {
	n, err := o.to.Write(b)
	o.sum.Write(b[:n])
	o.offset += int64(n)
	return n, err
}

// pause puts everything on disk and says where that ends.
func (o *output) pause() (place, error) {
	if o.piece != nil {
		if err := o.piece.Close(); err != nil {
			return place{}, err
		}
		o.piece = nil
	}
	if err := o.file.Sync(); err != nil {
		return place{}, err
	}
	state, ok := o.sum.(encoding.BinaryMarshaler)
	if !ok {
		return place{}, errors.New("a hash cannot be written down")
	}
	hashed, err := state.MarshalBinary()
	return place{Offset: o.offset, Hash: hashed}, err
}

// end puts the whole file on disk. A compressed file of nothing is one empty piece.
func (o *output) end() (Sum, error) {
	if o.compress != nil && o.piece == nil && o.offset == 0 {
		if _, err := o.Write(nil); err != nil {
			return Sum{}, err
		}
	}
	if _, err := o.pause(); err != nil {
		return Sum{}, err
	}
	return Sum{o.offset, hex.EncodeToString(o.sum.Sum(nil))}, nil
}
