package bank

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Settle says what lines are: all of them or none, as one act. Events that are
// not recorded yet are, on the day of their line.
//
// Faults: bank.unknown_line, .line_decided, .reason, .parts_sum, .part_…,
// .event_taken, .event_amount, .promise, and those of the core.
func (b *Bank) Settle(ctx context.Context, who auth.Identity, key string, ask SettleAsk) error {
	if len(ask.Lines) == 0 || len(ask.Lines) > mostDecisions {
		return fault.Invalidf("bank.too_many_lines", "lines", "%d lines; one act takes 1 to %d", len(ask.Lines), mostDecisions)
	}
	_, err := perform(ctx, b, who, key, ask, func(tx *store.Tx) (int, error) {
		s, err := b.settlement(tx, who, ask)
		if err != nil {
			return 0, err
		}
		return len(ask.Lines), s.do()
	})
	return err
}

// settlement is the act under way.
type settlement struct {
	b       *Bank
	tx      *store.Tx
	who     auth.Identity
	l       *vf.Ledger
	commons commons.Commons
	lines   map[store.ID]*Line
	done    []settledLine
	tills   tills
	promise map[store.ID]vf.Entity
	events  []vf.Event
	at      []*PartDone // of each event
	incomes []IncomeAsk
	taken   []*PartDone // of each income
}

// settledLine is a line with what it was found to be.
type settledLine struct {
	Line   store.ID   `json:"line"`
	Parts  []PartDone `json:"parts,omitempty"`
	reason string
}

// settlement loads the lines and checks what is said of them.
func (b *Bank) settlement(tx *store.Tx, who auth.Identity, ask SettleAsk) (*settlement, error) {
	s := &settlement{b: b, tx: tx, who: who, l: b.open(tx), lines: map[store.ID]*Line{}}
	s.tills = tills{open: b.Till, tx: tx, l: s.l}
	ids := make([]store.ID, len(ask.Lines))
	for i, d := range ask.Lines {
		ids[i] = d.Line
	}
	list, err := store.AllOf(tx, scanLine, linesByID, ids)
	if err != nil {
		return nil, err
	}
	for i := range list {
		s.lines[list[i].ID] = &list[i]
	}
	if s.commons, err = commons.Self(tx); err != nil {
		return nil, err
	}
	for _, d := range ask.Lines {
		l := s.lines[d.Line]
		if l == nil {
			return nil, unknownLine()
		}
		if err := d.check(l); err != nil {
			return nil, aboutLine(l, err)
		}
		l.State = Settled // so that one that is named twice is refused
		done := settledLine{Line: d.Line, reason: d.Reason}
		for _, p := range d.Parts {
			done.Parts = append(done.Parts, PartDone{Part: p})
		}
		s.done = append(s.done, done)
	}
	return s, nil
}

// aboutLine says which line a refusal is about.
func aboutLine(l *Line, err error) error {
	if e := fault.As(err); e != nil {
		return e.Within("the line of %s, %s", l.Day, l.Amount)
	}
	return err
}

// do records what is new and writes down what the lines are.
func (s *settlement) do() error {
	for _, step := range []func() error{s.parties, s.promises, s.plan, s.recorded, s.record} {
		if err := step(); err != nil {
			return err
		}
	}
	seq, err := s.journal()
	if err != nil {
		return err
	}
	return s.keep(seq)
}

// parts visits every part with its line.
func (s *settlement) parts(visit func(l *Line, p *PartDone) error) error {
	for i := range s.done {
		l := s.lines[s.done[i].Line]
		for j := range s.done[i].Parts {
			if err := visit(l, &s.done[i].Parts[j]); err != nil {
				return aboutLine(l, err)
			}
		}
	}
	return nil
}

// parties finds or makes the organizations that parts name.
func (s *settlement) parties() error {
	n := names{tx: s.tx, l: s.l}
	return s.parts(func(_ *Line, p *PartDone) (err error) {
		if p.Agent == "" && p.Name != "" {
			p.Agent, err = n.organization(p.Name)
		}
		return err
	})
}

// promises loads the claims and commitments that parts pay.
func (s *settlement) promises() error {
	var ids []store.ID
	_ = s.parts(func(_ *Line, p *PartDone) error {
		if p.As == Settles {
			ids = append(ids, p.On)
		}
		return nil
	})
	var err error
	s.promise, err = vf.Entities(s.tx, ids)
	return err
}

