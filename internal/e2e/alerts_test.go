package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"rostrum/internal/e2e/harness"
	"rostrum/search/alert"
)

// newsroom is a site whose feed lists its pages, which come and change while it is watched.
type newsroom struct {
	mu    sync.Mutex
	pages map[string]string // text by path
	order []string
}

func newNewsroom() *newsroom { return &newsroom{pages: map[string]string{}} }

// publish sets a page's text.
func (n *newsroom) publish(path, text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, ok := n.pages[path]; !ok {
		n.order = append(n.order, path)
	}
	n.pages[path] = text
}

func (n *newsroom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r.URL.Path == "/feed.xml" {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>http://news.example/</link>`)
		for _, path := range n.order {
			fmt.Fprintf(w, "<item><title>About %s</title><link>http://news.example/%s</link></item>", path, path)
		}
		fmt.Fprint(w, "</channel></rss>")
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/")
	text, ok := n.pages[path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!DOCTYPE html><html lang=en><head><title>About %s</title></head><body><main><article><h1>About %s</h1><p>%s</p></article></main></body></html>", path, path, text)
}

var newsConfig = harness.Files{
	"process.yaml": "id: tides\nname: Tides\n",
	"sources.yaml": "sources:\n  - {id: news, name: News, type: feed, url: \"http://news.example/feed.xml\", issuer: the-newsroom, every: 1s, revisit: 1s}\n",
	"actors.yaml":  "actors:\n  - {id: the-newsroom, kind: ngo, name: The Newsroom}\n",
	"topics.yaml":  "topics:\n  - {id: tides, name: Tides, query: tide}\n",
	"rostrum.yaml": "alerts:\n  allow_private: [127.0.0.1]\n  timeout: 500ms\n",
}

// inbox receives webhooks on loopback.
type inbox struct {
	*httptest.Server
	mu  sync.Mutex
	got []delivered
}

type delivered struct {
	at     time.Time
	header http.Header
	body   []byte
	alert.Alert
}

// read reads a message that carries an alert.
func (d *delivered) read(r *http.Request) (err error) {
	if d.body, err = io.ReadAll(io.LimitReader(r.Body, 1<<20)); err != nil {
		return err
	}
	event := struct{ Data *alert.Alert }{&d.Alert}
	return json.Unmarshal(d.body, &event)
}

// newInbox answers by answer; nil takes everything.
func newInbox(t testing.TB, answer http.HandlerFunc) *inbox {
	t.Helper()
	in := &inbox{}
	in.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := delivered{at: time.Now(), header: r.Header.Clone()}
		if err := d.read(r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		in.mu.Lock()
		in.got = append(in.got, d)
		in.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(in.Close)
	return in
}

func (in *inbox) all() []delivered {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.got)
}

// titles are those of what was delivered, with the cause, in order of arrival.
func (in *inbox) titles() []string {
	var out []string
	for _, d := range in.all() {
		out = append(out, d.Cause+" "+d.Alert.Statement.Title)
	}
	return out
}

func webhook(address string) []harness.Object {
	return []harness.Object{{"type": "webhook", "url": address}}
}

func TestAlerts(t *testing.T) {
	news := newNewsroom()
	news.publish("old", "An old tide came in at the harbour.")
	news.publish("placeholder", "The text of this notice will follow.")
	config, data := harness.WriteConfig(t, newsConfig, harness.ServeSite(t, "news.example", news)), t.TempDir()
	i := harness.Up(t, config, data)
	i.WaitIndexed(20 * time.Second)

	plain, revisions, backfill := newInbox(t, nil), newInbox(t, nil), newInbox(t, nil)
	saved := i.Save(harness.Object{"query": "tides", "name": "Tides", "channels": webhook(plain.URL)})
	repeats := i.Save(harness.Object{"query": "tides", "channels": webhook(revisions.URL), "include_revisions": true})
	i.Save(harness.Object{"query": "topic:tides", "channels": webhook(backfill.URL), "include_backfill": true})
	failing := newInbox(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	elsewhere := newInbox(t, nil)
	redirecting := newInbox(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	silent := newInbox(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	bad := map[string]string{}
	for reason, in := range map[string]*inbox{"the receiver answers 500": failing, "the receiver answers 307, a redirect": redirecting, "no answer within 500ms": silent} {
		bad[i.Save(harness.Object{"query": "tides", "channels": webhook(in.URL)}).ID] = reason
	}
	harness.Await(t, 10*time.Second, "what is stored fires for who asks for it", func() bool { return len(backfill.all()) == 1 })
	stream := watch(i, t, "tides")

	news.publish("new", "A new tide came in at the harbour.")
	harness.Await(t, 10*time.Second, "a new statement is delivered", func() bool { return len(plain.all()) == 1 })
	news.publish("placeholder", "The tide of the century came in at the harbour.")
	harness.Await(t, 10*time.Second, "new text behind an old placeholder is delivered", func() bool { return len(plain.all()) == 2 })
	i.Stop()
	news.publish("missed", "This tide came in while nobody looked.")
	news.publish("new", "A new tide came in at the harbour, and went out again.")
	i = harness.Up(t, config, data)
	harness.Await(t, 10*time.Second, "what came while it was down is delivered", func() bool { return len(plain.all()) == 3 && len(revisions.all()) == 4 })

	t.Run("each statement is told of once, and revisions to who asks", func(t *testing.T) {
		if diff := gocmp.Diff([]string{"statement About new", "revision About placeholder", "statement About missed"}, plain.titles()); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		got := revisions.titles()
		slices.Sort(got)
		if diff := gocmp.Diff([]string{"revision About new", "revision About placeholder", "statement About missed", "statement About new"}, got); diff != "" {
			t.Errorf("with revisions: want (-), got (+):\n%s", diff)
		}
		if got := backfill.titles()[0]; got != "backfill About old" {
			t.Errorf("backfill: %s", got)
		}
	})
	t.Run("signatures are good", func(t *testing.T) {
		verifier, err := standardwebhooks.NewWebhook(saved.Channels[0].Secret)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range plain.all() {
			if err := verifier.Verify(d.body, d.header); err != nil {
				t.Errorf("%s: %v", d.header.Get("Webhook-Id"), err)
			}
		}
	})
	t.Run("bad receivers", func(t *testing.T) {
		for id, reason := range bad {
			told := i.Alerts(id)
			if len(told) != 3 {
				t.Fatalf("%s: %d alerts", reason, len(told))
			}
			harness.Await(t, 10*time.Second, reason, func() bool {
				d := i.Alerts(id)[2].Deliveries[0]
				return d.Status == alert.Waiting && len(d.Attempts) > 0 && strings.HasPrefix(d.Attempts[0].Error, reason) && d.Next != nil
			})
		}
		if n := len(elsewhere.all()); n > 0 {
			t.Errorf("a redirect was followed %d times", n)
		}
	})
	t.Run("replay", func(t *testing.T) {
		told := i.Alerts(saved.ID)[0]
		path := fmt.Sprintf("/api/v1/saved-queries/%s/deliveries/%d/replay", saved.ID, told.Deliveries[0].N)
		if status := i.Send(http.MethodPost, path, nil, nil); status != http.StatusAccepted {
			t.Errorf("status %d", status)
		}
		harness.Await(t, 10*time.Second, "the delivery comes again", func() bool { return len(plain.all()) == 4 })
		if all := plain.all(); all[3].header.Get("Webhook-Id") != told.ID {
			t.Errorf("it has the id %s, not %s", all[3].header.Get("Webhook-Id"), told.ID)
		}
	})
	t.Run("feed", func(t *testing.T) { checkFeed(t, i, saved) })
	t.Run("stream", func(t *testing.T) {
		if diff := gocmp.Diff([]string{"About new", "About placeholder"}, stream()); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
	})
	t.Run("the secret is shown once", func(t *testing.T) {
		for _, path := range []string{"", "/" + saved.ID, "/" + repeats.ID + "/alerts"} {
			var answer json.RawMessage
			i.Get("/api/v1/saved-queries"+path, &answer)
			if bytes.Contains(answer, []byte("whsec_")) {
				t.Errorf("%s shows a secret", path)
			}
		}
	})
	t.Run("paused and removed", func(t *testing.T) {
		i.Send(http.MethodPatch, "/api/v1/saved-queries/"+repeats.ID, harness.Object{"paused": true}, nil)
		i.Send(http.MethodDelete, "/api/v1/saved-queries/"+saved.ID, nil, nil)
		news.publish("later", "A later tide came in.")
		harness.Await(t, 10*time.Second, "the others are told", func() bool { return slices.Contains(backfill.titles(), "statement About later") })
		if len(plain.all()) != 4 || len(revisions.all()) != 4 {
			t.Errorf("told all the same: %v, %v", plain.titles(), revisions.titles())
		}
		if status := i.Get("/api/v1/saved-queries/"+saved.ID, nil); status != http.StatusNotFound {
			t.Errorf("the removed one answers %d", status)
		}
	})
}

// watch follows the stream of a query, and gives what reads the titles that it told of until the connection ended.
func watch(i *harness.Instance, t testing.TB, query string) func() []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.Base+"/api/v1/stream?q="+url.QueryEscape(query), nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("stream: %v, %v", res, err)
	}
	titles := make(chan []string, 1)
	go func() {
		defer res.Body.Close()
		var got []string
		lines := bufio.NewScanner(res.Body)
		for lines.Scan() {
			var seen alert.Seen
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(data), &seen) == nil {
				got = append(got, seen.Title)
			}
		}
		titles <- got
	}()
	return func() []string { return <-titles }
}

// checkFeed reads a saved query's feed as a feed reader does.
func checkFeed(t *testing.T, i *harness.Instance, saved alert.Saved) {
	t.Helper()
	address, err := url.Parse(saved.Feed)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(header, value string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, i.Base+address.Path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if header != "" {
			req.Header.Set(header, value)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res
	}
	res := ask("", "")
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/atom+xml") {
		t.Fatalf("feed: %d, %s, %v", res.StatusCode, res.Header.Get("Content-Type"), err)
	}
	for _, title := range []string{"About new", "About placeholder", "About missed"} {
		if !bytes.Contains(body, []byte("<title>"+title+"</title>")) {
			t.Errorf("%s is not in %s", title, body)
		}
	}
	for header, value := range map[string]string{"If-None-Match": res.Header.Get("ETag"), "If-Modified-Since": res.Header.Get("Last-Modified")} {
		if got := ask(header, value); got.StatusCode != http.StatusNotModified {
			t.Errorf("%s %s: status %d", header, value, got.StatusCode)
		}
	}
	if got := ask("If-None-Match", `"other"`); got.StatusCode != http.StatusOK {
		t.Errorf("another tag: status %d", got.StatusCode)
	}
	if status := i.Get("/feeds/nobody.atom", nil); status != http.StatusNotFound {
		t.Errorf("nobody's feed: status %d", status)
	}
}

func TestSavedQueriesThatAreRefused(t *testing.T) {
	i := harness.Up(t, harness.WriteConfig(t, newsConfig, harness.ServeSite(t, "news.example", newNewsroom())), t.TempDir())
	type problem struct {
		Status   int
		Field    string
		Detail   string
		Remedy   string
		Position *int
	}
	at := func(n int) *int { return &n }
	for name, c := range map[string]struct {
		draft harness.Object
		want  problem
	}{
		"a query that doesn't parse": {harness.Object{"query": "tide AND ("}, problem{Status: 400, Detail: "the query ends where a term should stand", Position: at(10)}},
		"an unknown topic":           {harness.Object{"query": "topic:tide-tables"}, problem{Status: 400, Position: at(6)}},
		"a private address":          {harness.Object{"query": "tide", "channels": webhook("http://10.1.2.3/")}, problem{Status: 422, Field: "channels[0].url", Detail: "10.1.2.3 is a private or reserved address"}},
		"no web address":             {harness.Object{"query": "tide", "channels": webhook("hooks")}, problem{Status: 422, Field: "channels[0].url"}},
		"mail":                       {harness.Object{"query": "tide", "channels": []harness.Object{{"type": "email", "to": "a@example.org"}}}, problem{Status: 422, Field: "channels[0].type", Detail: "this server sends no mail"}},
		"a rate that is none":        {harness.Object{"query": "tide", "rate": "fortnightly"}, problem{Status: 422, Field: "rate"}},
		"no query":                   {harness.Object{"name": "tide"}, problem{Status: 422}},
		"an unknown field":           {harness.Object{"query": "tide", "colour": "blue"}, problem{Status: 422, Field: "colour"}},
		"a name with a line break":   {harness.Object{"query": "tide", "name": "a\nb"}, problem{Status: 422, Field: "name"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got problem
			if status := i.Send(http.MethodPost, "/api/v1/saved-queries", c.draft, &got); status != c.want.Status {
				t.Errorf("status %d: %+v", status, got)
			}
			if got.Detail == "" || c.want.Detail != "" && got.Detail != c.want.Detail || c.want.Field != "" && got.Field != c.want.Field {
				t.Errorf("want %+v, got %+v", c.want, got)
			}
			if diff := gocmp.Diff(c.want.Position, got.Position); c.want.Position != nil && diff != "" {
				t.Errorf("position: want (-), got (+):\n%s", diff)
			}
		})
	}
	var preview alert.Preview
	if status := i.Send(http.MethodPost, "/api/v1/saved-queries/preview", harness.Object{"query": "tide  OR flood"}, &preview); status != http.StatusOK || preview.Parsed != "tide OR flood" || preview.InWords == "" {
		t.Errorf("preview: %d, %+v", status, preview)
	}
	if status := i.Send(http.MethodPost, "/api/v1/saved-queries/preview", harness.Object{"query": "tide OR"}, nil); status != http.StatusBadRequest {
		t.Errorf("preview of what doesn't parse: %d", status)
	}
	var list struct {
		Saved []alert.Saved `json:"saved_queries"`
	}
	if i.Get("/api/v1/saved-queries", &list); len(list.Saved) != 0 {
		t.Errorf("something was saved: %+v", list)
	}
}
