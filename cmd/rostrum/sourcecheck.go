package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/app"
	"rostrum/internal/fault"
)

func loadConfig(path string) (*configs.Config, error) {
	return configs.LoadFile(path, configs.Options{Env: os.Environ(), Checks: app.Checks()})
}

func newSourcesCheck() *cobra.Command {
	var config string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [URL|ID…]",
		Short: "Fetch a source as the crawler would, and say what it gives",
		Long: `Fetches an address, or a configured source by its id, as the crawler would, and says what robots.txt allows, what is there, which links
it gives and which of them are taken. For an address it prints what to paste into sources.yaml. Without arguments it looks at every
source that is configured. It needs no running instance and keeps nothing.`,
		Example: `  rostrum sources check https://example.org/news
  rostrum sources check --config my-process/rostrum.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(config)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				args = enabledSources(cfg)
			}
			if len(args) == 0 {
				return fault.New(fault.Invalid, "no sources are configured", "give an address, or a configuration with --config")
			}
			failing := 0
			for _, target := range args {
				found, err := app.CheckSource(cmd.Context(), cfg, target)
				if err != nil {
					return err
				}
				if len(found.Problems) > 0 {
					failing++
				}
				if asJSON {
					err = printJSON(cmd.OutOrStdout(), found)
				} else {
					_, err = io.WriteString(cmd.OutOrStdout(), describeCheck(&found))
				}
				if err != nil {
					return failed(err)
				}
			}
			if failing > 0 {
				return failed(fmt.Errorf("%d of %d have problems", failing, len(args)))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&config, "config", "", "rostrum.yaml to use (default: ./rostrum.yaml if there is one)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one line of JSON per address")
	return cmd
}

func enabledSources(cfg *configs.Config) []string {
	var ids []string
	for _, p := range cfg.Processes {
		for _, s := range p.Sources {
			if s.Enabled {
				ids = append(ids, s.ID)
			}
		}
	}
	return ids
}

func describeCheck(c *app.SourceCheck) string {
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", key, printable(oneLine(value)))
		}
	}
	fmt.Fprintln(&b, strings.TrimSpace(c.ID+" "+c.URL))
	line("led to", c.LedTo)
	if c.Status != 0 {
		line("answers", fmt.Sprint(c.Status))
	}
	line("robots.txt", c.Robots)
	if c.Type != "" {
		line("is a", fmt.Sprintf("%s with %d entries, %d of them taken", c.Type, c.Entries, c.Taken))
	}
	line("title", c.Title)
	for _, s := range c.Samples {
		line("such as", s)
	}
	for _, s := range c.Feeds {
		line("has a feed", s)
	}
	for _, s := range c.Sitemaps {
		line("sitemap", s)
	}
	line("goes on at", c.Next)
	for _, s := range c.Problems {
		line("PROBLEM", s)
	}
	if c.YAML != "" {
		fmt.Fprintf(&b, "\nTo watch it, paste into sources.yaml, or run: rostrum sources add %s\n\n%s", c.URL, c.YAML)
	}
	for _, o := range c.Others {
		fmt.Fprintf(&b, "\nOr its %s (%d entries):\n\n%s", o.Type, o.Entries, o.YAML)
	}
	b.WriteByte('\n')
	return b.String()
}

func newSourcesAdd() *cobra.Command {
	var config, process string
	var e app.SourceEntry
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Check an address and add it to the process's sources.yaml",
		Long: `Checks an address as "sources check" does, appends it to the sources.yaml of the process, and checks the configuration that results; when
that has a problem the file is put back as it was. A running instance takes it up when it is started again.`,
		Example: `  rostrum sources add https://example.org/feed.xml --issuer example-society --config my-process/rostrum.yaml`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			settings := cmp.Or(config, configs.DefaultFile)
			cfg, err := loadConfig(config)
			if err != nil {
				return err
			}
			if !strings.Contains(args[0], "://") {
				return fault.New(fault.Invalid, args[0]+" is no address", "give one that begins with http")
			}
			found, err := app.CheckSource(cmd.Context(), cfg, args[0])
			if err != nil {
				return err
			}
			if _, err := io.WriteString(cmd.OutOrStdout(), describeCheck(&found)); err != nil {
				return failed(err)
			}
			if len(found.Problems) > 0 || found.Entry == nil {
				return failed(errors.New("not added: mend the problems above, or paste the entry by hand"))
			}
			file, err := app.AddSource(cfg, settings, process, found.Entry.With(e), configs.Options{Env: os.Environ(), Checks: app.Checks()})
			if err != nil {
				return err
			}
			if err := app.AuditOffline(cfg, newLogger(slog.LevelWarn, cfg.Log.Format), "added a source", "url", args[0], "file", file); err != nil {
				return failed(err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "added to %s; `rostrum up` takes it up when it starts\n", file)
			return failed(err)
		},
	}
	f := cmd.Flags()
	f.StringVar(&config, "config", "", "rostrum.yaml of the process (default: ./rostrum.yaml)")
	f.StringVar(&process, "process", "", "which process, where several are configured")
	f.StringVar(&e.ID, "id", "", "short name (default: from the host)")
	f.StringVar(&e.Name, "name", "", "name as shown (default: the page's title, else the host)")
	f.StringVar(&e.Type, "type", "", "feed, sitemap, list or page (default: as found)")
	f.StringVar(&e.Issuer, "issuer", "", "id of the actor whose statements these are (default: the actor whose site it is, else none)")
	f.StringVar(&e.Include, "include", "", "pattern of the addresses that are statements, for a list")
	return cmd
}
