package app

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"rostrum/configs"
	"rostrum/indexer"
	"rostrum/internal/bus"
	"rostrum/internal/fault"
)

// A backup is a tar file. Its first entry says what it is, its last one the checksums of all between: a backup without that is cut off.
const (
	backupFormat = 1
	backupHead   = "rostrum-backup.json"
	backupSums   = "checksums.json"

	busFolder     = "bus"
	archiveFolder = "archive"
	streamSuffix  = ".snapshot"

	maxBackupJSON  = 64 << 20 // bytes of its first or last entry
	maxBackupFiles = 1 << 20
)

// Backup says what a backup is.
type Backup struct {
	Format     int                  `json:"format"`
	Version    string               `json:"version"` // of the program that made it
	Created    time.Time            `json:"created"` // UTC: what it holds is the state of that moment
	Archive    indexer.Position     `json:"archive"` // the end of the archive in it
	Statements int                  `json:"statements"`
	Config     string               `json:"config"` // ConfigHash of the configuration that the instance ran with
	Streams    []bus.SnapshotStream `json:"streams"`
}

// backupFile is a file in a backup.
type backupFile struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
	SHA   string `json:"sha256"`
}

// BackupReport says what was read from a backup.
type BackupReport struct {
	Backup
	Files int
	Bytes int64
}

// ConfigHash tells configurations apart. Secrets don't go into it.
func ConfigHash(cfg *configs.Config) string {
	same := *cfg
	same.Data, same.Listen = "", "" // which flags change
	text, err := json.Marshal(&same)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

var (
	archiveName = regexp.MustCompile(`^rostrum-[0-9]{8,9}\.warc\.gz$`)
	streamName  = regexp.MustCompile(`^[A-Z_]{1,40}\.snapshot$`)
)

// besides are the files of the data folder that stand in a backup beside archive, bus and exports.
var besides = []string{ForgottenFile, CorrectionsFile, AdminTokenFile, AuditFile, AuditBefore}

// allowed says whether a name in a backup is one that a backup gives; anything else, such as a way out of the folder, is refused.
func allowed(name string) bool {
	if path.Clean(name) != name || !filepath.IsLocal(name) || strings.ContainsAny(name, "\\:\x00") || len(name) > 1000 {
		return false
	}
	folder, file, inside := strings.Cut(name, "/")
	switch {
	case !inside:
		return slices.Contains(besides, name)
	case folder == archiveFolder:
		return archiveName.MatchString(file)
	case folder == busFolder:
		return streamName.MatchString(file)
	}
	return folder == ExportsFolder
}

// CheckBackup reads a backup to its end; the error, a fault.Invalid, says what is wrong with it. told is called with the bytes read so far.
func CheckBackup(from io.Reader, told func(int64)) (BackupReport, error) {
	return readBackup(from, func(Backup, string, io.Reader) error { return nil }, told)
}

// readBackup hands every file in a backup to visit, with what the backup is, and compares what was read with the checksums at the end. Memory does
// not grow with the backup.
func readBackup(from io.Reader, visit func(b Backup, name string, r io.Reader) error, told func(int64)) (report BackupReport, err error) {
	tr := tar.NewReader(from)
	head, err := tr.Next()
	if err != nil || head.Name != backupHead {
		return report, badBackup("this is no backup of Rostrum", err)
	}
	if err := readJSON(tr, &report.Backup); err != nil {
		return report, badBackup("what the backup says of itself can't be read", err)
	}
	if report.Format != backupFormat {
		return report, fault.New(fault.Invalid, fmt.Sprintf("the backup has format %d, and this version reads format %d", report.Format, backupFormat), "restore it with version "+report.Version)
	}
	read := map[string]backupFile{}
	for {
		h, err := tr.Next()
		if err != nil {
			return report, badBackup("the backup is cut off: the checksums at its end are missing", err)
		}
		if h.Typeflag != tar.TypeReg {
			return report, badBackup(fmt.Sprintf("the backup holds %q, which is no plain file", h.Name), nil)
		}
		if h.Name == backupSums {
			return report, compareSums(tr, read)
		}
		if _, twice := read[h.Name]; twice || !allowed(h.Name) || len(read) == maxBackupFiles {
			return report, badBackup(fmt.Sprintf("the backup holds a file that no backup has: %q", h.Name), nil)
		}
		sum := sha256.New()
		counted := &countedReader{r: io.TeeReader(tr, sum), told: func(n int64) { told(report.Bytes + n) }}
		if err := visit(report.Backup, h.Name, counted); err != nil {
			return report, err
		}
		if _, err := io.Copy(io.Discard, counted); err != nil {
			return report, badBackup("the backup is cut off in "+h.Name, err)
		}
		read[h.Name] = backupFile{Path: h.Name, Bytes: counted.n, SHA: hex.EncodeToString(sum.Sum(nil))}
		report.Files++
		report.Bytes += counted.n
	}
}

// compareSums reads the end of a backup.
func compareSums(tr *tar.Reader, read map[string]backupFile) error {
	var said struct{ Files []backupFile }
	if err := readJSON(tr, &said); err != nil {
		return badBackup("the checksums of the backup can't be read", err)
	}
	for _, f := range said.Files {
		if read[f.Path] != f {
			return badBackup("the backup is damaged: "+f.Path+" is not what its checksum says", nil)
		}
	}
	if len(said.Files) != len(read) {
		return badBackup("the backup is damaged: it has files without a checksum", nil)
	}
	if _, err := tr.Next(); !errors.Is(err, io.EOF) {
		return badBackup("the backup goes on behind its end", err)
	}
	return nil
}

func readJSON(r io.Reader, into any) error {
	body, err := io.ReadAll(io.LimitReader(r, maxBackupJSON+1))
	if err != nil {
		return err
	}
	if len(body) > maxBackupJSON {
		return errors.New("it is too long")
	}
	return json.Unmarshal(body, into)
}

func badBackup(what string, err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok { // of what it is read from
		return f
	}
	return &fault.Error{Kind: fault.Invalid, What: what, Remedy: "use another backup, or make one with `rostrum backup`", Position: -1, Err: err}
}

// countedReader counts what is read.
type countedReader struct {
	r    io.Reader
	n    int64
	told func(int64)
}

// Read implements io.Reader.
func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.told(c.n)
	return n, err
}

// backupWriter writes a backup.
type backupWriter struct {
	tar     *tar.Writer
	created time.Time
	files   []backupFile
}

func newBackupWriter(w io.Writer, b *Backup) (*backupWriter, error) {
	out := &backupWriter{tar: tar.NewWriter(w), created: b.Created}
	return out, out.json(backupHead, b)
}

// file writes one file of a known size, with the first of these bytes that r gives.
func (b *backupWriter) file(name string, size int64, r io.Reader) error {
	if err := b.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: b.created, Format: tar.FormatPAX}); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(b.tar, sum), io.LimitReader(r, size))
	if err == nil && n != size {
		err = fmt.Errorf("%s became shorter while it was read: %d bytes of %d", name, n, size)
	}
	if err != nil {
		return fmt.Errorf("back up %s: %w", name, err)
	}
	b.files = append(b.files, backupFile{Path: name, Bytes: size, SHA: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

func (b *backupWriter) json(name string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := b.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(body)), ModTime: b.created, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err = io.Copy(b.tar, bytes.NewReader(body))
	return err
}

// close writes the checksums, without which a backup is none.
func (b *backupWriter) close() error {
	return errors.Join(b.json(backupSums, map[string]any{"files": b.files}), b.tar.Close())
}
