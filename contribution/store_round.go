package contribution

import (
	"encoding/json"
	"errors"

	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

var (
	upsertRound = store.SQL(`INSERT INTO contribution_round (commons_id, id, state, opens, closes, content) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (commons_id, id) DO UPDATE SET state = excluded.state, closes = excluded.closes, content = excluded.content`)
	roundByID    = store.SQL(`SELECT content FROM contribution_round WHERE commons_id = $1 AND id = $2`)
	roundsBefore = store.SQL(`SELECT content FROM contribution_round WHERE commons_id = $1 AND (opens, id) < ($2, $3) ORDER BY opens DESC, id DESC LIMIT $4`)
	liveRounds   = store.SQL(`SELECT content FROM contribution_round WHERE commons_id = $1 AND state IN ('running', 'second') ORDER BY closes, id`)

	upsertAnswer = store.SQL(`INSERT INTO contribution_answer (commons_id, round, rater, item, at, content) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (commons_id, round, rater, item) DO UPDATE SET at = excluded.at, content = excluded.content`)
	answersOf  = store.SQL(`SELECT rater, item, content FROM contribution_answer WHERE commons_id = $1 AND round = $2 ORDER BY rater, item`)
	answersBy  = store.SQL(`SELECT rater, item, content FROM contribution_answer WHERE commons_id = $1 AND round = $2 AND rater = $3 ORDER BY item`)
	givenSince = store.SQL(`SELECT a.rater, a.item, a.content, r.content FROM contribution_answer a
		JOIN contribution_round r ON r.commons_id = a.commons_id AND r.id = a.round
		WHERE a.commons_id = $1 AND a.item = 'gifts' AND r.state = 'closed' AND r.closes >= $2 ORDER BY r.closes, r.id, a.rater`)
	insertRating = store.Into("contribution_rating", "seq", "n", "round", "entry_seq", "entry_n", "num", "den")
)

func scanRound(row store.Scanner) (Round, error) { return scanJSON[Round](row) }

// GetRound returns one round.
func GetRound(r store.Reader, id store.ID) (Round, error) {
	round, found, err := store.One(r, scanRound, roundByID, id)
	if err == nil && !found {
		err = fault.NotFoundf("contribution.unknown_round", "round", "there is no such evaluation round in this commons")
	}
	return round, err
}

// LiveRounds returns the rounds that have not ended, the first to close first.
func LiveRounds(r store.Reader) ([]Round, error) { return store.All(r, scanRound, liveRounds) }

// Rounds returns up to limit rounds that opened before one of them, newest
// first; the zero Round for the start.
func Rounds(r store.Reader, before Round, limit int) ([]Round, error) {
	opens, id := int64(1)<<62, store.Host
	if before.ID != "" {
		opens, id = store.Micros(before.Opens), before.ID
	}
	return store.All(r, scanRound, roundsBefore, opens, id, limit)
}

// saveRound stores a round in its present state.
func saveRound(tx *store.Tx, round Round) error {
	content, err := json.Marshal(round)
	if err != nil {
		return err
	}
	_, err = tx.Exec(upsertRound, round.ID, string(round.State), store.Micros(round.Opens), store.Micros(round.Closes), string(content))
	return err
}

// attached reads JSON that a journal entry attached, by its digest; the zero
// value without one.
func attached[T any](r store.Reader, digest string) (v T, err error) {
	if digest == "" {
		return v, nil
	}
	content, err := journal.Blob(r, digest)
	if err != nil {
		return v, err
	}
	err = json.Unmarshal(content, &v)
	return v, err
}

// roundPanels returns the panels of a round, and the second ones.
func roundPanels(r store.Reader, round Round) (first, second []evaluation.Panel, err error) {
	if first, err = attached[[]evaluation.Panel](r, round.Panels); err != nil {
		return nil, nil, err
	}
	second, err = attached[[]evaluation.Panel](r, round.Second)
	return first, second, err
}

// Skipped is the verdict of a rater who looked and chose not to judge: it
// counts like no answer at all.
const Skipped evaluation.Verdict = "skipped"

// giftsItem stands where the name of a contribution does in what a member gave.
const giftsItem = "gifts"

// RoundAnswer is what one rater said: of one contribution, or, in mode give,
// all that they give.
type RoundAnswer struct {
	evaluation.Answer
	Gifts    []evaluation.Gift `json:"gifts,omitempty"`
	Declines bool              `json:"declines,omitempty"` // mode give: does not wish to receive
	Seq      int64             `json:"seq,omitempty"`      // the journal entry that holds it, or a commitment to it
}

func scanAnswer(row store.Scanner) (a RoundAnswer, err error) {
	var rater, item, content string
	if err := row.Scan(&rater, &item, &content); err != nil {
		return a, err
	}
	err = json.Unmarshal([]byte(content), &a)
	a.Rater, a.Item = rater, item
	return a, err
}

// answersOn returns all answers of a round. They are secret: see Round.secret.
func answersOn(r store.Reader, id store.ID) ([]RoundAnswer, error) {
	return store.All(r, scanAnswer, answersOf, id)
}

// AnswersBy returns what one rater answered in a round.
func AnswersBy(r store.Reader, id, rater store.ID) ([]RoundAnswer, error) {
	return store.All(r, scanAnswer, answersBy, id, rater)
}

// earlierGifts are the gifts of closed rounds since a moment. Those of rounds
// whose names are never published are left out for a round that publishes its
// trace: what damped a gift would tell of them.
func earlierGifts(r store.Reader, since int64, names Names) (out []evaluation.Gift, err error) {
	_, err = store.All(r, func(row store.Scanner) (none struct{}, err error) {
		var rater, item, content, of string
		if err := row.Scan(&rater, &item, &content, &of); err != nil {
			return none, err
		}
		var a RoundAnswer
		var round Round
		if err := errors.Join(json.Unmarshal([]byte(content), &a), json.Unmarshal([]byte(of), &round)); err != nil {
			return none, err
		}
		if names == NamesNobody || round.Rules.Names != NamesNobody {
			out = append(out, a.Gifts...)
		}
		return none, nil
	}, givenSince, since)
	return out, err
}

// saveAnswer stores the present answer of a rater.
func saveAnswer(tx *store.Tx, round store.ID, a RoundAnswer) error {
	content, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, err = tx.Exec(upsertAnswer, round, a.Rater, a.Item, store.Micros(tx.Now()), string(content))
	return err
}
