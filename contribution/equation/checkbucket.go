package equation

import (
	"fmt"
	"math/big"
	"time"

	"commonweal/platform/fault"
)

// bucket checks one bucket; rules are the rule IDs of the equation so far.
func (c *checker) bucket(field string, b *Bucket, rules map[string]bool) {
	c.text(field+"label", b.Label, false)
	c.leftover(field+"leftover.", b)
	c.caps(field+"cap.", b.Cap)
	c.filter(field+"filter.", b.Filter)
	c.policy(field+"policy.", b.Policy)
	if b.AboveOwed != "" && b.AboveOwed != Stop && b.AboveOwed != Proportional {
		c.fail(field+"aboveOwed", "choice", "%q is no choice; it is stop or proportional", clip(string(b.AboveOwed)))
	}
	if b.Scope != "" && b.Scope != ScopeDeliverable {
		c.fail(field+"scope", "choice", "%q is no scope; it is empty or deliverable", clip(string(b.Scope)))
	}
	switch {
	case b.Game.isSet() && len(b.Fixed) == 0:
		c.fail(field+"game.groups", "no_players", "the bucket has a game but no receivers; name those who play")
	case len(b.Fixed) > 0 && len(b.Rules) > 0:
		c.fail(field+"rules", "fixed_and_rules", "the bucket has fixed receivers and rules; keep one of them, or make two buckets")
	case len(b.Fixed) == 0 && len(b.Rules) == 0:
		c.fail(field+"rules", "no_rule", "the bucket pays nobody; give it a rule or a fixed receiver")
	case len(b.Rules) > maxRules:
		c.fail(field+"rules", "too_many_rules", "the bucket has %d rules; at most %d are allowed", len(b.Rules), maxRules)
	default:
		c.fixed(field, b)
		c.rules(field, b, rules)
	}
}

func (c *checker) leftover(field string, b *Bucket) {
	switch b.Leftover.To {
	case "", ToPot, ToNext:
		if b.Leftover.Agent != "" {
			c.fail(field+"agent", "leftover", "a receiver is named, but what is left goes elsewhere; choose receiver, or name nobody")
		}
	case ToReceiver:
		c.text(field+"agent", b.Leftover.Agent, true)
		c.notItself(field+"agent", b.Leftover.Agent)
	default:
		c.fail(field+"to", "choice", "%q is no home for what is left; it is next, pot or receiver", clip(string(b.Leftover.To)))
	}
}

// notItself refuses the shortest cycle of projects: an equation that pays its
// own project.
func (c *checker) notItself(field, agent string) {
	if agent != "" && agent == c.e.Project {
		c.fail(field, "pays_itself", "the project would pay itself; what it keeps stays in the pot or goes to a fund")
	}
}

func (c *checker) fixed(field string, b *Bucket) {
	seen, sum, before := map[string]bool{}, new(big.Rat), len(c.list)
	for i, r := range b.Fixed {
		at := fmt.Sprintf("%sfixed[%d].", field, i)
		c.text(at+"agent", r.Agent, true)
		c.notItself(at+"agent", r.Agent)
		if seen[r.Agent] {
			c.fail(at+"agent", "duplicate", "%s is listed twice; add the weights up", clip(r.Agent))
		}
		seen[r.Agent] = true
		if !b.Game.isSet() {
			sum.Add(sum, c.decimal(at+"weight", r.Weight, ratZero, nil))
		}
	}
	if b.Game.isSet() {
		c.game(field, b, before)
	} else if len(b.Fixed) > 0 && sum.Sign() == 0 {
		c.fail(field+"fixed", "no_weight", "all weights are zero, so nobody receives anything")
	}
}

