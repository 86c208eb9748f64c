package contribution

import (
	"cmp"
	"strconv"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) whyRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/distributions/{id}/lines/{bucket}/{receiver}", Needs: See, Handle: p.whyLine},
		{Pattern: "GET /c/{commons}/contribution/distributions/{id}/nothing/{person}", Needs: See, Handle: p.whyNothing},
		{Pattern: "GET /c/{commons}/contribution/distributions/{id}/held", Needs: See, Handle: p.whyHeld},
	}
}

// whyLinePage explains one line of a distribution.
type whyLinePage struct {
	Row      distributionRow
	Who      string
	Bucket   string
	Amount   quantity.Amount
	Sentence string
	Steps    []whyStep
	Claims   []claimRow
	First    []claimRow // the largest payments, shown at once
	Rest     []claimRow // the others, behind a fold
	Behind   int        // how many contributions are not shown at once
	RestPaid quantity.Amount
	Hidden   int // those of them that only the JSON lists
	Changes  []string
	Flow     web.Sankey
	Rule     string
	RuleHref string
	Log      []logRow
	JSON     string
	Raw      *equation.Derivation
	Reversed bool
}

// whyStep is one step of a derivation in words.
type whyStep struct {
	Text   string
	Amount quantity.Amount
}

// claimRow is one contribution behind a line.
type claimRow struct {
	No       EntryNo
	Href     string
	What     string // the kind's name
	Who      string // whose it is, when it is not the receiver's
	Day      any
	Formula  string // the formula, and with the numbers in it
	Trace    string
	Value    quantity.Amount
	Original quantity.Amount
	Before   quantity.Amount
	Entitled quantity.Amount
	Paid     quantity.Amount
	Fraction string
	Left     string // what an exit left of it
	Premium  bool   // Original differs from Value
	Earlier  bool   // something was paid before
	Checks   []checkRow
}

// checkRow is a validation or an evaluation behind a contribution.
type checkRow struct {
	Text string
	Href string
}

// How many contributions the page of a line lists, and how many of them it
// shows at once; its JSON has all of them.
const (
	claimsShown = 200
	claimsOpen  = 5
)

// whyLine explains why somebody got what they got.
func (p *Practice) whyLine(q *web.Request) error {
	var page whyLinePage
	var nos map[string]EntryNo
	receiver, json := asked(q, "receiver")
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		d, key, err := lineAsked(q, r)
		if err != nil {
			return err
		}
		if page.Raw, err = p.Why(r, d, receiver, key); err != nil {
			return err
		}
		if nos, err = p.numbersOf(r, page.Raw); err != nil {
			return err
		}
		return p.fillWhy(q, r, d, &page, nos)
	})
	if f := fault.As(err); f != nil && f.Code == "equation.no_line" {
		return q.Redirect(distributionPath(q, store.ID(q.R.PathValue("id")), "nothing", string(receiver)), "")
	}
	if err != nil {
		return err
	}
	if json {
		return q.JSON(map[string]any{"distribution": page.Row.Distribution.ID, "no": page.Row.No, "derivation": page.Raw, "entries": nos,
			"log": map[string]int64{"opened": page.Row.No, "ran": page.Row.RanAt, "reversed": page.Row.ReversedAt}})
	}
	if receiver == q.Who.Agent {
		if err := p.looked(q); err != nil {
			return err
		}
	}
	return q.Render(web.Page{Template: "contribution/why.html", Title: q.T("contribution.why.title", "who", page.Who, "amount", page.Amount), Active: atMoney, Data: page,
		Crumbs: whyCrumbs(q, page.Row)})
}

func whyCrumbs(q *web.Request, row distributionRow) []web.Crumb {
	return []web.Crumb{{Label: q.T("contribution.money.distributions"), Path: q.Path("contribution", "distributions")},
		{Label: q.T("contribution.distributions.one", "no", row.No), Path: row.Href}}
}

