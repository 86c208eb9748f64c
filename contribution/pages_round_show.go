package contribution

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"commonweal/contribution/evaluation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// roundPage is a round: what is judged and how, and, once it closed, what came out.
type roundPage struct {
	Tabs      []web.Tab
	Form      *web.Form
	Round     roundRow
	Where     string // projects and kinds
	Rules     []fact
	Mine      bool  // the reader is asked
	Answers   int64 // given so far
	Readable  bool  // there are results to show
	Live      bool
	Canceled  bool
	Imported  bool // it was made of marks of another system
	Reversed  bool // and was taken back
	Items     []scoreRow
	People    []receivedRow
	Chart     *web.Chart
	Took      []tookPart
	Rings     []string
	Proof     string
	Prev      string
	Next      string
	Close     string
	Cancel    string
	Unscored  int
	Give      bool
	Contested int
}

type fact struct{ Name, Value string }

// scoreRow is a contribution with its score.
type scoreRow struct {
	entryRow
	Score  string
	Status stateBadge
	Why    string
}

// receivedRow is a member with what they received.
type receivedRow struct{ Name, Received, Why string }

// tookPart is how much somebody judged of what they were asked.
type tookPart struct {
	Name            string
	Answered, Asked int64
}

// scoresShown is how many contributions a page of results lists.
const scoresShown = 100

// textOrder orders names as people do. It is for one sort: it costs more to
// make than to use, and is not safe for concurrent use.
func textOrder() func(a, b string) int {
	return collate.New(language.Und, collate.Loose).CompareString
}

// score writes an exact fraction as people read it: three decimals at most.
func score(q *web.Request, v *big.Rat) string {
	if v == nil {
		return "–"
	}
	a, err := quantity.FromRat(v, quantity.One, quantity.HalfEven)
	if err == nil {
		a, err = a.RoundTo(1_000, quantity.HalfEven)
	}
	if err != nil {
		return v.RatString()
	}
	return q.Amount(a)
}

func (p *Practice) round(q *web.Request) error {
	page := roundPage{Tabs: roomTabs(q, "rounds"), Form: q.Form()}
	var round Round
	var result RoundResult
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if round, err = GetRound(r, roundID(q)); err != nil {
			return err
		}
		page.Round = rowOfRound(q, r.Now(), round)
		page.Close, page.Cancel, page.Proof = page.Round.Href+"/close", page.Round.Href+"/cancel", proofPath(q, max(round.ClosedNo, round.No))
		if err := page.about(q, r, round); err != nil {
			return err
		}
		if round.State != RoundClosed && round.State != RoundReversed {
			if err := page.underWay(q, r, round); err != nil {
				return err
			}
		}
		if result, page.Readable, err = p.resultOf(r, round); err != nil || !page.Readable {
			return err
		}
		return page.outcome(q, r, round, result)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"round": round, "result": result})
	}
	return q.Render(web.Page{Template: "contribution/round.html", Title: round.Name, Active: "/contribution", Data: page, Crumbs: roundCrumbs(q, round, "")})
}

// proofPath is the address of a journal entry.
func proofPath(q *web.Request, seq int64) string {
	return q.Path("books", "log", strconv.FormatInt(seq, 10))
}

// about says in words what is judged and how.
func (page *roundPage) about(q *web.Request, r store.Reader, round Round) error {
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	var where []string
	for _, id := range round.Projects {
		where = append(where, s.Projects[id].Name)
	}
	for _, kind := range round.Kinds {
		where = append(where, s.kindName(kind))
	}
	page.Give = round.Rules.Mode == GiveMode
	page.Where = strings.Join(where, ", ")
	add := func(key, value string) {
		page.Rules = append(page.Rules, fact{q.T("contribution.rounds.rule_" + key), value})
	}
	rules := round.Rules
	if rules.Mode == GiveMode {
		add("budget", points(q, rules.Give.Budget))
		add("unspent", q.T("contribution.rounds.unspent_"+map[bool]string{true: "burn", false: "spread"}[rules.Give.Unspent == evaluation.Burn]))
		if rules.Give.Damping > 0 {
			add("damping", q.T("contribution.rounds.damping", "m", rules.Give.Damping, "days", rules.WindowDays))
		}
	} else {
		add("scale", joinMarks(rules.Count.Scale))
		if round.Import != nil {
			page.Imported, page.Reversed = round.State == RoundClosed, round.State == RoundReversed
			add("import", q.T("contribution.rounds.imported_from", "file", round.Import.File))
		} else {
			add("panel", q.T("contribution.rounds.panel", "n", rules.Panel.Size, "marks", q.T("contribution.rounds.quorum", "n", rules.Count.Quorum)))
		}
		if rules.Count.Trim > 0 {
			add("trim", q.T("contribution.rounds.trim", "n", rules.Count.Trim))
		}
		if rules.Count.Duplicate != nil {
			add("duplicate", q.T("contribution.rounds.duplicate", "part", score(q, rules.Count.Duplicate)))
		}
		if rules.Count.Spread.Measure != evaluation.AnySpread {
			add("spread", q.T("contribution.rounds.spread_"+string(rules.Count.Spread.Measure), "most", rules.Count.Spread.Most))
		}
		if rules.Count.Normalize {
			add("normalize", q.T("contribution.rounds.normalized"))
		}
	}
	add("names", q.T("contribution.rounds.names_"+string(rules.Names)))
	if rules.Karma.Sign() > 0 {
		add("karma", q.T("contribution.rounds.karma_each", "karma", q.Amount(rules.Karma)))
	}
	return nil
}

