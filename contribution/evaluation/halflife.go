package evaluation

import (
	"math/big"
	"math/bits"
	"slices"
	"time"

	"commonweal/platform/fault"
)

// ColonyHalfLife is the half-life that Colony's contracts use: reputation is
// multiplied each hour by 999679150010889 / 10^15, which halves it in 2,160
// hours.
const ColonyHalfLife = 90 * 24 * time.Hour

// HalfLife is the time in which karma halves, from an instant on.
type HalfLife struct {
	From  time.Time     `json:"from"`  // the first one counts for all time before it too
	Value time.Duration `json:"value"` // in nanoseconds; 0: karma does not decay meanwhile
}

// Schedule is the half-lives a commons decided, in order of time. Karma decays
// by the one in force at each moment; a new one never touches the past.
type Schedule []HalfLife

// Check refuses a schedule that is empty, out of order, or has a half-life
// below one second.
func (s Schedule) Check() error {
	if len(s) == 0 {
		return fault.Invalidf("evaluation.no_half_life", "half_life", "no half-life is set; set one, or 0 for karma that stays")
	}
	for i, h := range s {
		if h.Value < 0 || (h.Value > 0 && h.Value < time.Second) {
			return fault.Invalidf("evaluation.bad_half_life", "half_life", "a half-life of %s; it is a second or more, or 0 for karma that stays", h.Value)
		}
		if i > 0 && !s[i-1].From.Before(h.From) {
			return fault.Invalidf("evaluation.half_life_order", "half_life", "the half-life from %s does not come after the one before", h.From.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

// micros is an instant in microseconds since 1970, the clock of the journal.
func micros(t time.Time) int64 { return t.UnixMicro() }

// clock counts half-lives up to one instant. Times are microseconds.
type clock struct {
	until  int64
	starts []int64    // of each period
	values []int64    // half-life of each period, 0 for none
	after  []*big.Rat // half-lives from the end of each period to until
}

// clock prepares the schedule for counting up to the instant.
func (s Schedule) clock(until int64) clock {
	c := clock{until: until}
	for _, h := range s {
		c.starts = append(c.starts, micros(h.From))
		c.values = append(c.values, h.Value.Microseconds())
	}
	c.after = make([]*big.Rat, len(s))
	passed := new(big.Rat)
	for i := len(s) - 1; i >= 0; i-- {
		c.after[i] = new(big.Rat).Set(passed)
		passed.Add(passed, c.within(i, c.starts[i]))
	}
	return c
}

// within returns the half-lives from an instant in period i to its end, or to
// the clock's instant when that is earlier.
func (c clock) within(i int, from int64) *big.Rat {
	end := c.until
	if i+1 < len(c.starts) {
		end = min(end, c.starts[i+1])
	}
	if c.values[i] == 0 || end <= from {
		return new(big.Rat)
	}
	return big.NewRat(end-from, c.values[i])
}

// since returns the half-lives from an instant to the clock's. Within one
// period, the usual case, no memory is taken.
func (c clock) since(from int64) halves {
	i, found := slices.BinarySearch(c.starts, from)
	if !found {
		i = max(i-1, 0)
	}
	if crosses := i+1 < len(c.starts) && c.starts[i+1] < c.until; crosses {
		x := c.within(i, from)
		return cutHalves(x.Add(x, c.after[i]))
	}
	if c.values[i] == 0 || c.until <= from {
		return halves{}
	}
	age, life := uint64(c.until-from), uint64(c.values[i])
	part, _ := bits.Div64(age%life, 0, life)
	return halves{age / life, part}
}

// cutHalves cuts an exact number of half-lives to 2^-64 of one.
func cutHalves(x *big.Rat) halves {
	whole, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	rest.Quo(rest.Lsh(rest, 64), x.Denom())
	return halves{whole.Uint64(), rest.Uint64()} // an int64 of microseconds holds fewer than 2^64
}
