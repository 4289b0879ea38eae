package extract

import (
	"net/http"
	"strings"
)

// robotName is how a page or header addresses this program alone.
const robotName = "rostrum"

// robots reads what a page and its header forbid: to be stored, and to be shown as an archived capture.
func robots(header http.Header, metas map[string][]string) (noIndex, noArchive bool) {
	var rules []string
	for _, v := range header.Values("X-Robots-Tag") {
		rules = append(rules, headerRules(v)...)
	}
	for _, name := range []string{"robots", robotName} {
		for _, v := range metas[name] {
			rules = append(rules, strings.Split(v, ",")...)
		}
	}
	for _, r := range rules {
		switch strings.ToLower(strings.TrimSpace(r)) {
		case "noindex", "none":
			noIndex = true
		case "noarchive", "nocache":
			noArchive = true
		}
	}
	return noIndex, noArchive
}

// headerRules gives the rules of one X-Robots-Tag value that are meant for everybody or for this program. A robot's name before a
// colon addresses all the rules after it.
func headerRules(value string) []string {
	var rules []string
	ours := true
	for part := range strings.SplitSeq(value, ",") {
		name, rule, addressed := strings.Cut(part, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if addressed && name != "unavailable_after" && !strings.HasPrefix(name, "max-") {
			ours, part = name == robotName || name == "*", rule
		}
		if ours {
			rules = append(rules, part)
		}
	}
	return rules
}
