package extract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/fold"
)

// isoDate is what machines write: a date, perhaps a time, perhaps a zone.
var isoDate = regexp.MustCompile(`^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?`)

var compactDate = regexp.MustCompile(`^\s*((?:19|20)\d{2})(\d{2})(\d{2})(?:T(\d{2}):?(\d{2}):?(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?\s*$`)

// otherLayouts are the remaining machine layouts.
var otherLayouts = []string{
	time.RFC1123Z, time.RFC1123, time.RFC850, time.RFC822Z, time.RFC822, time.UnixDate, time.RubyDate, time.ANSIC,
	"Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "Mon Jan 2 2006 15:04:05 GMT-0700", "Mon Jan 2 15:04:05 -0700 2006",
}

// parseMachine reads the value of a meta element, an attribute or a JSON-LD field. A time without a zone is taken as UTC, a date
// without a time as midnight UTC. Year and month alone are no date.
func parseMachine(s string) (time.Time, bool) {
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return civil(m[1], m[2], m[3], m[4], m[5], m[6], m[7])
	}
	if m := compactDate.FindStringSubmatch(s); m != nil {
		return civil(m[1], m[2], m[3], m[4], m[5], m[6], m[7])
	}
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '('); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	for _, layout := range otherLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return ownDay(t), true
		}
	}
	found := datesIn(s)
	if len(found) == 1 {
		return found[0], true
	}
	return time.Time{}, false
}

// civil makes a moment of the parts of a date, and refuses one that no calendar has.
func civil(year, month, day, hour, minute, second, zone string) (time.Time, bool) {
	number := func(s string) int {
		n, _ := strconv.Atoi(s) // the expressions admit digits alone; an absent part is 0
		return n
	}
	y, mo, d, h, mi, s := number(year), number(month), number(day), number(hour), number(minute), number(second)
	if !realDay(y, mo, d) || h > 24 || mi > 59 || s > 60 {
		return time.Time{}, false
	}
	return ownDay(time.Date(y, time.Month(mo), d, h, mi, s, 0, offset(zone))), true
}

// ownDay is a moment in UTC, but on the day that it names in its own zone.
func ownDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return withinDay(t, time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// withinDay is a moment in UTC, moved to the edge of a day if it is not in it.
func withinDay(t, day time.Time) time.Time {
	t = t.UTC()
	switch last := day.Add(24*time.Hour - time.Second); {
	case t.Before(day):
		return day
	case t.After(last):
		return last
	}
	return t
}

func realDay(year, month, day int) bool {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return month >= 1 && month <= 12 && day >= 1 && t.Day() == day
}

func offset(zone string) *time.Location {
	if zone == "" || zone[0] != '+' && zone[0] != '-' {
		return time.UTC
	}
	digits := strings.ReplaceAll(zone[1:], ":", "")
	hours, _ := strconv.Atoi(digits[:2])
	minutes := 0
	if len(digits) == 4 {
		minutes, _ = strconv.Atoi(digits[2:])
	}
	seconds := hours*3600 + minutes*60
	if seconds > 15*3600 {
		return time.UTC
	}
	if zone[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds)
}

// The visible forms: "29 July 2024", "July 29, 2024", 2024-07-29, 29.07.2024, 29/07/2024 where the day cannot be a month,
// 2024年7月29日, ٢٩ يوليو ٢٠٢٤. They are looked for in folded text.
var (
	dayMonthYear = regexp.MustCompile(`(?:^|[^\d\pL])(\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?(?:\s+(?:de|of|di|d'))?\s+(\pL[\pL\pM]*(?:\s+ال\pL+)?)\.?,?(?:\s+(?:de|del|of))?\s+(\d{4})(?:$|[^\d])`)
	monthDayYear = regexp.MustCompile(`(?:^|[^\d\pL])(\pL+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:$|[^\d])`)
	numeric      = regexp.MustCompile(`(?:^|[^\d.,/-])(\d{1,4})([-./])(\d{1,2})([-./])(\d{2,4})(?:$|[^\d/-])`)
	hanDate      = regexp.MustCompile(`(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]`)
)

// maxDated bounds how much text is searched for a visible date, in bytes.
const maxDated = 4 << 10

// maxDates bounds how many dates of one form are read.
const maxDates = 20

// datesIn finds the distinct days that a text names, in no order.
func datesIn(text string) []time.Time {
	text = fold.String(text[:min(len(text), maxDated)])
	if !strings.ContainsAny(text, "0123456789") {
		return nil
	}
	var found []time.Time
	add := func(year, month, day string, named int) {
		if named == 0 {
			named, _ = strconv.Atoi(month)
		}
		y, _ := strconv.Atoi(year) // the expressions admit digits alone
		d, _ := strconv.Atoi(day)
		t := time.Date(y, time.Month(named), d, 0, 0, 0, 0, time.UTC)
		if realDay(y, named, d) && !slices.ContainsFunc(found, t.Equal) {
			found = append(found, t)
		}
	}
	for _, m := range dayMonthYear.FindAllStringSubmatch(text, maxDates) {
		add(m[3], "", m[1], months[m[2]])
	}
	for _, m := range monthDayYear.FindAllStringSubmatch(text, maxDates) {
		add(m[3], "", m[2], months[m[1]])
	}
	for _, m := range hanDate.FindAllStringSubmatch(text, maxDates) {
		add(m[1], m[2], m[3], 0)
	}
	for _, m := range numeric.FindAllStringSubmatch(text, maxDates) {
		if year, month, day := unambiguous(m[1], m[3], m[5], m[2] == m[4], m[2] == "."); year != "" {
			add(year, month, day, 0)
		}
	}
	return found
}

// unambiguous reads a numeric date only where no two countries read it differently: year first, or full stops (day first), or a
// day that cannot be a month, or day and month alike.
func unambiguous(a, b, c string, sameMarks, stops bool) (year, month, day string) {
	first, _ := strconv.Atoi(a)
	second, _ := strconv.Atoi(b)
	switch {
	case !sameMarks:
	case len(a) == 4 && len(c) <= 2:
		return a, b, c
	case len(a) > 2 || len(c) != 4:
	case stops || first > 12 || first == second:
		return c, b, a
	case second > 12:
		return c, a, b
	}
	return "", "", ""
}
