package evaluation

import (
	"fmt"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Scale is the list of marks a rater may give, in rising order. Scales are
// data: a commons may write its own.
type Scale struct {
	Name   string  `json:"name"`
	Values []int64 `json:"values"`
}

// Scales that communities use.
var (
	// Praise is the scale of Praise: 0, then Fibonacci numbers that spread like
	// the sizes of contributions do.
	Praise = Scale{"praise", []int64{0, 1, 3, 5, 8, 13, 21, 34, 55, 89, 144}}
	// FivePoint is 1 (poor) to 5 (excellent).
	FivePoint = Scale{"five-point", []int64{1, 2, 3, 4, 5}}
	// Hundred is 0 to 100 in whole points.
	Hundred = Scale{"hundred", upTo(100)}
)

func upTo(top int64) []int64 {
	values := make([]int64, 0, top+1)
	for v := range top + 1 {
		values = append(values, v)
	}
	return values
}

// Scales returns the scales above, in order of name.
func Scales() []Scale { return []Scale{FivePoint, Hundred, Praise} }

// Bottom and Top return the lowest and highest mark.
func (s Scale) Bottom() int64 { return s.Values[0] }

// Top returns the highest mark.
func (s Scale) Top() int64 { return s.Values[len(s.Values)-1] }

// Check refuses a scale with fewer than two marks, marks that do not rise, or
// marks below zero (dismissed means zero, so nothing may be worth less).
func (s Scale) Check() error {
	if len(s.Values) < 2 || s.Bottom() < 0 || !rising(s.Values) {
		return fault.Invalidf("evaluation.bad_scale", "scale",
			"the scale %q is %v; a scale has at least two marks, none below zero, each larger than the one before", s.Name, s.Values)
	}
	return nil
}

func rising(values []int64) bool {
	for i := 1; i < len(values); i++ {
		if values[i] <= values[i-1] {
			return false
		}
	}
	return true
}

// Allows refuses a mark that is not on the scale.
func (s Scale) Allows(mark int64) error {
	if _, on := slices.BinarySearch(s.Values, mark); !on {
		return fault.Invalidf("evaluation.off_scale", "score", "%d is not on the scale %s; it has %s", mark, s.Name, s.list())
	}
	return nil
}

// list names the marks: all of them, or the ends of a long scale.
func (s Scale) list() string {
	if len(s.Values) > 15 {
		return fmt.Sprintf("%d to %d", s.Bottom(), s.Top())
	}
	return strings.Trim(fmt.Sprint(s.Values), "[]")
}
