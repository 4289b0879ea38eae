package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"rostrum/internal/fault"
)

// maxSilence bounds how long a stream may bring nothing.
const maxSilence = time.Minute

// open asks for path and gives the answer as a stream, which the caller closes. compression is what the server may compress by, and
// stays in the answer's body; empty is none.
func (c *client) open(ctx context.Context, path string, params url.Values, compression string) (*http.Response, error) {
	return c.openWith(ctx, http.MethodGet, path, params, compression)
}

// openWith is open by another method.
func (c *client) openWith(ctx context.Context, method, path string, params url.Values, compression string) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	req, err := http.NewRequestWithContext(ctx, method, c.server+path+"?"+params.Encode(), nil)
	if err != nil {
		cancel(nil)
		return nil, failed(err)
	}
	req.Header.Set("Accept-Encoding", cmp.Or(compression, "identity"))
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	watched := &watchedBody{ctx: ctx, cancel: cancel}
	watched.timer = time.AfterFunc(maxSilence, func() {
		cancel(fault.New(fault.Unreachable, fmt.Sprintf("the server at %s sent nothing for %s", c.server, maxSilence), "try again"))
	})
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		watched.timer.Stop()
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		cancel(nil)
		return nil, c.unreachable(err)
	}
	watched.ReadCloser = res.Body
	if res.StatusCode >= http.StatusBadRequest {
		defer watched.Close()
		body, err := io.ReadAll(io.LimitReader(watched, maxAnswer))
		if err != nil {
			return nil, c.unreachable(err)
		}
		return nil, problemOf(res.StatusCode, body)
	}
	res.Body = watched
	return res, nil
}

// watchedBody ends a request that brings nothing for maxSilence.
type watchedBody struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

// Read reads, and says why the request was ended where it was.
func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.timer.Reset(maxSilence)
	}
	if cause := context.Cause(b.ctx); err != nil && !errors.Is(err, io.EOF) && cause != nil {
		err = cause
	}
	return n, err
}

// Close ends the request.
func (b *watchedBody) Close() error {
	b.timer.Stop()
	b.cancel(nil)
	return b.ReadCloser.Close()
}
