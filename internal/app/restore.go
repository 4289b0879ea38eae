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
	"strings"

	"rostrum/configs"
	"rostrum/internal/bus"
	"rostrum/internal/durable"
	"rostrum/internal/fault"
)

// unfinishedFile lies in a data folder while a backup is restored into it. No instance starts on such a folder.
const unfinishedFile = "restore.unfinished"

// Restore puts a backup into cfg.Data, which must be empty or not there, and into the NATS server of cfg, if it names one, which must hold nothing of Rostrum. The index
// is not in a backup: the first start builds it. When it fails nothing is left in the folder. told is called with the bytes read so far.
func Restore(ctx context.Context, cfg *configs.Config, from io.Reader, log *slog.Logger, told func(int64)) (report BackupReport, err error) {
	if err := emptyFolder(cfg.Data); err != nil {
		return report, err
	}
	marker := filepath.Join(cfg.Data, unfinishedFile)
	if err := os.WriteFile(marker, []byte("A backup is being restored here. If no `rostrum restore` runs, remove the folder and restore again.\n"), 0o600); err != nil {
		return report, fmt.Errorf("restore into %s: %w", cfg.Data, err)
	}
	r := &restoring{dir: cfg.Data, o: busOptions(cfg, &App{log: log})}
	r.o.Metrics = nil
	report, err = readBackup(from, func(b Backup, name string, f io.Reader) error { return r.put(ctx, b, name, f) }, told)
	err = errors.Join(err, r.close(ctx))
	if err == nil {
		err = r.settle(ctx)
	}
	if err != nil {
		return report, errors.Join(err, removeInside(cfg.Data))
	}
	return report, errors.Join(os.Remove(marker), durable.SyncDir(cfg.Data))
}

// emptyFolder makes a folder, and refuses one that holds something.
func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = os.MkdirAll(dir, 0o750)
	}
	if err != nil {
		return fmt.Errorf("restore into %s: %w", dir, err)
	}
	if len(entries) > 0 {
		return fault.New(fault.Conflict, fmt.Sprintf("the folder %s is not empty: it holds %s", dir, entries[0].Name()), "name a new folder with --data")
	}
	return nil
}

func removeInside(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// restoring puts the files of one backup in their places.
type restoring struct {
	dir     string
	o       bus.Options
	streams *bus.Restorer // nil before the first one
}

func (r *restoring) put(ctx context.Context, b Backup, name string, from io.Reader) error {
	if err := ctx.Err(); err != nil {
		return fault.As(fault.Canceled, err)
	}
	if file, ok := strings.CutPrefix(name, busFolder+"/"); ok {
		return r.stream(ctx, b, strings.TrimSuffix(file, streamSuffix), from)
	}
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("restore %s: %w", name, err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("restore %s: %w", name, err)
	}
	_, err = io.Copy(f, &stoppable{ctx, from})
	if err = errors.Join(err, f.Sync(), f.Close(), durable.SyncDir(filepath.Dir(path))); err != nil {
		return badBackup("restore "+name+": "+err.Error(), err)
	}
	return nil
}

func (r *restoring) stream(ctx context.Context, b Backup, name string, from io.Reader) (err error) {
	if r.streams == nil {
		if r.streams, err = bus.OpenRestorer(ctx, r.o); err != nil {
			return err
		}
	}
	for _, s := range b.Streams {
		if s.Name == name {
			return r.streams.Restore(ctx, s, from)
		}
	}
	return badBackup("the backup does not say what the stream "+name+" is", nil)
}

func (r *restoring) close(ctx context.Context) error {
	if r.streams == nil {
		return nil
	}
	return r.streams.Close(context.WithoutCancel(ctx))
}

// settle opens the bus as a start does, and drops what the backup caught between two states.
func (r *restoring) settle(ctx context.Context) error {
	b, err := bus.Open(ctx, r.o)
	if err != nil {
		return err
	}
	_, err = b.SettleRestored(ctx)
	return errors.Join(err, b.Close(context.WithoutCancel(ctx)))
}
