package bank

import (
	"encoding/json"

	"commonweal/books/intake"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

var (
	linesWith = store.SQL(`SELECT ` + lineColumns + ` FROM bank_outcome o JOIN bank_line l ON l.commons_id = o.commons_id AND l.id = o.line
		WHERE o.commons_id = $1 AND (o.agent = $2 OR o.content LIKE $3) ORDER BY l.day, l.id`)
	deleteLinesWith = store.SQL(`DELETE FROM bank_line WHERE commons_id = $1 AND id IN
		(SELECT o.line FROM bank_outcome o WHERE o.commons_id = bank_line.commons_id AND (o.agent = $2 OR o.content LIKE $3))`)
	rulesWith = store.SQL(`DELETE FROM bank_rule WHERE commons_id = $1 AND content LIKE $2`)
)

// LinesWith returns the lines that were found to be payments with somebody.
func LinesWith(r store.Reader, agent store.ID) ([]Line, error) {
	return store.All(r, scanLine, linesWith, agent, mentions(agent))
}

func mentions(agent store.ID) string { return "%" + string(agent) + "%" }

// Forget destroys what lines say of somebody, inside the act that erases them:
// names, account numbers and texts of payments with them, and rules about them.
// What a line is, its day and its amount stay. The lines of one act are sealed
// together, so that the log can no longer open those of an act with one of theirs.
func Forget(tx *store.Tx, agent store.ID) error {
	lines, err := LinesWith(tx, agent)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(rulesWith, mentions(agent)); err != nil || len(lines) == 0 {
		return err
	}
	if _, err := tx.Exec(deleteLinesWith, agent, mentions(agent)); err != nil {
		return err
	}
	var chunks []int64
	for i := range lines {
		l := &lines[i]
		chunks = append(chunks, l.Seq, l.Outcome.Seq)
		l.Detail, l.BankReference = intake.Detail{}, ""
		for j := range l.Parts {
			l.Parts[j].Detail = intake.Detail{}
		}
		content, err := json.Marshal(l.Line)
		if err != nil {
			return err
		}
		if err := tx.Append(insertLine, l.ID, l.At, l.Seq, l.Day, string(l.Amount.Unit), l.Amount.Micros, fingerprint(&l.Line), "", string(l.State), string(content)); err != nil {
			return err
		}
	}
	return journal.EraseEntries(tx, chunks)
}
