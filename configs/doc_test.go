package configs

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the generated files: docs/configuration.md, rostrum.yaml, template/rostrum.yaml")

// comments are the comments of struct fields: type → field → text on one line.
type comments map[string]map[string]string

func readComments(t *testing.T, files ...string) comments {
	t.Helper()
	found := comments{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			structure, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			found[spec.Name.Name] = map[string]string{}
			for _, f := range structure.Fields.List {
				for _, name := range f.Names {
					found[spec.Name.Name][name.Name] = strings.Join(strings.Fields(f.Doc.Text()), " ")
				}
			}
			return true
		})
	}
	return found
}

// documented is one key with what its tags and comment say.
type documented struct {
	path, comment, kind, def, bounds string
	typ                              reflect.Type
	secret                           bool
}

func (c comments) document(t *testing.T, typ reflect.Type, prefix string) []documented {
	t.Helper()
	var all []documented
	for _, f := range fieldsOf(typ) {
		if f.typ.Kind() == reflect.Struct && !isScalar(f.typ) {
			all = append(all, c.document(t, f.typ, prefix+f.key+".")...)
			continue
		}
		comment := c[typ.Name()][typ.Field(f.index).Name]
		if comment == "" {
			t.Errorf("%s.%s has no comment", typ.Name(), typ.Field(f.index).Name)
		}
		d := documented{path: prefix + f.key, comment: comment, kind: kindOf(f), def: f.tag.Get("default"), typ: f.typ, secret: f.typ == secretType}
		if low, high := f.tag.Get("min"), f.tag.Get("max"); low != "" || high != "" {
			d.bounds = low + " to " + high
		}
		all = append(all, d)
	}
	return all
}

func kindOf(f field) string {
	if words := f.tag.Get("oneof"); words != "" {
		return "one of " + strings.ReplaceAll(words, "|", ", ")
	}
	switch f.typ {
	case secretType:
		return "secret"
	case durationType:
		return "duration"
	case sizeType:
		return "size"
	case dayType:
		return "day"
	case queryType:
		return "query, or queries by language"
	}
	switch f.typ.Kind() {
	case reflect.Slice:
		if f.typ.Elem().Kind() == reflect.Struct {
			return "list of entries"
		}
		return "list"
	case reflect.Map:
		return "mapping"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "number"
	}
	return "text"
}

func yamlDefault(d documented) string {
	switch {
	case d.def != "":
		return d.def
	case d.typ.Kind() == reflect.Slice:
		return "[]"
	case d.typ.Kind() == reflect.Map:
		return "{}"
	case d.typ.Kind() == reflect.Bool:
		return "false"
	}
	return `""`
}

// settingsFile prints rostrum.yaml: every setting with its comment and default, commented out, but for what is watched. Sections
// stand open, so that one # is all there is to remove.
func settingsFile(all []documented, watched string) string {
	var b strings.Builder
	b.WriteString("# The settings of one instance, each with its default: remove the # before a setting to change it. In the environment each has a variable\n" +
		"# that wins over this file, such as ROSTRUM_FETCH_MAX_BODY for fetch.max_body. docs/configuration.md lists them all.\n")
	var open []string
	for _, d := range all {
		parts := strings.Split(d.path, ".")
		sections, key := parts[:len(parts)-1], parts[len(parts)-1]
		b.WriteString("\n")
		for i, section := range sections {
			if i >= len(open) || open[i] != section {
				b.WriteString(strings.Repeat("  ", i) + section + ":\n")
			}
		}
		open = sections
		indent := strings.Repeat("  ", len(sections))
		for _, line := range wrap(d.comment, 120-len(indent)) {
			b.WriteString(indent + "# " + line + "\n")
		}
		if d.path == "processes" {
			b.WriteString("processes: [" + watched + "]\n")
			continue
		}
		b.WriteString(indent + "#" + key + ": " + yamlDefault(d) + "\n")
	}
	return b.String()
}

