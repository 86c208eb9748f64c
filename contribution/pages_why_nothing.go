package contribution

import (
	"cmp"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// whyNothingPage says why contributions of somebody earned nothing.
type whyNothingPage struct {
	Row     distributionRow
	Title   string
	Lead    string
	Buckets []nothingBucket
	Empty   string // why there is nothing to say; "" otherwise
	JSON    string
}

// nothingBucket is what a bucket left unpaid.
type nothingBucket struct {
	Title   string
	Reasons []nothingRow
}

// nothingRow is a reason, with the contributions it holds for.
type nothingRow struct {
	Text, Help string
	Count      int
	More       int // contributions beyond those listed
	Entries    []checkRow
	Trace      string
}

// whyNothing explains why somebody got nothing, or not more.
func (p *Practice) whyNothing(q *web.Request) error {
	var page whyNothingPage
	var list []equation.Nothing
	person, json := asked(q, "person")
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		id, _ := asked(q, "id")
		d, err := GetDistribution(r, id)
		if err != nil {
			return err
		}
		called, err := loadNames(q, r, person)
		if err != nil {
			return err
		}
		if !called.Knows(person) {
			return fault.NotFoundf("contribution.unknown_person", "person", "there is nobody with this identifier here")
		}
		page.Row, page.Title, page.Lead = rowOf(q, s, d), q.T("contribution.nothing.title", "who", called.of(person)), q.T("contribution.nothing.lead")
		if person == q.Who.Agent {
			page.Title = q.T("contribution.nothing.mine")
		}
		list, err = p.WhyNothing(r, d, person)
		if f := fault.As(err); f != nil && f.Code == "equation.no_contribution" {
			page.Empty = q.T("contribution.nothing.no_contribution")
			return nil
		}
		if err != nil {
			return err
		}
		if len(list) == 0 {
			page.Empty = q.T("contribution.nothing.all_paid")
		}
		return p.fillNothing(q, r, d, &page, list)
	})
	if err != nil {
		return err
	}
	if json {
		return q.JSON(map[string]any{"distribution": page.Row.ID, "person": person, "nothing": list})
	}
	page.JSON = q.R.URL.Path + ".json"
	return q.Render(web.Page{Template: "contribution/nothing.html", Title: page.Title, Active: atMoney, Data: page, Crumbs: whyCrumbs(q, page.Row)})
}

// whyHeld lists the contributions that a distribution could not value.
func (p *Practice) whyHeld(q *web.Request) error {
	page := whyNothingPage{Title: q.T("contribution.outcome.held"), Lead: q.T("contribution.outcome.held_text")}
	var list []equation.Nothing
	id, _ := asked(q, "id")
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		d, err := GetDistribution(r, id)
		if err != nil {
			return err
		}
		page.Row = rowOf(q, s, d)
		if list, err = p.WhyHeld(r, d); err != nil {
			return err
		}
		if len(list) == 0 {
			page.Empty = q.T("contribution.nothing.none_held")
		}
		return p.fillNothing(q, r, d, &page, list)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"distribution": page.Row.ID, "held": list})
	}
	return q.Render(web.Page{Template: "contribution/nothing.html", Title: page.Title, Active: atMoney, Data: page, Crumbs: whyCrumbs(q, page.Row)})
}

// fillNothing puts the reasons into words, bucket by bucket.
func (p *Practice) fillNothing(q *web.Request, r *store.Snapshot, d Distribution, page *whyNothingPage, list []equation.Nothing) error {
	return p.Columns(r, func(c *Columns) error {
		for _, n := range list {
			row := nothingRow{Text: q.T("contribution.reason." + string(n.Reason)), Help: q.T("contribution.reason_help." + string(n.Reason)), Count: n.Count}
			for _, i := range n.Contributions {
				no := c.No(int(i))
				row.Entries = append(row.Entries, checkRow{no.String(), entryPath(q, no)})
			}
			row.More = n.Count - len(row.Entries)
			if n.Trace != nil {
				row.Trace = n.Trace.Text
			}
			title := n.Bucket
			if b := d.bucket(n.Bucket); b != nil {
				title = cmp.Or(b.Label, b.Key)
			}
			if last := len(page.Buckets) - 1; last < 0 || page.Buckets[last].Title != title {
				page.Buckets = append(page.Buckets, nothingBucket{Title: title})
			}
			b := &page.Buckets[len(page.Buckets)-1]
			b.Reasons = append(b.Reasons, row)
		}
		return nil
	})
}
