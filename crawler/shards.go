package crawler

import (
	"cmp"
	"hash/fnv"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// shard is the least that one crawler has alone: hosts that sources share, directly or over others, and those sources.
type shard struct {
	hosts   []string // sorted
	sources []*source
}

// shardsOf parts sources so that no two shards have a host in common. Links are pairs of hosts that belong together besides. The
// shards are in the order of their first hosts: the same in every crawler with the same configuration.
func shardsOf(sources []*source, links [][2]string) []shard {
	groups := union{}
	for _, s := range sources {
		hosts := s.siteHosts()
		for _, host := range hosts {
			groups.join(hosts[0], host)
		}
	}
	for _, l := range links {
		if groups[l[0]] != "" && groups[l[1]] != "" {
			groups.join(l[0], l[1])
		}
	}
	by := map[string]*shard{}
	for host := range groups {
		root := groups.find(host)
		if by[root] == nil {
			by[root] = &shard{}
		}
		by[root].hosts = append(by[root].hosts, host)
	}
	for _, s := range sources {
		root := groups.find(s.siteHosts()[0])
		by[root].sources = append(by[root].sources, s)
	}
	shards := make([]shard, 0, len(by))
	for _, sh := range by {
		slices.Sort(sh.hosts)
		shards = append(shards, *sh)
	}
	slices.SortFunc(shards, func(a, b shard) int { return cmp.Compare(a.hosts[0], b.hosts[0]) })
	return shards
}

// siteHosts are the hosts of a source as leases know them; that of its address comes first.
func (s *Source) siteHosts() []string {
	hosts := []string{leaseHost(s.URL)}
	for _, site := range s.Sites {
		if host := bare(site); !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// leaseHost is the host of an address as leases know it: with or without www, on any port.
func leaseHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return bare(u.Hostname())
}

// union joins names into groups: each points to another of its group, one to itself.
type union map[string]string

func (u union) find(name string) string {
	for u[name] != name {
		name = u[name]
	}
	return name
}

func (u union) join(a, b string) {
	for _, name := range []string{a, b} {
		if u[name] == "" {
			u[name] = name
		}
	}
	u[u.find(a)] = u.find(b)
}

// assign gives each shard to a member, evenly: no member has two more than another, and few shards move when one comes or goes. Every
// crawler that knows the same members comes to the same answer.
func assign(shards []shard, members []string) []string {
	owners, load := make([]string, len(shards)), map[string]int{}
	room := len(shards) % max(len(members), 1) // members that may have one more than the others
	fair := len(shards) / max(len(members), 1)
	for i, sh := range shards {
		wishes := slices.Clone(members)
		slices.SortFunc(wishes, func(a, b string) int {
			return cmp.Or(cmp.Compare(affinity(b, sh.hosts[0]), affinity(a, sh.hosts[0])), cmp.Compare(a, b))
		})
		for _, m := range wishes {
			if load[m] < fair || load[m] == fair && room > 0 {
				if load[m] == fair {
					room--
				}
				owners[i] = m
				load[m]++
				break
			}
		}
	}
	return owners
}

// affinity is how much a member wants a host: a number that looks random and is the same everywhere.
func affinity(member, host string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(member + "\x00" + host))
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}

// maxLinks bounds the pairs of hosts that are remembered to belong together.
const maxLinks = 1000

// linksKey is the record of those pairs in State.
const linksKey = "links"

// addLink adds a pair to links; false if it is there, or there are too many.
func addLink(links [][2]string, a, b string) ([][2]string, bool) {
	if b < a {
		a, b = b, a
	}
	pair := [2]string{a, b}
	if a == b || slices.Contains(links, pair) || len(links) >= maxLinks {
		return links, false
	}
	return append(links, pair), true
}

// wanted are the hosts of the shards that an owner is given.
func wanted(shards []shard, owners []string, owner string) map[string]bool {
	hosts := map[string]bool{}
	for i, sh := range shards {
		if owners[i] == owner {
			for _, host := range sh.hosts {
				hosts[host] = true
			}
		}
	}
	return hosts
}

// without gives the names of a set that are not in another, sorted.
func without[V, W any](set map[string]V, other map[string]W) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if _, ok := other[name]; !ok {
			names = append(names, name)
		}
	}
	return names
}

func allHosts(sources []*source) map[string]bool {
	hosts := map[string]bool{}
	for _, s := range sources {
		for _, host := range s.siteHosts() {
			hosts[host] = true
		}
	}
	return hosts
}

func anyOf(hosts []string, in map[string]bool) bool {
	return slices.ContainsFunc(hosts, func(host string) bool { return in[host] })
}

// portless drops the port of a host as the lanes know it.
func portless(host string) string {
	u := url.URL{Host: host}
	return bare(strings.ToLower(u.Hostname()))
}
