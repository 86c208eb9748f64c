package piechart

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Slice is a contributor's weight: any unit, only its part of the sum matters.
type Slice struct {
	Name       string
	Identifier string
	Roles      []string
	Weight     *big.Int
}

// Frame is everything of a document but its contributors.
type Frame struct {
	Project      Project
	Organization *Organization
	Metadata     Metadata
	// Equation is the hash of the equation's version and LogIndex the entry of
	// the log that the weights were taken at; the split's ties are drawn by both.
	Equation string
	LogIndex int64
}

// Decimals of a share: at least these, and more where somebody's slice would
// otherwise be nothing.
const (
	fewestDecimals = 2
	mostDecimals   = 15
)

// New makes a document. Slices of one identifier are one contributor, with the
// first name and all roles; slices of no weight are left out.
func New(frame Frame, slices []Slice) (*Document, error) {
	merged, err := merge(slices)
	if err != nil {
		return nil, err
	}
	units, decimals, err := split(frame, merged)
	if err != nil {
		return nil, err
	}
	d := &Document{SchemaVersion: Version, Project: frame.Project, Organization: frame.Organization, Metadata: frame.Metadata}
	basis := Basis{Weights: map[string]string{}, Equation: frame.Equation, LogIndex: frame.LogIndex, Decimals: decimals}
	for i, s := range merged {
		basis.Weights[s.Identifier] = s.Weight.String()
		d.Contributors = append(d.Contributors, Contributor{Name: s.Name, Identifier: s.Identifier, Roles: s.Roles, Share: share(units[i], decimals)})
	}
	raw, err := json.Marshal(basis)
	if err != nil {
		return nil, err
	}
	d.Extensions = map[string]json.RawMessage{"commonweal": raw}
	if bad := d.check(); len(bad) > 0 {
		return nil, bad
	}
	return d, nil
}

// merge joins slices of one identifier, drops weightless ones, and sorts: the
// heaviest first, then by identifier.
func merge(list []Slice) ([]Slice, error) {
	at := map[string]int{}
	var out []Slice
	for _, s := range list {
		switch {
		case s.Weight == nil || s.Weight.Sign() < 0:
			return nil, fault.Invalidf("piechart.weight", "weight", "the weight of %q is missing or negative; give zero or more", s.Identifier)
		case s.Weight.Sign() == 0:
			continue
		}
		i, ok := at[s.Identifier]
		if !ok {
			at[s.Identifier] = len(out)
			out = append(out, Slice{s.Name, s.Identifier, slices.Clone(s.Roles), new(big.Int).Set(s.Weight)})
			continue
		}
		out[i].Weight.Add(out[i].Weight, s.Weight)
		out[i].Name = min(out[i].Name, s.Name) // whatever the order they came in
		out[i].Roles = append(out[i].Roles, s.Roles...)
	}
	for i := range out {
		slices.Sort(out[i].Roles)
		out[i].Roles = slices.Compact(out[i].Roles)
	}
	slices.SortFunc(out, func(a, b Slice) int {
		return cmp.Or(b.Weight.Cmp(a.Weight), cmp.Compare(a.Identifier, b.Identifier))
	})
	if len(out) == 0 {
		return nil, fault.Invalidf("piechart.nobody", "contributors", "nobody has a weight; a pie chart needs at least one contributor")
	}
	return out, nil
}

// split divides 100 percent by largest remainder, on as many decimals as it
// takes for everybody to get something.
func split(frame Frame, list []Slice) (units []int64, decimals int, err error) {
	weights, ids := make([]*big.Int, len(list)), make([]string, len(list))
	for i, s := range list {
		weights[i], ids[i] = s.Weight, s.Identifier
	}
	ties := quantity.TieKeysFor(fmt.Sprintf("%s@%d", frame.Equation, frame.LogIndex), ids)
	whole := int64(100 * 100)
	for decimals = fewestDecimals; decimals <= mostDecimals; decimals++ {
		units, err = quantity.Apportion(whole, weights, ties)
		if err != nil {
			return nil, 0, err
		}
		if slices.Min(units) > 0 {
			return units, decimals, nil
		}
		whole *= 10
	}
	smallest := list[len(list)-1]
	return nil, 0, fault.Invalidf("piechart.too_small", "weight", "the share of %q is below 10^-%d percent; leave it out or raise it", smallest.Identifier, mostDecimals)
}

// share prints units of 10^-decimals percent: "33.34", "100", "0.05".
func share(units int64, decimals int) json.Number {
	digits := fmt.Sprintf("%0*d", decimals+1, units)
	whole, frac := digits[:len(digits)-decimals], strings.TrimRight(digits[len(digits)-decimals:], "0")
	if frac == "" {
		return json.Number(whole)
	}
	return json.Number(whole + "." + frac)
}

// percent reads a share exactly.
func percent(n json.Number) (*big.Rat, bool) {
	if len(n) > 40 || strings.ContainsAny(string(n), "eE/") {
		return nil, false
	}
	return new(big.Rat).SetString(string(n))
}
