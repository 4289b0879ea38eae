// Command benchtable measures the numbers that the design holds and prints them as one table: what, target, measured, whether it is met, ratio.
//
// Its duties, in order: run each benchmark of plan, one after the other; read what it printed, and what a run over a million statements printed
// before, if its file is there; find each row's number in that; print the table, and put it in place of the last one in docs/benchmarks.md.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "run only the benchmarks whose name this regular expression matches")
	flag.StringVar(&o.read, "read", "", "run nothing: read this output of earlier runs")
	flag.StringVar(&o.keep, "keep", ".bench/bench.txt", "file that keeps what the benchmarks print")
	flag.StringVar(&o.million, "million", ".bench/million.txt", "output of make bench-million; it need not be there")
	flag.StringVar(&o.page, "page", "", "page whose table is replaced, such as docs/benchmarks.md; empty: none")
	flag.DurationVar(&o.within, "within", 15*time.Minute, "time for the whole; what is not measured by then is said to be so")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

type options struct {
	only, read, keep, million, page string
	within                          time.Duration
}

func run(ctx context.Context, o options, stdout, stderr io.Writer) error {
	found := results{}
	at := machineOf(ctx, time.Now())
	switch {
	case o.read != "":
		text, err := os.ReadFile(o.read)
		if err != nil {
			return err
		}
		found.read("", string(text))
	default:
		if err := measure(ctx, o, found, stderr); err != nil {
			return err
		}
	}
	million, err := os.ReadFile(o.million)
	switch {
	case err == nil:
		found.read(millionMark, string(million))
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	text := at + "\n\n" + table(found, goldens())
	if _, err := io.WriteString(stdout, text); err != nil {
		return err
	}
	if o.page == "" {
		return nil
	}
	return replace(o.page, text)
}

// measure runs the plan. A benchmark that fails is said, and its rows are not measured; the others go on.
func measure(ctx context.Context, o options, found results, stderr io.Writer) error {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(o.keep), 0o750); err != nil {
		return err
	}
	kept, err := os.Create(o.keep)
	if err != nil {
		return err
	}
	defer kept.Close()
	until := time.Now().Add(o.within)
	for _, r := range plan {
		if !only.MatchString(r.bench) {
			continue
		}
		left := time.Until(until).Round(time.Second)
		if left <= 0 {
			fmt.Fprintf(stderr, "%s: the time is up, it is not measured\n", r.bench)
			continue
		}
		args := []string{"test", r.pkg, "-run", "^$", "-bench", r.bench, "-benchtime", r.time, "-timeout", left.String()}
		fmt.Fprintf(stderr, "%s go %s\n", time.Now().UTC().Format(time.TimeOnly), strings.Join(args, " "))
		var out bytes.Buffer
		cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the plan's own
		cmd.Stdout, cmd.Stderr = io.MultiWriter(&out, kept), stderr
		if err := cmd.Run(); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			fmt.Fprintf(stderr, "%s: %v\n%s", r.bench, err, out.String())
		}
		found.read("", out.String())
	}
	return kept.Sync()
}

// machineOf says on what and of what the numbers are.
func machineOf(ctx context.Context, now time.Time) string {
	say := func(name string, args ...string) string {
		out, err := exec.CommandContext(ctx, name, args...).Output() //nolint:gosec // git and go, as called below
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	commit := say("git", "rev-parse", "--short=12", "HEAD")
	if commit == "" {
		commit = "no commit"
	} else if say("git", "status", "--porcelain", "--untracked-files=no") != "" {
		commit += " with changes"
	}
	return fmt.Sprintf("%s UTC, commit %s, %s, %s", now.UTC().Format("2006-01-02 15:04"), commit, machine(), say("go", "env", "GOVERSION"))
}

const (
	begin = "<!-- table: make bench -->"
	end   = "<!-- end of table -->"
)

// replace puts the table between its marks in a page.
func replace(page, text string) error {
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s has no place for the table: %s … %s", page, begin, end)
	}
	info, err := os.Stat(page)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(before+begin+"\n"+text+end+after), info.Mode()) //nolint:gosec // the page that whoever runs it names
}
