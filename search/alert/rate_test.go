package alert

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestNextDigest has the days on which clocks are changed.
func TestNextDigest(t *testing.T) {
	for _, c := range []struct{ rate, zone, from, want string }{
		{Daily, "Europe/Paris", "2026-03-28T07:00:00+01:00", "2026-03-29T07:00:00+02:00"}, // 23 hours
		{Daily, "Europe/Paris", "2026-10-24T07:00:00+02:00", "2026-10-25T07:00:00+01:00"}, // 25 hours
		{Daily, "Europe/Paris", "2026-10-25T06:59:59+01:00", "2026-10-25T07:00:00+01:00"},
		{Daily, "America/New_York", "2026-03-07T07:00:00-05:00", "2026-03-08T07:00:00-04:00"},
		{Weekly, "America/New_York", "2026-03-02T07:00:00-05:00", "2026-03-09T07:00:00-04:00"},
		{Weekly, "UTC", "2026-01-05T06:59:59Z", "2026-01-05T07:00:00Z"},
		{Weekly, "UTC", "2026-01-05T07:00:00Z", "2026-01-12T07:00:00Z"},
		{Hourly, "Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z"}, // 5:45 ahead
		{Hourly, "Europe/Paris", "2026-10-25T02:30:00+02:00", "2026-10-25T03:00:00+02:00"},
		{Hourly, "Europe/Paris", "2026-10-25T03:00:00+02:00", "2026-10-25T03:00:00+01:00"}, // the hour comes twice
		{Hourly, "Australia/Lord_Howe", "2026-04-05T01:30:00+11:00", "2026-04-05T02:00:00+11:00"},
		{Daily, "Pacific/Apia", "2011-12-29T07:00:00-10:00", "2011-12-31T07:00:00+14:00"}, // a day that never was
	} {
		zone, err := zoneOf(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := nextDigest(c.rate, clock{zone, 7, 0}, moment(t, c.from)); !got.Equal(moment(t, c.want)) {
			t.Errorf("%s in %s after %s: %s, want %s", c.rate, c.zone, c.from, got.In(zone).Format(time.RFC3339), c.want)
		}
	}
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestDigestsNeverOverlap goes from digest to digest: each is later, and none is skipped.
func TestDigestsNeverOverlap(t *testing.T) {
	zones := []string{"UTC", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo", "America/Santiago"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := zoneOf(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		rate := rapid.SampledFrom([]string{Hourly, Daily, Weekly}).Draw(t, "rate")
		at := time.Unix(rapid.Int64Range(1_700_000_000, 2_000_000_000).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		c := clock{zone, rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")}
		next := nextDigest(rate, c, at)
		longest := map[string]time.Duration{Hourly: time.Hour, Daily: 25 * time.Hour, Weekly: 7*24*time.Hour + time.Hour}[rate]
		if gap := next.Sub(at); gap <= 0 || gap > longest {
			t.Fatalf("%s in %s after %s is %s: %s later", rate, zone, at, next, gap)
		}
		if again := nextDigest(rate, c, next.Add(-1)); !again.Equal(next) {
			t.Fatalf("just before %s comes %s", next, again)
		}
		if rate == Weekly {
			if last := lastWeekly(c, at); last.After(at) || !nextDigest(Weekly, c, last).Equal(next) {
				t.Fatalf("the last before %s is %s, the next %s", at, last, next)
			}
		}
	})
}
