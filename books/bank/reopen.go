package bank

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// ReopenAsk takes back what was said of a line.
type ReopenAsk struct {
	Line   store.ID
	Reason string
}

var (
	deleteOutcome  = store.SQL(`DELETE FROM bank_outcome WHERE commons_id = $1 AND line = $2`)
	deleteEvidence = store.SQL(`DELETE FROM bank_evidence WHERE commons_id = $1 AND line = $2`)
	openLine       = store.SQL(`UPDATE bank_line SET state = 'open' WHERE commons_id = $1 AND id = $2`)
)

// Reopen takes back what was said of a line: the events that were recorded
// because of it are corrected to nothing, and the line is open again.
//
// Faults: bank.unknown_line, .line_open, .reason, and contribution.income_used
// where its income was shared out.
func (b *Bank) Reopen(ctx context.Context, who auth.Identity, key string, ask ReopenAsk) error {
	if err := needReason(ask.Reason); err != nil {
		return err
	}
	_, err := perform(ctx, b, who, key, ask, func(tx *store.Tx) (int, error) {
		u := undoing{b: b, tx: tx, who: who, l: b.open(tx)}
		line, err := GetLine(tx, ask.Line)
		if err != nil {
			return 0, err
		}
		if line.State == Open {
			return 0, fault.Conflictf("bank.line_open", "line", "the line is open already")
		}
		if err := u.lines([]Line{line}); err != nil {
			return 0, err
		}
		if err := u.journal("bank.reopen", map[string]any{"line": line.ID}, ask.Reason); err != nil {
			return 0, err
		}
		for _, s := range []*store.Statement{deleteOutcome, deleteEvidence, openLine} {
			if _, err := tx.Exec(s, line.ID); err != nil {
				return 0, err
			}
		}
		return 1, nil
	})
	return err
}

// needReason refuses to take something back without saying why.
func needReason(text string) error {
	if strings.TrimSpace(text) == "" || len(text) > longestText {
		return fault.Invalidf("bank.undo_reason", "reason", "say why, in at most %d bytes", longestText)
	}
	return nil
}

// undoing takes back what an act of this room did to the core.
type undoing struct {
	b        *Bank
	tx       *store.Tx
	who      auth.Identity
	l        *vf.Ledger
	returned []byte
	done     func(seq int64) error
}

// lines takes back the events that were recorded because of lines, the last first.
func (u *undoing) lines(list []Line) error {
	var events, incomes []store.ID
	for _, l := range list {
		if l.Outcome == nil {
			continue
		}
		for _, p := range l.Outcome.Parts {
			switch {
			case p.Income != "":
				incomes = append(incomes, p.Income)
			case p.New:
				events = append(events, p.Done)
			}
		}
	}
	if len(incomes) > 0 {
		var err error
		if u.returned, u.done, err = u.b.Return(u.tx, u.l, incomes); err != nil {
			return err
		}
	}
	return u.events(events)
}

// events corrects events to nothing, the last first.
func (u *undoing) events(ids []store.ID) error {
	if len(ids) == 0 {
		return nil
	}
	slices.Reverse(ids)
	_, err := u.l.ReverseAll(ids, "")
	return err
}

// journal appends the record of what was taken back.
func (u *undoing) journal(act string, public map[string]any, reason string) (err error) {
	record := journal.Record{Act: act, By: u.who.Agent, Public: public, Sealed: u.l.Sealed(), Attached: map[string][]byte{}}
	if record.Sealed == nil {
		record.Sealed = map[string]string{}
	}
	record.Sealed["reason"] = reason
	if changes := u.l.Changes(); !changes.Empty() {
		if record.Attached["vf"], err = json.Marshal(changes); err != nil {
			return err
		}
	}
	if u.returned != nil {
		record.Attached["returned"] = u.returned
	}
	seq, err := journal.Append(u.tx, record)
	if err == nil && u.done != nil {
		err = u.done(seq)
	}
	return err
}
