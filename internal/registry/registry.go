package registry

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"rostrum/internal/fault"
)

// madePrefix begins the ids that statement.NameID makes.
const madePrefix = "x-"

// Registry answers who and what the configuration names. It never changes once it is made, so that any number of goroutines
// may read it.
type Registry struct {
	actors    []Actor // by id
	groups    []Group // by id
	topics    []Topic // by id
	processes []Process
	members   map[string][]string // group id → actor ids, ordered
	sites     map[string]string   // host → actor id; empty where two actors claim it
	actorKeys keys
	groupKeys keys
	topicKeys keys
	hash      string
}

// New makes a registry. It keeps what it is given, so the caller leaves it alone afterwards. The error joins one fault.Invalid
// for each id that is malformed or given twice, each name that is empty and each membership of an unknown group.
func New(actors []Actor, groups []Group, topics []Topic, processes []Process) (*Registry, error) {
	r := &Registry{
		actors:    sortedBy(actors, func(a Actor) string { return a.ID }),
		groups:    sortedBy(groups, func(g Group) string { return g.ID }),
		topics:    sortedBy(topics, func(t Topic) string { return t.ID }),
		processes: slices.Clone(processes),
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	r.members = membersOf(r.actors)
	r.sites = sitesOf(r.actors)
	r.actorKeys, r.groupKeys, r.topicKeys = r.index()
	r.hash = r.sum()
	return r, nil
}

func sortedBy[T any](values []T, id func(T) string) []T {
	sorted := slices.Clone(values)
	slices.SortStableFunc(sorted, func(a, b T) int { return cmp.Compare(id(a), id(b)) })
	return sorted
}

// index makes the lookup keys of everything that can be asked for by name.
func (r *Registry) index() (actors, groups, topics keys) {
	var a, g, t keyMaker
	for i := range r.actors {
		a.add(int32(i), r.actors[i].ID)
		for name := range r.actors[i].AllNames() {
			a.add(int32(i), name)
		}
	}
	for i := range r.groups {
		g.add(int32(i), r.groups[i].ID, r.groups[i].Name)
		g.add(int32(i), slices.Collect(maps.Values(r.groups[i].Names))...)
	}
	for i := range r.topics {
		t.add(int32(i), r.topics[i].ID, r.topics[i].Name)
		t.add(int32(i), slices.Collect(maps.Values(r.topics[i].Names))...)
	}
	return a.keys(), g.keys(), t.keys()
}

func membersOf(actors []Actor) map[string][]string {
	members := make(map[string][]string)
	for _, a := range actors {
		for _, g := range a.MemberOf {
			if in := members[g]; len(in) == 0 || in[len(in)-1] != a.ID {
				members[g] = append(in, a.ID)
			}
		}
	}
	return members
}

func sitesOf(actors []Actor) map[string]string {
	sites := make(map[string]string)
	for _, a := range actors {
		for _, s := range a.Sites {
			host := siteHost(s)
			if owner, taken := sites[host]; taken && owner != a.ID {
				sites[host] = ""
				continue
			}
			sites[host] = a.ID
		}
	}
	return sites
}

// siteHost takes the host out of what may be written as a host, a host with a port or an address.
func siteHost(s string) string {
	if _, rest, found := strings.Cut(s, "://"); found {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		s = s[:i]
	}
	return strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(s), "."), "www.")
}

