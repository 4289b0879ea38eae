package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"rostrum/configs"
	"rostrum/crawler"
	"rostrum/indexer"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
	"rostrum/search/httpapi"
)

// importSource is the source of imported captures whose address belongs to no configured source.
const importSource = "import"

// maxReasons bounds the reasons that an import tells.
const maxReasons = 1000

// importer hands captures of WARC files to the indexer.
type importer struct {
	sources []crawler.Source // configured, in order
	publish func(context.Context, *statement.Capture) error
	options warc.ImportOptions
	unasked func(*statement.Capture) bool // whether its page asks not to be stored
}

func newImporter(cfg *configs.Config, archive *indexer.Archive, publish func(context.Context, *statement.Capture) error) (*importer, error) {
	wishes := pageWishes(cfg)
	i := &importer{publish: publish, options: warc.ImportOptions{Source: importSource, Limits: warc.Limits{Block: indexer.DefaultMaxBlock}, Original: archive.Original},
		unasked: func(c *statement.Capture) bool {
			noIndex, _ := wishes(c.Header, c.Body)
			return noIndex && c.Status == http.StatusOK
		}}
	for _, p := range cfg.Processes {
		for _, s := range p.Sources {
			source, err := crawlerSource(s)
			if err != nil {
				return nil, err
			}
			i.sources = append(i.sources, source)
		}
	}
	return i, nil
}

// Import reads a WARC file and publishes its captures.
func (i *importer) Import(ctx context.Context, file io.Reader) (httpapi.ImportReport, error) {
	report := httpapi.ImportReport{Sources: map[string]int{}, Passed: map[string]int{}, Reasons: []string{}}
	refuse := func(err error) {
		report.Refused++
		if len(report.Reasons) < maxReasons {
			report.Reasons = append(report.Reasons, err.Error())
		}
	}
	options := i.options
	options.Passed = func(kind string) { report.Passed[kind]++ }
	for c, err := range warc.Captures(file, options) {
		_, record := errors.AsType[*warc.RecordError](err)
		switch {
		case err == nil:
		case record || fault.KindOf(err) == fault.Poison:
			refuse(err)
			continue
		default:
			return report, importFault(err)
		}
		if i.unasked(c) {
			refuse(fmt.Errorf("%s: the page asks not to be indexed, so it is not stored", c.PageURL()))
			continue
		}
		if c.Source == importSource {
			c.Source = i.source(c.PageURL())
		}
		if err := i.publish(ctx, c); err != nil {
			if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.TooLarge {
				refuse(err)
				continue
			}
			return report, err
		}
		report.Captures++
		report.Sources[c.Source]++
	}
	return report, nil
}

// importFault says in words why a file can't be read on.
func importFault(err error) error {
	if fault.KindOf(err) != fault.Internal {
		return err
	}
	return fault.Newf(fault.Invalid, "the file can't be read to its end: %w", err)
}

// source gives the source that an address belongs to: the page that it is, else one that takes it by its patterns, else one whose sites
// it is on.
func (i *importer) source(address string) string {
	canonical, err := statement.Canonicalize(address)
	if err != nil {
		return importSource
	}
	host := hostOf(canonical)
	for _, belongs := range []func(s *crawler.Source) bool{
		func(s *crawler.Source) bool {
			own, err := statement.Canonicalize(s.URL)
			return err == nil && s.Type == crawler.Page && own == canonical
		},
		func(s *crawler.Source) bool { return s.Type != crawler.Page && s.Takes(canonical) },
		func(s *crawler.Source) bool { return s.Type != crawler.Page && s.On(host) },
	} {
		for n := range i.sources {
			if belongs(&i.sources[n]) {
				return i.sources[n].ID
			}
		}
	}
	return importSource
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// checkImportName keeps the name of imports free.
func checkImportName(cfg *configs.Config, problems *configs.Problems) {
	for _, p := range cfg.Processes {
		for _, s := range p.Sources {
			if s.ID == importSource {
				problems.Add(s.At, "id", s.ID, fmt.Sprintf("%q is the source of imported pages", s.ID), "choose another id")
			}
		}
	}
}
