package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/fault"
	"rostrum/search/alert"
)

const (
	streamBeat  = 15 * time.Second // how often a silent stream says that it is there
	streamStall = 10 * time.Second // how long a reader may take for one event
)

// streamOperation describes the stream, which is served outside the framework.
func streamOperation() *huma.Operation {
	return &huma.Operation{OperationID: "stream", Method: http.MethodGet, Path: "/api/v1/stream",
		Summary:     "Server-sent events: each statement and revision that a query finds, as it comes in",
		Description: "Events are called statement; their data is JSON, their id the statement's place in the log. Send the last id as Last-Event-ID to go on where you were.",
		Parameters:  []*huma.Param{textParam("q", "the query; empty is everything"), choiceParam("backfill", "include: what comes with archives and first passes as well", "include")},
		Responses: map[string]*huma.Response{
			"200":     {Description: "The stream, until the reader leaves.", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}},
			"default": {Description: "A problem.", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Type: huma.TypeObject}}}},
		}}
}

// stream is one reader of server-sent events.
type stream struct {
	mu sync.Mutex // beats and events
	w  http.ResponseWriter
	rc *http.ResponseController

	stall time.Duration // how long the reader may take for one piece
}

// send writes one piece. A reader that takes longer for it is dropped: it can come back with the last id it has.
func (s *stream) send(format string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.rc.SetWriteDeadline(time.Now().Add(s.stall)) // a writer without deadlines is a test's
	if _, err := fmt.Fprintf(s.w, format, args...); err != nil {
		return err
	}
	return s.rc.Flush()
}

// serveStream sends each statement and revision that a query finds as it is announced: event "statement", its sequence as id. A reader that
// comes back with Last-Event-ID goes on where it was.
func (s *server) serveStream(w http.ResponseWriter, r *http.Request) {
	watch, err := watchOf(r)
	if err != nil {
		writeProblem(w, problem(r.Context(), s.Log, err))
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := &stream{w: w, rc: http.NewResponseController(w), stall: streamStall}
	defer func() { _ = out.rc.SetWriteDeadline(time.Time{}) }() // the connection may serve others
	var beats sync.WaitGroup
	defer beats.Wait()
	defer cancel()
	begun := false
	err = s.Alerts.Watch(ctx, watch, func() {
		begun = true
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no") // proxies must not hold events back
		w.WriteHeader(http.StatusOK)
		_ = out.send(": watching\n\n") // one that is gone shows at the next event
		beats.Go(func() { out.beat(ctx, cancel) })
	}, func(seen alert.Seen) error {
		data, err := json.Marshal(seen)
		if err != nil {
			return err
		}
		return out.send("id: %d\nevent: statement\ndata: %s\n\n", seen.Seq, data)
	})
	if err != nil && !begun {
		writeProblem(w, problem(r.Context(), s.Log, err))
	}
}

func (s *stream) beat(ctx context.Context, cancel context.CancelFunc) {
	tick := time.NewTicker(streamBeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if s.send(": here\n\n") != nil {
				cancel()
				return
			}
		}
	}
}

func watchOf(r *http.Request) (alert.Watch, error) {
	params := r.URL.Query()
	for name := range params {
		if name != "q" && name != "backfill" {
			return alert.Watch{}, paramFault(name, "there is no parameter "+name, "use q and backfill")
		}
	}
	w := alert.Watch{Query: params.Get("q")}
	switch backfill := params.Get("backfill"); backfill {
	case "":
	case "include":
		w.Backfill = true
	default:
		return w, paramFault("backfill", fmt.Sprintf("backfill can't be %q", backfill), "use include, or leave it out")
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		after, err := strconv.ParseUint(last, 10, 63)
		if err != nil {
			return w, paramFault("Last-Event-ID", "the id is none of this stream", "leave it out")
		}
		w.After = after
	}
	return w, nil
}

func paramFault(field, what, remedy string) error {
	err := fault.New(fault.Invalid, what, remedy)
	err.Field = field
	return err
}
