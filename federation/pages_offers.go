package federation

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// offerRow is an offer with the other side.
type offerRow struct {
	Offer
	With Peer
}

type offersPage struct {
	Tabs     []web.Tab
	Received []offerRow
	Sent     []offerRow
}

// showOffers lists the offers of both directions.
func (f *Federation) showOffers(q *web.Request) error {
	page := offersPage{Tabs: tabs(q, "offers")}
	err := f.read(q, func(r *store.Snapshot) error {
		for _, x := range []struct {
			ours bool
			rows *[]offerRow
		}{{false, &page.Received}, {true, &page.Sent}} {
			list, err := Offers(r, x.ours, "", inList)
			if err != nil {
				return err
			}
			peers, err := peersOf(r, list, func(o Offer) store.ID { return o.Peer })
			if err != nil {
				return err
			}
			for _, o := range list {
				*x.rows = append(*x.rows, offerRow{o, peers[o.Peer]})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return render(q, "offers.html", q.T("federation.tab.offers"), page)
}

type offerPage struct {
	offerRow
	Form     *web.Form
	CanTrade bool
	// WeGive says that the first side of the deal is ours to give.
	WeGive   bool
	Promises []promiseRow
}

func (f *Federation) showOffer(q *web.Request) error {
	page := offerPage{Form: q.Form(), CanTrade: q.Who.Can(Trade)}
	err := f.read(q, func(r *store.Snapshot) error {
		o, p, err := readOffer(r, id(q))
		page.offerRow = offerRow{o, p}
		if err != nil {
			return err
		}
		page.WeGive = o.weGive()
		page.Promises, err = promiseRows(q, r, o.ID, p, page.Form)
		return err
	})
	if err != nil {
		return err
	}
	return render(q, "offer.html", nameOf(q, page.Terms.Name), page, web.Crumb{Label: q.T("federation.tab.offers"), Path: q.Path("federation", "offers")})
}

// answerOffer accepts, rejects, enters or confirms, or answers about a promise.
func (f *Federation) answerOffer(q *web.Request) (err error) {
	form, ctx, done := q.Form(), q.R.Context(), q.Form().Raw("do")
	switch done {
	case "accept":
		err = f.AcceptOffer(ctx, q.Who, q.Idempotency(), id(q))
	case "reject":
		if reason := form.Text("reason", web.Max(maxReason)); form.OK() {
			err = f.RejectOffer(ctx, q.Who, q.Idempotency(), id(q), reason)
		}
	case "enter":
		err = f.EnterAgreement(ctx, q.Who, q.Idempotency(), id(q))
	case "confirm":
		err = f.Confirm(ctx, q.Who, q.Idempotency(), id(q))
	default:
		var taken bool
		if taken, err = f.answerPromise(q, form, done); !taken {
			err = errDo()
		}
	}
	return settle(q, form, err, q.Path("federation", "offers", q.R.PathValue("id")), "federation.offer.done_"+done, f.showOffer)
}

// deliveryRow is a delivery with its receiver.
type deliveryRow struct {
	Delivery
	To   Peer
	What string // in the reader's language
}

// kinds are the activities that this program sends, as pages call them.
var kinds = map[string]string{
	"Follow(actor)": "follow", "Undo(Follow)": "unfollow", "Accept(Follow)": "accept_follow", "Create(Proposal)": "publish", "Update(Proposal)": "update",
	"Delete(Proposal)": "withdraw", "Offer(Agreement)": "offer", "Accept(Offer)": "accept", "Reject(Offer)": "reject", "Create(Document)": "confirm",
	"Accept(Commitment)": "accept_task", "Reject(Commitment)": "reject_task", "Create(Plan)": "plan", "Update(Plan)": "plan", "Create(EconomicEvent)": "tell",
	"Accept(EconomicEvent)": "so", "Reject(EconomicEvent)": "not_so", "Reject(Promise)": "let_go",
}

type deliveriesPage struct {
	Tabs []web.Tab
	Rows []deliveryRow
	Next string
}

// showDeliveries lists what was sent and how it went.
func (f *Federation) showDeliveries(q *web.Request) error {
	page := deliveriesPage{Tabs: tabs(q, "deliveries")}
	before, _ := store.ParseID(q.R.URL.Query().Get("before"))
	err := f.read(q, func(r *store.Snapshot) error {
		list, err := Deliveries(r, before, inList)
		if err != nil {
			return err
		}
		peers, err := peersOf(r, list, func(d Delivery) store.ID { return d.Peer })
		for _, d := range list {
			page.Rows = append(page.Rows, deliveryRow{d, peers[d.Peer], q.T("federation.kind." + kinds[d.Kind])})
		}
		if len(list) == inList {
			page.Next = q.Path("federation", "deliveries") + "?before=" + string(list[inList-1].Activity)
		}
		return err
	})
	if err != nil {
		return err
	}
	return render(q, "deliveries.html", q.T("federation.tab.deliveries"), page)
}
