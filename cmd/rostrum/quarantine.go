package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"rostrum/internal/bus"
	"rostrum/search/httpapi"
)

const quarantinePath = "/api/v1/admin/quarantine"

func newQuarantine() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "quarantine",
		Short: "Captures that could not be processed: look at them, try them again, drop them",
		Long: `A page that can't be read waits in quarantine with the reason. When the cause is gone (a new version reads it, the disk has room)
try it again; when it is no statement, drop it. Either way the archive keeps what was fetched.`,
	}
	cmd.AddCommand(newQuarantineList(), newQuarantineShow(),
		newQuarantineSettle("retry", "Try captures again", "to be tried again", http.MethodPost, "/retry"),
		newQuarantineSettle("drop", "Drop captures for good", "dropped", http.MethodDelete, ""))
	return cmd
}

// waiting lists everything in quarantine that the flags choose.
type waiting struct {
	source, kind string
}

func (f *waiting) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.source, "source", "", "only captures of this source")
	cmd.Flags().StringVar(&f.kind, "kind", "", "only this kind of reason, such as poison")
}

func (f *waiting) each(ctx context.Context, c *client, visit func(bus.QuarantineEntry) error) error {
	for after := uint64(0); ; {
		var page struct {
			Captures []bus.QuarantineEntry
			Next     uint64
		}
		params := url.Values{"limit": {"1000"}, "after": {strconv.FormatUint(after, 10)}}
		if err := c.getJSON(ctx, quarantinePath, params, &page); err != nil {
			return err
		}
		for _, e := range page.Captures {
			if f.source != "" && e.Source != f.source || f.kind != "" && e.Kind != f.kind {
				continue
			}
			if err := visit(e); err != nil {
				return err
			}
		}
		if page.Next == 0 {
			return nil
		}
		after = page.Next
	}
}

func newQuarantineList() *cobra.Command {
	var asJSON bool
	var chosen waiting
	cmd := &cobra.Command{
		Use:   "list",
		Short: "What waits, oldest first, and why",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			t := newTable("CAPTURE", "SINCE", "SOURCE", "TRIES", "URL", "REASON")
			n := 0
			err = chosen.each(cmd.Context(), c, func(e bus.QuarantineEntry) error {
				n++
				if asJSON {
					return failed(printJSON(cmd.OutOrStdout(), e))
				}
				t.row(e.Capture, when(&e.At), e.Source, strconv.Itoa(e.Attempts), e.URL, oneLine(e.Reason))
				return nil
			})
			if err != nil || asJSON {
				return err
			}
			if n == 0 {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "nothing is in quarantine")
				return failed(err)
			}
			return failed(t.print(cmd.OutOrStdout()))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one line of JSON per capture")
	chosen.add(cmd)
	addAdmin(cmd)
	return cmd
}

func newQuarantineShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show CAPTURE",
		Short: "One capture: why it waits, what the server answered, how its body begins",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			var q httpapi.QuarantinedCapture
			if err := c.getJSON(cmd.Context(), quarantinePath+"/"+url.PathEscape(args[0]), nil, &q); err != nil {
				return err
			}
			if asJSON {
				return failed(printJSON(cmd.OutOrStdout(), q))
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), describeQuarantined(&q))
			return failed(err)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the API's answer as it is")
	addAdmin(cmd)
	return cmd
}

func describeQuarantined(q *httpapi.QuarantinedCapture) string {
	var b strings.Builder
	fmt.Fprintf(&b, "capture  %s\nurl      %s\nsource   %s\nreason   %s (%s)\ntries    %d\nsince    %s\n", q.Capture, q.URL, q.Source, q.Reason, q.Kind, q.Attempts, when(&q.At))
	if q.FetchedAt == nil {
		b.WriteString("The capture itself can't be read.\n")
		return b.String()
	}
	fmt.Fprintf(&b, "fetched  %s\nanswer   %d, %s, %s\n", when(q.FetchedAt), q.Status, strings.Join(q.Header["Content-Type"], ", "), bytesOf(int64(q.BodyBytes)))
	if q.FinalURL != "" {
		fmt.Fprintf(&b, "led to   %s\n", q.FinalURL)
	}
	if q.BodyStart != "" {
		fmt.Fprintf(&b, "\n%s\n", printable(q.BodyStart))
	}
	return b.String()
}

// printable keeps a stranger's bytes from steering a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return '\ufffd'
		}
		return r
	}, s)
}

func newQuarantineSettle(verb, short, done, method, suffix string) *cobra.Command {
	var all bool
	var chosen waiting
	cmd := &cobra.Command{
		Use:     verb + " CAPTURE… | " + verb + " --all",
		Short:   short,
		Example: fmt.Sprintf("  rostrum quarantine %s 3f2a…\n  rostrum quarantine %s --all --source example-news", verb, verb),
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return errors.New("give captures by id, or --all")
			}
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			if all {
				err := chosen.each(cmd.Context(), c, func(e bus.QuarantineEntry) error { args = append(args, e.Capture); return nil })
				if err != nil {
					return err
				}
			}
			n := 0
			var faults []error
			for _, id := range args {
				if _, err := c.send(cmd.Context(), method, quarantinePath+"/"+url.PathEscape(id)+suffix, nil); err != nil {
					faults = append(faults, err)
					continue
				}
				n++
			}
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%d captures %s\n", n, done); err != nil {
				return failed(err)
			}
			return errors.Join(faults...)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "all, or all that --source and --kind choose")
	chosen.add(cmd)
	addAdmin(cmd)
	return cmd
}
