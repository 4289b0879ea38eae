package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"rostrum/configs"
	"rostrum/indexer"
	"rostrum/internal/bus"
	"rostrum/internal/fault"
)

// pauseBound is how long a backup waits for its turn: whoever builds the index anew has it for long.
const pauseBound = 30 * time.Second

// backuper copies what can't be made again, as it is at one moment.
//
// The moment is a pause of the indexer between two batches. Then everything that is in the archive is stored and announced, and what is not waits in
// CAPTURES: so a copy taken in the pause neither claims a capture that the archive lacks nor holds one that nobody was told of. What
// goes on meanwhile is copied so that it claims too little rather than too much:
//
//  1. Fetch state, before the pause: crawlers publish a capture and then note that the page was fetched. What is noted is in CAPTURES when that
//     is copied, or in the archive. The other way round a page could be noted as fetched, and never be fetched again, that is nowhere.
//  2. CAPTURES, then their bodies. An acknowledgement under way may take a body between the two: its capture is in the archive, and the
//     restore drops the rest of it. The quarantine after CAPTURES, for captures go from there to here.
//  3. The end of the archive. Its files are only appended to, so that they are read after the pause, up to that end.
//  4. The places that are matched and sent, then saved queries, announcements, what fired, alerts, deliveries: each says what was done with those
//     behind it, and is read before them. What is matched or sent meanwhile is then matched again, under the same id, and not sent twice: deliveries are
//     read last.
//  5. What was forgotten and corrected.
//
// The streams go to a file on the disk first: the server ends a reader that is as slow as a network, and the pause must be short.
type backuper struct {
	cfg  *configs.Config
	node *node
	bus  *bus.Bus
	now  func() time.Time
	log  *slog.Logger
	one  sync.Mutex // a backup at a time
}

// Write writes a backup to w, after begin, which is called when nothing but w can fail any more for a while. Memory stays flat.
// fault.Conflict while another one is made.
func (b *backuper) Write(ctx context.Context, w io.Writer, begin func()) (err error) {
	if !b.one.TryLock() {
		return fault.New(fault.Conflict, "a backup is being made already", "wait for its end")
	}
	defer b.one.Unlock()
	began := b.now()
	spool, err := openSpool(b.cfg.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, spool.close()) }()
	taken, paused, err := b.take(ctx, spool)
	if err != nil {
		return fmt.Errorf("take backup: %w", err)
	}
	files, err := b.node.archive.Files(taken.Archive)
	if err != nil {
		return err
	}
	begin()
	out, err := newBackupWriter(w, taken)
	if err != nil {
		return err
	}
	for _, p := range spool.parts {
		if err := out.file(p.name, p.length, io.NewSectionReader(spool.file, p.offset, p.length)); err != nil {
			return err
		}
	}
	if err := b.exports(ctx, out); err != nil {
		return err
	}
	total := spool.end
	for _, f := range files {
		if err := b.archived(ctx, out, f); err != nil {
			return err
		}
		total += f.Length
	}
	if err := out.close(); err != nil {
		return err
	}
	b.log.Info("backup made", "bytes", total, "files", len(out.files), "statements", taken.Statements, "archive", taken.Archive.File, "offset", taken.Archive.Offset,
		"paused", paused.Round(time.Millisecond), "took", b.now().Sub(began).Round(time.Millisecond))
	return nil
}

// take copies what changes, and says for how long the indexer paused.
func (b *backuper) take(ctx context.Context, spool *spool) (*Backup, time.Duration, error) {
	taken := &Backup{Format: backupFormat, Version: Version, Config: ConfigHash(b.cfg)}
	fetching, indexing, telling := bus.SnapshotNames()
	if err := b.streams(ctx, spool, taken, fetching); err != nil {
		return nil, 0, err
	}
	waiting, cancel := context.WithTimeout(ctx, pauseBound)
	defer cancel()
	end, err := b.node.turn.take(waiting)
	if err != nil {
		if ctx.Err() == nil {
			err = fault.New(fault.Transient, "the index is being built anew", "make the backup when `rostrum reindex --status` says that it is done")
		}
		return nil, 0, err
	}
	defer end()
	began := b.now()
	if err := b.streams(ctx, spool, taken, indexing); err != nil {
		return nil, 0, err
	}
	taken.Archive, taken.Created = b.node.archive.Position(), b.now().UTC()
	if err := b.streams(ctx, spool, taken, telling); err != nil {
		return nil, 0, err
	}
	for _, name := range besides {
		if err := spool.copyFile(name, filepath.Join(b.cfg.Data, name)); err != nil {
			return nil, 0, err
		}
	}
	status, err := b.node.store.Status(ctx)
	taken.Statements = status.Statements
	return taken, b.now().Sub(began), err
}

