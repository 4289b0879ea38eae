package warc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Entry is what a CDXJ line says of one response or revisit record.
type Entry struct {
	URL     string
	Date    time.Time
	MIME    string // without parameters
	Status  int
	Digest  string // of the payload
	Capture string // the capture's id
	Span
}

// Line writes the entry as one CDXJ line with its newline: sort key, 14-digit time, and the JSON that pywb reads.
func (e *Entry) Line() ([]byte, error) {
	fields := struct {
		URL      string `json:"url"`
		MIME     string `json:"mime,omitempty"`
		Status   string `json:"status"`
		Digest   string `json:"digest,omitempty"`
		Length   string `json:"length"`
		Offset   string `json:"offset"`
		Filename string `json:"filename"`
		Capture  string `json:"capture,omitempty"`
	}{
		e.URL, e.MIME, strconv.Itoa(e.Status), e.Digest, strconv.FormatInt(e.Length, 10), strconv.FormatInt(e.Offset, 10), e.File, e.Capture,
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s ", SURT(e.URL), e.Date.UTC().Format("20060102150405"))
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(fields); err != nil {
		return nil, fmt.Errorf("write CDXJ line of %s: %w", e.URL, err)
	}
	return b.Bytes(), nil
}

// SURT gives the sort-friendly form of a URL by which CDXJ lines are ordered: host labels from the right, in lower case, without
// www, and the query's parameters sorted. What is no URL is given back in lower case. It has no spaces and no line breaks.
func SURT(rawURL string) string {
	return unspaced.Replace(surt(rawURL))
}

// unspaced escapes what would end a key, or a line, of CDXJ.
var unspaced = strings.NewReplacer(" ", "%20", "\t", "%09", "\n", "%0a", "\r", "%0d")

func surt(rawURL string) string {
	u, err := url.Parse(strings.TrimSpace(rawURL))
	if err != nil || u.Host == "" {
		return strings.ToLower(rawURL)
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if rest, ok := strings.CutPrefix(host, "www."); ok {
		host = rest
	}
	if net.ParseIP(host) == nil {
		labels := strings.Split(host, ".")
		slices.Reverse(labels)
		host = strings.Join(labels, ",")
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	path := strings.ToLower(u.EscapedPath())
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	if path == "" {
		path = "/"
	}
	return host + ")" + path + sortedQuery(u.RawQuery)
}

func sortedQuery(query string) string {
	if query == "" {
		return ""
	}
	parameters := strings.Split(strings.ToLower(strings.ReplaceAll(query, " ", "%20")), "&")
	slices.Sort(parameters)
	return "?" + strings.Join(parameters, "&")
}

// EntryOf makes the entry of a response or revisit record that stands at a place.
func EntryOf(rec *Record, capture string, at Span) (Entry, error) {
	date, err := rec.Date()
	if err != nil {
		return Entry{}, err
	}
	head, _ := cutHTTP(rec.Block)
	m, err := parseHTTP(head)
	if err != nil {
		return Entry{}, err
	}
	status, err := m.status()
	if err != nil {
		return Entry{}, err
	}
	mime, _, _ := strings.Cut(m.header.Get("Content-Type"), ";")
	if rec.Type() == TypeRevisit {
		mime = "warc/revisit" // by which pywb knows to look for the payload elsewhere
	}
	return Entry{
		URL: rec.TargetURI(), Date: date, MIME: strings.TrimSpace(mime), Status: status,
		Digest: rec.Header.Get(FieldPayloadDigest), Capture: capture, Span: at,
	}, nil
}
