package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"rostrum/internal/fault"
	"rostrum/search/export"
)

const keptPath = "/api/v1/exports"

func keptURL(id string) string { return keptPath + "/" + url.PathEscape(id) }

// keepExport lets the server make an export.
func keepExport(cmd *cobra.Command, c *client, query string, flags exportFlags) error {
	params, compression, err := flags.params(query)
	if err != nil {
		return err
	}
	body := map[string]any{"q": query, "days": flags.days, "columns": flags.columns, "bom": flags.bom, "neutralize": flags.neutralize, "compression": compression}
	for _, name := range []string{"format", "shape", "period", "copies"} {
		if v := params.Get(name); v != "" {
			body[name] = v
		}
	}
	var kept export.Kept
	if err := c.sendJSON(cmd.Context(), http.MethodPost, keptPath, body, &kept); err != nil {
		return err
	}
	if flags.asJSON {
		return failed(printJSON(cmd.OutOrStdout(), kept))
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "export %s is being made of %s statements: rostrum exports get %s\n", kept.ID, grouped(kept.Total), kept.ID)
	return failed(err)
}

func newExports() *cobra.Command {
	cmd := &cobra.Command{Use: "exports", Short: "Kept exports: made by the server, downloaded when they are done"}
	cmd.AddCommand(newExportsList(), newExportsShow(), newExportsGet(), newExportsResume(), newExportsRemove(), newExportsSchedule())
	return cmd
}

func newExportsList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "list", Short: "All that are kept, the latest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := clientOf(cmd)
		if err != nil {
			return err
		}
		var found struct{ Exports []export.Kept }
		if err := c.getJSON(cmd.Context(), keptPath, nil, &found); err != nil {
			return err
		}
		if asJSON {
			return failed(printJSON(cmd.OutOrStdout(), found.Exports))
		}
		t := newTable("ID", "STATE", "ROWS", "SIZE", "EXPIRES", "FILE")
		for _, k := range found.Exports {
			t.row(k.ID, progressOf(&k), grouped(k.Rows), bytesOf(k.Bytes), k.Expires.Format(time.DateOnly), k.File)
		}
		return failed(t.print(cmd.OutOrStdout()))
	}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	addServer(cmd)
	return cmd
}

// progressOf says how far an export is.
func progressOf(k *export.Kept) string {
	if k.State != export.Running || k.Total == 0 {
		return string(k.State)
	}
	return fmt.Sprintf("%d %%, about %s left", 100*k.Statements/k.Total, time.Duration(k.SecondsLeft*float64(time.Second)).Round(time.Second))
}

func newExportsShow() *cobra.Command {
	var asJSON bool
	cmd := keptCommand("show ID", "One export: what it is and how far", func(cmd *cobra.Command, c *client, id string) error {
		var k export.Kept
		if err := c.getJSON(cmd.Context(), keptURL(id), nil, &k); err != nil {
			return err
		}
		w := cmd.OutOrStdout()
		if asJSON {
			return failed(printJSON(w, k))
		}
		_, err := fmt.Fprintf(w, "file        %s\nquery       %s\nexport      %s as %s\nstate       %s\nstatements  %s of %s\nrows        %s\nsize        %s\nexpires     %s\n", k.File, orAll(k.Query.Parsed), k.Shape,
			k.Format, progressOf(&k), grouped(k.Statements), grouped(k.Total), grouped(k.Rows), bytesOf(k.Bytes), k.Expires.Format(time.DateOnly))
		for _, l := range k.LeftOut {
			if err == nil {
				_, err = fmt.Fprintf(w, "left out    %s: %s\n", grouped(l.Statements), l.Reason)
			}
		}
		if err == nil && k.Error != "" {
			_, err = fmt.Fprintf(w, "error       %s\n", k.Error)
		}
		return failed(err)
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func newExportsResume() *cobra.Command {
	return keptCommand("resume ID", "Go on with one that failed", func(cmd *cobra.Command, c *client, id string) error {
		_, err := c.send(cmd.Context(), http.MethodPost, keptURL(id)+"/resume", nil)
		return err
	})
}

func newExportsRemove() *cobra.Command {
	return keptCommand("remove ID", "End one, and remove its file", func(cmd *cobra.Command, c *client, id string) error {
		_, err := c.send(cmd.Context(), http.MethodDelete, keptURL(id), nil)
		return err
	})
}

func newExportsGet() *cobra.Command {
	var out string
	cmd := keptCommand("get ID", "Download one with its manifest; waits until it is done", func(cmd *cobra.Command, c *client, id string) error {
		k, err := c.finished(cmd.Context(), id)
		if err != nil {
			return err
		}
		if out == "" {
			out = k.File
		}
		answer, err := c.open(cmd.Context(), keptURL(id)+"/file", nil, "")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if err := writeFile(out, func(w io.Writer) error {
			n, err := io.Copy(w, answer.Body)
			if err == nil && n != k.Bytes {
				err = fmt.Errorf("%d bytes arrived of %d", n, k.Bytes)
			}
			return failed(err)
		}); err != nil {
			return err
		}
		var manifest export.Manifest
		if err := c.getJSON(cmd.Context(), keptURL(id)+"/manifest", nil, &manifest); err != nil {
			return err
		}
		if err := writeFile(out+export.ManifestSuffix, func(w io.Writer) error {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			return failed(encoder.Encode(manifest.At(filepath.Base(out))))
		}); err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "wrote %s rows, %s to %s\n", grouped(k.Rows), bytesOf(k.Bytes), out)
		return failed(err)
	})
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write (default: the export's own name)")
	return cmd
}

// askEvery is how often an export that is being made is asked after.
const askEvery = 500 * time.Millisecond

// finished waits until an export is done.
func (c *client) finished(ctx context.Context, id string) (k export.Kept, err error) {
	for {
		if err := c.getJSON(ctx, keptURL(id), nil, &k); err != nil {
			return k, err
		}
		switch k.State {
		case export.Done:
			return k, nil
		case export.Failed:
			return k, fault.New(fault.Internal, "the export "+id+" failed: "+k.Error, "go on with it by rostrum exports resume "+id)
		case export.Waiting, export.Running:
		}
		select {
		case <-ctx.Done():
			return k, ctx.Err()
		case <-time.After(askEvery):
		}
	}
}

func keptCommand(use, short string, run func(cmd *cobra.Command, c *client, id string) error) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := clientOf(cmd)
		if err != nil {
			return err
		}
		return run(cmd, c, args[0])
	}}
	addServer(cmd)
	return cmd
}
