package contribution

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// whyPage explains one result down to each mark.
type whyPage struct {
	Round    roundRow
	Row      entryRow // of a contribution
	Name     string   // of a member, in mode give
	Score    string
	Sentence string
	Panels   []panelView
	Steps    []string // after the marks: rating, participation, karma
	Comments []string
	Proof    string
	Record   int64
	Read     string // of an imported round: where the contribution was read
}

// panelView is one panel's part in a score.
type panelView struct {
	Title string
	Marks []markView
	Sum   string // (13 + 21) / 2 = 17
}

// markView is one mark in words.
type markView struct {
	Who, Said, Counts, Fate string
	Read                    string // of an imported mark: file and line
	Kept                    bool
}

// readableRound reads a round and its result.
func (p *Practice) readableRound(q *web.Request, r store.Reader) (Round, RoundResult, error) {
	round, err := GetRound(r, roundID(q))
	if err != nil {
		return round, RoundResult{}, err
	}
	result, readable, err := p.resultOf(r, round)
	if err == nil && !readable {
		err = fault.NotFoundf("contribution.round_result", "", "%s has no result yet", round.Name)
	}
	return round, result, err
}

// resultOf returns the published result of a round that closed, and of one
// whose marks can be read from the start what it would be now, the highest
// scores first; readable is false for every other.
func (p *Practice) resultOf(r store.Reader, round Round) (result RoundResult, readable bool, err error) {
	switch {
	case round.State == RoundClosed, round.State == RoundReversed:
		result, err = p.everyday.resultOf(r, round)
	case round.secret() || round.State == RoundCanceled || round.undrawn():
		return result, false, nil
	default:
		in, err := roundInput(r, round)
		if err != nil {
			return result, false, err
		}
		if result, err = CountRound(in); err != nil {
			return result, false, err
		}
		result = result.Published(round.Rules.Names)
		highestFirst(result.Items)
	}
	return result, err == nil, err
}

// whyScore explains the score of a contribution.
func (p *Practice) whyScore(q *web.Request) error {
	no, err := ParseEntryNo(q.R.PathValue("no"))
	if err != nil {
		return err
	}
	var page whyPage
	var round Round
	var item evaluation.ItemResult
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		var result RoundResult
		if round, result, err = p.readableRound(q, r); err != nil {
			return err
		}
		i := slices.IndexFunc(result.Items, func(item evaluation.ItemResult) bool { return item.Item == no.String() })
		if i < 0 {
			return fault.NotFoundf("contribution.round_result", "", "contribution %s was not in this round", no)
		}
		item = result.Items[i]
		page.Round, page.Score, page.Record, page.Proof = rowOfRound(q, r.Now(), round), score(q, item.Score), max(round.ClosedNo, round.No), proofPath(q, max(round.ClosedNo, round.No))
		e, err := GetEntry(r, no)
		if err != nil {
			return err
		}
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		rows, err := rowsOf(q, r, s, []Entry{e})
		if err != nil {
			return err
		}
		page.Row = rows[0]
		said, err := comments(q, r, round)
		if err != nil {
			return err
		}
		called, err := loadNames(q, r, ratersOf(item)...)
		if err != nil {
			return err
		}
		page.marks(q, called, round, item)
		if err := page.sources(q, r, round, no, item); err != nil {
			return err
		}
		page.remarks(q, called, round, said[no.String()])
		page.conclude(q, round, result, no, item)
		return nil
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(item)
	}
	return q.Render(web.Page{Template: "contribution/round_why.html", Title: q.T("contribution.whyscore.title", "score", page.Score), Active: "/contribution", Data: page,
		Crumbs: roundCrumbs(q, round, q.T("contribution.whyscore.crumb", "no", no))})
}

func ratersOf(item evaluation.ItemResult) (out []store.ID) {
	for _, panel := range item.Panels {
		for _, m := range panel.Marks {
			out = append(out, store.ID(m.Rater))
		}
	}
	return out
}

