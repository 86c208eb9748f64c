package contribution

import (
	"encoding/json"
	"strconv"

	"commonweal/contribution/evaluation"
	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// mostMarks is how many marks one file may hold: a round is counted at once.
const mostMarks = 50_000

// markBook is what marks of past evaluations are checked against: which items
// were imported as which contributions, and who has judged what already.
type markBook struct {
	items map[ImportKey]EntryNo
	of    map[EntryNo]bookItem
	said  map[judgment]EntryNo // what each repeats; the zero number for none
	lines int
}

// bookItem is a contribution that marks may be about.
type bookItem struct {
	person store.ID
	judged bool // a round has judged it, or is about to
}

// judgment is one rater's mark of one contribution. Somebody who is no member
// yet goes by their identity in the source.
type judgment struct {
	rater string
	entry EntryNo
}

var (
	standingChunks = store.SQL(`SELECT seq, keys, content FROM contribution_import WHERE commons_id = $1 AND length(keys) > 0 ORDER BY seq`)
	allMarks       = store.SQL(`SELECT seq, n, rater, entry_seq, entry_n, content FROM contribution_mark
		WHERE commons_id = $1 AND seq IN (SELECT i.seq FROM contribution_import i WHERE i.commons_id = $1 AND length(i.keys) > 0) ORDER BY seq, n`)
)

// openMarkBook reads what was imported from Praise, and what was said of it.
func openMarkBook(r store.Reader) (*markBook, error) {
	b := &markBook{items: map[ImportKey]EntryNo{}, of: map[EntryNo]bookItem{}, said: map[judgment]EntryNo{}}
	nos, err := b.readItems(r)
	if err != nil {
		return nil, err
	}
	entries, err := store.AllOf(r, scanEntry, entriesByNo, nos)
	if err != nil {
		return nil, err
	}
	ratings, err := store.AllOf(r, scanRated, ratingsByNo, nos)
	if err != nil {
		return nil, err
	}
	taken := map[EntryNo]bool{}
	for _, v := range ratings {
		taken[v.no] = v.den != 0
	}
	if err := underJudgment(r, taken); err != nil {
		return nil, err
	}
	for _, e := range entries {
		b.of[e.No] = bookItem{e.Person, taken[e.No]}
	}
	marks, err := store.All(r, scanMark, allMarks)
	for _, m := range marks {
		b.note(judgment{string(m.Rater), m.Entry}, m.Repeat)
	}
	return b, err
}

// readItems finds the contributions that were imported from Praise, by the keys
// under which they came in.
func (b *markBook) readItems(r store.Reader) (nos []EntryNo, err error) {
	_, err = store.All(r, func(row store.Scanner) (none struct{}, err error) {
		var seq int64
		var keys []byte
		var content string
		if err := row.Scan(&seq, &keys, &content); err != nil {
			return none, err
		}
		var c chunkContent
		if err := json.Unmarshal([]byte(content), &c); err != nil || c.Source != string(FormatPraise) {
			return none, err
		}
		for n := range min(c.Entries, len(keys)/len(ImportKey{})) {
			no := EntryNo{seq, int64(n)}
			b.items[ImportKey(keys[n*len(ImportKey{}):])] = no
			nos = append(nos, no)
		}
		return none, nil
	}, standingChunks)
	return nos, err
}

func (b *markBook) note(j judgment, repeat *EntryNo) {
	if repeat == nil {
		repeat = &EntryNo{}
	}
	b.said[j] = *repeat
}

// addScore adds a mark of a past evaluation. Its contribution has to be here
// already, and no round may have judged it.
func (v *resolver) addScore(chunk *ImportAsk, key ImportKey, s intake.Score) (bool, error) {
	person, in := v.person(s.Rater)
	if !in {
		return false, nil
	}
	k := KeptAsk{Key: key, Origin: origin(s.Source), Sort: KeptMark, Person: person, Score: &s}
	if v.before == nil || !v.before.Has(ImportKeyOf(s.Key)) { // what is in already was checked then
		if err := v.checkMark(&k); err != nil {
			return false, err
		}
	}
	chunk.Kept = append(chunk.Kept, k)
	return true, nil
}

// checkMark finds the contribution of a mark and refuses a mark that the count
// could not use.
func (v *resolver) checkMark(k *KeptAsk) error {
	entry, here := v.marks.items[ImportKeyOf(k.Score.Item)]
	item := v.marks.of[entry]
	j := judgment{string(k.Person), entry}
	if k.Person == unmade {
		j.rater = k.Score.Rater.ID
	}
	_, twice := v.marks.said[j]
	switch {
	case !here:
		return fault.Invalidf("contribution.import_item", "praise", "this praise is not among the contributions here; import the file of praise first, or leave such lines out")
	case item.judged:
		return fault.Conflictf("contribution.import_judged", "praise", "contribution %s was evaluated already; take that import back first to count its marks together with these", entry)
	case item.person == k.Person:
		return fault.Invalidf("contribution.import_own", "quantifier", "the mark is by who received praise %s; nobody judges their own", entry)
	case twice:
		return fault.Invalidf("contribution.import_twice", "quantifier", "this person has a mark for praise %s already; say that one of the two identities is somebody else, or leave the line out", entry)
	case v.marks.lines == mostMarks:
		return fault.Invalidf("contribution.import_marks", "", "the file has more than %s marks; import it in parts, such as a file for each period", strconv.Itoa(mostMarks))
	}
	if k.Score.DuplicateOf != "" {
		original, here := v.marks.items[ImportKeyOf(k.Score.DuplicateOf)]
		if !here {
			return fault.Invalidf("contribution.import_item", "duplicatePraise", "the praise that this one is said to repeat is not among the contributions here; import it first, or leave the line out")
		}
		if v.marks.circle(j, original) {
			return fault.Invalidf("contribution.import_circle", "duplicatePraise", "this person calls praise duplicates of each other in a circle through %s; one of them must be the original", entry)
		}
		k.Repeat = &original
	}
	k.Entry = entry
	v.marks.lines++
	v.marks.note(j, k.Repeat)
	return nil
}

// circle reports whether a judgment would close a circle of duplicates.
func (b *markBook) circle(j judgment, original EntryNo) bool {
	for step := 0; step <= len(b.said) && original != (EntryNo{}); step++ {
		if original == j.entry {
			return true
		}
		original = b.said[judgment{j.rater, original}]
	}
	return false
}

// checkOptions refuses options of a plan that mean nothing.
func (p *ImportPlan) checkOptions() error {
	if p.Karma != nil && (p.Karma.Unit != evaluation.Karma || p.Karma.Sign() < 0) {
		return fault.Invalidf("contribution.round_karma", "karma", "%s for a point cannot be; give karma of zero or more", *p.Karma)
	}
	count := evaluation.PraiseRules()
	count.Decimals = p.Decimals
	return count.Check()
}
