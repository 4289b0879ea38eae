package bus

import (
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rostrum/internal/fault"
)

// SyncPolicy says when the embedded server calls fsync.
type SyncPolicy string

// The sync policies.
const (
	SyncAlways   SyncPolicy = "always"   // before a publish is acknowledged: survives loss of power; about 1,500 single publishes a second
	SyncInterval SyncPolicy = "interval" // every Options.SyncEvery: survives SIGKILL, may lose that much on loss of power; 25 times faster
)

// Options says where the bus is and how it behaves. The zero value of each field but Dir has the meaning it states.
type Options struct {
	Dir string // directory of the embedded server's store; made when missing; needed unless URL is set
	URL string // of an outside NATS server, nats:// or tls://; several separated by commas; empty: embedded

	// How to log in to the outside server: at most one of the three. Empty: without.
	Token     string
	User      string
	Password  string
	CredsFile string // path of a .creds file

	Sync      SyncPolicy    // empty: always. An outside server has its own setting (jetstream.sync_interval), which stands
	SyncEvery time.Duration // for SyncInterval; 0: 10 s

	Replicas int // servers of an outside cluster that keep each stream: 1, 3 or 5; 0: 1

	Patience time.Duration // how long Open waits for an outside server, and its cluster's leader, to come up; 0: 3 min

	CapturesMaxBytes int64         // bound of the CAPTURES stream, at which publishers wait; 0: 1 GiB
	BodiesMaxBytes   int64         // bound of the bodies that travel by reference with captures; 0: 4 GiB
	StatementsMaxAge time.Duration // how long announcements and alerts are kept; 0: 30 days

	LaterMin    time.Duration // delay of a capture's first redelivery after a failure, doubled each time; 0: 1 s
	LaterMax    time.Duration // the longest delay; 0: 5 min
	MaxAttempts int           // failures of unknown kind (fault.Internal) of one capture before quarantine; 0: 10. Transient ones have no bound
	MaxKills    int           // times that a capture may kill its worker before quarantine; 0: 3

	Log     *slog.Logger          // nil: silent
	Metrics prometheus.Registerer // nil: not exported
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	setDefault(&o.Sync, SyncAlways)
	setDefault(&o.SyncEvery, 10*time.Second)
	setDefault(&o.Replicas, 1)
	setDefault(&o.Patience, 3*time.Minute)
	setDefault(&o.CapturesMaxBytes, 1<<30)
	setDefault(&o.BodiesMaxBytes, 4<<30)
	setDefault(&o.StatementsMaxAge, 30*24*time.Hour)
	setDefault(&o.LaterMin, time.Second)
	setDefault(&o.LaterMax, 5*time.Minute)
	setDefault(&o.MaxAttempts, 10)
	setDefault(&o.MaxKills, 3)
	return o
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (o Options) check() error {
	switch {
	case o.URL == "" && o.Dir == "":
		return refuse("bus.dir", "the bus has neither a directory nor a URL", "set data, or bus.url for an outside NATS server")
	case o.Sync != SyncAlways && o.Sync != SyncInterval:
		return refuse("bus.sync", "unknown sync policy "+string(o.Sync), "use always or interval")
	case o.Replicas != 1 && o.Replicas != 3 && o.Replicas != 5:
		return refuse("bus.replicas", "a stream can't be kept by this many servers", "use 1, 3 or 5")
	case o.URL == "" && o.Replicas > 1:
		return refuse("bus.replicas", "the server inside this process is one alone", "set bus.url to a cluster, or bus.replicas to 1")
	case o.logins() > 1:
		return refuse("bus", "more than one way to log in to NATS", "keep one of token, user and password, credentials file")
	case o.CapturesMaxBytes < 0 || o.BodiesMaxBytes < 0 || o.StatementsMaxAge < 0 || o.SyncEvery < 0 || o.LaterMin < 0 || o.LaterMax < o.LaterMin || o.MaxAttempts < 0 || o.MaxKills < 0:
		return refuse("bus", "a bound of the bus is negative, or its longest delay is below its shortest", "leave it out for the default")
	}
	return nil
}

func (o Options) logins() int {
	n := 0
	for _, set := range []bool{o.Token != "", o.User != "", o.CredsFile != ""} {
		if set {
			n++
		}
	}
	return n
}

func refuse(field, what, remedy string) error {
	err := fault.New(fault.Invalid, what, remedy)
	err.Field = field
	return err
}
