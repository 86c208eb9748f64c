package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInvariant4FullDisk fills the disk while acts come in, and makes room again.
func TestInvariant4FullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		asRoot(t)
		return
	}
	t.Parallel()
	h := newHost(t, "")
	mount(t, h.data, "16m")
	h.serve()
	shop := h.begin(t, "windworks")
	l := shop.start(t, 8, h)
	l.reaches(100)

	ballast := fillUp(t, h.data)
	other := h.caller(t)
	eventually(t, "a refusal for want of room", func() bool {
		a, err := shop.log(other, "one more")
		return err == nil && a.status == http.StatusServiceUnavailable && strings.Contains(a.body, "store.disk_full") && strings.Contains(a.body, "no room left")
	})
	if page := shop.steward.get("/c/windworks/contribution/entries"); page.status != http.StatusOK {
		t.Errorf("reading goes on while the disk is full, not %d", page.status)
	}

	os.Remove(ballast)
	l.reaches(l.acts.Load() + 100)
	l.end()
	l.log(other, "one more")
	shop.holds(l)
}

// asRoot runs the test again as the root of a name space of its own, where it
// may mount a disk of a few megabytes.
func asRoot(t *testing.T) {
	t.Helper()
	again, err := exec.Command("unshare", "--user", "--map-root-user", "--mount", os.Args[0], "-test.run=^"+t.Name()+"$").CombinedOutput()
	if err != nil {
		t.Fatalf("this test mounts a small disk: run it as root, or allow user name spaces: %v\n%s", err, again)
	}
}

// mount puts a small disk at the folder for the time of the test.
func mount(t *testing.T, dir, size string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Fatalf("this test mounts a small disk, which it may not here: %v\n%s", err, said)
	}
	t.Cleanup(func() {
		if said, err := exec.Command("umount", "--lazy", dir).CombinedOutput(); err != nil {
			t.Errorf("umount %s: %v\n%s", dir, err, said)
		}
	})
}

// fillUp writes a file until the disk of the folder has no room left.
func fillUp(t *testing.T, dir string) (path string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	return f.Name()
}
