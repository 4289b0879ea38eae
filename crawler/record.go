package crawler

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Keys of the records in State. A page's ends in the id that its statement will have, so that http and https are one.
const (
	pageKeys      = "page."
	sourceKeys    = "source."
	validatorKeys = "documents."
)

func sourceKey(prefix, id string) string {
	sum := sha256.Sum256([]byte(id))
	return prefix + hex.EncodeToString(sum[:12])
}

// page is what is remembered of a page: its record in State, and (below) its place in this process.
type page struct {
	URL       string         `json:"url"` // canonical
	Source    string         `json:"source"`
	Hint      statement.Hint `json:"hint,omitzero"`
	FirstPass bool           `json:"first_pass,omitempty"` // found by its source's first pass
	Validator validator      `json:"validator,omitzero"`   // of what was last published
	Modified  time.Time      `json:"modified,omitzero"`    // as its document last said
	TriedAt   time.Time      `json:"tried_at,omitzero"`
	ChangedAt time.Time      `json:"changed_at,omitzero"` // when what was last published was fetched; zero: nothing yet
	Next      time.Time      `json:"next,omitzero"`       // zero: never again
	Failures  int            `json:"failures,omitempty"`  // in a row
	Failure   string         `json:"failure,omitempty"`   // the last one's line
	Final     bool           `json:"final,omitempty"`     // asking again soon is pointless
	Changes   int            `json:"changes,omitempty"`   // times it was published after the first
	NoIndex   bool           `json:"no_index,omitempty"`  // it asked at last not to be stored, and was not published
	Paper     bool           `json:"paper,omitempty"`     // a file that a page of the source links to

	key  string
	task *task
}

// settled says whether a page has been tried enough for its source's pass to be over.
func (p *page) settled() bool {
	return !p.ChangedAt.IsZero() || p.NoIndex || p.Final || p.Failures >= enoughTries
}

// unwanted says whether a page that was published asks now not to be stored.
func (p *page) unwanted() bool { return p.NoIndex && !p.ChangedAt.IsZero() }

// enoughTries is how often a page is tried before a pass goes on without it.
const enoughTries = 3

// validator is by what an unchanged body is known: what the server says, and a hash of it, since servers err.
type validator struct {
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Hash         string    `json:"hash,omitempty"`
	FullAt       time.Time `json:"full_at,omitzero"` // when the body was last seen
}

func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// SourceHealth is how a source does. Times are UTC and zero for what never happened.
type SourceHealth struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Type        Type      `json:"type"`
	URL         string    `json:"url"`
	LastFetch   time.Time `json:"last_fetch,omitzero"`   // of the source's address
	LastSuccess time.Time `json:"last_success,omitzero"` // of the source's address
	LastNew     time.Time `json:"last_new,omitzero"`     // when a page was last published that is new or has changed
	LastFound   time.Time `json:"last_found,omitzero"`   // when a look at the source's address last brought a page that was not known
	NextFetch   time.Time `json:"next_fetch,omitzero"`
	FirstPass   time.Time `json:"first_pass,omitzero"`   // when the first pass was complete
	Failures    int       `json:"failures,omitempty"`    // looks at the source's address in a row that failed
	Error       string    `json:"error,omitempty"`       // why the source's address fails: what, why, remedy
	Pages       string    `json:"pages_error,omitempty"` // how many pages fail, and why
	NoIndex     string    `json:"noindex,omitempty"`     // how many pages ask not to be stored
	Same        string    `json:"same,omitempty"`        // how many pages are the same as others
	Waiting     []string  `json:"waiting,omitempty"`     // hosts that are parked: until when, why
	Bounds      []string  `json:"bounds,omitempty"`      // bounds that the last pass hit
	Notes       []string  `json:"notes,omitempty"`       // what else was odd about the last pass

	PagesKnown   int `json:"pages_known"`
	PagesFetched int `json:"pages_fetched"`           // that were published at least once
	PagesFailed  int `json:"pages_failed"`            // whose last try failed
	PagesWaiting int `json:"pages_waiting"`           // found and not yet tried
	PagesNoIndex int `json:"pages_noindex,omitempty"` // that ask not to be stored
}

// ReadHealth gives the health of sources as a crawler, maybe in another process, last recorded it, in the order of the ids. One that
// no crawler has looked at has only its ID.
func ReadHealth(ctx context.Context, state State, ids ...string) ([]SourceHealth, error) {
	healths := make([]SourceHealth, len(ids))
	for i, id := range ids {
		healths[i].ID = id
		if err := read(ctx, state, sourceKey(sourceKeys, id), &healths[i]); err != nil {
			return nil, fmt.Errorf("read health of source %s: %w", id, err)
		}
	}
	return healths, nil
}

// load reads the records of sources that are about to begin, and of their pages.
func (c *Crawler) load(ctx context.Context, sources []*source) (map[string]*page, error) {
	for _, s := range sources {
		var health SourceHealth
		if err := read(ctx, c.state, sourceKey(sourceKeys, s.ID), &health); err != nil {
			return nil, fmt.Errorf("read health of source %s: %w", s.ID, err)
		}
		if health.URL != s.URL {
			health = SourceHealth{} // it has moved: what is found there is its past, not its news
		}
		health.ID, health.Name, health.Type, health.URL = s.ID, s.Name, s.Type, s.URL
		if err := read(ctx, c.state, sourceKey(validatorKeys, s.ID), &s.validators); err != nil {
			return nil, fmt.Errorf("read documents of source %s: %w", s.ID, err)
		}
		c.mu.Lock() // those that crawl other sources look at the health of all
		s.health = health
		c.mu.Unlock()
	}
	pages := map[string]*page{}
	err := c.state.List(ctx, func(key string, value []byte) error {
		if !strings.HasPrefix(key, pageKeys) {
			return nil
		}
		p := &page{key: key}
		if err := json.Unmarshal(value, p); err != nil {
			c.log.Warn("a page's record can't be read and counts as none", "key", key, "error", err)
			return nil
		}
		if s := c.byID[p.Source]; s != nil && slices.Contains(sources, s) && s.owns(p) {
			pages[key] = p // a key that is written meanwhile may come twice
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list fetch state: %w", err)
	}
	return pages, nil
}

// put writes a record. The fetch it tells of is done, so a crawl that ends meanwhile must not lose it.
func (c *Crawler) put(key string, record any) error {
	value, err := json.Marshal(record)
	if err == nil {
		_, err = c.state.Put(c.lasting, key, value)
	}
	if err != nil {
		c.metrics.stateErrors.Inc()
		c.log.Error("fetch state can't be written; after a restart pages may be fetched once more than needed", "key", key, "error", err)
	}
	return err
}

// writeGrace is how long a crawl that ends waits for its state to be written.
const writeGrace = time.Second

// outlast gives a context that ends a little later than ctx.
func outlast(ctx context.Context) (context.Context, context.CancelFunc) {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-lasting.Done():
		case <-time.After(writeGrace):
			cancel()
		}
	})
	return lasting, func() { stop(); cancel() }
}

// read reads a record into v; a missing one leaves v as it is.
func read(ctx context.Context, state State, key string, v any) error {
	value, _, err := state.Get(ctx, key)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(value, v)
}
