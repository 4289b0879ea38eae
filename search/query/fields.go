package query

import "strings"

// form says what may stand after a field's colon.
type form uint8

const (
	words   form = iota // words, phrases, prefixes
	value               // one exact value
	actor               // one exact value, or members(GROUP)
	instant             // a period of time
)

// The fields that make a Period. They are no Field of any leaf.
const (
	after  Field = "after"
	before Field = "before"
	on     Field = "on"
)

// Group is the field in which a Vocabulary looks up what stands in members(…).
const Group Field = "members"

// Fields lists the fields that can be typed, in the order in which they are explained.
func Fields() []Field {
	return []Field{Speaker, Issuer, Signatory, Quoted, Mentions, Topic, Process, Phase, Source, Lang, Kind, Title, URL, Cue, after, before, on}
}

func (f Field) form() form {
	switch f {
	case Any, Title, URL:
		return words
	case Speaker, Issuer, Signatory, Quoted, Mentions:
		return actor
	case after, before, on:
		return instant
	}
	return value
}

// fieldNamed gives the field of a name as typed.
func fieldNamed(name string) (Field, bool) {
	for _, f := range Fields() {
		if strings.EqualFold(string(f), name) {
			return f, true
		}
	}
	return "", false
}

// nearestField gives the field whose name is least unlike name; "" when none is near.
func nearestField(name string) Field {
	names := make([]string, 0, len(Fields()))
	for _, f := range Fields() {
		names = append(names, string(f))
	}
	return Field(Nearest(name, names))
}

// Nearest gives the known name, in lower case, that is least unlike name; "" when none is near.
func Nearest(name string, known []string) string {
	best, at := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(name), k); d < at && 2*d <= len(name) {
			best, at = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, drop or change to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
