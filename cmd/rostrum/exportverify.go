package main

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"

	"github.com/spf13/cobra"

	"rostrum/search/export"
)

// saveManifest writes what the export was beside its file.
func saveManifest(cmd *cobra.Command, c *client, id, file string) error {
	if id == "" {
		return nil // a server that makes none
	}
	body, err := c.get(cmd.Context(), exportPath+"/"+url.PathEscape(id)+"/manifest", url.Values{"path": {filepath.Base(file)}})
	if err != nil {
		return err
	}
	return writeFile(file+export.ManifestSuffix, func(w io.Writer) error {
		_, err := w.Write(body)
		return failed(err)
	})
}

// verifyExport checks a file against its manifest.
func verifyExport(cmd *cobra.Command, path string) error {
	v, err := export.Verify(path)
	if err != nil {
		return err
	}
	rows := "rows not counted"
	if v.Counted {
		rows = grouped(v.Rows) + " rows"
	}
	m := &v.Manifest.Rostrum
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is what was exported: %s, %s, %s\nquery  %s\nmade   %s from index %s\nagain  %s\n", path, rows, bytesOf(v.Manifest.Resources[0].Bytes),
		v.Manifest.Resources[0].Hash, orAll(m.Query.Parsed), v.Manifest.Created.Format("2006-01-02 15:04:05Z07:00"), m.From.Generation, m.Command)
	if err == nil && m.From.Note != "" {
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "note   %s\n", m.From.Note)
	}
	return failed(err)
}
