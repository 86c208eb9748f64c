package credit

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) bulkRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/bulk", Needs: Pay, Handle: p.bulk},
		{Pattern: "POST /c/{commons}/credit/bulk", Needs: Pay, Handle: p.bringList},
		{Pattern: "GET /c/{commons}/credit/bulk/file/{id}", Needs: Pay, Handle: p.checkList},
		{Pattern: "POST /c/{commons}/credit/bulk/file/{id}", Needs: Pay, Handle: p.payList},
		{Pattern: "POST /c/{commons}/credit/bulk/file/{id}/drop", Needs: Pay, Handle: p.dropList},
		{Pattern: "GET /c/{commons}/credit/bulk/batch/{id}", Needs: Pay, Handle: p.showBatch},
		{Pattern: "GET /c/{commons}/credit/bulk/batch/{id}/outcomes.csv", Needs: Pay, Handle: p.batchOutcomes},
		{Pattern: "POST /c/{commons}/credit/bulk/batch/{id}/reverse", Needs: PayOther, Handle: p.reverseBatch},
	}
}

// batchesShown is how many batches one page lists.
const batchesShown = 50

type bulkPage struct {
	Tabs       []web.Tab
	Form       *web.Form
	Currencies []web.Option
	Modes      []web.Option
	Batches    []Batch
	Older      string
}

// bulk lists what was paid in batches, and takes the next list.
func (p *Practice) bulk(q *web.Request) error {
	page := bulkPage{Tabs: tabs(q, "bulk"), Form: q.Form()}
	before, _ := store.ParseID(q.R.URL.Query().Get("before")) // another text asks for the newest
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		for _, c := range s.Order {
			if !c.Closed {
				page.Currencies = append(page.Currencies, web.Option{Value: string(c.Unit), Label: c.Name})
			}
		}
		page.Batches, err = Batches(r, q.Who, before, batchesShown)
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Currencies) > 0 {
		page.Form.Default("unit", page.Currencies[0].Value)
	}
	page.Form.Default("mode", "rows")
	for _, mode := range bulkModes {
		page.Modes = append(page.Modes, web.Option{Value: mode, Label: q.T("credit.bulk.mode_" + mode), Hint: q.T("credit.bulk.about_" + mode)})
	}
	if n := len(page.Batches); n == batchesShown {
		page.Older = q.Path("credit", "bulk") + "?before=" + string(page.Batches[n-1].ID)
	}
	return q.Render(web.Page{Template: "credit/bulk.html", Title: q.T("credit.bulk.title"), Active: atHome, Data: page})
}

// bulkModes are the two ways to pay a list.
var bulkModes = []string{"rows", "together"}

// bringList keeps a file, and goes to what it would come to.
func (p *Practice) bringList(q *web.Request) error {
	f := q.Form()
	b := Bulk{Together: f.Choice("mode", bulkModes, web.Required) == "together", Read: Reading{Format: BulkTable, Unit: quantity.Unit(f.Raw("unit")), From: q.Who.Agent}}
	file, sent := f.File("file", maxList, web.Required)
	if !f.OK() || !sent {
		return p.bulk(q)
	}
	b.Name = file.Name[:min(len(file.Name), 200)]
	if strings.HasSuffix(strings.ToLower(b.Name), "json") || strings.HasSuffix(strings.ToLower(b.Name), "jsonl") {
		b.Read.Format = BulkLines
	}
	b.Name = strings.ToValidUTF8(b.Name, "")
	content, err := file.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	l, err := p.keepList(q.R.Context(), q.Who, b, content)
	if err != nil {
		if f.Blame(err) {
			return p.bulk(q)
		}
		return err
	}
	return q.Redirect(q.Path("credit", "bulk", "file", string(l.ID)), "")
}

type checkPage struct {
	Form    *web.Form
	List    list
	Report  BulkReport
	Totals  []quantity.Amount
	Lines   []badLine
	Stopped string // why the file cannot be read at all
	Go      bool
	Drop    string
}

// badLine is what is wrong with a line, in the reader's language.
type badLine struct {
	Line int
	Text string
}

