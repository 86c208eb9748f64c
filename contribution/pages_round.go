package contribution

import (
	"slices"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

func (p *Practice) roundRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/rounds", Needs: See, Handle: p.rounds},
		{Pattern: "GET /c/{commons}/contribution/rounds/new", Needs: Configure, Handle: p.newRound},
		{Pattern: "POST /c/{commons}/contribution/rounds/new", Needs: Configure, Handle: p.startRound},
		{Pattern: "GET /c/{commons}/contribution/rounds/{id}", Needs: See, Handle: p.round},
		{Pattern: "POST /c/{commons}/contribution/rounds/{id}/close", Needs: Configure, Handle: p.endRound},
		{Pattern: "POST /c/{commons}/contribution/rounds/{id}/cancel", Needs: Configure, Handle: p.dropRound},
		{Pattern: "GET /c/{commons}/contribution/rounds/{id}/evaluate", Needs: Evaluate, Handle: p.judge},
		{Pattern: "POST /c/{commons}/contribution/rounds/{id}/evaluate", Needs: Evaluate, Handle: p.judged},
		{Pattern: "POST /c/{commons}/contribution/rounds/{id}/conflict", Needs: Evaluate, Handle: p.conflict},
		{Pattern: "GET /c/{commons}/contribution/rounds/{id}/items/{no}", Needs: See, Handle: p.whyScore},
		{Pattern: "GET /c/{commons}/contribution/rounds/{id}/members/{agent}", Needs: See, Handle: p.whyReceived},
	}
}

// roundWork is a round that is under way, as it concerns one person.
type roundWork struct {
	Round
	Seats []string // what they judge; one place for mode give
	Done  []RoundAnswer
}

// left is how many answers are still missing.
func (w roundWork) left() int { return len(w.Seats) - len(w.Done) }

// roundsFor returns the rounds that ask something of a person now, the first
// to close first.
func roundsFor(r store.Reader, agent store.ID) (out []roundWork, err error) {
	live, err := LiveRounds(r)
	if err != nil || agent == "" {
		return nil, err
	}
	for _, round := range live { // a handful
		if !round.open(r.Now()) {
			continue
		}
		work, err := workIn(r, round, agent)
		if err != nil {
			return nil, err
		}
		if len(work.Seats) > 0 {
			out = append(out, work)
		}
	}
	return out, nil
}

// workIn is what a round asks of a person.
func workIn(r store.Reader, round Round, agent store.ID) (work roundWork, err error) {
	work.Round = round
	if round.Rules.Mode == GiveMode {
		basis, err := attached[RoundBasis](r, round.Basis)
		if err != nil {
			return work, err
		}
		if slices.Contains(basis.Raters, string(agent)) {
			work.Seats = []string{giftsItem}
		}
	} else if work.Seats, err = seatsOf(r, round, string(agent)); err != nil {
		return work, err
	}
	answers, err := AnswersBy(r, round.ID, agent)
	for _, a := range answers {
		if slices.Contains(work.Seats, a.Item) {
			work.Done = append(work.Done, a)
		}
	}
	return work, err
}

// roundAttention says on the home of a commons which rounds wait for the reader.
func (p *Practice) roundAttention(q *web.Request) (out []web.Attention, err error) {
	if !isMember(q) || !q.Who.Can(Evaluate) {
		return nil, nil
	}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := roundsFor(r, q.Who.Agent)
		for _, w := range list {
			if w.left() == 0 {
				continue
			}
			label := q.T("contribution.rounds.waits", "n", w.left())
			if w.Rules.Mode == GiveMode {
				label = q.T("contribution.rounds.waits_give")
			}
			out = append(out, web.Attention{Label: label, Path: q.Path("contribution", "rounds", string(w.ID), "evaluate"),
				Detail: q.T("contribution.rounds.waits_detail", "name", w.Name, "closes", closesWords(q, r.Now(), w.Closes))})
		}
		return err
	})
	return out, err
}

// closesWords says when a round closes as people do: "today at 20:00".
func closesWords(q *web.Request, now, closes time.Time) string {
	now, closes = now.In(q.Zone), closes.In(q.Zone)
	clock := closes.Format("15:04")
	switch {
	case closes.Format(time.DateOnly) == now.Format(time.DateOnly) && closes.Hour() >= 18:
		return q.T("contribution.rounds.tonight", "time", clock)
	case closes.Format(time.DateOnly) == now.Format(time.DateOnly):
		return q.T("contribution.rounds.today", "time", clock)
	case closes.Format(time.DateOnly) == now.AddDate(0, 0, 1).Format(time.DateOnly):
		return q.T("contribution.rounds.tomorrow", "time", clock)
	}
	return q.T("contribution.rounds.on_day", "day", closes, "time", clock)
}

// roundRow is a round as lists show it.
type roundRow struct {
	Round
	Href, Evaluate string
	Way            string // how it is judged
	State          stateBadge
	When           string // closes tonight at 20:00
	Left, Done     int64  // of the reader's own answers
	Total          int64
}

