// Package transport is what stands between a crawl and the network: for each hop of a fetch, in this order, it
//
//  1. asks whether the address may be fetched (robots, scope), a question it hands to its owner,
//  2. waits for the host's turn, and stops waiting when its context ends,
//  3. dials, and refuses private addresses after resolution,
//  4. reads the body, inflates it and refuses one that is too large, cut off or corrupt,
//  5. writes down what was sent and received.
package transport

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"rostrum/internal/fault"
)

// Options are what a Transport needs to know. The zero value of each field is a sane default.
type Options struct {
	Guard       Guard
	MaxBody     int64         // bytes of a body after inflation; 0 is 20 MiB
	Timeout     time.Duration // of one hop, from its turn to the last byte of its body; 0 is 60 s
	DialTimeout time.Duration // of a connection; 0 is 10 s
	HostConns   int           // idle connections kept for a host; 0 is 2
}

// Gate says whether an address may be fetched: nil, or why not.
type Gate func(ctx context.Context, u *url.URL) error

// Transport carries the fetches of one crawler. It is safe for many goroutines. Close ends its idle connections.
type Transport struct {
	base    *http.Transport
	lanes   *Lanes
	maxBody int64
	timeout time.Duration
	late    error // what a hop that exceeds timeout fails with
}

// New makes a transport whose fetches wait for their host's lane.
func New(o Options, lanes *Lanes) *Transport {
	o.MaxBody = cmp.Or(o.MaxBody, 20<<20)
	o.Timeout = cmp.Or(o.Timeout, 60*time.Second)
	o.DialTimeout = cmp.Or(o.DialTimeout, 10*time.Second)
	return &Transport{
		lanes: lanes, maxBody: o.MaxBody, timeout: o.Timeout, late: errLate(o.Timeout),
		base: &http.Transport{
			Proxy:                  nil, // a proxy would resolve names behind the guard's back
			DialContext:            o.Guard.dialer(o.DialTimeout),
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // decode.go does it, with a bound
			MaxIdleConnsPerHost:    max(o.HostConns, 2),
			MaxIdleConns:           256,
			IdleConnTimeout:        30 * time.Second,
			TLSHandshakeTimeout:    o.DialTimeout,
			MaxResponseHeaderBytes: 256 << 10,
		},
	}
}

// Close drops idle connections.
func (t *Transport) Close() { t.base.CloseIdleConnections() }

// Hop is one request of an exchange and the status it was answered with.
type Hop struct {
	URL    string
	Status int // 0 when there was no answer
}

// Exchange is what one fetch sent and received, redirects included. Its fields describe the last hop.
type Exchange struct {
	Hops    []Hop
	Request http.Header // as sent
	Status  int
	Header  http.Header // as received
	Body    []byte      // inflated
	IP      string      // the address that answered
}

// Fetch is one fetch: an http.RoundTripper that writes the exchange down as it goes. It is for one goroutine.
type Fetch struct {
	Exchange
	transport *Transport
	gate      Gate
	truncate  int64 // keep only so many bytes of a body instead of refusing a larger one; 0 refuses
}

// Fetch begins a fetch. A nil gate lets everything pass.
func (t *Transport) Fetch(gate Gate) *Fetch { return &Fetch{transport: t, gate: gate} }

// Truncated begins a fetch that keeps the first limit bytes of a body.
func (t *Transport) Truncated(gate Gate, limit int64) *Fetch {
	return &Fetch{transport: t, gate: gate, truncate: limit}
}

// RoundTrip does one hop. The response is for a client that follows redirects and has no body: Exchange has it, and the headers as they
// came. It has no encoding or charset either, so that no client undoes them a second time.
func (f *Fetch) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return nil, fault.Newf(fault.Poison, "%s is not an http or https address", req.URL.Redacted())
	}
	f.Hops = append(f.Hops, Hop{URL: req.URL.String()})
	f.Request, f.Status, f.Header, f.Body, f.IP = req.Header.Clone(), 0, nil, nil, ""
	if f.gate != nil {
		if err := f.gate(req.Context(), req.URL); err != nil {
			return nil, err
		}
	}
	leave, err := f.transport.lanes.Enter(req.Context(), req.URL.Host)
	if err != nil {
		return nil, err
	}
	defer leave()
	ctx, cancel := context.WithTimeoutCause(req.Context(), f.transport.timeout, f.transport.late)
	defer cancel()
	res, err := f.exchange(ctx, req)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return res, err
}

func errLate(after time.Duration) error {
	timeout := fault.Newf(fault.Transient, "no complete answer within %s", after)
	timeout.Err = context.DeadlineExceeded
	return timeout
}

func (f *Fetch) exchange(ctx context.Context, req *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { f.IP = hostOf(i.Conn.RemoteAddr()) }}
	res, err := f.transport.base.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, trace)))
	f.transport.lanes.Arrived(req.URL.Host)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	f.Status, f.Header = res.StatusCode, res.Header.Clone()
	f.Hops[len(f.Hops)-1].Status = res.StatusCode
	if !redirects(res) {
		if f.Body, err = f.read(res); err != nil {
			return nil, err
		}
	}
	res.Request = req
	res.Body, res.ContentLength, res.Uncompressed = http.NoBody, 0, true
	res.Header.Del("Content-Encoding")
	mediaType, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	res.Header.Set("Content-Type", strings.TrimSpace(mediaType))
	return res, nil
}

func (f *Fetch) read(res *http.Response) ([]byte, error) {
	limit := f.transport.maxBody
	if f.truncate > 0 {
		limit = f.truncate
	}
	if f.truncate == 0 && res.ContentLength > limit && res.Header.Get("Content-Encoding") == "" {
		return nil, tooLarge(limit) // so it says itself, and nothing of it is read
	}
	body, err := readBody(res.Body, res.Header.Values("Content-Encoding"), res.ContentLength, limit)
	if f.truncate > 0 && fault.KindOf(err) == fault.TooLarge {
		return body, nil
	}
	if err == nil || fault.KindOf(err) != fault.Internal {
		return body, err
	}
	return nil, fault.As(fault.Transient, fmt.Errorf("read body: %w", err))
}

// redirects says whether an HTTP client will follow the answer, so that its body is nothing anybody asked for.
func redirects(res *http.Response) bool {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return res.Header.Get("Location") != ""
	}
	return false
}

// URL is the address the last hop asked.
func (e *Exchange) URL() string {
	if len(e.Hops) == 0 {
		return ""
	}
	return e.Hops[len(e.Hops)-1].URL
}

func hostOf(a net.Addr) string {
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}
