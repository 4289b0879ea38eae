package discover

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// Sitemap reads sitemaps and indexes of them, as XML or as lines of text, compressed or not, and the sitemaps that a robots.txt names. Of one that breaks off in the middle it
// gives what stands before the break and says so.
func Sitemap(d Document) (Found, error) {
	base, err := d.baseOf()
	if err != nil {
		return Found{}, err
	}
	body, err := unzip(d)
	if err != nil {
		return Found{}, err
	}
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	switch {
	case len(trimmed) == 0:
		return Found{}, fault.New(fault.Poison, "the sitemap is empty", "look at its address in a browser")
	case base.Path == robotsPath:
		return robotsSitemaps(base, trimmed)
	case looksLikeHTML(trimmed):
		return Found{}, fault.New(fault.Poison, "this is a web page, not a sitemap", "look in the site's robots.txt for the address of its sitemap")
	case bytes.HasPrefix(trimmed, []byte("http://")) || bytes.HasPrefix(trimmed, []byte("https://")):
		return textSitemap(d.URL, base, trimmed), nil
	}
	return xmlSitemap(d.URL, base, body)
}

func unzip(d Document) ([]byte, error) {
	if !bytes.HasPrefix(d.Body, []byte{0x1f, 0x8b}) {
		return d.Body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(d.Body))
	if err != nil {
		return nil, fault.Newf(fault.Transient, "the compressed sitemap is corrupt: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(z, d.MaxBody+1))
	if int64(len(body)) > d.MaxBody {
		return nil, fault.Newf(fault.TooLarge, "the sitemap is larger than %d bytes when inflated", d.MaxBody)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fault.Newf(fault.Transient, "the compressed sitemap is cut off after %d bytes", len(d.Body))
	}
	if err != nil {
		return nil, fault.Newf(fault.Transient, "the compressed sitemap is corrupt: %w", err)
	}
	return body, nil
}

func textSitemap(via string, base *url.URL, body []byte) Found {
	var found Found
	lines := bufio.NewScanner(bytes.NewReader(body))
	for lines.Scan() {
		if address := strings.TrimSpace(lines.Text()); address != "" && !found.add(base, address, Link{Hint: statement.Hint{Via: via}}) {
			break
		}
	}
	if lines.Err() != nil {
		found.Partial = "a line of the sitemap is too long to be an address; what stands before it was used"
	}
	return found
}

// location is a <url> or <sitemap>. Elements match by local name, since some sites get the namespace wrong.
type location struct {
	Loc      string `xml:"loc"`
	Modified string `xml:"lastmod"`
	News     struct {
		Title     string `xml:"title"`
		Published string `xml:"publication_date"`
	} `xml:"news"`
}

func xmlSitemap(via string, base *url.URL, body []byte) (Found, error) {
	var found Found
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.CharsetReader = charset.NewReaderLabel
	known := false
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) && known {
			return found, nil
		}
		if err != nil {
			return broken(found, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "urlset", "sitemapindex":
			known = true
		case "url", "sitemap":
			var loc location
			if err := dec.DecodeElement(&loc, &start); err != nil {
				return broken(found, err)
			}
			if !found.addLocation(via, base, start.Name.Local == "sitemap", loc) {
				return found, nil
			}
		}
	}
}

func (f *Found) addLocation(via string, base *url.URL, index bool, loc location) bool {
	if !index {
		published := date(loc.News.Published)
		modified := date(loc.Modified)
		return f.add(base, loc.Loc, Link{
			Hint:     statement.Hint{Via: via, Title: plain(loc.News.Title), Published: inZone(when(&published), loc.News.Published)},
			Modified: when(&modified),
		})
	}
	if len(f.Documents) >= MaxLinks {
		f.Bound = "only the first 50000 sitemaps of an index are read"
		return false
	}
	if address := resolve(base, loc.Loc); address != "" {
		f.Documents = append(f.Documents, address)
	}
	return true
}

func broken(found Found, err error) (Found, error) {
	n := len(found.Pages) + len(found.Documents)
	if n == 0 {
		return Found{}, fault.Newf(fault.Poison, "the sitemap can't be read: %w", err)
	}
	found.Partial = fmt.Sprintf("the sitemap breaks off or is broken; the %d addresses before the break were used", n)
	return found, nil
}

// date reads a W3C date, of which a day is the least; zero if it is none.
func date(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t
		}
	}
	return time.Time{}
}
