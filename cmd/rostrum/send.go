package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
)

// send asks for a change with a JSON body (nil: none) and gives the answer's body.
func (c *client) send(ctx context.Context, method, path string, body any) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var reader io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, failed(err)
		}
		reader = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.server+path, reader)
	if err != nil {
		return nil, failed(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return c.answer(req)
}

// sendJSON is send, and decodes the answer.
func (c *client) sendJSON(ctx context.Context, method, path string, body, into any) error {
	answer, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	return c.decode(answer, into)
}
