package web

import (
	"net/http"
	"testing"

	"rostrum/internal/statement"
)

func TestDownloadName(t *testing.T) {
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	for _, c := range []struct{ url, contentType, body, want string }{
		{"https://a.example/papers/Letter.docx", word, "PK..", "Letter.docx"},
		{"https://a.example/papers/Letter.DOCX?x=1", "application/octet-stream", "PK..", "Letter.DOCX"},
		{"https://a.example/download/7", word + "; charset=utf-8", "PK..", "7.docx"},
		{"https://a.example/download/", word, "PK..", "download.docx"},
		{"https://a.example/", word, "PK..", "document.docx"},
		{"https://a.example/papers/letter.pdf", "application/pdf", "%PDF-", ""},
		{"https://a.example/letter.docx", "text/html", "<html>", ""},
	} {
		got := downloadName(&statement.Capture{URL: c.url, Header: http.Header{"Content-Type": {c.contentType}}, Body: []byte(c.body)})
		if got != c.want {
			t.Errorf("%s as %s: %q, want %q", c.url, c.contentType, got, c.want)
		}
	}
}
