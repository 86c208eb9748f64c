package contribution

import (
	"encoding/json"
	"slices"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// Forgetting somebody leaves what they did: hours, money and verdicts stay in the
// books under an agent without a name. Their own words, and what others wrote
// about their contributions, are destroyed here and in the log's private fields.
var (
	seqsOf = store.SQL(`SELECT seq FROM contribution_entry WHERE commons_id = $1 AND (person = $2 OR logged_by = $2) AND note IS NOT NULL
		UNION SELECT d.seq FROM contribution_decision d LEFT JOIN contribution_entry e ON e.commons_id = d.commons_id AND e.seq = d.entry_seq AND e.n = d.entry_n
			WHERE d.commons_id = $1 AND (d.by = $2 OR e.person = $2) AND d.reason IS NOT NULL ORDER BY 1`)
	forgetting = []*store.Statement{
		store.SQL(`UPDATE contribution_entry SET note = NULL WHERE commons_id = $1 AND (person = $2 OR logged_by = $2) AND note IS NOT NULL`),
		store.SQL(`UPDATE contribution_decision SET reason = NULL WHERE commons_id = $1 AND reason IS NOT NULL AND (by = $2 OR EXISTS (SELECT 1 FROM contribution_entry e
			WHERE e.commons_id = contribution_decision.commons_id AND e.seq = contribution_decision.entry_seq AND e.n = contribution_decision.entry_n AND e.person = $2))`),
		store.SQL(`DELETE FROM contribution_timer WHERE commons_id = $1 AND person = $2`),
		store.SQL(`DELETE FROM contribution_recurring WHERE commons_id = $1 AND person = $2`),
		store.SQL(`DELETE FROM contribution_seen WHERE commons_id = $1 AND person = $2`),
		store.SQL(`DELETE FROM contribution_file WHERE commons_id = $1 AND person = $2`),
	}
	forgetIdentities = store.SQL(`DELETE FROM contribution_mapping WHERE commons_id = $1 AND name LIKE '` + identityPrefix + `%' AND content = $2`)
	remarksOf        = store.SQL(`SELECT round, rater, item, content, at FROM contribution_answer WHERE commons_id = $1 AND (rater = $2 OR content LIKE $3) ORDER BY round, rater, item`)
)

// Forget destroys the words of a person and about them, inside the act that
// erases them. The evidence they uploaded is deleted; the hash in the log says
// nothing about it. An import's notes are sealed together, so that those of a
// chunk that holds one of theirs can no longer be opened; the texts of others stay.
func Forget(tx *store.Tx, person store.ID) error {
	seqs, err := store.All(tx, scanInt64, seqsOf, person)
	if err != nil {
		return err
	}
	if err := forgetRemarks(tx, person); err != nil {
		return err
	}
	if err := journal.EraseEntries(tx, seqs); err != nil {
		return err
	}
	for _, s := range forgetting {
		if _, err := tx.Exec(s, person); err != nil {
			return err
		}
	}
	_, err = tx.Exec(forgetIdentities, string(person))
	return err
}

// remark is an answer of a round with its place.
type remark struct {
	round store.ID
	at    int64
	RoundAnswer
}

func scanRemark(row store.Scanner) (a remark, err error) {
	var rater, item, content string
	if err := row.Scan(&a.round, &rater, &item, &content, &a.at); err != nil {
		return a, err
	}
	err = json.Unmarshal([]byte(content), &a.RoundAnswer)
	a.Rater, a.Item = rater, item
	return a, err
}

// forgetRemarks strips the words of answers that the person gave, and of gifts to
// them. The answers themselves stay, for the count rests on them.
func forgetRemarks(tx *store.Tx, person store.ID) error {
	list, err := store.All(tx, scanRemark, remarksOf, person, "%"+string(person)+"%")
	if err != nil {
		return err
	}
	for _, a := range list { // those with words are few
		if !a.strip(person) {
			continue
		}
		content, err := json.Marshal(a.RoundAnswer)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(upsertAnswer, a.round, a.Rater, a.Item, a.at, string(content)); err != nil {
			return err
		}
		if _, err := journal.Erase(tx, a.Seq, "comment"); err != nil {
			return err
		}
	}
	return nil
}

// strip removes the words by the person or to them, and reports whether there were any.
func (a *remark) strip(person store.ID) (stripped bool) {
	own := a.Rater == string(person)
	if own && a.Comment != "" {
		a.Comment, stripped = "", true
	}
	a.Gifts = slices.Clone(a.Gifts)
	for i, g := range a.Gifts {
		if g.Note != "" && (own || g.To == string(person)) {
			a.Gifts[i].Note, stripped = "", true
		}
	}
	return stripped
}
