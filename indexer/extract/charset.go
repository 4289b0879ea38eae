package extract

import (
	"bytes"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const (
	metaWithin   = 64 << 10 // bytes in which a page may name its encoding; the 1,024 of the HTML standard are too few in practice
	guessWithin  = 16 << 10 // bytes from which an encoding is guessed
	guessAtLeast = 30       // the guesser's confidence, of 100, from which it is believed
	guessForeign = 10       // the same where the bytes can't be a Western language
	wideWithin   = 1 << 10  // bytes by which UTF-16 without a mark is known
)

var metaCharset = regexp.MustCompile(`(?i)<(?:meta\s[^>]*?charset|\?xml\s[^>]*?encoding)\s*=\s*["']?\s*([-\w.:]+)`)

// decode turns a body into UTF-8: by byte order mark, then by its being valid UTF-8, which no other encoding's text is by
// accident, then by the label of the header, by the label in the page, by guess. A label of a Western encoding is not believed where the
// bytes can be no Western language. Bytes that mean nothing become U+FFFD.
func decode(body []byte, header http.Header) string {
	if enc, rest := byOrderMark(body); enc != nil {
		return convert(enc, rest)
	}
	labels := []string{headerCharset(header), pageCharset(body)}
	if _, name := charset.Lookup(labels[0]); name == "windows-1252" && labels[1] != "" {
		labels[0], labels[1] = labels[1], labels[0] // Latin 1 is what servers say from habit; the page knows better
	}
	if utf8.Valid(body) && !sevenBit(labels) {
		return string(body)
	}
	foreign := foreign(body)
	for _, label := range labels {
		if enc := byLabel(label, body); enc != nil && (!foreign || enc != charmap.Windows1252) {
			return convert(enc, body)
		}
	}
	if enc := guess(body, foreign); enc != nil {
		return convert(enc, body)
	}
	return convert(charmap.Windows1252, body)
}

// foreign says whether most letters of a text are beyond ASCII, as those of no Western language are.
func foreign(body []byte) bool {
	beyond, letters := 0, 0
	tag := false
	for _, c := range body[:min(len(body), metaWithin)] {
		switch {
		case c == '<' || c == '>':
			tag = c == '<'
		case tag:
		case c >= 0x80:
			beyond++
			letters++
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		}
	}
	return beyond >= 40 && beyond*5 > letters*2
}

func byOrderMark(body []byte) (encoding.Encoding, []byte) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return unicode.UTF8, body[3:]
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), body[2:]
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), body[2:]
	}
	return wide(body), body
}

// wide knows UTF-16 without a mark: all zero bytes, and there are many, stand at even places, or all at odd ones, and what they leave
// is white space and letters as a text or a page begins with.
func wide(body []byte) encoding.Encoding {
	start := body[:min(len(body), wideWithin)&^1]
	var zeros [2]int
	for i, c := range start {
		if c == 0 {
			zeros[i%2]++
		}
	}
	enough := max(4, len(start)/16)
	switch {
	case zeros[0] == 0 && zeros[1] >= enough && printable(start, 0):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[1] == 0 && zeros[0] >= enough && printable(start, 1):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// printable says whether the characters of UTF-16 whose high byte is zero are no control characters. low is where their low byte stands.
func printable(start []byte, low int) bool {
	for i := 0; i+1 < len(start); i += 2 {
		if c := start[i+low]; start[i+1-low] == 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			return false
		}
	}
	return true
}

func headerCharset(header http.Header) string {
	_, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err == nil {
		return params["charset"]
	}
	_, label, _ := strings.Cut(strings.ToLower(header.Get("Content-Type")), "charset=")
	return strings.Trim(label, ` "';`)
}

func pageCharset(body []byte) string {
	m := metaCharset.FindSubmatch(body[:min(len(body), metaWithin)])
	if m == nil {
		return ""
	}
	return string(m[1])
}

// sevenBit says whether a label names an encoding whose bytes are ASCII, and so valid UTF-8, and yet something else.
func sevenBit(labels []string) bool {
	for _, l := range labels {
		switch strings.ToLower(l) {
		case "iso-2022-jp", "csiso2022jp", "hz-gb-2312":
			return true
		}
	}
	return false
}

// byLabel gives the encoding that a label names, unless the bytes deny it: a page in no valid UTF-8 is not UTF-8 because it says
// so, but for a few broken characters; one in bytes is not UTF-16.
func byLabel(label string, body []byte) encoding.Encoding {
	enc, name := charset.Lookup(label)
	switch {
	case enc == nil, name == "replacement", name == "x-user-defined":
		return nil
	case name == "utf-8":
		if !nearlyUTF8(body) {
			return nil
		}
		return unicode.UTF8
	case strings.HasPrefix(name, "utf-16") && bytes.IndexByte(body[:min(len(body), 1024)], 0) < 0:
		return nil
	}
	return enc
}

// nearlyUTF8 says whether at most one in fifty of the characters beyond ASCII is broken.
func nearlyUTF8(body []byte) bool {
	broken, beyond := 0, 0
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && n == 1 {
			broken++
		}
		beyond++
		i += n
	}
	return broken <= max(1, beyond/50)
}

// guess gives the likeliest encoding, or nil. Of a text that is foreign the likeliest that is not Western is taken, even on weak grounds.
func guess(body []byte, foreign bool) encoding.Encoding {
	all, err := chardet.NewHtmlDetector().DetectAll(body[:min(len(body), guessWithin)])
	if err != nil {
		return nil
	}
	atLeast := guessAtLeast
	if foreign {
		atLeast = guessForeign
	}
	for _, r := range all {
		enc := byLabel(r.Charset, body)
		if r.Confidence >= atLeast && enc != nil && (!foreign || enc != charmap.Windows1252) {
			return enc
		}
		if !foreign {
			break
		}
	}
	return nil
}

func convert(enc encoding.Encoding, body []byte) string {
	if enc == unicode.UTF8 {
		return strings.ToValidUTF8(string(body), string(utf8.RuneError))
	}
	// A decoder writes U+FFFD for what it cannot read; an error would lose the page for one character.
	out, _ := enc.NewDecoder().Bytes(body)
	return strings.ToValidUTF8(string(out), string(utf8.RuneError))
}
