package blevestore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/zapx/v17"

	"rostrum/internal/durable"
	"rostrum/search"
	"rostrum/search/query"
)

const (
	// pinFile lists a pin's segments; it is written last, so that a pin that has it is whole.
	pinFile = "pin.json"
	// pinTries bounds how often a state is taken again whose files a merge removed meanwhile.
	pinTries = 5
)

// pin is what pinFile holds.
type pin struct {
	Copies   bool        `json:"copies"`
	Segments []pinnedSeg `json:"segments"`
}

// pinnedSeg is a segment of a pin: its file, which of its documents match and which are deleted, as bitmaps.
type pinnedSeg struct {
	File    string `json:"file"`
	Matched []byte `json:"matched"`
	Deleted []byte `json:"deleted,omitempty"`
}

// Pin keeps what matches in the present state of the index in the folder dir, which it makes: other names for the segments' files, which
// take no room of their own as long as the index has them too, and bitmaps. It outlives the process and any change of the index. A folder
// that holds a pin already is left as it is.
func (s *Store) Pin(ctx context.Context, q query.Node, copies bool, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, pinFile)); err == nil {
		return nil
	}
	for try := 1; ; try++ {
		err := s.pin(ctx, q, copies, dir)
		if err == nil || try == pinTries || !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
}

func (s *Store) pin(ctx context.Context, q query.Node, copies bool, dir string) error {
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o750)); err != nil {
		return fmt.Errorf("make pin folder: %w", err)
	}
	taken, err := s.Select(ctx, q, copies)
	if err != nil {
		return err
	}
	defer taken.Close()
	sel, ok := taken.(*selection)
	if !ok {
		return fmt.Errorf("pin: a selection is a %T", taken)
	}
	kept := pin{Copies: copies}
	for i, p := range sel.snap.parts {
		seg := pinnedSeg{File: fmt.Sprintf("%04d.zap", i)}
		if err := keepSegment(p.Segment, filepath.Join(dir, seg.File)); err != nil {
			return fmt.Errorf("pin segment: %w", err)
		}
		if seg.Matched, err = sel.matched[i].ToBytes(); err == nil && p.deleted != nil {
			seg.Deleted, err = p.deleted.ToBytes()
		}
		if err != nil {
			return fmt.Errorf("pin segment: %w", err)
		}
		kept.Segments = append(kept.Segments, seg)
	}
	return writePin(dir, kept)
}

// keepSegment gives a segment's file another name, or writes one that is in memory yet.
func keepSegment(s segment.Segment, path string) error {
	switch s := s.(type) {
	case segment.PersistedSegment:
		if err := os.Link(s.Path(), path); err == nil || errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return copySegment(s.Path(), path)
	case segment.UnpersistedSegment:
		return s.Persist(path)
	}
	return fmt.Errorf("a %T cannot be kept", s)
}

// copySegment is for file systems without second names.
func copySegment(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func writePin(dir string, kept pin) error {
	body, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("encode pin: %w", err)
	}
	return durable.WriteFile(filepath.Join(dir, pinFile), body, 0o600)
}

// OpenPin opens what Pin kept; the caller closes it. It works on an index that has changed or is closed.
func (s *Store) OpenPin(dir string) (search.Selection, error) {
	body, err := os.ReadFile(filepath.Join(dir, pinFile))
	if err != nil {
		return nil, fmt.Errorf("open pin: %w", err)
	}
	var kept pin
	if err := json.Unmarshal(body, &kept); err != nil {
		return nil, fmt.Errorf("read pin: %w", err)
	}
	sel := &selection{snap: &snapshot{}, view: view(kept.Copies), pinned: true}
	for _, seg := range kept.Segments {
		if err := sel.reopen(dir, seg); err != nil {
			return nil, errors.Join(fmt.Errorf("open pin: segment %s: %w", seg.File, err), sel.Close())
		}
	}
	return sel, nil
}

func (s *selection) reopen(dir string, seg pinnedSeg) error {
	matched := roaring.New()
	if err := matched.UnmarshalBinary(seg.Matched); err != nil {
		return err
	}
	p := &part{}
	if len(seg.Deleted) > 0 {
		p.deleted = roaring.New()
		if err := p.deleted.UnmarshalBinary(seg.Deleted); err != nil {
			return err
		}
	}
	var err error
	if p.Segment, err = new(zap.ZapPlugin).Open(filepath.Join(dir, seg.File)); err != nil {
		return err
	}
	s.snap.parts = append(s.snap.parts, p)
	s.matched = append(s.matched, matched)
	s.total += int(matched.GetCardinality())
	return nil
}

// closeParts closes the segments of a pin, which belong to nobody else.
func (s *snapshot) closeParts() error {
	var errs []error
	for _, p := range s.parts {
		errs = append(errs, p.Segment.Close())
	}
	return errors.Join(errs...)
}
