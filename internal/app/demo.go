package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"rostrum/configs"
	"rostrum/internal/demosite"
)

// DemoSites are the sample sites while they are served.
type DemoSites struct {
	server *http.Server
	served chan error
}

// ServeDemoSites serves the sample sites on a free port of loopback and maps their names to it in cfg.
func ServeDemoSites(cfg *configs.Config) (*DemoSites, error) {
	sites, err := demosite.New(demosite.Options{})
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve sample sites: %w", err)
	}
	if cfg.Fetch.Hosts == nil {
		cfg.Fetch.Hosts = map[string]string{}
	}
	for _, host := range sites.Hosts() {
		cfg.Fetch.Hosts[host] = listener.Addr().String()
	}
	d := &DemoSites{server: &http.Server{Handler: sites.Handler(), ReadHeaderTimeout: 5 * time.Second}, served: make(chan error, 1)}
	go func() { d.served <- d.server.Serve(listener) }()
	return d, nil
}

// Close stops serving and waits for it.
func (d *DemoSites) Close() error {
	err := d.server.Close()
	if served := <-d.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
