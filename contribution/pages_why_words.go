package contribution

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// whyWords puts derivations into words for one reader.
type whyWords struct{ wording }

// message is a step of a derivation as a sentence.
func (w whyWords) message(m equation.Message, amount int64) string {
	key := "contribution.why." + strings.TrimPrefix(m.Key, "equation.")
	args := []any{"amount", quantity.Micros(amount, w.unit)}
	for name, text := range m.Args {
		switch name {
		case "person":
			args = append(args, name, w.called.of(store.ID(text)))
		case "percent":
			args = append(args, name, w.number(equation.Decimal(text)))
		case "bucket", "seed":
			args = append(args, name, text)
		case "claims", "people", "count", "orders":
			n, _ := strconv.Atoi(text) // the engine writes numbers
			args = append(args, name, n)
			if name != "people" && name != "orders" {
				args = append(args, "n", n)
			}
		default:
			if m.Key == "equation.why.fixed" {
				args = append(args, name, w.number(equation.Decimal(text)))
				continue
			}
			args = append(args, name, w.exact(text))
		}
	}
	return w.q.T(key, args...)
}

// exact writes an exact amount of the currency: whole when it can be, with
// dots behind it when its digits never end.
func (w whyWords) exact(text string) string {
	if n, err := equation.Decimal(text).Micros(); err == nil {
		return w.q.Exact(quantity.Micros(n, w.unit))
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	cut, err := quantity.FromRat(r, w.unit, quantity.Down)
	if err != nil {
		return text
	}
	return w.q.Exact(cut) + "…"
}

// sentence is the whole line in one sentence.
func (w whyWords) sentence(page *whyLinePage) string {
	key := "sentence_share"
	for _, step := range page.Raw.Steps {
		switch step.Key {
		case "equation.why.fixed":
			key = "sentence_fixed"
		case "equation.why.game", "equation.why.game_drawn":
			key = "sentence_game"
		case "equation.why.leftover":
			key = "sentence_leftover"
		}
	}
	var owed int64
	for _, c := range page.Raw.Claims {
		owed += c.Entitled
	}
	args := []any{"who", page.Who, "amount", page.Amount, "bucket", page.Bucket, "n", len(page.Raw.Claims), "owed", quantity.Micros(owed, w.unit)}
	if b := page.Row.bucket(page.Raw.Bucket); b != nil {
		args = append(args, "paid", quantity.Micros(b.Paid, w.unit), "entitled", quantity.Micros(b.Entitled, w.unit), "percent", w.number(equation.Decimal(b.Percent)))
		if key == "sentence_share" && b.Payable >= b.Entitled {
			key = "sentence_full"
		}
	}
	return w.q.T("contribution.why."+key, args...)
}

// claims lists the contributions behind a line, the largest payment first.
func (w whyWords) claims(d *equation.Derivation, nos map[string]EntryNo, behind behindClaims) []claimRow {
	amount := func(n int64) quantity.Amount { return quantity.Micros(n, d.Unit) }
	var out []claimRow
	for _, c := range d.Claims[:min(len(d.Claims), claimsShown)] {
		no := nos[c.ID]
		row := claimRow{No: no, Href: entryPath(w.q, no), What: w.s.kindName(c.Kind), Formula: c.Trace.Formula, Trace: c.Trace.Text,
			Value: amount(c.Value), Original: amount(c.Original), Before: amount(c.Before), Entitled: amount(c.Entitled), Paid: amount(c.Amount),
			Premium: c.Original != c.Value, Earlier: c.Before > 0, Day: behind.days[no], Checks: behind.checks(w, no)}
		if c.Person != d.Receiver {
			row.Who = w.called.of(store.ID(c.Person))
		}
		if c.Left != "" {
			row.Left = w.q.T("contribution.why.left", "kept", amount(c.Kept), "original", row.Original)
		}
		if c.Fraction != "1" {
			row.Fraction = c.Fraction
		}
		out = append(out, row)
	}
	return out
}

// flow draws the way of the money to one line, and on to the contributions.
func (w whyWords) flow(d Distribution, page *whyLinePage) web.Sankey {
	f := flow{q: w.q, unit: page.Raw.Unit, seen: map[string]bool{}}
	f.s = web.Sankey{Title: w.q.T("contribution.why.flow", "who", page.Who), Unit: page.Raw.Unit, Summary: page.Sentence}
	f.node("pot", w.q.T("contribution.flow.pot"), page.Row.Href)
	f.node("bucket", page.Bucket, "")
	f.node("line", page.Who, "")
	if b := d.bucket(page.Raw.Bucket); b != nil {
		f.link("pot", "bucket", b.Paid, "")
		if d.Paid.Micros > b.Paid {
			f.node("buckets", w.q.T("contribution.why.other_buckets"), "")
			f.link("pot", "buckets", d.Paid.Micros-b.Paid, "")
		}
		if others := b.Paid - page.Raw.Amount; others > 0 {
			f.node("others", w.q.T("contribution.why.other_people"), "")
			f.link("bucket", "others", others, "")
		}
	}
	f.link("bucket", "line", page.Raw.Amount, "")
	var drawn int64
	for i, c := range page.Claims {
		if i == receiversDrawn {
			break
		}
		id := "claim:" + c.No.String()
		f.node(id, w.q.T("contribution.why.claim", "what", c.What, "no", c.No.String()), c.Href)
		f.link("line", id, c.Paid.Micros, c.Href)
		drawn += c.Paid.Micros
	}
	var paid int64
	for _, c := range page.Raw.Claims {
		paid += c.Amount
	}
	if paid > drawn {
		f.node("claims", w.q.T("contribution.why.other_claims", "n", len(page.Raw.Claims)-min(len(page.Claims), receiversDrawn)), "")
		f.link("line", "claims", paid-drawn, "")
	}
	return f.s
}

// behindClaims is what stands behind the contributions of a line: the days,
// who validated them, and how they were evaluated.
type behindClaims struct {
	days      map[EntryNo]time.Time
	decisions map[EntryNo][]Decision
	ratings   map[EntryNo][]rated
}

// rated is the outcome of an evaluation round for a contribution.
type rated struct {
	no       EntryNo
	round    store.ID
	num, den int64
}

var ratingsByNo = store.ByPairs(`SELECT entry_seq, entry_n, round, num, den FROM contribution_rating
		WHERE commons_id = $1 AND (entry_seq, entry_n) IN (*) ORDER BY seq, n`, EntryNo.pair)

func scanRated(row store.Scanner) (v rated, err error) {
	err = row.Scan(&v.no.Seq, &v.no.N, &v.round, &v.num, &v.den)
	return v, err
}

// behind reads what stands behind the contributions that the page shows.
func (p *Practice) behind(r store.Reader, d *equation.Derivation, nos map[string]EntryNo) (out behindClaims, err error) {
	var list []EntryNo
	for _, c := range d.Claims[:min(len(d.Claims), claimsShown)] {
		list = append(list, nos[c.ID])
	}
	entries, err := store.AllOf(r, scanEntry, entriesByNo, list)
	if err != nil {
		return out, err
	}
	out.days = make(map[EntryNo]time.Time, len(entries))
	for _, e := range entries {
		out.days[e.No] = e.At
	}
	if out.decisions, err = decisionsOn(r, list); err != nil {
		return out, err
	}
	ratings, err := store.AllOf(r, scanRated, ratingsByNo, list)
	out.ratings = map[EntryNo][]rated{}
	for _, v := range ratings {
		if v.den == 0 { // taken back with its import
			delete(out.ratings, v.no)
			continue
		}
		out.ratings[v.no] = append(out.ratings[v.no], v)
	}
	return out, err
}

// people lists whoever decided about one of the contributions.
func (b behindClaims) people() []store.ID {
	var ids []store.ID
	for _, list := range b.decisions {
		for _, d := range list {
			if d.By != "" {
				ids = append(ids, d.By)
			}
		}
	}
	return ids
}

// checks puts the validations and evaluations of a contribution into words.
func (b behindClaims) checks(w whyWords, no EntryNo) []checkRow {
	var out []checkRow
	for _, d := range b.decisions[no] {
		text := w.q.T("contribution.why.check_"+string(d.Verdict), "who", w.called.of(d.By))
		out = append(out, checkRow{text, logPath(w.q, d.Seq)})
	}
	for _, v := range b.ratings[no] {
		out = append(out, checkRow{w.q.T("contribution.why.check_rated", "score", markText(w.q, v.num, v.den)), w.q.Path("contribution", "rounds", string(v.round))})
	}
	return out
}
