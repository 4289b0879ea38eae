package configs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// ReadCorrections reads a file of the form of corrections.yaml, as strictly: an unknown key or a value that does not fit is a problem. A
// file that is not there holds none.
func ReadCorrections(dir, name string) ([]Correction, error) {
	var problems Problems
	var file correctionsFile
	top, ok := readDocument(os.DirFS(dir), name, name, false, &problems)
	if ok {
		d := decoder{file: name, problems: &problems}
		d.decode(top, &file)
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return file.Corrections, nil
}

// FormatCorrections writes corrections in the form that ReadCorrections and a process's corrections.yaml take.
func FormatCorrections(all []Correction) []byte {
	var b bytes.Buffer
	if len(all) == 0 {
		b.WriteString("corrections: []\n")
		return b.Bytes()
	}
	b.WriteString("corrections:\n")
	for _, c := range all {
		indent := "  - "
		line := func(key, value string) {
			if value != "" {
				fmt.Fprintf(&b, "%s%s: %s\n", indent, key, quoted(value))
				indent = "    "
			}
		}
		line("statement", c.Statement)
		line("action", c.Action)
		line("actor", c.Actor)
		line("name", c.Name)
		line("role", c.Role)
		line("reason", c.Reason)
		if !c.Made.IsZero() {
			fmt.Fprintf(&b, "%smade: %s\n", indent, c.Made.UTC().Format(time.DateOnly))
		}
		line("by", c.By)
	}
	return b.Bytes()
}

// quoted writes a string as YAML; JSON's strings are YAML's, but for what YAML refuses to hold as it is.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil { // a string always can be
		return `""`
	}
	return string(b)
}
