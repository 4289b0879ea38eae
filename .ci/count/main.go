// Command count reads the events of `go test -json`, prints the output of what failed, what each package cost, and the totals.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

func main() {
	f, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer f.Close()
	output := map[string][]string{}
	passed, failed, skipped := 0, 0, 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(lines.Text())
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output":
			output[key] = append(output[key], e.Output)
			if strings.Contains(e.Output, "NOT CHECKED") {
				fmt.Print(e.Package, ": ", e.Output)
			}
			continue
		case "fail":
			fmt.Printf("--- FAIL %s\n%s", key, strings.Join(output[key], ""))
		}
		if e.Test == "" {
			if e.Action == "pass" || e.Action == "fail" {
				fmt.Printf("%-4s %s %.1fs\n", e.Action, e.Package, e.Elapsed)
			}
			if e.Action == "fail" && len(output[key]) > 0 && failed == 0 {
				failed++ // a package that does not build has no test that could fail
			}
			continue
		}
		switch e.Action {
		case "pass":
			passed++
		case "fail":
			failed++
		case "skip":
			skipped++
		}
		delete(output, key)
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped)
}
