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
)

func newTopics() *cobra.Command {
	cmd := &cobra.Command{Use: "topics", Short: "Try the topics of the configuration", Args: cobra.NoArgs}
	cmd.AddCommand(newTopicsTest())
	return cmd
}

func newTopicsTest() *cobra.Command {
	var path, address string
	var all, asJSON bool
	cmd := &cobra.Command{
		Use:   "test FILE|URL...",
		Short: "Say which topics fire on a file or page, and on which words; needs no server",
		Long: `Reads files or pages as they would be read, and says which topics fire, with the words that made them: [in brackets], and a little of
what stands around. --all lists the topics that do not fire as well, with their queries.`,
		Example: `  rostrum topics test letter.html --config my-process/rostrum.yaml
  rostrum topics test --all *.pdf`,
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
				found := inspector.TestTopics(cmd.Context(), arg, address, "")
				if found.Error != "" {
					faults = append(faults, errors.New(arg+": "+found.Error))
				}
				if err := printTopicTest(cmd.OutOrStdout(), &found, all, asJSON); err != nil {
					return failed(err)
				}
			}
			return failed(errors.Join(faults...))
		},
	}
	cmd.Flags().StringVar(&path, "config", "", "rostrum.yaml whose topics to try")
	cmd.Flags().StringVar(&address, "url", "", "the address a file was fetched from")
	cmd.Flags().BoolVar(&all, "all", false, "also the topics that do not fire")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one line of JSON per input, in order, with every topic")
	return cmd
}

func printTopicTest(w io.Writer, found *app.TopicTest, all, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(found)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "== %s\n", found.File)
	if found.Error != "" {
		fmt.Fprintf(&b, "not a statement: %s\n", found.Error)
	} else {
		fmt.Fprintf(&b, "%s (%s)\n", found.Title, found.Language)
	}
	silent := 0
	for _, t := range found.Topics {
		switch {
		case t.Fires:
			fmt.Fprintf(&b, "\nfires  %s (%s)\n", t.ID, t.Name)
			for _, p := range t.Places {
				fmt.Fprintf(&b, "       %-5s %6d  %s\n", p.In, p.Start, inContext(p))
			}
		case all:
			fmt.Fprintf(&b, "\nnot    %s (%s): %s\n", t.ID, t.Name, t.Query)
		default:
			silent++
		}
	}
	if found.Error == "" && silent > 0 {
		fmt.Fprintf(&b, "\n%d of %d topics do not fire\n", silent, len(found.Topics))
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// inContext writes a place on one line.
func inContext(p app.TopicPlace) string {
	if p.Text == "" {
		return ""
	}
	return strings.Join(strings.Fields(fmt.Sprintf("…%s[%s]%s…", p.Before, p.Text, p.After)), " ")
}
