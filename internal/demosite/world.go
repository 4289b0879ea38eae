package demosite

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
)

// world is everything that is served.
type world struct {
	sites     []*site
	languages map[string]words
}

// words are what a site's own buttons and dates say.
type words struct {
	Home, Search, Share, Related, Older, Newer, Cookies, Accept, Print string

	Months []string
	Date   string // a format of day, month's name and year
}

// site is one host: what surrounds its statements, and the statements, newest first and those without a date last.
type site struct {
	Host     string
	Name     string
	Lang     string
	Template string
	HideDate bool `yaml:"hide_date"` // its pages show no date: only their addresses tell
	List     struct {
		Path, Title string
		PerPage     int `yaml:"per_page"`
	}
	Feed    struct{ Type, Path string } // type rss or atom; empty for none
	Sitemap string                      // path; empty for none
	About   struct{ Path, Title, Text string }
	Sidebar struct {
		Title string
		Lines []string
	}
	Footer string

	docs []*document
}

func (s *site) base() string { return "http://" + s.Host }

func load() (*world, error) {
	data, err := files.ReadFile("sites.yaml")
	if err != nil {
		return nil, fmt.Errorf("read sites: %w", err)
	}
	var described struct {
		Languages map[string]words
		Sites     []*site
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&described); err != nil {
		return nil, fmt.Errorf("parse sites: %w", err)
	}
	docs, err := readDocuments(files)
	if err != nil {
		return nil, err
	}
	w := &world{sites: described.Sites, languages: described.Languages}
	return w, w.place(docs)
}

// place gives each document to its site.
func (w *world) place(docs []*document) error {
	byHost := make(map[string]*site, len(w.sites))
	for _, s := range w.sites {
		byHost[s.Host] = s
	}
	for _, d := range docs {
		s, ok := byHost[d.Host]
		if !ok {
			return fmt.Errorf("place %s: no site %q", d.Name, d.Host)
		}
		s.docs = append(s.docs, d)
	}
	for _, s := range w.sites {
		if len(s.docs) == 0 || s.List.PerPage < 1 {
			return fmt.Errorf("place statements: site %s needs a statement and list.per_page", s.Host)
		}
		slices.SortStableFunc(s.docs, func(a, b *document) int { return b.Date.Compare(a.Date) })
	}
	return nil
}