// marks explains each panel: every mark, what it was worth and whether it counted.
func (page *whyPage) marks(q *web.Request, called names, round Round, item evaluation.ItemResult) {
	for n, panel := range item.Panels {
		view := panelView{Title: q.T([]string{"contribution.whyscore.first", "contribution.whyscore.second"}[min(n, 1)])}
		var kept []string
		for i, m := range panel.Marks {
			who := called.of(store.ID(m.Rater))
			if m.Rater == "" {
				who = q.T("contribution.whyscore.rater", "n", i+1)
			}
			said := verdictWords(q, m.Verdict, score(q, m.Plain), cmp.Or(m.Original, "–"))
			counts := score(q, m.Value)
			if m.Factor != nil {
				counts = q.T("contribution.whyscore.factor", "plain", score(q, m.Plain), "factor", score(q, m.Factor), "value", counts)
			}
			view.Marks = append(view.Marks, markView{Who: who, Said: said, Counts: counts, Fate: fateWords(q, m), Kept: m.Fate == evaluation.Kept})
			if m.Fate == evaluation.Kept {
				kept = append(kept, score(q, m.Value))
			}
		}
		switch {
		case panel.Score == nil:
			view.Sum = q.T("contribution.whyscore.no_score", "valid", panel.Valid, "quorum", round.Rules.Count.Quorum)
		case round.Rules.Mode == PointMode:
			view.Sum = q.T("contribution.whyscore.median", "marks", strings.Join(kept, ", "), "score", score(q, median(panel.Marks)))
		default:
			view.Sum = "(" + strings.Join(kept, " + ") + ") / " + points(q, int64(len(kept))) + " = " + score(q, panel.Score)
		}
		page.Panels = append(page.Panels, view)
	}
}

var marksOnEntry = store.SQL(`SELECT seq, n, rater, entry_seq, entry_n, content FROM contribution_mark
	WHERE commons_id = $1 AND entry_seq = $2 AND entry_n = $3 AND batch = $4 ORDER BY seq, n`)

// sources says, for members, where an imported contribution and its marks were read.
func (page *whyPage) sources(q *web.Request, r store.Reader, round Round, no EntryNo, item evaluation.ItemResult) error {
	if round.Import == nil || !isMember(q) {
		return nil
	}
	batch, at, imported, err := OriginOf(r, no)
	if err != nil {
		return err
	}
	if line, _, _ := strings.Cut(at, " "); imported {
		page.Read = q.T("contribution.import.read_at", "file", batch.File, "line", line)
	}
	marks, err := store.All(r, scanMark, marksOnEntry, no.Seq, no.N, round.ID)
	if err != nil {
		return err
	}
	for i, m := range item.Panels[0].Marks {
		if at := slices.IndexFunc(marks, func(mark importedMark) bool { return string(mark.Rater) == m.Rater }); at >= 0 {
			page.Panels[0].Marks[i].Read = readAt(q, marks[at].Source)
		}
	}
	return nil
}

func fateWords(q *web.Request, m evaluation.Mark) string {
	if m.Fate == evaluation.Missing {
		return q.T("contribution.whyscore.missing_" + string(m.Reason))
	}
	return q.T("contribution.whyscore.fate_" + string(m.Fate))
}

// conclude says what became of the score.
func (page *whyPage) conclude(q *web.Request, round Round, result RoundResult, no EntryNo, item evaluation.ItemResult) {
	page.Sentence = q.T("contribution.whyscore.sentence_"+string(item.Status), "score", page.Score)
	if item.Status == evaluation.Unscored {
		page.Sentence = q.T("contribution.whyscore.unscored_" + string(item.Reason))
	}
	if slices.Contains(result.Withdrawn, item.Item) {
		page.Steps = append(page.Steps, q.T("contribution.whyscore.withdrawn"))
	}
	for _, total := range result.Points {
		for _, line := range total.Lines {
			if line.Deliverable == item.Item {
				page.Steps = append(page.Steps, q.T("contribution.whyscore.participation", "points", line.Points, "factor", q.Amount(line.Participation), "score", page.Score))
			}
		}
	}
	for _, rating := range result.Ratings {
		if rating.Entry == no {
			page.Steps = append(page.Steps, q.T("contribution.whyscore.rating", "fraction", rating.Score.RatString()))
			if stored := big.NewRat(rating.Num, rating.Den); stored.Cmp(rating.Score) != 0 {
				page.Steps = append(page.Steps, q.T("contribution.whyscore.nearest", "fraction", stored.RatString()))
			}
		}
	}
	for _, g := range result.Karma {
		if g.Entry != nil && *g.Entry == no {
			page.Steps = append(page.Steps, q.T("contribution.whyscore.karma", "score", page.Score, "factor", q.Amount(round.Rules.Karma), "karma", q.Amount(g.Amount)))
		}
	}
}

// remarks are the comments, for members: beside their names, or without names
// and in an order that tells nothing.
func (page *whyPage) remarks(q *web.Request, called names, round Round, said []RoundAnswer) {
	for _, a := range said {
		if a.Comment == "" {
			continue
		}
		text := "“" + a.Comment + "”"
		if round.Rules.Names != NamesNobody {
			text = called.of(store.ID(a.Rater)) + ": " + text
		}
		page.Comments = append(page.Comments, text)
	}
	slices.Sort(page.Comments)
}

