package bus

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// encodeCapture gives a line of JSON without the body, and the body as it is: base64 would cost a third.
func encodeCapture(c *statement.Capture) ([]byte, error) {
	head := *c
	head.Body = nil
	if head.Version == 0 {
		head.Version = statement.WireVersion
	}
	line, err := json.Marshal(&head)
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "encode capture %s: %w", c.ID, err)
	}
	out := make([]byte, 0, len(line)+1+len(c.Body))
	return append(append(append(out, line...), '\n'), c.Body...), nil
}

// decodeCapture gives a capture whose Body is a part of payload. What can't be read is fault.Poison; what a later version wrote is
// fault.Transient, since it can be read after an upgrade.
func decodeCapture(payload []byte) (*statement.Capture, error) {
	line, body, found := bytes.Cut(payload, []byte{'\n'})
	if !found {
		return nil, fault.New(fault.Poison, "decode capture: no end of its head", "")
	}
	c := new(statement.Capture)
	if err := json.Unmarshal(line, c); err != nil {
		return nil, fault.Newf(fault.Poison, "decode capture: %w", err)
	}
	if c.Version > statement.WireVersion {
		return nil, errLater("capture", c.Version)
	}
	if c.ID == "" {
		return nil, fault.New(fault.Poison, "decode capture: it has no id", "")
	}
	c.Body = body
	return c, nil
}

func decodeAnnouncement(payload []byte) (*statement.Announcement, error) {
	a := new(statement.Announcement)
	if err := json.Unmarshal(payload, a); err != nil {
		return nil, fault.Newf(fault.Poison, "decode announcement: %w", err)
	}
	if a.Version > statement.WireVersion {
		return nil, errLater("announcement", a.Version)
	}
	return a, nil
}

func errLater(what string, version int) error {
	return fault.New(fault.Transient, fmt.Sprintf("%s was written by a later version (%d, this one reads up to %d)", what, version, statement.WireVersion), "upgrade this process")
}

// hashKey makes a subject token or KV key of any string.
func hashKey(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

const envelopeVersion = 1

// seal puts a value in its envelope: version, length of the key, the key in clear, the value.
func seal(key string, value []byte) []byte {
	out := make([]byte, 0, 1+binary.MaxVarintLen64+len(key)+len(value))
	out = append(out, envelopeVersion)
	out = binary.AppendUvarint(out, uint64(len(key)))
	return append(append(out, key...), value...)
}

// unseal opens an envelope; ok is false when it is none. The value is a part of envelope.
func unseal(envelope []byte) (key string, value []byte, ok bool) {
	if len(envelope) == 0 || envelope[0] != envelopeVersion {
		return "", nil, false
	}
	size, n := binary.Uvarint(envelope[1:])
	if n <= 0 || size > uint64(len(envelope)-1-n) {
		return "", nil, false
	}
	rest := envelope[1+n:]
	return string(rest[:size]), rest[size:], true
}
