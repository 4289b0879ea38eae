package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/app"
	"rostrum/internal/statement"
)

func newInspect() *cobra.Command {
	var path, address, source string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "inspect FILE|URL...",
		Short: "What extraction and annotation see; needs no server",
		Example: `  rostrum inspect letter.html --url https://example.org/letter
  rostrum inspect --json *.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := configs.LoadFile(path, configs.Options{Env: os.Environ(), Checks: app.Checks()})
			if err != nil {
				return err
			}
			inspector, err := app.NewInspector(cfg)
			if err != nil {
				return failed(err)
			}
			defer inspector.Close()
			var faults []error
			for _, arg := range args {
				found := inspector.Inspect(cmd.Context(), arg, address, source)
				if found.Error != "" {
					faults = append(faults, errors.New(arg+": "+found.Error))
				}
				if err := printInspection(cmd.OutOrStdout(), found, asJSON); err != nil {
					return failed(err)
				}
			}
			return failed(errors.Join(faults...))
		},
	}
	cmd.Flags().StringVar(&path, "config", "", "rostrum.yaml whose actors and topics to use")
	cmd.Flags().StringVar(&address, "url", "", "the address a file was fetched from")
	cmd.Flags().StringVar(&source, "source", "", "the source a file belongs to: its issuer speaks")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one line of JSON per input, in order")
	return cmd
}

func printInspection(w io.Writer, found app.Inspection, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(found)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "== %s\n", found.File)
	if found.Error != "" {
		fmt.Fprintf(&b, "not a statement: %s\n\n", found.Error)
	} else {
		published := "none"
		if found.Published != nil {
			published = found.Published.Format("2 Jan 2006") + " (" + found.PublishedFrom + ")"
		}
		title, author := found.Title, found.Author
		if found.TitleFrom != "" {
			title += " (" + found.TitleFrom + ")"
		}
		if author != "" {
			author = fmt.Sprintf("author     %s (%s)\n", author, found.AuthorFrom)
		}
		fmt.Fprintf(&b, "title      %s\n%spublished  %s\nlanguage   %s\nkind       %s\n", title, author, published, found.Language, found.Kind)
		for _, role := range statement.Roles {
			for _, a := range found.Actors {
				if a.Role == role {
					fmt.Fprintf(&b, "%-10s %s (%s)\n", role, a.Name, a.ID)
				}
			}
		}
		fmt.Fprintf(&b, "topics     %s\n", strings.Join(found.Topics, ", "))
		b.WriteString(findings(&found))
		for _, note := range found.Notes {
			fmt.Fprintf(&b, "note       %s\n", note)
		}
		fmt.Fprintf(&b, "\n%s\n\n", found.Text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
