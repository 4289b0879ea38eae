package blevestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/query"
)

// Stored gives the statements of these ids, whole, each with what is its own; ids that are not stored are absent from the map.
func (s *Store) Stored(ctx context.Context, ids []string) (map[string]*statement.Statement, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.close()
	found := make(map[string]*statement.Statement, len(ids))
	err = snap.find(ctx, ids, func(p *part, doc uint32) error {
		st, err := loadStatement(p, doc, true, asItself)
		if err == nil {
			found[st.ID] = st
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read %d statements: %w", len(ids), ended(err))
	}
	return found, nil
}

// Revisions gives all states of a statement, oldest first; none for an id that is not stored.
func (s *Store) Revisions(ctx context.Context, id string) ([]statement.Revision, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.close()
	var all []statement.Revision
	err = snap.withTerm(ctx, fieldRevision, id, func(p *part, doc uint32) error {
		r, err := loadRevision(p, doc)
		all = append(all, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read revisions of %s: %w", id, ended(err))
	}
	slices.SortFunc(all, func(a, b statement.Revision) int {
		if c := a.CapturedAt.Compare(b.CapturedAt); c != 0 {
			return c
		}
		return strings.Compare(a.Capture, b.Capture)
	})
	return all, nil
}

// Reader gives the store as search reads single statements.
func (s *Store) Reader() search.Reader { return reader{s} }

// reader is a Store to which a missing statement is a fault.
type reader struct{ store *Store }

// Statement gives the whole statement.
func (r reader) Statement(ctx context.Context, id string) (statement.Statement, error) {
	snap, err := r.store.snapshot()
	if err != nil {
		return statement.Statement{}, err
	}
	defer snap.close()
	st, err := snap.statement(ctx, id)
	if err == nil && st == nil {
		var lead string
		if lead, err = snap.leadOf(ctx, id); err == nil && lead != "" {
			st, err = snap.statement(ctx, lead)
		}
	}
	if err != nil {
		return statement.Statement{}, fmt.Errorf("read statement %s: %w", id, ended(err))
	}
	if st == nil {
		return statement.Statement{}, notFound(id)
	}
	return *st, snap.countCopies(st)
}

// statement gives a whole statement as it is shown, a lead with what its group adds; nil for one that is not stored.
func (s *snapshot) statement(ctx context.Context, id string) (st *statement.Statement, err error) {
	err = s.find(ctx, []string{id}, func(p *part, doc uint32) error {
		st, err = loadStatement(p, doc, true, asLead)
		return err
	})
	return st, err
}

// Revisions gives all states of a statement, oldest first.
func (r reader) Revisions(ctx context.Context, id string) ([]statement.Revision, error) {
	all, err := r.store.Revisions(ctx, id)
	if err != nil || len(all) > 0 {
		return all, err
	}
	st, err := r.Statement(ctx, id)
	if err != nil || st.ID == id {
		return []statement.Revision{}, err
	}
	return r.store.Revisions(ctx, st.ID) // id is that of a group
}

// Copies gives the other members of a statement's group, by id, without text.
func (r reader) Copies(ctx context.Context, id string) ([]statement.Statement, error) {
	st, err := r.Statement(ctx, id)
	if err != nil {
		return nil, err
	}
	snap, err := r.store.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.close()
	others := []statement.Statement{}
	if st.Group == "" {
		return others, nil
	}
	err = snap.withTerm(ctx, fieldGroup, st.Group, func(p *part, doc uint32) error {
		other, err := loadStatement(p, doc, false, asItself)
		if err != nil || other.ID == st.ID {
			return err
		}
		other.Text, other.Copies = "", st.Copies
		others = append(others, *other)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read copies of %s: %w", id, ended(err))
	}
	slices.SortFunc(others, func(a, b statement.Statement) int { return strings.Compare(a.ID, b.ID) })
	return others, nil
}

func notFound(id string) error {
	return fault.New(fault.NotFound, fmt.Sprintf("no statement %q is stored", id), "search for it by its words or its URL")
}

// Holds says whether any statement carries value in the keyword field.
func (s *Store) Holds(ctx context.Context, field query.Field, value string) (bool, error) {
	name, ok := keywordFields[field]
	if !ok {
		return false, nil
	}
	snap, err := s.snapshot()
	if err != nil {
		return false, err
	}
	defer snap.close()
	for _, p := range snap.parts {
		if err := ctx.Err(); err != nil {
			return false, ended(err)
		}
		docs, err := p.union(name, []string{value})
		if err != nil || !docs.IsEmpty() {
			return err == nil, err
		}
	}
	return false, nil
}

// ActorNames gives what statements call actors, by id, from one state of the index; actors that speak in none are absent.
func (s *Store) ActorNames(ctx context.Context, ids []string) (map[string]string, error) {
	found, asked := make(map[string]string, len(ids)), make(map[string]bool, len(ids))
	for _, id := range ids {
		asked[id] = true
	}
	snap, err := s.snapshot()
	if err != nil {
		return found, err
	}
	defer snap.close()
	for _, id := range ids {
		if found[id] != "" {
			continue
		}
		err := snap.withTerm(ctx, fieldSpeaker, id, func(p *part, doc uint32) error {
			st, err := loadStatement(p, doc, false, asLead)
			if err != nil {
				return err
			}
			for _, a := range st.Actors { // a joint letter names many
				if asked[a.ID] && found[a.ID] == "" {
					found[a.ID] = a.Name
				}
			}
			return errEnough
		})
		if err != nil && !errors.Is(err, errEnough) {
			return found, fmt.Errorf("read the name of actor %s: %w", id, ended(err))
		}
	}
	return found, nil
}

// Status says how much the store holds.
func (s *Store) Status(ctx context.Context) (search.Status, error) {
	status := search.Status{Generation: s.now.Load().name}
	var err error
	if status.Refused = behind.ended(s.dir()); status.Refused == nil {
		status.Refused = behind.lately(s.dir())
	}
	if status.Newest, err = s.newest(); err != nil {
		return status, err
	}
	snap, err := s.snapshot()
	if err != nil {
		return status, err
	}
	defer snap.close()
	for _, p := range snap.parts {
		if err := ctx.Err(); err != nil {
			return status, ended(err)
		}
		docs, err := p.scope(true)
		if err != nil {
			return status, err
		}
		status.Statements += int(docs.GetCardinality())
	}
	status.Bytes, err = folderBytes(s.dir())
	return status, err
}

// folderBytes adds up the files below dir; files that bleve removes meanwhile count nothing.
func folderBytes(dir string) (int64, error) {
	total := int64(0)
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			var info fs.FileInfo
			if info, err = entry.Info(); err == nil {
				total += info.Size()
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	return total, err
}
