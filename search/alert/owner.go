package alert

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"rostrum/internal/fault"
)

// ownerPrefix begins, in Settings, what is kept of an owner.
const ownerPrefix = "alerts.owner/"

// owners keeps the secrets of the feeds that have all alerts of an owner.
type owners struct {
	mu      sync.RWMutex
	secrets map[string]string // by owner
	names   map[string]string // by secret
}

type ownerRecord struct {
	FeedSecret string `json:"feed_secret"`
}

func newOwners() *owners { return &owners{secrets: map[string]string{}, names: map[string]string{}} }

func (o *owners) put(name, secret string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.secrets[name], o.names[secret] = secret, name
}

func (o *owners) secret(name string) string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.secrets[name]
}

func (o *owners) name(secret string) (string, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	name, ok := o.names[secret]
	return name, ok && secret != ""
}

// loadOwners reads what is kept of owners, and gives those a feed who have saved queries and none yet.
func (s *Service) loadOwners(ctx context.Context) error {
	err := s.o.Settings.List(ctx, func(key string, value []byte, _ uint64) error {
		name, ok := strings.CutPrefix(key, ownerPrefix)
		var kept ownerRecord
		if ok && json.Unmarshal(value, &kept) == nil && kept.FeedSecret != "" {
			s.owners.put(name, kept.FeedSecret)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range s.book.all(func(*record) bool { return true }) {
		if err := s.ownerFeed(ctx, r.Saved.Owner); err != nil {
			return err
		}
	}
	return nil
}

// ownerFeed makes the feed of an owner, unless there is one.
func (s *Service) ownerFeed(ctx context.Context, owner string) error {
	if s.owners.secret(owner) != "" {
		return nil
	}
	secret := rand.Text()
	value, err := json.Marshal(ownerRecord{FeedSecret: secret})
	if err != nil {
		return fault.As(fault.Internal, err)
	}
	if _, err := s.o.Settings.Put(ctx, ownerPrefix+owner, value); err != nil {
		return fmt.Errorf("keep the feed of who owns saved queries: %w", err)
	}
	s.owners.put(owner, secret)
	return nil
}

// OwnerFeed gives the address of the feed with all alerts of an owner; empty for one who has saved nothing yet.
func (s *Service) OwnerFeed(owner string) string {
	secret := s.owners.secret(owner)
	if secret == "" {
		return ""
	}
	return s.o.Public() + "/feeds/" + secret + ".atom"
}

// usualZone is the time zone of the owner's latest saved query.
func (s *Service) usualZone(owner string) string {
	own := s.book.all(func(r *record) bool { return r.Saved.Owner == owner && r.Saved.Zone != "" })
	if len(own) == 0 {
		return "UTC"
	}
	return slices.MaxFunc(own, func(x, y *record) int {
		return cmp.Or(x.Saved.Created.Compare(y.Saved.Created), byID(x, y))
	}).Saved.Zone
}
