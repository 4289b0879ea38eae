package web

import (
	"html/template"
	"testing"
)

func TestTemplatesParse(t *testing.T) {
	if _, err := template.ParseFS(files, "templates/*.html"); err != nil {
		t.Fatal(err)
	}
}
