package federation

import (
	"strconv"

	"commonweal/federation/market"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// publishedRow is a proposal of ours and how it stands elsewhere.
type publishedRow struct {
	vf.Proposal
	State string // empty: never published
	Rule  market.Rule
}

type publishedPage struct {
	Tabs      []web.Tab
	Rows      []publishedRow
	TakesPart bool
}

// showPublished lists our proposals: which of them other servers know.
func (f *Federation) showPublished(q *web.Request) error {
	page := publishedPage{Tabs: tabs(q, "published")}
	err := f.read(q, func(r *store.Snapshot) error {
		a, err := readAccount(r)
		if err != nil {
			return err
		}
		page.TakesPart = a.takesPart
		list, err := vf.List[vf.Proposal](r, vf.ListFilter{Limit: 200})
		if err != nil {
			return err
		}
		known, err := Publications(r, 1000)
		published := map[store.ID]Publication{}
		for _, p := range known {
			published[p.Proposal] = p
		}
		for _, p := range list {
			page.Rows = append(page.Rows, publishedRow{p, published[p.ID].State, published[p.ID].Rule})
		}
		return err
	})
	if err != nil {
		return err
	}
	return render(q, "published.html", q.T("federation.tab.published"), page)
}

// publicationPage is one proposal of ours: what others read of it, and how we answer them.
type publicationPage struct {
	publishedRow
	Terms               market.Proposal // as others would read it now
	Cannot              string          // why it cannot be published
	Form                *web.Form
	Neighbors           []neighborOption
	Accepts, Otherwises []web.Option
	CanTrade            bool
	TakesPart           bool
}

// neighborOption is a neighbor that a rule may name.
type neighborOption struct {
	Peer
	Named bool
}

func (f *Federation) showPublication(q *web.Request) error {
	page := publicationPage{Form: q.Form(), CanTrade: q.Who.Can(Trade)}
	err := f.read(q, func(r *store.Snapshot) error {
		v, found, err := vf.GetOne[vf.Proposal](r, id(q))
		if err != nil || !found {
			return orNothing(err)
		}
		p, _, err := store.One(r, scanPublication, selectPublication, v.ID)
		if err != nil {
			return err
		}
		page.publishedRow = publishedRow{v, p.State, p.Rule}
		page.Form.Default("content", p.Terms.Content)
		page.Form.Default("payment", p.Terms.Payment)
		return f.fillPublication(q, r, &page)
	})
	if err != nil {
		return err
	}
	page.Accepts = ruleOptions(q, "federation.rule.", market.Ask, market.Accept, market.Named)
	page.Otherwises = ruleOptions(q, "federation.rule.otherwise_", market.Ask, market.Reject)
	page.Form.Default("accept", orAsk(page.Rule.Accept))
	page.Form.Default("otherwise", orAsk(page.Rule.Otherwise))
	if page.Rule.Most > 0 {
		page.Form.Default("most", strconv.FormatInt(page.Rule.Most, 10))
	}
	return render(q, "publication.html", nameOf(q, page.Name), &page, web.Crumb{Label: q.T("federation.tab.published"), Path: q.Path("federation", "published")})
}

func ruleOptions(q *web.Request, words string, values ...string) (out []web.Option) {
	for _, v := range values {
		out = append(out, web.Option{Value: v, Label: q.T(words + v)})
	}
	return out
}

func orAsk(choice string) string {
	if choice == "" {
		return market.Ask
	}
	return choice
}

// fillPublication reads how the proposal would be published, and whom a rule may name.
func (f *Federation) fillPublication(q *web.Request, r store.Reader, page *publicationPage) error {
	a, err := readAccount(r)
	if err != nil {
		return err
	}
	page.TakesPart = a.takesPart
	terms, err := f.termsOf(r, page.ID)
	if breach := fault.As(err); breach != nil && breach.Kind == fault.Conflict {
		page.Cannot = q.FaultText(breach)
	} else if err != nil {
		return err
	}
	page.Terms = terms
	follows, err := Follows(r, 500)
	if err != nil {
		return err
	}
	peers, err := peersOf(r, follows, func(x Follow) store.ID { return x.Peer })
	named, listed := map[string]bool{}, map[store.ID]bool{}
	for _, uri := range page.Rule.From {
		named[uri] = true
	}
	for _, x := range follows {
		if p := peers[x.Peer]; x.State == Accepted && !listed[p.ID] {
			listed[p.ID] = true
			page.Neighbors = append(page.Neighbors, neighborOption{p, named[p.URI]})
		}
	}
	return err
}

// changePublication publishes, withdraws, or sets how offers are answered.
func (f *Federation) changePublication(q *web.Request) (err error) {
	form, ctx, done := q.Form(), q.R.Context(), q.Form().Raw("do")
	switch done {
	case "publish":
		notice := Notice{Content: form.Text("content", web.Max(4000)), Payment: form.Text("payment", web.Max(2000))}
		if form.OK() {
			err = f.Publish(ctx, q.Who, q.Idempotency(), id(q), notice)
		}
	case "withdraw":
		err = f.Withdraw(ctx, q.Who, q.Idempotency(), id(q))
	case "rule":
		rule, problem := f.readRule(q, form)
		if err = problem; err == nil && form.OK() {
			err = f.SetRule(ctx, q.Who, q.Idempotency(), id(q), rule)
		}
	default:
		err = errDo()
	}
	return settle(q, form, err, q.Path("federation", "published", q.R.PathValue("id")), "federation.published.done_"+done, f.showPublication)
}

// readRule reads which offers are accepted without anybody.
func (f *Federation) readRule(q *web.Request, form *web.Form) (rule market.Rule, err error) {
	rule = market.Rule{Accept: form.Choice("accept", []string{market.Ask, market.Accept, market.Named}, web.Required), Most: form.Int("most", 1, 1_000_000),
		Otherwise: form.Choice("otherwise", []string{market.Ask, market.Reject})}
	ids := form.IDs("from")
	if rule.Accept != market.Named || len(ids) == 0 {
		return rule, nil
	}
	return rule, f.read(q, func(r *store.Snapshot) error {
		peers, err := getPeers(r, ids...)
		for _, i := range ids {
			if p, known := peers[i]; known {
				rule.From = append(rule.From, p.URI)
			}
		}
		return err
	})
}
