// Command generate writes the list of states that comes with Rostrum, configs/actors/states.yaml, from the gazetteer and from what groups.yaml and
// curated.yaml beside it say. It reads no network, and the same input gives the same file.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
)

//go:generate go run . -data ../../../../shared/data/gazetteer -out ../states.yaml

func main() {
	data := flag.String("data", "", "folder of the gazetteer: country-codes, cldr, rigour")
	out := flag.String("out", "states.yaml", "file to write")
	flag.Parse()
	if err := run(*data, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(data, out string) error {
	text, err := generate(os.DirFS(data))
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(out); err == nil && bytes.Equal(old, text) {
		return nil
	}
	return os.WriteFile(out, text, 0o644)
}
