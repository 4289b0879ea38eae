package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"

	"rostrum/configs"
	"rostrum/internal/durable"
)

// AuditFile is the file in the data folder that every change is written down in, a line of JSON each. When it is full it is kept as AuditBefore, in the
// place of the one that was there.
const (
	AuditFile   = "audit.jsonl"
	AuditBefore = "audit.1.jsonl"
)

const maxAuditFile = 32 << 20 // bytes: of 100,000 changes

// auditFile takes whole lines, each of which is on disk when Write returns. It is safe for many goroutines.
type auditFile struct {
	dir string
	max int64
	log *slog.Logger // told when a line could not be written, since no caller listens

	mu   sync.Mutex
	file *os.File
	size int64
}

// openAudit opens the file in a data folder, and makes it where it is not there.
func openAudit(dir string, log *slog.Logger) (*auditFile, error) {
	f := &auditFile{dir: dir, max: maxAuditFile, log: log}
	if err := f.open(); err != nil {
		return nil, fmt.Errorf("open %s: %w", AuditFile, err)
	}
	return f, nil
}

func (f *auditFile) open() error {
	file, err := os.OpenFile(filepath.Join(f.dir, AuditFile), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	f.file, f.size = file, info.Size()
	return durable.SyncDir(f.dir)
}

// Write implements io.Writer for one line.
func (f *auditFile) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.write(line)
	if err != nil {
		f.log.Error("a change is not in the audit file", "file", AuditFile, "error", err)
	}
	return n, err
}

func (f *auditFile) write(line []byte) (int, error) {
	if f.size > 0 && f.size+int64(len(line)) > f.max {
		if err := f.turn(); err != nil {
			return 0, err
		}
	}
	n, err := f.file.Write(line)
	f.size += int64(n)
	return n, errors.Join(err, f.file.Sync())
}

// turn sets the full file aside and begins the next.
func (f *auditFile) turn() error {
	err := os.Rename(filepath.Join(f.dir, AuditFile), filepath.Join(f.dir, AuditBefore))
	return errors.Join(err, f.file.Close(), f.open())
}

func (f *auditFile) close(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.file.Close()
}

// logger writes changes to log, and whatever its level to the file.
func (f *auditFile) logger(log *slog.Logger) *slog.Logger {
	return slog.New(slog.NewMultiHandler(log.Handler(), slog.NewJSONHandler(f, nil)))
}

// startAudit opens the audit file, and writes down with which configuration this process starts: it may have been changed while none ran.
func (a *App) startAudit(context.Context, context.Context) error {
	f, err := openAudit(a.cfg.Data, a.log)
	if err != nil {
		return err
	}
	a.onStop("audit", f.close)
	a.audit = f.logger(a.log.With("room", "auth"))
	a.audit.Info("audit", "who", operator(), "did", "started", "version", Version, "configuration", ConfigHash(a.cfg))
	return nil
}

// AuditOffline writes down what a command changed while no instance needs to run. Where there is no data folder yet, there is nothing to be audited.
func AuditOffline(cfg *configs.Config, log *slog.Logger, did string, args ...any) error {
	f, err := openAudit(cfg.Data, log)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	f.logger(log).Info("audit", append([]any{"who", operator(), "did", did}, args...)...)
	return f.close(context.Background())
}

// operator is who runs this process, by the name that the system knows.
func operator() string {
	if u, err := user.Current(); err == nil {
		return "user:" + u.Username
	}
	return "user:" + strconv.Itoa(os.Getuid())
}
