package main

import (
	"commonweal/books/bank"
	"commonweal/books/verify"
	"commonweal/contribution"
	"commonweal/credit"
)

// The rules by which each practice holds a log that is checked.

// replayRules are the rules of the practices, from their beginning.
func replayRules() []verify.Rule { return rulesWith(contribution.NewReplay()) }

// rulesWith are the rules, with a replay that the caller looks into.
func rulesWith(replay *contribution.Replay) []verify.Rule {
	return []verify.Rule{contributionRule{replay}, creditRule{credit.NewReplay()}, bankRule{bank.NewReplay()}}
}

// contributionRule lets the verifier ask the practice.
type contributionRule struct{ replay *contribution.Replay }

func (r contributionRule) Entry(e *verify.Entry) error {
	return r.replay.Entry(contribution.Recorded{Entry: e.Entry, Changes: e.Changes, Attachment: e.Attachment})
}

func (r contributionRule) Close() error { return r.replay.Close() }

// creditRule is the same for mutual credit.
type creditRule struct{ replay *credit.Replay }

func (r creditRule) Entry(e *verify.Entry) error {
	return r.replay.Entry(credit.Recorded{Entry: e.Entry, Changes: e.Changes, Attachment: e.Attachment})
}

func (r creditRule) Close() error { return r.replay.Close() }

// bankRule is the same for bank lines.
type bankRule struct{ replay *bank.Replay }

func (r bankRule) Entry(e *verify.Entry) error {
	return r.replay.Entry(bank.Entry{Entry: e.Entry, Changes: e.Changes, Attachment: e.Attachment})
}

func (r bankRule) Close() error { return r.replay.Close() }
