package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"rostrum/search/httpapi"
)

// From when on a status asks its reader to do something.
const (
	lateAfter    = 10 * time.Minute   // captures or announcements that wait
	backupAge    = 8 * 24 * time.Hour // a backup older than a weekly one
	firstBackup  = 24 * time.Hour     // an instance that has run so long should have one
	leastFree    = 1 << 30            // bytes: less free room is too little for any disk
	sparseFree   = 20 << 30           // bytes: less is too little for a large disk that is nearly full
	sparseShare  = 0.05
	maxReceivers = 5 // that are named one by one
)

// partRemedies say what to do when a part does not answer.
var partRemedies = map[string]string{
	"bus":     "start the NATS server of bus.url, or look at the room on the disk; what was fetched and what is to be sent waits, searches go on",
	"store":   "run `rostrum verify`, then `rostrum reindex`",
	"archive": "look at the disk of the data folder and at archive.folders",
	"sources": "look at the bus",
}

// partsToDo names the parts that don't answer, and a disk that is nearly full.
func partsToDo(s *httpapi.Status) []string {
	var todo []string
	for _, f := range s.Failing {
		if f.Part == "disk" {
			todo = append(todo, "nothing new is taken in: "+oneLine(f.Error)+"; searches and alerts go on, and so does the rest when there is room")
			continue
		}
		todo = append(todo, fmt.Sprintf("the %s does not answer (%s): %s", f.Part, oneLine(f.Error), partRemedies[f.Part]))
	}
	if nearlyFull(s) {
		todo = append(todo, fmt.Sprintf("the disk is nearly full (%s of %s free): move full archive files elsewhere (archive.folders), or make room", bytesOf(s.DiskFree), bytesOf(s.DiskSize)))
	}
	return todo
}

func nearlyFull(s *httpapi.Status) bool {
	return s.DiskSize > 0 && (s.DiskFree < leastFree || s.DiskFree < sparseFree && float64(s.DiskFree) < sparseShare*float64(s.DiskSize))
}

// lateToDo names what waits too long: captures, announcements, messages, a backup, a check that found something.
func lateToDo(s *httpapi.Status) []string {
	var todo []string
	if s.PendingAge > lateAfter.Seconds() && s.Rebuild.State != "running" {
		todo = append(todo, fmt.Sprintf("captures wait for %s: the indexer does not keep up, or the disk is full; the log says more", minutes(s.PendingAge)))
	}
	if s.UnmatchedAge > lateAfter.Seconds() {
		todo = append(todo, fmt.Sprintf("alerts are %s late: %s statements were not matched yet; the log says more", minutes(s.UnmatchedAge), grouped(int(min(s.Unmatched, math.MaxInt32)))))
	}
	for i, t := range s.Receivers {
		if i == maxReceivers {
			todo = append(todo, fmt.Sprintf("and %d more receivers: rostrum saved list", len(s.Receivers)-maxReceivers))
			break
		}
		line := fmt.Sprintf("%s does not take its alerts, %s wait", t.To, grouped(t.Waiting))
		if t.Reason != "" {
			line += ": " + oneLine(t.Reason)
		}
		todo = append(todo, line+" (they are tried again for three days; mend the receiver, or rostrum saved pause)")
	}
	if c := s.Check; c != nil && (c.Problems > 0 || c.State == "failed") {
		todo = append(todo, fmt.Sprintf("the last check %s with %s problems: rostrum verify --status", c.State, grouped(c.Problems)))
	}
	switch b := s.Backup; {
	case b != nil && time.Since(b.At) > backupAge:
		todo = append(todo, fmt.Sprintf("the last backup is %d days old: rostrum backup FILE", int(time.Since(b.At).Hours()/24)))
	case b == nil && s.Statements > 0 && time.Since(s.Started) > firstBackup && !busFails(s):
		todo = append(todo, "no backup was ever made: rostrum backup FILE")
	}
	return todo
}

func minutes(seconds float64) string {
	return time.Duration(seconds * float64(time.Second)).Round(time.Minute).String()
}

func busFails(s *httpapi.Status) bool {
	for _, f := range s.Failing {
		if f.Part == "bus" {
			return true
		}
	}
	return false
}

func diskLine(s *httpapi.Status) string {
	line := fmt.Sprintf("%-12s index %s, archive %s", "on disk", bytesOf(s.IndexBytes), bytesOf(s.ArchiveBytes))
	if s.DiskSize > 0 {
		line += fmt.Sprintf("; %s of %s free", bytesOf(s.DiskFree), bytesOf(s.DiskSize))
	}
	return line + "\n"
}

// waitingLines say what waits for whom; what only a bus knows that does not answer is unknown.
func waitingLines(s *httpapi.Status) string {
	var b strings.Builder
	if busFails(s) {
		fmt.Fprintf(&b, "%-12s unknown: the bus does not answer\n%-12s unknown\n", "waiting", "quarantine")
	} else {
		line := grouped(int(min(s.Pending, math.MaxInt32))) + " captures"
		if s.Pending > 0 {
			line += fmt.Sprintf(", the oldest for %s", time.Duration(s.PendingAge*float64(time.Second)).Round(time.Second))
		}
		if s.Unmatched > 0 {
			line += fmt.Sprintf("; %s statements to be matched", grouped(int(min(s.Unmatched, math.MaxInt32))))
		}
		fmt.Fprintf(&b, "%-12s %s\n%-12s %s captures\n", "waiting", line, "quarantine", grouped(s.Quarantined))
	}
	line := grouped(s.Deliveries) + " wait"
	if n := len(s.Receivers); n > 0 {
		line += fmt.Sprintf("; %d receivers fail", n)
	}
	fmt.Fprintf(&b, "%-12s %s\n", "deliveries", line)
	return b.String()
}

// keptLines say when what is stored was last saved and checked.
func keptLines(s *httpapi.Status) string {
	backup, check := "none", "none since the start"
	if busFails(s) {
		backup = "unknown"
	}
	if s.Backup != nil {
		backup = fmt.Sprintf("%s, %s", when(&s.Backup.At), bytesOf(s.Backup.Bytes))
	}
	if s.Check != nil {
		check = fmt.Sprintf("%s, %s, %s problems", when(&s.Check.Ended), s.Check.State, grouped(s.Check.Problems))
	}
	return fmt.Sprintf("%-12s %s\n%-12s %s\n", "backup", backup, "verify", check)
}