var roundTones = map[RoundState]string{RoundRunning: "accent", RoundSecond: "warn", RoundClosed: "good", RoundCanceled: "", RoundReversed: "warn"}

func rowOfRound(q *web.Request, now time.Time, round Round) roundRow {
	row := roundRow{Round: round, Href: q.Path("contribution", "rounds", string(round.ID)), Way: q.T("contribution.rounds.way_" + string(round.Rules.Mode)),
		State: stateBadge{q.T("contribution.rounds.state_" + string(round.State)), roundTones[round.State]}}
	row.Evaluate = row.Href + "/evaluate"
	if round.Import != nil {
		row.Way = q.T("contribution.rounds.way_imported")
	}
	switch {
	case round.State == RoundClosed, round.State == RoundReversed:
		row.When = q.T("contribution.rounds.closed_on", "day", round.Closes)
	case now.Before(round.Opens):
		row.When = q.T("contribution.rounds.opens_on", "day", round.Opens)
	case round.State != RoundCanceled:
		row.When = closesWords(q, now, round.Closes)
	}
	return row
}

// Asked64 is how many answers are asked for, for the progress bar.
func (r roundRow) Asked64() int64 { return int64(r.Asked) }

// roundsPage lists the rounds of a commons.
type roundsPage struct {
	Tabs    []web.Tab
	Mine    []roundRow // that wait for the reader
	Rows    []roundRow
	Earlier string // the next page
}

// roundsShown is how many rounds a page lists.
const roundsShown = 20

func (p *Practice) rounds(q *web.Request) error {
	page := roundsPage{Tabs: roomTabs(q, "rounds")}
	before := store.ID(q.R.URL.Query().Get("before"))
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		mine, err := roundsFor(r, q.Who.Agent)
		if err != nil {
			return err
		}
		for _, w := range mine {
			row := rowOfRound(q, r.Now(), w.Round)
			row.Total, row.Done, row.Left = int64(len(w.Seats)), int64(len(w.Done)), int64(w.left())
			page.Mine = append(page.Mine, row)
		}
		var from Round
		if before != "" {
			if from, err = GetRound(r, before); err != nil {
				return err
			}
		}
		list, err := Rounds(r, from, roundsShown+1)
		if len(list) > roundsShown {
			list = list[:roundsShown]
			page.Earlier = q.Path("contribution", "rounds") + "?before=" + string(list[roundsShown-1].ID)
		}
		for _, round := range list {
			page.Rows = append(page.Rows, rowOfRound(q, r.Now(), round))
		}
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page.Rows)
	}
	return q.Render(web.Page{Template: "contribution/rounds.html", Title: q.T("contribution.rounds.title"), Active: "/contribution", Data: page})
}

// roundID reads the round of an address.
func roundID(q *web.Request) store.ID {
	id, _ := store.ParseID(q.R.PathValue("id")) // an empty one is not found
	return id
}

func (p *Practice) endRound(q *web.Request) error {
	round, err := p.CloseRound(q.R.Context(), q.Who, q.Idempotency(), roundID(q))
	if err != nil {
		return err
	}
	key := "contribution.rounds.done_closed"
	if round.State == RoundSecond {
		key = "contribution.rounds.done_second"
	}
	return q.Redirect(q.Path("contribution", "rounds", string(round.ID)), key, "n", len(round.Disputed))
}

func (p *Practice) dropRound(q *web.Request) error {
	round, err := CancelRound(q.R.Context(), p.DB, q.Who, q.Idempotency(), roundID(q))
	if err != nil {
		return err
	}
	return q.Redirect(q.Path("contribution", "rounds", string(round.ID)), "contribution.rounds.done_canceled")
}

// crumbs lead back from a page of a round.
func roundCrumbs(q *web.Request, round Round, last string) []web.Crumb {
	out := []web.Crumb{{Label: q.T("contribution.rounds.title"), Path: q.Path("contribution", "rounds")}}
	if last == "" {
		return append(out, web.Crumb{Label: round.Name})
	}
	return append(out, web.Crumb{Label: round.Name, Path: q.Path("contribution", "rounds", string(round.ID))}, web.Crumb{Label: last})
}

// comments are the private words of a closed round for members, by contribution.
func comments(q *web.Request, r store.Reader, round Round) (map[string][]RoundAnswer, error) {
	if !isMember(q) || round.secret() {
		return nil, nil
	}
	answers, err := answersOn(r, round.ID)
	out := map[string][]RoundAnswer{}
	for _, a := range answers {
		out[a.Item] = append(out[a.Item], a)
	}
	return out, err
}

// verdictWords says in words what a rater answered.
func verdictWords(q *web.Request, a evaluation.Verdict, score, original string) string {
	switch a {
	case evaluation.Scored:
		return q.T("contribution.rounds.gave", "score", score)
	case evaluation.Duplicate:
		return q.T("contribution.rounds.said_duplicate", "no", original)
	case evaluation.Dismissed:
		return q.T("contribution.rounds.said_dismissed")
	case Skipped:
		return q.T("contribution.rounds.said_skipped")
	}
	return q.T("contribution.rounds.said_nothing")
}
