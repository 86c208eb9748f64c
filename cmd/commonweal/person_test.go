package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonweal/contribution"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// What is only about Robin: none of these may be left anywhere.
const (
	robinName  = "Robin Uniquename"
	robinMail  = "robin.unique@example.org"
	robinNote  = "a private note with the word zanzibar"
	robinVoice = "a reason of Robin with the word quagga"
	ofRobin    = "a reason about Robin with the word xylophone"
	robinFile  = "%PDF-1.4 a receipt with the word marzipan"
	robinEvent = "a note on an event with the word kumquat"
	robinPlan  = "a note on a plan with the word papaya"
	robinGoods = "a note on a thing with the word tamarind"
	robinMoney = "a note on income with the word saffron"
	ofInvite   = "for a friend, with the word turmeric"
	ofImport   = "name,email,day,hours,note\nRobin Uniquename,robin.unique@example.org,2026-01-05,2,with the word caraway\n"
)

// robin is a member of the village who has left words in every place.
type robin struct {
	*village
	account auth.Account
	who     auth.Identity
	entry   contribution.Entry
	salts   [][]byte
}

func newRobin(t *testing.T) *robin {
	r := &robin{village: newVillage(t)}
	h := r.open()
	defer h.Close()
	ctx := t.Context()
	c, _, err := h.Directory.BySlug(ctx, "village")
	r.must(err)
	people, err := h.Gate.Enroll(ctx, h.Gate.Operator(c.ID), []auth.Person{{Name: robinName, Handle: "robin", Email: robinMail, Password: "open books for everyone"}}, auth.Member)
	r.must(err)
	r.who = h.as(people[0])
	r.account, err = h.Gate.Account(ctx, people[0].Account)
	r.must(err)
	r.speak(ctx, h)
	return r
}

// speak logs, decides, uploads and is decided about.
func (r *robin) speak(ctx context.Context, h *House) {
	r.t.Helper()
	db := h.Store
	evidence, err := contribution.KeepFile(ctx, db, r.who, "receipt.pdf", strings.NewReader(robinFile))
	r.must(err)
	r.entry, err = contribution.LogContribution(ctx, db, r.who, "a key", contribution.LogAsk{Kind: "work", Project: r.logged.Project, Quant: quantity.Of(2, "hour"), Note: robinNote,
		Evidence: []contribution.Evidence{evidence}})
	r.must(err)
	admin, err := h.Gate.AccountByName(ctx, "steward")
	r.must(err)
	m, err := h.Gate.MembershipOf(ctx, r.who.Commons, admin.ID)
	r.must(err)
	_, err = contribution.ValidateContribution(ctx, db, h.as(m), "another", contribution.ValidateAsk{Entry: r.entry.No, Verdict: contribution.Accept, Reason: ofRobin})
	r.must(err)
	worker, err := contribution.LogContribution(ctx, db, h.as(m), "", contribution.LogAsk{Kind: "work", Project: r.logged.Project, Quant: quantity.Of(1, "hour"), Note: "of somebody else"})
	r.must(err)
	_, err = contribution.ValidateContribution(ctx, db, r.who, "third", contribution.ValidateAsk{Entry: worker.No, Verdict: contribution.Accept, Reason: robinVoice})
	r.must(err)
	r.tell(ctx, h, h.as(m))
	_, err = h.Log.Checkpoint(ctx, db, r.who.Commons, h.Key)
	r.must(err)
	r.must(db.Read(ctx, r.who.Commons, func(s *store.Snapshot) error {
		head, err := journal.ReadHead(s)
		if err != nil {
			return err
		}
		open, err := journal.Openings(s, 0, head.Size)
		for _, fields := range open {
			for _, o := range fields {
				if strings.Contains(o.Text, robinName) || o.Text == robinNote || o.Text == robinVoice || o.Text == ofRobin {
					r.salts = append(r.salts, o.Salt)
				}
			}
		}
		return err
	}))
	if len(r.salts) < 4 {
		r.t.Fatalf("only %d of Robin's words are sealed", len(r.salts))
	}
}

