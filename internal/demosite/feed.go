package demosite

import (
	"encoding/xml"
	"fmt"
	"time"
)

type rssFeed struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Channel struct {
		Title       string    `xml:"title"`
		Link        string    `xml:"link"`
		Description string    `xml:"description"`
		Language    string    `xml:"language"`
		Items       []rssItem `xml:"item"`
	} `xml:"channel"`
}

type rssItem struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	GUID        string `xml:"guid"`
	PubDate     string `xml:"pubDate,omitempty"`
	Description string `xml:"description"`
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title     string   `xml:"title"`
	ID        string   `xml:"id"`
	Link      atomLink `xml:"link"`
	Published string   `xml:"published,omitempty"`
	Updated   string   `xml:"updated"`
	Author    string   `xml:"author>name"`
	Summary   string   `xml:"summary"`
}

type urlSet struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// feed adds the site's feed, if it has one.
func (b *builder) feed() error {
	switch b.site.Feed.Type {
	case "rss":
		return b.document(b.site.Feed.Path, "application/rss+xml; charset=utf-8", b.rss())
	case "atom":
		return b.document(b.site.Feed.Path, "application/atom+xml; charset=utf-8", b.atom())
	case "":
		return nil
	}
	return fmt.Errorf("unknown feed type %q", b.site.Feed.Type)
}

func (b *builder) rss() rssFeed {
	f := rssFeed{Version: "2.0"}
	f.Channel.Title, f.Channel.Link, f.Channel.Language = b.site.Name, b.site.base()+"/", b.site.Lang
	f.Channel.Description = b.site.List.Title
	for _, d := range b.site.docs {
		item := rssItem{Title: d.Title, Link: d.url(), GUID: d.url(), Description: d.teaser()}
		if d.Dated {
			item.PubDate = d.Date.Format(time.RFC1123Z)
		}
		f.Channel.Items = append(f.Channel.Items, item)
	}
	return f
}

func (b *builder) atom() atomFeed {
	f := atomFeed{Lang: b.site.Lang, Title: b.site.Name, ID: b.site.base() + b.site.Feed.Path, Updated: stamp(b.newest())}
	f.Links = []atomLink{{Rel: "self", Href: b.site.base() + b.site.Feed.Path}, {Rel: "alternate", Href: b.site.base() + "/"}}
	for _, d := range b.site.docs {
		e := atomEntry{Title: d.Title, ID: d.url(), Link: atomLink{Rel: "alternate", Href: d.url()}, Author: d.Author, Summary: d.teaser(), Updated: stamp(d.Date)}
		if d.Dated {
			e.Published = e.Updated
		}
		f.Entries = append(f.Entries, e)
	}
	return f
}

// sitemap adds the site's sitemap, if it has one: its statements alone, with the day of each.
func (b *builder) sitemap() error {
	if b.site.Sitemap == "" {
		return nil
	}
	var set urlSet
	for _, d := range b.site.docs {
		u := sitemapURL{Loc: d.url()}
		if d.Dated {
			u.LastMod = d.Date.Format(time.DateOnly)
		}
		set.URLs = append(set.URLs, u)
	}
	return b.document(b.site.Sitemap, "application/xml; charset=utf-8", set)
}

func (b *builder) robots() {
	text := "User-agent: *\nDisallow: /drafts/\n"
	if b.site.Sitemap != "" {
		text += "Sitemap: " + b.site.base() + b.site.Sitemap + "\n"
	}
	b.pages["/robots.txt"] = resource{contentType: "text/plain; charset=utf-8", body: []byte(text)}
}

func (b *builder) document(path, contentType string, v any) error {
	data, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	b.pages[path] = resource{contentType: contentType, body: append([]byte(xml.Header), data...), modified: b.newest()}
	return nil
}

// newest is the date of the newest statement.
func (b *builder) newest() time.Time { return b.site.docs[0].Date }

func stamp(t time.Time) string { return t.Format(time.RFC3339) }
