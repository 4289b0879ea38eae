package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rostrum/internal/fault"
)

const (
	defaultServer  = "http://127.0.0.1:8700"
	requestTimeout = time.Minute
	maxAnswer      = 256 << 20 // bytes of one answer
)

// client talks to a running instance.
type client struct {
	server string
	token  string
}

// addServer adds the flag that says which instance a command talks to.
func addServer(cmd *cobra.Command) {
	server := os.Getenv("ROSTRUM_SERVER")
	if server == "" {
		server = defaultServer
	}
	cmd.Flags().String("server", server, "address of the running instance (ROSTRUM_SERVER)")
	cmd.Flags().String("token-file", os.Getenv("ROSTRUM_TOKEN_FILE"), "file with the token to send (ROSTRUM_TOKEN_FILE; ROSTRUM_TOKEN is the token itself)")
}

func clientOf(cmd *cobra.Command) (*client, error) {
	server, err := cmd.Flags().GetString("server")
	if err != nil {
		return nil, err
	}
	if !strings.Contains(server, "://") {
		server = "http://" + server
	}
	if u, err := url.Parse(server); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.New(fault.Invalid, "the server address "+server+" is no http or https address", "give one such as "+defaultServer)
	}
	token, err := tokenOf(cmd, server)
	if err != nil {
		return nil, err
	}
	return &client{server: strings.TrimSuffix(server, "/"), token: token}, nil
}

// get asks for path and gives the answer's body.
func (c *client) get(ctx context.Context, path string, params url.Values) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	address := c.server + path
	if len(params) > 0 {
		address += "?" + params.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, failed(err)
	}
	return c.answer(req)
}

// answer sends a request and gives the answer's body, whole; an answer that tells of a problem is that problem's fault.
func (c *client) answer(req *http.Request) ([]byte, error) {
	req.Header.Set("Accept", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, c.unreachable(err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return nil, problemOf(res.StatusCode, body)
	}
	return body, nil
}

// getJSON asks for path and decodes the answer.
func (c *client) getJSON(ctx context.Context, path string, params url.Values, into any) error {
	body, err := c.get(ctx, path, params)
	if err != nil {
		return err
	}
	return c.decode(body, into)
}

// decode reads an answer's JSON.
func (c *client) decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fault.New(fault.Unreachable, fmt.Sprintf("the server at %s does not speak Rostrum's API", c.server), "check --server")
	}
	return nil
}

func (c *client) unreachable(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	f := fault.New(fault.Unreachable, "the server at "+c.server+" can't be reached", "start one with `rostrum up` or `rostrum demo`, or give its address with --server")
	f.Err = err
	return f
}

// problemOf turns a problem document back into the fault it tells of.
func problemOf(status int, body []byte) error {
	var p struct {
		Detail, Remedy, Field, Expected string
		Position                        *int
	}
	kind := fault.Internal
	switch status {
	case http.StatusNotFound:
		kind = fault.NotFound
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		kind = fault.Invalid
	case http.StatusUnauthorized, http.StatusForbidden:
		kind = fault.Unauthorized
	}
	if err := json.Unmarshal(body, &p); err != nil || p.Detail == "" {
		return fault.New(kind, fmt.Sprintf("the server answered %d %s", status, http.StatusText(status)), "check --server")
	}
	if p.Field != "" && p.Position == nil && !strings.Contains(p.Detail, p.Field) {
		p.Detail = p.Field + ": " + p.Detail
	}
	if p.Position != nil {
		p.Detail = fmt.Sprintf("%s (at character %d)", p.Detail, *p.Position+1)
	}
	if p.Expected != "" {
		p.Detail += ", expected " + p.Expected
	}
	return fault.New(kind, p.Detail, p.Remedy)
}
