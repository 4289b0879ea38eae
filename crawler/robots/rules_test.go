package robots

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestRules(t *testing.T) {
	const text = "\ufeffUser-agent: *\r\nDisallow: /\r\n\r\n" +
		"User-agent: Other\nUser-agent: Rostrum/1.0 # ours\nDisallow: /private\nAllow: /private/open$\nCrawl-delay: 1.5\n" +
		"Sitemap: https://a.example/sitemap.xml\nUser-agent: nobody\nDisallow: /\n" +
		"User-agent: rostrum\nDisallow: /*.php$\nDisallow: /%7Etmp\nDisallow: /é\nDisallow:\nAllow: /same\nDisallow: /same\nDisallow: /q?b=2&a=1"
	rules := Parse([]byte(text), "rostrum")
	if rules.Delay != 1500*time.Millisecond || len(rules.Sitemaps) != 1 {
		t.Errorf("delay %v, sitemaps %v", rules.Delay, rules.Sitemaps)
	}
	for path, want := range map[string]bool{
		"/": true, "/private": false, "/private/x": false, "/private/open": true, "/private/open/x": false,
		"/a.php": false, "/a.php5": true, "/~tmp/x": false, "/%7etmp": false, "/%C3%A9": false, "/same": true,
		"/q?b=2&a=1": false, "/q?a=1&b=2": true, "/robots.txt": true, "/%70rivate": false,
	} {
		u, err := url.Parse("https://a.example" + path)
		if err != nil {
			t.Fatal(err)
		}
		if got := rules.Allows(u); got != want {
			t.Errorf("Allows(%s) = %v, want %v", path, got, want)
		}
	}
	anyone, _ := url.Parse("https://a.example/x")
	if Parse([]byte(text), "ros").Allows(anyone) || Parse([]byte(text), "rostrum-x").Allows(anyone) {
		t.Error("a group for rostrum must not be taken for another product's")
	}
}

// TestBothReadings closes what either the standard or the common parser closes.
func TestBothReadings(t *testing.T) {
	for text, want := range map[string]map[string]bool{
		"Disallow: /%62%61%7A":               {"/baz": false, "/%62%61%7a": false, "/ba": true},
		"Disallow: /ツ":                       {"/%e3%83%84": false, "/ツ": false},
		"Disallow: /\nAllow: /%62%61%7A":     {"/baz": false, "/%62%61%7A": true},
		"Disallow: /\nAllow: /baz":           {"/baz": true, "/%62az": false},
		"Disallow: /\nAllow: /ツ":             {"/%e3%83%84": true, "/ツ": false},
		"Disallow: /%7Ea\nAllow: /~a/papers": {"/~a": false, "/~a/papers": true, "/~a/pap": false},
	} {
		rules := Parse([]byte("User-agent: *\n"+text), "rostrum")
		for path, allowed := range want {
			u, err := url.Parse("https://a.example" + path)
			if err != nil {
				t.Fatal(err)
			}
			if got := rules.Allows(u); got != allowed {
				t.Errorf("%q: Allows(%s) = %v, want %v", text, path, got, allowed)
			}
		}
	}
}

// TestConformance runs the cases of google/robotstxt-spec-test where they are to be had.
func TestConformance(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(sharedData(), "robots/google-spec-test/CTC/*/*.textproto"))
	if len(files) == 0 {
		t.Log("NOT RUN: no robots conformance cases under", sharedData())
		return
	}
	specs := regexp.MustCompile(`robotstxt:|testurl:|useragent:|expected_outcome: (\w+)|"((?:[^"\\]|\\.)*)"|\w+:`)
	cases := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fields := map[string]string{}
		field := ""
		for _, m := range specs.FindAllStringSubmatch(dropComments(string(text)), -1) {
			switch {
			case m[1] != "":
				cases++
				u, err := url.Parse(fields["testurl:"])
				if err != nil {
					t.Errorf("%s: %v", file, err)
					continue
				}
				if got := Parse([]byte(fields["robotstxt:"]), fields["useragent:"]).Allows(u); got != (m[1] == "ALLOWED") {
					t.Errorf("%s: %q for %q: allowed %v, want %s in\n%s", filepath.Base(file), u, fields["useragent:"], got, m[1], fields["robotstxt:"])
				}
			case strings.HasPrefix(m[0], `"`):
				s, err := strconv.Unquote(m[0])
				if err != nil {
					t.Fatalf("%s: %s: %v", file, m[0], err)
				}
				fields[field] += s
			default:
				field = m[0]
				fields[field] = ""
			}
		}
	}
	t.Logf("%d cases in %d files", cases, len(files))
}

func dropComments(s string) string {
	return regexp.MustCompile(`(?m)^\s*#.*$`).ReplaceAllString(s, "")
}

func sharedData() string {
	if dir := os.Getenv("ROSTRUM_SHARED_DATA"); dir != "" {
		return dir
	}
	return "../../../shared/data"
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /a*b$\nAllow: /%zz"), "/a%2")
	f.Fuzz(func(_ *testing.T, body []byte, path string) {
		Parse(body, "rostrum").Allows(&url.URL{Scheme: "https", Host: "a.example", Path: path})
	})
}

// TestCorpus reads another parser's odd and broken robots.txt where they are to be had: no crash, no hang, and no rule that closes a
// site by mistake.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(sharedData(), "robots/temoto-corpus/*"))
	if len(files) == 0 {
		t.Log("NOT RUN: no robots corpus under", sharedData())
		return
	}
	home := &url.URL{Scheme: "https", Host: "a.example", Path: "/"}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		closed := regexp.MustCompile(`(?im)^\s*disallow\s*:?\s*(/|\*|/\*)\s*(#.*)?$`).Match(body)
		if rules := Parse(body, "rostrum"); !rules.Allows(home) && !closed {
			t.Errorf("%s closes the site", filepath.Base(file))
		}
	}
	t.Logf("%d files", len(files))
}
