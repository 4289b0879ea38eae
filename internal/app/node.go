package app

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"

	"rostrum/configs"
	"rostrum/indexer"
	"rostrum/indexer/annotate"
	"rostrum/indexer/extract"
	"rostrum/internal/bus"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/blevestore"
	"rostrum/search/export"
	"rostrum/search/httpapi"
)

// node is what the search node holds: archive, store and the service that answers. One process has them all, for bleve allows one holder.
type node struct {
	archive    *indexer.Archive
	store      *blevestore.Store
	gated      search.Gated // the store for what is asked from outside
	service    *search.Service
	exporter   *export.Exporter
	keeper     *export.Keeper
	schedules  *export.Schedules
	tombstones *indexer.Tombstones
	reader     *indexer.Reader
	indexer    *indexer.Indexer
	corrector  *corrector
	turn       turn // whose it is to write to the store
	tokens     *tokens
	rebuilder  *rebuilder
	mending    mending
	admin      *httpapi.Admin
}

// openStore opens archive and index: what of a start grows with them, and needs no bus.
func (a *App) openStore(ctx, _ context.Context) (err error) {
	n := &node{turn: newTurn()}
	a.node = n
	n.archive, err = indexer.OpenArchive(ctx, indexer.ArchiveOptions{Dir: filepath.Join(a.cfg.Data, "archive"), Software: "Rostrum/" + Version,
		MaxFile: int64(a.cfg.Archive.MaxFile), Folders: a.cfg.Archive.Folders, Log: a.log.With("room", "archive")})
	if err != nil {
		return fmt.Errorf("open archive: %w", err)
	}
	a.onStop("archive", func(context.Context) error { return n.archive.Close() })
	n.store, err = a.openIndex(ctx, n, blevestore.Options{Dir: filepath.Join(a.cfg.Data, "index"), Members: a.registry.Members, Phases: phases(a.registry),
		Logger: a.log.With("room", "store"), Registerer: a.metrics})
	if err != nil {
		return fmt.Errorf("open index: %w", err)
	}
	a.onStop("index", func(context.Context) error { return n.store.Close() })
	return nil
}

// startStore makes what answers from archive and index, and what changes them by hand.
func (a *App) startStore(ctx, work context.Context) (err error) {
	n := a.node
	if n.tombstones, err = indexer.OpenTombstones(filepath.Join(a.cfg.Data, ForgottenFile)); err != nil {
		return err
	}
	a.onStop("tombstones", func(context.Context) error { return n.tombstones.Close() })
	if n.indexer, err = a.newIndexer(n); err != nil {
		return err
	}
	if n.corrector, err = newCorrector(a.cfg, a.registry, n, a.log.With("room", "corrections")); err != nil {
		return err
	}
	if err := n.corrector.again(ctx); err != nil {
		return err
	}
	if err := n.forgetAgain(ctx); err != nil {
		return err
	}
	if err := n.startMending(ctx); err != nil {
		return err
	}
	n.gated = search.Gated{Searcher: n.store, Crosser: n.store, Scanner: n.store, Gate: search.NewGate(search.GateOptions{AtOnce: a.cfg.Search.AtOnce, Dear: a.cfg.Search.Dear, Wait: a.cfg.Search.Wait, Registerer: a.metrics})}
	n.service, err = search.New(search.Options{Note: n.note, Searcher: n.gated, Reader: n.store.Reader(), Knower: n.store, Crosser: n.gated, Scanner: n.gated, LastSeen: n.archive.LastSeen, Registry: a.registry,
		Sources: sourceNames(a.cfg), Kinds: statement.Kinds, Logger: a.log.With("room", "search")})
	if err != nil {
		return err
	}
	if n.exporter, err = a.newExporter(n); err != nil {
		return err
	}
	return a.startAdmin(ctx, work)
}

func (a *App) newIndexer(n *node) (*indexer.Indexer, error) {
	var err error
	if n.reader, err = newReader(a.cfg, a.registry, a.newExtractor()); err != nil {
		return nil, err
	}
	return indexer.New(indexer.Options{Reader: n.reader, Archive: n.archive, Store: n.store, Announcer: a.bus, Tombstones: n.tombstones, Wishes: pageWishes(a.cfg),
		Guard: func(ctx context.Context) (indexer.Guard, error) { return a.bus.Guard(ctx) },
		Log:   a.log.With("room", "indexer"), Registerer: a.metrics})
}

// startIndexer brings the index up to the archive, then lets the indexer consume captures.
func (a *App) startIndexer(_, work context.Context) error {
	a.goRun(work, "indexer", func(ctx context.Context) error {
		if err := a.node.rebuilder.catchUp(ctx); err != nil {
			return err
		}
		return a.bus.ConsumeCaptures(ctx, bus.BatchOptions{}, a.withRoom(a.node.handle))
	})
	return nil
}

// newReader makes what finds the statement in a capture, by the configuration's actors, topics and sources.
func newReader(cfg *configs.Config, reg *registry.Registry, x *extract.Extractor) (*indexer.Reader, error) {
	topics, err := newTopicMatcher(reg)
	if err != nil {
		return nil, err
	}
	annotator, err := annotate.New(annotate.Options{Registry: reg, Topics: topics})
	if err != nil {
		return nil, err
	}
	sources := sourceInfos(cfg)
	return indexer.NewReader(indexer.ReaderOptions{
		Extractor: x, Annotator: annotator, Corrections: corrections(cfg, reg),
		Source: func(id string) (indexer.SourceInfo, bool) { info, ok := sources[id]; return info, ok },
	})
}

func sourceInfos(cfg *configs.Config) map[string]indexer.SourceInfo {
	infos := map[string]indexer.SourceInfo{importSource: {}}
	if len(cfg.Processes) == 1 {
		infos[importSource] = indexer.SourceInfo{Process: []string{cfg.Processes[0].ID}}
	}
	for _, p := range cfg.Processes {
		for _, s := range p.Sources {
			infos[s.ID] = indexer.SourceInfo{Issuer: s.Issuer, Process: []string{p.ID}, Kind: s.Kind, Language: s.Language, Gathers: gathers(s)}
		}
	}
	return infos
}

func sourceNames(cfg *configs.Config) map[string]string {
	names := map[string]string{importSource: "Imported files"}
	for _, p := range cfg.Processes {
		for _, s := range p.Sources {
			names[s.ID] = s.Name
		}
	}
	return names
}

func corrections(cfg *configs.Config, reg *registry.Registry) []indexer.Correction {
	var out []indexer.Correction
	for _, p := range cfg.Processes {
		for _, c := range p.Corrections {
			actor, _ := reg.Actor(c.Actor)
			out = append(out, indexer.Correction{Statement: c.Statement, Actor: c.Actor, Name: cmp.Or(actor.Name, c.Name), Role: statement.Role(c.Role),
				Remove: c.Action == "remove", Reason: c.Reason})
		}
	}
	return out
}

func phases(reg *registry.Registry) []blevestore.Phase {
	var out []blevestore.Phase
	for _, p := range reg.Processes() {
		for _, ph := range p.Phases {
			out = append(out, blevestore.Phase{ID: ph.ID, From: ph.From, To: ph.To})
		}
	}
	return out
}
