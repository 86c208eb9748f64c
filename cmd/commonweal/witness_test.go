package main

import (
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commonweal/books"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
)

// neighborhood is a village whose log another host witnesses, both serving.
type neighborhood struct {
	*village
	h, other *House
	url      string // of the village's commons
	policy   string // file for readers
}

func newNeighborhood(t *testing.T) *neighborhood {
	n := &neighborhood{village: newVillage(t)}
	n.h = n.openAt(n.data)
	n.other = n.openAt(t.TempDir())
	n.url = n.serve(n.h) + "/c/village"
	c, _, err := n.h.Directory.BySlug(t.Context(), "village")
	n.must(err)
	key := n.h.Key.Verifier(c.ID)
	_, err = n.other.Witness.Watch(t.Context(), "the village", key)
	n.must(err)
	p := books.WithNeighbor(witness.Policy{Quorum: witness.NoQuorum}, witness.Witness{Name: "harbor", Key: n.other.Witness.Key.Cosigner(), URL: n.serve(n.other) + "/witness"})
	n.must(n.h.Books.SetNeighbors(t.Context(), n.h.Gate.Operator(c.ID), "", p))
	n.must(n.h.Asker.Ask(t.Context(), c.ID))
	p.Logs = []witness.Log{{Key: key}}
	n.policy = filepath.Join(t.TempDir(), "policy")
	n.must(os.WriteFile(n.policy, []byte(p.String()), 0o600))
	return n
}

// openAt opens a house whose neighbors may be on this machine.
func (n *neighborhood) openAt(data string) *House {
	n.t.Helper()
	h, err := Open(n.t.Context(), Place{Data: data, Origin: "http://localhost:8080", Site: "Test", PrivateNeighbors: true, Log: slog.New(slog.DiscardHandler)})
	n.must(err)
	n.t.Cleanup(func() { h.Close() })
	return h
}

func (n *neighborhood) serve(h *House) string {
	n.t.Helper()
	shell, err := h.Shell(false)
	n.must(err)
	server := httptest.NewServer(shell)
	n.t.Cleanup(server.Close)
	return server.URL
}

// The whole way: a neighbor cosigns, the receipt shows it, a reader wants it, a
// monitor follows and replays, and what was kept is continued.
func TestNeighborhood(t *testing.T) {
	n := newNeighborhood(t)
	receipt := filepath.Join(t.TempDir(), "entry")
	shell, err := n.h.Shell(false)
	n.must(err)
	n.must(os.WriteFile(receipt, []byte(get(t, shell, "/c/village/books/log/"+n.logged.No.String()+"/receipt")), 0o600))
	if out := n.ok("verify", receipt, "--policy", n.policy); !strings.Contains(out, "cosigned by localhost/witness") {
		t.Errorf("the receipt: %s", out)
	}
	if page := get(t, shell, "/c/village/books/neighbors"); !strings.Contains(page, "up to date") || !strings.Contains(page, "harbor") {
		t.Error("the page does not show the neighbor")
	}
	state := filepath.Join(t.TempDir(), "seen")
	if out := n.ok("monitor", n.url, "--once", "--replay", "--state", state, "--policy", n.policy); !strings.Contains(out, "all obey the rules") {
		t.Errorf("the monitor: %s", out)
	}
	mirrors, err := filepath.Glob(filepath.Join(state, "*", "entries.jsonl"))
	n.must(err)
	if len(mirrors) != 1 {
		t.Fatalf("mirrors %v", mirrors)
	}
	mirror := filepath.Dir(mirrors[0])
	if out := n.ok("verify", mirror, "--mirror", "--policy", n.policy); !strings.Contains(out, "1 distributions, computed again, agree") {
		t.Errorf("the mirror: %s", out)
	}
	old := filepath.Join(t.TempDir(), "old")
	checkpoint, err := os.ReadFile(filepath.Join(mirror, "checkpoint"))
	n.must(err)
	n.must(os.WriteFile(old, checkpoint, 0o600))
	c, _, err := n.h.Directory.BySlug(t.Context(), "village")
	n.must(err)
	_, err = n.h.Directory.Change(t.Context(), n.h.Gate.Operator(c.ID), func() commons.Settings { s := c.Settings(); s.Name = "The Village"; return s }())
	n.must(err)
	n.must(n.h.Asker.Ask(t.Context(), c.ID))
	n.ok("monitor", n.url, "--once", "--replay", "--state", state, "--policy", n.policy)
	archive := filepath.Join(t.TempDir(), "log")
	_, err = n.h.Books.Export(t.Context(), books.Export{Commons: c.ID, Format: books.LogFormat}, archive)
	n.must(err)
	if out := n.ok("verify", archive, "--since", old, "--policy", n.policy); !strings.Contains(out, "continues the checkpoint that you kept") || !strings.Contains(out, "cosigned by") {
		t.Errorf("since: %s", out)
	}
	for what, args := range map[string][]string{
		"a kept checkpoint that is none":    {"verify", archive, "--since", n.policy},
		"a kept checkpoint of more":         {"verify", mirror, "--mirror", "--since", n.longer(old)},
		"a kept checkpoint nobody signed":   {"verify", archive, "--since", n.unsigned(old)},
		"no cosignature":                    {"verify", archive, "--policy", n.strange()},
		"a receipt without cosignatures":    {"verify", receipt, "--policy", n.strange()},
		"a receipt since":                   {"verify", receipt, "--since", old},
		"a policy that is none":             {"verify", archive, "--policy", old},
		"a mirror without saying so":        {"verify", mirror},
		"no checkpoint to be found":         {"verify", archive, "--since", filepath.Join(t.TempDir(), "none")},
		"monitoring for a strange neighbor": {"monitor", n.url, "--once", "--state", t.TempDir(), "--policy", n.strange()},
		"looking too often":                 {"monitor", n.url, "--every", "1ms"},
	} {
		if _, problem, status := n.command(args...); status != fault.Invalid.ExitStatus() {
			t.Errorf("%s: status %d, %s", what, status, problem)
		}
	}
	if _, problem, status := n.command("monitor", "http://127.0.0.1:1/c/x", "--once", "--state", t.TempDir()); status != fault.Unavailable.ExitStatus() {
		t.Errorf("a host that is away: status %d, %s", status, problem)
	}
}

