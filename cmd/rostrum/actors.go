package main

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"rostrum/indexer/annotate"
	"rostrum/internal/fault"
	"rostrum/internal/fold"
	"rostrum/internal/statement"
	"rostrum/search"
)

func newActors() *cobra.Command {
	cmd := &cobra.Command{Use: "actors", Short: "Bodies that statements name and no list of actors has"}
	cmd.AddCommand(newCandidates(), newAdopt())
	return cmd
}

func newCandidates() *cobra.Command {
	var asJSON bool
	var limit, least int
	cmd := &cobra.Command{
		Use:   "candidates",
		Short: "List bodies that statements name and no list of actors has, the most often named first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			params := url.Values{"limit": {strconv.Itoa(limit)}, "min": {strconv.Itoa(least)}}
			if asJSON {
				body, err := c.get(cmd.Context(), candidatesPath, params)
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(body)
				return failed(err)
			}
			var found search.Candidates
			if err := c.getJSON(cmd.Context(), candidatesPath, params, &found); err != nil {
				return err
			}
			return failed(printCandidates(cmd.OutOrStdout(), &found))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	cmd.Flags().IntVar(&limit, "limit", 50, "how many")
	cmd.Flags().IntVar(&least, "min", 1, "only those that at least so many statements name")
	addServer(cmd)
	return cmd
}

const candidatesPath = "/api/v1/actors/candidates"

func printCandidates(w io.Writer, found *search.Candidates) error {
	t := newTable("NAME", "KIND", "SIGNED", "NAMED", "FOR EXAMPLE")
	for _, c := range found.Candidates {
		sample := ""
		if len(c.Samples) > 0 {
			sample = c.Samples[0].Statement
		}
		t.row(c.Name, annotate.KindOfName(c.Name), strconv.Itoa(c.Signed), strconv.Itoa(c.Mentioned), sample)
	}
	if err := t.print(w); err != nil {
		return err
	}
	for _, n := range found.Notes {
		if _, err := fmt.Fprintln(w, "note: "+n); err != nil {
			return err
		}
	}
	return nil
}

func newAdopt() *cobra.Command {
	var id, kind, file string
	cmd := &cobra.Command{
		Use:   "adopt NAME",
		Short: "Print a candidate as an entry for actors.yaml, or add it there",
		Long: `Print a candidate as an entry for the actors.yaml of a process, or add it to that file with --to. The kind is a guess from the
name unless --kind gives it. Check the file with rostrum config check, then let rostrum reindex apply it to everything stored.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var found search.Candidates
			if err := c.getJSON(cmd.Context(), candidatesPath, url.Values{"limit": {"1000"}}, &found); err != nil {
				return err
			}
			for _, one := range found.Candidates {
				if one.ID == args[0] || fold.String(one.Name) == fold.String(args[0]) {
					entry, err := entryOf(&one, id, kind)
					if err != nil {
						return failed(err)
					}
					if file != "" {
						return failed(addEntry(file, entry))
					}
					_, err = io.WriteString(cmd.OutOrStdout(), "actors:\n"+entry)
					return failed(err)
				}
			}
			return fault.New(fault.NotFound, fmt.Sprintf("%q is no candidate", args[0]), "rostrum actors candidates lists them")
		},
	}
	cmd.Flags().StringVar(&id, "id", "", "short name of the actor (default: made from its name)")
	cmd.Flags().StringVar(&kind, "kind", "", "igo, ngo, company, coalition, academic or person (default: guessed from its name)")
	cmd.Flags().StringVar(&file, "to", "", "actors.yaml to add it to")
	addServer(cmd)
	return cmd
}

// entryOf lays a candidate out as an entry of actors.yaml.
func entryOf(c *search.Candidate, id, kind string) (string, error) {
	if id == "" {
		made := strings.TrimPrefix(statement.NameID(fold.String(c.Name)), "x-")
		id = made[:strings.LastIndexByte(made, '-')]
	}
	if kind == "" {
		if kind = annotate.KindOfName(c.Name); kind == annotate.OtherKind {
			kind = "ngo"
		}
	}
	body, err := yaml.Marshal([]struct {
		ID      string   `yaml:"id"`
		Kind    string   `yaml:"kind"`
		Name    string   `yaml:"name"`
		Aliases []string `yaml:"aliases,omitempty"`
	}{{id, kind, c.Name, c.Spellings}})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for line := range strings.Lines(string(body)) {
		b.WriteString("  " + line)
	}
	return b.String(), nil
}

// addEntry adds an entry at the end of the list of actors in a file. A file whose list is not the last thing in it is left alone.
func addEntry(file, entry string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return fault.As(fault.NotFound, err)
	}
	text := strings.TrimRight(string(body), "\n") + "\n"
	if i := strings.LastIndex(text, "\nactors: []\n"); i >= 0 {
		text = text[:i+1] + "actors:\n" + text[i+len("\nactors: []\n"):]
	} else if strings.HasPrefix(text, "actors: []\n") {
		text = "actors:\n" + strings.TrimPrefix(text, "actors: []\n")
	}
	last := ""
	for line := range strings.Lines(text) {
		if line[0] != ' ' && line[0] != '#' && line[0] != '\n' && line[0] != '-' {
			last = strings.TrimSpace(line)
		}
	}
	if last != "actors:" {
		return fault.New(fault.Invalid, file+" does not end with its list of actors", "run without --to and put the entry where it belongs")
	}
	if strings.Contains("\n"+text, "\nactors:\n- ") { // the file's list is not indented
		entry = strings.TrimPrefix(strings.ReplaceAll("\n"+entry, "\n  ", "\n"), "\n")
	}
	return os.WriteFile(file, []byte(text+entry), 0o644) //nolint:gosec // the file is the one that the user names
}