// lineAsked reads which distribution and bucket the address names: buckets by
// their place in the equation, from 0.
func lineAsked(q *web.Request, r store.Reader) (Distribution, string, error) {
	id, _ := asked(q, "id")
	d, err := GetDistribution(r, id)
	if err != nil {
		return d, "", err
	}
	i, err := strconv.Atoi(q.R.PathValue("bucket"))
	if err != nil || i < 0 || i >= len(d.BucketKeys) {
		return d, "", fault.NotFoundf("contribution.unknown_line", "bucket", "distribution %d has no bucket %q, or has not run", d.No, q.R.PathValue("bucket"))
	}
	return d, d.BucketKeys[i], nil
}

// numbersOf finds the numbers of the contributions behind a line, by event.
func (p *Practice) numbersOf(r *store.Snapshot, d *equation.Derivation) (map[string]EntryNo, error) {
	out := make(map[string]EntryNo, len(d.Claims))
	err := p.Columns(r, func(c *Columns) error {
		for _, claim := range d.Claims {
			out[claim.ID] = c.No(int(claim.Contribution))
		}
		return nil
	})
	return out, err
}

// fillWhy puts a derivation into words.
func (p *Practice) fillWhy(q *web.Request, r *store.Snapshot, d Distribution, page *whyLinePage, nos map[string]EntryNo) error {
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	v, err := GetVersion(r, d.Equation, d.Version)
	if err != nil {
		return err
	}
	behind, err := p.behind(r, page.Raw, nos)
	if err != nil {
		return err
	}
	ids := append(behind.people(), store.ID(page.Raw.Receiver))
	for _, m := range messagesOf(page.Raw) {
		if person := m.Args["person"]; person != "" {
			ids = append(ids, store.ID(person))
		}
	}
	called, err := loadNames(q, r, ids...)
	if err != nil {
		return err
	}
	w := whyWords{wording{q: q, s: s, called: called, unit: page.Raw.Unit}}
	page.Row, page.Who, page.Amount = rowOf(q, s, d), called.of(store.ID(page.Raw.Receiver)), quantity.Micros(page.Raw.Amount, page.Raw.Unit)
	page.Bucket = page.Raw.Bucket
	if b := d.bucket(page.Raw.Bucket); b != nil {
		page.Bucket = cmp.Or(b.Label, b.Key)
	}
	page.Reversed = d.State == Reversed
	page.Rule, page.RuleHref = q.T("contribution.distributions.rule", "name", v.Text.Name, "version", v.Version), versionPath(q, v)
	page.Log, page.JSON = logOf(q, d), q.R.URL.Path+".json"
	for _, step := range page.Raw.Steps {
		page.Steps = append(page.Steps, whyStep{w.message(step.Message, step.Amount), quantity.Micros(step.Amount, page.Raw.Unit)})
	}
	for _, m := range page.Raw.Changes {
		page.Changes = append(page.Changes, w.message(m, 0))
	}
	page.Claims = w.claims(page.Raw, nos, behind)
	page.First, page.Rest = page.Claims[:min(len(page.Claims), claimsOpen)], page.Claims[min(len(page.Claims), claimsOpen):]
	page.Behind, page.Hidden = len(page.Raw.Claims)-len(page.First), len(page.Raw.Claims)-len(page.Claims)
	var rest int64
	for _, claim := range page.Raw.Claims[len(page.First):] {
		rest += claim.Amount
	}
	page.RestPaid = quantity.Micros(rest, page.Raw.Unit)
	page.Sentence = w.sentence(page)
	page.Flow = w.flow(d, page)
	return nil
}

// bucket returns what became of a bucket, by its key; nil before the run.
func (d Distribution) bucket(key string) *equation.BucketResult {
	if d.Result == nil {
		return nil
	}
	for i := range d.Result.Buckets {
		if d.Result.Buckets[i].Key == key {
			return &d.Result.Buckets[i]
		}
	}
	return nil
}

// messagesOf lists every message of a derivation.
func messagesOf(d *equation.Derivation) []equation.Message {
	out := make([]equation.Message, 0, len(d.Steps)+len(d.Changes))
	for _, s := range d.Steps {
		out = append(out, s.Message)
	}
	return append(out, d.Changes...)
}
