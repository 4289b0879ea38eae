package crawler

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rostrum/internal/fault"
)

// Options are a crawler's settings. A zero value has the meaning its comment gives.
type Options struct {
	UserAgent    string            // product word with an optional /VERSION; "" is "Rostrum". robots.txt groups are matched on the word
	Contact      string            // web or mail address that stands in the User-Agent; needed for any source on the open web
	Hosts        map[string]string // name → ADDRESS:PORT, used instead of DNS
	AllowPrivate []string          // private networks, addresses or host names that may be fetched
	IgnoreRobots bool              // for sites of your own only
	Delay        time.Duration     // least time between two requests to one host; 0: none
	PerHost      int               // requests to one host at once; 0: 1
	Parallel     int               // requests at once over all hosts; 0: 8
	Timeout      time.Duration     // of one request, without waiting for its turn; 0: 30 s
	MaxBody      int64             // bytes of a body after inflation; 0: 32 MiB
	MaxRedirects int               // followed for one fetch; 0: none
	MaxPages     int               // new pages that one pass over a source takes up; 0: 5,000
	MaxKnown     int               // pages of one source that are remembered and fetched again; 0: 100,000
	Unchanged    bool              // fetches that find a published page unchanged are published as well, without a body
	Backoff      time.Duration     // first pause after a failure; it doubles with each; 0: 30 s
	MaxBackoff   time.Duration     // longest pause after a failure; 0: 6 h

	Leases    Leases        // shares the sources with other crawlers on the same state; nil: this crawler is the only one
	LeaseTime time.Duration // after which a lease that is not renewed lapses, by the store of Leases; 0: 30 s

	Now        func() time.Time      // nil: time.Now. Must run as fast as the real clock
	Logger     *slog.Logger          // nil: silent
	Registerer prometheus.Registerer // nil: no metrics
}

// Type is what is found at a source's address.
type Type string

// The types of source.
const (
	Feed    Type = "feed"
	Sitemap Type = "sitemap"
	List    Type = "list" // a page of links
	Page    Type = "page" // a page that is a statement itself
)

// Source is a place that is watched for statements.
type Source struct {
	ID      string
	Name    string
	Type    Type
	URL     string
	Sites   []string         // hosts whose pages belong to the source, with or without www; none: the host of URL
	Include []*regexp.Regexp // a page's address must match one; none: all on the sites
	Exclude []*regexp.Regexp // and none of these
	Next    *regexp.Regexp   // addresses at which a list goes on; nil: what the list itself calls its next page (rel=next)
	Limit   int              // list pages that one pass reads; 0: 10
	Papers  bool             // the PDF and DOCX files that its pages link to are pages of it as well, whatever Include says
	Every   time.Duration    // between two looks at URL; at least 1 s
	Longest time.Duration    // between two looks at URL once nothing new has come for long; up to Every: always Every
	Revisit time.Duration    // before a page that is new or has just changed is fetched again; it grows with the time since; 0: never
}

// maxSitemaps bounds the sitemaps that one pass over a source reads.
const maxSitemaps = 1000

