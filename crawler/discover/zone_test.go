package discover

import (
	"testing"
	"time"
)

func TestDatesKeepTheZoneOfTheirFeed(t *testing.T) {
	for written, want := range map[string]string{
		"Mon, 29 Jul 2024 23:30:00 -0500":  "2024-07-29T23:30:00-05:00",
		"2024-07-30T01:30:00+03:30":        "2024-07-30T01:30:00+03:30",
		"Mon, 29 Jul 2024 23:30:00 EST":    "2024-07-29T23:30:00-05:00",
		"Mon, 29 Jul 2024 23:30:00 GMT":    "2024-07-29T23:30:00Z",
		"2024-07-29T23:30:00Z":             "2024-07-29T23:30:00Z",
		"2024-07-29":                       "2024-07-29T00:00:00Z",
		"Mon, 29 Jul 2024 23:30:00 +9900 ": "2024-07-29T23:30:00Z",
	} {
		at, err := time.Parse(time.RFC3339, want)
		if err != nil {
			t.Fatal(err)
		}
		if got := inZone(at.UTC(), written).Format(time.RFC3339); got != want {
			t.Errorf("%q: %s, want %s", written, got, want)
		}
	}
	if !inZone(time.Time{}, "x").IsZero() {
		t.Error("no date has no zone")
	}
	found, err := Feed(Document{URL: "https://valdoria.example/feed.xml", Body: []byte(`<rss version="2.0"><channel><title>x</title><item><title>y</title>
<link>https://valdoria.example/a</link><pubDate>Mon, 29 Jul 2024 23:30:00 -0500</pubDate></item></channel></rss>`)})
	if err != nil || len(found.Pages) != 1 || found.Pages[0].Hint.Published.Format(time.RFC3339) != "2024-07-29T23:30:00-05:00" {
		t.Errorf("%+v %v", found, err)
	}
}
