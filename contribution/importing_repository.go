package contribution

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
)

// Repositories lists the names that stewards may choose from: the folders in
// the operator's folder that hold a repository.
func (m *Importer) Repositories() ([]string, error) {
	if m.Folder == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(m.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // an operator may make the folder later
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		for _, inside := range []string{"HEAD", ".git"} {
			if _, err := os.Stat(filepath.Join(m.Folder, e.Name(), inside)); err == nil && e.IsDir() {
				out = append(out, e.Name())
				break
			}
		}
	}
	return out, nil
}

// repository is the folder of a name that was chosen. Only names that
// Repositories lists are good, so no name leads out of the folder.
func (m *Importer) repository(name string) (string, error) {
	list, err := m.Repositories()
	if err != nil {
		return "", err
	}
	if !slices.Contains(list, name) {
		return "", fault.NotFoundf("contribution.unknown_repository", "repository", "there is no repository %.80q among those that may be imported here", name)
	}
	return filepath.Join(m.Folder, name), nil
}

// unbundle makes a bare repository of an uploaded git bundle, in a folder of
// its own that the caller removes.
func (m *Importer) unbundle(ctx context.Context, bundle io.Reader) (folder string, err error) {
	folder, err = os.MkdirTemp("", "commonweal-bundle-*")
	if err != nil {
		return "", err
	}
	file, err := os.OpenFile(filepath.Join(folder, "bundle"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return folder, err
	}
	_, err = io.Copy(file, bundle)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return folder, err
	}
	ctx, stop := context.WithTimeout(ctx, 10*time.Minute)
	defer stop()
	said, err := gitIn(ctx, folder, "bundle", "list-heads", "bundle")
	if err == nil && said == "" {
		said, err = "it holds no branch", errors.New("empty bundle")
	}
	if err == nil {
		said, err = gitIn(ctx, folder, "clone", "--quiet", "--bare", "--no-local", "--template=", "--", "bundle", "repository")
	}
	if err != nil {
		return folder, fault.Invalidf("contribution.bundle", "file", "git cannot read this bundle: %s; make one with: git bundle create history.bundle --all", intake.Clean(said, 200))
	}
	return folder, nil
}

// gitIn runs git in a folder of ours, with no configuration, hook or prompt of
// anybody's, and returns what it said without the folder's name.
func gitIn(ctx context.Context, folder string, args ...string) (said string, err error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "transfer.fsckObjects=true"}, args...)...)
	cmd.Dir = folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "XDG_CONFIG_HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C.UTF-8"}
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(strings.ReplaceAll(string(out), folder, "")), err
}

// Source opens what an upload is read from; done removes what had to be laid
// down on the way.
func (m *Importer) Source(ctx context.Context, who auth.Identity, u Upload) (src ImportSource, done func(), err error) {
	done = func() {}
	o := u.Read
	if u.Format == FormatPraise || u.Format == FormatPraiseScores {
		if o.Secret, err = m.Secret(ctx, who); err != nil {
			return src, done, err
		}
	}
	if u.Format == FormatGit && o.Git != nil {
		git := *o.Git
		git.Name = u.Name
		if u.Repository != "" {
			if git.Path, err = m.repository(u.Repository); err != nil {
				return src, done, err
			}
		} else {
			folder, err := m.unbundle(ctx, m.box().Open(ctx, who.Commons, u.ID))
			done = func() {
				if folder != "" {
					os.RemoveAll(folder)
				}
			}
			if err != nil {
				done()
				return src, func() {}, err
			}
			git.Path = filepath.Join(folder, "repository")
		}
		o.Git = &git
	}
	records, err := ReadSource(u.Format, u.Name, func() (io.ReadCloser, error) { return m.box().Open(ctx, who.Commons, u.ID), nil }, o)
	return ImportSource{Batch: u.Batch(), Records: records}, done, err
}
