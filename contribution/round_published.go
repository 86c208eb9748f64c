package contribution

import (
	"cmp"
	"encoding/json"
	"slices"

	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
)

// Published is the result as it enters the public journal: without comments,
// and, where the round says so, without anything that ties a mark to its rater.
func (res RoundResult) Published(names Names) RoundResult {
	out := res
	out.Items = slices.Clone(res.Items)
	for i := range out.Items {
		out.Items[i].Panels = slices.Clone(out.Items[i].Panels)
		for j := range out.Items[i].Panels {
			p := &out.Items[i].Panels[j]
			p.Marks = publishedMarks(p.Marks, names)
		}
	}
	out.Receipts = slices.Clone(res.Receipts)
	for i := range out.Receipts {
		out.Receipts[i] = publishedReceipt(out.Receipts[i], names)
	}
	if names == NamesNobody {
		out.Rings = nil
	}
	return out
}

// publishedMarks drops comments and, for nobody's eyes, raters; marks are then
// in order of what they are worth, which tells nothing of who gave them.
func publishedMarks(marks []evaluation.Mark, names Names) []evaluation.Mark {
	out := slices.Clone(marks)
	for i := range out {
		out[i].Comment = ""
		if names == NamesNobody {
			out[i].Rater, out[i].Factor, out[i].Original = "", nil, ""
		}
	}
	if names == NamesNobody {
		slices.SortFunc(out, func(a, b evaluation.Mark) int {
			if a.Value == nil || b.Value == nil {
				return cmp.Or(boolCompare(a.Value == nil, b.Value == nil), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Verdict, b.Verdict))
			}
			return cmp.Or(a.Value.Cmp(b.Value), a.Plain.Cmp(b.Plain), cmp.Compare(a.Fate, b.Fate), cmp.Compare(a.Verdict, b.Verdict))
		})
	}
	return out
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// publishedReceipt drops notes and, for nobody's eyes, who gave.
func publishedReceipt(r evaluation.Receipt, names Names) evaluation.Receipt {
	r.Received = slices.Clone(r.Received)
	for i := range r.Received {
		r.Received[i].Note = ""
		if names == NamesNobody {
			r.Received[i].From, r.Received[i].Mutual = "", 0
		}
	}
	if names == NamesNobody {
		r.Given, r.Unspent = 0, 0
		slices.SortFunc(r.Received, func(a, b evaluation.GiftTrace) int {
			return cmp.Or(cmp.Compare(a.Amount, b.Amount), a.Counts.Cmp(b.Counts))
		})
	}
	return r
}

// Sealing is what opens the commitment to an answer, published when its round
// closes: SHA-256 of a fixed word, Salt and Text, see journal.Commit.
type Sealing struct {
	Seq  int64  `json:"seq"` // the journal entry with the commitment
	Salt []byte `json:"salt,omitempty"`
	Text string `json:"text"`
}

// Answer reads what the sealing opens.
func (s Sealing) Answer() (a RoundAnswer, err error) {
	if err = json.Unmarshal([]byte(s.Text), &a); err != nil {
		err = fault.Invalidf("contribution.sealing", "text", "entry %d: %v", s.Seq, err)
	}
	a.Seq = s.Seq
	return a, err
}
