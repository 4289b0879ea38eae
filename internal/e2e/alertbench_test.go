package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"rostrum/internal/bus"
	"rostrum/internal/e2e/harness"
	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/alert"
	"rostrum/search/query"
)

// BenchmarkAnnouncedToReceived announces 100 statements a second on a bus that syncs every write, with 10,000 saved queries of which
// two hold for each statement, and measures how long it takes until a webhook has it.
func BenchmarkAnnouncedToReceived(b *testing.B) {
	const queries, perSecond = 10_000, 100
	b.ReportAllocs()
	pipe := newPipe(b)
	for n := range queries {
		channels := []alert.Channel(nil)
		text := fmt.Sprintf("word%d AND other", n)
		if n == 0 {
			text, channels = "tide", []alert.Channel{{Type: alert.Webhook, URL: pipe.inbox.URL}}
		}
		if _, err := pipe.service.Create(b.Context(), alert.Draft{Query: text, Channels: channels}); err != nil {
			b.Fatal(err)
		}
	}
	pipe.run(b)
	statements := make([]statement.Announcement, b.N)
	for n := range statements {
		id := fmt.Sprintf("s%d", n)
		statements[n] = statement.Announcement{New: true, Statement: statement.Statement{ID: id, Group: id, URL: "http://debate.example/" + id, Title: "Title", Language: "en",
			Text: benchText + fmt.Sprintf(" The tide of word%d is other.", 1+n%(queries-1)), Capture: id, Revision: 1}}
	}
	b.ResetTimer()
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	for n := range statements {
		<-tick.C
		pipe.announced(statements[n].Statement.ID)
		if err := pipe.bus.Announce(b.Context(), statements[n:n+1]); err != nil {
			b.Fatal(err)
		}
	}
	harness.Await(b, time.Minute, "every alert is received", func() bool { return pipe.received() == b.N })
	b.StopTimer()
	took := pipe.delays()
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}

// BenchmarkAlerts measures how many statements a second are matched, fired, delivered and put on record when there is no pause.
func BenchmarkAlerts(b *testing.B) {
	pipe := newPipe(b)
	if _, err := pipe.service.Create(b.Context(), alert.Draft{Query: "tide", Channels: []alert.Channel{{Type: alert.Webhook, URL: pipe.inbox.URL}}}); err != nil {
		b.Fatal(err)
	}
	pipe.run(b)
	batch := make([]statement.Announcement, b.N)
	for n := range batch {
		id := fmt.Sprintf("s%d", n)
		pipe.announced(id)
		batch[n] = statement.Announcement{New: true, Statement: statement.Statement{ID: id, Group: id, URL: "http://debate.example/" + id, Title: "Title", Language: "en",
			Text: benchText + " The tide.", Capture: id, Revision: 1}}
	}
	b.ResetTimer()
	if err := pipe.bus.Announce(b.Context(), batch); err != nil {
		b.Fatal(err)
	}
	harness.Await(b, 5*time.Minute, "every alert is received", func() bool { return pipe.received() == b.N })
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
}

// benchText is about 3 KB.
var benchText = func() string {
	text := ""
	for n := range 500 {
		text += fmt.Sprintf("plain%d ", n%200)
	}
	return text[:3000]
}()

// pipe is the way from the bus to a receiver, without the rest.
type pipe struct {
	bus     *bus.Bus
	service *alert.Service
	inbox   *httptest.Server

	mu    sync.Mutex
	began map[string]time.Time
	took  []time.Duration
}

func newPipe(b *testing.B) *pipe {
	p := &pipe{began: map[string]time.Time{}}
	p.inbox = httptest.NewServer(http.HandlerFunc(p.take))
	b.Cleanup(p.inbox.Close)
	var err error
	if p.bus, err = bus.Open(b.Context(), bus.Options{Dir: b.TempDir()}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.bus.Close(context.Background()) })
	p.service, err = alert.New(b.Context(), alert.Options{Compiler: plainQueries{}, Searcher: emptyStore{}, Scanner: emptyStore{}, Statements: p.bus, Alerts: benchLog{p.bus.Alerts()},
		Saved: p.bus.Bucket(bus.SavedQueries), Fired: p.bus.Bucket(bus.Fired), Deliveries: p.bus.Bucket(bus.Deliveries), Settings: p.bus.Bucket(bus.Settings), PerOwner: 1 << 20, Flood: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// run runs the service until the benchmark ends.
func (p *pipe) run(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- p.service.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
}

func (p *pipe) announced(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began[id] = time.Now()
}

func (p *pipe) take(_ http.ResponseWriter, r *http.Request) {
	in := delivered{at: time.Now()}
	if err := in.read(r); err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if began, ok := p.began[in.Alert.Statement.ID]; ok {
		delete(p.began, in.Alert.Statement.ID)
		p.took = append(p.took, in.at.Sub(began))
	}
}

func (p *pipe) received() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.took)
}

func (p *pipe) delays() []time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.Sort(p.took)
	return p.took
}

// plainQueries reads queries without names.
type plainQueries struct{}

func (plainQueries) Compile(_ context.Context, input string) (search.Compiled, error) {
	n, err := query.Parse(input)
	if err != nil {
		return search.Compiled{}, err
	}
	n = query.Simplify(n)
	return search.Compiled{Parsed: n.String(), Node: n}, nil
}

func (plainQueries) Explain(context.Context, string) (search.Explanation, error) {
	return search.Explanation{}, nil
}

// emptyStore is a store without statements.
type emptyStore struct{}

func (emptyStore) Search(context.Context, search.Request) (search.Page, error) {
	return search.Page{}, nil
}

func (emptyStore) Scan(context.Context, query.Node, bool, func(*statement.Statement) error) error {
	return nil
}

type benchLog struct{ *bus.Log }

func (l benchLog) Append(ctx context.Context, records []alert.Record) error {
	out := make([]bus.Record, len(records))
	for i, r := range records {
		out[i] = bus.Record(r)
	}
	return l.Log.Append(ctx, out)
}
