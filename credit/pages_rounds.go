package credit

import (
	"time"

	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf/naming"
)

func (p *Practice) roundRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/rounds", Needs: Owe, Handle: p.rounds},
		{Pattern: "GET /c/{commons}/credit/rounds/new", Needs: Clear, Handle: p.newRound},
		{Pattern: "POST /c/{commons}/credit/rounds/new", Needs: Clear, Handle: p.newRound},
		{Pattern: "GET /c/{commons}/credit/rounds/{round}", Needs: Owe, Handle: p.round},
		{Pattern: "POST /c/{commons}/credit/rounds/{round}", Needs: Owe, Handle: p.round},
		{Pattern: "GET /c/{commons}/credit/rounds/{round}/notice.csv", Needs: Owe, Handle: p.notice},
		{Pattern: "GET /c/{commons}/credit/rounds/{round}/files.zip", Needs: Clear, Handle: p.roundFiles},
	}
}

// roundsPage lists what could be cleared, and the rounds.
type roundsPage struct {
	Tabs   []web.Tab
	Open   []openSum
	Rounds []roundRow
}

type openSum struct {
	Debts int
	Sum   quantity.Amount
}

type roundRow struct {
	Round
	Href           string
	Badge          web.Badge
	Cleared, Gross quantity.Amount
	Known          bool // what it clears
}

func (p *Practice) rounds(q *web.Request) error {
	page := roundsPage{Tabs: tabs(q, "rounds")}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		sums, err := store.All(r, scanUnitTotal, countsOpen)
		if err != nil {
			return err
		}
		for _, s := range sums {
			page.Open = append(page.Open, openSum{int(s.Debts), s.Amount.of(s.Unit)})
		}
		list, err := store.All(r, scanRound, roundsNewest)
		for _, x := range list {
			page.Rounds = append(page.Rounds, roundRowFor(q, x))
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/rounds.html", Title: q.T("credit.round.title"), Active: atHome, Data: page})
}

func roundRowFor(q *web.Request, r Round) roundRow {
	tones := map[RoundState]string{Asking: "warn", Settled: "good"}
	row := roundRow{Round: r, Href: q.Path("credit", "rounds", string(r.ID)), Badge: web.Badge{Label: q.T("credit.round.state_" + string(r.State)), Tone: tones[r.State]}}
	if r.Figures != nil {
		row.Known, row.Cleared, row.Gross = true, r.Figures.Cleared.of(r.Unit), r.Figures.Gross.of(r.Unit)
	}
	return row
}

// newRoundPage asks for what a round shall be.
type newRoundPage struct {
	Form  *web.Form
	Units []web.Option
}

func (p *Practice) newRound(q *web.Request) error {
	f := q.Form()
	f.Default("hours", "72")
	f.Default("share", "50")
	page := newRoundPage{Form: f}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		page.Units, err = debtUnits(q, r)
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Units) > 0 {
		f.Default("unit", page.Units[0].Value)
	}
	if q.R.Method == "POST" {
		ask := RoundAsk{Unit: quantity.Unit(f.Raw("unit")), Hours: int(f.Int("hours", 1, mostHours, web.Required)), Share: int(f.Int("share", 0, 100))}
		if f.OK() {
			r, err := p.OpenRound(q.R.Context(), q.Who, q.Idempotency(), ask)
			if err == nil {
				return q.Redirect(q.Path("credit", "rounds", string(r.ID)), "credit.round.opened")
			}
			if !f.Blame(err) {
				return err
			}
		}
	}
	return q.Render(web.Page{Template: "credit/round_new.html", Title: q.T("credit.round.new"), Active: atHome, Data: page, Crumbs: roundCrumbs(q)})
}

func roundCrumbs(q *web.Request) []web.Crumb {
	return []web.Crumb{{Label: q.T("credit.round.title"), Path: q.Path("credit", "rounds")}}
}

// roundPage is one round: its totals for everybody, the reader's own lines, and
// for who runs rounds the circles.
type roundPage struct {
	roundRow
	Form               *web.Form
	Facts              []roundFact
	Mine               []noticeRow
	Owes, Owed, Line   quantity.Amount // what of the reader's is set off, and what their account gains
	Used               bool            // their line of credit
	Lends              bool
	Asks, Going, Stuck bool
	RunHref            string
	Until              time.Time
	Circles            []circleRow
	Graph              *web.Graph
	Held               int
	Notice             bool
}

type roundFact struct{ Label, Value string }

// noticeRow is a debt of the reader in a round: before, set off, after.
type noticeRow struct {
	ID                 store.ID
	Partner            string
	PartnerID          store.ID
	Mine               bool
	Before, Off, After quantity.Amount
	Held               bool
	Reference          string
}

// round shows a round, and does what its reader chose.
func (p *Practice) round(q *web.Request) error {
	id, f := store.ID(q.R.PathValue("round")), q.Form()
	if q.R.Method == "POST" {
		if done, err := p.actOnRound(q, f, id); done || err != nil {
			return err
		}
	}
	page := roundPage{Form: f}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error { return page.load(q, r, id) })
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page.Round)
	}
	return q.Render(web.Page{Template: "credit/round.html", Title: q.T("credit.round.of", "day", q.Day(page.At)), Active: atHome, Data: page, Crumbs: roundCrumbs(q)})
}

