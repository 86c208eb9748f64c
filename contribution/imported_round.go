package contribution

import (
	"slices"
	"strings"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// An imported round is an evaluation that was made in another system. It has
// the identifier of the batch that brought its marks, is closed from the start,
// and is counted from them by the rules here: the panel of a contribution are
// those of whom the file has a row for it, a row without a mark is missing and
// no zero, and karma counts from the day of the contribution, so that it has
// faded as it would have here.

// importedMark is a mark of another system: what one person said of one
// contribution.
type importedMark struct {
	No    EntryNo // of the mark: its chunk, and its place among what the chunk kept
	Rater store.ID
	Entry EntryNo // what it is about
	keptScore
}

// importedItem is what a round needs to know of a contribution.
type importedItem struct {
	Person, Project store.ID
	At              time.Time
	Stands          bool // neither rejected nor corrected, nor judged by another round
}

// importedKarma is what a point grants unless the import says otherwise: as
// much as a round by the rules of Praise suggests.
var importedKarma = quantity.MustParse("0.1", evaluation.Karma)

// importedRules are the rules by which marks of Praise are counted: its scale,
// or, where the community had another one, its scale and the marks it gave.
func importedRules(marks []importedMark, karma quantity.Amount, decimals *int) RoundRules {
	count := evaluation.PraiseRules()
	count.Decimals = decimals
	scale := slices.Clone(count.Scale.Values)
	each := map[EntryNo]int{}
	for _, m := range marks {
		if each[m.Entry]++; m.Mark != nil {
			scale = append(scale, *m.Mark)
		}
	}
	slices.Sort(scale)
	if scale = slices.Compact(scale); len(scale) > len(count.Scale.Values) {
		count.Scale = evaluation.Scale{Name: "imported", Values: scale}
	}
	size := 1
	for _, n := range each {
		size = max(size, n)
	}
	return RoundRules{Mode: ScoreMode, Names: NamesAfter, Panel: evaluation.PanelRule{Size: size, Least: 1, MostEach: max(len(marks), 1)}, Count: count, Karma: karma}
}

// importedInput is what an imported round is counted from. A mark of one's own
// contribution is left out, and so is the second mark of one rater on one
// contribution; a duplicate of something outside the round is missing.
func importedInput(rules RoundRules, marks []importedMark, items map[EntryNo]importedItem) RoundInput {
	in := RoundInput{Rules: rules}
	seats := map[EntryNo][]string{}
	raters := map[string]bool{}
	for _, m := range marks {
		rater := string(m.Rater)
		item, known := items[m.Entry]
		if !known || item.Person == m.Rater || slices.Contains(seats[m.Entry], rater) {
			continue
		}
		seats[m.Entry] = append(seats[m.Entry], rater)
		raters[rater] = true
		in.Answers = append(in.Answers, m.answer(items))
	}
	for no, panel := range seats {
		item := items[no]
		slices.Sort(panel)
		in.Basis.Items = append(in.Basis.Items, RoundItem{Item: evaluation.Item{ID: no.String(), Author: string(item.Person)}, Project: item.Project, At: item.At})
		in.Panels = append(in.Panels, evaluation.Panel{Item: no.String(), Raters: panel})
	}
	slices.SortFunc(in.Basis.Items, func(a, b RoundItem) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(in.Panels, func(a, b evaluation.Panel) int { return strings.Compare(a.Item, b.Item) })
	for _, item := range in.Basis.Items {
		if no, _ := ParseEntryNo(item.ID); !items[no].Stands { // an identifier made here
			in.Withdrawn = append(in.Withdrawn, item.ID)
		}
	}
	for rater := range raters {
		in.Basis.Raters = append(in.Basis.Raters, rater)
	}
	slices.Sort(in.Basis.Raters)
	return in
}

// answer is the mark as an answer of a round.
func (m importedMark) answer(items map[EntryNo]importedItem) RoundAnswer {
	a := RoundAnswer{Answer: evaluation.Answer{Rater: string(m.Rater), Item: m.Entry.String(), Verdict: Skipped}, Seq: m.No.Seq}
	switch {
	case m.Dismissed:
		a.Verdict = evaluation.Dismissed
	case m.Repeat != nil:
		if _, here := items[*m.Repeat]; here {
			a.Verdict, a.Original = evaluation.Duplicate, m.Repeat.String()
		}
	case m.Mark != nil:
		a.Verdict, a.Score = evaluation.Scored, *m.Mark
	}
	return a
}
