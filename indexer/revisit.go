package indexer

import (
	"context"
	"errors"
	"fmt"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
)

// minRevisit is the length in bytes from which a payload that is archived already is not written again; a shorter one takes no more
// room than the record that would refer to it.
const minRevisit = 512

// payloadKey is the key by which the index of ids finds the response that holds a payload of an address. Payloads are shared between
// captures of one address alone: when a page is removed for good nothing of another page goes with it. Zero: not to be found.
func payloadKey(address, digest string) uint64 { return keyOf("payload\n" + address + "\n" + digest) }

// payloadOf is the payload key of a capture that was read or is to be written as this response. What is kept privately is found by none:
// a record that may be shown must not lean on it.
func payloadOf(c *statement.Capture, response *warc.Record) uint64 {
	if c.NoArchive || response.Type() != warc.TypeResponse {
		return 0
	}
	return payloadKey(response.TargetURI(), response.Header.Get(warc.FieldPayloadDigest))
}

// recordsOf makes the records of a capture: with its payload, or as a revisit where an earlier capture of the address has the same one.
// before holds what the present batch brings. One that found its page unchanged has none if the archive has not what it refers to. The
// caller holds mu.
func (a *Archive) recordsOf(c *statement.Capture, before recent) ([]warc.Record, error) {
	if c.Unchanged != nil {
		return a.unchanged(c, before)
	}
	if c.NoArchive || len(c.Body) < minRevisit {
		return warc.Records(c)
	}
	digest := warc.PayloadDigest(c)
	key := payloadKey(c.PageURL(), digest)
	of, known := before.payloads[key]
	if !known {
		found, err := a.payload(key, c.PageURL(), digest)
		if err != nil {
			a.log.Warn("archive can't look for an earlier payload; it is written again", "capture", c.ID, "error", err)
		}
		if found != nil {
			of, err = warc.ReferenceTo(found.response)
			known = err == nil
		}
	}
	if known {
		return warc.Revisit(c, of)
	}
	group, err := warc.Records(c)
	if err != nil {
		return nil, err
	}
	if of, err := warc.ReferenceTo(&group[len(group)-1]); err == nil {
		before.payloads[key] = of
	}
	return group, nil
}

// payload finds the capture whose response holds a payload; nil where there is none. The caller holds mu, for reading at least.
func (a *Archive) payload(key uint64, address, digest string) (*found, error) {
	places, err := a.ids.find(key)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		f, err := a.foundAt(context.Background(), p)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if f != nil && f.response.Type() == warc.TypeResponse && f.response.TargetURI() == address && f.response.Header.Get(warc.FieldPayloadDigest) == digest {
			return f, nil
		}
	}
	return nil, nil
}

// fill gives a capture that was archived as a revisit the payload that it refers to.
func (a *Archive) fill(f *found) error {
	if f.refers == nil {
		return nil
	}
	if f.capture.Unchanged != nil {
		return a.fillUnchanged(f)
	}
	a.mu.RLock()
	of, err := a.payload(payloadKey(f.refers.Target, f.refers.Digest), f.refers.Target, f.refers.Digest)
	a.mu.RUnlock()
	if err != nil {
		return fmt.Errorf("read the payload of capture %s: %w", f.capture.ID, err)
	}
	if of == nil {
		return fault.New(fault.NotFound, fmt.Sprintf("the payload of capture %s stands in a record of %s, which is not in the archive", f.capture.ID, f.refers),
			"put the archive file back that holds it")
	}
	f.capture.Body, f.refers = of.capture.Body, nil
	return nil
}

// foundAt reads the first capture that begins at a place or after it, without the payload of a revisit.
func (a *Archive) foundAt(ctx context.Context, e entry) (*found, error) {
	number, offset := e.at()
	name := warc.FileName(archivePrefix, number)
	end, err := a.endOf(name)
	if err != nil {
		return nil, err
	}
	var got *found
	err = a.walk(ctx, name, offset, end, func(f found) error {
		got = &f
		return errEnough
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return got, err
}

// Original finds the capture that a record of another file refers to: by address and moment, else by address and payload. It gives nil where
// the archive has neither.
func (a *Archive) Original(of warc.Reference) (*statement.Capture, error) {
	if of.Target != "" && !of.Date.IsZero() {
		c, err := a.Capture(context.Background(), statement.CaptureID(of.Target, of.Date))
		if fault.KindOf(err) != fault.NotFound {
			return c, err
		}
	}
	a.mu.RLock()
	f, err := a.payload(payloadKey(of.Target, of.Digest), of.Target, of.Digest)
	a.mu.RUnlock()
	if f == nil || err != nil {
		return nil, err
	}
	return f.capture, nil
}
