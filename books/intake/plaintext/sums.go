package plaintext

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// sums are exact totals per unit, in the order in which units came.
type sums struct {
	order []quantity.Unit
	of    map[quantity.Unit]*big.Rat
}

func (s *sums) add(v *big.Rat, unit quantity.Unit) {
	if s.of == nil {
		s.of = map[quantity.Unit]*big.Rat{}
	}
	if have := s.of[unit]; have != nil {
		have.Add(have, v)
		return
	}
	s.order = append(s.order, unit)
	s.of[unit] = new(big.Rat).Set(v)
}

// beyond lists the units whose sum is farther from zero than tolerated.
func (s *sums) beyond(tolerance func(quantity.Unit) *big.Rat) (out []quantity.Unit) {
	for _, u := range s.order {
		v := s.of[u]
		if v.Sign() == 0 {
			continue
		}
		if t := tolerance(u); t == nil || new(big.Rat).Abs(v).Cmp(t) > 0 {
			out = append(out, u)
		}
	}
	return out
}

// unbalanced is the fault of an entry whose postings do not cancel out.
func (s *sums) unbalanced(units []quantity.Unit) error {
	var left []string
	for _, u := range units {
		left = append(left, strings.TrimSpace(fmt.Sprintf("%s %s", plain(s.of[u]), u)))
	}
	return fault.Invalidf("books.journal_unbalanced", "amount", "the postings do not cancel out: %s is left; correct an amount, or leave one out", strings.Join(left, " and "))
}

// plain writes an exact number in decimals, cut at twelve.
func plain(v *big.Rat) string {
	text := v.FloatString(12)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// holdings are the running balances of all accounts: of each by itself, and of
// each with those below.
type holdings struct {
	own, deep map[string]map[quantity.Unit]*big.Rat
}

func newHoldings() holdings {
	return holdings{map[string]map[quantity.Unit]*big.Rat{}, map[string]map[quantity.Unit]*big.Rat{}}
}

func (h holdings) add(account string, a quantity.Amount) {
	addTo(h.own, account, a)
	for name := account; ; {
		addTo(h.deep, name, a)
		at := strings.LastIndexByte(name, ':')
		if at < 0 {
			return
		}
		name = name[:at]
	}
}

func addTo(balances map[string]map[quantity.Unit]*big.Rat, account string, a quantity.Amount) {
	of := balances[account]
	if of == nil {
		of = map[quantity.Unit]*big.Rat{}
		balances[account] = of
	}
	if have := of[a.Unit]; have != nil {
		have.Add(have, a.Rat())
		return
	}
	of[a.Unit] = a.Rat()
}

// of returns a copy of the balances of an account, with the accounts below when deep.
func (h holdings) of(account string, unit quantity.Unit, deep bool) *big.Rat {
	total := new(big.Rat)
	if v := h.all(account, deep)[unit]; v != nil {
		total.Set(v)
	}
	return total
}

func (h holdings) all(account string, deep bool) map[quantity.Unit]*big.Rat {
	if deep {
		return h.deep[account]
	}
	return h.own[account]
}

// others lists what else an account holds.
func (h holdings) others(account string, but quantity.Unit, deep bool) (out []quantity.Unit) {
	for u, v := range h.all(account, deep) {
		if u != but && v.Sign() != 0 {
			out = append(out, u)
		}
	}
	slices.Sort(out)
	return out
}

// notHeld is the fault of an assertion that fails.
func notHeld(account string, want quantity.Amount, have *big.Rat) error {
	difference := new(big.Rat).Sub(have, want.Rat())
	return fault.Invalidf("books.journal_assertion", "balance", "%s should hold %s, but holds %s (%s more); an entry is missing, or one too many",
		account, strings.TrimSpace(want.String()), plain(have), plain(difference))
}

// byDay sorts stably by a day.
func byDay[T any](list []T, day func(T) string) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(day(a), day(b)) })
}
