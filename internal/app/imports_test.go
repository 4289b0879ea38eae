package app

import (
	"os/exec"
	"strings"
	"testing"
)

// rows are the rooms from the lowest to the highest. A room imports lower rows only, and never a neighbour in its own row; a
// room's own sub-packages are inside it.
var rows = [][]string{
	{"internal/statement", "internal/fault", "internal/fold", "internal/durable", "internal/worddiff", "internal/golden"},
	{"configs"},
	{"internal/registry", "internal/warc"},
	{"search/query", "search/analysis"},
	{"search/percolate"},
	{"indexer/extract", "indexer/annotate", "indexer/copies", "internal/bus"},
	{"crawler", "indexer", "search"},
	{"search/alert", "search/export", "search/blevestore"},
	{"search/httpapi", "search/web", "internal/demosite"},
	{"internal/app"},
	{"cmd/rostrum", "internal/e2e", "tools/benchtable"},
}

// engines are the clients that one room alone may import.
var engines = map[string]string{
	"github.com/nats-io/":                    "internal/bus",
	"github.com/gocolly/colly":               "crawler",
	"github.com/blevesearch/bleve/v2":        "search/blevestore",
	"github.com/blevesearch/bleve_index_api": "search/blevestore",
	"github.com/klippa-app/go-pdfium":        "indexer/extract",
	"github.com/markusmobius/go-trafilatura": "indexer/extract",
	"github.com/parquet-go/":                 "search/export",
	"github.com/wneessen/go-mail":            "search/alert",
	"github.com/spf13/cobra":                 "cmd/rostrum",
	"github.com/danielgtaylor/huma/v2":       "search/httpapi",
}

// room is the longest room that holds a package, and its row; -1 if none does.
func room(pkg string) (string, int) {
	best, row := "", -1
	for i, names := range rows {
		for _, name := range names {
			if (pkg == name || strings.HasPrefix(pkg, name+"/")) && len(name) > len(best) {
				best, row = name, i
			}
		}
	}
	return best, row
}

func TestImportDirection(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}:{{range .Imports}} {{.}}{{end}}`, "rostrum/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 10 {
		t.Fatalf("only %d packages listed", len(lines))
	}
	for _, line := range lines {
		path, imports, _ := strings.Cut(line, ":")
		pkg := strings.TrimPrefix(path, "rostrum/")
		from, row := room(pkg)
		if row < 0 {
			t.Errorf("%s is in no room: add it to the design and to rows", pkg)
			continue
		}
		for imported := range strings.FieldsSeq(imports) {
			if msg := forbidden(from, row, imported); msg != "" {
				t.Errorf("%s imports %s: %s", pkg, imported, msg)
			}
		}
	}
}

func forbidden(from string, row int, imported string) string {
	for prefix, owner := range engines {
		if strings.HasPrefix(imported, prefix) && from != owner && from != "internal/e2e" {
			return "only " + owner + " may"
		}
	}
	inside, ok := strings.CutPrefix(imported, "rostrum/")
	if !ok {
		if row == 0 && from != "internal/fold" && strings.Contains(strings.Split(imported, "/")[0], ".") {
			return "a leaf imports the standard library only"
		}
		return ""
	}
	switch to, below := room(inside); {
	case to == from, below < row:
		return ""
	case below == row:
		return "a neighbour in the same row"
	default:
		return "a higher row"
	}
}
