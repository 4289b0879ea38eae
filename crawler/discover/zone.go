package discover

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// offset is how dates end that tell the zone of whoever wrote them.
var offset = regexp.MustCompile(`([+-])(\d{2}):?(\d{2})\s*$`)

// zones are the names that RFC 822 gives to zones, in hours from UTC.
var zones = map[string]int{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}

// inZone gives a moment in the zone that a feed wrote it in, so that the publisher's own day can be told from it; in UTC where the feed
// names none.
func inZone(t time.Time, written string) time.Time {
	if t.IsZero() {
		return t
	}
	written = strings.TrimSpace(written)
	if m := offset.FindStringSubmatch(written); m != nil && strings.ContainsRune(written, ':') { // else the end of a bare date
		hours, _ := strconv.Atoi(m[1] + m[2])
		minutes, _ := strconv.Atoi(m[1] + m[3])
		if hours >= -12 && hours <= 14 {
			return t.In(time.FixedZone("", hours*3600+minutes*60))
		}
	}
	if hours, named := zones[written[strings.LastIndexByte(written, ' ')+1:]]; named {
		return t.In(time.FixedZone("", hours*3600))
	}
	return t
}
