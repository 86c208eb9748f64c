package contribution

import (
	"slices"
	"strconv"

	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// judgePage asks a rater about one contribution after the other, or, in mode
// give, what they give to whom.
type judgePage struct {
	Form     *web.Form
	Round    roundRow
	Done     int64
	Total    int64
	Item     *judgeItem
	Answered []answeredRow // when all are done
	People   []giveRow
	Budget   int64
	Left     int64
	Declines bool
}

// judgeItem is the contribution that is asked about.
type judgeItem struct {
	entryRow
	Evidence  []evidenceView
	Marks     []markButton // one tap is an answer; nil when the scale is too long for buttons
	Low, High int64
	Originals []web.Option
	Answer    string // what was answered before
	Prev      string
	Next      string
	Comment   bool // there is one already
	Conflict  string
}

type markButton struct {
	Value   int64
	Current bool
}

// answeredRow is one of the reader's own answers.
type answeredRow struct {
	entryRow
	Answer, Change string
}

// giveRow is a colleague to whom points may be given.
type giveRow struct {
	ID, Field, Note string
	Name            string
	Made            int // contributions in the round
	Href            string
}

// mostButtons is how many marks a scale may have to be shown as buttons.
const mostButtons = 16

func (p *Practice) judge(q *web.Request) error {
	page := judgePage{Form: q.Form()}
	var round Round
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if round, err = GetRound(r, roundID(q)); err != nil {
			return err
		}
		page.Round = rowOfRound(q, r.Now(), round)
		work, err := workIn(r, round, q.Who.Agent)
		if err != nil || !round.open(r.Now()) {
			return err
		}
		page.Done, page.Total = int64(len(work.Done)), int64(len(work.Seats))
		if round.Rules.Mode == GiveMode {
			return page.giving(q, r, work)
		}
		return page.judging(q, r, work)
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/round_judge.html", Title: q.T("contribution.judge.title", "name", round.Name), Active: "/contribution", Data: page,
		Crumbs: roundCrumbs(q, round, q.T("contribution.rounds.evaluate"))})
}

// judging fills in the contribution that comes next, or what was answered when
// none does.
func (page *judgePage) judging(q *web.Request, r store.Reader, work roundWork) error {
	nos, err := numbersOf(work.Seats)
	if err != nil {
		return err
	}
	picked := make([]numbered, len(nos))
	for i, no := range nos {
		picked[i] = numbered{no, Validated}
	}
	entries, err := entriesOf(r, picked)
	if err != nil {
		return err
	}
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	rows, err := rowsOf(q, r, s, entries)
	if err != nil {
		return err
	}
	at := page.current(nos, work)
	if at < 0 || at >= len(rows) {
		page.summary(q, rows, work)
		return nil
	}
	page.Item = page.item(q, rows, at, work)
	return nil
}

// numbersOf reads and orders the numbers of contributions.
func numbersOf(items []string) ([]EntryNo, error) {
	out := make([]EntryNo, len(items))
	for i, item := range items {
		no, err := ParseEntryNo(item)
		if err != nil {
			return nil, err
		}
		out[i] = no
	}
	slices.SortFunc(out, compareNo)
	return out, nil
}

// current is the place of the contribution that was asked for, or of the first
// without an answer; -1 when all are done.
func (page *judgePage) current(nos []EntryNo, work roundWork) int {
	if want := page.Form.Raw("item"); want != "" {
		return slices.IndexFunc(nos, func(no EntryNo) bool { return no.String() == want })
	}
	return slices.IndexFunc(nos, func(no EntryNo) bool { return answerTo(work.Done, no.String()) == nil })
}

func answerTo(done []RoundAnswer, item string) *RoundAnswer {
	i := slices.IndexFunc(done, func(a RoundAnswer) bool { return a.Item == item })
	if i < 0 {
		return nil
	}
	return &done[i]
}

func (page *judgePage) item(q *web.Request, rows []entryRow, at int, work roundWork) *judgeItem {
	item := &judgeItem{entryRow: rows[at], Conflict: page.Round.Href + "/conflict"}
	for _, ev := range item.entryRow.Evidence {
		item.Evidence = append(item.Evidence, evidenceLink(q, ev))
	}
	place := func(i int) string { return page.Round.Evaluate + "?item=" + rows[i].No.String() }
	if at > 0 {
		item.Prev = place(at - 1)
	}
	if at+1 < len(rows) {
		item.Next = place(at + 1)
	}
	for i, row := range rows {
		if i != at {
			item.Originals = append(item.Originals, web.Option{Value: row.No.String(), Label: shorten(row.No.String()+" · "+row.Who+" · "+row.Note, 80)})
		}
	}
	before := answerTo(work.Done, rows[at].No.String())
	if before != nil {
		item.Answer = verdictWords(q, before.Verdict, strconv.FormatInt(before.Score, 10), before.Original)
		page.Form.Default("comment", before.Comment)
		item.Comment = before.Comment != ""
		page.Form.Default("original", before.Original)
		if before.Verdict == evaluation.Scored {
			page.Form.Default("score", strconv.FormatInt(before.Score, 10))
		}
	}
	scale := work.Rules.Count.Scale
	item.Low, item.High = scale.Bottom(), scale.Top()
	if len(scale.Values) <= mostButtons {
		for _, v := range scale.Values {
			item.Marks = append(item.Marks, markButton{v, before != nil && before.Verdict == evaluation.Scored && before.Score == v})
		}
	}
	return item
}

