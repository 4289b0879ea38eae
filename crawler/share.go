package crawler

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"rostrum/internal/fault"
)

// Names of leases: each crawler has one of its own, by which the others know that it is there, and one for each host that it may ask.
const (
	memberLease = "crawler."
	hostLease   = "host."
)

// share is a crawler's part in the work of several. In rounds it renews its leases, looks who else is there, gives up the hosts that
// another is to have and takes those that are to be its own, once they are free.
//
// A host is asked only while its lease is younger than two thirds of the lease time by this process's own clock, so that who takes over a
// lapsed lease is alone, though the bus be silent. Redirects may lead to hosts of no source: their leases are taken on the way
// and kept for as long as they are in use. Where one leads to a host of another's source, the two are written down as linked,
// and belong to one crawler from the next round on.
type share struct {
	c      *Crawler
	leases Leases
	id     string
	time   time.Duration

	mu       sync.Mutex
	held     map[string]*lease // by host
	hosts    map[string]bool   // of all sources, whoever has them
	links    [][2]string       // as last read
	unlinked [][2]string       // found, and not yet written down
}

// lease is that of one host.
type lease struct {
	taken time.Time // when the request began that took or renewed it last
	guest bool      // of no source: given back when it is not used
	used  time.Time // of a guest
}

func newShare(c *Crawler, leases Leases, duration time.Duration) *share {
	id := make([]byte, 8)
	_, _ = rand.Read(id) // never fails
	return &share{c: c, leases: leases, id: hex.EncodeToString(id), time: duration, held: map[string]*lease{}, hosts: map[string]bool{}}
}

// fresh says whether a lease is young enough to ask its host by.
func (s *share) fresh(l *lease) bool { return time.Since(l.taken) < s.time*2/3 }

