package web

import (
	"net/url"
	"testing"
)

func TestALongListHasPages(t *testing.T) {
	for _, c := range []struct {
		at       string
		n, here  int
		from, to int
		prev     string
		next     string
	}{
		{"/sources", 0, 0, 0, 0, "", ""},
		{"/sources?sort=name", 10, 0, 0, 10, "", ""},
		{"/sources?sort=name", 25, 0, 0, 10, "", "/sources?page=2&sort=name"},
		{"/sources?page=2", 25, 0, 10, 20, "/sources?page=1", "/sources?page=3"},
		{"/sources?page=99", 25, 0, 20, 25, "/sources?page=2", ""},
		{"/sources?page=-1", 25, 0, 0, 10, "", "/sources?page=2"},
		{"/saved/x", 25, 17, 10, 20, "/saved/x?page=1", "/saved/x?page=3"},
		{"/saved/x?page=1", 25, 17, 0, 10, "", "/saved/x?page=2"},
	} {
		at, err := url.Parse(c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := pageOf(at, c.n, 10, c.here), (paged{c.from, c.to, c.prev, c.next}); got != want {
			t.Errorf("%s of %d: %+v, want %+v", c.at, c.n, got, want)
		}
	}
}
