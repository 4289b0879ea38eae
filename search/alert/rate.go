package alert

import (
	"cmp"
	"fmt"
	"time"
	_ "time/tzdata" // a server in a container may have no time zones of its own

	"rostrum/internal/fault"
)

// The rates at which a saved query tells. All but the first gather what fires into digests.
const (
	Immediate = "immediate"
	Hourly    = "hourly"
	Daily     = "daily"
	Weekly    = "weekly"
)

// When digests are made, in the saved query's time zone: hourly ones on the hour, daily ones at the time of day that it asks for, weekly
// ones then on digestDay.
const (
	digestAt  = "07:00" // where it asks for none
	digestDay = time.Monday
)

// maxZone bounds the name of a time zone, in bytes.
const maxZone = 64

// zoneOf reads the name of a time zone, such as Europe/Paris; empty: UTC. fault.Invalid for one that there is not.
func zoneOf(name string) (*time.Location, error) {
	unknown := invalid("zone", fmt.Sprintf("there is no time zone %q", name), "give its name as in Europe/Paris, America/New_York or UTC")
	if len(name) > maxZone {
		return nil, invalid("zone", "the name of the time zone is too long", "give its name as in Europe/Paris")
	}
	if name == "Local" { // the server's own, which says nothing to the owner
		return nil, unknown
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, unknown
	}
	return zone, nil
}

// zone is the saved query's time zone; UTC where the name was known once and is not any more.
func (v *Saved) zone() *time.Location {
	if zone, err := zoneOf(v.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// clock is a time of day in a time zone.
type clock struct {
	zone         *time.Location
	hour, minute int
}

// timeOfDay reads one such as 07:00; empty: digestAt. fault.Invalid for what is none.
func timeOfDay(s string) (hour, minute int, err error) {
	at, err := time.Parse("15:04", cmp.Or(s, digestAt))
	if err != nil || s != "" && len(s) != len("15:04") {
		return 0, 0, invalid("digest_at", fmt.Sprintf("%q is no time of day", s), "give hours and minutes, as in 07:00 or 18:30")
	}
	return at.Hour(), at.Minute(), nil
}

// clock says when the saved query's daily and weekly digests are made.
func (v *Saved) clock() clock {
	c := clock{zone: v.zone()}
	c.hour, c.minute, _ = timeOfDay(v.DigestAt) // what is kept was checked
	return c
}

func (c clock) String() string { return fmt.Sprintf("%02d:%02d %s", c.hour, c.minute, c.zone) }

// nextDigest gives the first moment after t at which a digest of a rate is made. Clocks that are put forward or back change nothing in
// it: a day has one digest, and an hour that comes twice has two.
func nextDigest(rate string, c clock, t time.Time) time.Time {
	local := t.In(c.zone)
	if rate == Hourly {
		_, offset := local.Zone()
		past := time.Duration((local.Unix()+int64(offset))%3600)*time.Second + time.Duration(local.Nanosecond())
		return t.Add(time.Hour - past)
	}
	for day := 0; ; day++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, c.hour, c.minute, 0, 0, c.zone)
		if at.After(t) && (rate != Weekly || at.Weekday() == digestDay) {
			return at
		}
	}
}

// lastWeekly gives the latest weekly moment that is not after t.
func lastWeekly(c clock, t time.Time) time.Time {
	last := nextDigest(Weekly, c, t.AddDate(0, 0, -8))
	for next := nextDigest(Weekly, c, last); !next.After(t); next = nextDigest(Weekly, c, last) {
		last = next
	}
	return last
}

func validRate(rate string) error {
	switch rate {
	case Immediate, Hourly, Daily, Weekly:
		return nil
	}
	err := fault.New(fault.Invalid, fmt.Sprintf("there is no rate %q", rate), "use immediate, hourly, daily or weekly")
	err.Field = "rate"
	return err
}
