package main

import (
	"os"

	"github.com/spf13/cobra"

	"rostrum/configs"
	"rostrum/internal/app"
)

// crawlListen is a port of its own for each crawler on a machine.
const crawlListen = "127.0.0.1:0"

func newCrawl() *cobra.Command {
	flags := instance{listen: crawlListen}
	cmd := &cobra.Command{
		Use:   "crawl",
		Short: "A crawler alone, on an outside NATS server",
		Long: `Fetches the configured sources and hands the captures over to the search node (rostrum serve) by the NATS
server of bus.url. It keeps nothing on disk. Any number of crawlers share the sources: each host belongs to one of
them at a time, and another takes over within a minute if that one dies. All need the same configuration.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return part(cmd, &flags, configs.CrawlerRole) },
	}
	cmd.Flags().StringVar(&flags.config, "config", "", "rostrum.yaml to use (default: ./rostrum.yaml if there is one)")
	cmd.Flags().StringVar(&flags.listen, "listen", crawlListen, "address of health and metrics; port 0 takes a free port")
	return cmd
}

func newServe() *cobra.Command {
	var flags instance
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "The search node alone, on an outside NATS server",
		Long: `Indexes what crawlers (rostrum crawl) hand over by the NATS server of bus.url, and answers: indexer, archive, index,
alerts, pages and API in one process, for one process at a time can hold the index. One search node runs on a NATS server:
a second takes over from the first.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return part(cmd, &flags, configs.IndexerRole, configs.SearchRole)
		},
	}
	flags.add(cmd)
	return cmd
}

// part runs some roles of an instance.
func part(cmd *cobra.Command, flags *instance, roles ...string) error {
	cfg, err := configs.LoadFile(flags.config, configs.Options{Env: os.Environ(), Checks: app.Checks()})
	if err != nil {
		return err
	}
	if err := cfg.Only(roles...); err != nil {
		return err
	}
	flags.override(cfg)
	return serve(cmd, cfg)
}
