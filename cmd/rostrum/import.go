package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"rostrum/internal/fault"
	"rostrum/search/httpapi"
)

func newImport() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Import the pages of WARC files (.warc, .warc.gz)",
		Long: `Sends WARC files to the running instance, which takes their pages as if it had fetched them then: each keeps the moment of its
capture, and none of them alerts. A page belongs to the source whose sites and patterns fit its address, else to the source "import".
What can't be used is left out with its reason, and the rest goes in; the exit code is then 1. Importing a file again changes nothing.`,
		Example: `  rostrum import crawl-2024.warc.gz
  rostrum search source:import`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var faults []error
			for _, path := range args {
				report, err := importFile(cmd, c, path)
				if fault.KindOf(err).ExitCode() == 3 || cmd.Context().Err() != nil {
					return err
				}
				if err != nil {
					faults = append(faults, fmt.Errorf("%s: %w", path, err))
					continue
				}
				if err := printImport(cmd.OutOrStdout(), path, report, asJSON); err != nil {
					return failed(err)
				}
				if report.Refused > 0 || report.Error != "" {
					faults = append(faults, fmt.Errorf("%s: not everything could be imported", path))
				}
			}
			return failed(errors.Join(faults...))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one line of JSON per file")
	addAdmin(cmd)
	return cmd
}

// importFile sends one file and gives what became of it.
func importFile(cmd *cobra.Command, c *client, path string) (report httpapi.ImportReport, err error) {
	f, err := os.Open(path)
	if err != nil {
		return report, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return report, err
	}
	if !info.Mode().IsRegular() {
		return report, errors.New("it is not a file")
	}
	shown := newProgress(cmd.ErrOrStderr())
	defer shown.end()
	body := &sentBody{Reader: f, told: func(sent int64) {
		shown.show(func(running time.Duration) string { return sentSoFar(path, sent, info.Size(), running) })
	}}
	answer, err := c.upload(cmd.Context(), "/api/v1/admin/import", "application/warc", body, info.Size())
	if err != nil {
		return report, err
	}
	if err := json.Unmarshal(answer, &report); err != nil {
		return report, fault.New(fault.Unreachable, fmt.Sprintf("the server at %s does not speak Rostrum's API", c.server), "check --server")
	}
	return report, nil
}

// sentBody counts what is read of it.
type sentBody struct {
	io.Reader
	sent int64
	told func(sent int64)
}

// Read implements io.Reader.
func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.sent += int64(n)
	b.told(b.sent)
	return n, err
}

func sentSoFar(path string, sent, size int64, running time.Duration) string {
	line := fmt.Sprintf("%s: %s of %s", path, bytesOf(sent), bytesOf(size))
	if sent == 0 || sent >= size {
		return line
	}
	left := time.Duration(float64(running) / float64(sent) * float64(size-sent))
	return fmt.Sprintf("%s, about %s left", line, left.Round(time.Second))
}

// upload sends a body of any size, however long the server takes for it, and gives the answer's body.
func (c *client) upload(ctx context.Context, path, kind string, body io.Reader, size int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.server+path, body)
	if err != nil {
		return nil, failed(err)
	}
	req.ContentLength = size
	if size == 0 {
		req.Body = http.NoBody
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Expect", "100-continue") // a refusal comes before the file is sent
	return c.answer(req)
}

func printImport(w io.Writer, path string, report httpapi.ImportReport, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(struct {
			File string `json:"file"`
			httpapi.ImportReport
		}{path, report})
	}
	line := fmt.Sprintf("%s: %d captures imported", path, report.Captures)
	for i, source := range slices.Sorted(maps.Keys(report.Sources)) {
		if i == 0 {
			line += ":"
		} else {
			line += ","
		}
		line += fmt.Sprintf(" %d as source:%s", report.Sources[source], source)
	}
	if report.Refused > 0 {
		line += fmt.Sprintf("; %d records left out", report.Refused)
	}
	line += "\n"
	for _, reason := range report.Reasons {
		line += "  " + reason + "\n"
	}
	if more := report.Refused - len(report.Reasons); more > 0 {
		line += fmt.Sprintf("  and %d more\n", more)
	}
	if report.Error != "" {
		line += "  not read to its end: " + report.Error + "\n"
	}
	_, err := io.WriteString(w, line)
	return err
}
