package bank

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"commonweal/books"
	"commonweal/books/intake"
	"commonweal/books/intake/match"
	"commonweal/books/ledger"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// mostProposed is how many open lines, the oldest, are compared with the books
// at once.
const mostProposed = 2000

// window is how many days before and after the lines events are looked for.
const window = 60

// good is how many points a match needs to be confirmed together with others.
const good = 65

// Found is something in the books that a line may be.
type Found struct {
	Part    Part // what confirming it says
	Title   string
	Day     string
	Party   store.ID
	Promise bool
}

// Proposal is what a line probably is.
type Proposal struct {
	Line Line
	// Choices are the candidates, best first, each with what it says the line is.
	Choices []Choice
	Chosen  int   // the choice that is better than any other; -1 for none
	Rule    *Rule // that fits the line; nil for none
	// Good tells that the proposal may be confirmed together with others.
	Good  bool
	Parts []Part // what is proposed: of the chosen one, or of the rule; nil for nothing
}

// Choice is one candidate of a line.
type Choice struct {
	Found   []Found
	Score   int // 0 to 100
	Reasons []match.Reason
}

// parts is what choosing it says of the line.
func (c *Choice) parts() []Part {
	out := make([]Part, len(c.Found))
	for i, f := range c.Found {
		out[i] = f.Part
	}
	return out
}

// ID names the choice within its line.
func (c *Choice) ID() string {
	ids := make([]string, len(c.Found))
	for i, f := range c.Found {
		ids[i] = string(f.Part.On)
	}
	return strings.Join(ids, "+")
}

// Propose holds the open lines, the oldest two thousand, against the books:
// events that no line stands behind, open claims and commitments, and the rules.
func (b *Bank) Propose(ctx context.Context, who auth.Identity) (out []Proposal, err error) {
	if err := who.Must(Reconcile); err != nil {
		return nil, err
	}
	err = b.Books.Read(ctx, who.Commons, func(v *books.View) error {
		lines, err := LinePage(v.Snapshot, Open, "", "", mostProposed)
		if err == nil && len(lines) > 0 {
			out, err = propose(v, lines)
		}
		return err
	})
	return out, err
}

// ProposeFor is Propose for one line, which need not be among the oldest.
func (b *Bank) ProposeFor(ctx context.Context, who auth.Identity, line Line) (out Proposal, err error) {
	all, err := b.Propose(ctx, who)
	if err != nil {
		return out, err
	}
	if i := slices.IndexFunc(all, func(p Proposal) bool { return p.Line.ID == line.ID }); i >= 0 {
		return all[i], nil
	}
	err = b.Books.Read(ctx, who.Commons, func(v *books.View) error {
		list, err := propose(v, []Line{line})
		if err == nil {
			out = list[0]
		}
		return err
	})
	return out, err
}

func propose(v *books.View, lines []Line) ([]Proposal, error) {
	rules, err := Rules(v.Snapshot)
	if err != nil {
		return nil, err
	}
	f := finder{v: v, lines: lines, items: map[string]Found{}}
	items, err := f.find()
	if err != nil {
		return nil, err
	}
	plain := make([]intake.Line, len(lines))
	out := make([]Proposal, len(lines))
	for i := range lines {
		plain[i] = lines[i].Line
		out[i] = Proposal{Line: lines[i], Chosen: -1, Rule: pick(rules, &lines[i].Line)}
	}
	byLine := make([][]match.Proposal, len(lines))
	for _, p := range match.Propose(plain, items, match.Options{}) {
		byLine[p.Line] = append(byLine[p.Line], p)
	}
	for i := range out {
		f.choose(&out[i], byLine[i], items)
	}
	return out, nil
}

