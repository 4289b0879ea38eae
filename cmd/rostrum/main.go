// Command rostrum watches a policy process through the public statements made about it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"rostrum/internal/fault"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

// run executes one command and gives the exit code: 0 done, 1 failed, 2 wrong usage or configuration, 3 the server can't be reached.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "rostrum:", err)
	return exitCode(err)
}

// exitCode maps an error's kind; what no room classified comes from the flag parser, which is wrong usage.
func exitCode(err error) int {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Kind.ExitCode()
	}
	if errors.Is(err, context.Canceled) {
		return 1
	}
	if _, ok := errors.AsType[failure](err); ok {
		return 1
	}
	return 2
}

// failure marks an error as the command's own failing rather than its wrong use.
type failure struct{ error }

// Unwrap gives the cause.
func (f failure) Unwrap() error { return f.error }

// failed marks err, which may be nil.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failure{err}
}
