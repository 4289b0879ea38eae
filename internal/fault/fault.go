// Package fault names the kinds of error that Rostrum distinguishes and what each means at its three edges: on the bus,
// over HTTP and as an exit code. It imports only the standard library.
package fault

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Kind says what sort of thing went wrong. The zero Kind is Internal: an error nobody classified is ours.
type Kind uint8

// The kinds. One table, edges, says what each means outside.
const (
	Internal     Kind = iota // a bug or an unforeseen state
	Transient                // may work when tried again: network, a busy store, a full disk
	Poison                   // this input can never be processed
	Query                    // a query that does not parse, or exceeds its cost bound
	Invalid                  // a body, parameter, flag or configuration value that is refused
	NotFound                 // no such thing
	Conflict                 // it exists already, changed meanwhile, or is held by another process
	Forbidden                // known, but not allowed
	Unauthorized             // not known
	TooLarge                 // over a bound
	RateLimited              // too much at once
	Unreachable              // the server can't be reached
	Canceled                 // the caller went away
)

// Fate is what the bus does with a message whose handler returned an error.
type Fate uint8

// The fates of a message.
const (
	Acknowledge Fate = iota // done
	Later                   // redeliver with growing delay
	Quarantine              // set aside with the reason
)

type edge struct {
	name   string
	status int
	exit   int
	fate   Fate
}

// edges is the one table: what each kind is called, its HTTP status, its exit code and its fate on the bus.
var edges = [...]edge{
	Internal:     {"internal", 500, 1, Later},
	Transient:    {"transient", 503, 1, Later},
	Poison:       {"poison", 422, 1, Quarantine},
	Query:        {"query", 400, 2, Quarantine},
	Invalid:      {"invalid", 422, 2, Quarantine},
	NotFound:     {"not-found", 404, 1, Quarantine},
	Conflict:     {"conflict", 409, 1, Later},
	Forbidden:    {"forbidden", 403, 1, Quarantine},
	Unauthorized: {"unauthorized", 401, 1, Quarantine},
	TooLarge:     {"too-large", 413, 1, Quarantine},
	RateLimited:  {"rate-limited", 429, 1, Later},
	Unreachable:  {"unreachable", 502, 3, Later},
	Canceled:     {"canceled", 499, 1, Later},
}

// String is the kind's stable name, fit for a metric label or a problem type.
func (k Kind) String() string { return edges[k].name }

// HTTPStatus is the status with which a response reports the kind.
func (k Kind) HTTPStatus() int { return edges[k].status }

// ExitCode is the code with which a command that failed so ends.
func (k Kind) ExitCode() int { return edges[k].exit }

// Fate is what the bus does with a message whose handler failed so.
func (k Kind) Fate() Fate { return edges[k].fate }

// Error is an error of a known kind. A user sees What and Remedy; Err is for the log.
type Error struct {
	Kind     Kind
	What     string // the thing and the cause, a sentence without a full stop
	Remedy   string // what to do about it; may be empty
	Field    string // the parameter, setting or body field at fault; may be empty
	Position int    // for Query: 0-based offset in code points into the query as typed; -1 if it has none
	Expected string // for Query: what was expected at Position
	Err      error  // the cause; may be nil

	After time.Duration // for RateLimited and Transient: when to try again; 0 if nobody knows
}

// New makes an error of a kind with a sentence for the user and a remedy.
func New(kind Kind, what, remedy string) *Error {
	return &Error{Kind: kind, What: what, Remedy: remedy, Position: -1}
}

// Newf is New with a formatted sentence and no remedy. A %w verb sets the cause.
func Newf(kind Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, What: err.Error(), Position: -1, Err: errors.Unwrap(err)}
}

// As gives err a kind: the result says what err says. It returns nil for a nil err.
func As(kind Kind, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, What: err.Error(), Position: -1, Err: err}
}

// Error is the sentence and, where there is one, the remedy.
func (e *Error) Error() string {
	if e.Remedy == "" {
		return e.What
	}
	return e.What + ": " + e.Remedy
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the outermost Error in err's chain, else Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// defaultAfter is how long to wait where nobody knows better.
const defaultAfter = 5 * time.Second

// RetryAfter is when to try again what failed for want of capacity or for the moment; 0 for other kinds.
func (e *Error) RetryAfter() time.Duration {
	if e.Kind != RateLimited && e.Kind != Transient {
		return 0
	}
	return cmp.Or(e.After, defaultAfter)
}

// Seconds is a duration as the header Retry-After has it: whole seconds, rounded up.
func Seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}
