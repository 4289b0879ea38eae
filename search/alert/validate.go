package alert

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fault"
	"rostrum/search/query"
)

// Bounds of a saved query.
const (
	MaxName     = 200                 // code points
	MaxQuery    = 4 * query.MaxLength // bytes; a query of as many may be too long still, and is told where
	MaxChannels = 5
	maxURL      = 2000 // bytes
	maxEdits    = 50   // edits of one query that the matcher has not caught up with
	maxChannels = 999  // that a saved query may ever have had

	maxMinChange = 100_000 // words
	maxMailbox   = 254     // bytes of a mail address, as SMTP has it
)

func invalid(field, what, remedy string) error {
	err := fault.New(fault.Invalid, what, remedy)
	err.Field = field
	return err
}

// validate checks everything but that the query can be read.
func (s *Service) validate(v *Saved) error {
	if err := validName(v.Name); err != nil {
		return err
	}
	if len(v.Query) > MaxQuery {
		return invalid("query", fmt.Sprintf("the query has %d bytes, more than %d", len(v.Query), MaxQuery), "split it into several")
	}
	if err := validRate(v.Rate); err != nil {
		return err
	}
	if _, err := zoneOf(v.Zone); err != nil {
		return err
	}
	if _, _, err := timeOfDay(v.DigestAt); err != nil {
		return err
	}
	if v.MinChange < 0 || v.MinChange > maxMinChange {
		return invalid("min_change", fmt.Sprintf("%d words are no least change", v.MinChange), fmt.Sprintf("give a number from 0 to %d", maxMinChange))
	}
	if len(v.Channels) > MaxChannels {
		return invalid("channels", fmt.Sprintf("%d channels are more than %d", len(v.Channels), MaxChannels), "save the query twice, or pass the alerts on")
	}
	for i := range v.Channels {
		if err := s.validChannel(fmt.Sprintf("channels[%d]", i), &v.Channels[i]); err != nil {
			return err
		}
		if slices.ContainsFunc(v.Channels[:i], v.Channels[i].same) {
			return invalid(fmt.Sprintf("channels[%d]", i), "the channel is named twice", "name it once")
		}
	}
	return nil
}

// nameOf makes the name of a saved query that was given none.
func nameOf(query string) string {
	name := []rune(strings.Join(strings.Fields(query), " "))
	if len(name) == 0 {
		return "everything"
	}
	return string(name[:min(len(name), MaxName)])
}

func validName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return invalid("name", "the saved query has no name", "name it by what it is to tell")
	case utf8.RuneCountInString(name) > MaxName:
		return invalid("name", fmt.Sprintf("the name is longer than %d letters", MaxName), "shorten it")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return invalid("name", "the name has a line break or another control character in it", "write it on one line")
	}
	return nil
}

// same says whether two channels tell the same place.
func (c *Channel) same(other Channel) bool {
	return c.Type == other.Type && c.URL == other.URL && c.To == other.To
}

func (s *Service) validChannel(field string, c *Channel) error {
	switch c.Type {
	case Webhook:
	case Email:
		return s.validMail(field, c)
	default:
		return invalid(field+".type", fmt.Sprintf("there is no channel of type %q", c.Type), "use webhook or email")
	}
	if c.To != "" {
		return invalid(field+".to", "a webhook has no mail address", "give url alone, or a channel of type email besides")
	}
	field += ".url"
	u, err := url.Parse(c.URL)
	switch {
	case len(c.URL) > maxURL:
		return invalid(field, fmt.Sprintf("the address has more than %d bytes", maxURL), "shorten it")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return invalid(field, fmt.Sprintf("%q is no http or https address", c.URL), "give one such as https://hooks.example.org/rostrum")
	case u.User != nil:
		return invalid(field, "the address has a user name or password in it", "leave it out: deliveries are signed with the webhook's secret")
	case u.Fragment != "":
		return invalid(field, "the address has a #fragment, which is never sent", "leave it out")
	}
	if err := s.o.Permit(u.Hostname()); err != nil {
		if f, ok := errors.AsType[*fault.Error](err); ok {
			return invalid(field, f.What, f.Remedy)
		}
		return invalid(field, err.Error(), "")
	}
	return nil
}

// validMail checks a mail address: one mailbox, without a name, as it goes into the protocol.
func (s *Service) validMail(field string, c *Channel) error {
	if c.URL != "" {
		return invalid(field+".url", "a mail channel has no url", "give to alone, or a channel of type webhook besides")
	}
	if s.courier.mailer == nil {
		return invalid(field+".type", "this server sends no mail", "set alerts.smtp in rostrum.yaml, or use a webhook or the feed")
	}
	field += ".to"
	remedy := "give one such as desk@newsroom.example"
	if strings.ContainsFunc(c.To, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
		return invalid(field, "the mail address has a line break or another control character in it", remedy)
	}
	a, err := mail.ParseAddress(c.To)
	switch {
	case len(c.To) > maxMailbox:
		return invalid(field, fmt.Sprintf("the mail address has more than %d bytes", maxMailbox), remedy)
	case err != nil || a.Name != "" || a.Address != c.To || strings.ContainsAny(c.To, " \t<>,;\"()"):
		return invalid(field, fmt.Sprintf("%q is no mail address", c.To), remedy)
	}
	if _, domain, _ := strings.Cut(c.To, "@"); strings.Contains(domain, "@") {
		return invalid(field, fmt.Sprintf("%q is no mail address", c.To), remedy)
	}
	return nil
}
