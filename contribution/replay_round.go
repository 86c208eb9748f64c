package contribution

import (
	"encoding/json"
	"slices"

	"commonweal/contribution/evaluation"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// replayedRound is an evaluation round and what counting it again needs.
type replayedRound struct {
	Round
	basis         RoundBasis
	seed          []byte // of the panels that are to be drawn next
	first, second []evaluation.Panel
	answers       map[int64]replayedAnswer // by entry
	last          map[[2]string]int64      // rater and item → the entry of the answer that counts; empty for names of nobody
	gifts         []evaluation.Gift        // of a closed round that published them
	imported      RoundResult              // of an imported round
}

// replayedAnswer is what the log holds of an answer before its round closes.
type replayedAnswer struct {
	by         string
	item       string
	commitment string
	open       string // JSON of an answer that can be read from the start
}

// roundOpened checks that a round takes up validated contributions as they are.
func (r *Replay) roundOpened(e Recorded, b replayedBody) error {
	if b.Round == nil {
		return lacks("round")
	}
	round := &replayedRound{Round: *b.Round, answers: map[int64]replayedAnswer{}, last: map[[2]string]int64{}}
	if err := r.attached(e, "basis", &round.basis); err != nil {
		return err
	}
	if r.rounds[round.ID] != nil || round.State != RoundRunning || round.Basis != e.Attached["basis"] {
		return breach("round", "the round %q was opened before, or is not the one that its basis belongs to", round.Name)
	}
	if round.Items != len(round.basis.Items) || round.Raters != len(round.basis.Raters) || !slices.Equal(round.basis.Declared, r.conflicts) {
		return breach("basis", "the round %q does not count what it took up, or forgets who declared not to judge whom", round.Name)
	}
	for _, item := range round.basis.Items {
		if err := r.judgeable(round, item); err != nil {
			return err
		}
	}
	round.No = e.Seq
	r.rounds[round.ID] = round
	return round.drawFrom(e)
}

// judgeable checks one contribution of a round that opens.
func (r *Replay) judgeable(round *replayedRound, item RoundItem) error {
	no, err := ParseEntryNo(item.ID)
	if err != nil {
		return err
	}
	row := r.row(no)
	if row < 0 {
		return breach("basis", "contribution %s was never logged", no)
	}
	l := &r.ledger
	person, project := l.People[l.Person[row]], store.ID(l.Projects[l.Project[row]])
	switch logger := r.extra[row].loggedBy; {
	case item.Author != person || item.Project != project:
		return breach("basis", "contribution %s is of %s to %s; the round says %s and %s", no, person, project, item.Author, item.Project)
	case r.state(row) != Validated || l.RatingDen[row] != 0:
		return breach("basis", "contribution %s is %s, or has a rating already", no, r.state(row))
	case l.Day[row] < dayNumber(round.From) || l.Day[row] > dayNumber(round.Until) || !among(round.Projects, project) || !among(round.Kinds, l.Kinds[l.Kind[row]]):
		return breach("basis", "contribution %s is not of the period, projects and kinds of the round", no)
	case logger != r.names.number(store.ID(person)) && !slices.ContainsFunc(item.Sharers, func(id string) bool { return r.names.number(store.ID(id)) == logger }):
		return breach("basis", "who logged contribution %s for somebody else may not judge it; the round forgets that", no)
	}
	return nil
}

// drawFrom notes the entry that the next panels follow from.
func (round *replayedRound) drawFrom(e Recorded) error {
	line, err := e.Canonical()
	round.seed = RoundSeed(line)
	return err
}

// liveRound returns the round that an act names, which has not ended.
func (r *Replay) liveRound(b replayedBody) (*replayedRound, error) {
	if b.Round == nil {
		return nil, lacks("round")
	}
	round := r.rounds[b.Round.ID]
	if round == nil || round.State != RoundRunning && round.State != RoundSecond {
		return nil, breach("round", "the round %s is not under way", b.Round.ID)
	}
	return round, round.agrees(*b.Round)
}

// agrees checks that a record says of a round what it was opened with. Records
// of answers say no more than which round it is.
func (round *replayedRound) agrees(stated Round) error {
	if stated.Basis == "" {
		return nil
	}
	now := round.Round
	stated.State, stated.Closes, stated.Asked, stated.Answered, stated.Scored = now.State, now.Closes, now.Asked, now.Answered, now.Scored
	stated.Panels, stated.Second, stated.Result, stated.Disputed, stated.SecondNo, stated.ClosedNo = now.Panels, now.Second, now.Result, now.Disputed, now.SecondNo, now.ClosedNo
	a, err := json.Marshal(stated)
	if err != nil {
		return err
	}
	b, err := json.Marshal(now)
	if err == nil && string(a) != string(b) {
		err = breach("round", "the record says other things of the round %q than its opening", now.Name)
	}
	return err
}

// roundDrawn draws the panels again.
func (r *Replay) roundDrawn(e Recorded, b replayedBody) error {
	round, err := r.liveRound(b)
	if err != nil {
		return err
	}
	if !round.undrawn() {
		return breach("panels", "the panels of %q were drawn before", round.Name)
	}
	panels, err := round.draw()
	if err != nil {
		return err
	}
	content, err := json.Marshal(panels)
	if err != nil {
		return err
	}
	digest := journal.Digest(content)
	for _, p := range panels {
		round.Asked += len(p.Raters)
	}
	if e.Attached["panels"] != digest || b.Round.Asked != round.Asked {
		return breach("panels", "the lot gives %q other panels than the record says", round.Name)
	}
	if round.State == RoundSecond {
		round.Second, round.second = digest, panels
	} else {
		round.Panels, round.first = digest, panels
	}
	return nil
}

// draw draws the panels that are due.
func (round *replayedRound) draw() ([]evaluation.Panel, error) {
	items := round.basis.items()
	if round.State == RoundSecond {
		items = round.basis.only(round.Disputed)
	}
	return evaluation.Draw(round.seed, round.Rules.Panel, items, round.basis.Raters, round.basis.Declared, round.first)
}

// answered takes up an answer, or the commitment to one.
func (r *Replay) answered(e Recorded, b replayedBody) error {
	round, err := r.liveRound(b)
	if err != nil {
		return err
	}
	at, err := e.Time()
	if err != nil {
		return err
	}
	if !round.open(at) {
		return breach("round", "the round %q took no answers then", round.Name)
	}
	var said struct {
		Round struct {
			Item string `json:"item"`
		} `json:"round"`
		Answers []RoundAnswer `json:"answers"`
	}
	if err := json.Unmarshal(e.Body, &said); err != nil {
		return breach("answers", "the answer cannot be read: %v", err)
	}
	a := replayedAnswer{by: string(e.By), item: said.Round.Item, commitment: e.Sealed["answer"]}
	if round.Rules.Mode == GiveMode {
		a.item = giftsItem
	}
	if round.Rules.Names == NamesAlways {
		if len(said.Answers) != 1 || said.Answers[0].Rater != a.by || said.Answers[0].Item != a.item {
			return breach("answers", "%s answers about %s; the record holds something else", a.by, a.item)
		}
		text, err := json.Marshal(said.Answers[0])
		if err != nil {
			return err
		}
		a.open = string(text)
	} else if a.commitment == "" {
		return breach("answer", "the entry commits to no answer")
	}
	round.answers[e.Seq] = a
	if round.Rules.Names == NamesNobody {
		return nil // not even who answered is known, nor what about
	}
	if !round.seats(a) {
		return breach("panels", "%s was not asked about %s", a.by, a.item)
	}
	round.last[[2]string{a.by, a.item}] = e.Seq
	return nil
}

// seats reports whether an answer comes from somebody who was asked.
func (round *replayedRound) seats(a replayedAnswer) bool {
	if round.Rules.Mode == GiveMode {
		return slices.Contains(round.basis.Raters, a.by)
	}
	panels := round.first
	if round.State == RoundSecond {
		panels = round.second
	}
	return slices.Contains(panelOf(panels, a.item), a.by)
}

// disputed takes up that second panels were asked. Whether they were due is
// seen when the round closes: until then answers are secret.
func (r *Replay) disputed(e Recorded, b replayedBody) error {
	round, err := r.liveRound(b)
	if err != nil {
		return err
	}
	at, err := e.Time()
	if err != nil {
		return err
	}
	if round.State != RoundRunning || round.undrawn() || len(b.Round.Disputed) == 0 || !b.Round.Closes.Equal(at.AddDate(0, 0, round.Rules.SecondDays)) {
		return breach("round", "no second panels of %q were due", round.Name)
	}
	round.State, round.Disputed, round.Closes, round.SecondNo = RoundSecond, b.Round.Disputed, b.Round.Closes, e.Seq
	return round.drawFrom(e)
}

func (r *Replay) roundCanceled(_ Recorded, b replayedBody) error {
	round, err := r.liveRound(b)
	if err == nil {
		round.State = RoundCanceled
	}
	return err
}

// conflict takes up that somebody does not judge a colleague, or does again.
func (r *Replay) conflict(e Recorded, b replayedBody) error {
	if b.Conflict == nil {
		return lacks("conflict")
	}
	declared := evaluation.Conflict{Rater: string(e.By), Author: string(b.Conflict.Author)}
	if slices.Contains(r.conflicts, declared) != b.Conflict.Withdraw {
		return breach("conflict", "%s declares what stands already, or takes back what does not", e.By)
	}
	if b.Conflict.Withdraw {
		r.conflicts = slices.DeleteFunc(r.conflicts, func(c evaluation.Conflict) bool { return c == declared })
	} else {
		r.conflicts = append(r.conflicts, declared)
	}
	return nil
}
