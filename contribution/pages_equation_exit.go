package contribution

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity/shapley"
)

// The two parts of an equation that say what people are worth to each other:
// what somebody keeps who leaves, and how a joint piece of work is divided.

// exitEdit is the rule for those who leave, as the form shows it.
type exitEdit struct {
	equation.ExitRule
	Price, Months string
	OtherKinds    string // of cash, that the commons does not log
	Ways, Kinds   []projectChoice
	Keeps         []web.Option
	Open          bool // it is not the default
}

// editExit shows the rule of an equation with slices; nil for any other.
func editExit(q *web.Request, s *Settings, e equation.Equation, show func(equation.Decimal) string) *exitEdit {
	if !e.HasSlices() {
		return nil
	}
	rule := e.ExitRule()
	x := &exitEdit{ExitRule: rule, Price: show(rule.Price), Months: strconv.Itoa(rule.ClawBackMonths), Open: e.Exit != nil}
	for _, w := range equation.Ways() {
		x.Ways = append(x.Ways, projectChoice{string(w), q.T("contribution.exit.way_" + string(w)), rule.IsAtFault(w)})
	}
	for _, k := range s.openKinds() {
		x.Kinds = append(x.Kinds, projectChoice{k.Kind, k.Name, slices.Contains(rule.CashKinds, k.Kind)})
	}
	x.OtherKinds = strings.Join(slices.DeleteFunc(slices.Clone(rule.CashKinds), func(kind string) bool {
		return slices.ContainsFunc(x.Kinds, func(c projectChoice) bool { return c.ID == kind })
	}), ",")
	for _, k := range []equation.Keep{equation.KeepAll, equation.KeepAtCost, equation.KeepNothing} {
		x.Keeps = append(x.Keeps, web.Option{Value: string(k), Label: q.T("contribution.exit.keep_" + string(k))})
	}
	return x
}

// exit reads the rule for those who leave; nil when the form does not show one.
// Kinds of cash that the commons does not log are not shown and stay.
func (x equationForm) exit() *equation.ExitRule {
	if x.f.Raw("exit.shown") == "" {
		return nil
	}
	r := equation.ExitRule{CashKinds: append(x.f.RawAll("exit.cashKinds"), x.names("exit.otherKinds")...), Cash: equation.Keep(x.text("exit.cash")),
		NonCash: equation.Keep(x.text("exit.nonCash")), Price: x.decimal("exit.price"), FrozenFrom: x.text("exit.frozenFrom")}
	for _, w := range x.f.RawAll("exit.atFault") {
		r.AtFault = append(r.AtFault, equation.Way(w))
	}
	var err error
	if r.ClawBackMonths, err = strconv.Atoi(x.text("exit.clawBackMonths")); err != nil {
		r.ClawBackMonths = -1 // Check refuses it
	}
	return &r
}

// gameEdit is the game of a bucket as the form shows it.
type gameEdit struct {
	Groups []groupEdit
	Seed   string
	Drawn  bool // so many receivers that orders are drawn
}

// groupEdit is a group of the game: its members among the bucket's receivers.
type groupEdit struct {
	P, At, Worth string
	Members      []projectChoice
}

// editGame shows the game of a bucket; nil when it has none.
func editGame(b equation.Bucket, p, at string, agents []web.Option, show func(equation.Decimal) string) *gameEdit {
	if len(b.Game.Groups) == 0 {
		return nil
	}
	called := map[string]string{}
	for _, o := range agents {
		called[o.Value] = o.Label
	}
	g := &gameEdit{Seed: b.Game.Seed, Drawn: len(b.Fixed) > shapley.MaxExact}
	for j, group := range b.Game.Groups {
		e := groupEdit{P: fmt.Sprintf("%sgame.groups[%d].", p, j), At: fmt.Sprintf("%s.%d", at, j), Worth: show(group.Worth)}
		for _, r := range b.Fixed {
			if r.Agent != "" {
				e.Members = append(e.Members, projectChoice{r.Agent, called[r.Agent], slices.Contains(group.Agents, r.Agent)})
			}
		}
		g.Groups = append(g.Groups, e)
	}
	return g
}

// game reads the game of a bucket. Who is not a receiver any more leaves its
// groups.
func (x equationForm) game(at string, b equation.Bucket) equation.Game {
	g := equation.Game{Seed: x.text(at + "game.seed")}
	for j := range x.count(at+"game.groups", mostGroups) {
		p := fmt.Sprintf("%sgame.groups[%d].", at, j)
		group := equation.Group{Worth: x.decimal(p + "worth")}
		for _, agent := range x.f.RawAll(p + "agents") {
			if slices.ContainsFunc(b.Fixed, func(r equation.Receiver) bool { return r.Agent == agent }) {
				group.Agents = append(group.Agents, agent)
			}
		}
		g.Groups = append(g.Groups, group)
	}
	if len(g.Groups) == 0 {
		g.Seed = ""
	}
	return g
}

// addGame turns fixed receivers into players: each alone, and all together,
// are groups to begin with.
func addGame(b *equation.Bucket, _ [3]int) {
	if len(b.Game.Groups) > 0 || len(b.Rules) > 0 {
		return
	}
	all := equation.Group{}
	for i := range b.Fixed {
		b.Fixed[i].Weight = ""
		if agent := b.Fixed[i].Agent; agent != "" {
			b.Game.Groups = append(b.Game.Groups, equation.Group{Agents: []string{agent}, Worth: "0"})
			all.Agents = append(all.Agents, agent)
		}
	}
	b.Game.Groups = append(b.Game.Groups, all)
}

// removeGame gives the receivers weights again, all the same.
func removeGame(b *equation.Bucket, _ [3]int) {
	b.Game = equation.Game{}
	for i := range b.Fixed {
		b.Fixed[i].Weight = "1"
	}
}

// exitWords says what somebody keeps who leaves.
func (w wording) exit(e equation.Equation) []string {
	if !e.HasSlices() {
		return nil
	}
	rule := e.ExitRule()
	var ways, kinds []string
	for _, way := range equation.Ways() {
		if rule.IsAtFault(way) {
			ways = append(ways, w.q.T("contribution.exit.way_"+string(way)))
		}
	}
	for _, k := range rule.CashKinds {
		if _, known := w.s.Kinds[k]; known {
			kinds = append(kinds, w.s.kindName(k))
		}
	}
	out := []string{w.t("exit_keeps_all")}
	if len(ways) > 0 {
		out = []string{w.t("exit_fault", "ways", w.list(ways), "cash", w.q.T("contribution.exit.keep_"+string(rule.Cash)), "other", w.q.T("contribution.exit.keep_"+string(rule.NonCash)))}
		if len(kinds) > 0 {
			out = append(out, w.t("exit_cash", "kinds", w.list(kinds)))
		}
	}
	out = append(out, w.t("exit_price", "price", w.money(rule.Price)))
	if rule.ClawBackMonths > 0 {
		out = append(out, w.t("exit_claw", "n", rule.ClawBackMonths))
	}
	if rule.FrozenFrom != "" {
		out = append(out, w.t("exit_frozen", "day", w.day(rule.FrozenFrom)))
	}
	return out
}

// game says by what a bucket's receivers are divided.
func (w wording) game(b equation.Bucket) []string {
	out := []string{w.t("game")}
	for _, group := range b.Game.Groups {
		members := make([]string, len(group.Agents))
		for i, agent := range group.Agents {
			members[i] = w.called.of(store.ID(agent))
		}
		out = append(out, w.t("game_group", "names", w.list(members), "worth", w.number(group.Worth)))
	}
	return out
}
