package alert

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"rostrum/internal/fault"
)

// formerFor is how long messages are signed with a webhook's former secret as well.
const formerFor = 24 * time.Hour

// former is a secret that was changed.
type former struct {
	Secret string    `json:"secret"`
	Until  time.Time `json:"until"`
}

// signers gives the secrets that a message to a webhook is signed with, the current one first.
func (r *record) signers(channel int, now time.Time) []string {
	secrets := []string{r.Secrets[channel]}
	if f, ok := r.Former[channel]; ok && now.Before(f.Until) {
		secrets = append(secrets, f.Secret)
	}
	return secrets
}

// Rotate gives a webhook of a saved query of owner (empty: anybody's) another secret, which the answer has. For a day messages are signed with
// the former one as well. fault.NotFound for a channel that is not there, or no webhook.
func (s *Service) Rotate(ctx context.Context, owner, id string, channel int) (Channel, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	r, err := s.owned(owner, id)
	if err != nil {
		return Channel{}, err
	}
	if c := r.channel(channel); c == nil || c.Type != Webhook {
		return Channel{}, fault.New(fault.NotFound, fmt.Sprintf("the saved query has no webhook %d", channel), "`rostrum saved show` numbers its channels")
	}
	var out Channel
	err = s.amend(ctx, id, func(r *record) {
		if r.Former == nil {
			r.Former = map[int]former{}
		}
		r.Former[channel] = former{Secret: r.Secrets[channel], Until: s.o.Now().UTC().Add(formerFor)}
		r.Secrets[channel] = newSecret()
		out = *r.channel(channel)
		out.Secret = r.Secrets[channel]
	})
	return out, err
}

// equip gives each channel that old does not have an id and a webhook's secret, and leaves the others theirs.
func (r *record) equip(old *record, now time.Time) error {
	secrets, kept := map[int]string{}, map[int]former{}
	for i := range r.Saved.Channels {
		c := &r.Saved.Channels[i]
		if c.ID > 0 && old != nil && old.channel(c.ID) != nil && old.channel(c.ID).same(*c) {
			secrets[c.ID] = old.Secrets[c.ID]
			if f, ok := old.Former[c.ID]; ok && now.Before(f.Until) {
				kept[c.ID] = f
			}
			continue
		}
		if r.LastChannel == maxChannels {
			return invalid("channels", "the saved query has had too many channels", "save the query anew")
		}
		r.LastChannel++
		c.ID, c.Created = r.LastChannel, now
		secrets[c.ID] = newSecret()
	}
	r.Secrets, r.Former = secrets, kept
	return nil
}

const secretPrefix = "whsec_"

// newSecret makes a webhook's secret: 32 random bytes.
func newSecret() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(key)
}

// random gives n letters and digits.
func random(n int) string {
	key := make([]byte, n)
	_, _ = rand.Read(key) // it never fails
	return letters.EncodeToString(key)[:n]
}