// underWay fills in how far a round is.
func (page *roundPage) underWay(q *web.Request, r store.Reader, round Round) error {
	answers, err := answersOn(r, round.ID)
	if err != nil {
		return err
	}
	page.Answers = int64(len(answers))
	page.Canceled = round.State == RoundCanceled
	page.Live = !page.Canceled
	if q.Who.Agent == "" || !round.open(r.Now()) {
		return nil
	}
	work, err := workIn(r, round, q.Who.Agent)
	page.Mine = len(work.Seats) > 0
	page.Round.Done, page.Round.Total, page.Round.Left = int64(len(work.Done)), int64(len(work.Seats)), int64(work.left())
	return err
}

// outcome fills in the results.
func (page *roundPage) outcome(q *web.Request, r *store.Snapshot, round Round, result RoundResult) error {
	if round.Rules.Mode == GiveMode {
		if err := page.received(q, r, round, result); err != nil {
			return err
		}
	} else if err := page.scores(q, r, round, result); err != nil {
		return err
	}
	if !isMember(q) {
		return nil
	}
	if round.Rules.Names == NamesNobody { // the published result says nothing of raters
		if !q.Who.Can(Configure) {
			return nil
		}
		in, err := roundInput(r, round)
		if err != nil {
			return err
		}
		whole, err := CountRound(in)
		if err != nil {
			return err
		}
		return page.rings(q, r, whole.Rings)
	}
	if err := page.tookPart(q, r, round, result); err != nil {
		return err
	}
	return page.rings(q, r, result.Rings)
}

