package bus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"rostrum/internal/fault"
)

// killerKeys begins, in the bucket of what is in flight, the keys of contents that killed their worker; the value is the id of the capture
// that did. They outlive the entry in quarantine, so that dropping it does not let the next fetch kill again; a retry removes them. Each
// cost several deaths of a worker, so they are few.
const killerKeys = "killer/"

// killers are the contents that killed their worker: the capture's id by the content's hash. Only the worker's goroutine uses it.
type killers map[string]string

// contentHash gives the SHA-256 of an encoded capture's body, in hex, without decoding what killed a worker; empty without a body.
func contentHash(payload []byte) string {
	_, body, _ := bytes.Cut(payload, []byte{'\n'})
	if len(body) == 0 {
		return ""
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// load reads those that are known.
func (k *killers) load(ctx context.Context, b *Bus) error {
	*k = killers{}
	return b.buckets[inFlightBucket].List(ctx, func(key string, value []byte, _ uint64) error {
		if hash, ok := strings.CutPrefix(key, killerKeys); ok {
			(*k)[hash] = string(value)
		}
		return nil
	})
}

// remember notes the content of a capture that killed its worker too often. When it can't be noted, its capture is quarantined all the same.
func (w *worker) remember(ctx context.Context, d *delivery) {
	if err := w.reopen(ctx, d); err != nil {
		return // the quarantine fails for it too, and comes back here
	}
	hash := contentHash(d.payload)
	if hash == "" {
		return
	}
	if _, err := w.bus.buckets[inFlightBucket].Put(ctx, killerKeys+hash, []byte(d.id)); err != nil {
		w.log.Warn("bus could not note the content that killed its worker", "capture", d.id, "error", err)
	}
	w.killers[hash] = d.id
}

// hold quarantines those of a batch whose content killed a worker before, and gives the rest.
func (w *worker) hold(ctx context.Context, batch []*delivery) []*delivery {
	if len(w.killers) == 0 {
		return batch
	}
	rest := make([]*delivery, 0, len(batch))
	for _, d := range batch {
		if killer := w.killerOf(ctx, contentHash(d.payload)); killer != "" {
			w.settle(ctx, []*delivery{d}, []error{errContent(killer)})
			continue
		}
		rest = append(rest, d)
	}
	return rest
}

func errContent(killer string) error {
	return fault.New(fault.Poison, fmt.Sprintf("it has the content of capture %s, which killed its worker", killer), "retry one of them to let this content in again")
}

// killerOf gives the capture that killed a worker with a content; empty for none, or when it was let in again since.
func (w *worker) killerOf(ctx context.Context, hash string) string {
	killer := w.killers[hash]
	if killer == "" {
		return ""
	}
	if _, _, err := w.bus.buckets[inFlightBucket].Get(ctx, killerKeys+hash); err != nil && fault.KindOf(err) == fault.NotFound {
		delete(w.killers, hash)
		return ""
	}
	return killer
}

// letIn forgets that a content killed its worker. Idempotent.
func (b *Bus) letIn(ctx context.Context, payload []byte) error {
	return b.buckets[inFlightBucket].Delete(ctx, killerKeys+contentHash(payload))
}
