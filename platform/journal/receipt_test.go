package journal

import (
	"bytes"
	"strings"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// receipted returns a store with ten entries and one that seals two fields, and its receipt.
func receipted(t testing.TB) (s *store.Store, l *Log, c store.ID, k *Key, rec Receipt) {
	s, l = fresh(t)
	c, k = store.NewID(), newTestKey(t)
	grow(t, s, c, 10)
	must(t, act(t, s, c, func(tx *store.Tx) error {
		_, err := Append(tx, Record{Act: "contribution.log", Sealed: map[string]string{"note": "swept the secret workshop", "name": "Robin Example"}})
		return err
	}))
	grow(t, s, c, 300)
	rec, err := l.Receipt(t.Context(), s, c, k, 10)
	must(t, err)
	return s, l, c, k, rec
}

func openings(t testing.TB, s *store.Store, c store.ID, seq int64) (o map[string]Opening) {
	view(t, s, c, func(r *store.Snapshot) error {
		all, err := Openings(r, seq, seq+1)
		o = all[seq]
		return err
	})
	return o
}

func encode(t testing.TB, rec Receipt) []byte {
	b, err := rec.Text()
	must(t, err)
	return b
}

func TestReceiptVerifiesOffline(t *testing.T) {
	s, _, c, k, rec := receipted(t)
	got, err := CheckReceipt(encode(t, rec))
	must(t, err)
	if got.Trusted || got.Entry.Act != "contribution.log" || len(got.Opened) != 0 {
		t.Errorf("without a trusted key: %+v", got)
	}
	rec.Opened = openings(t, s, c, 10)
	got, err = CheckReceipt(encode(t, rec), k.Verifier(c))
	must(t, err)
	if !got.Trusted || got.Opened["note"] != "swept the secret workshop" {
		t.Errorf("with the key: %+v", got)
	}
}

func TestReceiptRefusesForgery(t *testing.T) {
	s, l, c, k, rec := receipted(t)
	rec.Opened = openings(t, s, c, 10)
	other, err := l.Receipt(t.Context(), s, c, k, 11)
	must(t, err)
	if _, err := l.Receipt(t.Context(), s, c, k, 1000); fault.CodeOf(err) != "journal.no_entry" {
		t.Errorf("receipt of what is not there: %v", err)
	}
	for name, x := range map[string]struct {
		change func(*Receipt)
		code   string
	}{
		"entry changed":   {func(r *Receipt) { r.Entry = strings.Replace(r.Entry, "contribution", "credit", 1) }, "journal.inclusion"},
		"entry respaced":  {func(r *Receipt) { r.Entry += " " }, "journal.not_canonical"},
		"other entry":     {func(r *Receipt) { r.Entry = other.Entry }, "journal.receipt_index"},
		"other proof":     {func(r *Receipt) { r.Proof = other.Proof }, "journal.inclusion"},
		"no proof":        {func(r *Receipt) { r.Proof = nil }, "journal.inclusion"},
		"index moved":     {func(r *Receipt) { r.Index++ }, "journal.receipt_index"},
		"head changed":    {func(r *Receipt) { r.Checkpoint = strings.Replace(r.Checkpoint, "\n312\n", "\n311\n", 1) }, "journal.signature"},
		"another key":     {func(r *Receipt) { r.Key = newTestKey(t).Verifier(c) }, "journal.signature"},
		"text changed":    {func(r *Receipt) { r.Opened = map[string]Opening{"note": {r.Opened["note"].Salt, "slept"}} }, "journal.opening"},
		"fields switched": {func(r *Receipt) { r.Opened = map[string]Opening{"note": r.Opened["name"]} }, "journal.opening"},
		"no such field":   {func(r *Receipt) { r.Opened = map[string]Opening{"mood": r.Opened["name"]} }, "journal.no_field"},
	} {
		forged := rec
		x.change(&forged)
		if _, err := CheckReceipt(encode(t, forged)); fault.CodeOf(err) != x.code {
			t.Errorf("%s: got %v (%s), want %s", name, err, fault.CodeOf(err), x.code)
		}
	}
	if _, err := CheckReceipt(encode(t, rec), newTestKey(t).Verifier(c)); fault.CodeOf(err) != "journal.signature" {
		t.Errorf("a key that did not sign is trusted: %v", err)
	}
	if _, err := CheckReceipt(append(encode(t, rec), make([]byte, maxReceipt)...)); fault.CodeOf(err) != "journal.receipt_too_large" {
		t.Errorf("too large: %v", err)
	}
}

// An old receipt stays valid when its private fields are erased and the log grows.
func TestInvariant3ErasedFieldsLeaveProofsValid(t *testing.T) {
	s, l, c, k, rec := receipted(t)
	must(t, act(t, s, c, func(tx *store.Tx) error {
		n, err := Erase(tx, 10, "note", "unknown")
		if n != 1 {
			t.Errorf("%d fields erased, want the one of two that exists", n)
		}
		return err
	}))
	if o := openings(t, s, c, 10); len(o) != 1 || o["name"].Text != "Robin Example" {
		t.Errorf("after erasing one of two fields: %v", o)
	}
	grow(t, s, c, 100)
	if _, err := CheckReceipt(encode(t, rec), k.Verifier(c)); err != nil {
		t.Errorf("the old receipt: %v", err)
	}
	again, err := l.Receipt(t.Context(), s, c, k, 10)
	must(t, err)
	if again.Entry != rec.Entry {
		t.Error("the entry changed")
	}
}

// Whatever a receipt says, it proves the entry it was given for, or nothing.
func FuzzCheckReceipt(f *testing.F) {
	_, _, c, k, rec := receipted(f)
	whole := encode(f, rec)
	f.Add(whole)
	f.Add(bytes.Replace(whole, []byte("\nindex 10\n"), []byte("\nindex 11\n"), 1))
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\n"))
	vkey := k.Verifier(c)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := CheckReceipt(data, vkey)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("no refusal: %v", err)
			}
			return
		}
		if entry, err := got.Entry.Canonical(); err != nil || string(entry) != rec.Entry {
			t.Fatalf("it proves %s, %v", entry, err)
		}
	})
}
