package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"rostrum/internal/fault"
)

// startTimeout bounds the recovery of the store at start (245,000 messages took 0.4 s).
const startTimeout = 2 * time.Minute

// embedded is a NATS server inside this process, without a port.
type embedded struct {
	*server.Server
	lock *os.File
}

func startServer(opt Options) (*embedded, error) {
	if err := os.MkdirAll(opt.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make bus directory: %w", err)
	}
	lock, err := lockDir(opt.Dir)
	if err != nil {
		return nil, err
	}
	s, err := launch(opt)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start bus in %s: %w", opt.Dir, err), lock.Close())
	}
	return &embedded{s, lock}, nil
}

func launch(opt Options) (*server.Server, error) {
	s, err := server.NewServer(serverOptions(opt))
	if err != nil {
		return nil, err
	}
	log := &serverLog{log: opt.Log}
	s.SetLoggerV2(log, false, false, false)
	s.Start()
	why := log.fatal.Load()
	if why == nil && s.ReadyForConnections(startTimeout) && s.JetStreamEnabled() {
		return s, nil
	}
	s.Shutdown()
	s.WaitForShutdown()
	if why == nil {
		return nil, fault.New(fault.Internal, "the embedded NATS server did not get ready", "")
	}
	return nil, fault.New(fault.Internal, *why, "check that the directory is whole, writable and on a disk with room")
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
		e.Shutdown()
		e.WaitForShutdown()
		stopped <- e.lock.Close()
	}()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
		return fmt.Errorf("stop embedded NATS server: %w", ctx.Err())
	}
}

// serverLog passes the server's warnings and errors on, and remembers why it could not start: its Fatalf does not end the process.
type serverLog struct {
	log   *slog.Logger
	fatal atomic.Pointer[string]
}

func (l *serverLog) Fatalf(format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	l.fatal.CompareAndSwap(nil, &why)
	l.log.Error("nats server", "message", why)
}

func (l *serverLog) Errorf(format string, args ...any) {
	l.log.Error("nats server", "message", fmt.Sprintf(format, args...))
}

func (l *serverLog) Warnf(format string, args ...any) {
	l.log.Warn("nats server", "message", fmt.Sprintf(format, args...))
}

func (l *serverLog) Noticef(string, ...any) {}
func (l *serverLog) Debugf(string, ...any)  {}
func (l *serverLog) Tracef(string, ...any)  {}
