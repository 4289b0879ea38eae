package app

import (
	"net/url"
	"slices"

	"rostrum/configs"
)

// gathers gives the hosts of an aggregator's own pages.
func gathers(s configs.Source) []string {
	if !s.Aggregator {
		return nil
	}
	hosts := slices.Clone(s.Sites)
	if u, err := url.Parse(s.URL); err == nil && len(hosts) == 0 {
		hosts = append(hosts, u.Hostname())
	}
	return hosts
}
