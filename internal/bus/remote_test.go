package bus

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// startOutside runs a NATS server on loopback, as an operator would, and gives how to stop it.
func startOutside(t *testing.T, change func(*server.Options)) (url string, port int, stop func()) {
	t.Helper()
	opt := &server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
		JetStreamMaxStore: 1 << 50} // the sum of the bounds must fit, whatever this disk has
	change(opt)
	s, err := server.NewServer(opt)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("the outside server did not get ready")
	}
	stop = func() {
		s.Shutdown()
		s.WaitForShutdown()
	}
	t.Cleanup(stop)
	return s.ClientURL(), s.Addr().(*net.TCPAddr).Port, stop
}

func TestRemoteLogins(t *testing.T) {
	for name, test := range map[string]struct {
		server func(*server.Options)
		login  func(*Options)
	}{
		"open":     {func(*server.Options) {}, func(*Options) {}},
		"token":    {func(o *server.Options) { o.Authorization = "s3cret" }, func(o *Options) { o.Token = "s3cret" }},
		"password": {func(o *server.Options) { o.Username, o.Password = "rostrum", "s3cret" }, func(o *Options) { o.User, o.Password = "rostrum", "s3cret" }},
	} {
		t.Run(name, func(t *testing.T) {
			url, _, _ := startOutside(t, test.server)
			b := openTest(t, func(o *Options) { o.Dir, o.URL = "", url; test.login(o) })
			if err := b.Check(testContext(t)); err != nil {
				t.Error(err)
			}
			publish(t, b, capture(1))
			err := consume(t, b, BatchOptions{}, func(stop func(), _ []*statement.Capture) ([]error, error) {
				stop()
				return nil, nil
			})
			if err != nil {
				t.Error(err)
			}
			expectNothingLeft(t, b)
		})
	}
}

func TestRemoteRefusals(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	secured, _, _ := startOutside(t, func(o *server.Options) { o.Authorization = "s3cret" })
	plain, _, _ := startOutside(t, func(o *server.Options) { o.JetStream = false })
	small, _, _ := startOutside(t, func(o *server.Options) { o.JetStreamMaxStore = 1 << 30 })
	if _, err := Open(testContext(t), Options{URL: small}); err == nil || !strings.Contains(err.Error(), "max_file_store of the server to more than 9 GB") {
		t.Errorf("too little storage: %v", err)
	}
	for name, opt := range map[string]Options{
		"nobody there": {URL: "nats://user:hidden@" + closed.Addr().String()},
		"wrong token":  {URL: secured, Token: "hidden"},
		"no jetstream": {URL: plain},
		"no such file": {URL: plain, CredsFile: t.TempDir() + "/absent.creds"},
	} {
		opt.Patience = time.Millisecond
		_, err := Open(testContext(t), opt)
		if err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", name, err)
		}
		if kind := fault.KindOf(err); name != "no jetstream" && kind != fault.Unreachable {
			t.Errorf("%s: kind %v, want unreachable: %v", name, kind, err)
		}
	}
}

func TestOldServersAreRefused(t *testing.T) {
	for version, ok := range map[string]bool{"2.11.9": false, "1.4.0": false, "2.12.0": true, "2.15.2": true, "3.0.0-beta": true, "dev": false} {
		if err := checkVersion(version); (err == nil) != ok {
			t.Errorf("%s: %v", version, err)
		}
	}
}

func TestEverythingGoesOnAfterTheServerRestarts(t *testing.T) {
	dir := t.TempDir()
	url, port, stopServer := startOutside(t, func(o *server.Options) { o.StoreDir = dir })
	b := openTest(t, func(o *Options) { o.Dir, o.URL = "", url })
	ctx, stop := context.WithCancel(testContext(t))
	handled, heard, seen := make(chan string, 10), make(chan string, 10), make(chan string, 10)
	ended := make(chan error, 3)
	go func() {
		ended <- b.ConsumeCaptures(ctx, BatchOptions{}, func(_ context.Context, batch []*statement.Capture) ([]error, error) {
			for _, c := range batch {
				handled <- c.ID
			}
			return nil, nil
		})
	}()
	go func() {
		ended <- b.Statements(ctx, 1, func(_ context.Context, _ uint64, a *statement.Announcement) error {
			heard <- a.Statement.ID
			return nil
		})
	}()
	go func() {
		ended <- b.Bucket(Settings).Watch(ctx, func(_ context.Context, e Entry) error {
			seen <- e.Key
			return nil
		})
	}()
	round := func(n int) {
		t.Helper()
		publish(t, b, capture(n))
		announced := announcements(n, n+1)
		if err := b.Announce(ctx, announced); err != nil {
			t.Fatal(err)
		}
		key := "key-" + announced[0].Statement.ID
		if _, err := b.Bucket(Settings).Put(ctx, key, nil); err != nil {
			t.Fatal(err)
		}
		expect(t, handled, capture(n).ID)
		expect(t, heard, announced[0].Statement.ID)
		expect(t, seen, key)
	}
	round(1)
	stopServer()
	published := make(chan error, 1)
	go func() { published <- b.PublishCapture(ctx, capture(2)) }() // waits for the server
	startOutside(t, func(o *server.Options) { o.StoreDir, o.Port = dir, port })
	if err := <-published; err != nil {
		t.Fatal(err)
	}
	expect(t, handled, capture(2).ID)
	round(3)
	stop()
	for range 3 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// expect waits for a value; one seen before may be repeated.
func expect(t *testing.T, from <-chan string, want string) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		select {
		case got := <-from:
			if got == want {
				return
			}
		case <-deadline.C:
			t.Fatalf("waited for %s in vain", want)
		}
	}
}

func TestTheLatestConsumerTakesOver(t *testing.T) {
	url, _, _ := startOutside(t, func(*server.Options) {})
	remote := func(o *Options) { o.Dir, o.URL = "", url }
	first, second := openTest(t, remote), openTest(t, remote)
	publish(t, first, capture(1))
	entered, ended := make(chan struct{}, 10), make(chan error, 1)
	go func() {
		ended <- first.ConsumeCaptures(testContext(t), BatchOptions{}, func(context.Context, []*statement.Capture) ([]error, error) {
			entered <- struct{}{}
			return nil, nil
		})
	}()
	<-entered
	ctx, stop := context.WithCancel(testContext(t))
	got := make(chan error, 1)
	go func() {
		got <- second.ConsumeCaptures(ctx, BatchOptions{}, func(context.Context, []*statement.Capture) ([]error, error) {
			return nil, nil
		})
	}()
	if err := <-ended; fault.KindOf(err) != fault.Conflict {
		t.Errorf("the first consumer ends with %v, want a conflict", err)
	}
	stop()
	if err := <-got; err != nil {
		t.Error(err)
	}
}