// evidenceLink is a piece of evidence as a link.
func evidenceLink(q *web.Request, ev Evidence) evidenceView {
	if ev.File != "" {
		return evidenceView{ev.Name, q.Path("contribution", "evidence", ev.File), "paperclip"}
	}
	return evidenceView{ev.Link, ev.Link, "link"}
}

// shorten cuts a text after so many characters.
func shorten(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

func (page *judgePage) summary(q *web.Request, rows []entryRow, work roundWork) {
	for _, row := range rows {
		answer := ""
		if a := answerTo(work.Done, row.No.String()); a != nil {
			answer = verdictWords(q, a.Verdict, strconv.FormatInt(a.Score, 10), a.Original)
		}
		page.Answered = append(page.Answered, answeredRow{row, answer, page.Round.Evaluate + "?item=" + row.No.String()})
	}
}

// giving fills in the colleagues and what the reader gave them so far.
func (page *judgePage) giving(q *web.Request, r store.Reader, work roundWork) error {
	basis, err := attached[RoundBasis](r, work.Basis)
	if err != nil {
		return err
	}
	made := map[string]int{}
	for _, item := range basis.Items {
		made[item.Author]++
	}
	ids := make([]store.ID, len(basis.Raters))
	for i, id := range basis.Raters {
		ids[i] = store.ID(id)
	}
	called, err := loadNames(q, r, ids...)
	if err != nil {
		return err
	}
	page.Budget, page.Left = work.Rules.Give.Budget, work.Rules.Give.Budget
	for _, a := range work.Done {
		page.Declines = a.Declines
		for _, g := range a.Gifts {
			page.Left -= g.Amount
			page.Form.Default("give."+g.To, strconv.FormatInt(g.Amount, 10))
			page.Form.Default("note."+g.To, g.Note)
		}
	}
	for _, id := range ids {
		if id != q.Who.Agent {
			page.People = append(page.People, giveRow{ID: string(id), Field: "give." + string(id), Note: "note." + string(id), Name: called.of(id), Made: made[string(id)],
				Href: q.Path("contribution", "entries") + "?person=" + string(id) + "&from=" + work.From + "&until=" + work.Until})
		}
	}
	order := textOrder()
	slices.SortFunc(page.People, func(a, b giveRow) int { return order(a.Name, b.Name) })
	return nil
}

// judged takes an answer and leads to what comes next.
func (p *Practice) judged(q *web.Request) error {
	f := q.Form()
	if f.Has("giving") {
		return p.gave(q)
	}
	no, err := ParseEntryNo(f.Raw("item"))
	if err != nil {
		return err
	}
	ask := AnswerAsk{Round: roundID(q), Item: no, Comment: f.Text("comment", web.Max(maxNote)), Verdict: evaluation.Verdict(f.Raw("verdict"))}
	if ask.Verdict == "" {
		ask.Verdict, ask.Score = evaluation.Scored, f.Int("score", 0, mostTop, web.Required)
	}
	if original := f.Raw("original"); ask.Verdict == evaluation.Duplicate && original != "" {
		of, err := ParseEntryNo(original)
		if err != nil {
			return err
		}
		ask.Original = &of
	}
	if f.OK() {
		_, err := AnswerRound(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("contribution", "rounds", string(ask.Round), "evaluate"), "")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.judge(q)
}

// gave takes what the reader gives to colleagues.
func (p *Practice) gave(q *web.Request) error {
	f := q.Form()
	ask := GiveAsk{Round: roundID(q), Declines: f.Bool("declines")}
	for _, id := range f.RawAll("person") {
		if n := f.Int("give."+id, 0, mostBudget); n > 0 {
			ask.Gifts = append(ask.Gifts, evaluation.Gift{To: id, Amount: n, Note: f.Text("note."+id, web.Max(500))})
		}
	}
	if f.OK() {
		_, err := GiveRound(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("contribution", "rounds", string(ask.Round), "evaluate"), "contribution.judge.given")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.judge(q)
}

// conflict records that the reader does not judge a contributor.
func (p *Practice) conflict(q *web.Request) error {
	no, err := ParseEntryNo(q.Form().Raw("item"))
	if err != nil {
		return err
	}
	var e Entry
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		round, err := GetRound(r, roundID(q))
		if err != nil {
			return err
		}
		work, err := workIn(r, round, q.Who.Agent)
		if err != nil {
			return err
		}
		if !slices.Contains(work.Seats, no.String()) {
			return fault.Forbiddenf("contribution.not_on_panel", "you were not drawn to judge contribution %s", no)
		}
		e, err = GetEntry(r, no)
		return err
	})
	if err != nil {
		return err
	}
	// First the answer, which a declared conflict would refuse.
	if _, err := AnswerRound(q.R.Context(), p.DB, q.Who, q.Idempotency(), AnswerAsk{Round: roundID(q), Item: no, Verdict: Skipped}); err != nil {
		return err
	}
	if _, err := DeclareConflict(q.R.Context(), p.DB, q.Who, "", ConflictAsk{Author: e.Person}); err != nil {
		return err
	}
	return q.Redirect(q.Path("contribution", "rounds", string(roundID(q)), "evaluate"), "contribution.judge.conflicted")
}

// points writes a whole number as people read it.
func points(q *web.Request, n int64) string { return q.Amount(quantity.Of(n, quantity.One)) }
