package federation

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// neighborRow is somebody we follow or who follows us.
type neighborRow struct {
	Peer
	Follow
}

type neighborsPage struct {
	Tabs      []web.Tab
	Form      *web.Form
	TakesPart bool
	Handle    string
	Following []neighborRow
	Followers []neighborRow
	Blocked   []string
	CanSet    bool
}

// showNeighbors shows what the commons is called elsewhere, and whom it knows there.
func (f *Federation) showNeighbors(q *web.Request) error {
	page := neighborsPage{Tabs: tabs(q, "neighbors"), Form: q.Form(), Handle: q.Commons.Slug + "@" + f.host(), CanSet: q.Who.Can(Set)}
	err := f.read(q, func(r *store.Snapshot) error {
		a, err := readAccount(r)
		if err != nil {
			return err
		}
		page.TakesPart = a.takesPart
		follows, err := Follows(r, 500)
		if err != nil {
			return err
		}
		peers, err := peersOf(r, follows, func(x Follow) store.ID { return x.Peer })
		for _, x := range follows {
			row := neighborRow{peers[x.Peer], x}
			if x.Ours {
				page.Following = append(page.Following, row)
			} else {
				page.Followers = append(page.Followers, row)
			}
		}
		if err != nil {
			return err
		}
		page.Blocked, err = store.All(r, scanText, selectBlocks)
		return err
	})
	if err != nil {
		return err
	}
	return render(q, "neighbors.html", q.T("federation.tab.neighbors"), page)
}

// setNeighbors switches on and off, follows and blocks.
func (f *Federation) setNeighbors(q *web.Request) (err error) {
	form, ctx, done := q.Form(), q.R.Context(), q.Form().Raw("do")
	switch done {
	case "on", "off":
		err = f.TakePart(ctx, q.Who, q.Idempotency(), done == "on")
	case "follow":
		if who := form.Text("handle", web.Required, web.Max(2000)); form.OK() {
			_, err = f.FollowActor(ctx, q.Who, q.Idempotency(), who)
		}
	case "unfollow":
		if peer := form.ID("peer", web.Required); form.OK() {
			err = f.Unfollow(ctx, q.Who, q.Idempotency(), peer)
		}
	case "block", "unblock":
		if host := form.Text("host", web.Required, web.Max(250)); form.OK() {
			err = f.Block(ctx, q.Who, q.Idempotency(), host, done == "block")
		}
	default:
		err = errDo()
	}
	switch {
	case err == nil && form.OK():
		return q.Redirect(q.Path("federation"), "federation.neighbors.done_"+done)
	case err != nil && !blame(form, err):
		return err
	}
	return f.showNeighbors(q)
}

func errDo() error {
	return fault.Invalidf("federation.do", "do", "choose what to do on the page")
}

// blame takes into the form also that another server does not answer, which no
// page of ours need break for.
func blame(f *web.Form, err error) bool {
	if e := fault.As(err); e != nil && (e.Kind == fault.Unavailable || e.Kind == fault.NotFound || e.Kind == fault.Forbidden) {
		c := *e
		c.Kind = fault.Invalid
		return f.Blame(&c)
	}
	return f.Blame(err)
}
