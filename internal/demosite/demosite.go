// Package demosite serves the demo's sample sites: what fictional states, organisations and companies say about a fictional
// convention, in six languages, on sites with menus, sidebars, feeds, sitemaps and list pages of their own. Requests are told
// apart by their Host header, so that one listener on loopback serves them all. Everything is embedded.
package demosite

import (
	"embed"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed sites.yaml expected.json statements/*.txt templates/*.html
var files embed.FS

// Options of the sites.
type Options struct {
	// Clock gives the time that the changing statement follows; nil is time.Now.
	Clock func() time.Time
}

// Sites is the set of sample sites. It is safe for concurrent use and never changes, but for the one statement that follows
// the clock.
type Sites struct {
	clock func() time.Time
	hosts map[string]map[string]resource // host → path → what is served there
	names []string
}

// New renders the embedded sites. It fails only if the embedded files contradict each other.
func New(o Options) (*Sites, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	world, err := load()
	if err != nil {
		return nil, fmt.Errorf("load demo sites: %w", err)
	}
	s := &Sites{clock: o.Clock, hosts: make(map[string]map[string]resource, len(world.sites))}
	for _, site := range world.sites {
		pages, err := build(site, world.languages[site.Lang])
		if err != nil {
			return nil, fmt.Errorf("build demo site %s: %w", site.Host, err)
		}
		s.hosts[site.Host] = pages
		s.names = append(s.names, site.Host)
	}
	slices.Sort(s.names)
	return s, nil
}

// Hosts gives the names of all sites, sorted. Each is reached by plain HTTP.
func (s *Sites) Hosts() []string { return slices.Clone(s.names) }

// Handler answers GET and HEAD for every site by the request's Host header, with or without a port. A page has an ETag and,
// where its date is known, a Last-Modified, and conditional requests are answered with 304.
func (s *Sites) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Sites) serve(w http.ResponseWriter, r *http.Request) {
	pages, ok := s.hosts[hostOf(r)]
	if !ok {
		http.Error(w, "no sample site has this name", http.StatusMisdirectedRequest)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	page, ok := pages[pageKey(r)]
	if !ok {
		http.Error(w, "no such page", http.StatusNotFound)
		return
	}
	page.serve(w, r, s.clock())
}

func hostOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// pageKey is the path, with the number of a further list page; every other parameter is ignored.
func pageKey(r *http.Request) string {
	if n := r.URL.Query().Get("page"); n != "" && n != "1" {
		return r.URL.Path + "?page=" + n
	}
	return r.URL.Path
}