func (b *backuper) streams(ctx context.Context, spool *spool, taken *Backup, names []string) error {
	for _, name := range names {
		err := spool.part(busFolder+"/"+name+streamSuffix, func(w io.Writer, again func() error) error {
			s, err := b.bus.Snapshot(ctx, name, w, again)
			taken.Streams = append(taken.Streams, s)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// archived copies an archive file up to a length.
func (b *backuper) archived(ctx context.Context, out *backupWriter, f indexer.ArchiveFile) error {
	file, err := b.node.archive.OpenFile(f.Name)
	if err != nil {
		return err
	}
	defer file.Close()
	return out.file(archiveFolder+"/"+f.Name, f.Length, &stoppable{ctx, file})
}

// exports copies the exports that are kept. They change by being made and removed whole.
func (b *backuper) exports(ctx context.Context, out *backupWriter) error {
	root, err := os.OpenRoot(filepath.Join(b.cfg.Data, ExportsFolder))
	if err != nil {
		return gone(err)
	}
	defer root.Close()
	err = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return gone(err)
		}
		file, err := root.Open(path)
		if err != nil {
			return gone(err)
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return err
		}
		name := ExportsFolder + "/" + path
		if !allowed(name) {
			return nil
		}
		return out.file(name, info.Size(), &stoppable{ctx, file})
	})
	if err != nil {
		return fmt.Errorf("back up exports: %w", err)
	}
	return nil
}

// gone passes over what is not there any more.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// stoppable ends reading with its context.
type stoppable struct {
	ctx context.Context //nolint:containedctx // it lives as long as one copy
	r   io.Reader
}

// Read implements io.Reader.
func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, fault.As(fault.Canceled, err)
	}
	return s.r.Read(p)
}

// spool is a file on the disk for what must be copied fast. It has no name, so that nothing is left of it.
type spool struct {
	file  *os.File
	end   int64
	parts []spoolPart
}

type spoolPart struct {
	name           string
	offset, length int64
}

func openSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, ".backup-*")
	if err != nil {
		return nil, fmt.Errorf("make room for a backup: %w", err)
	}
	_ = os.Remove(f.Name()) // where an open file keeps its name, close removes it
	return &spool{file: f}, nil
}

// part adds what write writes; again makes it begin anew.
func (s *spool) part(name string, write func(w io.Writer, again func() error) error) error {
	at := io.NewOffsetWriter(s.file, s.end)
	sink := &spoolWriter{at: at}
	again := func() error { sink.n = 0; _, err := at.Seek(0, io.SeekStart); return err }
	if err := write(sink, again); err != nil {
		return err
	}
	s.parts = append(s.parts, spoolPart{name, s.end, sink.n})
	s.end += sink.n
	return nil
}

// copyFile adds a file, if it is there.
func (s *spool) copyFile(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return gone(err)
	}
	defer f.Close()
	return s.part(name, func(w io.Writer, _ func() error) error {
		if _, err := io.Copy(w, f); err != nil {
			return fmt.Errorf("copy %s: %w", path, err)
		}
		return nil
	})
}

func (s *spool) close() error {
	err := s.file.Close()
	if removed := os.Remove(s.file.Name()); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

// spoolWriter counts what is written.
type spoolWriter struct {
	at *io.OffsetWriter
	n  int64
}

// Write implements io.Writer.
func (w *spoolWriter) Write(p []byte) (int, error) {
	n, err := w.at.Write(p)
	w.n += int64(n)
	return n, err
}
