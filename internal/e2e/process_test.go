package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// binary builds the program once for all tests of this run.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "rostrum-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "rostrum")
	out, err := exec.Command("go", "build", "-o", path, "rostrum/cmd/rostrum").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// process is the program running on its own, and what asks it.
type process struct {
	instance
	cmd    *exec.Cmd
	stderr *bytes.Buffer
	waited chan error
}

var address = regexp.MustCompile(`Rostrum is at (http://\S+),`)

// start runs the program until the test ends or it is killed, and waits until it says where it listens.
func start(t testing.TB, args ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(path, args...), stderr: &bytes.Buffer{}, waited: make(chan error, 1)}
	p.t = t
	p.cmd.Stderr = p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if m := address.FindStringSubmatch(lines.Text()); m != nil {
				said <- m[1]
			}
		}
		close(said)
		p.waited <- p.cmd.Wait()
	}()
	t.Cleanup(p.kill)
	select {
	case p.base = <-said:
	case <-time.After(30 * time.Second):
	}
	if p.base == "" {
		p.kill()
		t.Fatalf("rostrum %s said no address:\n%s", strings.Join(args, " "), p.stderr)
	}
	return p
}

// kill ends the process with SIGKILL and waits for it. It is idempotent.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	err := <-p.waited
	p.waited <- err
}

// interrupt asks the process to stop and gives how it ended.
func (p *process) interrupt() error {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.waited:
		p.waited <- err
		return err
	case <-time.After(15 * time.Second):
		p.t.Fatalf("the process did not stop within 15 s of an interrupt:\n%s", p.stderr)
		return nil
	}
}

// command runs the program to its end and gives what it printed and its exit code.
func command(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return out.String(), errs.String(), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), 0
}
