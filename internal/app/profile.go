package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"rostrum/internal/fault"
	"rostrum/search/httpapi"
)

// startProfile serves Go's profiles on an address of their own, where one is configured: on loopback alone, for profiles show what the
// process holds.
func (a *App) startProfile(ctx, work context.Context) error {
	if a.cfg.Profile == "" {
		return nil
	}
	if !loopback(a.cfg.Profile) { // the configuration was checked; flags and variables come by other ways
		return fault.New(fault.Invalid, "profile: "+a.cfg.Profile+" is not on loopback", "write 127.0.0.1:PORT")
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.Profile)
	if err != nil {
		return fault.New(fault.Conflict, fmt.Sprintf("can't listen on %s for profiles: %v", a.cfg.Profile, err), "choose another address in the setting profile")
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: httpapi.Guard(mux, nil, a.log), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return work }}
	a.onStop("profiles", func(context.Context) error { return server.Close() }) // a profile that is being taken is worth no wait
	a.goRun(work, "profiles", func(context.Context) error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	a.log.Info("profiles are served", "address", "http://"+listener.Addr().String()+"/debug/pprof/")
	return nil
}
