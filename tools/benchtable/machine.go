package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// machine names the processor, its cores, the memory and the load, where the system tells.
func machine() string {
	name, memory, load := runtime.GOARCH, "", ""
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(text), "model name"); ok {
			line, _, _ := strings.Cut(rest, "\n")
			name = strings.Trim(line, " \t:")
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kb int64
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kb); err == nil {
			memory = fmt.Sprintf(", %d GB", (kb+1<<19)>>20)
		}
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		first, _, _ := strings.Cut(string(text), " ")
		load = ", load " + first + " before"
	}
	return fmt.Sprintf("%s, %d cores%s%s", name, runtime.GOMAXPROCS(0), memory, load)
}