func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

const docHead = `# Configuration

Rostrum reads ` + "`rostrum.yaml`" + ` (given by ` + "`--config`" + `, else the one in the working directory, else the one that comes with it) and the folders of the
processes that it names. ` + "`rostrum init DIR`" + ` writes a commented set to edit; ` + "`rostrum config check`" + ` reports every problem in one go, each with file,
line, field and remedy. An unknown key is an error. Anchors, aliases and tags are not taken. A file holds at most 1MB.

Durations are written 500ms, 10s, 5m, 1h, 7d or 2w; sizes 512KB, 8MB or 4GB (1KB is 1,024 bytes); days 2024-12-24, UTC. Ids have letters a–z, digits and
single hyphens, at most 64. Relative paths of data and secrets start at the working directory, folders of processes at ` + "`rostrum.yaml`" + `.

Each setting of ` + "`rostrum.yaml`" + ` has an environment variable, which wins over the file; an empty variable counts as not set. Lists are written
` + "`a,b`" + ` there, mappings ` + "`name=value,name=value`" + `. A secret can stand in a file: ` + "`KEY_file: PATH`" + ` in YAML, ` + "`…_FILE`" + ` in the environment. A variable that is
nearly a setting is an error.

## rostrum.yaml

| setting | type | default | environment | meaning |
|---|---|---|---|---|
`

func (c comments) markdown(t *testing.T) string {
	var b strings.Builder
	b.WriteString(docHead)
	for _, d := range c.document(t, reflect.TypeFor[Settings](), "") {
		variable := "`" + setting{path: d.path}.variable() + "`"
		if d.secret {
			variable += ", `…_FILE`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", d.path, kindAndBounds(d), code(d.def), variable, d.comment)
	}
	for _, part := range []struct {
		title string
		typ   reflect.Type
	}{
		{"process.yaml", reflect.TypeFor[Process]()},
		{"process.yaml: an entry of milestones", reflect.TypeFor[Milestone]()},
		{"process.yaml: an entry of phases", reflect.TypeFor[Phase]()},
		{"sources.yaml: an entry of sources", reflect.TypeFor[Source]()},
		{"actors.yaml, actors/NAME.yaml: an entry of actors", reflect.TypeFor[Actor]()},
		{"actors.yaml, actors/NAME.yaml: an entry of groups", reflect.TypeFor[Group]()},
		{"actors.yaml, actors/NAME.yaml: an entry of extend", reflect.TypeFor[Extension]()},
		{"topics.yaml: an entry of topics", reflect.TypeFor[Topic]()},
		{"corrections.yaml: an entry of corrections", reflect.TypeFor[Correction]()},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n| key | type | default | meaning |\n|---|---|---|---|\n", part.title)
		required := map[string]string{}
		for _, f := range fieldsOf(part.typ) {
			if f.rule("required") {
				required[f.key] = "required"
			}
		}
		for _, d := range c.document(t, part.typ, "") {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", d.path, kindAndBounds(d), code(d.def)+required[d.path], d.comment)
		}
	}
	return b.String()
}

func kindAndBounds(d documented) string {
	if d.bounds == "" {
		return d.kind
	}
	return d.kind + ", " + d.bounds
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// TestGenerated holds the documentation and the commented settings to the comments of the types.
func TestGenerated(t *testing.T) {
	c := readComments(t, "settings.go", "process.go")
	all := c.document(t, reflect.TypeFor[Settings](), "")
	for name, want := range map[string]string{
		"../docs/configuration.md": c.markdown(t),
		"rostrum.yaml":             settingsFile(all, "cybercrime-convention"),
		"template/rostrum.yaml":    settingsFile(all, strconv.Quote(".")),
	} {
		if *update {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, []byte(want)) {
			t.Errorf("%s is out of date: go test ./configs -run TestGenerated -update\n%s", name, cmp.Diff(string(got), want))
		}
	}
}
