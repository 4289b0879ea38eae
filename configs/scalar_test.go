package configs

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]Size{"0B": 0, "1B": 1, "512KB": 512 << 10, "8MB": 8 << 20, "4GB": 4 << 30, "100TB": 100 << 40,
		"": -1, "8": -1, "8M": -1, "MB": -1, "-1MB": -1, "1.5MB": -1, "8 MB": -1, "99999999999999999TB": -1, "9223372036854775807KB": -1} {
		got, err := ParseSize(text)
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("ParseSize(%q) = %v, %v", text, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		size := Size(rapid.Int64Min(0).Draw(t, "size"))
		if got, err := ParseSize(size.String()); err != nil || got != size {
			t.Fatalf("%d printed %s, read %d, %v", int64(size), size, int64(got), err)
		}
	})
}

func TestParseDuration(t *testing.T) {
	const bad = time.Duration(-1)
	for text, want := range map[string]time.Duration{"0": 0, "0s": 0, "1.5s": 1500 * time.Millisecond, "1h30m": 90 * time.Minute, "7d": 168 * time.Hour, "2w": 336 * time.Hour,
		"": bad, "5": bad, "1.5d": bad, "-1d": bad, "d": bad, "1d2h": bad, "999999999999d": bad, "5 m": bad} {
		got, err := ParseDuration(text)
		if (err != nil) != (want == bad) || err == nil && got != want {
			t.Errorf("ParseDuration(%q) = %v, %v", text, got, err)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"max_body", "max_pages", "robots", "every"}
	for typed, want := range map[string]string{"max_bdoy": "max_body", "maxbody": "max_body", "MAX_BODY": "max_body", "robot": "robots", "evry": "every", "colour": "", "": ""} {
		if got := nearest(typed, known); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("abé中")), 0, 8, -1)
		a, b := []rune(word.Draw(t, "a")), []rune(word.Draw(t, "b"))
		d := distance(a, b, 100)
		if d != distance(b, a, 100) || (d == 0) != (string(a) == string(b)) || d > max(len(a), len(b)) {
			t.Fatalf("distance of %q and %q is %d", string(a), string(b), d)
		}
	})
}

// TestProblemStaysOnItsLine puts line breaks where a user could.
func TestProblemStaysOnItsLine(t *testing.T) {
	_, err := loadWith(nil, "processes: [.]\n\"a\\nb\": 1\nlisten: \"x\\ny\"\n")
	want := "rostrum.yaml:2: a?b: is not a known key: known are alerts, archive, auth, bus, data, exports, fetch, hosts, listen, log, processes, profile and others\n" +
		`rostrum.yaml:3: listen: "x\ny" is not an address with a port: write HOST:PORT, such as 127.0.0.1:8700 or [::1]:8700`
	if fmt.Sprint(err) != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
