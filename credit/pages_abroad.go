package credit

import (
	"encoding/json"
	"time"

	"commonweal/credit/relay"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) abroadRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/abroad", Needs: Pay, Handle: p.abroad},
		{Pattern: "POST /c/{commons}/credit/abroad", Needs: Pay, Handle: p.abroad},
	}
}

// abroadPage is where somebody pays in another community, and finds the address
// by which they are paid from there.
type abroadPage struct {
	Tabs      []web.Tab
	Form      *web.Form
	Open      bool // there is a neighbor
	Accounts  []web.Option
	Addresses []abroadAddress
	Way       *Way
	Hops      []abroadHop
	Path      string // of the way, for the form that confirms
	Pays      quantity.Amount
	Payments  []abroadPayment
}

// abroadAddress is where an account is reached from other communities.
type abroadAddress struct{ Title, Address string }

// abroadHop is a step of a payment: what a community is given, and what stays there.
type abroadHop struct {
	Name  string
	Given quantity.Amount
	Fee   quantity.Amount
	Rate  string // to the next one; empty: the last
}

// abroadPayment is a payment between communities as one side of it sees it.
type abroadPayment struct {
	At     time.Time
	In     bool // the reader is paid
	Name   string
	Amount quantity.Amount
	State  relay.State
	Reason string
}

// Tone is how the state looks.
func (p abroadPayment) Tone() string {
	return map[relay.State]string{relay.Posted: "good", relay.Lapsed: "warn"}[p.State]
}

// abroad shows what a payment to another community costs, hop by hop, and makes it.
func (p *Practice) abroad(q *web.Request) error {
	f := q.Form()
	page := abroadPage{Tabs: tabs(q, "abroad"), Form: f}
	mine, err := p.abroadAccounts(q, &page)
	if err != nil {
		return err
	}
	if q.R.Method == "POST" {
		from, to := f.ID("from"), f.Text("to", web.Required, web.Max(400))
		note := f.Text("note", web.Max(maxNote))
		i := indexOf(mine, from)
		if i < 0 {
			f.Fail("from", "credit.unknown_account", "%.40q is no account, and nobody who has one in this currency", from)
		} else if f.OK() && f.Raw("do") == "pay" {
			done, err := p.payFromPage(q, f, mine[i], note)
			if done || err != nil {
				return err
			}
		}
		if f.OK() {
			if err := p.look(q, f, mine[i], to, &page); err != nil && !f.Blame(err) && !blameAbsence(f, err) {
				return err
			}
		}
	}
	return q.Render(web.Page{Template: "credit/abroad.html", Title: q.T("credit.abroad.title"), Active: atHome, Data: page})
}

func indexOf(list []Account, id store.ID) int {
	for i, a := range list {
		if a.ID == id {
			return i
		}
	}
	return -1
}

// blameAbsence puts on the form what is not found elsewhere: it is not this page that is missing.
func blameAbsence(f *web.Form, err error) bool {
	e := fault.As(err)
	if e == nil || e.Kind != fault.NotFound {
		return false
	}
	return f.Blame(&fault.Error{Kind: fault.Invalid, Code: e.Code, Message: e.Message, Field: "to"})
}

// look asks the neighbors what it costs.
func (p *Practice) look(q *web.Request, f *web.Form, from Account, to string, page *abroadPage) error {
	amount := f.Amount("amount", "", web.Required) // in a unit that is not ours
	if !f.OK() {
		return nil
	}
	w, err := p.Relay.Quote(q.R.Context(), q.Who, from.Currency, to, Micros(amount.Micros))
	if err != nil {
		return err
	}
	path, err := json.Marshal(w.Path())
	if err != nil {
		return err
	}
	page.Way, page.Path = &w, string(path)
	var c Currency
	if err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		c = s.Currencies[from.Currency]
		return err
	}); err != nil {
		return err
	}
	page.Pays = w.Pays.of(c.Unit)
	rate := w.Neighbor.Rate
	page.Hops = append(page.Hops, abroadHop{Name: q.Commons.Name, Given: page.Pays, Fee: w.Sliver.of(c.Unit), Rate: q.T("credit.abroad.rate", "ours", rate.Ours, "theirs", rate.Theirs)})
	for i, h := range w.Hops {
		unit := quantity.Unit(h.Unit)
		hop := abroadHop{Name: h.Name, Given: quantity.Micros(h.Amount, unit), Fee: quantity.Micros(h.Fee, unit)}
		if i+1 < len(w.Hops) {
			hop.Rate = q.T("credit.abroad.rate", "ours", h.Rate.Ours, "theirs", h.Rate.Theirs)
		}
		page.Hops = append(page.Hops, hop)
	}
	return nil
}

