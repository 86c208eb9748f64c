package federation

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// listingRow is a proposal of somebody else with who made it.
type listingRow struct {
	Listing
	By Peer
}

type marketPage struct {
	Tabs []web.Tab
	Form *web.Form
	Rows []listingRow
}

// showMarket lists what the commons that we follow offer and ask for.
func (f *Federation) showMarket(q *web.Request) error {
	page := marketPage{Tabs: tabs(q, "market"), Form: q.Form()}
	err := f.read(q, func(r *store.Snapshot) error {
		list, err := Listings(r, 200)
		if err != nil {
			return err
		}
		peers, err := peersOf(r, list, func(l Listing) store.ID { return l.Peer })
		for _, l := range list {
			page.Rows = append(page.Rows, listingRow{l, peers[l.Peer]})
		}
		return err
	})
	if err != nil {
		return err
	}
	return render(q, "market.html", q.T("federation.tab.market"), page)
}

// lookAt fetches the proposal at an address that somebody pasted.
func (f *Federation) lookAt(q *web.Request) error {
	form := q.Form()
	if address := form.Text("address", web.Required, web.Max(2000)); form.OK() {
		l, err := f.LookAt(q.R.Context(), q.Who, address)
		if err == nil {
			return q.Redirect(q.Path("federation", "market", string(l.ID)), "")
		}
		if !blame(form, err) {
			return err
		}
	}
	return f.showMarket(q)
}

type listingPage struct {
	listingRow
	Form     *web.Form
	CanTrade bool
}

func (f *Federation) showListing(q *web.Request) error {
	page := listingPage{Form: q.Form(), CanTrade: q.Who.Can(Trade)}
	err := f.read(q, func(r *store.Snapshot) error {
		l, found, err := store.One(r, scanListing, selectListing, id(q))
		if err != nil || !found {
			return orNothing(err)
		}
		peers, err := getPeers(r, l.Peer)
		page.listingRow = listingRow{l, peers[l.Peer]}
		return err
	})
	if err != nil {
		return err
	}
	page.Form.Default("times", "1")
	return render(q, "listing.html", nameOf(q, page.Terms.Name), page, web.Crumb{Label: q.T("federation.tab.market"), Path: q.Path("federation", "market")})
}

// nameOf is what a page calls a proposal.
func nameOf(q *web.Request, name string) string {
	if name == "" {
		return q.T("federation.market.unnamed")
	}
	return name
}

// makeOffer answers the proposal.
func (f *Federation) makeOffer(q *web.Request) error {
	form, times := q.Form(), int64(1)
	if form.Has("times") {
		times = form.Int("times", 1, 1_000_000, web.Required)
	}
	if form.OK() {
		offer, err := f.SendOffer(q.R.Context(), q.Who, q.Idempotency(), id(q), times)
		if err == nil {
			return q.Redirect(q.Path("federation", "offers", string(offer)), "federation.offer.sent")
		}
		if !form.Blame(err) {
			return err
		}
	}
	return f.showListing(q)
}
