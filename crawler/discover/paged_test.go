package discover

import (
	"slices"
	"testing"
)

func TestFeedsGoOn(t *testing.T) {
	const entry = `<entry><title>One</title><link href="/1"/><link rel="next" href="/not-the-feeds"/></entry>`
	for body, want := range map[string][]string{
		`<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link rel="self" href="/feed"/><link rel="next" href="?page=2&amp;x=1"/>` + entry + entry + `</feed>`: {"https://a.example/feed?page=2&x=1"},
		`<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>` + entry + `<link href='/2025' rel='prev-archive'/><link rel="next-archive" href="/2027"/></feed>`:   {"https://a.example/2025"},
		`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>F</title><atom:link rel="next" href="https://a.example/feed?p=2" />` +
			`<item><title>x</title><link>/x</link></item></channel></rss>`: {"https://a.example/feed?p=2"},
		`{"version":"https://jsonfeed.org/version/1.1","title":"F","next_url":"/feed/2","items":[{"id":"1","url":"/1"}]}`:                                            {"https://a.example/feed/2"},
		`<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link rel="next" href="https://b.example/2"/><link rel="next" href="/feed"/>` + entry + `</feed>`: nil,
		`<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>` + entry + `</feed>`:                                                                             nil,
	} {
		found, err := Feed(Document{URL: "https://a.example/feed", ContentType: "application/xml", Body: []byte(body)})
		if err != nil || !slices.Equal(found.Documents, want) || len(found.Pages) == 0 {
			t.Errorf("%s:\nolder entries at %q, %d pages, %v; want %q", body, found.Documents, len(found.Pages), err, want)
		}
	}
}
