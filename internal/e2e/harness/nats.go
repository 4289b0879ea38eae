package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// natsBinary builds a NATS server from its module, beside the program.
var natsBinary = sync.OnceValues(func() (string, error) {
	program, err := Binary()
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(program), "nats-server")
	out, err := exec.Command("go", "build", "-o", path, "github.com/nats-io/nats-server/v2").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

// NATSServer is a NATS server with JetStream as an operator runs it: a process of its own, on loopback.
type NATSServer struct {
	t      *testing.T
	args   []string
	host   string
	port   string
	cmd    *exec.Cmd
	output *bytes.Buffer
}

// StartNATS runs a server until the test ends, with JetStream on a folder of its own unless the arguments name a configuration.
func StartNATS(t *testing.T, args ...string) *NATSServer {
	t.Helper()
	if len(args) == 0 {
		args = store(t)
	}
	n := &NATSServer{t: t, args: args, host: "127.0.0.1", port: FreePort(t)}
	n.Start()
	t.Cleanup(n.Kill)
	return n
}

// store gives the arguments of JetStream on a new folder, with a bound that does not depend on the free disk.
func store(t *testing.T) []string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, "jetstream { store_dir: %q, max_file_store: 1TB }\n", t.TempDir()), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"-c", config}
}

// FreePort is a port of loopback that nobody listens on.
func FreePort(t *testing.T) string {
	t.Helper()
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

// URL is where clients connect.
func (n *NATSServer) URL() string { return "nats://" + n.address() }

func (n *NATSServer) address() string { return net.JoinHostPort(n.host, n.port) }

// Start starts the server on its directory, and waits until it takes connections.
func (n *NATSServer) Start() {
	n.t.Helper()
	path, err := natsBinary()
	if err != nil {
		n.t.Fatal(err)
	}
	n.output = &bytes.Buffer{}
	n.cmd = exec.Command(path, append(slices.Clip(n.args), "-a", n.host, "-p", n.port)...)
	n.cmd.Stdout, n.cmd.Stderr = n.output, n.output
	if err := n.cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	Await(n.t, 20*time.Second, "the NATS server listens", func() bool {
		ctx, cancel := context.WithTimeout(n.t.Context(), time.Second)
		defer cancel()
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", n.address())
		if err != nil {
			return false
		}
		return conn.Close() == nil
	})
}

// Kill ends the server with SIGKILL. It is idempotent.
func (n *NATSServer) Kill() {
	_ = n.cmd.Process.Kill() // it may have ended
	_ = n.cmd.Wait()         // it was killed
}

// Split tells the processes that are started after it where the server is.
func (n *NATSServer) Split() { n.t.Setenv("ROSTRUM_BUS_URL", n.URL()) }
