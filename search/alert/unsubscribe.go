package alert

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"rostrum/internal/fault"
)

// unsubscribed is why a channel is disabled whose reader wants no more.
const unsubscribed = "the reader unsubscribed by the link in a mail"

// unsubscribeLink lets the reader of a mail stop it without a login: this saved query's alone, or those of every saved query of the owner
// that writes to the address.
func (s *Service) unsubscribeLink(r *record, ch *Channel, every bool) string {
	what := "one"
	if every {
		what = "all"
	}
	return s.o.Public() + "/unsubscribe/" + r.Saved.ID + "." + strconv.Itoa(ch.ID) + "." + what + "." + r.unsubscribeMark(ch.ID, what)
}

// unsubscribeMark proves that a link was made here.
func (r *record) unsubscribeMark(channel int, what string) string {
	mac := hmac.New(sha256.New, []byte(r.Secrets[channel]))
	fmt.Fprintf(mac, "%s/%d/%s", r.Saved.ID, channel, what)
	return letters.EncodeToString(mac.Sum(nil))[:26]
}

// Unsubscription is what a link stops.
type Unsubscription struct {
	To    string   // the mail address
	Names []string // the saved queries
	Done  bool     // nothing is sent already
}

// Unsubscribe looks at what a link of a mail stops, and stops it when it is asked to. fault.NotFound for a link that is none.
func (s *Service) Unsubscribe(ctx context.Context, token string, stop bool) (Unsubscription, error) {
	missing := fault.New(fault.NotFound, "this link stops no mail", "the saved query may have been removed; an owner stops mail at Saved queries")
	parts := strings.Split(token, ".")
	if len(parts) != 4 {
		return Unsubscription{}, missing
	}
	r := s.book.record(parts[0])
	id, err := strconv.Atoi(parts[1])
	if r == nil || err != nil {
		return Unsubscription{}, missing
	}
	ch := r.channel(id)
	if ch == nil || ch.Type != Email || !hmac.Equal([]byte(r.unsubscribeMark(id, parts[2])), []byte(parts[3])) {
		return Unsubscription{}, missing
	}
	all := parts[2] == "all"
	u := Unsubscription{To: ch.To, Done: true}
	for _, other := range s.book.all(func(x *record) bool { return x.Saved.ID == r.Saved.ID || all && x.Saved.Owner == r.Saved.Owner }) {
		for _, c := range other.Saved.Channels {
			if c.Type != Email || c.To != ch.To {
				continue
			}
			u.Names = append(u.Names, other.Saved.Name)
			if c.Disabled != "" {
				continue
			}
			u.Done = false
			if stop {
				if err := s.disable(ctx, other.Saved.ID, c.ID, unsubscribed); err != nil {
					return u, err
				}
			}
		}
	}
	u.Done = u.Done || stop
	return u, nil
}

// Bounced pauses every channel that writes to a mail address, and says why. It gives how many.
func (s *Service) Bounced(ctx context.Context, to, why string) (paused int, err error) {
	for _, r := range s.book.all(func(r *record) bool { return true }) {
		for _, c := range r.Saved.Channels {
			if c.Type == Email && strings.EqualFold(c.To, to) && c.Disabled == "" {
				if err := s.disable(ctx, r.Saved.ID, c.ID, why); err != nil {
					return paused, err
				}
				paused++
			}
		}
	}
	return paused, nil
}
