package export

import (
	"fmt"
	"path"
	"strings"
	"time"

	"rostrum/internal/fault"
)

// Every is how often a schedule makes an export.
type Every string

// The rhythms.
const (
	Daily  Every = "daily"
	Weekly Every = "weekly"
)

// The kinds of places to which exports are brought.
const (
	ToFolder = "folder" // the server's folder for them
	ToS3     = "s3"     // the bucket that the server has the keys of
)

const (
	// maxSchedules bounds the schedules of an instance.
	maxSchedules = 100
	// maxRuns bounds the runs of a schedule that are remembered.
	maxRuns = 5
	// maxPath bounds the folder in a place, in bytes.
	maxPath = 200
	// DefaultClock is when exports are made for which nobody says when.
	DefaultClock = "02:00"
)

// Schedule is an export that is made again and again.
type Schedule struct {
	ID          string   `json:"id"`
	Owner       string   `json:"owner"`
	Query       string   `json:"query" doc:"as typed"`
	Parsed      string   `json:"parsed" doc:"in its canonical form"`
	Format      string   `json:"format"`
	Shape       string   `json:"shape"`
	Columns     []string `json:"columns,omitempty" doc:"none where whole statements are carried"`
	Compression string   `json:"compression,omitempty" doc:"gzip or zstd"`
	Timing
	To          string    `json:"to" enum:"folder,s3" doc:"where its files are brought"`
	Path        string    `json:"path,omitempty" doc:"folder there; empty: none of its own"`
	Incremental bool      `json:"incremental" doc:"after the first, only what is new or changed, with the ids of what is gone in a file beside it"`
	Created     time.Time `json:"created"`
	Next        time.Time `json:"next" doc:"when the next export is made"`
	Now         *RunOf    `json:"now,omitempty" doc:"the export that is being made or brought"`
	Runs        []RunOf   `json:"runs" doc:"the latest first"`
}

// Timing is when a schedule makes its exports.
type Timing struct {
	Every Every  `json:"every" enum:"daily,weekly"`
	Clock string `json:"at" doc:"HH:MM in the zone"`
	Day   string `json:"day,omitempty" doc:"of the week, for weekly"`
	Zone  string `json:"zone" doc:"as in Europe/Paris"`
}

// RunOf is one export of a schedule.
type RunOf struct {
	Export    string     `json:"export" doc:"its id"`
	Due       time.Time  `json:"due"`
	File      string     `json:"file,omitempty" doc:"its name, once it is brought"`
	Finished  *time.Time `json:"finished,omitempty" doc:"when it was brought"`
	Rows      int        `json:"rows,omitempty"`
	Bytes     int64      `json:"bytes,omitempty"`
	SHA256    string     `json:"sha256,omitempty"`
	Unchanged int        `json:"unchanged,omitempty"`
	Deleted   int        `json:"deleted,omitempty"`
	Tries     int        `json:"tries,omitempty" doc:"that failed"`
	Error     string     `json:"error,omitempty" doc:"why the latest try failed"`
	Retry     *time.Time `json:"retry,omitempty" doc:"when it is tried again"`
}

// ScheduleWish is a schedule that is asked for.
type ScheduleWish struct {
	Ask
	Timing
	Owner       string
	Compression string
	To, Path    string
	Incremental bool
}

// scheduled is a schedule as it is kept.
type scheduled struct {
	Schedule
	Ask  Ask   `json:"ask"`
	Base *Base `json:"base,omitempty"` // the latest that was brought, of an incremental one
}

// weekdays are the days by name.
var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// clear fills in what is left open, and refuses what cannot be.
func (t *Timing) clear() error {
	if t.Every == "" {
		t.Every = Daily
	}
	if t.Clock == "" {
		t.Clock = DefaultClock
	}
	if t.Zone == "" {
		t.Zone = "UTC"
	}
	t.Day = strings.ToLower(t.Day)
	if t.Every != Daily && t.Every != Weekly {
		return unknown("every", "rhythm", string(t.Every), []string{string(Daily), string(Weekly)})
	}
	if _, err := time.Parse("15:04", t.Clock); err != nil || len(t.Clock) != len("15:04") {
		return invalid("at", fmt.Sprintf("%q is no time of day", t.Clock), "write HH:MM, such as 02:00 or 18:30")
	}
	if _, err := zoneNamed(t.Zone); err != nil {
		return err
	}
	if t.Every == Daily && t.Day != "" {
		return invalid("day", "a daily export has no day of the week", "leave the day out, or ask for weekly")
	}
	if t.Every == Weekly && t.Day == "" {
		t.Day = "monday"
	}
	if t.Day != "" && weekday(t.Day) < 0 {
		return unknown("day", "day of the week", t.Day, weekdays)
	}
	return nil
}

func weekday(name string) time.Weekday {
	for i, d := range weekdays {
		if d == name {
			return time.Weekday(i)
		}
	}
	return -1
}

func zoneNamed(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" || len(name) > 64 { // Local is the server's own, which says nothing to who asks
		return nil, invalid("zone", fmt.Sprintf("there is no time zone %q", name), "give its name as in Europe/Paris, America/New_York or UTC")
	}
	return zone, nil
}

// after gives the first moment after t that the timing names. A clock that is put forward or back changes nothing in it: each day has one, and
// one that falls into the hour that is left out comes as much later as the clock was put forward.
func (t *Timing) after(now time.Time) time.Time {
	zone, err := zoneNamed(t.Zone)
	if err != nil {
		zone = time.UTC // the name was known when it was asked for
	}
	clock, _ := time.Parse("15:04", t.Clock) // it was read when it was asked for
	local := now.In(zone)
	for day := 0; ; day++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, clock.Hour(), clock.Minute(), 0, 0, zone)
		if at.After(now) && (t.Every != Weekly || at.Weekday() == weekday(t.Day)) {
			return at.UTC()
		}
		if day > 14 { // no timing is so rare
			return now.Add(24 * time.Hour)
		}
	}
}

// cleanPath refuses a folder that leads out of its place, or has letters that some place cannot carry.
func cleanPath(p string) (string, error) {
	p = strings.Trim(p, "/")
	if p == "" {
		return "", nil
	}
	if len(p) > maxPath || path.Clean(p) != p || p == ".." || strings.HasPrefix(p, "../") || strings.Trim(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") != "" {
		return "", invalid("path", fmt.Sprintf("%q is no folder for exports", p), "use letters, digits, - _ . and / between folders, such as nightly/csv")
	}
	return p, nil
}

// incremental refuses shapes of which a statement that did not change can have another row.
func (p *Plan) incremental() error {
	if p.Shape != "panel" && p.Shape != "copies" {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Position: -1, Field: "incremental", What: "the shape " + p.Shape + " cannot be exported by differences: its rows are not each of one statement",
		Remedy: "leave incremental out, or choose another shape"}
}
