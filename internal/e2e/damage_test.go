package e2e

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"rostrum/internal/e2e/harness"
	"rostrum/search/httpapi"
)

// Whatever is done to the files of the index, the program starts, says what it did, and answers in the end as before.
func TestADamagedIndexIsSetAsideAndBuiltAnew(t *testing.T) {
	config, data := harness.WriteConfig(t, ministry(nil)), t.TempDir()
	p := harness.Start(t, "up", "--config", config, "--data", data)
	p.MustAdmin(data, "import", writeWARC(t, pages(60)))
	waitIdle(&p.Instance, data)
	before := answersOf(&p.Instance)
	if err := p.Interrupt(); err != nil {
		t.Fatal(err)
	}
	inIndex := func(pattern string) string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(data, "index", "g*[0-9]", pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		return slices.MaxFunc(found, func(a, b string) int { return int(size(t, a) - size(t, b)) })
	}
	root := func() string { return inIndex("store/root.bolt") }
	segment := func() string { return inIndex("store/*.zap") }
	for _, harm := range []struct {
		name string
		do   func() error
	}{
		{"half a root", func() error { return os.Truncate(root(), size(t, root())/2) }},
		{"no segment", func() error { return os.Remove(segment()) }},
		{"one bit of a segment", func() error { return turnBit(segment(), size(t, segment())/3) }},
	} {
		if err := harm.do(); err != nil {
			t.Fatalf("%s: %v", harm.name, err)
		}
		began := time.Now()
		p = harness.Start(t, "up", "--config", config, "--data", data)
		t.Logf("%s: started in %v", harm.name, time.Since(began).Round(time.Millisecond))
		harness.Await(t, 20*time.Second, harm.name+": index built anew", func() bool { return len(p.Search("")) == len(before.List) })
		var s struct{ Status httpapi.Status }
		harness.Await(t, 20*time.Second, harm.name+": the rebuild ends", func() bool {
			if err := json.Unmarshal([]byte(p.MustAdmin(data, "status", "--json")), &s); err != nil {
				t.Fatal(err)
			}
			return s.Status.Rebuild.State == "done"
		})
		if !strings.Contains(s.Status.Rebuild.Reason, "set aside as") {
			t.Errorf("%s: status says %q", harm.name, s.Status.Rebuild.Reason)
		}
		if diff := gocmp.Diff(before, answersOf(&p.Instance), gocmp.FilterPath(func(p gocmp.Path) bool { return p.Last().String() == ".Score" }, gocmp.Ignore())); diff != "" {
			t.Errorf("%s: before (-) and after (+):\n%.2000s", harm.name, diff)
		}
		if err := p.Interrupt(); err != nil {
			t.Fatal(err)
		}
		if said := p.Stderr.String(); !strings.Contains(said, "it is set aside and built anew from the archive") || !strings.Contains(said, ".aside") {
			t.Errorf("%s: the log says\n%s", harm.name, said)
		}
	}
}

func size(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// turnBit turns one bit of a file.
func turnBit(path string, at int64) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	body[at] ^= 1
	return os.WriteFile(path, body, 0o600)
}

