package books

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// logRow is an entry of the log in plain words.
type logRow struct {
	Seq       int64
	At        int64 // microseconds
	Act, What string
	Who       string
	Href      string
}

// seen is the present head, for the reader's browser to hold against the one it
// saw before.
type seen struct{ Proofs, Key, Signed string }

// headSeen is the present head of the commons' log.
func (b *Books) headSeen(q *web.Request) (seen, error) {
	signed, err := b.Log.Checkpoint(q.R.Context(), b.Store, q.Commons.ID, b.Key)
	return seen{q.Path("log", "consistency"), b.Key.Verifier(q.Commons.ID), signed}, err
}

type logPage struct {
	Tabs         []web.Tab
	Seen         seen
	Rows         []logRow
	Head         journal.Head
	Root         string
	Newer, Older string
	Form         *web.Form
	Last         int64
}

// log lists the entries of the log, newest first.
func (b *Books) log(q *web.Request) error {
	f := q.Form()
	head, err := b.headSeen(q)
	if err != nil {
		return err
	}
	return b.show(q, func(v *View, called func(store.ID) string) error {
		before := v.Head.Size
		if f.Raw("before") != "" {
			before = f.Int("before", 0, v.Head.Size)
		}
		if seq := f.Raw("entry"); seq != "" {
			if n := f.Int("entry", 0, max(0, v.Head.Size-1)); f.OK() {
				return q.Redirect(q.Path("books", "log", strconv.FormatInt(n, 10)), "")
			}
		}
		page := logPage{Tabs: tabs(q, "log"), Seen: head, Head: v.Head, Root: v.Head.Root.String(), Form: f, Last: max(0, v.Head.Size-1)}
		entries, err := journal.Entries(v.Snapshot, max(0, before-rowsShown), before, rowsShown)
		if err != nil {
			return err
		}
		for _, e := range slices.Backward(entries) {
			row, err := rowOfLog(q, e, called)
			if err != nil {
				return err
			}
			page.Rows = append(page.Rows, row)
		}
		at := func(n int64) string { return q.Path("books", "log") + "?before=" + strconv.FormatInt(n, 10) }
		if before < v.Head.Size {
			page.Newer = at(min(v.Head.Size, before+rowsShown))
		}
		if before > rowsShown {
			page.Older = at(before - rowsShown)
		}
		if q.WantsJSON() {
			return q.JSON(map[string]any{"size": v.Head.Size, "root": page.Root, "entries": entries})
		}
		return q.Render(web.Page{Template: "books/log.html", Title: q.T("books.log.title"), Active: atBooks, Data: page,
			Crumbs: []web.Crumb{{Label: q.T("books.nav.books"), Path: q.Path("books")}, {Label: q.T("books.log.title")}}})
	})
}

func rowOfLog(q *web.Request, e journal.Entry, called func(store.ID) string) (logRow, error) {
	at, err := e.Time()
	return logRow{Seq: e.Seq, At: store.Micros(at), Act: e.Act, What: q.ActName(e.Act), Who: called(e.By), Href: q.Path("books", "log", strconv.FormatInt(e.Seq, 10))}, err
}

// sealedRow is a private field as the log shows it.
type sealedRow struct{ Name, Commitment string }

// attachedRow is an attachment of an entry.
type attachedRow struct {
	Name, Digest string
}

type logEntryPage struct {
	Tabs         []web.Tab
	Row          logRow
	Body         string
	Sealed       []sealedRow
	Attached     []attachedRow
	Entries      []entryRow
	More         int
	Leaf         string
	Proof        []string
	Size         int64
	Root, Key    string
	Receipt      string // address of the download
	ReceiptText  string
	ReceiptName  string
	Cosigned     []journal.Cosignature
	Seen         seen
	Newer, Older string
}

// shownEvents is how many entries of the accounts the page of an act shows.
const shownEvents = 50

