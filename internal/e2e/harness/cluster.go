package harness

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Cluster is three NATS servers with JetStream, each on a loopback address of its own.
type Cluster struct {
	t       *testing.T
	Servers []*NATSServer
	monitor []string
}

// NewCluster makes a cluster whose servers are to be started, and run until the test ends then. They do not tell clients of one another, so that a
// client reaches those alone that it is told of.
func NewCluster(t *testing.T) *Cluster {
	t.Helper()
	c := &Cluster{t: t}
	const size = 3
	var hosts, routes []string
	for i := range size {
		hosts = append(hosts, fmt.Sprintf("127.0.0.%d", 11+i))
		routes = append(routes, "nats://"+hosts[i]+":"+FreePort(t))
	}
	for i, host := range hosts {
		watch := FreePort(t)
		c.monitor = append(c.monitor, "http://"+host+":"+watch)
		n := &NATSServer{t: t, host: host, port: FreePort(t), args: append(store(t), "-n", fmt.Sprint("n", i), "-m", watch, "-no_advertise",
			"-cluster_name", "rostrum", "-cluster", routes[i], "-routes", strings.Join(routes, ","))}
		c.Servers = append(c.Servers, n)
	}
	return c
}

// Start starts every server that does not run, one after the other.
func (c *Cluster) Start() {
	c.t.Helper()
	for _, n := range c.Servers {
		if n.cmd == nil {
			n.Start()
			c.t.Cleanup(n.Kill)
		}
	}
}

// Leader is which server leads a stream: -1 while none does.
func (c *Cluster) Leader(stream string) int {
	name := c.leader(stream)
	if name == "" {
		return -1
	}
	return int(name[1] - '0')
}

// leader asks the servers that answer who leads a stream, or all.
func (c *Cluster) leader(stream string) string {
	client := http.Client{Timeout: time.Second}
	for _, base := range c.monitor {
		res, err := client.Get(base + "/jsz?accounts=true&streams=true")
		if err != nil {
			continue
		}
		var said struct {
			Meta struct {
				Leader string `json:"leader"`
				Size   int    `json:"cluster_size"`
			} `json:"meta_cluster"`
			Accounts []struct {
				Streams []struct {
					Name    string `json:"name"`
					Cluster struct {
						Leader string `json:"leader"`
					} `json:"cluster"`
				} `json:"stream_detail"`
			} `json:"account_details"`
		}
		err = json.NewDecoder(res.Body).Decode(&said)
		_ = res.Body.Close()
		if err != nil {
			continue
		}
		if stream == "" && said.Meta.Size == len(c.monitor) && said.Meta.Leader != "" {
			return said.Meta.Leader
		}
		for _, a := range said.Accounts {
			for _, s := range a.Streams {
				if s.Name == stream && s.Cluster.Leader != "" {
					return s.Cluster.Leader
				}
			}
		}
	}
	return ""
}

// Freeze stops a server where it is (its connections stay, and say nothing), until thaw is called.
func (n *NATSServer) Freeze() (thaw func()) {
	n.t.Helper()
	if err := n.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		n.t.Fatal(err)
	}
	return func() {
		if err := n.cmd.Process.Signal(syscall.SIGCONT); err != nil {
			n.t.Error(err)
		}
	}
}
