package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rostrum/search/alert"
)

// Between connections of a watch that was cut off, and the longest line of its stream.
const (
	watchAgain   = 2 * time.Second
	maxWatchLine = 4 << 20
)

func newWatch() *cobra.Command {
	var backfill, asJSON bool
	cmd := &cobra.Command{
		Use:     "watch QUERY",
		Short:   "New statements and revisions as they arrive, until Ctrl-C",
		Example: `  rostrum watch 'topic:safeguards'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			w := &watcher{c: c, out: cmd.OutOrStdout(), asJSON: asJSON, params: url.Values{"q": {strings.Join(args, " ")}}}
			if backfill {
				w.params.Set("backfill", "include")
			}
			return w.run(cmd.Context(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().BoolVar(&backfill, "include-backfill", false, "what comes with archives and first passes as well")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one line of JSON per statement")
	addServer(cmd)
	return cmd
}

// watcher follows a stream of events.
type watcher struct {
	c      *client
	out    io.Writer
	params url.Values
	asJSON bool
	last   string // id of the latest event
	began  bool
}

// run follows the stream, and goes on where it was when the connection is lost, until ctx ends.
func (w *watcher) run(ctx context.Context, notes io.Writer) error {
	for {
		err := w.follow(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // Ctrl-C is how one stops watching
		}
		if err != nil && !w.began {
			return err
		}
		if _, err := fmt.Fprintln(notes, "the connection was lost; going on when the server is back"); err != nil {
			return failed(err)
		}
		timer := time.NewTimer(watchAgain)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
	}
}

func (w *watcher) follow(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.c.server+"/api/v1/stream?"+w.params.Encode(), nil)
	if err != nil {
		return failed(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	if w.last != "" {
		req.Header.Set("Last-Event-ID", w.last)
	}
	if w.c.token != "" {
		req.Header.Set("Authorization", "Bearer "+w.c.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return w.c.unreachable(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		if err != nil {
			return w.c.unreachable(err)
		}
		return problemOf(res.StatusCode, body)
	}
	w.began = true
	return w.read(res.Body)
}

// read prints each event's statement.
func (w *watcher) read(body io.Reader) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxWatchLine)
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch field {
		case "id":
			w.last = value
		case "data":
			if err := w.print(value); err != nil {
				return failed(err)
			}
		}
	}
	return lines.Err()
}

func (w *watcher) print(data string) error {
	if w.asJSON {
		_, err := fmt.Fprintln(w.out, data)
		return err
	}
	var s alert.Seen
	if err := json.Unmarshal([]byte(data), &s); err != nil {
		return fmt.Errorf("read event: %w", err)
	}
	what := "new"
	if !s.New {
		what = fmt.Sprintf("revision %d", s.Revision)
	}
	p := paintOf(w.out)
	_, err := fmt.Fprintf(w.out, "%s  %s  %s\n%20s %s\n%20s %s\n", s.CapturedAt.UTC().Format("2006-01-02 15:04:05"), what, p.strong(oneLine(printable(s.Title))),
		"", speakersOf(&s.Brief), "", p.faint(s.Link))
	return err
}
