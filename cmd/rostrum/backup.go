package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"rostrum/internal/app"
)

const backupPath = "/api/v1/admin/backup"

func newBackup() *cobra.Command {
	var check, asJSON bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy everything that can't be made again into one file, while the instance runs",
		Long: `Writes the archive, saved queries, tokens, fetch state, what waits and what is in quarantine, alerts and what was delivered, kept exports, what was
forgotten and corrected, as they are at one moment. Collecting pauses for a moment, answering does not. The index is left out: a restored instance builds
it from the archive. The file is there whole or not at all, and only its owner may read it: it holds secrets. The configuration is not in it.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var report app.BackupReport
			var err error
			if check {
				report, err = checkBackup(cmd, args[0])
			} else {
				report, err = fetchBackup(cmd, args[0])
			}
			if err != nil {
				return err
			}
			if asJSON {
				return failed(printJSON(cmd.OutOrStdout(), backupAnswer(report)))
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is a whole backup: %s\n", args[0], backupLine(report))
			return failed(err)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "make none; say whether FILE is whole and undamaged")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	addAdmin(cmd)
	return cmd
}

// fetchBackup writes a backup of the instance, and reads it as it comes.
func fetchBackup(cmd *cobra.Command, path string) (report app.BackupReport, err error) {
	c, err := clientOf(cmd)
	if err != nil {
		return report, err
	}
	err = writePrivate(path, func(w io.Writer) error {
		res, err := c.openWith(cmd.Context(), http.MethodPost, backupPath, nil, "")
		if err != nil {
			return err
		}
		defer res.Body.Close()
		shown := newProgress(cmd.ErrOrStderr())
		defer shown.end()
		copied := io.TeeReader(res.Body, w)
		report, err = app.CheckBackup(copied, func(n int64) {
			shown.show(func(time.Duration) string { return bytesOf(n) + " written" })
		})
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, copied) // what pads the end of a tar file
		return failed(err)
	})
	return report, err
}

func checkBackup(cmd *cobra.Command, path string) (app.BackupReport, error) {
	f, err := os.Open(path)
	if err != nil {
		return app.BackupReport{}, failed(err)
	}
	defer f.Close()
	shown := newProgress(cmd.ErrOrStderr())
	defer shown.end()
	return app.CheckBackup(stoppableBy(cmd.Context(), f), func(n int64) {
		shown.show(func(time.Duration) string { return bytesOf(n) + " read" })
	})
}

// stoppableBy ends reading with a context.
func stoppableBy(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, failed(err)
		}
		return r.Read(p)
	})
}

type readerFunc func([]byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

type backupSummary struct {
	Created    time.Time `json:"created"`
	Version    string    `json:"version"`
	Config     string    `json:"config"`
	Statements int       `json:"statements"`
	Files      int       `json:"files"`
	Bytes      int64     `json:"bytes"`
}

func backupAnswer(r app.BackupReport) backupSummary {
	return backupSummary{r.Created, r.Version, r.Config, r.Statements, r.Files, r.Bytes}
}

func backupLine(r app.BackupReport) string {
	return fmt.Sprintf("%s statements as of %s, %s in %s files, by version %s with configuration %s", grouped(r.Statements), r.Created.Format("2006-01-02 15:04:05Z07:00"),
		bytesOf(r.Bytes), grouped(r.Files), r.Version, r.Config)
}

// writePrivate is writeFile for what holds secrets: nobody but its owner may read it, from the first byte on.
func writePrivate(path string, write func(w io.Writer) error) error {
	return writeFile(path, func(w io.Writer) error {
		f, ok := w.(*os.File)
		if !ok {
			return write(w)
		}
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			if err := f.Chmod(0o600); err != nil {
				return failed(err)
			}
		}
		return write(w)
	})
}
