package indexer

import (
	"context"
	"fmt"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
	"rostrum/internal/warc"
)

// recent is what the batch brings that is about to be appended, for its own captures to refer to.
type recent struct {
	payloads map[uint64]warc.Reference
	captures map[string]original
}

// original is where a capture's payload stands, and whether it is kept privately.
type original struct {
	warc.Reference
	private bool
}

// note remembers a capture by its last record.
func (r recent) note(c *statement.Capture, last *warc.Record) {
	if of, err := warc.ReferredBy(last); err == nil && c.Unchanged == nil {
		r.captures[c.ID] = original{of, c.NoArchive}
	}
}

// unchanged makes the records of a capture that found its page as an earlier one did: a revisit of that one. There are none where the
// archive has not the earlier one, whose payload nobody could then give. The caller holds mu.
func (a *Archive) unchanged(c *statement.Capture, before recent) ([]warc.Record, error) {
	of, known := before.captures[c.Unchanged.Capture]
	if !known {
		f, err := a.locate(context.Background(), c.Unchanged.Capture)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, fault.As(fault.Transient, err)
		}
		if f != nil {
			of.Reference, err = warc.ReferredBy(f.response)
			of.private, known = f.capture.NoArchive, err == nil && f.capture.Unchanged == nil
		}
	}
	if !known || of.Target != c.PageURL() {
		a.log.Debug("a page was seen unchanged since a capture that is not archived; this is not kept", "capture", c.ID, "since", c.Unchanged.Capture)
		return nil, nil
	}
	kept := *c
	kept.NoArchive = c.NoArchive || of.private
	return warc.Unchanged(&kept, of.Reference)
}

// fillUnchanged gives a capture that found its page as it was what the page was.
func (a *Archive) fillUnchanged(f *found) error {
	of, err := a.Capture(context.Background(), f.capture.Unchanged.Capture)
	if err != nil {
		return fmt.Errorf("read what capture %s found unchanged: %w", f.capture.ID, err)
	}
	f.capture.Body, f.refers = of.Body, nil
	if f.capture.Unchanged.Said { // the answer to a question that the earlier one has answered
		f.capture.Status, f.capture.Header = of.Status, of.Header
	}
	return nil
}

// locate finds a capture by its id, as among does. The caller holds mu, for reading at least.
func (a *Archive) locate(ctx context.Context, id string) (*found, error) {
	places, err := a.ids.find(keyOf(id))
	if err != nil {
		return nil, err
	}
	return a.among(ctx, places, id)
}

// among finds a capture at one of the places that its id's key stands for, without the payload of a revisit; fault.NotFound for one that
// is at none.
func (a *Archive) among(ctx context.Context, places []entry, id string) (*found, error) {
	for _, p := range places {
		f, err := a.foundAt(ctx, p)
		if err != nil {
			return nil, err
		}
		if f != nil && f.capture.ID == id {
			return f, nil
		}
	}
	return nil, fault.New(fault.NotFound, "no capture "+id+" is archived", "")
}

// addressKey is the key by which the index of ids knows when an address was last seen.
func addressKey(address string) uint64 { return keyOf("address\n" + address) }

// seenAt is the moment at which a capture saw its page; 0 if what it saw was no page.
func seenAt(c *statement.Capture) uint64 {
	if at := c.FetchedAt.UnixNano(); at > 0 && (c.Status == 200 || c.Unchanged != nil) {
		return uint64(at)
	}
	return 0
}

// LastSeen is when the page of a capture was last fetched well, whether it had changed or not. It is a fault.NotFound for an id that is not
// in the archive.
func (a *Archive) LastSeen(ctx context.Context, capture string) (time.Time, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	f, err := a.locate(ctx, capture)
	if err != nil {
		return time.Time{}, err
	}
	return a.lastSeen(f.capture.URL)
}

// lastSeen is when an address was last fetched well; zero for one that never was. The caller holds mu, for reading at least.
func (a *Archive) lastSeen(address string) (time.Time, error) {
	at, err := a.ids.lastSeen(addressKey(address))
	if at == 0 || err != nil {
		return time.Time{}, err
	}
	return time.Unix(0, int64(at)).UTC(), nil
}
