package blevestore

import (
	"encoding/json"
	"fmt"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"rostrum/internal/statement"
)

// rest is the part of a statement that a page of hits does not show.
type rest struct {
	Quotes   []statement.Quote    `json:"quotes,omitempty"`
	Cues     []statement.Cue      `json:"cues,omitempty"`
	Evidence []statement.Evidence `json:"evidence,omitempty"`
}

// storedStatement makes the stored fields of a statement: its head, its text, and the rest where there is any.
func storedStatement(s *statement.Statement) ([]*field, error) {
	head := *s
	head.Text, head.Quotes, head.Cues, head.Evidence = "", nil, nil, nil
	body, err := json.Marshal(&head)
	if err != nil {
		return nil, fmt.Errorf("encode statement %s: %w", s.ID, err)
	}
	fields := []*field{storedField(storedHead, body), storedField(storedText, []byte(s.Text))}
	if len(s.Quotes)+len(s.Cues)+len(s.Evidence) == 0 {
		return fields, nil
	}
	if body, err = json.Marshal(rest{s.Quotes, s.Cues, s.Evidence}); err != nil {
		return nil, fmt.Errorf("encode statement %s: %w", s.ID, err)
	}
	return append(fields, storedField(storedRest, body)), nil
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
func loadStatement(seg segment.Segment, doc uint32, whole bool) (*statement.Statement, error) {
	var s statement.Statement
	var r rest
	text, err := loadStored(seg, doc, &s, func(body []byte) error {
		if !whole {
			return nil
		}
		return json.Unmarshal(body, &r)
	})
	if err != nil {
		return nil, fmt.Errorf("decode statement: %w", err)
	}
	s.Text, s.Quotes, s.Cues, s.Evidence = text, r.Quotes, r.Cues, r.Evidence
	return &s, nil
}

func loadRevision(seg segment.Segment, doc uint32) (statement.Revision, error) {
	var r statement.Revision
	text, err := loadStored(seg, doc, &r, func([]byte) error { return nil })
	if err != nil {
		return r, fmt.Errorf("decode revision: %w", err)
	}
	r.Text = text
	return r, nil
}

// loadStored decodes the head of a document and gives its text. The visitor always goes on: bleve puts its buffer back twice
// when a visit is cut short at the id.
func loadStored(seg segment.Segment, doc uint32, head any, onRest func([]byte) error) (text string, err error) {
	var failed error
	err = seg.VisitStoredFields(uint64(doc), func(name string, _ byte, value []byte, _ []uint64) bool {
		switch name {
		case storedHead:
			failed = json.Unmarshal(value, head)
		case storedText:
			text = string(value)
		case storedRest:
			failed = onRest(value)
		}
		return failed == nil
	})
	if failed != nil {
		return "", failed
	}
	return text, err
}
