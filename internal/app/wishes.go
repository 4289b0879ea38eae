package app

import (
	"net/http"

	"rostrum/configs"
	"rostrum/crawler/robots"
)

// pageWishes reads what a page asks of those who keep it as the crawler does, for pages that come another way.
func pageWishes(cfg *configs.Config) func(http.Header, []byte) (noIndex, noArchive bool) {
	product := fetchOptions(cfg).Product()
	return func(header http.Header, body []byte) (noIndex, noArchive bool) {
		w := robots.PageWishes(header, body, product)
		return w.NoIndex, w.NoArchive
	}
}