// entry shows one entry of the log, what it did to the accounts, and the proof
// that it stands there.
func (b *Books) entry(q *web.Request) error {
	seq, err := seqOf(q)
	if err != nil {
		return err
	}
	receipt, err := neighbors.Receipt(q.R.Context(), b.Store, b.Log, b.Key, q.Commons.ID, seq)
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(receipt)
	}
	checked, err := receipt.Check(receipt.Key) // what we show is what was checked
	if err != nil {
		return err
	}
	text, err := receipt.Text()
	if err != nil {
		return err
	}
	head, err := b.headSeen(q)
	if err != nil {
		return err
	}
	return b.show(q, func(v *View, called func(store.ID) string) error {
		e := checked.Entry
		page := logEntryPage{Tabs: tabs(q, "log"), Size: checked.Checkpoint.Size, Root: checked.Checkpoint.Root.String(), Key: receipt.Key,
			Leaf: tlog.RecordHash([]byte(receipt.Entry)).String(), Receipt: q.Path("books", "log", strconv.FormatInt(seq, 10), "receipt"),
			ReceiptText: string(text), ReceiptName: receiptName(q, seq), Cosigned: checked.Cosignatures, Seen: head}
		if page.Row, err = rowOfLog(q, e, called); err != nil {
			return err
		}
		for _, h := range receipt.Proof {
			page.Proof = append(page.Proof, h.String())
		}
		var body bytes.Buffer
		if err := json.Indent(&body, e.Body, "", "  "); err != nil {
			return err
		}
		page.Body = body.String()
		for _, name := range slices.Sorted(maps.Keys(e.Sealed)) {
			page.Sealed = append(page.Sealed, sealedRow{name, e.Sealed[name]})
		}
		for _, name := range slices.Sorted(maps.Keys(e.Attached)) {
			page.Attached = append(page.Attached, attachedRow{name, e.Attached[name]})
		}
		acts := v.Ledger.OfAct(seq)
		page.More = max(0, len(acts)-shownEvents)
		for _, x := range acts[:min(len(acts), shownEvents)] {
			page.Entries = append(page.Entries, rowOf(q, v, called, x))
		}
		if seq > 0 {
			page.Older = q.Path("books", "log", strconv.FormatInt(seq-1, 10))
		}
		if seq+1 < v.Head.Size {
			page.Newer = q.Path("books", "log", strconv.FormatInt(seq+1, 10))
		}
		title := q.T("books.entry.title", "seq", seq)
		return q.Render(web.Page{Template: "books/entry.html", Title: title, Active: atBooks, Data: page,
			Crumbs: []web.Crumb{{Label: q.T("books.log.title"), Path: q.Path("books", "log")}, {Label: title}}})
	})
}

func seqOf(q *web.Request) (int64, error) {
	seq, err := strconv.ParseInt(q.R.PathValue("seq"), 10, 64)
	if err != nil || seq < 0 {
		return 0, noEntry(q.R.PathValue("seq"))
	}
	return seq, nil
}

func noEntry(seq string) error {
	return fault.NotFoundf("journal.no_entry", "seq", "the log has no entry %.40q", seq)
}

// receipt gives the proof of an entry to keep.
func (b *Books) receipt(q *web.Request) error {
	seq, err := seqOf(q)
	if err != nil {
		return err
	}
	receipt, err := neighbors.Receipt(q.R.Context(), b.Store, b.Log, b.Key, q.Commons.ID, seq)
	if err != nil {
		return err
	}
	text, err := receipt.Text()
	if err != nil {
		return err
	}
	return q.Download(receiptName(q, seq), "text/plain; charset=utf-8", text)
}

// receiptName is the name of the file of a receipt.
func receiptName(q *web.Request, seq int64) string {
	return q.Commons.Slug + "-entry-" + strconv.FormatInt(seq, 10) + journal.ReceiptType
}

// static serves the log as static files in the C2SP layout.
func (b *Books) static(q *web.Request) error {
	files := journal.Static{Store: b.Store, Log: b.Log, Key: b.Key, Cosigned: neighbors.Cosigned}
	return files.Serve(q.W, q.R, q.Commons.ID, q.R.PathValue("file"))
}

type verifyPage struct {
	Tabs                    []web.Tab
	Seen                    seen
	Checkpoint, Key, Origin string
	Size                    int64
	Files                   []string
	Archive                 string
	Name                    string
}

// verification says how to check the log, and shows what is needed.
func (b *Books) verification(q *web.Request) error {
	now, err := b.headSeen(q)
	if err != nil {
		return err
	}
	signed, key := now.Signed, now.Key
	head, _, err := journal.OpenCheckpoint(signed, key)
	if err != nil {
		return err
	}
	page := verifyPage{Tabs: tabs(q, "verify"), Seen: now, Checkpoint: signed, Key: key, Origin: head.Origin, Size: head.Size, Name: q.Commons.Slug + "-log.zip",
		Archive: q.Path("books", "downloads", string(LogFormat)), Files: []string{q.Path("log", "checkpoint"), q.Path("log", "key")}}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"checkpoint": signed, "key": key})
	}
	return q.Render(web.Page{Template: "books/verify.html", Title: q.T("books.verify.title"), Active: atBooks, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("books.nav.books"), Path: q.Path("books")}, {Label: q.T("books.verify.title")}}})
}
