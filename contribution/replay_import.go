package contribution

import (
	"encoding/json"
	"slices"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/contribution/intake"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// replayedChunk is what one act of an import brought, as far as taking it back
// has to undo it.
type replayedChunk struct {
	batch   store.ID
	incomes []store.ID
	marks   []importedMark
}

// replayedPay is what somebody was paid in another system.
type replayedPay struct {
	chunk  int64 // the journal entry that brought it
	ended  int64 // and the one that took it back; 0 for none
	person store.ID
	at     time.Time
	amount quantity.Amount
}

// stood reports whether the import that says so stood at a journal entry.
func (p replayedPay) stood(seq int64) bool { return p.chunk < seq && (p.ended == 0 || p.ended > seq) }

// imported checks every contribution and income of a chunk, and takes up its
// marks and past pay.
func (r *Replay) imported(e Recorded, b replayedBody) error {
	var batch Batch
	if err := json.Unmarshal(b.Batch, &batch); err != nil {
		return lacks("batch")
	}
	var entries []Entry
	var incomes, refunded []Income
	var kept []keptRecord
	for name, into := range map[string]any{"entries": &entries, "incomes": &incomes, "refunded": &refunded, "kept": &kept} {
		if err := r.attached(e, name, into); err != nil {
			return err
		}
	}
	for i, entry := range entries {
		if err := r.add(e, EntryNo{e.Seq, int64(i)}, entry); err != nil {
			return err
		}
	}
	chunk := &replayedChunk{batch: batch.ID}
	for _, in := range incomes {
		if err := r.take(e, in); err != nil {
			return err
		}
		chunk.incomes = append(chunk.incomes, in.ID)
	}
	for _, in := range refunded {
		if err := r.giveBack(e, in); err != nil {
			return err
		}
	}
	r.chunks[e.Seq] = chunk
	for i, k := range kept {
		if err := r.kept(chunk, EntryNo{e.Seq, int64(i)}, k); err != nil {
			return err
		}
	}
	return nil
}

// kept takes up a record of another system.
func (r *Replay) kept(chunk *replayedChunk, no EntryNo, k keptRecord) error {
	switch {
	case k.Sort == KeptPay:
		var p intake.Payout
		if err := json.Unmarshal(k.Record, &p); err != nil || p.Amount.Sign() < 0 {
			return breach("kept", "record %s is no payment of the past", no)
		}
		r.before = append(r.before, replayedPay{chunk: no.Seq, person: k.Person, at: p.At, amount: p.Amount})
	case k.Sort == KeptMark && k.Entry != nil:
		m := importedMark{No: no, Rater: k.Person, Entry: *k.Entry}
		if err := json.Unmarshal(k.Record, &m.keptScore); err != nil || r.row(m.Entry) < 0 || m.Repeat != nil && r.row(*m.Repeat) < 0 {
			return breach("kept", "record %s is no mark of a contribution that is here", no)
		}
		chunk.marks = append(chunk.marks, m)
	}
	return nil
}

// importReversed checks that all that a chunk brought is taken back: the events
// of its contributions, which count no more, its income, its marks, its past pay.
func (r *Replay) importReversed(e Recorded, b replayedBody) error {
	chunk := r.chunks[b.Chunk]
	var batch store.ID
	if err := json.Unmarshal(b.Batch, &batch); err != nil || chunk == nil || chunk.batch != batch {
		return breach("chunk", "entry %d holds no import of the batch %s that still stands", b.Chunk, batch)
	}
	if round := r.rounds[batch]; round != nil && round.State == RoundClosed {
		return breach("round", "the evaluation round of the batch %s stands", batch)
	}
	if err := r.withdrawn(e, b.Chunk); err != nil {
		return err
	}
	var incomes []Income
	if err := r.attached(e, "incomes", &incomes); err != nil {
		return err
	}
	for _, in := range incomes {
		if !slices.Contains(chunk.incomes, in.ID) {
			return breach("income", "the income %s did not come in with the chunk", in.ID)
		}
		if err := r.giveBack(e, in); err != nil {
			return err
		}
	}
	for _, id := range chunk.incomes {
		if r.incomes[id] != nil {
			return breach("income", "the income %s of the chunk is not given back", id)
		}
	}
	for i := range r.before {
		if r.before[i].chunk == b.Chunk {
			r.before[i].ended = e.Seq
		}
	}
	delete(r.chunks, b.Chunk)
	return nil
}

// withdrawn checks that every contribution of a chunk is taken back, and no
// other, and that no mark of another import is about one.
func (r *Replay) withdrawn(e Recorded, chunk int64) error {
	var decisions []Decision
	if err := r.attached(e, "decisions", &decisions); err != nil {
		return err
	}
	back := map[store.ID]int64{}
	if e.Changes != nil {
		for _, v := range e.Changes.Events {
			for _, q := range []*quantity.Amount{v.ResourceQuantity, v.EffortQuantity} {
				if q != nil {
					back[v.Corrects] = q.Micros
				}
			}
		}
	}
	for _, d := range decisions {
		row := r.row(d.Entry)
		switch {
		case row < 0 || d.Entry.Seq != chunk || r.state(row) == Amended || d.State != Amended:
			return breach("corrects", "contribution %s cannot be taken back", d.Entry)
		case back[store.ID(r.ledger.ID[row].String())] != -r.ledger.Quantity[row]:
			return breach("corrects", "the event of contribution %s is not taken back whole", d.Entry)
		}
		r.setState(row, Amended)
	}
	first, _ := slices.BinarySearchFunc(r.no, EntryNo{Seq: chunk}, compareNo)
	for row := first; row < len(r.no) && r.no[row].Seq == chunk; row++ {
		if r.state(row) != Amended {
			return breach("corrects", "contribution %s of the chunk is not taken back", r.no[row])
		}
	}
	for _, other := range r.chunks {
		for _, m := range other.marks {
			if m.Entry.Seq == chunk && other.batch != r.chunks[chunk].batch {
				return breach("corrects", "contribution %s was judged by marks of an import that stands", m.Entry)
			}
		}
	}
	return nil
}

// marksOf are the marks of a batch that stand, in the order of the log.
func (r *Replay) marksOf(batch store.ID) (out []importedMark) {
	for _, chunk := range r.chunks {
		if chunk.batch == batch {
			out = append(out, chunk.marks...)
		}
	}
	slices.SortFunc(out, func(a, b importedMark) int { return compareNo(a.No, b.No) })
	return out
}

// roundImported counts an imported round again from the marks of its batch.
func (r *Replay) roundImported(e Recorded, b replayedBody) error {
	if b.Round == nil {
		return lacks("round")
	}
	for name, into := range map[string]any{"ratings": &b.Ratings, "karma": &b.Karma} {
		if err := r.attached(e, name, into); err != nil {
			return err
		}
	}
	var stated RoundResult
	if err := r.attached(e, "result", &stated); err != nil {
		return err
	}
	marks := r.marksOf(b.Round.ID)
	if r.rounds[b.Round.ID] != nil || len(marks) == 0 {
		return breach("round", "the batch %s has a round already, or no marks", b.Round.ID)
	}
	rules := importedRules(marks, b.Round.Rules.Karma, b.Round.Rules.Count.Decimals)
	in := importedInput(rules, marks, r.judgedBefore(marks))
	counted, err := CountRound(in)
	if err != nil {
		return asBreach(err)
	}
	counted = counted.Published(rules.Names)
	if err := sameImported(e, *b.Round, in, counted); err != nil {
		return err
	}
	if err := sameResult(stated, counted); err != nil {
		return asBreach(err)
	}
	if err := sameResult(RoundResult{Ratings: b.Ratings, Karma: b.Karma}, RoundResult{Ratings: counted.Ratings, Karma: counted.Karma}); err != nil {
		return asBreach(err)
	}
	at, err := e.Time()
	if err != nil {
		return err
	}
	r.rounds[b.Round.ID] = &replayedRound{Round: *b.Round, imported: counted}
	return r.keepRatings(e, b.Round.ID, at, b)
}

// sameImported checks what a record says of an imported round.
func sameImported(e Recorded, round Round, in RoundInput, counted RoundResult) error {
	for _, part := range []struct {
		name   string
		v      any
		stated string
	}{{"basis", in.Basis, round.Basis}, {"panels", in.Panels, round.Panels}, {"rules", in.Rules, ""}} {
		content, err := json.Marshal(part.v)
		if err != nil {
			return err
		}
		digest := journal.Digest(content)
		if part.name == "rules" {
			rules, err := json.Marshal(round.Rules)
			if err != nil {
				return err
			}
			part.stated = journal.Digest(rules)
		} else if e.Attached[part.name] != digest {
			return breach(part.name, "the %s of the round are not those of its marks", part.name)
		}
		if part.stated != digest {
			return breach(part.name, "the %s of the round are not those of its marks", part.name)
		}
	}
	answered := 0
	for _, a := range in.Answers {
		if a.Verdict != Skipped {
			answered++
		}
	}
	if round.State != RoundClosed || round.Result != e.Attached["result"] || round.Items != len(in.Basis.Items) || round.Answered != answered || round.Scored != counted.scoredCount() {
		return breach("round", "%d contributions were judged by %d marks, %d have a score; the record says %d, %d and %d",
			len(in.Basis.Items), answered, counted.scoredCount(), round.Items, round.Answered, round.Scored)
	}
	return nil
}

// judgedBefore is what the log knows of the contributions that marks are about.
func (r *Replay) judgedBefore(marks []importedMark) map[EntryNo]importedItem {
	taken := map[string]bool{}
	for _, round := range r.rounds {
		if round.State == RoundRunning || round.State == RoundSecond {
			for _, item := range round.basis.Items {
				taken[item.ID] = true
			}
		}
	}
	out := map[EntryNo]importedItem{}
	for _, m := range marks {
		row := r.row(m.Entry)
		if row < 0 {
			continue
		}
		l := &r.ledger
		out[m.Entry] = importedItem{Person: store.ID(l.People[l.Person[row]]), Project: store.ID(l.Projects[l.Project[row]]), At: store.Time(l.At[row]),
			Stands: r.state(row).judgeable() && l.RatingDen[row] == 0 && !taken[m.Entry.String()]}
	}
	return out
}

// roundReversed takes an imported round back: its ratings and its karma.
func (r *Replay) roundReversed(e Recorded, b replayedBody) error {
	if b.Round == nil {
		return lacks("round")
	}
	round := r.rounds[b.Round.ID]
	if round == nil || round.Import == nil || round.State != RoundClosed || b.Round.State != RoundReversed || e.Sealed["reason"] == "" {
		return breach("round", "the round %s was not imported, does not stand, or no reason is given", b.Round.ID)
	}
	at, err := e.Time()
	if err != nil {
		return err
	}
	round.State = RoundReversed
	for _, v := range round.imported.Ratings {
		row := r.row(v.Entry)
		r.ledger.RatingNum[row], r.ledger.RatingDen[row] = 0, 0
	}
	for n, g := range round.imported.Karma {
		g.Amount.Micros = -g.Amount.Micros
		r.grant(e.Seq, int64(n), evaluation.Grant{Agent: string(g.Person), Domain: string(g.Domain), Amount: g.Amount, Cause: takenBack + g.cause(round.ID), At: g.since(at)})
	}
	return nil
}
