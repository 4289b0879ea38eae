package harness

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// behindDisk names, in the environment, the program that a test's own binary becomes once its wishes to the disk are told to the test.
const behindDisk = "ROSTRUM_TEST_BEHIND_DISK"

// Disk stands between programs and the disk: whether an fsync is done or fails is up to the test. What was written stays where other
// programs can read it, as after a real failure, which the kernel tells once and then forgets.
type Disk struct {
	fails  atomic.Pointer[func(path string) bool]
	failed atomic.Int64
}

// Fail makes fsync of the files that are chosen by their path fail with EIO, from now on; nil ends it.
func (d *Disk) Fail(chosen func(path string) bool) {
	if chosen == nil {
		d.fails.Store(nil)
		return
	}
	d.fails.Store(&chosen)
}

// Failed is how many have failed so far.
func (d *Disk) Failed() int64 { return d.failed.Load() }

// Start is Start for a program whose disk is d.
func (d *Disk) Start(t testing.TB, args ...string) *Process {
	t.Helper()
	p, err := d.begin(t, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, p.Stderr)
	}
	p.Ready(30 * time.Second)
	return p
}

// NewDisk makes a disk where nothing fails yet; ok is false where the system does not let us.
func NewDisk(t testing.TB) (d *Disk, ok bool) {
	t.Helper()
	d = &Disk{}
	p, err := d.begin(t, "version")
	if err != nil {
		t.Logf("NOT CHECKED: what a disk does whose fsync fails, since none can be had: %v\n%s", err, p.Stderr)
	}
	return d, err == nil
}

func (d *Disk) begin(t testing.TB, args ...string) (*Process, error) {
	t.Helper()
	path, err := Binary()
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "ours"), os.NewFile(uintptr(pair[1]), "theirs")
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), behindDisk+"="+path)
	cmd.ExtraFiles = []*os.File{theirs}
	p := begin(t, cmd, args)
	_ = theirs.Close() // the program has its own
	listener, err := received(ours)
	if err != nil {
		p.Kill()
		return p, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.serve(listener)
	}()
	t.Cleanup(func() {
		p.Kill()
		<-done
	})
	return p, nil
}

// received reads a file that comes over a socket.
func received(socket *os.File) (int, error) {
	conn, err := net.FileConn(socket)
	if err = errors.Join(err, socket.Close()); err != nil {
		return 0, err
	}
	defer conn.Close()
	c := conn.(*net.UnixConn)
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	body, rights := make([]byte, 1), make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := c.ReadMsgUnix(body, rights)
	if err != nil {
		return 0, err
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil || len(messages) == 0 {
		return 0, fmt.Errorf("the program sent no listener (%w)", err)
	}
	files, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return 0, err
	}
	return files[0], nil
}

// What the kernel tells and is told (seccomp_unotify(2)).
type (
	notice struct {
		id        uint64
		thread    uint32
		_         [5]uint32 // flags, the call, the machine, where in the program
		arguments [6]uint64
	}
	verdict struct {
		id    uint64
		value int64
		errno int32
		flags uint32
	}
)

const (
	recvNotice  = 0xC0502100
	sendVerdict = 0xC0182101
	goOn        = 1 // the call is done as if nobody had asked
)

// serve answers for each fsync until the program and all that it started have ended.
func (d *Disk) serve(listener int) {
	defer func() { _ = unix.Close(listener) }()
	for {
		poll := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
		if _, err := unix.Poll(poll, -1); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
		if poll[0].Revents&unix.POLLHUP != 0 {
			return
		}
		if poll[0].Revents&unix.POLLIN == 0 {
			continue
		}
		var n notice
		if call(listener, recvNotice, unsafe.Pointer(&n)) != 0 {
			continue // it was killed in the midst of the call
		}
		v := verdict{id: n.id, flags: goOn}
		if chosen := d.fails.Load(); chosen != nil {
			if path, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", n.thread, n.arguments[0])); err == nil && (*chosen)(path) {
				d.failed.Add(1)
				v = verdict{id: n.id, errno: -int32(unix.EIO)}
			}
		}
		call(listener, sendVerdict, unsafe.Pointer(&v))
	}
}

func call(listener int, request uintptr, argument unsafe.Pointer) syscall.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(listener), request, uintptr(argument))
	return errno
}

// becomeProgram makes this process the program that the environment names, after it has sent to descriptor 3 what tells of each fsync. It
// returns where nothing is named.
func becomeProgram() {
	path := os.Getenv(behindDisk)
	if path == "" {
		return
	}
	runtime.LockOSThread() // the filter is this thread's, and the program that it becomes keeps it
	err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	if err == nil {
		err = tellOfSyncs()
	}
	if err == nil {
		_ = os.Unsetenv(behindDisk)
		err = syscall.Exec(path, append([]string{path}, os.Args[1:]...), os.Environ())
	}
	fmt.Fprintln(os.Stderr, strings.TrimSpace("cannot stand behind the test's disk: "+err.Error()))
	os.Exit(125)
}

func tellOfSyncs() error {
	const load, jumpEqual, give = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	filter := []unix.SockFilter{
		{Code: load}, // the number of the call
		{Code: jumpEqual, K: unix.SYS_FSYNC, Jt: 2},
		{Code: jumpEqual, K: unix.SYS_FDATASYNC, Jt: 1},
		{Code: give, K: unix.SECCOMP_RET_ALLOW},
		{Code: give, K: unix.SECCOMP_RET_USER_NOTIF},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	listener, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return fmt.Errorf("filter: %w", errno)
	}
	return unix.Sendmsg(3, []byte{1}, unix.UnixRights(int(listener)), nil, 0)
}