// checkList says what a list would come to if it were paid now.
func (p *Practice) checkList(q *web.Request) error {
	l, err := p.addressedList(q)
	if err != nil {
		return err
	}
	page := checkPage{Form: q.Form(), List: l, Drop: q.Path("credit", "bulk", "file", string(l.ID), "drop")}
	page.Report, err = p.Preview(q.R.Context(), q.Who, l.Bulk)
	if f := fault.As(err); f != nil {
		page.Stopped = q.FaultText(f)
	} else if err != nil {
		return err
	}
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		for _, t := range page.Report.Total {
			page.Totals = append(page.Totals, t.Amount.of(s.Currencies[t.Currency].Unit))
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range page.Report.Bad[:min(len(page.Report.Bad), 100)] {
		page.Lines = append(page.Lines, badLine{f.Line, q.FaultText(f)})
	}
	page.Go = page.Stopped == "" && page.Report.Good > 0 && (!l.Together || page.Report.Good == page.Report.Rows)
	return q.Render(web.Page{Template: "credit/bulk_check.html", Title: l.Name, Active: atHome, Data: page, Crumbs: bulkCrumbs(q)})
}

// Bad is how many rows will not be paid.
func (p checkPage) Bad() int { return p.Report.Rows - p.Report.Good }

func bulkCrumbs(q *web.Request) []web.Crumb {
	return []web.Crumb{{Label: q.T("credit.bulk.title"), Path: q.Path("credit", "bulk")}}
}

func (p *Practice) addressedList(q *web.Request) (list, error) {
	id, _ := store.ParseID(q.R.PathValue("id"))
	return p.getList(q.R.Context(), q.Who, id)
}

// payList starts paying a list.
func (p *Practice) payList(q *web.Request) error {
	l, err := p.addressedList(q)
	if err != nil {
		return err
	}
	q.Form()
	id, err := p.start(q.R.Context(), q.Who, q.Idempotency(), payListJob, bulkArgs{List: l.ID, Path: q.Path("credit", "bulk", "batch", string(l.ID))})
	if err != nil {
		return err
	}
	return q.Redirect(job.Path(q, id), "")
}

func (p *Practice) dropList(q *web.Request) error {
	l, err := p.addressedList(q)
	if err != nil {
		return err
	}
	if err := p.box().Drop(q.R.Context(), q.Who, l.ID); err != nil {
		return err
	}
	return q.Redirect(q.Path("credit", "bulk"), "credit.bulk.dropped")
}

type batchPage struct {
	Form    *web.Form
	Batch   Batch
	Refused []badLine
	CSV     string
	Reverse string
}

// showBatch shows a batch: what was paid, what was refused and why.
func (p *Practice) showBatch(q *web.Request) error {
	id, _ := store.ParseID(q.R.PathValue("id"))
	page := batchPage{Form: q.Form(), CSV: q.Path("credit", "bulk", "batch", string(id), "outcomes.csv"), Reverse: q.Path("credit", "bulk", "batch", string(id), "reverse")}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if page.Batch, err = GetBatch(r, q.Who, id); err != nil {
			return err
		}
		return Outcomes(r, id, func(list []BulkOutcome) error {
			for _, o := range list {
				if o.Refused != nil && len(page.Refused) < 100 {
					page.Refused = append(page.Refused, badLine{o.Line, q.FaultText(o.Refused)})
				}
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/bulk_batch.html", Title: page.Batch.Name, Active: atHome, Data: page, Crumbs: bulkCrumbs(q)})
}

// Refusals is how many rows were refused.
func (p batchPage) Refusals() int { return p.Batch.Rows - p.Batch.Made }

// Reversible reports whether the batch can be taken back.
func (p batchPage) Reversible() bool {
	return p.Batch.Made > 0 && slices.Contains([]BatchState{BatchPaid, BatchReversed}, p.Batch.State)
}

// batchOutcomes is every row of a batch with its outcome.
func (p *Practice) batchOutcomes(q *web.Request) error {
	id, _ := store.ParseID(q.R.PathValue("id"))
	return p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		if _, err := GetBatch(r, q.Who, id); err != nil {
			return err
		}
		q.Attach("payments-"+string(id)+".csv", "text/csv; charset=utf-8")
		out := csv.NewWriter(q.W)
		_ = out.Write([]string{"line", "payment", "code", "message"}) // a reader who left shows at the end
		err := Outcomes(r, id, func(list []BulkOutcome) error {
			for _, o := range list {
				row := []string{strconv.Itoa(o.Line), string(o.Payment), "", ""}
				if o.Refused != nil {
					row[2], row[3] = o.Refused.Code, q.FaultText(o.Refused)
				}
				_ = out.Write(row)
			}
			return out.Error()
		})
		out.Flush()
		return err
	})
}

// reverseBatch takes a batch back.
func (p *Practice) reverseBatch(q *web.Request) error {
	f := q.Form()
	id, _ := store.ParseID(q.R.PathValue("id"))
	ask := ReverseBatchAsk{Batch: id, Reason: f.Text("reason", web.Required, web.Max(maxNote))}
	if !f.OK() {
		return p.showBatch(q)
	}
	run, err := p.start(q.R.Context(), q.Who, q.Idempotency(), reverseBatchJob, bulkArgs{Ask: ask, Path: q.Path("credit", "bulk", "batch", string(id))})
	if err != nil {
		return err
	}
	return q.Redirect(job.Path(q, run), "")
}
