package app

import "testing"

func TestNamesInABackup(t *testing.T) {
	for name, want := range map[string]bool{
		"admin.token": true, "forgotten.jsonl": true, "archive/rostrum-00000001.warc.gz": true, "bus/KV_SETTINGS.snapshot": true, "exports/a/b.csv": true,
		"../admin.token": false, "/etc/passwd": false, "archive/../../x": false, "archive/x": false, "bus/jetstream": false, "exports/../x": false, "index/current.json": false,
		"exports\\..\\x": false, "": false, ".": false, "exports": false, "restore.unfinished": false,
	} {
		if got := allowed(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