// run goes through rounds until ctx ends.
func (s *share) run(ctx context.Context) {
	s.c.log.Info("sharing the sources with other crawlers", "crawler", s.id)
	said := false
	for ctx.Err() == nil {
		complete, err := s.round(ctx)
		if err != nil && ctx.Err() == nil && !said {
			s.c.log.Warn("leases can't be had or renewed; trying again", "error", err)
		}
		said = err != nil
		pause := s.time / 10
		if !complete {
			pause = s.time / 30
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// round is one look at who has what. It is complete when this crawler has what it is to have.
func (s *share) round(ctx context.Context) (complete bool, err error) {
	asking, cancel := context.WithTimeout(ctx, s.time/6)
	defer cancel()
	err = s.leases.Take(asking, memberLease+s.id, s.id)
	s.renew(asking)
	s.giveUp(ctx, s.lapsed(), 0)
	if err != nil {
		return false, err
	}
	members, err := s.members(asking)
	if err != nil {
		return false, err
	}
	if err := s.learn(asking); err != nil {
		return false, err
	}
	shards := shardsOf(s.c.sources, s.links)
	owners := assign(shards, members)
	want := wanted(shards, owners, s.id)
	s.giveUp(ctx, s.excess(want), s.time/6)
	return s.takeUp(ctx, shards, owners)
}

// members are the crawlers that are there, this one included.
func (s *share) members(ctx context.Context) ([]string, error) {
	found := map[string]bool{s.id: true}
	err := s.leases.List(ctx, func(name, _ string) error {
		if id, ok := strings.CutPrefix(name, memberLease); ok {
			found[id] = true
		}
		return nil
	})
	return slices.Sorted(maps.Keys(found)), err
}

// learn reads the links that crawlers wrote down, and adds those found here. Two that write at once lose one; it is found again.
func (s *share) learn(ctx context.Context) error {
	var links [][2]string
	if err := read(ctx, s.c.state, linksKey, &links); err != nil {
		return fmt.Errorf("read links of hosts: %w", err)
	}
	s.mu.Lock()
	found := s.unlinked
	s.unlinked = nil
	s.mu.Unlock()
	added := false
	for _, l := range found {
		var fresh bool
		links, fresh = addLink(links, l[0], l[1])
		added = added || fresh
	}
	s.links = links
	if added {
		return s.c.put(linksKey, links)
	}
	return nil
}

// renew renews the leases of hosts, several at once. What another has taken meanwhile lapses at once.
func (s *share) renew(ctx context.Context) {
	s.mu.Lock()
	var hosts []string
	for host, l := range s.held {
		if time.Since(l.taken) > s.time/6 {
			hosts = append(hosts, host)
		}
	}
	s.mu.Unlock()
	var group errgroup.Group
	group.SetLimit(8)
	for _, host := range hosts {
		group.Go(func() error {
			began := time.Now()
			err := s.leases.Take(ctx, hostLease+host, s.id)
			s.mu.Lock()
			defer s.mu.Unlock()
			l := s.held[host]
			switch {
			case l == nil:
			case err == nil:
				l.taken = began
			case fault.KindOf(err) == fault.Conflict:
				l.taken = time.Time{}
			}
			return nil
		})
	}
	_ = group.Wait() // a lease that can't be renewed grows old
}

// lapsed gives the hosts whose leases are too old.
func (s *share) lapsed() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hosts []string
	for host, l := range s.held {
		if !s.fresh(l) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// excess gives the hosts that are held and not wanted, guests in use apart.
func (s *share) excess(want map[string]bool) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hosts []string
	for _, host := range without(s.held, want) {
		if l := s.held[host]; !l.guest || time.Since(l.used) > s.guestTime() {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// guestTime is how long an unused guest is kept: longer than a request, its redirects and its pace may take.
func (s *share) guestTime() time.Duration {
	return max(s.time/3, s.c.options.Timeout, 2*s.c.options.Delay)
}

// giveUp ends the work on hosts and gives their leases back, so that another can go on at once.
func (s *share) giveUp(ctx context.Context, hosts []string, grace time.Duration) {
	if len(hosts) == 0 {
		return
	}
	leaving := map[string]bool{}
	for _, host := range hosts {
		leaving[host] = true
	}
	var sources []*source
	for _, src := range s.c.sources {
		if src.held != nil && anyOf(src.siteHosts(), leaving) {
			sources = append(sources, src)
		}
	}
	if len(sources) > 0 {
		s.c.log.Info("leaving sources to other crawlers", "sources", len(sources), "hosts", len(hosts))
		s.c.abandon(ctx, sources, grace)
	}
	s.mu.Lock()
	for _, host := range hosts {
		delete(s.held, host)
	}
	s.mu.Unlock()
	s.c.lanes.Forget(func(host string) bool { return leaving[portless(host)] })
	giving, cancel := context.WithTimeout(ctx, s.time/6)
	defer cancel()
	for _, host := range hosts {
		if err := s.leases.Leave(giving, hostLease+host, s.id); err != nil {
			return // they lapse
		}
	}
}

// takeUp takes the shards that are to be this crawler's, each whole or not at all, and begins with their sources.
func (s *share) takeUp(ctx context.Context, shards []shard, owners []string) (complete bool, err error) {
	complete = true
	var sources []*source
	for i, sh := range shards {
		if owners[i] != s.id {
			continue
		}
		if !s.take(ctx, sh.hosts) {
			complete = false
			continue
		}
		for _, src := range sh.sources {
			if src.held == nil {
				sources = append(sources, src)
			}
		}
	}
	if len(sources) == 0 {
		return complete, nil
	}
	s.c.log.Info("taking up sources", "sources", len(sources))
	return complete, s.c.adopt(ctx, sources)
}

// take takes the leases of hosts, those apart that are held.
func (s *share) take(ctx context.Context, hosts []string) bool {
	ctx, cancel := context.WithTimeout(ctx, s.time/6)
	defer cancel()
	all := true
	for _, host := range hosts {
		all = s.takeHost(ctx, host, false) == nil && all
	}
	return all
}

// takeHost takes the lease of a host; nil if it is held already.
func (s *share) takeHost(ctx context.Context, host string, guest bool) error {
	if s.have(host, guest) {
		return nil
	}
	began := time.Now()
	if err := s.leases.Take(ctx, hostLease+host, s.id); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[host] == nil {
		s.held[host] = &lease{taken: began, guest: guest, used: began}
	}
	return nil
}

func (s *share) have(host string, guest bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.held[host]
	if l != nil {
		l.guest = l.guest && guest
	}
	return l != nil
}

// enter is the gate of every request: it lets pass hosts that are held, and takes the lease of one that is no source's.
func (s *share) enter(ctx context.Context, u *url.URL) error {
	host := bare(u.Hostname())
	for deadline := time.Now().Add(s.time / 2); ; {
		switch s.standing(host) {
		case ours:
			return nil
		case nobodys:
			if s.takeHost(ctx, host, true) == nil {
				continue
			}
		case anothers:
			deadline = time.Time{}
		case stale: // either it is renewed soon, or ctx ends
			deadline = time.Now().Add(s.time / 2)
		}
		if time.Now().After(deadline) {
			return fault.New(fault.Transient, "another crawler is at "+u.Host+", to which this one was led; it is asked again later", "")
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(s.time / 100):
		}
	}
}

// standing is how a crawler and a host stand.
type standing uint8

const (
	ours     standing = iota
	stale             // held, but not renewed in time
	nobodys           // no source's: for whoever takes it
	anothers          // a source's, and not held
)

func (s *share) standing(host string) standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch l := s.held[host]; {
	case l != nil && s.fresh(l):
		l.used = time.Now()
		return ours
	case l != nil:
		return stale
	case s.hosts[host]:
		return anothers
	}
	return nobodys
}

// led notes that a fetch for a source of one host was led to a host that another crawler has.
func (s *share) led(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.hosts[from] || !s.hosts[to] || s.held[to] != nil {
		return
	}
	if links, fresh := addLink(s.unlinked, from, to); fresh {
		s.unlinked = links
	}
}

// watch cuts off the work on hosts whose leases have grown old, while a round waits for an answer.
func (s *share) watch(ctx context.Context) {
	tick := time.NewTicker(s.time / 30)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		lapsed := map[string]bool{}
		for _, host := range s.lapsed() {
			lapsed[host] = true
		}
		s.c.mu.Lock()
		for _, src := range s.c.sources {
			if src.held != nil && anyOf(src.siteHosts(), lapsed) {
				src.end()
			}
		}
		s.c.mu.Unlock()
	}
}

// leave gives everything back at the end of a run.
func (s *share) leave() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.c.lasting), leaveTime)
	defer cancel()
	names := []string{memberLease + s.id}
	for host := range s.held {
		names = append(names, hostLease+host)
	}
	for _, name := range names {
		if err := s.leases.Leave(ctx, name, s.id); err != nil {
			s.c.log.Warn("leases are left to lapse", "error", err)
			return
		}
	}
}

// leaveTime bounds how long a crawler that stops takes to give its leases back.
const leaveTime = 2 * time.Second
