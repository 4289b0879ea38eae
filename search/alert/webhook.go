package alert

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/fault"
)

const (
	maxAnswer     = 16 << 10 // bytes of an answer that are read, so that its connection can be used again
	maxRetryAfter = 24 * time.Hour
	maxReason     = 300 // bytes of why an attempt failed
)

// event is the body of a webhook.
type event struct {
	Type      string    `json:"type"` // alert|test
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"`
}

// outcome is what became of one attempt.
type outcome struct {
	status int           // 0: there was no answer
	reason string        // why it failed; empty: it was taken
	after  time.Duration // the receiver's wish before the next attempt
	gone   bool          // the receiver wants nothing any more
	fine   bool          // the server is well: it is this message, or its addressee, that it does not take
}

// failing says whether others who wait for the same server should be held back.
func (o outcome) failing() bool { return o.reason != "" && !o.fine }

// poster sends webhooks by the Standard Webhooks specification.
type poster struct {
	client  *http.Client
	agent   string
	timeout time.Duration
	now     func() time.Time
}

func newPoster(o *Options) *poster {
	transport := &http.Transport{
		Proxy:                  nil, // a proxy would resolve names behind the guard's back
		DialContext:            o.Dial,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // nobody reads the answers
		MaxIdleConnsPerHost:    laneWidth,
		MaxIdleConns:           256,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
	return &poster{agent: o.UserAgent, timeout: o.Timeout, now: o.Now, client: &http.Client{Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (p *poster) close() { p.client.CloseIdleConnections() }

// post makes one attempt to bring body to url.
func (p *poster) post(ctx context.Context, url, id string, secrets []string, body []byte) outcome {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return outcome{reason: "the address can't be called"}
	}
	now := p.now()
	signature, err := signAll(secrets, id, now, body)
	if err != nil {
		return outcome{reason: "the webhook has no secret to sign with"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", p.agent)
	req.Header.Set("Webhook-Id", id)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("Webhook-Signature", signature)
	res, err := p.client.Do(req)
	if err != nil {
		return outcome{reason: p.unreached(ctx, err)}
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, maxAnswer) // what the answer says is not looked at
	return judge(res, now)
}

// unreached says why there was no answer, in words for the owner.
func (p *poster) unreached(ctx context.Context, err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return shorten(f.Error())
	}
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Sprintf("no answer within %s", p.timeout)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return shorten("the name " + dns.Name + " is not known: " + dns.Err)
	}
	if inner := errors.Unwrap(err); inner != nil { // without the address, which the owner knows
		err = inner
	}
	return shorten(err.Error())
}

func shorten(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxReason)], "") }

// judge says what an answer means: only a 2xx takes the alert, a redirect is not followed.
func judge(res *http.Response, now time.Time) outcome {
	o := outcome{status: res.StatusCode}
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
	case res.StatusCode == http.StatusGone:
		o.gone, o.reason = true, "the receiver answers 410 Gone: it wants nothing any more"
	case res.StatusCode >= 300 && res.StatusCode < 400:
		o.reason = fmt.Sprintf("the receiver answers %d, a redirect, which is not followed: give the address it leads to", res.StatusCode)
	default:
		o.reason = strings.TrimSpace(fmt.Sprintf("the receiver answers %d %s", res.StatusCode, http.StatusText(res.StatusCode)))
		o.after = retryAfter(res.Header.Get("Retry-After"), now)
	}
	return o
}

// retryAfter reads the header of that name: seconds or a date.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil {
		return min(max(0, time.Duration(min(seconds, 1<<20))*time.Second), maxRetryAfter)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(0, at.Sub(now)), maxRetryAfter)
	}
	return 0
}

// signAll gives the header webhook-signature of a message: a signature by each secret, so that a receiver may change it in its own time.
func signAll(secrets []string, id string, at time.Time, body []byte) (string, error) {
	signatures := make([]string, 0, len(secrets))
	for _, secret := range secrets {
		signature, err := sign(secret, id, at, body)
		if err != nil {
			return "", err
		}
		signatures = append(signatures, signature)
	}
	return strings.Join(signatures, " "), nil
}

// sign signs a message.
func sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil || len(key) == 0 {
		return "", errors.New("sign webhook: the secret can't be read") // the secret itself is never told
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.", id, at.Unix())
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// body makes the webhook of an alert.
func (a *Alert) body() ([]byte, error) {
	b, err := json.Marshal(event{Type: "alert", Timestamp: a.At, Data: a})
	return b, fault.As(fault.Internal, err)
}