// longer is the kept checkpoint with more entries than there are.
func (n *neighborhood) longer(old string) string {
	return n.rewritten(old, func(lines []string) { lines[1] = "999999" })
}

// unsigned is a checkpoint of the present head that a stranger signed.
func (n *neighborhood) unsigned(old string) string {
	k, err := journal.NewKey("stranger.example")
	n.must(err)
	return n.rewritten(old, func(lines []string) {
		lines[4] = strings.TrimSpace(k.Cosign(strings.Join(lines[:3], "\n")+"\n", n.h.Store.Now()))
	})
}

func (n *neighborhood) rewritten(old string, change func(lines []string)) string {
	n.t.Helper()
	data, err := os.ReadFile(old)
	n.must(err)
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	change(lines[:5])
	path := filepath.Join(n.t.TempDir(), "rewritten")
	n.must(os.WriteFile(path, []byte(strings.Join(lines[:5], "\n")+"\n"), 0o600))
	return path
}

// strange is a policy that wants a neighbor who never cosigned.
func (n *neighborhood) strange() string {
	n.t.Helper()
	k, err := journal.NewKey("strange.example")
	n.must(err)
	data, err := os.ReadFile(n.policy)
	n.must(err)
	log, _, _ := strings.Cut(string(data), "\n")
	path := filepath.Join(n.t.TempDir(), "policy")
	n.must(os.WriteFile(path, []byte(log+"\nwitness strange "+k.Cosigner()+"\nquorum strange\n"), 0o600))
	return path
}

// The forms of stewards and administrators: whoever may not is refused.
func TestNeighborForms(t *testing.T) {
	n := newNeighborhood(t)
	c, _, err := n.h.Directory.BySlug(t.Context(), "village")
	n.must(err)
	p, err := n.h.Books.PolicyOf(t.Context(), c.ID)
	n.must(err)
	var member auth.Membership
	n.must(n.h.Store.Read(t.Context(), c.ID, func(r *store.Snapshot) error {
		list, err := auth.Members(r)
		for _, m := range list {
			if m.Role == auth.Member {
				member = m
			}
		}
		return err
	}))
	if err := n.h.Books.SetNeighbors(t.Context(), n.h.as(member), "", p); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a member: %v", err)
	}
	k, err := journal.NewKey("mill.example/witness")
	n.must(err)
	p = books.WithNeighbor(p, witness.Witness{Name: "mill", Key: k.Cosigner(), URL: "https://mill.example/witness"})
	if enough, plain := books.Plain(p); !plain || enough != 1 || len(p.Groups[0].Members) != 2 {
		t.Errorf("two neighbors: %s", p)
	}
	p, err = books.WithoutNeighbor(p, "harbor")
	n.must(err)
	if enough, plain := books.Plain(p); !plain || enough != 1 || len(p.Witnesses) != 1 {
		t.Errorf("one neighbor: %s", p)
	}
	if _, err := books.WithoutNeighbor(p, "harbor"); fault.CodeOf(err) != "books.no_neighbor" {
		t.Errorf("twice: %v", err)
	}
	grouped := p
	grouped.Groups = []witness.Group{{Name: "mine", Least: 1, Members: []string{"mill"}}}
	grouped.Quorum = "mine"
	if _, err := books.WithoutNeighbor(grouped, "mill"); fault.CodeOf(err) != "books.neighbor_grouped" {
		t.Errorf("in a group: %v", err)
	}
	if p, err = books.WithoutNeighbor(p, "mill"); err != nil || p.Quorum != witness.NoQuorum {
		t.Errorf("none left: %s %v", p, err)
	}
	for _, bad := range []witness.Policy{{Witnesses: []witness.Witness{{Name: "x", Key: "y"}}, Quorum: "x"}, {Logs: []witness.Log{{Key: n.h.Key.Verifier(c.ID)}}, Quorum: witness.NoQuorum}} {
		if err := n.h.Books.SetNeighbors(t.Context(), n.h.Gate.Operator(c.ID), "", bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
