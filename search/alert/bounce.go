package alert

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"strings"

	"rostrum/internal/fault"
)

// Bounce is a mail that came back.
type Bounce struct {
	To      string // the address that did not take it
	Message string // the Message-ID of the mail; empty: not known
	Reason  string
}

// Bounds of a report of what came back.
const (
	maxReport      = 1 << 20 // bytes
	maxReportParts = 10
)

// ReadBounces reads a report of a mail system that mail came back (RFC 3464), and gives the addresses that it gave up for good. Delays,
// successes, and refusals for policy (5.7.x), which are about the sender, are none. fault.Invalid for what is no such report.
func ReadBounces(r io.Reader) ([]Bounce, error) {
	m, err := mail.ReadMessage(io.LimitReader(r, maxReport))
	if err != nil {
		return nil, noReport(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") {
		return nil, noReport(err)
	}
	var found []Bounce
	message := ""
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range maxReportParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, noReport(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")) // what has no type is none of them
		switch kind {
		case "message/delivery-status":
			found = recipients(part)
		case "message/rfc822", "text/rfc822-headers":
			if head, err := textproto.NewReader(bufio.NewReader(part)).ReadMIMEHeader(); err == nil || errors.Is(err, io.EOF) {
				message = strings.Trim(head.Get("Message-Id"), "<> ")
			}
		}
	}
	for i := range found {
		found[i].Message = message
	}
	return found, nil
}

func noReport(err error) error {
	why := ""
	if err != nil {
		why = ": " + shorten(err.Error())
	}
	return fault.New(fault.Invalid, "this is no report of mail that came back"+why, "give one as RFC 3464 has it, or name the address")
}

// recipients reads what a report says of each recipient: blocks of fields, the first of which is about the report.
func recipients(r io.Reader) []Bounce {
	var found []Bounce
	fields := textproto.NewReader(bufio.NewReader(r))
	for range 1 + 100 { // a mail of ours has one recipient
		block, err := fields.ReadMIMEHeader()
		_, to, _ := strings.Cut(block.Get("Final-Recipient"), ";")
		if _, original, ok := strings.Cut(block.Get("Original-Recipient"), ";"); ok {
			to = original
		}
		status := block.Get("Status")
		if to = strings.Trim(to, " <>"); to != "" && strings.EqualFold(block.Get("Action"), "failed") && strings.HasPrefix(status, "5.") && !strings.HasPrefix(status, "5.7.") {
			_, why, _ := strings.Cut(block.Get("Diagnostic-Code"), ";")
			found = append(found, Bounce{To: to, Reason: strings.TrimSpace(status + " " + oneLine(why))})
		}
		if err != nil {
			break
		}
	}
	return found
}

// CameBack switches off every mail channel to an address whose mail came back, and gives how many these were. Where the mail is known by its
// Message-ID it must be one that was sent to that address: fault.NotFound else, since anybody can write a report. It is idempotent.
func (s *Service) CameBack(ctx context.Context, b Bounce) (switchedOff int, err error) {
	if b.To = strings.TrimSpace(b.To); b.To == "" || len(b.To) > maxMailbox {
		return 0, invalid("to", "the bounce names no mail address", "give the address that did not take the mail")
	}
	if b.Message != "" {
		sent, err := s.sentTo(ctx, b.Message, b.To)
		if err != nil {
			return 0, err
		}
		if !sent {
			return 0, fault.New(fault.NotFound, fmt.Sprintf("no mail %s was sent to %s", shorten(oneLine(b.Message)), b.To), "a report is believed only on a mail that was sent from here")
		}
	}
	why := "mail to it came back"
	if reason := oneLine(b.Reason); reason != "" {
		why = shorten(why + ": " + reason)
	}
	return s.Bounced(ctx, b.To, why)
}

// sentTo says whether the mail of a Message-ID was sent to an address.
func (s *Service) sentTo(ctx context.Context, message, to string) (bool, error) {
	id, _, _ := strings.Cut(strings.Trim(message, "<> "), "@")
	b, err := s.bundleOf(ctx, id)
	if err == nil {
		return b.Type == Email && strings.EqualFold(b.To, to), nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return false, err
	}
	for _, r := range s.book.all(func(*record) bool { return true }) {
		for _, c := range r.Saved.Channels {
			if c.Type != Email || !strings.EqualFold(c.To, to) {
				continue
			}
			value, _, err := s.o.Deliveries.Get(ctx, deliveryKey(id, c.ID))
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			var d Delivery
			if err != nil || json.Unmarshal(value, &d) == nil && strings.EqualFold(d.To, to) {
				return err == nil, err
			}
		}
	}
	return false, nil
}
