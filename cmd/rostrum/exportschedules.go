package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rostrum/search/export"
)

const schedulesPath = "/api/v1/export-schedules"

func scheduleURL(id string) string { return schedulesPath + "/" + url.PathEscape(id) }

func newExportsSchedule() *cobra.Command {
	cmd := &cobra.Command{Use: "schedule", Short: "Exports that the server makes again and again, and brings to a folder or a bucket"}
	cmd.AddCommand(newScheduleAdd(), newScheduleList(), newScheduleShow(), newScheduleRun(), newScheduleRemove())
	return cmd
}

func newScheduleAdd() *cobra.Command {
	var flags exportFlags
	var every, at, day, zone, to, folder, compression string
	var incremental bool
	cmd := &cobra.Command{Use: "add QUERY", Short: "Make an export every night, or every week",
		Example: `  rostrum exports schedule add 'topic:safeguards' --format csv --at 02:30 --zone Europe/Paris
  rostrum exports schedule add '' --format parquet --every weekly --day sunday --to s3 --path nightly
  rostrum exports schedule add '' --format jsonl --compression zstd --incremental`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := clientOf(cmd)
			if err != nil {
				return err
			}
			body := map[string]any{"q": strings.Join(args, " "), "columns": flags.columns, "bom": flags.bom, "neutralize": flags.neutralize, "incremental": incremental}
			for name, value := range map[string]string{"format": flags.format, "shape": flags.shape, "period": flags.period, "compression": compression, "every": every, "at": at, "day": day, "zone": zone, "to": to, "path": folder} {
				if value != "" {
					body[name] = value
				}
			}
			if flags.copies {
				body["copies"] = "all"
			}
			var made export.Schedule
			if err := c.sendJSON(cmd.Context(), http.MethodPost, schedulesPath, body, &made); err != nil {
				return err
			}
			if flags.asJSON {
				return failed(printJSON(cmd.OutOrStdout(), made))
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "schedule %s: %s, next on %s\n", made.ID, rhythmOf(&made), momentIn(made.Next, made.Zone))
			return failed(err)
		}}
	f := cmd.Flags()
	f.StringVar(&flags.format, "format", "", strings.Join(export.Formats(), ", ")+" (default jsonl)")
	f.StringVar(&flags.shape, "shape", "", "what a row is: statements (default), actors, topics, …")
	f.StringSliceVar(&flags.columns, "columns", nil, "columns by name, separated by commas")
	f.StringVar(&flags.period, "period", "", "of the shape panel: "+strings.Join(export.Periods(), ", "))
	f.StringVar(&compression, "compression", "", "gzip or zstd")
	f.BoolVar(&flags.copies, "copies", false, "every member of a group instead of its lead")
	f.BoolVar(&flags.bom, "bom", false, "csv: begin with a byte order mark, for spreadsheets")
	f.BoolVar(&flags.neutralize, "neutralize", false, "csv: put ' before a cell that a spreadsheet could run as a formula")
	f.StringVar(&every, "every", "daily", "daily or weekly")
	f.StringVar(&at, "at", export.DefaultClock, "time of day, HH:MM")
	f.StringVar(&day, "day", "", "with weekly: the day of the week (default monday)")
	f.StringVar(&zone, "zone", "UTC", "time zone, as in Europe/Paris")
	f.StringVar(&to, "to", "folder", "folder (exports.folder of the server) or s3 (its exports.s3)")
	f.StringVar(&folder, "path", "", "folder there, such as nightly/csv")
	f.BoolVar(&incremental, "incremental", false, "after the first, only what is new or changed, with a file of the ids that are gone")
	f.BoolVar(&flags.asJSON, "json", false, "the API's answer as it is")
	addServer(cmd)
	return cmd
}

