package credit

import (
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) payRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/pay", Needs: Pay, Handle: p.payPage(false)},
		{Pattern: "POST /c/{commons}/credit/pay", Needs: Pay, Handle: p.payPage(false)},
		{Pattern: "GET /c/{commons}/credit/request", Needs: Pay, Handle: p.payPage(true)},
		{Pattern: "POST /c/{commons}/credit/request", Needs: Pay, Handle: p.payPage(true)},
	}
}

// payForm is the form of a payment, or of a request for one.
type payForm struct {
	Form    *web.Form
	Request bool
	Action  string
	Own     []web.Option // the reader's accounts
	Mine    face         // the one that pays, or that is to be paid
	Other   face         // the other side, once it is known
	Matches []web.Option // several that the name may mean
	Names   []string     // suggestions
	Unit    quantity.Unit
	Ways    []web.Option // how it is paid
	Preview *payPreview
	Change  string // this form without the other side
}

// payPreview is the preview of a payment in words.
type payPreview struct {
	Amount, Leaves, Arrives, Left quantity.Amount
	Fees                          []feeRow
	Refusal                       *fault.Error
	Seen                          string // tells this preview from another
}

type feeRow struct {
	Name   string
	Mine   bool // taken from the reader's account
	Amount quantity.Amount
}

// payPage shows the form, previews what it says, and makes the payment once its
// preview was seen.
func (p *Practice) payPage(request bool) web.Handler {
	return func(q *web.Request) error {
		f := q.Form()
		f.Default("how", "pay")
		page := payForm{Form: f, Request: request, Action: q.Path("credit", "pay")}
		title := q.T("credit.pay.title")
		if request {
			page.Action, title = q.Path("credit", "request"), q.T("credit.pay.request_title")
		}
		ask, err := p.fillPay(q, &page)
		if err != nil {
			return err
		}
		sent := q.R.Method == "POST" && f.OK() && page.Preview != nil && page.Preview.Refusal == nil
		if sent && f.Raw("do") == "pay" && f.Raw("seen") == page.Preview.Seen {
			made, err := MakePayment(q.R.Context(), q.Store, q.Who, q.Idempotency(), ask)
			if err == nil {
				return q.Redirect(q.Path("credit", "payments", string(made.ID)), "credit.pay.done_"+string(made.State), "amount", q.Quantity(page.Preview.Amount), "who", page.Other.Name)
			}
			if !f.Blame(err) {
				return err
			}
		}
		return q.Render(web.Page{Template: "credit/pay.html", Title: title, Active: atHome, Data: page, Crumbs: []web.Crumb{{Label: q.T("credit.home.title"), Path: q.Path("credit")}}})
	}
}

// fillPay reads the form: the two sides, the amount, and the preview of what it says.
func (p *Practice) fillPay(q *web.Request, page *payForm) (ask PayAsk, err error) {
	f := page.Form
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		other, err := loadFaces(q, r, s, store.ID(f.Raw("to")))
		if err != nil {
			return err
		}
		page.Other = other[store.ID(f.Raw("to"))]
		if err := page.mine(q, r, s); err != nil || page.Mine.ID == "" {
			return err
		}
		c := s.Currencies[page.Mine.Currency]
		page.Unit = c.Unit
		page.prefill(q, c)
		if err := page.find(q, r, s, c); err != nil {
			return err
		}
		ask, err = page.ask(q, r, s, c)
		return err
	})
	page.Ways = []web.Option{{Value: "pay", Label: q.T("credit.pay.how_pay"), Hint: q.T("credit.pay.how_pay_hint")},
		{Value: "confirm", Label: q.T("credit.pay.how_confirm"), Hint: q.T("credit.pay.how_confirm_hint")},
		{Value: "reserve", Label: q.T("credit.pay.how_reserve"), Hint: q.T("credit.pay.how_reserve_hint")}}
	page.Change = addressWith(q, "to", "")
	return ask, err
}

// mine chooses the reader's side: the account that is named, where they may pay
// from it, or else the first one in the currency of the other side.
func (page *payForm) mine(q *web.Request, r store.Reader, s *Settings) error {
	held, err := AccountsFor(r, q.Who.Agent)
	if err != nil {
		return err
	}
	if named, ok := store.ParseID(page.Form.Raw("from")); ok {
		list, err := store.AllOf(r, scanAccount, accountsByID, []store.ID{named})
		if err != nil {
			return err
		}
		for _, a := range list {
			if a.heldBy(q.Who.Agent) || q.Who.Can(PayOther) && !page.Request {
				held = append([]Account{a}, held...)
			}
		}
	}
	called, err := facesOf(q, r, s, held)
	if err != nil {
		return err
	}
	listed := map[store.ID]bool{}
	for _, a := range held {
		fits := page.Other.ID == "" || a.Currency == page.Other.Currency && a.ID != page.Other.ID
		if listed[a.ID] || !fits {
			continue
		}
		listed[a.ID] = true
		label := called[a.ID].Name
		if a.Agent == q.Who.Agent && a.Terms.Label != "" {
			label = a.Terms.Label
		}
		page.Own = append(page.Own, web.Option{Value: string(a.ID), Label: label + " · " + s.Currencies[a.Currency].Name})
		if page.Mine.ID == "" {
			page.Mine = called[a.ID]
		}
	}
	return nil
}

