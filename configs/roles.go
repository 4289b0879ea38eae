package configs

import (
	"slices"

	"rostrum/internal/fault"
)

// The roles that a process may play.
const (
	CrawlerRole = "crawler" // sources → captures
	IndexerRole = "indexer" // captures → archive and index
	SearchRole  = "search"  // index → answers, alerts, exports
)

// Only restricts this process to some roles. A split that can't be is fault.Invalid, and says why.
func (c *Config) Only(roles ...string) error {
	if what, remedy := splitFault(roles, c.Bus.URL); what != "" {
		return fault.New(fault.Invalid, what, remedy)
	}
	c.Roles = roles
	return nil
}

// splitFault says why a process can't play some roles alone, and what to do; empty if it can. No roles are all roles, and what is no
// role is somebody else's fault to tell.
func splitFault(roles []string, busURL string) (what, remedy string) {
	has := func(role string) bool { return slices.Contains(roles, role) }
	all, any := has(CrawlerRole) && has(IndexerRole) && has(SearchRole), has(CrawlerRole) || has(IndexerRole) || has(SearchRole)
	switch {
	case all || !any:
		return "", ""
	case has(IndexerRole) != has(SearchRole):
		return "indexer and search can't be split: one process at a time can hold the index (bleve)",
			"name indexer and search together, or neither; what can be split off are crawlers"
	case busURL == "":
		return "the roles are split over processes, but no outside NATS server joins them: the one inside a process has no port",
			"set bus.url, or run everything in one process with rostrum up"
	}
	return "", ""
}
