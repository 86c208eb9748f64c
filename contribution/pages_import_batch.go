package contribution

import (
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// count is a number of things.
func count(n int) quantity.Amount { return quantity.Of(int64(n), "one") }

// day is a date for a form; "" for none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// dayAt is the beginning of a day that a form sent; zero for none.
func dayAt(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// batchRow is one import in the list.
type batchRow struct {
	ImportedBatch
	Href, What, Who string
}

type importsPage struct {
	Tabs  []web.Tab
	Rows  []batchRow
	Older string
}

const batchesShown = 50

// imports lists what was brought in, newest first.
func (p *Practice) imports(q *web.Request) error {
	page := importsPage{Tabs: roomTabs(q, "imports")}
	before, _ := store.ParseID(q.R.URL.Query().Get("before")) // another text asks for the newest
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := BatchPage(r, before, batchesShown)
		if err != nil {
			return err
		}
		if page.Rows, err = batchRows(q, r, list); err != nil {
			return err
		}
		if len(list) == batchesShown {
			page.Older = importPath(q) + "?before=" + string(list[len(list)-1].ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"imports": page.Rows})
	}
	return q.Render(web.Page{Template: "contribution/imports.html", Title: q.T("contribution.import.title"), Active: "/contribution", Data: page})
}

func batchRows(q *web.Request, r store.Reader, list []ImportedBatch) ([]batchRow, error) {
	ids := make([]store.ID, len(list))
	for i, b := range list {
		ids[i] = b.By
	}
	called, err := loadNames(q, r, ids...)
	rows := make([]batchRow, len(list))
	for i, b := range list {
		rows[i] = batchRow{ImportedBatch: b, Href: importPath(q, "batch", string(b.ID)), What: formatName(q, Format(b.Source)), Who: called.of(b.By)}
	}
	return rows, err
}

var (
	entriesOfBatch = store.SQL(`SELECT ` + entryColumns + ` FROM contribution_entry
		WHERE commons_id = $1 AND seq IN (SELECT i.seq FROM contribution_import i WHERE i.commons_id = $1 AND i.batch = $2)
		AND (seq, n) > ($3, $4) ORDER BY seq, n LIMIT $5`)
	statesBetween = store.SQL(`SELECT entry_seq, entry_n, state FROM contribution_decision
		WHERE commons_id = $1 AND (entry_seq, entry_n) >= ($2, $3) AND (entry_seq, entry_n) <= ($4, $5) ORDER BY seq, n`)
)

// statesNow gives contributions, in the order of the log, the state they stand in now.
func statesNow(r store.Reader, list []Entry) error {
	if len(list) == 0 {
		return nil
	}
	first, last := list[0].No, list[len(list)-1].No
	rows, err := r.Query(statesBetween, first.Seq, first.N, last.Seq, last.N)
	if err != nil {
		return err
	}
	defer rows.Close()
	now := map[EntryNo]State{}
	for rows.Next() {
		var no EntryNo
		var state State
		if err := rows.Scan(&no.Seq, &no.N, &state); err != nil {
			return err
		}
		now[no] = state
	}
	pointers := make([]*Entry, len(list))
	for i := range list {
		pointers[i] = &list[i]
		if state, decided := now[list[i].No]; decided {
			list[i].State = state
		}
	}
	return priced(r, rows.Err(), pointers...)
}

type batchPageView struct {
	Form    *web.Form
	Batch   batchRow
	Rows    []entryRow
	Next    string
	Reverse string
	Round   string // of a batch of marks
}

const batchEntriesShown = 50

// batch shows one import: what it brought, and how to take it back.
func (p *Practice) batch(q *web.Request) error {
	id, err := addressed(q)
	if err != nil {
		return err
	}
	page := batchPageView{Form: q.Form(), Reverse: importPath(q, "batch", string(id), "reverse")}
	after := EntryNo{Seq: -1}
	if text := q.R.URL.Query().Get("after"); text != "" {
		no, err := ParseEntryNo(text)
		if err != nil {
			return err
		}
		after = no
	}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		b, err := GetBatch(r, id)
		if err != nil {
			return err
		}
		rows, err := batchRows(q, r, []ImportedBatch{b})
		if err != nil {
			return err
		}
		page.Batch = rows[0]
		if _, found, err := store.One(r, scanRound, roundByID, b.ID); found || err != nil {
			if err != nil {
				return err
			}
			page.Round = q.Path("contribution", "rounds", string(b.ID))
		}
		return p.batchEntries(q, r, b.ID, after, &page)
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/import_batch.html", Title: page.Batch.File, Active: "/contribution", Data: page, Crumbs: importCrumbs(q)})
}

// batchEntries lists a page of the contributions of a batch.
func (p *Practice) batchEntries(q *web.Request, r *store.Snapshot, id store.ID, after EntryNo, page *batchPageView) error {
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	entries, err := store.All(r, scanEntry, entriesOfBatch, id, after.Seq, after.N, batchEntriesShown)
	if err == nil {
		err = statesNow(r, entries)
	}
	if err != nil {
		return err
	}
	if page.Rows, err = rowsOf(q, r, s, entries); err != nil {
		return err
	}
	if len(entries) == batchEntriesShown {
		page.Next = page.Batch.Href + "?after=" + entries[len(entries)-1].No.String()
	}
	return nil
}

// reverseBatch takes an import back.
func (p *Practice) reverseBatch(q *web.Request) error {
	f := q.Form()
	id, err := addressed(q)
	if err != nil {
		return err
	}
	ask := ReverseImportAsk{Batch: id, Reason: f.Text("reason", web.Required, web.Max(maxNote))}
	if !f.OK() {
		return p.batch(q)
	}
	to := importPath(q, "batch", string(ask.Batch))
	if p.Runner != nil {
		return p.start(q, reverseJob, importArgs{Ask: ask, Path: to})
	}
	b, err := ReverseImport(q.R.Context(), p.DB, q.Who, ask, nil)
	if err != nil {
		if fault.As(err) != nil && f.Blame(err) {
			return p.batch(q)
		}
		return err
	}
	return q.Redirect(to, "contribution.import.reversed_done", "file", b.File)
}
