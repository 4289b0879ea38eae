package configs

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// BenchmarkLoad loads 2,000 actors with 20,000 names in 800 KB, twice what all states in six languages come to.
func BenchmarkLoad(b *testing.B) {
	var list strings.Builder
	list.WriteString("actors:\n")
	for i := range 2000 {
		fmt.Fprintf(&list, "  - id: actor-%d\n    kind: ngo\n    name: Actor number %d\n    names: {", i, i)
		for _, language := range []string{"ar", "es", "fr", "ru", "zh"} {
			fmt.Fprintf(&list, "%s: Name %d in the language %s, ", language, i, language)
		}
		fmt.Fprintf(&list, "}\n    aliases:\n      - First alias %d\n      - Second alias %d\n      - Third alias %d\n      - A%dB\n    sites: [a%d.example]\n", i, i, i, i, i)
	}
	files, _ := fixture(nil)
	files["actors.yaml"] = &fstest.MapFile{Data: []byte(list.String())}
	b.SetBytes(int64(list.Len()))
	for b.Loop() {
		if _, err := Load(files, "rostrum.yaml", Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
