package contribution

import (
	"slices"
	"strconv"
	"strings"

	"commonweal/contribution/equation"
)

// changeShape adds, removes or moves a part of an equation, as a button of the
// editor asks: "add.rule.2", "remove.fixed.0.1", "up.bucket.1". It reports
// whether the button was of this kind; one that names what is not there
// changes nothing.
func changeShape(e *equation.Equation, do string) bool {
	parts := strings.Split(do, ".")
	if len(parts) < 2 {
		return false
	}
	var at [3]int
	for i := range at {
		at[i] = -1
		if len(parts) > i+2 {
			if n, err := strconv.Atoi(parts[i+2]); err == nil {
				at[i] = n
			}
		}
	}
	change := map[string]func(*equation.Equation, [3]int){
		"add.constant": addConstant, "remove.constant": func(e *equation.Equation, at [3]int) { e.Constants = without(e.Constants, at[0]) },
		"add.payees": addPayees, "add.makers": addMakers,
		"remove.bucket": func(e *equation.Equation, at [3]int) { e.Buckets = without(e.Buckets, at[0]) },
		"up.bucket":     func(e *equation.Equation, at [3]int) { swap(e.Buckets, at[0]-1) },
		"down.bucket":   func(e *equation.Equation, at [3]int) { swap(e.Buckets, at[0]) },
		"add.rule":      inBucket(func(b *equation.Bucket, _ [3]int) { b.Rules = append(b.Rules, newRule()) }),
		"remove.rule":   inBucket(func(b *equation.Bucket, at [3]int) { b.Rules = without(b.Rules, at[1]) }),
		"add.fixed":     inBucket(addReceiver),
		"remove.fixed":  inBucket(func(b *equation.Bucket, at [3]int) { b.Fixed = without(b.Fixed, at[1]) }),
		"add.game":      inBucket(addGame), "remove.game": inBucket(removeGame),
		"add.group":    inBucket(func(b *equation.Bucket, _ [3]int) { b.Game.Groups = append(b.Game.Groups, equation.Group{}) }),
		"remove.group": inBucket(func(b *equation.Bucket, at [3]int) { b.Game.Groups = without(b.Game.Groups, at[1]) }),
		"add.risk": inRule(func(r *equation.Rule, _ [3]int) {
			r.RiskMultipliers = append(r.RiskMultipliers, equation.RiskMultiplier{Factor: "2"})
		}),
		"remove.risk": inRule(func(r *equation.Rule, at [3]int) { r.RiskMultipliers = without(r.RiskMultipliers, at[2]) }),
	}[parts[0]+"."+parts[1]]
	if change == nil {
		return false
	}
	change(e, at)
	for i := range e.Buckets {
		e.Buckets[i].Sequence = i + 1
	}
	identify(e)
	return true
}

func addConstant(e *equation.Equation, _ [3]int) {
	e.Constants = append(e.Constants, equation.Constant{Unit: string(e.Unit) + "/hour"})
}

func addPayees(e *equation.Equation, _ [3]int) {
	e.Buckets = append(e.Buckets, equation.Bucket{Percent: "10", Fixed: []equation.Receiver{{Weight: "1"}}})
}

// addReceiver adds a receiver, with a weight unless a game gives it.
func addReceiver(b *equation.Bucket, _ [3]int) {
	r := equation.Receiver{Weight: "1"}
	if len(b.Game.Groups) > 0 {
		r.Weight = ""
	}
	b.Fixed = append(b.Fixed, r)
}

func addMakers(e *equation.Equation, _ [3]int) {
	e.Buckets = append(e.Buckets, equation.Bucket{Percent: "100", Rules: []equation.Rule{newRule()}})
}

// newRule is what a rule begins as: work, at its value, until it is paid.
func newRule() equation.Rule {
	return equation.Rule{Kinds: []string{"work"}, Claim: equation.UntilPaid, Formula: "value"}
}

// without returns the list without one element; a place that is not there
// removes nothing.
func without[T any](list []T, i int) []T {
	if i < 0 || i >= len(list) {
		return list
	}
	return slices.Delete(list, i, i+1)
}

// swap exchanges an element with the next one.
func swap[T any](list []T, i int) {
	if i >= 0 && i+1 < len(list) {
		list[i], list[i+1] = list[i+1], list[i]
	}
}

func inBucket(change func(*equation.Bucket, [3]int)) func(*equation.Equation, [3]int) {
	return func(e *equation.Equation, at [3]int) {
		if at[0] >= 0 && at[0] < len(e.Buckets) {
			change(&e.Buckets[at[0]], at)
		}
	}
}

func inRule(change func(*equation.Rule, [3]int)) func(*equation.Equation, [3]int) {
	return inBucket(func(b *equation.Bucket, at [3]int) {
		if at[1] >= 0 && at[1] < len(b.Rules) {
			change(&b.Rules[at[1]], at)
		}
	})
}
