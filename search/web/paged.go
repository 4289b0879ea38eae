package web

import (
	"net/url"
	"strconv"
)

// paged is one page of a long list, from its first to before its last, with the addresses of those beside it.
type paged struct {
	From, To       int
	Previous, Next string
}

// pageOf gives a page of a list of n: the one that the address asks for, else the one that holds the entry at here.
func pageOf(at *url.URL, n, size, here int) paged {
	form := at.Query()
	page, err := strconv.Atoi(form.Get("page"))
	if err != nil {
		page = here/size + 1
	}
	page = min(max(page, 1), max(1, (n+size-1)/size))
	beside := func(page int) string {
		form.Set("page", itoa(page))
		return at.Path + "?" + form.Encode()
	}
	out := paged{From: (page - 1) * size, To: min(page*size, n)}
	if page > 1 {
		out.Previous = beside(page - 1)
	}
	if out.To < n {
		out.Next = beside(page + 1)
	}
	return out
}