// choose turns what matches a line, or the payments of a batch, into its proposal.
func (f *finder) choose(p *Proposal, matches []match.Proposal, items []match.Item) {
	if len(matches) == 1 && matches[0].Part < 0 {
		for _, c := range matches[0].Candidates {
			p.Choices = append(p.Choices, f.choice(c, p.Line.Amount, items))
		}
		p.Chosen = matches[0].Chosen
	} else if whole, ok := f.together(matches, &p.Line, items); ok {
		p.Choices, p.Chosen = []Choice{whole}, 0
	}
	switch chosen := p.Chosen; {
	case chosen >= 0 && p.Choices[chosen].Score >= good:
		p.Parts, p.Good = p.Choices[chosen].parts(), sumOf(p.Choices[chosen].parts()) == p.Line.Amount.Micros
	case p.Rule != nil:
		p.Parts, p.Good = []Part{p.Rule.part(&p.Line.Line)}, true
	case chosen >= 0:
		p.Parts = p.Choices[chosen].parts()
	}
}

// choice is a candidate with what it says. What one item is open for bounds
// the part; of several, each is paid whole.
func (f *finder) choice(c match.Candidate, line quantity.Amount, items []match.Item) Choice {
	out := Choice{Score: c.Score, Reasons: c.Reasons}
	for _, at := range c.Items {
		found := f.items[items[at].ID]
		if len(c.Items) == 1 && found.Promise && abs(line.Micros) < abs(found.Part.Amount.Micros) {
			found.Part.Amount = line
		}
		out.Found = append(out.Found, found)
	}
	return out
}

// together is the choice for a batch all of whose payments are known.
func (f *finder) together(matches []match.Proposal, l *Line, items []match.Item) (Choice, bool) {
	whole := Choice{Score: 100}
	for _, m := range matches {
		if m.Chosen < 0 || m.Part < 0 {
			return whole, false
		}
		c := f.choice(m.Candidates[m.Chosen], l.Parts[m.Part].Amount, items)
		whole.Found, whole.Score = append(whole.Found, c.Found...), min(whole.Score, c.Score)
		for _, r := range c.Reasons {
			if !slices.ContainsFunc(whole.Reasons, func(have match.Reason) bool { return have.Code == r.Code }) {
				whole.Reasons = append(whole.Reasons, r)
			}
		}
	}
	return whole, len(matches) > 0
}

func sumOf(parts []Part) (sum int64) {
	for _, p := range parts {
		sum += p.Amount.Micros // of one line: each is bounded by what the books hold
	}
	return sum
}

func abs(n int64) int64 { return max(n, -n) }

// finder collects what in the books may be lines.
type finder struct {
	v     *books.View
	lines []Line
	items map[string]Found
	names func(store.ID) string
	known map[store.ID][]intake.Account // numbers of agents, as earlier lines have them
}

// find returns the items for the matcher.
func (f *finder) find() (out []match.Item, err error) {
	if f.names, err = f.v.Names(true); err != nil {
		return nil, err
	}
	if f.known, err = numbers(f.v.Snapshot); err != nil {
		return nil, err
	}
	units := map[quantity.Unit]bool{}
	for _, l := range f.lines {
		units[l.Amount.Unit] = true
	}
	events, err := f.events(units)
	if err != nil {
		return nil, err
	}
	promises, err := f.promises(units)
	return append(events, promises...), err
}

// item is what the matcher compares of something found.
func (f *finder) item(id string, found Found, references ...string) match.Item {
	f.items[id] = found
	return match.Item{ID: id, Amount: found.Part.Amount, Day: found.Day, Names: []string{f.names(found.Party)}, Accounts: f.known[found.Party], References: references}
}

// events are those that moved money in the days of the lines, behind which no line stands.
func (f *finder) events(units map[quantity.Unit]bool) (out []match.Item, err error) {
	from, to := f.days()
	for unit := range units {
		entries, err := f.v.Ledger.Entries(ledger.Filter{Size: f.v.Head.Size, Account: ledger.Bank, Unit: unit, From: from, To: to})
		if err != nil {
			return nil, err
		}
		var list []ledger.Entry
		var ids []store.ID
		for e := range entries {
			if e.Corrects == "" && !f.v.Ledger.Corrected(e.Event, f.v.Head.Size) {
				list, ids = append(list, e), append(ids, e.Event)
			}
		}
		taken, err := store.AllOf(f.v.Snapshot, scanID, evidenceOf, ids)
		if err != nil {
			return nil, err
		}
		slices.Sort(taken)
		for _, e := range list {
			if _, is := slices.BinarySearch(taken, e.Event); is {
				continue
			}
			for _, p := range e.Postings {
				if p.Account == ledger.Bank {
					out = append(out, f.item(string(e.Event), Found{Part: Part{As: Recorded, Amount: p.Amount, On: e.Event, Agent: e.Payee}, Title: e.Kind, Day: e.Day, Party: e.Payee}))
				}
			}
		}
	}
	return out, nil
}

