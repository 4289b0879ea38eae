package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"rostrum/internal/fault"
	"rostrum/search"
	"rostrum/search/httpapi"
)

// maxNamed bounds the sources that a status names one by one.
const maxNamed = 10

func newStatus() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "One screen: what works, what doesn't, what to do",
		Long:  `Says how the running instance is doing. Exit code 0: it answers; 1: something that every answer needs does not work; 3: it can't be reached.`,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			r := &report{Server: c.server}
			if err := r.ask(cmd, c); err != nil {
				return err
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), r)
			} else {
				_, err = io.WriteString(cmd.OutOrStdout(), r.screen())
			}
			if err == nil && r.NotReady != "" {
				err = errors.New(r.NotReady)
			}
			return failed(err)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	addAdmin(cmd)
	return cmd
}

// report is what a status tells.
type report struct {
	Server   string               `json:"server"`
	NotReady string               `json:"not_ready,omitempty"`
	Status   *httpapi.Status      `json:"status,omitempty"` // nil without an admin token
	Withheld string               `json:"withheld,omitempty"`
	Sources  []search.SourceState `json:"sources"`
	ToDo     []string             `json:"to_do"`

	unknown bool // what the sources do
}

func (r *report) ask(cmd *cobra.Command, c *client) error {
	ctx := cmd.Context()
	if err := c.ready(ctx); err != nil {
		if fault.KindOf(err) != fault.Transient {
			return err
		}
		r.NotReady = err.Error()
	}
	var s httpapi.Status
	switch err := c.getJSON(ctx, "/api/v1/admin/status", nil, &s); {
	case err == nil:
		r.Status = &s
	case r.NotReady == "" && fault.KindOf(err) != fault.Unauthorized:
		return err
	default:
		r.Withheld = err.Error()
	}
	if r.Status != nil && busFails(r.Status) {
		r.Sources, r.ToDo, r.unknown = []search.SourceState{}, r.todo(), true
		return nil // their states are on the bus
	}
	found := struct{ Sources []search.SourceState }{[]search.SourceState{}}
	if err := c.getJSON(ctx, "/api/v1/sources", nil, &found); err != nil {
		if r.NotReady == "" && r.Withheld == "" {
			return err
		}
		r.unknown = true
	}
	r.Sources = found.Sources
	r.ToDo = r.todo()
	return nil
}

// todo says what the operator should look at, the gravest first.
func (r *report) todo() []string {
	todo := []string{}
	if r.NotReady != "" {
		todo = append(todo, "mend what is not ready; the server's log says more")
	}
	if s := r.Status; s != nil {
		todo = append(todo, partsToDo(s)...)
		if s.ArchiveLacks != "" {
			todo = append(todo, "the archive does not hold all that the index shows ("+oneLine(s.ArchiveLacks)+"): put its files back from a backup and start Rostrum again; rostrum verify names what is missing")
		}
		if s.BusLost != "" {
			todo = append(todo, "the bus had lost data at the last start ("+oneLine(s.BusLost)+"): look at the disk and the log of the NATS server, and run rostrum verify; said until the next start")
		}
		if s.Rebuild.State == "failed" {
			todo = append(todo, "the last rebuild failed ("+s.Rebuild.Error+"): mend it and run `rostrum reindex`")
		}
		if s.Quarantined > 0 {
			todo = append(todo, fmt.Sprintf("%d captures could not be read: rostrum quarantine list", s.Quarantined))
		}
		todo = append(todo, lateToDo(s)...)
	}
	named := 0
	for _, s := range r.Sources {
		if s.State != "failing" && s.State != "silent" {
			continue
		}
		if named++; named > maxNamed {
			continue
		}
		line := "source " + s.ID + " is " + s.State
		if s.State == "silent" {
			line += " since " + when(s.LastNew)
		}
		todo = append(todo, line+": "+cmp.Or(oneLine(s.Reason), "look at its address in a browser")+" (rostrum sources check "+s.ID+")")
	}
	if named > maxNamed {
		todo = append(todo, fmt.Sprintf("and %d more sources: rostrum sources list", named-maxNamed))
	}
	return todo
}

// screen is the report for people.
func (r *report) screen() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Rostrum at %s\n\n", r.Server)
	if r.NotReady != "" {
		fmt.Fprintf(&b, "%-12s %s\n", "ready", "NO: "+r.NotReady)
	} else {
		fmt.Fprintf(&b, "%-12s yes\n", "ready")
	}
	if s := r.Status; s != nil {
		fmt.Fprintf(&b, "%-12s %s, up since %s\n", "version", s.Version, when(&s.Started))
		fmt.Fprintf(&b, "%-12s %s, the newest first seen %s\n", "statements", grouped(s.Statements), when(s.Newest))
		b.WriteString(diskLine(s))
		b.WriteString(waitingLines(s))
		if s.Forgotten > 0 {
			fmt.Fprintf(&b, "%-12s %s statements\n", "forgotten", grouped(s.Forgotten))
		}
		fmt.Fprintf(&b, "%-12s %s\n", "index", rebuildLine(s.Rebuild))
		b.WriteString(keptLines(s))
	} else {
		fmt.Fprintf(&b, "%-12s %s\n", "withheld", r.Withheld)
	}
	sources := countStates(r.Sources)
	if r.unknown {
		sources = "unknown"
	}
	fmt.Fprintf(&b, "%-12s %s\n", "sources", sources)
	if len(r.ToDo) == 0 {
		b.WriteString("\nNothing to do.\n")
		return b.String()
	}
	b.WriteString("\nTo do:\n")
	for _, line := range r.ToDo {
		fmt.Fprintf(&b, "  - %s\n", line)
	}
	return b.String()
}

func countStates(sources []search.SourceState) string {
	counts := map[string]int{}
	for _, s := range sources {
		counts[s.State]++
	}
	var parts []string
	for _, state := range []string{"fresh", "new", "silent", "failing", "off"} {
		if counts[state] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "none")
}
