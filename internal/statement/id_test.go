package statement

import (
	"regexp"
	"testing"
	"time"
)

func TestCanonicalize(t *testing.T) {
	for in, want := range map[string]string{
		"HTTPS://Example.ORG:443/a?utm_source=x&b=2&fbclid=1#top": "https://example.org/a?b=2",
		"http://example.org":                        "http://example.org/",
		"http://example.org:8080/%7Euser/%c3%a9":    "http://example.org:8080/~user/%C3%A9",
		"https://example.org/a%2Fb":                 "https://example.org/a%2Fb",
		"https://u:p@example.org./a/?":              "https://example.org/a/",
		"https://example.org/?b=2&a=1":              "https://example.org/?b=2&a=1",
		" https://example.org/x?utm_medium=feed#c ": "https://example.org/x",
		"https://example.org/a;JSESSIONID=0A1/b;v=1?PHPSESSID=9&id=4&ASPSESSIONIDQQ=x": "https://example.org/a/b;v=1?id=4",
		"https://example.org/a?sid=9f86d081884c7d659a2feaa0c55ad015&b=1":               "https://example.org/a?b=1",
		"https://example.org/a?sid=12&session=autumn-2024-of-the-committee":            "https://example.org/a?sid=12&session=autumn-2024-of-the-committee",
		"https://example.org/100%": "",
		"mailto:a@example.org":     "",
		"/relative":                "",
	} {
		got, err := Canonicalize(in)
		if want == "" {
			if err == nil {
				t.Errorf("Canonicalize(%q) = %q, want an error", in, got)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("Canonicalize(%q) = %q, %v, want %q", in, got, err, want)
		}
		if again, err := Canonicalize(got); err != nil || again != got {
			t.Errorf("not idempotent: %q then %q, %v", got, again, err)
		}
	}
}

func TestIDs(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9-]+$`)
	a, b := ID("https://www.example.org/a"), ID("http://www.example.org/a")
	if a != b {
		t.Errorf("http and https differ: %s, %s", a, b)
	}
	if !form.MatchString(a) || a == ID("https://www.example.org/b") {
		t.Errorf("bad id %q", a)
	}
	if id := NameID("網路自由聯盟"); !form.MatchString(id) {
		t.Errorf("bad name id %q", id)
	}
	now := time.Now()
	if CaptureID("u", now) != CaptureID("u", now.UTC()) || CaptureID("u", now) == CaptureID("u", now.Add(1)) {
		t.Error("a capture id must depend on the moment alone, to the nanosecond")
	}
}