// whyReceived explains what a member received in a round of mode give.
func (p *Practice) whyReceived(q *web.Request) error {
	var page whyPage
	var round Round
	var receipt evaluation.Receipt
	agent := q.R.PathValue("agent")
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		var result RoundResult
		if round, result, err = p.readableRound(q, r); err != nil {
			return err
		}
		i := slices.IndexFunc(result.Receipts, func(rec evaluation.Receipt) bool { return rec.Member == agent })
		if i < 0 {
			return fault.NotFoundf("contribution.round_result", "", "this person was not in the round")
		}
		receipt = result.Receipts[i]
		page.Round, page.Score, page.Record, page.Proof = rowOfRound(q, r.Now(), round), score(q, receipt.Weight), max(round.ClosedNo, round.No), proofPath(q, max(round.ClosedNo, round.No))
		ids := []store.ID{store.ID(agent)}
		for _, g := range receipt.Received {
			ids = append(ids, store.ID(g.From))
		}
		called, err := loadNames(q, r, ids...)
		if err != nil {
			return err
		}
		page.Name = called.of(store.ID(agent))
		page.gifts(q, called, round, result, receipt)
		said, err := comments(q, r, round)
		for _, a := range said[giftsItem] {
			for _, g := range a.Gifts {
				if g.To == agent {
					a.Comment = g.Note
					page.remarks(q, called, round, []RoundAnswer{a})
				}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(receipt)
	}
	return q.Render(web.Page{Template: "contribution/round_why.html", Title: q.T("contribution.whyscore.title_give", "name", page.Name, "score", page.Score), Active: "/contribution", Data: page,
		Crumbs: roundCrumbs(q, round, page.Name)})
}

// gifts explains each gift and what of it counts.
func (page *whyPage) gifts(q *web.Request, called names, round Round, result RoundResult, rec evaluation.Receipt) {
	page.Sentence = q.T("contribution.whyscore.sentence_give", "name", page.Name, "score", page.Score)
	if rec.Reason == evaluation.TooFewRaters {
		page.Sentence = q.T("contribution.whyscore.few_givers", "least", round.Rules.Give.GiversEach)
	}
	view := panelView{Title: q.T("contribution.whyscore.gifts")}
	var parts []string
	for i, g := range rec.Received {
		who := called.of(store.ID(g.From))
		if g.From == "" {
			who = q.T("contribution.whyscore.giver", "n", i+1)
		}
		fate := q.T("contribution.whyscore.fate_kept")
		if g.Mutual > 0 {
			fate = q.T("contribution.whyscore.damped", "mutual", g.Mutual, "m", round.Rules.Give.Damping)
		}
		view.Marks = append(view.Marks, markView{Who: who, Said: q.T("contribution.rounds.gave", "score", points(q, g.Amount)), Counts: score(q, g.Counts), Fate: fate, Kept: true})
		parts = append(parts, score(q, g.Counts))
	}
	if rec.Spread != nil && rec.Spread.Sign() > 0 {
		view.Marks = append(view.Marks, markView{Who: q.T("contribution.whyscore.spread"), Counts: score(q, rec.Spread), Fate: q.T("contribution.whyscore.fate_kept"), Kept: true})
		parts = append(parts, score(q, rec.Spread))
	}
	if len(parts) > 1 && rec.Reason == "" {
		view.Sum = strings.Join(parts, " + ") + " = " + page.Score
	}
	page.Panels = []panelView{view}
	total := new(big.Rat)
	for _, other := range result.Receipts {
		total.Add(total, other.Weight)
	}
	if total.Sign() > 0 {
		share := new(big.Rat).Quo(rec.Weight, total)
		percent, err := quantity.FromRat(share.Mul(share, big.NewRat(100, 1)), quantity.One, quantity.HalfEven)
		if err == nil {
			percent, _ = percent.RoundTo(10_000, quantity.HalfEven)
			page.Steps = append(page.Steps, q.T("contribution.whyscore.share", "score", page.Score, "total", score(q, total), "percent", q.Amount(percent)))
		}
	}
	for _, g := range result.Karma {
		if g.Entry == nil && string(g.Person) == rec.Member {
			page.Steps = append(page.Steps, q.T("contribution.whyscore.karma", "score", page.Score, "factor", q.Amount(round.Rules.Karma), "karma", q.Amount(g.Amount)))
		}
	}
}