// prefill takes the amount of a link, which is written with a point in every language.
func (page *payForm) prefill(q *web.Request, c Currency) {
	if sum, err := quantity.Parse(page.Form.Raw("sum"), c.Unit); err == nil && sum.Sign() > 0 {
		page.Form.Default("amount", q.Plain(sum))
	}
}

// find finds who is meant by a name, where no account is named yet.
func (page *payForm) find(q *web.Request, r store.Reader, s *Settings, c Currency) error {
	if page.Other.ID != "" {
		return nil
	}
	text := strings.TrimSpace(page.Form.Text("who", web.Max(200)))
	list, err := searched(r, c.ID, text, 300)
	if err != nil {
		return err
	}
	called, err := facesOf(q, r, s, list)
	if err != nil {
		return err
	}
	var found []face
	for _, a := range list {
		if f := called[a.ID]; a.ID != page.Mine.ID {
			found = append(found, f)
		}
	}
	switch {
	case text == "":
		for _, f := range found {
			page.Names = append(page.Names, called[f.ID].Name)
		}
		if q.R.Method == "POST" {
			page.Form.Fail("who", "credit.nobody", "say who; write a name")
		}
	case len(found) == 0:
		page.Form.Fail("who", "credit.nobody_called", "nobody with an account in %s is called %.60q", c.Name, text)
	case len(found) == 1:
		page.Other = found[0]
	default:
		for _, f := range found[:min(len(found), 20)] {
			page.Matches = append(page.Matches, web.Option{Value: string(f.ID), Label: f.Name})
		}
	}
	return nil
}

// ask is the payment that the form says, with its preview where nothing is missing.
func (page *payForm) ask(q *web.Request, r store.Reader, s *Settings, c Currency) (ask PayAsk, err error) {
	f := page.Form
	if q.R.Method == "POST" || f.Raw("amount") != "" {
		ask.Legs = []AskedLeg{{From: page.Mine.ID, To: page.Other.ID, Amount: f.Amount("amount", c.Unit, web.Required)}}
	}
	ask.Note, ask.Private, ask.Category = f.Text("note", web.Max(maxNote)), f.Bool("private"), f.Text("category", web.Max(80))
	ask.Workflow = f.Choice("how", []string{"pay", "confirm", "reserve"})
	if ask.Workflow == "pay" && !page.Mine.heldBy(q.Who.Agent) {
		ask.Workflow = "third_party"
	}
	if page.Request {
		ask.Workflow = "request"
	}
	if day := f.Date("until"); day != "" && (page.Request || ask.Workflow == "confirm" || ask.Workflow == "reserve") {
		if end, err := time.ParseInLocation(web.DayFormat, day, q.Zone); err == nil {
			ask.Until = end.AddDate(0, 0, 1).UTC()
		}
	}
	if page.Other.ID == "" || len(ask.Legs) == 0 || ask.Legs[0].Amount.Sign() <= 0 {
		if len(ask.Legs) > 0 && f.OK() && ask.Legs[0].Amount.Sign() <= 0 {
			f.Blame(c.amount(ask.Legs[0].Amount, "amount"))
		}
		return ask, nil
	}
	leg := &ask.Legs[0]
	if page.Request {
		leg.From, leg.To = leg.To, leg.From
	}
	v, err := previewOf(r, s, Leg{From: leg.From, To: leg.To, Amount: Micros(leg.Amount.Micros)}, ask.Category)
	if err == nil {
		page.Preview = page.inWords(v, *leg, ask.Workflow)
	}
	return ask, err
}

// inWords says what a preview means for the reader. Whether the other side could
// pay or be paid is for them to find out, not for the reader to probe: a request
// is shown as it stands, and is refused when it is answered.
func (page *payForm) inWords(v preview, leg AskedLeg, way string) *payPreview {
	unit := v.Currency.Unit
	out := &payPreview{Amount: leg.Amount, Leaves: v.Leaves.of(unit), Arrives: v.Arrives.of(unit), Left: v.Left.of(unit), Refusal: v.Refusal,
		Seen: strings.Join([]string{string(leg.From), string(leg.To), leg.Amount.String(), way}, " ")}
	if page.Request && v.Legs != nil {
		out.Refusal = nil
	}
	for _, l := range v.Legs {
		if l.Kind == FeeOf {
			out.Fees = append(out.Fees, feeRow{Name: l.Name, Mine: l.From == page.Mine.ID, Amount: l.Amount.of(unit)})
		}
	}
	return out
}
