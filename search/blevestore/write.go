package blevestore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"rostrum/indexer"
	"rostrum/internal/fault"
)

// What the index keeps beside its documents, changed in the same stroke as they.
const (
	keyPosition = "rostrum.position" // indexer.Position
	keyNewest   = "rostrum.newest"   // when the last statement was first seen
)

// Write applies a batch in one stroke: bleve has it on disk, with the archive position, before Write returns. Writing the same
// batch again changes nothing.
func (s *Store) Write(ctx context.Context, w indexer.Write) error {
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	began := time.Now()
	batch, err := s.batch(ctx, w)
	if err != nil {
		return err
	}
	if err := s.persist(ctx, batch); err != nil {
		return fault.As(fault.Transient, fmt.Errorf("write batch up to %s:%d: %w", w.Position.File, w.Position.Offset, err))
	}
	s.metrics.write.Observe(time.Since(began).Seconds())
	s.wantWarm()
	return nil
}

// A write that waits for the disk is told after persistTold, and at once where the disk takes nothing: that is looked at every persistLook.
const (
	persistLook = time.Second
	persistTold = 15 * time.Second
)

// persist writes a batch and waits until bleve has it on disk. Bleve's own wait ends with the first failure, such as a full disk, and then clears a
// segment that is part of the index already: whoever reads it next brings the process down. So bleve is opened not to wait and tells when it is done;
// it tries again by itself until it can. For a generation that Beside made, a disk that takes nothing is an error at once, and so is for every one a
// goroutine of bleve's that ended. Where the wait ends early the batch may still come to be on disk, and is harmless when it is written again.
func (s *Store) persist(ctx context.Context, batch *index.Batch) error {
	if err := behind.ended(s.dir()); err != nil {
		return err // bleve would take the batch, or wait for ever
	}
	persisted := make(chan error, 1)
	batch.SetPersistedCallback(func(err error) { persisted <- err })
	began := time.Now()
	if err := s.now.Load().scorch.Batch(batch); err != nil {
		return err
	}
	tick := time.NewTicker(persistLook)
	defer tick.Stop()
	var told time.Time
	for {
		select {
		case err := <-persisted:
			return err
		case <-tick.C:
			if err := behind.ended(s.dir()); err != nil {
				return err
			}
			why := s.refused()
			if why != nil && s.spare {
				return why // nobody needs it yet, and the one that answers may need the room
			}
			if now := time.Now(); now.Sub(told) >= persistTold && (why != nil || now.Sub(began) >= persistTold) {
				told = now
				s.options.Logger.Warn("the index is not on disk yet: it is tried again", "dir", s.dir(), "since", now.Sub(began).Round(time.Second), "error", why, "remedy", "make room on its disk, or see what else keeps it from taking more")
			}
		case <-s.stop:
			return closedFault()
		case <-ctx.Done():
			return ended(ctx.Err())
		}
	}
}

// refused says why the index's disk takes nothing, or what bleve could not do just now; nil where there is nothing to say.
func (s *Store) refused() error {
	if err := tryDisk(s.dir()); err != nil {
		return err
	}
	return behind.lately(s.dir())
}

func (s *Store) batch(ctx context.Context, w indexer.Write) (*index.Batch, error) {
	b := index.NewBatch()
	for _, d := range w.Documents {
		if d.Statement == nil || d.Statement.ID == "" || d.Words == nil {
			return nil, fault.New(fault.Invalid, "a document has no statement, id or words", "")
		}
		doc, err := statementDocument(d)
		if err != nil {
			return nil, err
		}
		b.Update(doc)
	}
	for i := range w.Revisions {
		doc, err := revisionDocument(&w.Revisions[i])
		if err != nil {
			return nil, err
		}
		b.Update(doc)
	}
	for i := range w.Drop {
		b.Delete(revisionID(&w.Drop[i]))
	}
	if err := s.forget(ctx, b, w); err != nil {
		return nil, err
	}
	return b, s.stamp(b, w)
}

// forget adds the removal of statements with their revisions, those of this batch too.
func (s *Store) forget(ctx context.Context, b *index.Batch, w indexer.Write) error {
	if len(w.Forget) == 0 {
		return nil
	}
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	defer snap.close()
	forgotten := make(map[string]bool, len(w.Forget))
	for _, id := range w.Forget {
		forgotten[id] = true
		b.Delete(id)
		err := snap.withTerm(ctx, fieldRevision, id, func(p *part, doc uint32) error {
			revision, err := p.DocID(uint64(doc))
			b.Delete(string(revision))
			return err
		})
		if err != nil {
			return fmt.Errorf("forget statement %s: %w", id, err)
		}
	}
	for i := range w.Revisions {
		if forgotten[w.Revisions[i].Statement] {
			b.Delete(revisionID(&w.Revisions[i]))
		}
	}
	return nil
}

// stamp adds what the index keeps beside its documents.
func (s *Store) stamp(b *index.Batch, w indexer.Write) error {
	position, err := json.Marshal(w.Position)
	if err != nil {
		return fmt.Errorf("encode position: %w", err)
	}
	b.SetInternal([]byte(keyPosition), position)
	newest, err := s.newest()
	if err != nil {
		return err
	}
	for _, d := range w.Documents {
		if d.Statement.FirstSeen.After(newest) {
			newest = d.Statement.FirstSeen
		}
	}
	b.SetInternal([]byte(keyNewest), []byte(newest.UTC().Format(time.RFC3339Nano)))
	return nil
}

// Position gives what the last Write committed; the zero Position for a new index.
func (s *Store) Position(context.Context) (indexer.Position, error) {
	var p indexer.Position
	body, err := s.internal(keyPosition)
	if err != nil || body == nil {
		return p, err
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return p, damaged(s.dir(), fmt.Errorf("read position: %w", err))
	}
	return p, nil
}

func (s *Store) newest() (time.Time, error) {
	body, err := s.internal(keyNewest)
	if err != nil || body == nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339Nano, string(body))
	if err != nil {
		return t, damaged(s.dir(), fmt.Errorf("read newest: %w", err))
	}
	return t, nil
}

// internal gives a copy of a value kept beside the documents, nil if there is none.
func (s *Store) internal(key string) ([]byte, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.close()
	value, err := snap.index.GetInternal([]byte(key))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return bytes.Clone(value), nil
}

// tryDisk says why a folder takes no more, by writing to it; nil where it does.
func tryDisk(dir string) error {
	f, err := os.CreateTemp(dir, "tried-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 64<<10))
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}
