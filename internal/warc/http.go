package warc

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
)

// origPrefix marks header fields that were true on the wire but not of the block, whose body is stored as decoded.
const origPrefix = "X-Archive-Orig-"

// wireFields are the response fields that describe the body as it travelled.
var wireFields = []string{"Content-Encoding", "Transfer-Encoding", "Content-Length", "Trailer"}

// isHTTP says whether the record's block is an HTTP message.
func isHTTP(rec *Record) bool {
	return strings.HasPrefix(strings.ToLower(rec.Header.Get(FieldContentType)), "application/http")
}

// cutHTTP splits an HTTP message after the empty line that ends its header. Without such a line all is header.
func cutHTTP(block []byte) (head, body []byte) {
	end := bytes.Index(block, []byte("\r\n\r\n"))
	if bare := bytes.Index(block, []byte("\n\n")); bare >= 0 && (end < 0 || bare < end) {
		return block[:bare+2], block[bare+2:]
	}
	if end < 0 {
		return block, nil
	}
	return block[:end+4], block[end+4:]
}

// responseBlock builds the HTTP message of a response whose body is decoded. Fields that no longer describe the body keep their
// value under origPrefix, so that any reader takes the body as it stands.
func responseBlock(status int, header http.Header, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", status, http.StatusText(status))
	length := header.Get("Content-Length")
	plain := length == "" || length == strconv.Itoa(len(body))
	writeFields(&b, header, func(name string) string {
		if name == "Content-Length" && plain || !slices.Contains(wireFields, name) {
			return name
		}
		return origPrefix + name
	})
	if !plain {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// headBlock builds the HTTP message of a response without its body, whose header stays as it was received.
func headBlock(status int, header http.Header) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", status, http.StatusText(status))
	writeFields(&b, header, func(name string) string { return name })
	b.WriteString("\r\n")
	return b.Bytes()
}

// requestBlock builds the HTTP message of a request for target, a path with its query, on host.
func requestBlock(method, host, target string, header http.Header) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", method, target)
	if header.Get("Host") == "" {
		fmt.Fprintf(&b, "Host: %s\r\n", host)
	}
	writeFields(&b, header, func(name string) string { return name })
	b.WriteString("\r\n")
	return b.Bytes()
}

// writeFields writes a header in the order of its names. What would break the message's lines becomes a space.
func writeFields(b *bytes.Buffer, header http.Header, rename func(string) string) {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if name == "" || strings.ContainsAny(name, ": \t\r\n\x00") {
			continue
		}
		written := rename(textproto.CanonicalMIMEHeaderKey(name))
		for _, value := range header[name] {
			fmt.Fprintf(b, "%s: %s\r\n", written, oneLine(value))
		}
	}
}

func oneLine(s string) string {
	if strings.ContainsAny(s, "\r\n\x00") {
		s = strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(s)
	}
	return strings.TrimSpace(s)
}

// message is a parsed HTTP message: its first line in words, its header, the body as stored.
type message struct {
	first  [3]string
	header http.Header
	body   []byte
}

// parseHTTP reads an HTTP message. Lines of its header that are no fields are passed over; the body is left as it is.
func parseHTTP(block []byte) (message, error) {
	head, body := cutHTTP(block)
	m := message{header: http.Header{}, body: body}
	lines := bufio.NewScanner(bytes.NewReader(head))
	lines.Buffer(nil, len(head)+1)
	if !lines.Scan() {
		return m, fmt.Errorf("parse HTTP message: it is empty")
	}
	words := strings.SplitN(strings.TrimSpace(lines.Text()), " ", 3)
	copy(m.first[:], words)
	last := ""
	for lines.Scan() {
		last = m.addField(lines.Text(), last)
	}
	return m, nil
}

// addField adds one line of a header: a field or the continuation of the field called last. It gives the field's name.
func (m *message) addField(line, last string) string {
	if line != "" && (line[0] == ' ' || line[0] == '\t') && last != "" {
		values := m.header[last]
		values[len(values)-1] += " " + strings.TrimSpace(line)
		return last
	}
	name, value, found := strings.Cut(line, ":")
	name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
	if !found || name == "" {
		return last
	}
	m.header[name] = append(m.header[name], strings.TrimSpace(value))
	return name
}

// status is the response's status code.
func (m *message) status() (int, error) {
	code, err := strconv.Atoi(m.first[1])
	if !strings.HasPrefix(m.first[0], "HTTP/") || err != nil || code < 100 || code > 999 {
		return 0, fmt.Errorf("parse HTTP response: it begins with %.40q", strings.Join(m.first[:], " "))
	}
	return code, nil
}

// restore gives the fields that responseBlock renamed their own names back.
func restore(header http.Header) http.Header {
	if _, renamed := header[origPrefix+"Content-Length"]; renamed {
		delete(header, "Content-Length")
	}
	for _, name := range wireFields {
		if values, ok := header[origPrefix+name]; ok {
			header[name] = values
			delete(header, origPrefix+name)
		}
	}
	return header
}

// readAllBounded reads r to its end, or gives an error past limit bytes.
func readAllBounded(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("it has more than %d bytes", limit)
	}
	return b, err
}
