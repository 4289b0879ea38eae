package demosite

import (
	"fmt"
	"time"
)

// Step is how long one version of the changing statement stands.
const Step = 5 * time.Second

// LiveURL is the address of the changing statement. Its text always contains the word "convention".
const LiveURL = "http://floor.maritime-states.example/notes/rules-of-the-review-conference"

// Version is the version of the changing statement at a moment. It follows the wall clock, so that a restart never goes back.
func Version(t time.Time) int64 { return t.Unix() / int64(Step/time.Second) }

// Sentence is what version v says: one sentence, the same for the same v on every machine. Neighbours differ in their
// construction, and any two within a million in their number.
func Sentence(v int64) string {
	h := mix(uint64(v))
	pick := func(from []string) string {
		s := from[h%uint64(len(from))]
		h = mix(h)
		return s
	}
	note, body, matter, other := v%1_000_000, pick(bodies), pick(matters), pick(matters)
	count, rule := 3+h%47, 1+mix(h)%39
	for other == matter {
		other = pick(matters)
	}
	switch v % 6 {
	case 0:
		return fmt.Sprintf("Note %d: after %d minutes %s agreed to settle the %s before the %s, and asked that the rules of the convention be numbered afresh from rule %d.", note, count, body, matter, other, rule)
	case 1:
		return fmt.Sprintf("In note %d it is recorded that %d delegations want the %s moved out of rule %d, since the convention leaves it to %s.", note, count, matter, rule, body)
	case 2:
		return fmt.Sprintf("Rule %d has been read twice and is now free of square brackets, but for the %s, on which %s will report under the convention with %d examples (note %d).", rule, matter, body, count, note)
	case 3:
		return fmt.Sprintf("The meeting paused for %d minutes over the %s; %s found that the convention says nothing about it, and that rule %d should (note %d).", count, matter, body, rule, note)
	case 4:
		return fmt.Sprintf("By %d voices to %d, and without a vote, the %s stays in rule %d of the rules under the convention, while the %s waits for %s (note %d).", count, 1+count/3, matter, rule, other, body, note)
	default:
		return fmt.Sprintf("Note %d corrects the one before: it was %s, not the chair, that linked the %s to the %s, and the convention calls for %d copies of rule %d.", note, body, matter, other, count, rule)
	}
}

var bodies = []string{
	"the bureau", "the editorial group", "the credentials panel", "the interpreters' desk", "the library", "the group of tellers",
	"the working group on languages", "the protocol office", "the friends of the chair", "the document desk", "the small drafting group",
}

var matters = []string{
	"quorum", "seating plan", "list of speakers", "glossary", "calendar", "spelling of harbour names", "form of credentials",
	"colour of the voting cards", "unit of height", "order of the alphabet", "length of speeches", "right of reply", "map annex",
	"secret ballot", "election of tellers", "flag at the entrance", "cover page", "date format",
}

// mix is a finalizer that spreads neighbouring numbers (splitmix64, public domain, Sebastiano Vigna).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
