package crawler

// Takes says whether a page at an address belongs to the source, by its sites and its patterns.
func (s *Source) Takes(address string) bool { return s.takes(address) }

// On says whether a host is one of the source's sites.
func (s *Source) On(host string) bool { return s.on(host) }

// Product is the word by which robots.txt knows the crawler.
func (o Options) Product() string { return o.product() }