// tell leaves words in the core, on income, in an invite, where Robin lives, in
// a file that somebody else is about to import, and in a large private download.
func (r *robin) tell(ctx context.Context, h *House, steward auth.Identity) {
	r.t.Helper()
	one, home := quantity.Of(1, quantity.One), store.NewID()
	plan := &vf.Plan{}
	plan.Name, plan.Note = "Spring", robinPlan
	event := vf.Event{Action: vf.Raise, Provider: r.who.Agent, Receiver: r.who.Agent, ResourceQuantity: &one, Note: robinEvent}
	_, err := h.Core.Do(ctx, steward, "", vf.Adding{Thing: vf.ResourceSpecification{ID: home, Name: "Spade"}})
	r.must(err)
	_, err = h.Core.Do(ctx, r.who, "", vf.Adding{Thing: plan}, vf.Recording{Event: event, New: &vf.Resource{Name: "Spade", Note: robinGoods, ConformsTo: home}})
	r.must(err)
	r.must(h.Gate.SetRole(ctx, steward, r.who.Agent, auth.Steward))
	boss, err := h.Gate.MembershipOf(ctx, r.who.Commons, r.who.Account)
	r.must(err)
	_, err = contribution.RecordIncome(ctx, h.Store, h.as(boss), "", contribution.IncomeAsk{Kind: contribution.Donation, Project: r.logged.Project, PayerName: "A friend", At: h.Store.Now(),
		Gross: quantity.Of(5, "EUR"), Note: robinMoney})
	r.must(err)
	_, _, err = h.Gate.Invite(ctx, h.as(boss), auth.InviteAsk{Role: auth.Member, Uses: 1, Life: time.Hour, Note: ofInvite})
	r.must(err)
	file, err := h.Contribution.Imports.KeepUpload(ctx, steward, contribution.Upload{Name: "hours.csv"}, strings.NewReader(ofImport))
	r.must(err)
	_, err = h.Contribution.Imports.Check(ctx, steward, file)
	r.must(err)
}

// secrets are what must be gone.
func (r *robin) secrets() map[string][]byte {
	all := map[string][]byte{}
	for _, text := range []string{robinName, robinMail, "zanzibar", "quagga", "xylophone", "marzipan", "kumquat", "papaya", "tamarind", "saffron", "turmeric", "caraway"} {
		all[text] = []byte(text)
	}
	for i, salt := range r.salts {
		all[fmt.Sprint("salt ", i)] = salt
	}
	return all
}

// receipts are those of every entry of the village.
func (r *robin) receipts() (list [][]byte) {
	h := r.open()
	defer h.Close()
	for seq := int64(0); ; seq++ {
		rec, err := h.Log.Receipt(r.t.Context(), h.Store, r.who.Commons, h.Key, seq)
		if fault.CodeOf(err) == "journal.no_entry" {
			return list
		}
		r.must(err)
		text, err := rec.Text()
		r.must(err)
		list = append(list, text)
	}
}

// Nothing of an erased person is left in the database file, in any export or on any
// page; every receipt given out before stays valid, and the log verifies.
func TestErasedPersonIsGone(t *testing.T) {
	r := newRobin(t)
	before := r.receipts()
	archive := filepath.Join(t.TempDir(), "before")
	r.ok("books", "export", "--commons", "village", "--format", "log", "--private", "--out", archive)
	if left := r.search(archive); len(left) < 4 { // salts are written in base64 there, and files and addresses are not in it
		t.Fatalf("the search finds only %q in the private archive before the erasure", left)
	}
	if left := r.search(r.data); len(left) < len(r.secrets()) {
		t.Fatalf("the search finds only %q in the data folder before the erasure", left)
	}
	if _, problem, status := r.command("person", "erase", "robin"); status != fault.Invalid.ExitStatus() {
		t.Errorf("not sure: status %d, %s", status, problem)
	}
	r.ok("person", "erase", "robin", "--sure")
	if left := r.search(r.data); len(left) > 0 {
		t.Errorf("left in the data folder: %q", left)
	}
	for _, format := range []string{"log", "hledger", "beancount", "years", "csv", "jsonl", "opencollective", "ocds"} {
		out := filepath.Join(t.TempDir(), format+".zip")
		if format == "log" || format == "csv" || format == "years" {
			out = filepath.Join(t.TempDir(), format)
		}
		r.ok("books", "export", "--commons", "village", "--format", format, "--private", "--out", out)
		if left := r.search(out); len(left) > 0 {
			t.Errorf("left in the export %s: %q", format, left)
		}
		if format == "log" {
			if told := r.ok("verify", out); strings.Contains(told, " 0 erased") {
				t.Errorf("the log verifies and says %s", told)
			}
		}
	}
	for i, text := range before {
		if _, err := journal.CheckReceipt(text); err != nil {
			t.Errorf("the receipt of entry %d: %v", i, err)
		}
	}
	r.afterwards()
}

