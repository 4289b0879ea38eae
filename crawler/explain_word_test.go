package crawler

import (
	"net/http"
	"testing"

	"rostrum/crawler/transport"
)

// TestWordIsReadableWhateverItSays holds that a DOCX document is published although servers call it a zip, a download or old.
func TestWordIsReadableWhateverItSays(t *testing.T) {
	const word, archive = "PK\x03\x04\x14\x00\x00\x00word/document.xml", "PK\x03\x04\x14\x00\x00\x00notes.txt"
	for _, c := range []struct {
		kind, body string
		ok         bool
	}{
		{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", word, true},
		{"application/octet-stream", word, true}, {"application/zip", word, true}, {"application/msword", word, true}, {"", word, true},
		{"application/zip", archive, false}, {"application/octet-stream", archive, false},
	} {
		ex := &transport.Exchange{Header: http.Header{"Content-Type": {c.kind}}, Body: []byte(c.body)}
		if f := unreadable(ex); (f == nil) != c.ok {
			t.Errorf("%q with %q: %+v", c.kind, c.body, f)
		}
	}
}
