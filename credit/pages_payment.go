package credit

import (
	"strconv"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf/naming"
)

func (p *Practice) paymentRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/payments/{payment}", Needs: See, Handle: p.payment},
		{Pattern: "POST /c/{commons}/credit/payments/{payment}", Needs: Pay, Handle: p.payment},
	}
}

// paymentPage is one payment: what it moves, how it stands, and what the reader may do.
type paymentPage struct {
	Form               *web.Form
	Payment            Payment
	From, To           face // of its first leg
	Amount, Was        quantity.Amount
	Note, Category     string
	State              web.Badge
	Currency           string
	CurrencyHref       string
	Unit               quantity.Unit
	Legs               []legRow
	Moments            []web.Moment
	May                may
	Part               bool // what was set aside may be paid in part
	Refund             bool
	Left               quantity.Amount // what may still be taken back
	Refunds            []refundRow
	Reverses           string
	AcceptLabel        string
	Entry              int64
	EntryHref, Receipt string
}

type legRow struct {
	From, To face
	What     string
	Amount   quantity.Amount
}

type refundRow struct {
	Href   string
	At     time.Time
	Amount quantity.Amount
}

// payment shows a payment, and moves it on.
func (p *Practice) payment(q *web.Request) error {
	id := store.ID(q.R.PathValue("payment"))
	var page paymentPage
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		page, err = paymentFor(q, r, id)
		return err
	})
	if err != nil {
		return err
	}
	if q.R.Method == "POST" {
		done, err := p.answerPayment(q, page)
		if err == nil {
			return q.Redirect(q.Path("credit", "payments", string(done.ID)), "credit.payment.done_"+page.Form.Raw("do"))
		}
		if !page.Form.Blame(err) {
			return err
		}
	}
	if q.WantsJSON() {
		return q.JSON(page.Payment)
	}
	return q.Render(web.Page{Template: "credit/payment.html", Title: q.T("credit.payment.title", "amount", q.Quantity(page.Amount)), Active: atHome, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("credit.home.title"), Path: q.Path("credit")}}})
}

// answerPayment does what the reader chose on the page.
func (p *Practice) answerPayment(q *web.Request, page paymentPage) (Payment, error) {
	f := page.Form
	reason, part := f.Text("reason", web.Max(maxNote)), f.Amount("amount", page.Unit)
	if part.IsZero() {
		part = quantity.Amount{}
	}
	if err := f.Err(); err != nil {
		return Payment{}, err
	}
	ctx, key, id := q.R.Context(), q.Idempotency(), page.Payment.ID
	move := func(to State) (Payment, error) {
		return MovePayment(ctx, q.Store, q.Who, key, MoveAsk{Payment: id, To: to, Amount: part, Reason: reason})
	}
	switch f.Raw("do") {
	case "accept":
		return move(Completed)
	case "reject":
		return move(Rejected)
	case "cancel":
		return move(Canceled)
	case "refund":
		return Refund(ctx, q.Store, q.Who, key, RefundAsk{Payment: id, Amount: part, Note: reason})
	}
	return Payment{}, fault.Invalidf("credit.answer", "do", "%.40q is no answer to a payment; choose accept, reject, cancel or refund", f.Raw("do"))
}

