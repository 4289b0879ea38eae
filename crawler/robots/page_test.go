package robots

import (
	"net/http"
	"strings"
	"testing"
)

func TestPageWishes(t *testing.T) {
	index, archive, both := Wishes{NoIndex: true}, Wishes{NoArchive: true}, Wishes{true, true}
	for _, c := range []struct {
		header, body string
		want         Wishes
	}{
		{"", "<p>noindex", Wishes{}},
		{"noindex", "%PDF-1.4", index},
		{"none, noarchive", "", both},
		{"otherbot: noindex, noarchive", "", Wishes{}},
		{"otherbot: noindex, rostrum: noarchive", "", archive},
		{"max-snippet: 20, noindex", "", index},
		{"unavailable_after: 25 Jun 2010 15:00:00 PST, nocache", "", archive},
		{"", `<!doctype html><head><META NAME="Robots" CONTENT="follow, NOINDEX">`, index},
		{"", ` <html><meta name=rostrum content=noarchive>`, archive},
		{"", `<meta name=otherbot content=noindex><meta name=description content=noindex>`, Wishes{}},
		{"", `<head><script>"<meta name=robots content=noindex>"</script><!--<meta name=robots content=noindex>--><body>`, Wishes{}},
		{"", `<body><meta name=robots content=noindex>`, Wishes{}},
		{"", "\ufeff\n<html>" + strings.Repeat(" ", maxHead) + `<meta name=robots content=noindex>`, Wishes{}},
	} {
		header := http.Header{}
		if c.header != "" {
			header.Set("X-Robots-Tag", c.header)
		}
		if got := PageWishes(header, []byte(c.body), "rostrum"); got != c.want {
			t.Errorf("%q %.80q: %+v, want %+v", c.header, c.body, got, c.want)
		}
	}
}