// plan makes the events of the parts.
func (s *settlement) plan() error {
	if err := s.tills.prepare(s); err != nil {
		return err
	}
	return s.parts(func(l *Line, p *PartDone) error {
		switch p.As {
		case Recorded, Between:
			return nil
		case Income:
			if p.Project != "" && p.Amount.Sign() > 0 && s.b.shares(p.Kind) {
				at, err := s.noon(l.Day)
				s.incomes, s.taken = append(s.incomes, IncomeAsk{p.Part, l, at}), append(s.taken, p)
				return err
			}
		}
		e, err := s.event(l, p)
		s.events, s.at = append(s.events, e), append(s.at, p)
		return err
	})
}

// record records the planned events and takes the income.
func (s *settlement) record() error {
	if len(s.events) > 0 {
		recorded, err := s.l.RecordAll(s.events)
		if err != nil {
			return err
		}
		for i, e := range recorded {
			s.at[i].Done, s.at[i].New = e.ID, true
		}
	}
	return nil
}

// journal appends the record of the act: the lines, the events, the income.
func (s *settlement) journal() (seq int64, err error) {
	attached := map[string][]byte{}
	if len(s.incomes) > 0 {
		taken, record, err := s.b.Take(s.tx, s.l, s.incomes)
		if err != nil {
			return 0, err
		}
		attached["incomes"] = record
		for i, t := range taken {
			s.taken[i].Done, s.taken[i].Income, s.taken[i].New = t.Event, t.ID, true
		}
	}
	if attached["lines"], err = json.Marshal(s.done); err != nil {
		return 0, err
	}
	if changes := s.l.Changes(); !changes.Empty() {
		if attached["vf"], err = json.Marshal(changes); err != nil {
			return 0, err
		}
	}
	sealed := s.l.Sealed()
	for _, d := range s.done {
		if d.reason != "" {
			if sealed == nil {
				sealed = map[string]string{}
			}
			sealed["line/"+string(d.Line)+"/reason"] = d.reason
		}
	}
	return journal.Append(s.tx, journal.Record{Act: "bank.settle", By: s.who.Agent, Public: map[string]any{"lines": len(s.done)}, Attached: attached, Sealed: sealed})
}

var (
	insertOutcome  = store.Into("bank_outcome", "line", "seq", "state", "agent", "content")
	insertEvidence = store.Into("bank_evidence", "event", "line")
	markLines      = store.SQL(`UPDATE bank_line SET state = (SELECT o.state FROM bank_outcome o WHERE o.commons_id = bank_line.commons_id AND o.line = bank_line.id)
		WHERE commons_id = $1 AND id IN (SELECT o.line FROM bank_outcome o WHERE o.commons_id = bank_line.commons_id AND o.seq = $2)`)
)

// keep writes down what the lines are.
func (s *settlement) keep(seq int64) error {
	for _, d := range s.done {
		content, err := json.Marshal(Outcome{Parts: d.Parts, Reason: d.reason})
		if err != nil {
			return err
		}
		state, agent := Settled, any(nil)
		if len(d.Parts) == 0 {
			state = Ignored
		} else if len(d.Parts) == 1 && d.Parts[0].Agent != "" {
			agent = d.Parts[0].Agent
		}
		if err := s.tx.Append(insertOutcome, d.Line, seq, string(state), agent, string(content)); err != nil {
			return err
		}
		for _, p := range d.Parts {
			if p.Done == "" {
				continue
			}
			if err := s.tx.Append(insertEvidence, p.Done, d.Line); err != nil {
				return err
			}
		}
	}
	n, err := s.tx.Exec(markLines, seq)
	if err == nil && n != int64(len(s.done)) {
		err = fmt.Errorf("bank: %d lines were marked, not %d", n, len(s.done))
	}
	return err
}

// noon is the middle of a day in the zone of the commons, so that every reader
// nearby sees it on that day.
func (s *settlement) noon(day string) (time.Time, error) {
	zone, err := time.LoadLocation(s.commons.Zone)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.ParseInLocation(time.DateOnly, day, zone)
	return t.Add(12 * time.Hour).UTC(), err
}