// paymentFor reads a payment for its reader. One that they may not see is as if
// it were not there.
func paymentFor(q *web.Request, r store.Reader, id store.ID) (page paymentPage, err error) {
	s, err := settings.Get(r)
	if err != nil {
		return page, err
	}
	list, err := findPayments(r, []store.ID{id})
	if err != nil {
		return page, err
	}
	called, err := loadFaces(q, r, s, accountsIn(list)...)
	if err != nil {
		return page, err
	}
	v := readerOf(q.Who)
	if len(list) == 0 || !v.payment(list[0], s.Currencies[list[0].Currency], called.account) {
		return page, fault.NotFoundf("credit.unknown_payment", "payment", "there is no payment %.40q", id)
	}
	p := list[0]
	c, main := s.Currencies[p.Currency], p.Legs[0]
	page = paymentPage{Form: q.Form(), Payment: p, From: called[main.From], To: called[main.To], Unit: c.Unit, Amount: traded(p.Legs).of(c.Unit), Was: p.Reserved.of(c.Unit),
		Category: p.Category, State: stateBadge(q, p.State), Currency: c.Name, CurrencyHref: q.Path("credit", "currencies", string(c.ID)), May: moves(q.Who, p, called.account), Entry: p.Seq,
		EntryHref: q.Path("books", "log", strconv.FormatInt(p.Seq, 10)), AcceptLabel: q.T("credit.waiting.accept_" + p.Workflow)}
	page.Receipt = page.EntryHref + "/receipt"
	page.Part = page.May.Complete && p.Workflow == "reserve"
	if p.Reverses != "" {
		page.Reverses = q.Path("credit", "payments", string(p.Reverses))
	}
	if v.note(p, called.account) {
		page.Note = p.Note
	} else {
		page.Payment.Note = ""
	}
	for _, l := range p.Legs {
		what := q.T("credit.kind." + string(l.Kind))
		if l.Name != "" {
			what = l.Name
		}
		page.Legs = append(page.Legs, legRow{called[l.From], called[l.To], what, l.Amount.of(c.Unit)})
	}
	if err := page.refundable(q, r, c, called); err != nil {
		return page, err
	}
	page.Moments, err = moments(q, r, p, c, v.note(p, called.account))
	return page, err
}

// refundable says what was taken back of the payment, and whether the reader may
// take back more.
func (page *paymentPage) refundable(q *web.Request, r store.Reader, c Currency, called faces) error {
	p := page.Payment
	if p.State != Completed || p.Reverses != "" {
		return nil
	}
	done, err := store.All(r, scanPayment, refundsOf, p.ID)
	if err != nil {
		return err
	}
	left := traded(p.Legs)
	for _, back := range done {
		left -= traded(back.Legs)
		page.Refunds = append(page.Refunds, refundRow{q.Path("credit", "payments", string(back.ID)), back.At, traded(back.Legs).of(c.Unit)})
	}
	page.Left = left.of(c.Unit)
	for _, as := range rolesIn(q.Who, p, called.account) {
		page.Refund = page.Refund || left > 0 && (as == Payee || as == Steward)
	}
	return nil
}

// stateBadge shows the state of a payment.
func stateBadge(q *web.Request, s State) web.Badge {
	tones := map[State]string{Pending: "warn", Completed: "good", Rejected: "bad", Failed: "bad"}
	return web.Badge{Label: q.T("credit.state." + string(s)), Tone: tones[s]}
}

// moments tells what became of a payment, from its making on. Reasons are words
// of the parties, as the description is.
func moments(q *web.Request, r store.Reader, p Payment, c Currency, words bool) ([]web.Moment, error) {
	steps, err := store.All(r, scanStep, selectSteps, p.ID)
	if err != nil {
		return nil, err
	}
	agents := []store.ID{p.Author}
	for _, x := range steps {
		agents = append(agents, x.By)
	}
	called, err := naming.Load(q, r, agents...)
	if err != nil {
		return nil, err
	}
	first := q.T("credit.moment.made_" + p.Workflow)
	out := []web.Moment{{At: p.At, Title: first, By: called.Of(p.Author), Href: q.Path("books", "log", strconv.FormatInt(p.Seq, 10))}}
	for _, x := range steps {
		m := web.Moment{At: x.At, Title: q.T("credit.moment." + string(x.State)), By: called.Of(x.By), Href: q.Path("books", "log", strconv.FormatInt(x.Seq, 10))}
		switch {
		case x.By == "" && x.State == Completed:
			m.Title = q.T("credit.moment.by_rule")
		case x.State == Completed && p.Reserved > 0:
			m.Detail = q.T("credit.moment.part", "amount", q.Quantity(traded(p.Legs).of(c.Unit)), "of", q.Quantity(p.Reserved.of(c.Unit)))
		}
		if words && x.Reason != "" {
			m.Detail = x.Reason
		}
		m.Tone = stateBadge(q, x.State).Tone
		out = append(out, m)
	}
	return out, nil
}
