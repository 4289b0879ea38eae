// Command rostrum watches a policy process through the public statements made about it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

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
	cmd, err := unknownBelow(root, args)
	if err == nil {
		cmd, err = root.ExecuteContextC(ctx)
	}
	if err == nil {
		return 0
	}
	remedy := ""
	switch classified, _ := errors.AsType[*fault.Error](err); {
	case errors.Is(err, fs.ErrNotExist) && (classified == nil || classified.Remedy == ""):
		remedy = ": check the path"
	case wrongUse(err):
		remedy = fmt.Sprintf(": see `%s --help`", cmd.CommandPath())
	}
	fmt.Fprintf(os.Stderr, "rostrum: %v%s\n", err, remedy)
	return exitCode(err)
}

// unknownBelow finds a word that is no command of the group of commands before it: cobra would show the group's help, and be content.
func unknownBelow(root *cobra.Command, args []string) (*cobra.Command, error) {
	cmd, rest, err := root.Find(args)
	if err != nil || cmd == root || cmd.Runnable() || len(rest) == 0 || strings.HasPrefix(rest[0], "-") {
		return cmd, nil //nolint:nilerr // the execution says so
	}
	return cmd, fmt.Errorf("unknown command %q for %q", rest[0], cmd.CommandPath())
}

// exitCode maps an error's kind.
func exitCode(err error) int {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Kind.ExitCode()
	}
	if wrongUse(err) {
		return 2
	}
	return 1
}

// wrongUse says whether an error is of the flag parser: those that no room classified are.
func wrongUse(err error) bool {
	_, classified := errors.AsType[*fault.Error](err)
	_, failed := errors.AsType[failure](err)
	return !classified && !failed && !errors.Is(err, context.Canceled)
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
