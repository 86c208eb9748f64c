package gitlog_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/gitlog"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// repo is a real repository, made by the real git.
type repo struct {
	t    testing.TB
	path string
}

func newRepo(t testing.TB) repo {
	r := repo{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r repo) run(stdin string, env []string, args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = r.path
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + r.path, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_COMMITTER_NAME=Committer", "GIT_COMMITTER_EMAIL=committer@example.org", "GIT_COMMITTER_DATE=1772445600 +0000"}, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r repo) git(args ...string) string { r.t.Helper(); return r.run("", nil, args...) }

func (r repo) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.path, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
	r.git("add", "--", name)
}

// commit writes what is staged, by an author on a date.
func (r repo) commit(author, date, message string) {
	r.t.Helper()
	name, mail, _ := strings.Cut(strings.TrimSuffix(author, ">"), " <")
	r.run(message, []string{"GIT_AUTHOR_NAME=" + name, "GIT_AUTHOR_EMAIL=" + mail, "GIT_AUTHOR_DATE=" + date}, "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-")
}

// raw writes a commit object byte for byte, as broken tools do.
func (r repo) raw(header, message string) {
	r.t.Helper()
	tree := r.git("write-tree")
	text := "tree " + tree + "\n"
	if parent, err := exec.Command("git", "-C", r.path, "rev-parse", "--verify", "-q", "HEAD").Output(); err == nil {
		text += "parent " + string(bytes.TrimSpace(parent)) + "\n"
	}
	text += header + "\ncommitter C <c@example.org> 1772445600 +0000\n\n" + message
	hash := r.run(text, nil, "hash-object", "-w", "-t", "commit", "--literally", "--stdin")
	r.git("update-ref", "refs/heads/main", hash)
}

func read(opts gitlog.Options) (drafts []intake.Draft, faults []*fault.Error, err error) {
	for r, e := range gitlog.Read(context.Background(), opts) {
		switch f := fault.As(e); {
		case e == nil:
			drafts = append(drafts, r.(intake.Draft))
		case f != nil:
			faults = append(faults, f)
		default:
			err = e
		}
	}
	return drafts, faults, err
}

func lines(t *testing.T, opts gitlog.Options) []string {
	t.Helper()
	drafts, faults, err := read(opts)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range drafts {
		out = append(out, fmt.Sprintf("%s %s %s %s", d.Person.ID, d.Day, d.Quantity.Decimal(), d.Note))
	}
	for _, f := range faults {
		out = append(out, f.Code)
	}
	return out
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAuthorsTrailersAndMailmap(t *testing.T) {
	r := newRepo(t)
	r.write(".mailmap", "Ada Fiction <ada@example.org> <ada@old.example.org>\nBo Made-Up <bo@example.org> Bo <bo@laptop>\n")
	r.commit("A. <ada@old.example.org>", "1772445600 +0100", "Saw\n")
	r.commit("Ada Fiction <ada@example.org>", "1772449200 +0100", "Sand\n\nlonger\n\nCo-authored-by: Bo <bo@laptop>\nReviewed-by: Cy Invented <cy@example.org>\nReviewed-by: Ada Fiction <ADA@old.example.org>\n")
	opts := gitlog.Options{Path: r.path, Rules: gitlog.DefaultRules()}
	same(t, lines(t, opts),
		"mailto:ada@example.org 2026-03-02 1 Saw",
		"mailto:ada@example.org 2026-03-02 0.444445 Sand", // 4 : 4 : 1; the hash draws the odd millionth
		"mailto:bo@example.org 2026-03-02 0.444444 Sand",
		"mailto:cy@example.org 2026-03-02 0.111111 Sand")
}

// TestInvariant1ClonesGiveTheSameKeys: a bare clone, a second run and other
// weights give each person the same key.
func TestInvariant1ClonesGiveTheSameKeys(t *testing.T) {
	r := newRepo(t)
	r.write("a", "1\n")
	r.commit("Ada <ada@example.org>", "1772445600 +0100", "One\n\nCo-authored-by: Bo <bo@example.org>\n")
	bare := filepath.Join(t.TempDir(), "bare.git")
	r.git("clone", "-q", "--bare", ".", bare)
	keys := func(path string, co int64) (out []string) {
		drafts, faults, err := read(gitlog.Options{Path: path, Rules: gitlog.Rules{Author: 1, CoAuthor: co}})
		if err != nil || len(faults) > 0 {
			t.Fatal(faults, err)
		}
		for _, d := range drafts {
			out = append(out, d.Person.ID+d.Key)
		}
		return out
	}
	want := keys(r.path, 1)
	if len(want) != 2 {
		t.Fatalf("%d drafts, want 2", len(want))
	}
	same(t, keys(bare, 1), want...)
	same(t, keys(r.path, 7), want...)
}

// TestInvariant2SharesAddUp over many hashes, so that ties fall both ways.
func TestInvariant2SharesAddUp(t *testing.T) {
	r := newRepo(t)
	for i := range 12 {
		r.commit("Ada <ada@example.org>", "1772445600 +0100", fmt.Sprintf("c%d\n\nCo-authored-by: Bo <bo@example.org>\nCo-authored-by: Cy <cy@example.org>\n", i))
	}
	drafts, _, err := read(gitlog.Options{Path: r.path, Rules: gitlog.Rules{Each: quantity.Of(1, "point"), Author: 1, CoAuthor: 1}})
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]int64{}
	for _, d := range drafts {
		sums[d.Source.Ref] += d.Quantity.Micros
	}
	for hash, sum := range sums {
		if sum != quantity.Scale {
			t.Errorf("the shares of %s add up to %d millionths", hash, sum)
		}
	}
	if len(sums) != 12 {
		t.Errorf("%d commits, want 12", len(sums))
	}
}

func TestValueOfACommit(t *testing.T) {
	r := newRepo(t)
	r.write("big", strings.Repeat("line\n", 500))
	r.commit("Ada <ada@example.org>", "1772445600 +0000", "big\n")
	r.write("small", "one\ntwo\n")
	r.write("picture", "\x00\x01\x02")
	r.commit("Ada <ada@example.org>", "1772445700 +0000", "small\n")
	r.write("big", strings.Repeat("line\n", 499))
	r.commit("Ada <ada@example.org>", "1772535600 +0000", "next day\n")
	rules := gitlog.Rules{Each: quantity.MustParse("0.5", "hour"), PerLine: quantity.MustParse("0.01", "hour"), MostLines: 100, MostPerDay: quantity.MustParse("1.6", "hour")}
	same(t, lines(t, gitlog.Options{Path: r.path, Rules: rules}),
		"mailto:ada@example.org 2026-03-02 1.5 big",   // 0.5 + 100 lines at most
		"mailto:ada@example.org 2026-03-02 0.1 small", // 0.52, but the day is full
		"mailto:ada@example.org 2026-03-03 0.51 next day")
	same(t, lines(t, gitlog.Options{Path: r.path, Paths: []string{"small"}}), "mailto:ada@example.org 2026-03-02 1 small")
	same(t, lines(t, gitlog.Options{Path: r.path, Since: time.Unix(1772535600, 0), Until: time.Unix(1772535600, 0)}), "mailto:ada@example.org 2026-03-03 1 next day")
}

func TestMergesCountOnRequest(t *testing.T) {
	r := newRepo(t)
	r.commit("Ada <ada@example.org>", "1772445600 +0000", "root\n")
	r.git("checkout", "-q", "-b", "side")
	r.write("x", "1")
	r.commit("Bo <bo@example.org>", "1772445600 +0000", "side\n")
	r.git("checkout", "-q", "main")
	r.run("", []string{"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.org", "GIT_AUTHOR_DATE=1772445600 +0000"}, "merge", "-q", "--no-ff", "-m", "merge", "side")
	if got := lines(t, gitlog.Options{Path: r.path}); len(got) != 2 {
		t.Errorf("without merges: %q", got)
	}
	if got := lines(t, gitlog.Options{Path: r.path, Merges: true}); len(got) != 3 {
		t.Errorf("with merges: %q", got)
	}
}

func TestInvariant4HostileCommits(t *testing.T) {
	r := newRepo(t)
	r.raw("author Zo\xeb <zoe@example.org> 1772445600 +0100\nencoding ISO-8859-1", "caf\xe9\n")
	r.raw("author \xff\xfe\x80 <bytes@example.org> 1772445600 +0000", "broken \xc3\x28 bytes\n")
	r.raw("author <script>alert(1)</script> <x@example.org> 1772445600 +9999", "absurd zone\n")
	r.raw("author Old <old@example.org> 0 +0000", "epoch\n")
	r.raw("author Late <late@example.org> 4300000000 +0000", "2106\n")
	r.raw("author Early <early@example.org> -86400 +0000", "before 1970\n")
	r.raw("author Huge <huge@example.org> 99999999999999999999 +0000", "no time\n")
	r.raw("author  <> 1772445600 +0000", "nobody\n")
	r.raw("author \u202eevil <rtl@example.org> 1772445600 +0000", "commit\n\nCo-authored-by: not a contact\nCo-authored-by: <<>>\nCo-authored-by: nameless@example.org\nCo-authored-by: <bracket@example.org>\nCo-authored-by: $(touch pwned) <sh@example.org>\n")
	drafts, faults, err := read(gitlog.Options{Path: r.path, Rules: gitlog.DefaultRules()})
	if err != nil {
		t.Fatal(err)
	}
	byMail := map[string]intake.Draft{}
	for _, d := range drafts {
		byMail[d.Person.ID] = d
		for _, text := range []string{d.Person.Name, d.Note} {
			if text != strings.ToValidUTF8(text, "") || strings.ContainsAny(text, "\x00\u202e\x01") {
				t.Errorf("%q cannot be shown", text)
			}
		}
	}
	if d := byMail["mailto:zoe@example.org"]; d.Person.Name != "Zoë" || d.Note != "café" {
		t.Errorf("Latin-1 commit reads %+v", d)
	}
	if byMail["mailto:bytes@example.org"].Day != "2026-03-02" || byMail["mailto:sh@example.org"].Day != "2026-03-02" || byMail["mailto:nameless@example.org"].Day == "" || byMail["mailto:bracket@example.org"].Day == "" {
		t.Errorf("drafts = %+v", drafts)
	}
	dates := 0
	for _, f := range faults {
		if f.Code == "intake.date" && f.Line > 0 {
			dates++
		}
	}
	if dates < 4 || dates != len(faults) {
		t.Errorf("faults = %v, want the four commits without a believable date", faults)
	}
}

// TestInvariant3NothingIsAnOption: what people give is never an option, and
// what a repository configures never runs.
func TestInvariant3NothingIsAnOption(t *testing.T) {
	r := newRepo(t)
	trap := filepath.Join(r.path, "pwned")
	r.write("--output=pwned", "1\n")
	r.commit("Ada <ada@example.org>", "1772445600 +0000", "one\n")
	for key, value := range map[string]string{"core.fsmonitor": "touch " + trap, "core.pager": "touch " + trap, "diff.external": "touch " + trap,
		"gpg.program": "touch " + trap, "alias.log": "!touch " + trap, "log.showSignature": "true", "diff.x.textconv": "touch " + trap, "mailmap.file": trap} {
		r.git("config", key, value)
	}
	same(t, lines(t, gitlog.Options{Path: r.path, Paths: []string{"--output=pwned"}}), "mailto:ada@example.org 2026-03-02 1 one")
	for _, rev := range []string{"--output=" + trap, "-n1", "--exec=touch"} {
		_, faults, err := read(gitlog.Options{Path: r.path, Rev: rev})
		if err != nil || len(faults) != 1 || faults[0].Code != "intake.revision" {
			t.Errorf("rev %q: %v %v, want a refusal", rev, faults, err)
		}
	}
	for _, path := range []string{":(exclude)x", "*", "../..", ":!a"} {
		read(gitlog.Options{Path: r.path, Paths: []string{path}})
	}
	if _, err := os.Stat(trap); err == nil {
		t.Error("the repository made git run or write something")
	}
}

func TestWhatIsNoRepositoryIsSaid(t *testing.T) {
	empty := newRepo(t)
	if got := lines(t, gitlog.Options{Path: empty.path}); len(got) != 0 {
		t.Errorf("an empty repository gives %q", got)
	}
	full := newRepo(t)
	full.commit("Ada <ada@example.org>", "1772445600 +0000", "one\n")
	for name, c := range map[string]struct {
		opts gitlog.Options
		code string
	}{
		"a plain folder":    {gitlog.Options{Path: t.TempDir()}, "intake.no_repository"},
		"no folder":         {gitlog.Options{Path: filepath.Join(full.path, "nowhere")}, "intake.no_repository"},
		"no such branch":    {gitlog.Options{Path: full.path, Rev: "elsewhere"}, "intake.revision"},
		"a zero byte":       {gitlog.Options{Path: full.path, Paths: []string{"a\x00b"}}, "intake.path"},
		"lines without cap": {gitlog.Options{Path: full.path, Rules: gitlog.Rules{PerLine: quantity.Of(1, "point")}}, "intake.lines"},
		"negative weight":   {gitlog.Options{Path: full.path, Rules: gitlog.Rules{Author: -1}}, "intake.weight"},
		"mixed units":       {gitlog.Options{Path: full.path, Rules: gitlog.Rules{Each: quantity.Of(1, "point"), MostPerDay: quantity.Of(8, "hour")}}, "intake.unit"},
	} {
		_, faults, err := read(c.opts)
		if err != nil || len(faults) != 1 || faults[0].Code != c.code {
			t.Errorf("%s: %v %v, want %s", name, faults, err, c.code)
		}
	}
}

func TestReadingCanStopEarly(t *testing.T) {
	r := newRepo(t)
	for range 3 {
		r.commit("Ada <ada@example.org>", "1772445600 +0000", "one\n")
	}
	for range gitlog.Read(context.Background(), gitlog.Options{Path: r.path}) {
		break
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range gitlog.Read(ctx, gitlog.Options{Path: r.path}) {
		if err == nil {
			t.Error("a canceled reading yields records")
		}
	}
}
