package alert

import (
	"crypto/rand"
	"encoding/base64"
	"time"
)

// equip gives each channel that old does not have an id and a webhook's secret, and leaves the others theirs.
func (r *record) equip(old *record, now time.Time) error {
	secrets := map[int]string{}
	for i := range r.Saved.Channels {
		c := &r.Saved.Channels[i]
		if c.ID > 0 && old != nil && old.channel(c.ID) != nil && old.channel(c.ID).same(*c) {
			secrets[c.ID] = old.Secrets[c.ID]
			continue
		}
		if r.LastChannel == maxChannels {
			return invalid("channels", "the saved query has had too many channels", "save the query anew")
		}
		r.LastChannel++
		c.ID, c.Created = r.LastChannel, now
		secrets[c.ID] = newSecret()
	}
	r.Secrets = secrets
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
