package main

import (
	"context"
	"errors"
	"fmt"

	"commonweal/federation"
	"commonweal/federation/workplan"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// part is a part of a promise as one side tells of it.
func part(amount string, unit quantity.Unit) workplan.Amounts {
	return workplan.Amounts{Quantity: demoAmount(amount, unit)}
}

// tells lets a neighbor say that something of a promise was done.
func (a *demoAbroad) tells(ctx context.Context, n *demoNeighbor, commitment, action string, done workplan.Amounts, today demoDay) error {
	e := workplan.Event{URI: n.at(fmt.Sprintf("events/%d", n.said+1)), Action: action, Fulfills: commitment, At: yesterday(today.at, 11), Amounts: done}
	_, err := n.says(ctx, a.h, a.commons.ID, "Create", e.Object(), nil)
	return err
}

// agrees lets a neighbor confirm everything that it was told of.
func (a *demoAbroad) agrees(ctx context.Context, n *demoNeighbor, promises ...store.ID) error {
	list, err := readDemo(ctx, a, func(r store.Reader) ([]federation.Report, error) { return federation.Reports(r, promises...) })
	for _, x := range list {
		if err == nil && x.Ours && x.State == federation.Open {
			pair := x.Said
			pair.URI = n.at(fmt.Sprintf("events/%d", n.said+1))
			_, err = n.says(ctx, a.h, a.commons.ID, "Accept", x.URI, map[string]any{"result": pair.Object()})
		}
	}
	return err
}

// answers confirms what was told of a promise, or disputes it with a reason.
func (a *demoAbroad) answers(ctx context.Context, promise store.ID, reason string) error {
	list, err := readDemo(ctx, a, func(r store.Reader) ([]federation.Report, error) { return federation.Reports(r, promise) })
	for _, x := range list {
		switch {
		case err != nil || x.Ours || x.State != federation.Open:
		case reason == "":
			err = a.h.Federation.ConfirmReport(ctx, a.steward(), "", x.ID, "")
		default:
			err = a.h.Federation.DisputeReport(ctx, a.steward(), "", x.ID, reason)
		}
	}
	return err
}

// deliverDay is the first workshop of the dairy: held, told of, paid, confirmed.
func (a *demoAbroad) deliverDay(ctx context.Context, today demoDay) error {
	received, err := a.offers(ctx, false)
	if err != nil {
		return err
	}
	f, o := a.h.Federation, received[0]
	if _, err := f.RecordAndTell(ctx, a.steward(), "", o.First, part("1", "day"), yesterday(today.at, 15)); err != nil {
		return err
	}
	if err := a.agrees(ctx, a.dairy, o.First); err != nil {
		return err
	}
	if err := a.tells(ctx, a.dairy, o.Final.Reciprocal.ID, "transfer", part("260", "EUR"), today); err != nil {
		return err
	}
	if err := a.answers(ctx, o.Second, ""); err != nil {
		return err
	}
	return f.Confirm(ctx, a.steward(), "", o.ID)
}

// theyDeliver is what the joinery says it brought: the first masts are there and paid; of
// the others one is missing, and our payment of them is not confirmed yet. The dairy says
// that it paid for the second workshop.
func (a *demoAbroad) theyDeliver(ctx context.Context, today demoDay) error {
	sent, err := a.offers(ctx, true)
	if err != nil {
		return err
	}
	f, first, second := a.h.Federation, sent[0], sent[1]
	if err := a.tells(ctx, a.joinery, first.Final.Primary.ID, "transfer", part("2", quantity.One), today); err != nil {
		return err
	}
	if err := a.answers(ctx, first.First, ""); err != nil {
		return err
	}
	if _, err := f.RecordAndTell(ctx, a.steward(), "", first.Second, part("190", "EUR"), yesterday(today.at, 16)); err != nil {
		return err
	}
	if err := a.agrees(ctx, a.joinery, first.Second); err != nil {
		return err
	}
	if _, err := a.joinery.says(ctx, a.h, a.commons.ID, "Create", map[string]any{"type": "Document", "context": first.Final.ID}, nil); err != nil {
		return err
	}
	if err := a.tells(ctx, a.joinery, second.Final.Primary.ID, "transfer", part("4", quantity.One), today); err != nil {
		return err
	}
	if err := a.answers(ctx, second.First, "Three came; one is cracked from top to bottom."); err != nil {
		return err
	}
	if err := a.tells(ctx, a.joinery, second.Final.Primary.ID, "transfer", part("3", quantity.One), today); err != nil {
		return err
	}
	if _, err := f.RecordAndTell(ctx, a.steward(), "", second.Second, part("285", "EUR"), yesterday(today.at, 16)); err != nil {
		return err
	}
	received, err := a.offers(ctx, false)
	if err != nil {
		return err
	}
	return a.tells(ctx, a.dairy, received[1].Final.Reciprocal.ID, "transfer", part("260", "EUR"), today)
}

// letGo ends the deal about a turbine: the dairy's hill gets no permit.
func (a *demoAbroad) letGo(ctx context.Context, _ demoDay) error {
	received, err := a.offers(ctx, false)
	if err != nil {
		return err
	}
	o := received[2]
	if _, err := a.dairy.says(ctx, a.h, a.commons.ID, "Reject", o.Final.Reciprocal.ID, map[string]any{"content": "The council says no: our hill is too near the heron colony."}); err != nil {
		return err
	}
	if err := a.h.Federation.LetGo(ctx, a.steward(), "", o.Second, ""); err != nil {
		return err
	}
	return a.h.Federation.LetGo(ctx, a.steward(), "", o.First, "Then no turbine. A pity.")
}

// sharePlan asks the joinery for help with the turbines of the spring, and hears of a
// plan of theirs.
func (a *demoAbroad) sharePlan(ctx context.Context, today demoDay) error {
	follows, err := readDemo(ctx, a, func(r store.Reader) ([]federation.Follow, error) { return federation.Follows(r, 10) })
	if err != nil {
		return err
	}
	var joinery store.ID
	for _, x := range follows { // the joinery came first
		if !x.Ours && (joinery == "" || x.Peer < joinery) {
			joinery = x.Peer
		}
	}
	if _, err := a.h.Federation.SharePlan(ctx, a.steward(), "", a.id("plan spring"), joinery); err != nil {
		return err
	}
	us := a.h.Federation.Origin + "/federation/" + string(a.commons.ID)
	task := func(id, action, content string, done workplan.Amounts) workplan.Task {
		return workplan.Task{URI: a.joinery.at("plans/festival#" + id), Input: true, Action: action, Provider: us, Receiver: a.joinery.actor(), Content: content, Amounts: done}
	}
	plan := workplan.Plan{URI: a.joinery.at("plans/festival"), Actor: a.joinery.actor(), Name: "Festival on the quay", Content: "One evening, four bands, power from the wind.", To: []string{us},
		Processes: []workplan.Process{
			{URI: a.joinery.at("plans/festival#stage"), Name: "Build the stage", HasBeginning: today.at.AddDate(0, 0, 20), HasEnd: today.at.AddDate(0, 0, 21),
				Tasks: []workplan.Task{task("hands", "work", "Two people who can read a drawing", workplan.Amounts{Effort: demoAmount("12", quantity.Hour)})}},
			{URI: a.joinery.at("plans/festival#power"), Name: "Power and light", HasBeginning: today.at.AddDate(0, 0, 21), HasEnd: today.at.AddDate(0, 0, 22),
				Tasks: []workplan.Task{task("battery", "use", "A battery trailer", workplan.Amounts{Effort: demoAmount("2", "day")})}},
		}}
	_, err = a.joinery.says(ctx, a.h, a.commons.ID, "Create", plan.Object(), nil)
	return err
}

// promisePlan is what each side promises in the plan of the other.
func (a *demoAbroad) promisePlan(ctx context.Context, _ demoDay) error {
	theirs, err := a.plan(ctx, false)
	if err != nil {
		return err
	}
	if err := a.h.Federation.AnswerTask(ctx, a.steward(), "", theirs.ID, a.joinery.at("plans/festival#hands"), true, "Anna and Bram come."); err != nil {
		return err
	}
	ours, err := a.plan(ctx, true)
	if err != nil {
		return err
	}
	open, err := a.free(ctx, ours)
	if err != nil {
		return err
	}
	for i, answer := range []struct{ kind, says string }{{"Accept", "With pleasure."}, {"Accept", ""}, {"Reject", "Not this spring, sorry."}} {
		if i == len(open) {
			break
		}
		if _, err := a.joinery.says(ctx, a.h, a.commons.ID, answer.kind, open[i].URI, map[string]any{"content": answer.says}); err != nil {
			return err
		}
	}
	return a.h.Federation.EnterTask(ctx, a.steward(), "", ours.ID, open[0].ID)
}

// plan returns the plan that goes one way.
func (a *demoAbroad) plan(ctx context.Context, ours bool) (federation.WorkPlan, error) {
	list, err := readDemo(ctx, a, func(r store.Reader) ([]federation.WorkPlan, error) { return federation.Plans(r, ours, 1) })
	if err == nil && len(list) == 0 {
		err = errors.New("there is no plan to promise something in")
	}
	if err != nil {
		return federation.WorkPlan{}, err
	}
	return list[0], nil
}

// free lists the tasks of our plan that members do not take on later in the story: all
// but the first two wishes.
func (a *demoAbroad) free(ctx context.Context, p federation.WorkPlan) (out []workplan.Task, err error) {
	of, err := readDemo(ctx, a, func(r store.Reader) (map[store.ID][]vf.Intent, error) {
		return vf.Linked[vf.Intent](r, "plannedWithin", []store.ID{p.Plan})
	})
	if err != nil {
		return nil, err
	}
	kept := map[store.ID]bool{}
	for _, i := range of[p.Plan][:min(2, len(of[p.Plan]))] {
		kept[i.ID] = true
	}
	for _, q := range p.Content.Processes {
		for _, t := range q.Tasks {
			if !kept[t.Intent] {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// last is what still waits on the last days: an offer in each direction.
func (a *demoAbroad) last(ctx context.Context, _ demoDay) error {
	if err := a.offerFor(ctx, "Cheese for a canteen", 1); err != nil {
		return err
	}
	return a.offerOf(ctx, a.joinery, "Workshop day for a group", 2)
}
