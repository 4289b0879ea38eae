package blevestore

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"
)

// A column is made when a search first needs it; after a large merge that search would wait. The warmer makes columns ahead: when
// the store opens, after each write, and when a search meets segments that nobody had seen.

// wantWarm asks the warmer for a round; one that is asked for already is enough.
func (s *Store) wantWarm() {
	select {
	case s.cold <- struct{}{}:
	default:
	}
}

// keepWarm runs until the store closes.
func (s *Store) keepWarm() {
	for {
		select {
		case <-s.stop:
			return
		case <-s.cold:
			if err := s.warm(); err != nil {
				s.options.Logger.Warn("columns not made ahead; searches make them", "error", err)
			}
		}
	}
}

// warm makes the columns of the present segments, and then files those of one large segment whose columns are not filed yet. Others are for
// the next round, so that new segments need not wait.
func (s *Store) warm() error {
	s.warming.Lock()
	defer s.warming.Unlock()
	snap, _, err := s.snapshotWithNews()
	if err != nil {
		return err
	}
	defer snap.close()
	for _, p := range snap.parts {
		select {
		case <-s.stop:
			return nil
		default:
		}
		if err := p.warm(); err != nil {
			return err
		}
	}
	return s.fileOne(snap)
}

// fileOne files the columns of one segment, and removes what is filed of those that are no more.
func (s *Store) fileOne(snap *snapshot) error {
	now := s.now.Load()
	if snap.cache != &now.columns {
		return nil // another generation has taken its place
	}
	current := map[string]bool{}
	var next *part
	for _, p := range snap.parts {
		if p.path == "" || p.Count() < s.options.filedFrom {
			continue
		}
		current[columnPath(now.dir, p.path)] = true
		if p.columns.file.Load() == nil {
			next = p
		}
	}
	if err := sweepColumns(now.dir, current); err != nil || next == nil {
		return err
	}
	size, err := segmentBytes(next)
	if err != nil {
		return err
	}
	began := time.Now()
	switch err := next.file(columnPath(now.dir, next.path), size, s.stop); {
	case errors.Is(err, errStopped):
		return nil
	case err != nil:
		return err
	}
	s.options.Logger.Debug("columns filed", "documents", next.Count(), "took", time.Since(began))
	snap.cache.mu.Lock()
	s.openFiled(now, next, next.columns)
	snap.cache.mu.Unlock()
	if next.columns.file.Load() == nil {
		return fmt.Errorf("file columns of %s: %w", next.path, errColumnFile)
	}
	s.wantWarm()
	return nil
}

func segmentBytes(p *part) (int64, error) {
	info, err := os.Stat(p.path)
	if err != nil {
		return 0, fmt.Errorf("file columns: %w", err)
	}
	return info.Size(), nil
}

// openFiled maps what is filed of a part's columns, if anything; what cannot be read is made anew.
func (s *Store) openFiled(now *opened, p *part, c *columns) {
	if p.path == "" || p.Count() < s.options.filedFrom {
		return
	}
	size, err := segmentBytes(p)
	if err != nil {
		return
	}
	path := columnPath(now.dir, p.path)
	f, err := openColumnFile(path, p.Count(), size)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		if err = c.take(f); err != nil {
			err = errors.Join(err, f.close())
		}
	}
	if err != nil {
		s.options.Logger.Warn("filed columns are made anew", "file", path, "error", err)
		_ = os.Remove(path) // the next round writes it over
		return
	}
	c.file.Store(f)
	c.places.forget()
	c.freqs.forget()
}

func (p *part) warm() error {
	if _, err := p.scope(false); err != nil {
		return err
	}
	if _, err := p.times(); err != nil {
		return err
	}
	if _, err := p.keys(); err != nil {
		return err
	}
	if _, err := p.lengths(); err != nil {
		return err
	}
	if _, err := p.ranks(); err != nil {
		return err
	}
	if _, err := p.byTime(); err != nil {
		return err
	}
	if _, err := p.heads(); err != nil {
		return err
	}
	if _, err := p.behind(); err != nil {
		return err
	}
	for _, field := range slices.Sorted(maps.Values(facetFields)) {
		if _, err := p.ordinals(field); err != nil {
			return err
		}
	}
	return nil
}
