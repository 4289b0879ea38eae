package blevestore

import (
	"maps"
	"slices"
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

// warm makes the columns of the present segments.
func (s *Store) warm() error {
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
	return nil
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
