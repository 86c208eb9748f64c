package contribution

import (
	"encoding/hex"

	"commonweal/platform/store"
	"commonweal/quantity"
)

var (
	aboutEntries   = store.SQL(`SELECT ` + entryColumns + ` FROM contribution_entry WHERE commons_id = $1 AND (person = $2 OR logged_by = $2) ORDER BY seq, n`)
	aboutDecisions = store.SQL(`SELECT d.entry_seq, d.entry_n, d.verdict, d.state, d.at, d.by, d.seq, d.reason FROM contribution_decision d
		LEFT JOIN contribution_entry e ON e.commons_id = d.commons_id AND e.seq = d.entry_seq AND e.n = d.entry_n
		WHERE d.commons_id = $1 AND (d.by = $2 OR e.person = $2) ORDER BY d.seq, d.n`)
	aboutLines   = store.SQL(`SELECT distribution, bucket, kind, at, amount, unit FROM contribution_line WHERE commons_id = $1 AND receiver = $2 ORDER BY at, distribution, bucket, kind`)
	aboutChanges = store.SQL(`SELECT domain, amount, at, cause FROM contribution_karma WHERE commons_id = $1 AND person = $2 ORDER BY seq, n`)
	aboutAnswers = store.SQL(`SELECT round, rater, item, content, at FROM contribution_answer WHERE commons_id = $1 AND rater = $2 ORDER BY round, item`)
	aboutFilesBy = store.SQL(`SELECT hash, name, type, data FROM contribution_file WHERE commons_id = $1 AND person = $2 ORDER BY hash`)
)

// aboutLine is a line of a distribution to the person.
type aboutLine struct {
	Distribution store.ID        `json:"distribution"`
	Bucket       int64           `json:"bucket"`
	Kind         string          `json:"kind"`
	At           int64           `json:"at"` // microseconds since 1970, UTC
	Amount       quantity.Amount `json:"amount"`
}

// aboutKarma is a change of the person's karma.
type aboutKarma struct {
	Domain string `json:"domain"`
	Amount int64  `json:"amount"`
	At     int64  `json:"at"`
	Cause  string `json:"cause"`
}

// aboutEntry is what the person contributed, or logged for somebody.
type aboutEntry struct {
	Entry
	Note string `json:"note,omitempty"`
}

// aboutDecision is a decision by the person, or about what they contributed.
type aboutDecision struct {
	Decision
	Reason string `json:"reason,omitempty"`
}

// aboutAnswer is an answer the person gave in a round.
type aboutAnswer struct {
	Round  store.ID    `json:"round"`
	Answer RoundAnswer `json:"answer"`
}

// About tells what the practice keeps about a person: add is called with the
// name of a file and its content. It is what Forget would destroy, and what stays.
func About(r *store.Snapshot, person store.ID, add func(name string, content any) error) error {
	entries, err := store.All(r, scanEntry, aboutEntries, person)
	if err != nil {
		return err
	}
	refs := make([]*Entry, len(entries))
	for i := range entries {
		refs[i] = &entries[i]
	}
	if err := priced(r, nil, refs...); err != nil {
		return err
	}
	contributions := make([]aboutEntry, len(entries))
	for i, e := range entries {
		contributions[i] = aboutEntry{e, e.Note}
	}
	decisions, err := store.All(r, func(s store.Scanner) (aboutDecision, error) {
		d, err := scanDecision(s)
		return aboutDecision{d, d.Reason}, err
	}, aboutDecisions, person)
	if err != nil {
		return err
	}
	lines, err := store.All(r, func(s store.Scanner) (l aboutLine, err error) {
		return l, s.Scan(&l.Distribution, &l.Bucket, &l.Kind, &l.At, &l.Amount.Micros, &l.Amount.Unit)
	}, aboutLines, person)
	if err != nil {
		return err
	}
	karma, err := store.All(r, func(s store.Scanner) (k aboutKarma, err error) {
		return k, s.Scan(&k.Domain, &k.Amount, &k.At, &k.Cause)
	}, aboutChanges, person)
	if err != nil {
		return err
	}
	answers, err := store.All(r, func(s store.Scanner) (a aboutAnswer, err error) {
		found, err := scanRemark(s)
		return aboutAnswer{found.round, found.RoundAnswer}, err
	}, aboutAnswers, person)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content any
	}{{"contributions", contributions}, {"decisions", append([]aboutDecision{}, decisions...)}, {"received", append([]aboutLine{}, lines...)},
		{"karma", append([]aboutKarma{}, karma...)}, {"answers", append([]aboutAnswer{}, answers...)}} {
		if err := add("contribution/"+f.name+".json", f.content); err != nil {
			return err
		}
	}
	return aboutFiles(r, person, add)
}

// aboutFiles adds the evidence that the person uploaded, byte for byte.
func aboutFiles(r *store.Snapshot, person store.ID, add func(name string, content any) error) error {
	return r.Scan(aboutFilesBy, func(v store.Values) error {
		hash := v.Text(0)
		if _, err := hex.DecodeString(hash); err != nil {
			return err
		}
		return add("contribution/evidence/"+hash[:min(len(hash), 12)]+"-"+fileName(v.Text(1)), v.Bytes(3))
	}, person)
}