func (p *Practice) actOnRound(q *web.Request, f *web.Form, id store.ID) (done bool, err error) {
	ctx, key, do := q.R.Context(), q.Idempotency(), f.Raw("do")
	switch do {
	case "cancel":
		_, err = CancelRound(ctx, q.Store, q.Who, key, CancelAsk{Round: id, Reason: f.Text("reason", web.Required, web.Max(maxNote))})
	case "restart":
		_, err = p.RestartRound(ctx, q.Who, key, id)
	default:
		do = "hold"
		_, err = HoldBack(ctx, q.Store, q.Who, key, HoldBackAsk{Round: id, Obligations: f.IDs("debts"), Partner: f.ID("partner"), Line: f.Bool("line"), Everything: f.Bool("everything")})
	}
	if err == nil {
		return true, q.Redirect(q.Path("credit", "rounds", string(id)), "credit.round.done_"+do)
	}
	if f.Blame(err) {
		return false, nil
	}
	return true, err
}

func (page *roundPage) load(q *web.Request, r *store.Snapshot, id store.ID) error {
	round, s, holds, err := wholeRound(r, id)
	if err != nil {
		return err
	}
	page.roundRow, page.Until = roundRowFor(q, round), round.Until
	page.Asks, page.Going = round.State == Asking && r.Now().Before(round.Until), round.State == Solving || round.State == Settling
	page.Notice = round.State == Settled
	if page.Going {
		run, found, err := job.Find(r, round.Run)
		if err != nil {
			return err
		}
		page.Stuck = !found || run.State.Final()
	}
	page.facts(q)
	if page.Mine, err = noticesFor(q, r, round, s, holds); err != nil {
		return err
	}
	page.sums(q, s, holds)
	if q.Who.Can(Clear) && s.Outcome != nil {
		return page.circles(q, r, s, holds)
	}
	return nil
}

// facts are the totals of the round, each with its words.
func (page *roundPage) facts(q *web.Request) {
	x := page.Figures
	if x == nil {
		return
	}
	say := func(key string, m Micros) {
		page.Facts = append(page.Facts, roundFact{q.T("credit.round.fact_" + key), q.Quantity(m.of(page.Unit))})
	}
	say("gross", x.Gross)
	say("cleared", x.Cleared)
	if page.Currency != "" {
		say("alone", x.Alone)
		say("moved", x.Moved)
		say("drawn", x.Drawn)
	}
	say("net", x.NetDebt)
	say("needed", x.Needed)
	page.Facts = append(page.Facts, roundFact{q.T("credit.round.fact_debts"), q.T("credit.round.fact_debts_text", "all", x.Obligations, "whole", x.Discharged, "part", x.Reduced)},
		roundFact{q.T("credit.round.fact_members"), q.T("credit.round.fact_members_text", "all", x.Members, "touched", x.Touched)})
}

// sums adds up what the round does to the reader.
func (page *roundPage) sums(q *web.Request, s sheets, holds []Withheld) {
	var owes, owed Micros
	for _, n := range page.Mine {
		if n.Mine {
			owes += Micros(n.Off.Micros)
		} else {
			owed += Micros(n.Off.Micros)
		}
	}
	page.Owes, page.Owed = owes.of(page.Unit), owed.of(page.Unit)
	page.Line = (owed - owes).of(page.Unit)
	page.Used = owed != owes
	for _, l := range s.Lines {
		page.Lends = page.Lends || l.Agent == q.Who.Agent
	}
	for _, h := range holds {
		if h.Agent == q.Who.Agent {
			page.Held++
		}
	}
}

// noticesFor are the reader's own lines in a round, and nobody else's.
func noticesFor(q *web.Request, r store.Reader, round Round, s sheets, holds []Withheld) ([]noticeRow, error) {
	off := s.setOff(round, holds)
	var mine []Debt
	var partners, ids []store.ID
	for _, d := range s.Debts {
		if d.Debtor == q.Who.Agent || d.Creditor == q.Who.Agent {
			mine, ids = append(mine, d), append(ids, d.ID)
			partners = append(partners, d.partner(q.Who.Agent))
		}
	}
	called, err := naming.Load(q, r, partners...)
	if err != nil {
		return nil, err
	}
	list, err := store.AllOf(r, scanJSON[Obligation], obligationsByID, ids)
	if err != nil {
		return nil, err
	}
	references := map[store.ID]string{}
	for _, o := range list {
		references[o.ID] = o.Reference
	}
	out := make([]noticeRow, len(mine))
	for i, d := range mine {
		out[i] = noticeRow{ID: d.ID, Partner: called.Of(partners[i]), PartnerID: partners[i], Mine: d.Debtor == q.Who.Agent, Reference: references[d.ID],
			Before: d.Amount.of(round.Unit), Off: off[d.ID].of(round.Unit), After: (d.Amount - off[d.ID]).of(round.Unit)}
		for _, h := range holds {
			out[i].Held = out[i].Held || h.Agent == q.Who.Agent && h.keeps(d)
		}
	}
	return out, nil
}

func (d Debt) partner(agent store.ID) store.ID {
	return Obligation{Debtor: d.Debtor, Creditor: d.Creditor}.partner(agent)
}

// setOff is what the last outcome sets off of each debt: the preview, which is
// of the whole sheet, or what was settled, which is of the sheet without what was held back.
func (s sheets) setOff(r Round, holds []Withheld) map[store.ID]Micros {
	off := map[store.ID]Micros{}
	if s.Outcome == nil {
		return off
	}
	for i, d := range s.solved(r, holds).Debts {
		off[d.ID] = s.Outcome.SetOff[i]
	}
	return off
}

// solved is the sheet that the last outcome is of.
func (s sheets) solved(r Round, holds []Withheld) Sheet {
	if r.State == Settled {
		return s.without(holds)
	}
	return s.Sheet
}
