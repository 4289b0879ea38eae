package app

import (
	"context"
	"regexp"

	"rostrum/configs"
	"rostrum/crawler"
	"rostrum/internal/bus"
)

// startCrawler starts the crawler on the configured sources.
func (a *App) startCrawler(_, work context.Context) error {
	sources, err := crawlerSources(a.cfg)
	if err != nil {
		return err
	}
	if len(sources) == 0 {
		a.log.Warn("no sources are configured: nothing will be crawled")
		return nil
	}
	options := fetchOptions(a.cfg)
	options.Logger, options.Registerer = a.log.With("room", "crawler"), a.metrics
	if a.cfg.Bus.URL != "" { // others may crawl as well
		options.Leases, options.LeaseTime = newLeases(a.bus.Bucket(bus.Leases)), bus.LeaseTime
	}
	c, err := crawler.New(options, sources, a.publisher(), fetchState{a.bus.Bucket(bus.FetchState)})
	if err != nil {
		return err
	}
	a.goRun(work, "crawler", c.Run)
	return nil
}

// fetchOptions is how pages are fetched.
func fetchOptions(cfg *configs.Config) crawler.Options {
	f := cfg.Fetch
	return crawler.Options{UserAgent: f.UserAgent, Contact: f.Contact, Hosts: f.Hosts, AllowPrivate: f.AllowPrivate, IgnoreRobots: !f.Robots,
		Delay: f.Delay, PerHost: f.PerHost, Parallel: f.Parallel, Timeout: f.Timeout, MaxBody: int64(f.MaxBody), MaxRedirects: f.MaxRedirects,
		MaxPages: f.MaxPages, MaxKnown: f.MaxKnown, Unchanged: f.Unchanged, Backoff: f.Backoff, MaxBackoff: f.MaxBackoff}
}

// crawlerSources are the enabled sources of every process.
func crawlerSources(cfg *configs.Config) ([]crawler.Source, error) {
	var out []crawler.Source
	for _, p := range cfg.Processes {
		for _, s := range p.Sources {
			if !s.Enabled {
				continue
			}
			source, err := crawlerSource(s)
			if err != nil {
				return nil, err
			}
			out = append(out, source)
		}
	}
	return out, nil
}

func crawlerSource(s configs.Source) (out crawler.Source, err error) {
	out = crawler.Source{ID: s.ID, Name: s.Name, Type: crawler.Type(s.Type), URL: s.URL, Sites: s.Sites, Limit: s.Next.Limit, Papers: s.Links.Papers,
		Every: s.Every, Longest: s.EveryMax, Revisit: s.Revisit}
	if out.Include, err = patterns(s.Links.Include); err != nil {
		return out, err
	}
	if out.Exclude, err = patterns(s.Links.Exclude); err != nil {
		return out, err
	}
	if s.Next.Pattern != "" {
		out.Next, err = regexp.Compile(s.Next.Pattern)
	}
	return out, err
}

func patterns(texts []string) ([]*regexp.Regexp, error) {
	var out []*regexp.Regexp
	for _, text := range texts {
		re, err := regexp.Compile(text)
		if err != nil {
			return nil, err
		}
		out = append(out, re)
	}
	return out, nil
}

// fetchState is the crawler's memory, kept in a bucket of the bus.
type fetchState struct{ *bus.Bucket }

// List visits all records.
func (s fetchState) List(ctx context.Context, visit func(key string, value []byte) error) error {
	return s.Bucket.List(ctx, func(key string, value []byte, _ uint64) error { return visit(key, value) })
}
