package harness

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
	"syscall"
	"testing"
	"time"
)

// Binary builds the program once for all tests of this run.
var Binary = sync.OnceValues(func() (string, error) {
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

// Main runs the tests of a package and removes the programs that they built. A TestMain calls it.
func Main(m *testing.M) {
	becomeProgram()
	code := m.Run()
	if path, err := Binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// Process is the program running on its own, and what asks it.
type Process struct {
	Instance
	Cmd    *exec.Cmd
	Stderr *Output
	Waited chan error // how it ended; put it back

	args []string
	said chan string // where it listens
}

// Output is what a process has printed so far.
type Output struct {
	mu   sync.Mutex
	said bytes.Buffer
}

// Write implements io.Writer.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.Write(p)
}

// String implements fmt.Stringer.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.String()
}

var address = regexp.MustCompile(`Rostrum is at (http://\S+),`)

// Start runs the program until the test ends or it is killed, and waits until it says where it listens.
func Start(t testing.TB, args ...string) *Process {
	t.Helper()
	p := Begin(t, args...)
	p.Ready(30 * time.Second)
	return p
}

// Begin is Start without the waiting, which is Ready.
func Begin(t testing.TB, args ...string) *Process {
	t.Helper()
	path, err := Binary()
	if err != nil {
		t.Fatal(err)
	}
	return begin(t, exec.Command(path, args...), args)
}

func begin(t testing.TB, cmd *exec.Cmd, args []string) *Process {
	t.Helper()
	p := &Process{Cmd: cmd, Stderr: &Output{}, Waited: make(chan error, 1), args: args, said: make(chan string, 1)}
	p.T = t
	p.Cmd.Stderr = p.Stderr
	stdout, err := p.Cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if m := address.FindStringSubmatch(lines.Text()); m != nil {
				p.said <- m[1]
			}
		}
		close(p.said)
		p.Waited <- p.Cmd.Wait()
	}()
	t.Cleanup(p.Kill)
	return p
}

// Ready waits until the program says where it listens.
func (p *Process) Ready(limit time.Duration) {
	p.T.Helper()
	select {
	case p.Base = <-p.said:
	case <-time.After(limit):
	}
	if p.Base == "" {
		p.Kill()
		p.T.Fatalf("rostrum %s said no address:\n%s", strings.Join(p.args, " "), p.Stderr)
	}
}

// Kill ends the process with SIGKILL and waits for it. It is idempotent.
func (p *Process) Kill() {
	_ = p.Cmd.Process.Kill() // it may have ended
	err := <-p.Waited
	p.Waited <- err
}

// Interrupt asks the process to stop and gives how it ended.
func (p *Process) Interrupt() error {
	p.T.Helper()
	if err := p.Cmd.Process.Signal(os.Interrupt); err != nil {
		p.T.Fatal(err)
	}
	select {
	case err := <-p.Waited:
		p.Waited <- err
		return err
	case <-time.After(15 * time.Second):
		p.T.Fatalf("the process did not stop within 15 s of an interrupt:\n%s", p.Stderr)
		return nil
	}
}

// Command runs the program to its end and gives what it printed and its exit code.
func Command(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	path, err := Binary()
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

// Terminate asks the process to stop as a service manager does, and gives it ten seconds.
func (p *Process) Terminate() {
	p.T.Helper()
	began := time.Now()
	if err := p.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.T.Fatal(err)
	}
	select {
	case err := <-p.Waited:
		p.Waited <- err
		if err != nil {
			p.T.Errorf("after SIGTERM: %v\n%s", err, p.Stderr)
		}
		p.T.Logf("stopped %.1f s after SIGTERM", time.Since(began).Seconds())
	case <-time.After(10 * time.Second):
		p.T.Errorf("not stopped 10 s after SIGTERM:\n%s", p.Stderr)
	}
}
