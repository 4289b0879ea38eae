package statement

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
)

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// ID makes the id of the statement at a canonical URL: the host, readable, and 65 bits of the URL's SHA-256. It matches
// [a-z0-9-]+ and depends on nothing else, so that it is stable for ever. http and https are one.
func ID(canonicalURL string) string {
	_, rest, found := strings.Cut(canonicalURL, "://")
	if !found {
		rest = canonicalURL
	}
	sum := sha256.Sum256([]byte(rest))
	host, _, _ := strings.Cut(rest, "/")
	return slug(strings.TrimPrefix(host, "www."), 40) + "-" + idEncoding.EncodeToString(sum[:])[:13]
}

// NameID makes the stable id of an actor that no registry knows, from its name as folded by the caller. The name's own letters
// keep it readable where they are Latin.
func NameID(folded string) string {
	sum := sha256.Sum256([]byte(folded))
	s := slug(folded, 40)
	if s == "" {
		s = "name"
	}
	return "x-" + s + "-" + idEncoding.EncodeToString(sum[:])[:6]
}

// CaptureID makes the id of the capture of url at a moment; it is the message id on the bus.
func CaptureID(url string, fetchedAt time.Time) string {
	sum := sha256.Sum256([]byte(url + "\n" + fetchedAt.UTC().Format(time.RFC3339Nano)))
	return hex.EncodeToString(sum[:16])
}

// slug keeps ASCII letters and digits in lower case, joins runs of anything else by one hyphen, and cuts at limit bytes.
func slug(s string, limit int) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		if b.Len() >= limit {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSuffix(b.String(), "-")
}

// trackingParameters are query parameters that say how a reader came, or which visit it is, never what the page is. A trailing * is any
// suffix.
var trackingParameters = []string{
	"utm_*", "mc_cid", "mc_eid", "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "igshid", "yclid",
	"_hsenc", "_hsmi", "mkt_tok", "vero_id", "oly_anon_id", "oly_enc_id", "_openstat", "wickedid", "s_cid", "at_medium", "at_campaign",
	"pk_campaign", "pk_kwd", "pk_source", "pk_medium", "mtm_*", "ref_src", "ref_url", "__twitter_impression", "spm", "xtor",
	"phpsessid", "jsessionid", "aspsessionid*", "asp.net_sessionid", "cfid", "cftoken", "sessionid", "session_id",
}

// sessionNames are query parameters that hold a session's id on some sites and something else on others: the value decides.
var sessionNames = map[string]bool{"sid": true, "sess": true, "sessid": true, "session": true, "oscsid": true, "zenid": true}

// sessionValue says whether a value looks like a session's id: long, of letters and digits at random.
func sessionValue(value string) bool {
	const shortest = 16
	return len(value) >= shortest && strings.ContainsAny(value, "0123456789") && strings.Trim(value, "0123456789") != "" &&
		strings.IndexFunc(value, func(r rune) bool { return r >= 0x80 || !unreserved(byte(r)) || strings.ContainsRune("-._~", r) }) < 0
}

// sessionPath is a session's id where a path holds it.
var sessionPath = regexp.MustCompile(`(?i);(jsessionid|phpsessid)=[^/;]*`)

func dropSession(path string) string {
	if !strings.Contains(path, ";") {
		return path
	}
	return sessionPath.ReplaceAllString(path, "")
}

// Canonicalize gives the one spelling of an http(s) URL: host in lower case, default port, fragment, user information and tracking
// parameters dropped, unreserved characters unescaped, an empty path as "/". Other parameters keep their order.
func Canonicalize(raw string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return "", fmt.Errorf("canonicalize URL: %w", err)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("canonicalize URL %q: not an absolute http or https address", raw)
	}
	u.Host = canonicalHost(u)
	u.User = nil
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawPath = normalizeEscapes(dropSession(u.EscapedPath()))
	if path, err := url.PathUnescape(u.RawPath); err == nil {
		u.Path = path
	}
	u.RawQuery = dropTracking(u.RawQuery)
	u.ForceQuery = false
	return u.String(), nil
}

func canonicalHost(u *url.URL) string {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	port := u.Port()
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return host
	}
	return host + ":" + port
}

// normalizeEscapes unescapes unreserved characters (RFC 3986, 6.2.2.2) and writes the remaining escapes in upper case.
func normalizeEscapes(path string) string {
	if !strings.Contains(path, "%") {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '%' || i+2 >= len(path) {
			b.WriteByte(path[i])
			continue
		}
		c, err := hex.DecodeString(path[i+1 : i+3])
		switch {
		case err != nil:
			b.WriteByte('%')
			continue
		case unreserved(c[0]):
			b.WriteByte(c[0])
		default:
			b.WriteString(strings.ToUpper(path[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func dropTracking(query string) string {
	if query == "" {
		return ""
	}
	kept := make([]string, 0, 4)
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name = strings.ToLower(name)
		if pair == "" || tracking(name) || sessionNames[name] && sessionValue(value) {
			continue
		}
		kept = append(kept, pair)
	}
	return strings.Join(kept, "&")
}

func tracking(name string) bool {
	for _, p := range trackingParameters {
		if prefix, ok := strings.CutSuffix(p, "*"); ok && strings.HasPrefix(name, prefix) || p == name {
			return true
		}
	}
	return false
}
