package blevestore

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"rostrum/search"
)

// cursor says after which hit a page begins. Pages are told apart by their sort key and id, and a score by the statistics of the
// first page: statements that come meanwhile take their own place and move none that is there.
type cursor struct {
	Query      string     `json:"q"` // hash of query, order and copies
	Key        int64      `json:"k"` // sort key of the last hit
	ID         string     `json:"i"`
	Statistics statistics `json:"s,omitzero"`
}

const (
	signatureBytes = 16
	maxCursor      = 16 << 10
)

// queryHash ties a cursor to what was asked for.
func queryHash(r *search.Request) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%t", r.Query.String(), r.Order, r.Copies))
	return hex.EncodeToString(sum[:8])
}

func (s *Store) encodeCursor(c cursor) (string, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encode cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sign(body), body...)), nil
}

func (s *Store) decodeCursor(text, hash string) (c cursor, err error) {
	if len(text) > maxCursor {
		return c, badCursor("the cursor is not one of this server")
	}
	signed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(signed) < signatureBytes || !hmac.Equal(s.sign(signed[signatureBytes:]), signed[:signatureBytes]) {
		return c, badCursor("the cursor is not one of this server")
	}
	if err := json.NewDecoder(bytes.NewReader(signed[signatureBytes:])).Decode(&c); err != nil {
		return c, badCursor("the cursor is of another version")
	}
	if c.Query != hash {
		return c, badCursor("the cursor belongs to another query or order")
	}
	return c, nil
}

func (s *Store) sign(body []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(body)
	return mac.Sum(nil)[:signatureBytes]
}

func badCursor(what string) error {
	return invalid("cursor", what, "leave it out to start from the first page")
}
