package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rostrum/internal/fault"
	"rostrum/search/export"
)

const exportPath = "/api/v1/export"

// exportFlags are what the command takes besides its query.
type exportFlags struct {
	out, format, shape              string
	columns                         []string
	copies, bom, neutralize, asJSON bool
	dryRun, keep                    bool
	period, verify                  string
	days                            int
	noManifest                      bool
}

func newExport() *cobra.Command {
	var flags exportFlags
	cmd := &cobra.Command{
		Use:   "export QUERY",
		Short: "Write everything that matches to a file",
		Long:  "Writes everything that matches, from one state of the index, however much it is.\n\n" + shapesHelp(),
		Example: `  rostrum export 'topic:safeguards' -o safeguards.csv
  rostrum export '' -o all.jsonl.gz
  rostrum export 'actor:valdoria' --shape actors --columns id,published,actor,role -o roles.csv
  rostrum export '' --shape panel --period phase -o panel.parquet
  rostrum export 'after:2024' --dry-run
  rostrum export '' --format parquet --keep
  rostrum export --verify panel.parquet`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.verify != "" {
				return verifyExport(cmd, flags.verify)
			}
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			query := strings.Join(args, " ")
			if flags.dryRun {
				return dryRun(cmd, c, query, flags)
			}
			if flags.keep {
				return keepExport(cmd, c, query, flags)
			}
			return runExport(cmd, c, query, flags)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&flags.out, "output", "o", "", "file to write; - is standard output; .gz and .zst compress")
	f.StringVar(&flags.format, "format", "", strings.Join(export.Formats(), ", ")+" (default: by the file's name)")
	f.StringVar(&flags.shape, "shape", "", "what a row is: statements (default), actors, topics, …")
	f.StringSliceVar(&flags.columns, "columns", nil, "columns by name, separated by commas")
	f.BoolVar(&flags.copies, "copies", false, "every member of a group instead of its lead")
	f.BoolVar(&flags.bom, "bom", false, "csv: begin with a byte order mark, for spreadsheets")
	f.BoolVar(&flags.neutralize, "neutralize", false, "csv: put ' before a cell that a spreadsheet could run as a formula")
	f.BoolVar(&flags.dryRun, "dry-run", false, "say how much it would be, and write nothing")
	f.BoolVar(&flags.asJSON, "json", false, "with --dry-run and --keep: the API's answer as it is")
	f.StringVar(&flags.period, "period", "", "of the shape panel: "+strings.Join(export.Periods(), ", "))
	f.StringVar(&flags.verify, "verify", "", "check a file of an export against the manifest beside it; needs no server")
	f.BoolVar(&flags.noManifest, "no-manifest", false, "write no manifest beside the file")
	f.BoolVar(&flags.keep, "keep", false, "let the server make it and keep the file: see rostrum exports")
	f.IntVar(&flags.days, "days", export.DefaultDays, "with --keep: how long the file stays")
	addServer(cmd)
	return cmd
}

// shapesHelp names every shape with its columns; what can be asked for besides is the same in all.
func shapesHelp() string {
	var b, more strings.Builder
	b.WriteString("Shapes and their columns:\n")
	for i, s := range export.Shapes() {
		fmt.Fprintf(&b, "  %s: %s\n     ", s.Name, s.About)
		for _, c := range s.Columns {
			if c.Default {
				b.WriteString(" " + c.Name)
			} else if i == 0 {
				more.WriteString(" " + c.Name)
			}
		}
		b.WriteByte('\n')
	}
	return b.String() + "Every shape also takes, by name, the columns of statements and:" + more.String()
}

// params says what is asked of the server, and by which compression.
func (f *exportFlags) params(query string) (params url.Values, compression string, err error) {
	format, compression := "", ""
	if f.out != "-" {
		format, compression = export.OfFile(f.out)
	}
	if format = cmp.Or(f.format, format); format == "" && f.out != "-" && f.out != "" {
		return nil, "", fault.New(fault.Invalid, "the name "+f.out+" does not say which format is wanted", "end it in "+strings.Join(export.Suffixes(), ", ")+", or give --format")
	}
	params = url.Values{"q": {query}}
	for name, value := range map[string]string{"format": format, "shape": f.shape, "columns": strings.Join(f.columns, ","), "period": f.period} {
		if value != "" {
			params.Set(name, value)
		}
	}
	if f.copies {
		params.Set("copies", "all")
	}
	for name, on := range map[string]bool{"bom": f.bom, "neutralize": f.neutralize, "dry_run": f.dryRun} {
		if on {
			params.Set(name, "true")
		}
	}
	return params, compression, nil
}

func dryRun(cmd *cobra.Command, c *client, query string, flags exportFlags) error {
	params, _, err := flags.params(query)
	if err != nil {
		return err
	}
	body, err := c.get(cmd.Context(), exportPath, params)
	if err != nil {
		return err
	}
	if flags.asJSON {
		_, err = cmd.OutOrStdout().Write(body)
		return failed(err)
	}
	var found struct {
		Query         struct{ Parsed string }
		Format, Shape string
		export.Estimate
	}
	if err := json.Unmarshal(body, &found); err != nil {
		return failed(err)
	}
	about := "about "
	if found.Exact {
		about = ""
	}
	took := "less than a second"
	if found.Seconds >= 1 {
		took = "about " + time.Duration(found.Seconds*float64(time.Second)).Round(time.Second).String()
	}
	if _, err = fmt.Fprintf(cmd.OutOrStdout(), "query       %s\nexport      %s as %s\nstatements  %s\nrows        %s%s\nsize        %s%s\ntime        %s\nindex       %s\n",
		orAll(found.Query.Parsed), found.Shape, found.Format, grouped(found.Statements), about, grouped(found.Rows), about, bytesOf(found.Bytes), took, found.Generation); err != nil {
		return failed(err)
	}
	if found.Note != "" {
		if _, err := fmt.Fprintf(cmd.OutOrStdout(), "note        %s\n", found.Note); err != nil {
			return failed(err)
		}
	}
	for _, l := range found.LeftOut {
		if _, err := fmt.Fprintf(cmd.OutOrStdout(), "left out    %s%s of them: %s\n", about, grouped(l.Statements), l.Reason); err != nil {
			return failed(err)
		}
	}
	return nil
}

func runExport(cmd *cobra.Command, c *client, query string, flags exportFlags) error {
	if flags.out == "" {
		return fault.New(fault.Invalid, "no file is named", "give one with -o FILE, or -o - for standard output")
	}
	params, compression, err := flags.params(query)
	if err != nil {
		return err
	}
	answer, err := c.open(cmd.Context(), exportPath, params, compression)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	counted := newTally(answer, newProgress(cmd.ErrOrStderr()))
	if flags.out == "-" {
		return counted.copy(cmd.OutOrStdout())
	}
	if err := writeFile(flags.out, counted.copy); err != nil {
		return err
	}
	if _, err = fmt.Fprintf(cmd.OutOrStdout(), "wrote %s to %s\n", counted.outcome(), flags.out); err != nil || flags.noManifest {
		return failed(err)
	}
	return saveManifest(cmd, c, answer.Header.Get("X-Rostrum-Export"), flags.out)
}