// days are those in which events of the lines may lie.
func (f *finder) days() (from, to string) {
	first, last := f.lines[0].Day, f.lines[0].Day
	for _, l := range f.lines {
		first, last = min(first, l.Day), max(last, l.Day)
	}
	return shift(first, -window), shift(last, window)
}

// shift is a day so many days later.
func shift(day string, days int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}

// promises are open claims and commitments to pay the commons, or to be paid by it.
func (f *finder) promises(units map[quantity.Unit]bool) (out []match.Item, err error) {
	list, err := f.v.Ledger.Promises(ledger.Filter{Size: f.v.Head.Size})
	for _, p := range list {
		if p.Action != vf.Transfer || !units[p.Open.Unit] || p.Open.Sign() <= 0 {
			continue
		}
		found := Found{Title: p.Name, Day: cmp.Or(p.Due, p.Made), Promise: true}
		found.Part = Part{As: Settles, Amount: p.Open, On: p.ID}
		switch f.v.Commons.Agent {
		case p.Receiver:
			found.Party, found.Part.Kind = p.Provider, "sale"
		case p.Provider:
			found.Party, found.Part.Kind = p.Receiver, "purchase"
			if found.Part.Amount, err = p.Open.Neg(); err != nil {
				return nil, err
			}
		}
		if found.Part.Agent = found.Party; found.Party != "" {
			out = append(out, f.item(string(p.ID), found, p.Name))
		}
	}
	return out, err
}

var partiesKnown = store.SQL(`SELECT DISTINCT o.agent, l.party FROM bank_outcome o JOIN bank_line l ON l.commons_id = o.commons_id AND l.id = o.line
	WHERE o.commons_id = $1 AND o.agent IS NOT NULL AND l.party <> ''`)

// numbers returns the account numbers of agents, as the lines tell that were
// said to be theirs.
func numbers(r store.Reader) (map[store.ID][]intake.Account, error) {
	out := map[store.ID][]intake.Account{}
	_, err := store.All(r, func(row store.Scanner) (none struct{}, err error) {
		var agent store.ID
		var number string
		err = row.Scan(&agent, &number)
		out[agent] = append(out[agent], intake.Account(number))
		return none, err
	}, partiesKnown)
	return out, err
}

// Digest names what a list of proposals would settle when all the good ones are
// confirmed: whoever confirms says by it what they saw.
func Digest(proposals []Proposal) string {
	sum := sha256.New()
	for _, p := range proposals {
		if p.Good {
			fmt.Fprintf(sum, "%s %+v\n", p.Line.ID, p.Parts)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// changed refuses what was confirmed of proposals that are not there any more.
func changed() error {
	return fault.Conflictf("bank.proposals_changed", "", "something was recorded or decided meanwhile; look at the lines again, then confirm")
}

// ConfirmGood settles every line whose proposal is good, act by act, and
// returns how many there were. seen is the Digest of the proposals that somebody
// looked at; when others were made meanwhile, nothing is settled.
//
// Faults: bank.proposals_changed, and those of Settle.
func (b *Bank) ConfirmGood(ctx context.Context, who auth.Identity, seen string) (n int, err error) {
	proposals, err := b.Propose(ctx, who)
	if err != nil {
		return 0, err
	}
	if Digest(proposals) != seen {
		return 0, changed()
	}
	var decisions []Decision
	for _, p := range proposals {
		if p.Good {
			decisions = append(decisions, Decision{Line: p.Line.ID, Parts: p.Parts})
		}
	}
	for part := range slices.Chunk(decisions, mostDecisions) {
		if err := b.Settle(ctx, who, "", SettleAsk{Lines: part}); err != nil {
			return n, err
		}
		n += len(part)
	}
	return n, nil
}
