package blevestore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"rostrum/indexer"
	"rostrum/internal/statement"
	"rostrum/search"
)

// storedFields are the parts of a search.Stored, in its order, and the head without what a group adds.
var storedFields = [...]string{storedHead, storedText, storedRest, storedOwn}

// view says whether the lead of several is read with what its group adds.
type view bool

const (
	asLead   view = false
	asItself view = true
)

// rest is the part of a statement that a page of hits does not show.
type rest struct {
	Quotes   []statement.Quote    `json:"quotes,omitempty"`
	Cues     []statement.Cue      `json:"cues,omitempty"`
	Evidence []statement.Evidence `json:"evidence,omitempty"`
}

// storedStatement makes the stored fields of a statement: its head, its text, and the rest where there is any.
func storedStatement(d indexer.Document) ([]*field, error) {
	s := d.Statement
	fields := append(make([]*field, 0, 32), storedField(storedText, []byte(s.Text)))
	shown := s
	if d.Copies != nil && d.Copies.Union != nil {
		shown = d.Copies.Union
		own, err := storedHeadOf(s)
		if err != nil {
			return nil, err
		}
		fields = append(fields, storedField(storedOwn, own))
	}
	head, err := storedHeadOf(shown)
	if err != nil {
		return nil, err
	}
	fields = append(fields, storedField(storedHead, head))
	if len(s.Quotes)+len(s.Cues)+len(s.Evidence) == 0 {
		return fields, nil
	}
	body, err := json.Marshal(rest{s.Quotes, s.Cues, s.Evidence})
	if err != nil {
		return nil, fmt.Errorf("encode statement %s: %w", s.ID, err)
	}
	return append(fields, storedField(storedRest, body)), nil
}

func storedHeadOf(s *statement.Statement) ([]byte, error) {
	head := *s
	head.Text, head.Quotes, head.Cues, head.Evidence = "", nil, nil, nil
	body, err := json.Marshal(&head)
	if err != nil {
		return nil, fmt.Errorf("encode statement %s: %w", s.ID, err)
	}
	return body, nil
}

// storedRevision makes the stored fields of a revision.
func storedRevision(r *statement.Revision) ([]*field, error) {
	head := *r
	head.Text = ""
	body, err := json.Marshal(&head)
	if err != nil {
		return nil, fmt.Errorf("encode revision %s of %s: %w", r.Capture, r.Statement, err)
	}
	return []*field{storedField(storedHead, body), storedField(storedText, []byte(r.Text))}, nil
}

// loadStatement reads a statement back; whole is false for a page of hits, which gets the text and no rest.
func loadStatement(seg segment.Segment, doc uint32, whole bool, v view) (*statement.Statement, error) {
	stored, _, err := readStored(seg, doc, v, nil)
	if err != nil {
		return nil, err
	}
	return stored.Decode(whole)
}

func loadRevision(seg segment.Segment, doc uint32) (statement.Revision, error) {
	var r statement.Revision
	stored, _, err := readStored(seg, doc, asLead, nil)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(stored.Head, &r); err != nil {
		return r, fmt.Errorf("decode revision: %w", err)
	}
	r.Text = string(stored.Text)
	return r, nil
}

// readStored copies the stored fields of a document into buf, which it may grow and gives back: bleve takes its own buffer back
// when the visit ends. The visitor always goes on: bleve puts its buffer back twice when a visit is cut short at the id.
func readStored(seg segment.Segment, doc uint32, v view, buf []byte) (search.Stored, []byte, error) {
	var at [4][2]int
	buf = buf[:0]
	err := seg.VisitStoredFields(uint64(doc), func(name string, _ byte, value []byte, _ []uint64) bool {
		i := slices.Index(storedFields[:], name)
		if i >= 0 {
			at[i] = [2]int{len(buf), len(buf) + len(value)}
			buf = append(buf, value...)
		}
		return true
	})
	if err != nil {
		return search.Stored{}, buf, fmt.Errorf("read stored fields: %w", err)
	}
	if v == asItself && at[3][1] > 0 {
		at[0] = at[3]
	}
	return search.Stored{Head: buf[at[0][0]:at[0][1]], Text: buf[at[1][0]:at[1][1]], Rest: buf[at[2][0]:at[2][1]]}, buf, nil
}

// visitStored reads documents one after another, each into the memory of the one before.
func visitStored(ctx context.Context, v view, visit func(search.Stored) error) func(p *part, doc uint32) error {
	var buf []byte
	return func(p *part, doc uint32) (err error) {
		if err := ctx.Err(); err != nil {
			return ended(err)
		}
		var stored search.Stored
		if stored, buf, err = readStored(p, doc, v, buf); err != nil {
			return err
		}
		return visit(stored)
	}
}
