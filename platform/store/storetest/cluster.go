package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a private PostgreSQL server: its own data folder, a Unix socket
// and no TCP, with fsync on. It runs as a child of the test process and is told
// to stop by the kernel when that process is killed.
type Cluster struct {
	bin    string // folder of PostgreSQL's programs
	dir    string // of the socket, the data and the log
	server *exec.Cmd
	ended  chan struct{}
}

const folderPrefix = "commonweal-pg-"

// NewCluster makes and starts a server. The caller closes it.
func NewCluster() (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	sweep()
	dir, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", folderPrefix, os.Getpid()))
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin, dir: dir}
	if err := c.create(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	if err := c.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return c, nil
}

// programs finds the folder of PostgreSQL's server programs.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errors.New("PostgreSQL is not installed: install version 15 or later (Debian: apt install postgresql), or set COMMONWEAL_TEST_POSTGRES")
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}

// create makes the data folder. The default collation is deliberately not that
// of bytes, so that a text column without COLLATE "C" shows.
func (c *Cluster) create() error {
	if err := c.give(c.dir); err != nil {
		return err
	}
	initdb := c.command("initdb", "--pgdata", c.data(), "--username=commonweal", "--auth=trust", "--encoding=UTF8",
		"--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// Start starts the server and waits until it answers.
func (c *Cluster) Start() error {
	log, err := os.OpenFile(filepath.Join(c.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	c.server = c.command("postgres", "-D", c.data(), "-k", c.dir, "-c", "listen_addresses=", "-c", "max_connections=200")
	c.server.Stdout, c.server.Stderr = log, log
	started := make(chan error)
	c.ended = make(chan struct{})
	go func() {
		// The signal of Pdeathsig comes when the thread ends that started the
		// child, so this thread must live as long as the server.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(c.ended)
		err := c.server.Start()
		started <- err
		if err == nil {
			_ = c.server.Wait()
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	return c.await()
}

// await waits until the server answers.
func (c *Cluster) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-c.ended:
			log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
			return fmt.Errorf("PostgreSQL did not start:\n%s", bytes.TrimSpace(log))
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// URL is the address of a database of the server.
func (c *Cluster) URL(database string) string {
	return "postgres://commonweal@/" + database + "?host=" + url.QueryEscape(c.dir)
}

// Stop stops the server: at once as by a crash, or after its sessions were
// ended in order.
func (c *Cluster) Stop(crash bool) error {
	signal := syscall.SIGINT // PostgreSQL's fast shutdown
	if crash {
		signal = syscall.SIGQUIT // its immediate shutdown: the next start recovers
	}
	if err := c.server.Process.Signal(signal); err != nil {
		return err
	}
	select {
	case <-c.ended:
		return nil
	case <-time.After(60 * time.Second):
		return errors.New("PostgreSQL does not stop")
	}
}

// Close stops the server and removes its folder.
func (c *Cluster) Close() error {
	return errors.Join(c.Stop(true), os.RemoveAll(c.dir))
}