func (c *checker) caps(field string, k Cap) {
	c.amount(field+"bucket", k.Bucket)
	c.amount(field+"perPerson", k.PerPerson)
	c.amount(field+"perPeriod", k.PerPeriod)
	c.amount(field+"perPersonPerPeriod", k.PerPersonPerPeriod)
	c.day(field+"until", k.Until)
	needs := k.PerPeriod != "" || k.PerPersonPerPeriod != ""
	if needs != (k.Period != "") {
		c.fail(field+"period", "period", "a cap per period needs its period, and only such a cap: week, month, quarter or year")
	}
	c.period(field+"period", k.Period)
}

func (c *checker) period(field string, p Period) {
	switch p {
	case "", Week, Month, Quarter, Year:
	default:
		c.fail(field, "choice", "%q is no period; it is week, month, quarter or year", clip(string(p)))
	}
}

func (c *checker) filter(field string, f Filter) {
	from, opens := c.day(field+"from", f.From)
	to, ends := c.day(field+"to", f.To)
	if opens && ends && to < from {
		c.fail(field+"to", "dates_reversed", "the last day %s is before the first day %s", f.To, f.From)
	}
	if _, err := time.LoadLocation(f.Zone); err != nil || f.Zone == "Local" {
		c.fail(field+"zone", "zone", "%q is not a time zone; write a name such as Europe/Amsterdam", clip(f.Zone))
	}
	c.texts(field+"orders", f.Orders)
	c.texts(field+"shipments", f.Shipments)
	c.texts(field+"processes", f.Processes)
	c.texts(field+"projects", f.Projects)
}

// texts checks every name of a list.
func (c *checker) texts(field string, list []string) {
	for i, text := range list {
		c.text(fmt.Sprintf("%s[%d]", field, i), text, true)
	}
}

func (c *checker) policy(field string, p Policy) {
	c.period(field+"period", p.Period)
	c.day(field+"from", p.From)
	switch p.Kind {
	case "":
		if p != (Policy{}) {
			c.fail(field+"kind", "policy", "the policy has settings but no kind; choose immediate, recent or balanced")
		}
	case Immediate:
		if p.Periods < 1 || p.Periods > 1200 || p.Period == "" {
			c.fail(field+"periods", "policy", "immediate pay counts the last 1 to 1200 periods; give their number and the period")
		}
	case Recent:
		c.decimal(field+"discount", p.Discount, ratZero, ratOne)
		if p.Period == "" {
			c.fail(field+"period", "policy", "recent pay needs the period after which the discount applies")
		}
	case Balanced:
	default:
		c.fail(field+"kind", "choice", "%q is no policy; it is immediate, recent or balanced", clip(string(p.Kind)))
	}
}

// CheckCycle refuses equations in which projects pay each other in a circle
// through fixed receivers, and names the path. Pass the live equations of a
// commons together with the one to be adopted.
func CheckCycle(equations []Equation) error {
	pays := map[string][]string{}
	for _, e := range equations {
		for _, b := range e.Buckets {
			for _, r := range b.Fixed {
				pays[e.Project] = append(pays[e.Project], r.Agent)
			}
			if b.Leftover.To == ToReceiver {
				pays[e.Project] = append(pays[e.Project], b.Leftover.Agent)
			}
		}
	}
	for _, e := range equations {
		if path := cycleFrom(e.Project, pays); path != nil {
			return fault.Invalidf("equation.cycle", "buckets", "the projects pay each other in a circle: %s", arrows(path))
		}
	}
	return nil
}

// cycleFrom returns a path from start back to start, without recursion so
// that a chain of any length is safe.
func cycleFrom(start string, pays map[string][]string) []string {
	from := map[string]string{}
	open := []string{start}
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		for _, next := range pays[at] {
			if next == start {
				return pathTo(at, start, from)
			}
			if _, seen := from[next]; !seen {
				from[next] = at
				open = append(open, next)
			}
		}
	}
	return nil
}

func pathTo(at, start string, from map[string]string) []string {
	path := []string{start, at}
	for at != start {
		at = from[at]
		path = append(path, at)
	}
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	return path
}

func arrows(path []string) string {
	text := path[0]
	for _, p := range path[1:] {
		text += " → " + p
	}
	return text
}
