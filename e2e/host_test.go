package e2e_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
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

// patience is how long a test waits for something that should take moments.
const patience = 30 * time.Second

// eventually waits until it is so, and fails when it never is.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	within(t, patience, what, so)
}

// within is eventually with a patience of its own.
func within(t testing.TB, limit time.Duration, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %s in vain: %s", limit, what)
		}
	}
}

// A host is the real program, serving a data folder of its own.
type host struct {
	t        testing.TB
	program  string // the file to run
	data     string
	database string // postgres://…, or empty for the file in the data folder
	listen   string
	origin   string
	process  *exec.Cmd
	ended    chan struct{}
	said     *record
}

// newHost prepares a host with an empty data folder. It is not serving yet.
func newHost(t testing.TB, database string) *host {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	h := &host{t: t, program: program, data: filepath.Join(t.TempDir(), "data"), database: database, said: &record{},
		listen: fmt.Sprintf("127.0.0.1:%d", port), origin: fmt.Sprintf("http://localhost:%d", port)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the host at %s said:\n%s", h.listen, h.said.text())
		}
	})
	return h
}

// twin prepares a second process on the data of the first.
func (h *host) twin() *host {
	h.t.Helper()
	twin := newHost(h.t, h.database)
	twin.data, twin.program = h.data, h.program
	return twin
}

// serving returns a host with an empty data folder that answers.
func serving(t testing.TB) *host {
	t.Helper()
	h := newHost(t, "")
	h.serve()
	return h
}

// serve starts the program and waits until it is healthy.
func (h *host) serve(args ...string) {
	h.t.Helper()
	h.start(args...)
	eventually(h.t, "the host to be healthy", func() bool {
		select {
		case <-h.ended:
			h.t.Fatal("the host ended at once")
		default:
		}
		res, err := http.Get("http://" + h.listen + "/healthz")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// start starts the program; the test stops it when it ends.
func (h *host) start(args ...string) {
	h.t.Helper()
	h.process = h.command(append([]string{"serve", "--listen", h.listen}, args...)...)
	h.process.Stdout, h.process.Stderr = h.said, h.said
	if err := h.process.Start(); err != nil {
		h.t.Fatal(err)
	}
	process, ended := h.process, make(chan struct{})
	h.ended = ended
	go func() {
		process.Wait()
		close(ended)
	}()
	h.t.Cleanup(func() {
		process.Process.Kill()
		<-ended
	})
}

// kill ends the program as a power cut would.
func (h *host) kill() {
	h.process.Process.Kill()
	<-h.ended
}

// stop asks the program to end, as systemd does, and waits until it has.
func (h *host) stop() {
	h.t.Helper()
	h.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-h.ended:
	case <-time.After(patience):
		h.t.Fatal("the host does not stop")
	}
	if status := h.process.ProcessState.ExitCode(); status != 0 {
		h.t.Errorf("a host that is asked to stop ends with status 0, not %d", status)
	}
}

// command prepares a run of the program on the host's data.
func (h *host) command(args ...string) *exec.Cmd {
	c := exec.Command(h.program, args...)
	c.Env = append(os.Environ(), "COMMONWEAL_DATA="+h.data, "COMMONWEAL_DATABASE="+h.database, "COMMONWEAL_ORIGIN="+h.origin, "COMMONWEAL_CLOCK_OFFSET="+h.clock())
	return c
}

// run runs a command of the program to its end and returns what it printed.
func (h *host) run(args ...string) string {
	h.t.Helper()
	out, err := h.command(args...).CombinedOutput()
	if err != nil {
		h.t.Fatalf("commonweal %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

var link = regexp.MustCompile(`/welcome\?link=\S+`)

// firstLink is the address by which the first administrator comes in.
func (h *host) firstLink() (address string) {
	h.t.Helper()
	eventually(h.t, "the first link", func() bool {
		address = link.FindString(h.said.text())
		return address != ""
	})
	return address
}

// record keeps what a process says.
type record struct {
	sync.Mutex
	buffer bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.Lock()
	defer r.Unlock()
	return r.buffer.Write(p)
}

func (r *record) text() string {
	r.Lock()
	defer r.Unlock()
	return r.buffer.String()
}
