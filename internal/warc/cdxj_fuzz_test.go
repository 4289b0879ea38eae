package warc

import (
	"strings"
	"testing"
)

// FuzzSURT makes a key of any address: without a space or a line break, which end it in an index.
func FuzzSURT(f *testing.F) {
	for _, address := range []string{"http://www.example.org/a?b=1&a=2", "https://[::1]:8080/%20", "urn:x", "http://例え.example/あ", "http:// x/\n", "%"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if key := SURT(address); strings.ContainsAny(key, " \n\r\t") {
			t.Errorf("%q becomes %q", address, key)
		}
	})
}
