package configs

import (
	"errors"
	"io/fs"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path"
	"reflect"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// maxWord bounds one value, in bytes; a topic's query is the longest there is.
const maxWord = 16 << 10

// A rule looks at one value that is not empty. It gives why the value is refused, empty when it is not, and how it should look.
type rule struct {
	refuse func(string) string
	remedy string
}

// rules are the names that check tags use, besides required.
var rules = map[string]rule{
	"address":  {address, "write HOST:PORT, such as 127.0.0.1:8700 or [::1]:8700"},
	"cidr":     {isNot("an address or network", func(s string) bool { return network(s).IsValid() }), "write 10.1.2.3 or 10.1.0.0/16"},
	"contact":  {isNot("a web or mail address", contact), "write https://example.org/crawler or crawler@example.org"},
	"folder":   {folder, `write the name of a folder beside this file, "." for its own, or a process that comes with Rostrum`},
	"header":   {isNot("a header name", httpguts.ValidHeaderFieldName), "write a name such as X-Forwarded-User"},
	"host":     {isNot("a host name or address", validHost), "write a name in lower case such as example.org, without scheme, port or path; other scripts as xn--…"},
	"id":       {isNot("an id", validID), "use letters a–z, digits and single hyphens, at most 64"},
	"language": {isNot("a language code", languageCode.MatchString), "write an ISO 639 code such as en, zh or pt-br"},
	"loopback": {loopback, "write 127.0.0.1:PORT or [::1]:PORT"},
	"mail":     {isNot("a mail address", mailbox), "write NAME <USER@HOST> or USER@HOST"},
	"mapping":  {mapped, "write ADDRESS:PORT, such as 127.0.0.1:8080"},
	"name":     {isNot("a list's name", validID), "write the name of a file in actors/, without .yaml"},
	"nats":     {nats, "write nats://HOST:4222, tls://HOST:4222 or wss://HOST, several with commas between"},
	"network":  {isNot("an address, a network or a host name", func(s string) bool { return network(s).IsValid() || validHost(s) }), "write 10.1.2.3, 10.1.0.0/16 or intranet.example.org"},
	"product":  {isNot("a product name", productName.MatchString), "write NAME or NAME/VERSION in letters, digits, hyphens and dots"},
	"regexp":   {pattern, "mend the regular expression (RE2 syntax); in single quotation marks a backslash stands for itself"},
	"token":    {func(s string) string { return when(len(s) < 16, "is shorter than 16 characters") }, "make one with: openssl rand -hex 32"},
	"url":      {webAddress, "write an absolute address that begins with https:// or http://"},
	"wikidata": {isNot("a Wikidata item", wikidataItem.MatchString), "write the letter Q and a number"},
}

var (
	idForm       = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	languageCode = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{2,8})*$`)
	productName  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,39}(/[A-Za-z0-9.-]{1,20})?$`)
	wikidataItem = regexp.MustCompile(`^Q[1-9][0-9]{0,11}$`)
	hostName     = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$`)
)

// checkWord applies the rules of a tag to one value.
func checkWord(tag reflect.StructTag, text string) *misfit {
	if strings.TrimSpace(text) == "" {
		if hasRule(tag, "required") || hasRule(tag, "id") {
			return misfitf("write a value", "is empty")
		}
		return nil
	}
	if len(text) > maxWord {
		return misfitf("shorten it", "is longer than %v", Size(maxWord))
	}
	if words := tag.Get("oneof"); words != "" && !slices.Contains(strings.Split(words, "|"), text) {
		return misfitf(suggest(text, strings.Split(words, "|")), "%q is not one of its words", shorten(text))
	}
	return obey(tag.Get("check"), text)
}

// checkKey applies the rules that a keys tag names to a key of a map.
func checkKey(tag reflect.StructTag, key string) *misfit { return obey(tag.Get("keys"), key) }

func obey(names, text string) *misfit {
	for name := range strings.SplitSeq(names, ",") {
		if r, ok := rules[name]; ok {
			if why := r.refuse(text); why != "" {
				return misfitf(r.remedy, "%s", why)
			}
		}
	}
	return nil
}

func when(refused bool, why string) string {
	if refused {
		return why
	}
	return ""
}

func isNot(what string, fits func(string) bool) func(string) string {
	return func(s string) string { return when(!fits(s), strconv.Quote(shorten(s))+" is not "+what) }
}

func validID(s string) bool { return len(s) <= 64 && idForm.MatchString(s) }

// validHost takes names in lower case, since URLs are compared so, and addresses.
func validHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	return len(s) <= 253 && hostName.MatchString(s)
}

// network reads an address as the network of that address alone.
func network(s string) netip.Prefix {
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr, addr.BitLen())
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}

func splitPort(s string) (host string, port int, ok bool) {
	host, text, err := net.SplitHostPort(s)
	if err != nil {
		return "", 0, false
	}
	port, err = strconv.Atoi(text)
	return host, port, err == nil && port >= 0 && port <= 65535
}

func address(s string) string {
	host, _, ok := splitPort(s)
	return when(!ok || host != "" && !validHost(host), strconv.Quote(shorten(s))+" is not an address with a port")
}

// loopback takes addresses alone: what localhost is another file says.
func loopback(s string) string {
	host, _, ok := splitPort(s)
	at, err := netip.ParseAddr(host)
	return when(!ok || err != nil || !at.IsLoopback(), strconv.Quote(shorten(s))+" is not an address with a port on loopback")
}

func mapped(s string) string {
	host, port, ok := splitPort(s)
	_, err := netip.ParseAddr(host)
	return when(!ok || port == 0 || err != nil, strconv.Quote(shorten(s))+" is not an IP address with a port")
}

func webAddress(s string) string {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return strconv.Quote(shorten(s)) + " is not an absolute http or https address"
	case u.User != nil:
		return "the address carries a user name or password"
	}
	return ""
}

func nats(s string) string {
	for one := range strings.SplitSeq(s, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		switch {
		case err != nil || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) || u.Hostname() == "":
			return "it is not the address of a NATS server"
		case u.User != nil:
			return "the address carries a user name or password: they have settings of their own"
		}
	}
	return ""
}

func contact(s string) bool { return webAddress(s) == "" || mailbox(s) && !strings.Contains(s, "<") }

func mailbox(s string) bool {
	_, err := mail.ParseAddress(s)
	return err == nil && !strings.ContainsAny(s, "\r\n")
}

func pattern(s string) string {
	if len(s) > 1000 {
		return "the pattern is longer than 1000 bytes"
	}
	_, err := regexp.Compile(s)
	if bad, ok := errors.AsType[*syntax.Error](err); ok {
		return "not a regular expression: " + bad.Code.String() + ": " + shorten(bad.Expr)
	}
	return ""
}

// folder refuses what an fs.FS can't open, so that a configuration means the same wherever it lies.
func folder(s string) string {
	return when(!fs.ValidPath(path.Clean(s)), strconv.Quote(shorten(s))+" is not a folder beside this file")
}