// A check finds what was done to archive, index files and streams, and a whole instance passes it, running or not.
func TestVerify(t *testing.T) {
	config, data := harness.WriteConfig(t, ministry(nil)), t.TempDir()
	p := harness.Start(t, "up", "--config", config, "--data", data)
	p.MustAdmin(data, "import", writeWARC(t, append(pages(60), visited("http://ministry.example/empty", 3, "", ""))))
	waitIdle(&p.Instance, data)
	p.MustAdmin(data, "forget", "http://ministry.example/statements/7")
	if out := p.MustAdmin(data, "verify"); !strings.Contains(out, "60 statements") || !strings.Contains(out, "nothing is wrong") {
		t.Errorf("a whole instance: %s", out)
	}
	if err := p.Interrupt(); err != nil {
		t.Fatal(err)
	}
	check := func(dir string, want ...string) {
		t.Helper()
		out, errs, code := harness.Command(t, "verify", "--offline", "--config", config, "--data", dir)
		if len(want) == 0 && code != 0 || len(want) > 0 && code != 1 {
			t.Errorf("exit code %d: %s%s", code, out, errs)
		}
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%q is not said:\n%s", w, out)
			}
		}
	}
	check(data)
	archive := func(dir string) string { return filepath.Join(dir, "archive", "rostrum-00000001.warc.gz") }
	for name, c := range map[string]struct {
		harm func(dir string) error
		want []string
	}{
		// What the bit spoils first, the gzip member or a header in it, depends on where it falls.
		"a bit of the archive": {func(dir string) error { return turnBit(archive(dir), size(t, archive(dir))/2) }, []string{"archive: rostrum-00000001.warc.gz at ", "put the file back from a backup"}},
		"a cut archive": {func(dir string) error { return os.Truncate(archive(dir), size(t, archive(dir))/2) },
			[]string{"is not in the archive", "was announced, and is not in the archive", "restore both from one backup"}},
		"no line in the CDXJ": {func(dir string) error { return os.Truncate(strings.TrimSuffix(archive(dir), ".warc.gz")+".cdxj", 0) }, []string{"the CDXJ does not agree"}},
		"another archive": {func(dir string) error {
			f, err := os.OpenFile(filepath.Join(dir, "forgotten.jsonl"), os.O_TRUNC, 0)
			if err != nil {
				return err
			}
			return f.Close()
		}, []string{"statements/7 (capture", "run `rostrum reindex`"}},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(data)); err != nil {
			t.Fatal(err)
		}
		if err := c.harm(dir); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		check(dir, c.want...)
	}
	cut := t.TempDir()
	if err := errors.Join(os.CopyFS(cut, os.DirFS(data)), os.Truncate(archive(cut), size(t, archive(cut))/2)); err != nil {
		t.Fatal(err)
	}
	p = harness.Start(t, "up", "--config", config, "--data", cut)
	harness.Await(t, 20*time.Second, "the status says that the archive was cut", func() bool {
		return strings.Contains(p.MustAdmin(cut, "status"), "the archive does not hold all that the index shows")
	})
	if err := p.Interrupt(); err != nil {
		t.Fatal(err)
	}
	segments, err := filepath.Glob(filepath.Join(data, "index", "g1", "store", "*.zap"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	p = harness.Start(t, "up", "--config", config, "--data", data)
	for _, s := range segments {
		f, err := os.OpenFile(s, os.O_RDWR, 0)
		if err != nil {
			continue // merged away
		}
		b := make([]byte, 1)
		_, err = f.ReadAt(b, 40)
		b[0] ^= 1
		if _, failed := f.WriteAt(b, 40); err != nil || failed != nil {
			t.Fatal(err, failed)
		}
		_ = f.Close()
	}
	out, _, code := p.Admin(data, "verify", "--json")
	var state httpapi.VerifyState
	if err := json.Unmarshal([]byte(out), &state); err != nil || code != 1 || state.Problems == 0 || state.List[0].Check != "index" {
		t.Errorf("exit code %d: %v %+v", code, err, state)
	}
	if _, errs, code := harness.Command(t, "verify", "--offline", "--config", config, "--data", data); code != 1 || !strings.Contains(errs, "in use") {
		t.Errorf("of a folder in use: %d %s", code, errs)
	}
}

// A backup is taken while pages come. What is made of it answers as the instance did, lacks nothing that comes later, and sends nothing
// again that was sent before the backup began.
func TestABackupWhilePagesCome(t *testing.T) {
	news, in := newNewsroom(), newInbox(t, nil)
	config, data, root := harness.WriteConfig(t, newsConfig, harness.ServeSite(t, "news.example", news)), t.TempDir(), t.TempDir()
	i := harness.Up(t, config, data)
	saved := i.Save(harness.Object{"query": "tides", "channels": webhook(in.URL), "include_backfill": true})
	stop, published := make(chan struct{}), make(chan int)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				published <- n
				return
			case <-time.After(40 * time.Millisecond):
				if n == 90 { // a flood is bundled
					<-stop
					published <- n
					return
				}
				news.publish(number(n), "The tides of number "+number(n)+" came in. "+nonsense(number(n)))
			}
		}
	}()
	harness.Await(t, 20*time.Second, "alerts flow", func() bool { return len(in.all()) > 15 })
	sent := in.all()
	file := filepath.Join(root, "b.tar")
	i.MustAdmin(data, "backup", file)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	close(stop)
	total := <-published
	i.Stop()

	restored := filepath.Join(root, "restored")
	out, errs, code := harness.Command(t, "restore", file, "--config", config, "--data", restored)
	if code != 0 || strings.Contains(out, "The configuration is not") {
		t.Fatalf("restore: %d %s%s", code, out, errs)
	}
	if out, errs, code := harness.Command(t, "verify", "--offline", "--config", config, "--data", restored); code != 0 {
		t.Errorf("verify: %d %s%s", code, out, errs)
	}
	i = harness.Up(t, config, restored)
	harness.Await(t, 30*time.Second, "every page is a statement", func() bool { return len(i.Search("")) == total })
	told := map[string]int{} // some are delivered together
	harness.Await(t, 30*time.Second, "every page has its alert", func() bool {
		clear(told)
		for _, a := range i.Alerts(saved.ID) {
			told[a.Statement.Title]++
		}
		return len(told) == total
	})
	messages := map[string]int{}
	for _, d := range in.all() {
		messages[d.header.Get("Webhook-Id")]++
	}
	for _, d := range sent {
		if id := d.header.Get("Webhook-Id"); messages[id] != 1 {
			t.Errorf("%s was sent before the backup, and %d times in all", id, messages[id])
		}
	}
	for title, n := range told {
		if n != 1 {
			t.Errorf("%d alerts of %s", n, title)
		}
	}
	t.Logf("%d pages, %d sent before the backup, %d in all", total, len(sent), len(in.all()))
	i.MustAdmin(restored, "verify")
	i.Stop()

	if _, errs, code := harness.Command(t, "restore", file, "--config", config, "--data", restored); code != 1 || !strings.Contains(errs, "not empty") {
		t.Errorf("into a folder that is not empty: %d %s", code, errs)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, harm := range map[string]func(b []byte) []byte{
		"half":    func(b []byte) []byte { return b[:len(b)/2] },
		"a bit":   func(b []byte) []byte { b[len(b)-len(b)/4] ^= 1; return b },
		"no sums": func(b []byte) []byte { return b[:len(b)-4096-len(b)%512] },
		"none":    func([]byte) []byte { return []byte("no backup") },
	} {
		bad, dir := filepath.Join(root, "bad.tar"), filepath.Join(root, "bad "+name)
		if err := os.WriteFile(bad, harm(slices.Clone(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, errs, code := harness.Command(t, "restore", bad, "--config", config, "--data", dir)
		left, err := os.ReadDir(dir)
		if code == 0 || len(left) > 0 || err != nil {
			t.Errorf("%s: exit code %d, %d files left: %s", name, code, len(left), errs)
		}
		t.Logf("%s: %s", name, strings.TrimSpace(errs))
		if _, _, code := harness.Command(t, "backup", "--check", bad); code == 0 {
			t.Errorf("%s passes a check", name)
		}
	}
}

func number(n int) string {
	return "page-" + string(rune('a'+n/26/26%26)) + string(rune('a'+n/26%26)) + string(rune('a'+n%26))
}
