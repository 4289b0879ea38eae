package configs

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func loadWith(env []string, rostrum string) (*Config, error) {
	files, _ := fixture(nil)
	files["rostrum.yaml"] = &fstest.MapFile{Data: []byte(rostrum)}
	return Load(files, "rostrum.yaml", Options{Env: env, ReadFile: func(path string) ([]byte, error) {
		switch path {
		case "/run/token":
			return []byte("swordfish\r\n"), nil
		case "/run/empty":
			return []byte("\n"), nil
		case "/run/large":
			return make([]byte, maxSecret+1), nil
		}
		return nil, fs.ErrNotExist
	}})
}

func TestEnvironmentWins(t *testing.T) {
	cfg, err := loadWith([]string{
		"PATH=/bin", "ROSTRUM_LISTEN=0.0.0.0:80", "ROSTRUM_BUS_URL=nats://n:4222", "ROSTRUM_BUS_TOKEN_FILE=/run/token", "ROSTRUM_BUS_SYNC=interval",
		"ROSTRUM_FETCH_MAX_BODY=1MB", "ROSTRUM_FETCH_DELAY=3s", "ROSTRUM_FETCH_ROBOTS=false", "ROSTRUM_FETCH_PARALLEL=3", "ROSTRUM_FETCH_ALLOW_PRIVATE=10.0.0.0/8, 127.0.0.1",
		"ROSTRUM_FETCH_HOSTS=a.example=127.0.0.1:1,b.example=10.0.0.1:2", "ROSTRUM_HOSTS=", "ROSTRUM_ALERTS_TIMEOUT=1s",
		"ROSTRUM_SERVER=x", "ROSTRUM_TOKEN=x", "ROSTRUM_SHARED_DATA=x", "ROSTRUM_PORT_8700_TCP_ADDR=10.0.0.1", "ROSTRUM_SERVICE_HOST=10.0.0.1",
	}, "processes: [.]\nhosts: [kept.example]\nlisten: 127.0.0.1:1\nfetch:\n  allow_private: [a.example, c.example, d.example]\n  hosts: {c.example: '10.0.0.9:1'}\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Listen, want.Hosts, want.ProcessFolders = "0.0.0.0:80", []string{"kept.example"}, []string{"."}
	want.Bus.URL, want.Bus.Token, want.Bus.Sync = "nats://n:4222", NewSecret("swordfish"), "interval"
	want.Fetch.MaxBody, want.Fetch.Delay, want.Fetch.Robots, want.Fetch.Parallel = 1<<20, 3*time.Second, false, 3
	want.Fetch.AllowPrivate = []string{"10.0.0.0/8", "127.0.0.1"}
	want.Fetch.Hosts = map[string]string{"a.example": "127.0.0.1:1", "b.example": "10.0.0.1:2"}
	want.Alerts.Timeout = time.Second
	if diff := cmp.Diff(want, cfg.Settings, cmp.Comparer(func(a, b Place) bool { return true })); diff != "" {
		t.Error(diff)
	}
	if at := cfg.Settings.At.Of("fetch.hosts.c.example"); at.File != "ROSTRUM_FETCH_HOSTS" {
		t.Errorf("a replaced mapping still lies at %v", at)
	}
}

func TestEnvironmentProblems(t *testing.T) {
	for env, want := range map[string]string{
		"ROSTRUM_BUS_SYNC=never":                    `ROSTRUM_BUS_SYNC: bus.sync: "never" is not one of its words: known are always, interval`,
		"ROSTRUM_FETCH_MAXBODY=8MB":                 `ROSTRUM_FETCH_MAXBODY: is not a setting: did you mean ROSTRUM_FETCH_MAX_BODY?`,
		"ROSTRUM_LISTN=x":                           `ROSTRUM_LISTN: is not a setting: did you mean ROSTRUM_LISTEN?`,
		"ROSTRUM_LOG_COLOUR_OF_THE_SKY=x":           `ROSTRUM_LOG_COLOUR_OF_THE_SKY: is not a setting: docs/configuration.md lists them all`,
		"ROSTRUM_FETCH_HOSTS=a.example":             `ROSTRUM_FETCH_HOSTS: fetch.hosts: "a.example" has no =: write NAME=VALUE,NAME=VALUE`,
		"ROSTRUM_FETCH_HOSTS=A=127.0.0.1:1":         `ROSTRUM_FETCH_HOSTS: fetch.hosts: "A" is not a host name or address: write a name in lower case such as example.org, without scheme, port or path; other scripts as xn--…`,
		"ROSTRUM_FETCH_HOSTS=a.example=127.0.0.1:1": `ROSTRUM_FETCH_HOSTS: fetch.hosts.a.example: is mapped to a private address that may not be fetched: add 127.0.0.1 to fetch.allow_private`,
		"ROSTRUM_AUTH_ADMIN_TOKEN=swordfish":        `ROSTRUM_AUTH_ADMIN_TOKEN: auth.admin_token: is shorter than 16 characters: make one with: openssl rand -hex 32`,
		"ROSTRUM_AUTH_ADMIN_TOKEN_FILE=/run/none":   `ROSTRUM_AUTH_ADMIN_TOKEN_FILE: auth.admin_token: the secret's file can't be read: file does not exist: check the path and its permissions`,
		"ROSTRUM_AUTH_ADMIN_TOKEN_FILE=/run/empty":  `ROSTRUM_AUTH_ADMIN_TOKEN_FILE: auth.admin_token: the secret's file is empty: write the secret into it, or remove the setting`,
		"ROSTRUM_AUTH_ADMIN_TOKEN_FILE=/run/large":  `ROSTRUM_AUTH_ADMIN_TOKEN_FILE: auth.admin_token: the secret's file is larger than 64KB: check the path`,
		"ROSTRUM_PROCESSES=.,elsewhere":             `ROSTRUM_PROCESSES: processes[1]: "elsewhere" is neither a folder with a process.yaml nor a process that comes with Rostrum: known are cybercrime-convention, demo`,
		"ROSTRUM_HOSTS=a.example,,b.example":        `ROSTRUM_HOSTS: hosts: "a.example,,b.example" has an empty entry: write ONE,TWO`,
	} {
		_, err := loadWith([]string{env}, "processes: [.]\n")
		if fmt.Sprint(err) != want {
			t.Errorf("%s\n got %v\nwant %s", env, err, want)
		}
	}
	_, err := loadWith([]string{"ROSTRUM_BUS_TOKEN=a", "ROSTRUM_BUS_TOKEN_FILE=/run/token", "ROSTRUM_BUS_URL=nats://n"}, "")
	if err == nil || !strings.Contains(err.Error(), "both as a value and as a file") {
		t.Errorf("value and file: %v", err)
	}
}

// TestEverySettingHasAVariable also finds two settings that would share one, and defaults that do not parse.
func TestEverySettingHasAVariable(t *testing.T) {
	seen := map[string]string{}
	for _, one := range settings() {
		names := []string{one.variable()}
		if one.typ == secretType {
			names = append(names, one.variable()+"_FILE")
		}
		for _, name := range names {
			if other := seen[name]; other != "" {
				t.Errorf("%s and %s share %s", other, one.path, name)
			}
			seen[name] = one.path
		}
		for _, tag := range []string{"default", "min", "max"} {
			if text, ok := one.tag.Lookup(tag); ok {
				files, _ := fixture(nil)
				cfg, err := Load(files, "rostrum.yaml", Options{Env: []string{one.variable() + "=" + text}})
				if err != nil || !cfg.Settings.At.Has(one.path) {
					t.Errorf("%s of %s: %v", tag, one.path, err)
				}
			}
		}
	}
	for _, own := range ownVariables {
		if seen[own] != "" {
			t.Errorf("%s is the program's own", own)
		}
	}
}
