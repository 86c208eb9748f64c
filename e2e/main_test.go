package e2e_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"commonweal/assets"
)

// program is the path of the program that the tests build once.
var program string

// out is the folder of the pictures of the pages.
const out = "out"

func TestMain(m *testing.M) { os.Exit(prove(m)) }

func prove(m *testing.M) int {
	dir, err := os.MkdirTemp("", "commonweal-e2e-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = build(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer closeBrowser()
	return m.Run()
}

// build builds the program into the folder.
func build(dir string) error {
	if assets.Built().Missing() {
		return errors.New("the pages have no styles and scripts yet: run make assets/dist/manifest.json")
	}
	program = filepath.Join(dir, "commonweal")
	return errors.Join(compile(program), os.RemoveAll(out), os.MkdirAll(out, 0o755))
}

// compile builds the program into a file.
func compile(file string, flags ...string) error {
	args := append([]string{"build", "-buildvcs=false", "-o", file}, flags...)
	said, err := exec.Command("go", append(args, "commonweal/cmd/commonweal")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("the program does not build: %w\n%s", err, said)
	}
	return nil
}
