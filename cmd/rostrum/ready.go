package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"rostrum/internal/fault"
)

// readyTimeout bounds the question whether a process is ready.
const readyTimeout = 5 * time.Second

// ready asks whether the process is ready; the error says what is amiss.
func (c *client) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server+"/readyz", nil)
	if err != nil {
		return failed(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return c.unreachable(err)
	}
	defer res.Body.Close()
	var answer struct {
		Ready  bool              `json:"ready"`
		Checks map[string]string `json:"checks"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&answer); err != nil {
		return fault.New(fault.Unreachable, fmt.Sprintf("the server at %s does not speak Rostrum's API", c.server), "check --server")
	}
	if answer.Ready {
		return nil
	}
	var amiss []string
	for _, name := range slices.Sorted(maps.Keys(answer.Checks)) {
		if answer.Checks[name] != "ok" {
			amiss = append(amiss, name+": "+answer.Checks[name])
		}
	}
	return fault.New(fault.Transient, "not ready: "+strings.Join(amiss, "; "), "")
}
