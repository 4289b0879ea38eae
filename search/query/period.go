package query

import (
	"strings"
	"time"
)

const periodForms = "a year, quarter, month or day: 2024, 2024-Q3, 2024-07, 2024-07-29"

// After matches what is dated within the period or later. The period is written as in a query; ok is false for any other text.
func After(period string) (n Period, ok bool) { return newPeriod(after, period) }

// Before matches what is dated earlier than the period begins.
func Before(period string) (n Period, ok bool) { return newPeriod(before, period) }

// On matches what is dated within the period.
func On(period string) (n Period, ok bool) { return newPeriod(on, period) }

func newPeriod(f Field, text string) (Period, bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	from, to, ok := span(text)
	if !ok || f == on && to.IsZero() {
		return Period{}, false
	}
	switch f {
	case after:
		to = time.Time{}
	case before:
		from, to = time.Time{}, from
	}
	return Period{from, to, string(f) + ":" + text}, true
}

// span gives the first moment of a period and the first moment after it, UTC. A single moment has no end.
func span(text string) (from, to time.Time, ok bool) {
	if t, err := time.Parse("2006", text); err == nil {
		return t, t.AddDate(1, 0, 0), true
	}
	if t, err := time.Parse("2006-01", text); err == nil {
		return t, t.AddDate(0, 1, 0), true
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, t.AddDate(0, 0, 1), true
	}
	if year, quarter, found := strings.Cut(text, "-Q"); found && len(quarter) == 1 && quarter[0] >= '1' && quarter[0] <= '4' {
		t, err := time.Parse("2006", year)
		t = t.AddDate(0, 3*int(quarter[0]-'1'), 0)
		return t, t.AddDate(0, 3, 0), err == nil
	}
	t, err := time.Parse(time.RFC3339, text)
	return t.UTC(), time.Time{}, err == nil
}