// How long a page waits for the other side before it says that it is under way.
const (
	endurance = 3 * time.Second
	glance    = 50 * time.Millisecond
)

// payFromPage makes the payment that was shown. done says that it was answered.
func (p *Practice) payFromPage(q *web.Request, f *web.Form, from Account, note string) (done bool, err error) {
	ask := ExchangeAsk{From: from.ID, Neighbor: f.ID("neighbor"), Note: note}
	if err := json.Unmarshal([]byte(f.Raw("path")), &ask.Path); err != nil {
		return false, fault.Invalidf("credit.quote_changed", "pays", "look again at what it costs before you pay")
	}
	if _, ask.Payee, err = ParsePayee(f.Raw("to")); err != nil {
		return false, blamed(f, err)
	}
	if err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err == nil {
			ask.Pays, err = quantity.Parse(f.Raw("pays"), s.Currencies[from.Currency].Unit)
		}
		return err
	}); err != nil {
		return false, blamed(f, err)
	}
	t, err := p.Relay.PayAbroad(q.R.Context(), q.Who, q.Idempotency(), ask)
	if err != nil {
		return false, blamed(f, err)
	}
	for end := time.Now().Add(endurance); t.Transfer.Out == relay.Reserved && time.Now().Before(end) && q.R.Context().Err() == nil; time.Sleep(glance) {
		if err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) { t, _, err = TransferByID(r, t.ID); return err }); err != nil {
			return false, err
		}
	}
	return true, q.Redirect(q.Path("credit", "abroad"), "credit.abroad.after_"+string(t.Transfer.Out), "amount", ask.Pays)
}

// blamed puts a refusal on the form; what is left is for the error page.
func blamed(f *web.Form, err error) error {
	if err == nil {
		return nil
	}
	if f.Blame(err) || blameAbsence(f, err) {
		return nil
	}
	return err
}

// abroadAccounts reads the reader's accounts in currencies that have neighbors,
// and their last payments.
func (p *Practice) abroadAccounts(q *web.Request, page *abroadPage) (mine []Account, err error) {
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		page.Open = len(s.Neighbors) > 0
		held, err := AccountsOf(r, q.Who.Agent)
		if err != nil {
			return err
		}
		for _, a := range held {
			c := s.Currencies[a.Currency]
			if c.Outside == nil || a.Standing == Closed {
				continue
			}
			title := c.Name
			if a.Terms.Label != "" {
				title = a.Terms.Label
			}
			mine = append(mine, a)
			page.Accounts = append(page.Accounts, web.Option{Value: string(a.ID), Label: title})
			page.Addresses = append(page.Addresses, abroadAddress{title, p.Relay.Address(q.Commons.ID) + "/" + string(a.ID)})
		}
		page.Payments, err = abroadPayments(r, s, mine)
		return err
	})
	return mine, err
}

// lastAbroad is how many payments between communities are looked through.
const lastAbroad = 100

// abroadPayments are the last payments between communities from or to accounts.
func abroadPayments(r store.Reader, s *Settings, mine []Account) (out []abroadPayment, err error) {
	list, err := Transfers(r, lastAbroad)
	if err != nil {
		return nil, err
	}
	var ids []store.ID
	for _, t := range list {
		ids = append(ids, t.ends())
	}
	found, err := store.AllOf(r, scanPayment, paymentsByID, ids)
	payments := map[store.ID]Payment{}
	for _, p := range found {
		payments[p.ID] = p
	}
	for _, t := range list {
		p := payments[t.ends()]
		if len(p.Legs) == 0 || t.Before != "" && t.After != "" {
			continue
		}
		row := abroadPayment{At: t.At, In: t.Before != "", State: t.Transfer.Out, Reason: t.Reason}
		account, neighbor := p.Legs[0].From, t.After
		if row.In {
			account, neighbor, row.State = p.Legs[0].To, t.Before, t.Transfer.In
		}
		if indexOf(mine, account) < 0 {
			continue
		}
		var sum Micros
		for _, l := range p.Legs {
			sum += l.Amount
		}
		row.Amount = sum.of(s.Currencies[p.Currency].Unit)
		n, err := s.neighbor(func(n Neighbor) bool { return n.ID == neighbor })
		if err != nil {
			return nil, err
		}
		row.Name = n.Name
		out = append(out, row)
	}
	return out, err
}

// ends is the payment of a transfer that a member has to do with.
func (t Transfer) ends() store.ID {
	if t.Before == "" {
		return t.OutPayment
	}
	return t.InPayment
}
