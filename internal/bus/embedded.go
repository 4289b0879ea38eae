package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"rostrum/internal/fault"
)

// startTimeout bounds the recovery of the store at start (245,000 messages took 0.4 s).
const startTimeout = 2 * time.Minute

// embedded is a NATS server inside this process, without a port. It can be started anew in its place; clients connect again.
type embedded struct {
	opt  Options
	lock *os.File

	mu      sync.Mutex
	running *server.Server
	log     *serverLog // of the one that runs
}

func startServer(opt Options) (*embedded, error) {
	if err := os.MkdirAll(opt.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make bus directory: %w", err)
	}
	lock, err := lockDir(opt.Dir)
	if err != nil {
		return nil, err
	}
	e := &embedded{opt: opt, lock: lock}
	if err := e.launch(); err != nil {
		return nil, errors.Join(fmt.Errorf("start bus in %s: %w", opt.Dir, err), lock.Close())
	}
	return e, nil
}

func (e *embedded) launch() error {
	s, err := server.NewServer(serverOptions(e.opt))
	if err != nil {
		return err
	}
	log := &serverLog{log: e.opt.Log, hurt: make(chan string, 1)}
	s.SetLoggerV2(log, false, false, false)
	s.Start()
	why := log.fatal.Load()
	if why == nil && s.ReadyForConnections(startTimeout) && s.JetStreamEnabled() {
		e.mu.Lock()
		e.running, e.log = s, log
		e.mu.Unlock()
		return nil
	}
	s.Shutdown()
	s.WaitForShutdown()
	if why == nil {
		return fault.New(fault.Internal, "the embedded NATS server did not get ready", "")
	}
	return fault.New(fault.Internal, *why, "check that the directory is whole, writable and on a disk with room")
}

// current is the server that runs, and what it says.
func (e *embedded) current() (*server.Server, *serverLog) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.running, e.log
}

// InProcessConn implements nats.InProcessConnProvider.
func (e *embedded) InProcessConn() (net.Conn, error) {
	s, _ := e.current()
	return s.InProcessConn()
}

func serverOptions(opt Options) *server.Options {
	return &server.Options{
		ServerName: "rostrum",
		// No port: the one client is in this process.
		DontListen: true,
		// Signals are the command's.
		NoSigs:    true,
		JetStream: true,
		StoreDir:  opt.Dir,
		// Only ephemeral readers keep state in memory.
		JetStreamMaxMemory: 64 << 20,
		// The streams have bounds of their own. The server's default, three quarters of the free disk, is checked against their sum
		// and would refuse to start on a small one.
		JetStreamMaxStore: 1 << 50,
		SyncAlways:        opt.Sync == SyncAlways,
		SyncInterval:      opt.SyncEvery,
	}
}

func (e *embedded) stop(ctx context.Context) error {
	stopped := make(chan error, 1)
	go func() {
		e.halt()
		stopped <- e.lock.Close()
	}()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
		return fmt.Errorf("stop embedded NATS server: %w", ctx.Err())
	}
}

// halt stops the server that runs.
func (e *embedded) halt() {
	s, _ := e.current()
	s.Shutdown()
	s.WaitForShutdown()
}

// serverLog passes the server's warnings and errors on, and remembers why it could not start: its Fatalf does not end the process.
type serverLog struct {
	log   *slog.Logger
	fatal atomic.Pointer[string]
	hurt  chan string // why the server takes no more writes, once
}

func (l *serverLog) Fatalf(format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	l.fatal.CompareAndSwap(nil, &why)
	l.log.Error("nats server", "message", why)
}

func (l *serverLog) Errorf(format string, args ...any) {
	said := fmt.Sprintf(format, args...)
	l.log.Error("nats server", "message", said)
	if !strings.Contains(said, "Critical write error") && !strings.Contains(said, "will be DISABLED") {
		return
	}
	select {
	case l.hurt <- said:
	default: // that it is hurt is known
	}
}

func (l *serverLog) Warnf(format string, args ...any) {
	l.log.Warn("nats server", "message", fmt.Sprintf(format, args...))
}

func (l *serverLog) Noticef(string, ...any) {}
func (l *serverLog) Debugf(string, ...any)  {}
func (l *serverLog) Tracef(string, ...any)  {}