// afterwards looks at the pages, and at an act that is sent again.
func (r *robin) afterwards() {
	h := r.open()
	defer h.Close()
	shell, err := h.Shell(false)
	r.must(err)
	for _, path := range []string{"/contribution/entries", "/contribution/entries/" + r.entry.No.String(), "/books/log/" + r.entry.No.String(), "/books/events/" + string(r.entry.Event), ""} {
		if page := get(r.t, shell, "/c/village"+path); strings.Contains(page, "Uniquename") || strings.Contains(page, "zanzibar") {
			r.t.Errorf("%s still tells of Robin", path)
		}
	}
	_, err = contribution.LogContribution(r.t.Context(), h.Store, r.who, "a key", contribution.LogAsk{Kind: "work", Project: r.logged.Project, Quant: quantity.Of(2, "hour"), Note: robinNote, Evidence: r.entry.Evidence})
	if fault.CodeOf(err) != "store.result_erased" {
		r.t.Errorf("the act sent again: %v", err)
	}
}

// search finds secrets in the files at a path, zip files opened.
func (r *robin) search(path string) (left []string) {
	r.must(filepath.WalkDir(path, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for name, secret := range r.secrets() {
			if bytes.Contains(content, secret) {
				left = append(left, filepath.Base(file)+": "+name)
			}
		}
		return nil
	}))
	return left
}

// Everything about Robin is in the zip file, from the page and from the command line,
// and nothing of others' words.
func TestEverythingAboutAPerson(t *testing.T) {
	r := newRobin(t)
	out := filepath.Join(t.TempDir(), "robin.zip")
	r.ok("person", "export", "robin", "--out", out)
	if _, problem, status := r.command("person", "export", "robin", "--out", out); status != fault.Conflict.ExitStatus() {
		t.Errorf("over a file: status %d, %s", status, problem)
	}
	if _, problem, status := r.command("person", "export", "nobody", "--out", out+"2"); status != fault.NotFound.ExitStatus() {
		t.Errorf("of nobody: status %d, %s", status, problem)
	}
	z, err := zip.OpenReader(out)
	r.must(err)
	defer z.Close()
	var all bytes.Buffer
	names := map[string]bool{}
	for _, f := range z.File {
		names[f.Name] = true
		g, err := f.Open()
		r.must(err)
		_, err = io.Copy(&all, g)
		r.must(err)
	}
	for _, name := range []string{"README.txt", "account.json", "village/membership.json", "village/log.json", "village/events.json", "village/contribution/contributions.json", "village/contribution/decisions.json"} {
		if !names[name] {
			t.Errorf("%s is missing in %v", name, names)
		}
	}
	for _, text := range []string{robinName, robinMail, robinNote, robinVoice, ofRobin, robinFile} {
		if !strings.Contains(all.String(), text) {
			t.Errorf("%q is missing", text)
		}
	}
	for _, text := range []string{villager, "note of ", "of somebody else"} {
		if strings.Contains(all.String(), text) {
			t.Errorf("%q of somebody else is in it", text)
		}
	}
	h := r.open()
	defer h.Close()
	other, err := h.Gate.AccountByName(t.Context(), "steward")
	r.must(err)
	folder := func(id store.ID) string { return string(id) }
	if err := h.Gate.Portable(t.Context(), r.who, other.ID, folder, io.Discard); fault.CodeOf(err) != "auth.not_yours" {
		t.Errorf("of somebody else: %v", err)
	}
	if err := h.Gate.EraseFor(t.Context(), r.who, other.ID); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("erasing somebody else: %v", err)
	}
	r.must(h.Gate.Portable(t.Context(), r.who, r.who.Account, folder, io.Discard))
}