func (o Options) withDefaults() Options {
	o.UserAgent = cmp.Or(o.UserAgent, "Rostrum")
	o.PerHost = cmp.Or(o.PerHost, 1)
	o.Parallel = cmp.Or(o.Parallel, 8)
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	o.MaxBody = cmp.Or(o.MaxBody, 32<<20)
	o.MaxPages = cmp.Or(o.MaxPages, 5000)
	o.MaxKnown = cmp.Or(o.MaxKnown, 100_000)
	o.Backoff = cmp.Or(o.Backoff, 30*time.Second)
	o.MaxBackoff = cmp.Or(o.MaxBackoff, 6*time.Hour)
	o.LeaseTime = cmp.Or(o.LeaseTime, 30*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Registerer == nil {
		o.Registerer = prometheus.NewRegistry()
	}
	return o
}

var productWord = regexp.MustCompile(`^[A-Za-z][A-Za-z_-]*`)

// product is the word by which robots.txt knows the crawler.
func (o Options) product() string { return strings.ToLower(productWord.FindString(o.UserAgent)) }

// agent is the User-Agent header.
func (o Options) agent() string {
	if o.Contact == "" {
		return o.UserAgent
	}
	return o.UserAgent + " (+" + o.Contact + ")"
}

func (o Options) check(sources []Source) error {
	if o.product() == "" {
		return fault.Newf(fault.Invalid, "user agent %q does not begin with a product word of letters and hyphens", o.UserAgent)
	}
	if strings.ContainsAny(o.UserAgent+o.Contact, "\r\n") {
		return fault.Newf(fault.Invalid, "user agent and contact must be one line")
	}
	seen := map[string]bool{}
	for _, s := range sources {
		if err := s.check(); err != nil {
			return err
		}
		if seen[s.ID] {
			return fault.Newf(fault.Invalid, "source %s is there twice", s.ID)
		}
		seen[s.ID] = true
		if _, key, err := keyOf(s.URL); s.Type == Page && (err != nil || seen[key]) {
			return fault.Newf(fault.Invalid, "source %s: the page %s is another source already", s.ID, s.URL)
		} else if s.Type == Page {
			seen[key] = true
		}
		if o.Contact == "" && !o.local(s.URL) {
			return fault.New(fault.Invalid, fmt.Sprintf("source %s is on the open web and no contact is set", s.ID),
				"set fetch.contact to a web or mail address at which a site's operator reaches you")
		}
	}
	return nil
}

func (s Source) check() error {
	u, err := url.Parse(s.URL)
	switch {
	case s.ID == "":
		return fault.Newf(fault.Invalid, "a source has no id (%s)", s.URL)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fault.Newf(fault.Invalid, "source %s: %q is not an http or https address", s.ID, s.URL)
	case !slices.Contains([]Type{Feed, Sitemap, List, Page}, s.Type):
		return fault.Newf(fault.Invalid, "source %s: type %q is none of feed, sitemap, list, page", s.ID, s.Type)
	case s.Every < time.Second:
		return fault.Newf(fault.Invalid, "source %s: every is %s, and must be at least 1s", s.ID, s.Every)
	case s.Revisit < 0 || s.Longest < 0:
		return fault.Newf(fault.Invalid, "source %s: revisit and every_max must not be negative", s.ID)
	case s.Type == List && len(s.Include) == 0:
		return fault.New(fault.Invalid, fmt.Sprintf("source %s is a list and says not which of its links are statements", s.ID),
			"give it a pattern under links.include")
	}
	return nil
}

// local says whether an address is mapped by hand or on this machine, where no operator needs to be told who comes.
func (o Options) local(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if _, mapped := o.Hosts[strings.ToLower(u.Hostname())]; mapped || u.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.Unmap().IsLoopback()
}

// owns says whether a remembered page still belongs to the source as it is configured now.
func (s *Source) owns(p *page) bool {
	if s.Type != Page {
		return s.takes(p.URL) || p.Paper && s.takesPaper(p.URL)
	}
	_, key, err := keyOf(s.URL)
	return err == nil && key == p.key
}

// takes says whether a page at an address belongs to the source.
func (s *Source) takes(address string) bool {
	u, err := url.Parse(address)
	if err != nil || !s.on(u.Hostname()) {
		return false
	}
	matches := func(r *regexp.Regexp) bool { return r.MatchString(address) }
	return (len(s.Include) == 0 || slices.ContainsFunc(s.Include, matches)) && !slices.ContainsFunc(s.Exclude, matches)
}

// takesPaper says whether a file that a page of the source links to belongs to the source.
func (s *Source) takesPaper(address string) bool {
	any := *s
	any.Include = nil
	return s.Papers && any.takes(address)
}

func (s *Source) on(host string) bool {
	sites := s.Sites
	if len(sites) == 0 {
		u, err := url.Parse(s.URL)
		if err != nil {
			return false
		}
		sites = []string{u.Hostname()}
	}
	return slices.ContainsFunc(sites, func(site string) bool { return bare(site) == bare(host) })
}

func bare(host string) string { return strings.TrimPrefix(strings.ToLower(host), "www.") }
