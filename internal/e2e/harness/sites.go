package harness

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// Site is one loopback server that answers for a name under .example.
type Site struct {
	Host string
	Addr string
}

// ServeSite serves handler on loopback until the test ends.
func ServeSite(t testing.TB, host string, handler http.Handler) Site {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return Site{Host: host, Addr: server.Listener.Addr().(*net.TCPAddr).String()}
}

// Files are the files of a configuration folder by name.
type Files map[string]string

// WriteConfig writes a configuration folder that watches sites, with pacing off, and gives the path of its rostrum.yaml.
func WriteConfig(t testing.TB, f Files, sites ...Site) string {
	t.Helper()
	dir := t.TempDir()
	settings := "listen: 127.0.0.1:0\nprocesses: [.]\nfetch:\n  delay: 0s\n  contact: https://contact.example\n  allow_private: [127.0.0.1]\n  per_host: 8\n  hosts:\n"
	for _, s := range sites {
		settings += fmt.Sprintf("    %s: %s\n", s.Host, s.Addr)
	}
	written := maps.Clone(f)
	written["rostrum.yaml"] = settings + f["rostrum.yaml"]
	for name, text := range written {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "rostrum.yaml")
}