// sum hashes what annotation depends on: actors, groups and topics, whatever order they were given in.
func (r *Registry) sum() string {
	h := sha256.New()
	e := json.NewEncoder(h)
	for _, part := range []any{r.actors, r.groups, r.topics} {
		// Encoding structs of strings to a hash cannot fail.
		_ = e.Encode(part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Hash is equal for equal actors, groups and topics, in whatever order they were given, and is what tells that stored
// annotations are older than the configuration.
func (r *Registry) Hash() string { return r.hash }

// check finds every fault of what was given.
func (r *Registry) check() error {
	var faults []error
	bad := func(format string, args ...any) { faults = append(faults, fault.Newf(fault.Invalid, format, args...)) }
	known := make(map[string]bool, len(r.groups))
	for i, g := range r.groups {
		checkID("group", g.ID, i > 0 && r.groups[i-1].ID == g.ID, bad)
		known[g.ID] = true
	}
	for i := range r.actors {
		checkActor(&r.actors[i], i > 0 && r.actors[i-1].ID == r.actors[i].ID, known, bad)
	}
	for i, t := range r.topics {
		checkID("topic", t.ID, i > 0 && r.topics[i-1].ID == t.ID, bad)
	}
	seen := make(map[string]bool, len(r.processes))
	for _, p := range r.processes {
		checkID("process", p.ID, seen[p.ID], bad)
		seen[p.ID] = true
	}
	return errors.Join(faults...)
}

func checkActor(a *Actor, twice bool, groups map[string]bool, bad func(string, ...any)) {
	checkID("actor", a.ID, twice, bad)
	if strings.HasPrefix(a.ID, madePrefix) {
		bad("actor %q: ids that begin with %q are made from the names of actors that no registry knows", a.ID, madePrefix)
	}
	if a.Name == "" {
		bad("actor %q: it has no name", a.ID)
	}
	for name := range a.AllNames() {
		if key(name) == "" {
			bad("actor %q: the name or alias %q has no letter or digit", a.ID, name)
		}
	}
	for _, g := range a.MemberOf {
		if !groups[g] {
			bad("actor %q: member of %q, a group that nobody defines", a.ID, g)
		}
	}
}

func checkID(what, id string, twice bool, bad func(string, ...any)) {
	switch {
	case twice:
		bad("%s %q: the id is given twice", what, id)
	case id == "" || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "":
		bad("%s %q: an id is made of lower-case letters, digits, hyphens, underscores and full stops", what, id)
	}
}

// find gives the value of this id in a slice ordered by id.
func find[T any](values []T, id string, of func(T) string) (T, bool) {
	i, found := slices.BinarySearchFunc(values, id, func(v T, id string) int { return cmp.Compare(of(v), id) })
	if !found {
		var none T
		return none, false
	}
	return values[i], true
}

// Actor gives the actor of this id.
func (r *Registry) Actor(id string) (Actor, bool) {
	return find(r.actors, id, func(a Actor) string { return a.ID })
}

// Actors gives all actors by id. The slice is the registry's own: read it only.
func (r *Registry) Actors() []Actor { return r.actors }

// Group gives the group of this id.
func (r *Registry) Group(id string) (Group, bool) {
	return find(r.groups, id, func(g Group) string { return g.ID })
}

// Groups gives all groups by id. The slice is the registry's own: read it only.
func (r *Registry) Groups() []Group { return r.groups }

// Members gives the ids of the actors in a group, ordered; none for a group that is not known. The slice is the registry's own.
func (r *Registry) Members(group string) []string { return r.members[group] }

// Topic gives the topic of this id.
func (r *Registry) Topic(id string) (Topic, bool) {
	return find(r.topics, id, func(t Topic) string { return t.ID })
}

// Topics gives all topics by id. The slice is the registry's own: read it only.
func (r *Registry) Topics() []Topic { return r.topics }

// Process gives the process of this id.
func (r *Registry) Process(id string) (Process, bool) {
	for _, p := range r.processes {
		if p.ID == id {
			return p, true
		}
	}
	return Process{}, false
}

// Processes gives all processes in the order they were given. The slice is the registry's own: read it only.
func (r *Registry) Processes() []Process { return r.processes }

// Phases gives every process's phase of this id, since two processes may both have a negotiation.
func (r *Registry) Phases(id string) []Phase {
	var found []Phase
	for _, p := range r.processes {
		for _, ph := range p.Phases {
			if ph.ID == id {
				found = append(found, ph)
			}
		}
	}
	return found
}

// PhaseAt gives the phase of a process at a moment.
func (r *Registry) PhaseAt(process string, t time.Time) (Phase, bool) {
	p, _ := r.Process(process)
	for _, ph := range p.Phases {
		if !t.Before(ph.From) && (ph.To.IsZero() || t.Before(ph.To)) {
			return ph, true
		}
	}
	return Phase{}, false
}

// IssuerBySite gives the actor whose site a host is: the host itself, or the nearest parent domain. Nobody's when two actors
// claim that site.
func (r *Registry) IssuerBySite(host string) (id string, found bool) {
	for h := siteHost(host); h != ""; {
		if owner, claimed := r.sites[h]; claimed {
			return owner, owner != ""
		}
		_, h, _ = strings.Cut(h, ".")
	}
	return "", false
}