// rhythmOf says when and where to exports are made.
func rhythmOf(s *export.Schedule) string {
	when := "every day"
	if s.Every == export.Weekly {
		when = "every " + s.Day
	}
	where := map[string]string{export.ToFolder: "the folder", export.ToS3: "the bucket"}[s.To]
	if s.Path != "" {
		where += ", in " + s.Path
	}
	what := s.Format
	if s.Incremental {
		what += ", what is new or changed,"
	}
	return fmt.Sprintf("%s %s at %s (%s) to %s", what, when, s.Clock, s.Zone, where)
}

func momentIn(t time.Time, zone string) string {
	if at, err := time.LoadLocation(zone); err == nil {
		t = t.In(at)
	}
	return t.Format("2006-01-02 15:04 MST")
}

func newScheduleList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "list", Short: "All schedules, the oldest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := clientOf(cmd)
		if err != nil {
			return err
		}
		var found struct{ Schedules []export.Schedule }
		if err := c.getJSON(cmd.Context(), schedulesPath, nil, &found); err != nil {
			return err
		}
		if asJSON {
			return failed(printJSON(cmd.OutOrStdout(), found.Schedules))
		}
		t := newTable("ID", "QUERY", "WHAT", "NEXT", "STATE")
		for i := range found.Schedules {
			s := &found.Schedules[i]
			t.row(s.ID, cmp.Or(s.Query, "everything"), rhythmOf(s), momentIn(s.Next, s.Zone), stateOfSchedule(s))
		}
		return failed(t.print(cmd.OutOrStdout()))
	}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	addServer(cmd)
	return cmd
}

// stateOfSchedule says how the run under way is, else the latest.
func stateOfSchedule(s *export.Schedule) string {
	switch {
	case s.Now != nil && s.Now.Retry != nil:
		return fmt.Sprintf("not brought after %d tries, again at %s: %s", s.Now.Tries, momentIn(*s.Now.Retry, s.Zone), s.Now.Error)
	case s.Now != nil:
		return "being made"
	case len(s.Runs) == 0:
		return "not yet"
	}
	return runLine(&s.Runs[0])
}

func runLine(r *export.RunOf) string {
	if r.File == "" {
		return "failed: " + r.Error
	}
	line := fmt.Sprintf("%s rows, %s to %s", grouped(r.Rows), bytesOf(r.Bytes), r.File)
	if r.Unchanged > 0 || r.Deleted > 0 {
		line += fmt.Sprintf(" (%s unchanged, %s gone)", grouped(r.Unchanged), grouped(r.Deleted))
	}
	return line
}

func newScheduleShow() *cobra.Command {
	var asJSON bool
	cmd := keptCommand("show ID", "One schedule and its latest runs", func(cmd *cobra.Command, c *client, id string) error {
		var s export.Schedule
		if err := c.getJSON(cmd.Context(), scheduleURL(id), nil, &s); err != nil {
			return err
		}
		w := cmd.OutOrStdout()
		if asJSON {
			return failed(printJSON(w, s))
		}
		_, err := fmt.Fprintf(w, "query   %s\nwhat    %s\nnext    %s\nstate   %s\n", orAll(s.Parsed), rhythmOf(&s), momentIn(s.Next, s.Zone), stateOfSchedule(&s))
		for i := range s.Runs {
			if err == nil {
				_, err = fmt.Fprintf(w, "run     %s: %s\n", momentIn(s.Runs[i].Due, s.Zone), runLine(&s.Runs[i]))
			}
		}
		return failed(err)
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func newScheduleRun() *cobra.Command {
	return keptCommand("run ID", "Make the next export now, or try again at once what failed", func(cmd *cobra.Command, c *client, id string) error {
		_, err := c.send(cmd.Context(), http.MethodPost, scheduleURL(id)+"/run", nil)
		return err
	})
}

func newScheduleRemove() *cobra.Command {
	return keptCommand("remove ID", "End a schedule; what it brought to its place stays", func(cmd *cobra.Command, c *client, id string) error {
		_, err := c.send(cmd.Context(), http.MethodDelete, scheduleURL(id), nil)
		return err
	})
}