// scores lists contributions a page at a time.
func (page *roundPage) scores(q *web.Request, r store.Reader, round Round, result RoundResult) error {
	for _, item := range result.Items {
		switch {
		case item.Score == nil:
			page.Unscored++
		case item.Status == evaluation.Contested:
			page.Contested++
		}
	}
	at := pageOf(q, page.Round.Href, len(result.Items), scoresShown, &page.Prev, &page.Next)
	items := result.Items[at:min(at+scoresShown, len(result.Items))]
	picked := make([]numbered, len(items))
	for i, item := range items {
		no, err := ParseEntryNo(item.Item)
		if err != nil {
			return err
		}
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
	if err != nil || len(rows) != len(items) {
		return err
	}
	for i, item := range items {
		label := "" // most have a score; it says so itself
		if item.Status != evaluation.HasScore {
			label = q.T("contribution.rounds.status_" + string(item.Status))
		}
		if slices.Contains(result.Withdrawn, item.Item) {
			label = q.T("contribution.rounds.withdrawn")
		}
		page.Items = append(page.Items, scoreRow{rows[i], score(q, item.Score), stateBadge{label, "warn"},
			q.Path("contribution", "rounds", string(round.ID), "items", item.Item)})
	}
	return nil
}

// pageOf returns where the asked page of a list in memory begins, and sets the
// addresses of its neighbors.
func pageOf(q *web.Request, path string, n, size int, prev, next *string) int {
	at, err := strconv.Atoi(q.R.URL.Query().Get("from"))
	if err != nil || at < 0 || at >= n {
		at = 0
	}
	if at > 0 {
		*prev = path + "?from=" + strconv.Itoa(max(at-size, 0))
	}
	if at+size < n {
		*next = path + "?from=" + strconv.Itoa(at+size)
	}
	return at
}

// highestFirst orders results by score, those of one score as they were.
func highestFirst(items []evaluation.ItemResult) {
	slices.SortStableFunc(items, func(a, b evaluation.ItemResult) int { return compareScores(b.Score, a.Score) })
}

// compareScores orders scores; none comes before all.
func compareScores(a, b *big.Rat) int {
	if a == nil || b == nil {
		return boolCompare(a != nil, b != nil)
	}
	return a.Cmp(b)
}

// chartRows is how many people a chart shows.
const chartRows = 20

// received lists members by what they received.
func (page *roundPage) received(q *web.Request, r store.Reader, round Round, result RoundResult) error {
	receipts := slices.Clone(result.Receipts)
	slices.SortStableFunc(receipts, func(a, b evaluation.Receipt) int { return b.Weight.Cmp(a.Weight) })
	called, err := loadNames(q, r, membersOf(receipts)...)
	if err != nil {
		return err
	}
	chart := web.Chart{Kind: "rows", Title: q.T("contribution.rounds.received_chart"), Unit: quantity.One, Over: q.T("contribution.column.person"), Series: []web.Series{{Name: q.T("contribution.rounds.received")}}}
	for i, rec := range receipts {
		name := called.of(store.ID(rec.Member))
		page.People = append(page.People, receivedRow{name, score(q, rec.Weight), q.Path("contribution", "rounds", string(round.ID), "members", rec.Member)})
		if i >= chartRows || rec.Weight.Sign() == 0 {
			continue
		}
		amount, err := quantity.FromRat(rec.Weight, quantity.One, quantity.HalfEven)
		if err != nil {
			return err
		}
		chart.Categories = append(chart.Categories, name)
		chart.Series[0].Values = append(chart.Series[0].Values, amount)
	}
	if len(chart.Categories) > 1 {
		chart.Summary = q.T("contribution.rounds.received_summary", "name", chart.Categories[0], "points", q.Amount(chart.Series[0].Values[0]))
		page.Chart = &chart
	}
	return nil
}

func membersOf(receipts []evaluation.Receipt) []store.ID {
	out := make([]store.ID, len(receipts))
	for i, rec := range receipts {
		out[i] = store.ID(rec.Member)
	}
	return out
}

// tookPart lists who judged how much of what they were asked.
func (page *roundPage) tookPart(q *web.Request, r store.Reader, round Round, result RoundResult) error {
	asked, done, err := turnout(r, round, result)
	if err != nil {
		return err
	}
	var ids []store.ID
	for id := range asked {
		ids = append(ids, store.ID(id))
	}
	called, err := loadNames(q, r, ids...)
	for _, id := range ids {
		page.Took = append(page.Took, tookPart{called.of(id), done[string(id)], asked[string(id)]})
	}
	order := textOrder()
	slices.SortFunc(page.Took, func(a, b tookPart) int { return order(a.Name, b.Name) })
	return err
}

// turnout counts, by rater, what was asked and what was answered. Of an
// imported round both stand in its marks.
func turnout(r store.Reader, round Round, result RoundResult) (asked, done map[string]int64, err error) {
	asked, done = map[string]int64{}, map[string]int64{}
	if round.Import != nil {
		for _, item := range result.Items {
			for _, m := range item.Panels[0].Marks {
				if asked[m.Rater]++; m.Verdict != "" {
					done[m.Rater]++
				}
			}
		}
		return asked, done, nil
	}
	answers, err := answersOn(r, round.ID)
	if err != nil {
		return nil, nil, err
	}
	if round.Rules.Mode == GiveMode {
		basis, err := attached[RoundBasis](r, round.Basis)
		if err != nil {
			return nil, nil, err
		}
		for _, id := range basis.Raters {
			asked[id] = 1
		}
	} else {
		first, second, err := roundPanels(r, round)
		if err != nil {
			return nil, nil, err
		}
		for _, panel := range append(first, second...) {
			for _, rater := range panel.Raters {
				asked[rater]++
			}
		}
	}
	for _, a := range answers {
		if a.Verdict != Skipped {
			done[a.Rater]++
		}
	}
	return asked, done, nil
}

// rings says which groups judged mostly each other.
func (page *roundPage) rings(q *web.Request, r store.Reader, rings []evaluation.Ring) error {
	var ids []store.ID
	for _, ring := range rings {
		for _, id := range ring.Members {
			ids = append(ids, store.ID(id))
		}
	}
	called, err := loadNames(q, r, ids...)
	order := textOrder()
	for _, ring := range rings {
		var list []string
		for _, id := range ring.Members {
			list = append(list, called.of(store.ID(id)))
		}
		slices.SortFunc(list, order)
		percent := new(big.Rat).Mul(ring.Share(), big.NewRat(100, 1))
		page.Rings = append(page.Rings, q.T("contribution.rounds.ring", "names", strings.Join(list, ", "), "percent", roundHalfEven(percent).Int64()))
	}
	return err
}
