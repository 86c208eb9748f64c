package contribution

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
)

// program is somebody who does by the API what others do by hand.
type program struct {
	*workshop
	s *graphql.Schema
}

func eachProgram(t *testing.T, body func(*program)) {
	each(t, func(t *testing.T, w *workshop) {
		w.t = t
		w.practice.Imports = w.importer()
		body(&program{w, apiOf(t, w)})
	})
}

// does runs one act or question and returns the text of what it answers.
func (p *program) does(who auth.Identity, text string, vars ...any) string {
	p.t.Helper()
	answer := ask(p.t.(*testing.T), p.s, p.workshop, who, text, vars...)
	if strings.Contains(answer, `"errors"`) {
		p.t.Fatalf("%s\n%s", text, answer)
	}
	return strings.TrimSuffix(strings.TrimPrefix(answer, `{"data":`), "}")
}

// refused wants a refusal with a code, and the field at fault.
func (p *program) refused(who auth.Identity, text, code, field string, vars ...any) {
	p.t.Helper()
	answer := ask(p.t.(*testing.T), p.s, p.workshop, who, text, vars...)
	want := `"code":"` + code + `"`
	if !strings.Contains(answer, want) || field != "" && !strings.Contains(answer, `"field":"`+field+`"`) {
		p.t.Errorf("%s\n answers %s, and not %s of %q", text, answer, code, field)
	}
}

// text takes one text or number out of an answer.
func (p *program) text(answer string, path ...string) string {
	p.t.Helper()
	var v any
	must(p.t, json.Unmarshal([]byte(answer), &v))
	for _, name := range path {
		in, is := v.(map[string]any)
		if !is {
			p.t.Fatalf("%s has no %v", answer, path)
		}
		v = in[name]
	}
	return fmt.Sprint(v)
}

// want compares an answer as it is written.
func (p *program) want(got, want string) {
	p.t.Helper()
	if got != want {
		p.t.Errorf("got %s\nwant %s", got, want)
	}
}

// A kind is added and changed in what is given; a project validates it by a
// rule of its own, is closed, and has processes with what they made.
func TestSettingsByProgram(t *testing.T) {
	eachProgram(t, func(p *program) {
		const kind = `kind name stream unit { id } rate { hasNumericalValue } validation { validators silentDays validBelow { hasNumericalValue } } retired`
		p.want(p.does(p.ada, `mutation { configureContributionKind(kind: {kind: "welding", name: "Welding", stream: livelihood, action: work, unit: "hour", rate: {hasNumericalValue: "15", hasUnit: "EUR"}, validation: {validators: 2}}) { `+kind+` } }`),
			`{"configureContributionKind":{"kind":"welding","name":"Welding","stream":"livelihood","unit":{"id":"hour"},"rate":{"hasNumericalValue":"15"},"validation":{"validators":2,"silentDays":0,"validBelow":null},"retired":false}}`)
		p.want(p.does(p.ada, `mutation { configureContributionKind(kind: {kind: "welding", validation: {silentDays: 14, validBelow: {hasNumericalValue: "0.5", hasUnit: "hour"}}}) { `+kind+` } }`),
			`{"configureContributionKind":{"kind":"welding","name":"Welding","stream":"livelihood","unit":{"id":"hour"},"rate":{"hasNumericalValue":"15"},"validation":{"validators":2,"silentDays":14,"validBelow":{"hasNumericalValue":"0.5"}},"retired":false}}`)
		p.refused(p.ada, `mutation { configureContributionKind(kind: {kind: "welding", unit: "kilogram"}) { kind } }`, "contribution.kind", "validation.validBelow")
		p.refused(p.ada, `mutation { configureContributionKind(kind: {kind: "work", unit: "kilogram"}) { kind } }`, "contribution.kind_fixed", "kind")
		p.refused(p.ada, `mutation { configureContributionKind(kind: {kind: "work", validation: {validators: 3}}) { kind } }`, "contribution.kind", "validation.validators")
		p.refused(p.ada, `mutation { configureContributionKind(kind: {kind: "Über"}) { kind } }`, "contribution.kind", "kind")
		p.refused(p.bas, `mutation { configureContributionKind(kind: {kind: "rest"}) { kind } }`, "auth.forbidden", "")

		made := p.does(p.ada, `mutation { openContributionProject(name: "Lathe", idempotencyKey: "once") { name closed agent { id } } }`)
		p.want(p.does(p.ada, `mutation { openContributionProject(name: "Lathe", idempotencyKey: "once") { name closed agent { id } } }`), made)
		lathe := p.text(made, "openContributionProject", "agent", "id")
		own := `mutation($p: ID!) { configureContributionProject(project: $p, closed: true, validation: [{kind: "work", validation: {validators: 0}}]) { closed validation { kind validation { validators } } } }`
		p.want(p.does(p.ada, own, "p", lathe), `{"configureContributionProject":{"closed":true,"validation":[{"kind":"work","validation":{"validators":0}}]}}`)
		p.want(p.does(p.ada, `mutation($p: ID!) { configureContributionProject(project: $p, closed: false) { closed validation { kind } } }`, "p", lathe), `{"configureContributionProject":{"closed":false,"validation":[{"kind":"work"}]}}`)
		p.refused(p.ada, strings.Replace(own, `validators: 0`, `validators: 9`, 1), "contribution.kind", "validators", "p", lathe)
		p.refused(p.ada, strings.Replace(own, `"work"`, `"sleep"`, 1), "contribution.unknown_kind", "kind", "p", lathe)
		p.refused(p.ada, own, "contribution.unknown_project", "", "p", "nowhere")

		process := p.text(p.does(p.bas, `mutation($p: ID!) { addContributionProcess(project: $p, name: "Batch 7") { id name } }`, "p", lathe), "addContributionProcess", "id")
		p.want(p.does(p.bas, `mutation($p: ID!) { recordContributionFlow(process: $p, name: "Stools", quantity: {hasNumericalValue: "4", hasUnit: "one"}, deliverable: "order:A-17") { action resourceQuantity { hasNumericalValue } outputOf { name } } }`, "p", process),
			`{"recordContributionFlow":{"action":"produce","resourceQuantity":{"hasNumericalValue":"4"},"outputOf":{"name":"Batch 7"}}}`)
		p.refused(p.bas, `mutation($p: ID!) { recordContributionFlow(process: $p, quantity: {hasNumericalValue: "4", hasUnit: "one"}) { id } }`, "contribution.flow", "name", "p", process)
		p.want(p.does(p.bas, `mutation($p: ID!) { finishContributionProcess(process: $p) { finished } }`, "p", process), `{"finishContributionProcess":{"finished":true}}`)
	})
}

// A draft is saved, tried, put into force by its hash, and followed.
func TestEquationByProgram(t *testing.T) {
	eachProgram(t, func(p *program) {
		p.decide(p.ada, p.log(p.bas, "2").No, Accept)
		text := p.allToMakers().Canonical()
		const save = `mutation($t: String!, $e: ID) { saveContributionEquation(text: $t, equation: $e) { id version hash state text } }`
		saved := p.does(p.ada, save, "t", text)
		id, hash := p.text(saved, "saveContributionEquation", "id"), p.text(saved, "saveContributionEquation", "hash")
		p.want(p.text(saved, "saveContributionEquation", "state"), "draft")
		p.refused(p.ada, save, "contribution.equation_text", "text", "t", `{"nmae": "Makers"}`)
		p.refused(p.ada, save, "equation.out_of_range", "buckets[0].percent", "t", strings.Replace(text, `"percent":"100"`, `"percent":"101"`, 1))
		p.refused(p.bas, save, "auth.forbidden", "", "t", text)

		const tried = `{ pot { hasNumericalValue } draft { paid { hasNumericalValue } residue { hasNumericalValue } lines { bucket receiver { name } kind amount { hasNumericalValue } } } current { paid { hasNumericalValue } } changes { receiver { name } change { hasNumericalValue } } }`
		p.want(p.does(p.bas, `query($e: ID!) { contributionSimulation(equation: $e, version: 1, pot: {hasNumericalValue: "30", hasUnit: "EUR"}) `+tried+` }`, "e", id),
			`{"contributionSimulation":{"pot":{"hasNumericalValue":"30"},"draft":{"paid":{"hasNumericalValue":"24"},"residue":{"hasNumericalValue":"6"},"lines":[{"bucket":"makers","receiver":{"name":"Bas"},"kind":"share","amount":{"hasNumericalValue":"24"}}]},"current":null,"changes":[]}}`)
		unsaved := `query($t: String!) { contributionSimulation(text: $t) ` + tried + ` }`
		p.want(p.text(p.does(p.ada, unsaved, "t", text), "contributionSimulation", "pot", "hasNumericalValue"), "1000")
		p.refused(p.bas, unsaved, "auth.forbidden", "", "t", text)
		p.refused(p.bas, `query($e: ID!) { contributionSimulation(equation: $e, version: 1, pot: {hasNumericalValue: "1", hasUnit: "hour"}) { pot { hasNumericalValue } } }`, "contribution.simulation_unit", "pot", "e", id)
		p.refused(p.bas, `query($e: ID!) { contributionSimulation(equation: $e, version: 1, pot: {hasNumericalValue: "-1", hasUnit: "EUR"}) { pot { hasNumericalValue } } }`, "contribution.pot_negative", "pot", "e", id)

		move := func(how string) string {
			return `mutation($e: ID!, $h: String!) { ` + how + `ContributionEquation(version: {id: $e, version: 1, hash: $h}) { state } }`
		}
		p.refused(p.ada, move("adopt"), "contribution.equation_state", "state", "e", id, "h", hash)
		p.want(p.does(p.ada, move("simulate"), "e", id, "h", hash), `{"simulateContributionEquation":{"state":"simulated"}}`)
		p.refused(p.ada, move("adopt"), "contribution.equation_changed", "hash", "e", id, "h", "another")
		p.want(p.does(p.ada, move("adopt"), "e", id, "h", hash), `{"adoptContributionEquation":{"state":"adopted"}}`)
		p.want(p.text(p.does(p.ada, save, "t", text, "e", id), "saveContributionEquation", "version"), "2")
		p.want(p.does(p.ada, `query($t: String!) { contributionSimulation(text: $t, pot: {hasNumericalValue: "30", hasUnit: "EUR"}) { current { paid { hasNumericalValue } } changes { receiver { name } change { hasNumericalValue } } } }`, "t", text),
			`{"contributionSimulation":{"current":{"paid":{"hasNumericalValue":"24"}},"changes":[{"receiver":{"name":"Bas"},"change":{"hasNumericalValue":"0"}}]}}`)
		p.want(p.does(p.ada, move("retire"), "e", id, "h", hash), `{"retireContributionEquation":{"state":"retired"}}`)
	})
}

// Income comes in with its fees, is shared out, and paid by bank.
func TestMoneyByProgram(t *testing.T) {
	eachProgram(t, func(p *program) {
		p.decide(p.ada, p.log(p.bas, "2").No, Accept)
		v := p.adopt(p.allToMakers())
		const sale = `mutation($p: ID!) { recordContributionIncome(idempotencyKey: "sale-17", income: {kind: sale, project: $p, payerName: "Lena Lake", at: "2026-03-01T09:00:00Z", gross: {hasNumericalValue: "25", hasUnit: "EUR"},
			deductions: [{kind: "processor", toName: "Paying Ltd", amount: {hasNumericalValue: "0.75", hasUnit: "EUR"}}]}) { id net { hasNumericalValue } deductions { kind to { name } } } }`
		sold := p.does(p.ada, sale, "p", p.project.ID)
		p.want(p.text(sold, "recordContributionIncome", "net", "hasNumericalValue"), "24.25")
		p.want(p.does(p.ada, sale, "p", p.project.ID), sold)
		p.refused(p.ada, strings.Replace(strings.Replace(sale, "sale-17", "sale-18", 1), `"0.75"`, `"0.755"`, 1), "contribution.income_coin", "deductions", "p", p.project.ID)
		p.refused(p.bas, sale, "auth.forbidden", "", "p", p.project.ID)

		pot := p.text(p.does(p.ada, `mutation($e: ID!) { openDistribution(equation: $e) { id } }`, "e", v.ID), "openDistribution", "id")
		p.want(p.does(p.ada, `mutation($d: ID!) { cancelDistribution(distribution: $d) { state } }`, "d", pot), `{"cancelDistribution":{"state":"canceled"}}`)
		pot = p.text(p.does(p.ada, `mutation($e: ID!) { openDistribution(equation: $e) { id } }`, "e", v.ID), "openDistribution", "id")
		p.want(p.does(p.ada, `mutation($d: ID!) { distribute(distribution: $d) { paid { hasNumericalValue } } }`, "d", pot), `{"distribute":{"paid":{"hasNumericalValue":"24"}}}`)
		const paid = `mutation($to: ID!, $n: Decimal!) { payOutContribution(to: $to, at: "2026-03-02T00:00:00Z", reference: "B-9", amount: {hasNumericalValue: $n, hasUnit: "EUR"}) { to { name } amount { hasNumericalValue } reference event { action } } }`
		p.want(p.does(p.ada, paid, "to", p.bas.Agent, "n", "20"), `{"payOutContribution":{"to":{"name":"Bas"},"amount":{"hasNumericalValue":"20"},"reference":"B-9","event":{"action":"lower"}}}`)
		p.refused(p.ada, paid, "vf.negative_balance", "", "to", p.bas.Agent, "n", "20")
		p.refused(p.bas, paid, "auth.forbidden", "", "to", p.bas.Agent, "n", "1")
		p.refused(p.ada, `mutation($d: ID!) { reverseDistribution(distribution: $d, reason: "wrong pot") { state } }`, "vf.negative_balance", "", "d", pot)
	})
}

// A round is opened, answered by whoever was drawn, and closed.
func TestRoundByProgram(t *testing.T) {
	eachProgram(t, func(p *program) {
		people := p.judges()
		for _, who := range people {
			p.made(who)
		}
		now := p.db.Now()
		const open = `mutation($f: String!, $u: String!, $c: DateTime!) { openContributionRound(round: {name: "March", from: $f, until: $u, closes: $c, panel: 3, quorum: 2, karma: {hasNumericalValue: "0.1", hasUnit: "karma"}}) { id state mode names marks items raters } }`
		days := []any{"f", now.AddDate(0, 0, -2).Format(time.DateOnly), "u", now.AddDate(0, 0, 2).Format(time.DateOnly), "c", now.AddDate(0, 0, 7).Format(time.RFC3339)}
		p.refused(p.bas, open, "auth.forbidden", "", days...)
		p.refused(p.ada, strings.Replace(open, "quorum: 2", "quorum: 9", 1), "contribution.round_quorum", "quorum", days...)
		p.refused(p.ada, strings.Replace(open, "panel: 3", `duplicate: "much"`, 1), "quantity.not_a_number", "duplicate", days...)
		opened := p.does(p.ada, open, days...)
		round := p.text(opened, "openContributionRound", "id")
		p.want(opened, `{"openContributionRound":{"id":"`+round+`","state":"running","mode":"scores","names":"after","marks":[0,1,3,5,8,13,21,34,55,89,144],"items":4,"raters":4}}`)

		const answer = `mutation($r: ID!, $i: ID!) { answerContributionRound(round: $r, item: $i, verdict: scored, score: 5, comment: "solid") { number verdict score comment } }`
		var seats struct {
			ContributionRoundSeats []struct {
				Number string
				Person struct{ ID store.ID }
			}
		}
		must(t, json.Unmarshal([]byte(p.does(p.bas, `query($r: ID!) { contributionRoundSeats(round: $r) { number person { id } } }`, "r", round)), &seats))
		if len(seats.ContributionRoundSeats) != 3 {
			t.Fatalf("Bas judges %v", seats)
		}
		item := seats.ContributionRoundSeats[0].Number
		p.want(p.does(p.bas, answer, "r", round, "i", item), `{"answerContributionRound":{"number":"`+item+`","verdict":"scored","score":5,"comment":"solid"}}`)
		p.want(p.does(p.bas, `query($r: ID!) { contributionRoundAnswers(round: $r) { number score gifts { amount } declines } }`, "r", round), `{"contributionRoundAnswers":[{"number":"`+item+`","score":5,"gifts":[],"declines":false}]}`)
		p.want(p.does(p.cleo, `query($r: ID!) { contributionRoundAnswers(round: $r) { number } }`, "r", round), `{"contributionRoundAnswers":[]}`)
		p.refused(p.bas, strings.Replace(answer, "score: 5", "score: 6", 1), "evaluation.off_scale", "", "r", round, "i", item)
		p.refused(p.bas, `mutation($r: ID!) { giveContributionRound(round: $r, gifts: []) { declines } }`, "contribution.round_mode", "", "r", round)
		author := seats.ContributionRoundSeats[0].Person.ID
		p.want(p.does(p.bas, `mutation($a: ID!) { declareContributionConflict(author: $a) { with { id } } }`, "a", author), `{"declareContributionConflict":{"with":[{"id":"`+string(author)+`"}]}}`)
		p.refused(p.bas, answer, "contribution.conflicted", "", "r", round, "i", item)
		p.want(p.does(p.bas, `mutation($a: ID!) { declareContributionConflict(author: $a, withdraw: true) { with { id } } }`, "a", author), `{"declareContributionConflict":{"with":[]}}`)

		p.want(p.does(p.ada, `mutation($r: ID!) { closeContributionRound(round: $r) { state answered } }`, "r", round), `{"closeContributionRound":{"state":"closed","answered":1}}`)
		p.refused(p.ada, `mutation($r: ID!) { cancelContributionRound(round: $r) { state } }`, "contribution.round_state", "", "r", round)
		list := `{"nodes":[{"name":"March"}],"pageInfo":{"hasNextPage":false}}`
		p.want(p.does(p.cleo, `{ a: contributionRounds(first: 1) { nodes { name } pageInfo { hasNextPage } } b: contributionRounds(last: 1) { nodes { name } pageInfo { hasNextPage } } c: contributionRound(id: "`+string(store.NewID())+`") { name } }`), `{"a":`+list+`,"b":`+list+`,"c":null}`)
		if text := ask(p.t.(*testing.T), p.s, p.workshop, p.cleo, `{ contributionRound(id: "none") { name } }`); strings.Contains(text, "internal") {
			t.Errorf("an identifier that is none: %s", text)
		}
	})
}

// Points are given to people, and karma follows decisions.
func TestGivingAndKarmaByProgram(t *testing.T) {
	eachProgram(t, func(p *program) {
		p.made(p.bas)
		now := p.db.Now()
		round := p.text(p.does(p.ada, `mutation($f: String!, $u: String!, $c: DateTime!) { openContributionRound(round: {name: "Thanks", mode: give, budget: 10, from: $f, until: $u, closes: $c}) { id budget } }`,
			"f", now.AddDate(0, 0, -2).Format(time.DateOnly), "u", now.AddDate(0, 0, 2).Format(time.DateOnly), "c", now.AddDate(0, 0, 7).Format(time.RFC3339)), "openContributionRound", "id")
		const give = `mutation($r: ID!, $to: ID!) { giveContributionRound(round: $r, gifts: [{to: $to, amount: 4, note: "for the soup"}]) { number verdict gifts { to { name } amount note } } }`
		p.want(p.does(p.cleo, give, "r", round, "to", p.bas.Agent), `{"giveContributionRound":{"number":null,"verdict":null,"gifts":[{"to":{"name":"Bas"},"amount":4,"note":"for the soup"}]}}`)
		p.refused(p.cleo, strings.Replace(give, "amount: 4", "amount: 11", 1), "evaluation.over_budget", "", "r", round, "to", p.bas.Agent)
		p.want(p.does(p.ada, `mutation($r: ID!) { cancelContributionRound(round: $r) { state } }`, "r", round), `{"cancelContributionRound":{"state":"canceled"}}`)

		p.want(p.text(p.does(p.ada, `{ contributionHalfLives { days } }`), "contributionHalfLives"), "[map[days:90]]")
		changed := p.does(p.ada, `mutation { setContributionHalfLife(days: 60, decision: "Assembly, point 4") { days decision by { name } } }`)
		if !strings.Contains(changed, `{"days":60,"decision":"Assembly, point 4","by":{"name":"Ada"}}`) {
			t.Errorf("karma fades %s", changed)
		}
		p.refused(p.ada, `mutation { setContributionHalfLife(days: -1, decision: "Assembly") { days } }`, "contribution.half_life", "days")
		const sanction = `mutation($who: ID!) { sanctionContributionKarma(person: $who, amount: {hasNumericalValue: "5", hasUnit: "karma"}, decision: "Circle, case 3") }`
		if n := p.text(p.does(p.ada, sanction, "who", p.bas.Agent), "sanctionContributionKarma"); n == "0" {
			t.Errorf("the sanction is in entry %s", n)
		}
		p.refused(p.ada, sanction, "contribution.own", "", "who", p.ada.Agent)
		p.refused(p.bas, sanction, "auth.forbidden", "", "who", p.cleo.Agent)
	})
}

// Somebody leaves, their slices are bought back, and all of it is taken back.
func TestExitByProgram(t *testing.T) {
	eachProgram(t, func(p *program) {
		v := p.pie()
		p.sell("200")
		p.distribute(v)
		const leave = `mutation($who: ID!, $p: ID!, $d: String!) { recordContributionExit(exit: {person: $who, project: $p, way: dismissed, from: $d, decision: "Assembly, point 2", reason: "between us"}) { id way decision person { name } buyBack { amount { hasNumericalValue } } } }`
		today := time.Now().In(amsterdam).Format(time.DateOnly)
		left := p.does(p.ada, leave, "who", p.bas.Agent, "p", p.project.ID, "d", today)
		exit := p.text(left, "recordContributionExit", "id")
		p.want(left, `{"recordContributionExit":{"id":"`+exit+`","way":"dismissed","decision":"Assembly, point 2","person":{"name":"Bas"},"buyBack":null}}`)
		p.refused(p.ada, leave, "contribution.exit_twice", "from", "who", p.bas.Agent, "p", p.project.ID, "d", today)
		p.refused(p.bas, leave, "auth.forbidden", "", "who", p.cleo.Agent, "p", p.project.ID, "d", today)

		offer := p.does(p.ada, `query($x: ID!, $e: ID!) { contributionBuyBackOffer(exit: $x, equation: $e) { slices { hasNumericalValue } price amount { hasNumericalValue } own { hasNumericalValue } } }`, "x", exit, "e", v.ID)
		cost := p.text(offer, "contributionBuyBackOffer", "amount", "hasNumericalValue")
		const buy = `mutation($x: ID!, $e: ID!, $n: Decimal!) { buyBackContributionExit(exit: $x, equation: $e, amount: {hasNumericalValue: $n, hasUnit: "EUR"}) { buyBack { amount { hasNumericalValue } event { action } } } }`
		p.refused(p.ada, buy, "contribution.offer_changed", "amount", "x", exit, "e", v.ID, "n", "0.01")
		p.want(p.does(p.ada, buy, "x", exit, "e", v.ID, "n", cost), `{"buyBackContributionExit":{"buyBack":{"amount":{"hasNumericalValue":"`+cost+`"},"event":{"action":"transfer"}}}}`)
		p.want(p.does(p.ada, `mutation($x: ID!, $d: String!) { clawBackContributionExit(exit: $x, sold: $d, decision: "Sale of the whole") { clawBack { sold decision } } }`, "x", exit, "d", time.Now().UTC().Format(time.DateOnly)),
			`{"clawBackContributionExit":{"clawBack":{"sold":"`+time.Now().UTC().Format(time.DateOnly)+`","decision":"Sale of the whole"}}}`)
		revoked := p.does(p.ada, `mutation($x: ID!) { revokeContributionExit(exit: $x, reason: "a misunderstanding") { revokedAt } }`, "x", exit)
		if n := p.text(revoked, "revokeContributionExit", "revokedAt"); n == "<nil>" || n == "0" {
			t.Errorf("revoked in %s", n)
		}
		p.want(p.does(p.cleo, `{ contributionExits { person { name } way } }`), `{"contributionExits":[{"person":{"name":"Bas"},"way":"dismissed"}]}`)
		p.refused(auth.Identity{Account: "r", Commons: p.commons.ID, OpenBooks: true}, `{ contributionExits { way } }`, "auth.forbidden", "")
		p.verified()
	})
}

// A file is checked, decided about, imported and taken back.
func TestImportByProgram(t *testing.T) {
	eachProgram(t, func(p *program) {
		const check = `mutation($c: String!) { checkContributionImport(file: {format: "timesheet", name: "march.csv", content: $c}) { id rows badLines bad { line field code message } unknown { identity name records suggested { name } } projects stopped } }`
		p.refused(p.bas, check, "auth.forbidden", "", "c", hours)
		found := p.does(p.ada, check, "c", hours+"Bas,2026-02-30,1,Bench,\n")
		file := p.text(found, "checkContributionImport", "id")
		for _, part := range []string{`"rows":3,"badLines":1,"bad":[{"line":5,"field":"date","code":"intake.date"`, `"suggested":{"name":"Bas"}`, `"projects":["Lathe"]`, `"stopped":null`} {
			if !strings.Contains(found, part) {
				t.Errorf("%s lacks %s", found, part)
			}
		}
		const start = `mutation($f: ID!, $bas: ID!) { startContributionImport(file: $f, people: [{identity: "name:bas", agent: $bas}], others: true) { import run } }`
		p.refused(p.ada, start, "contribution.import_bad", "skip", "f", file, "bas", p.bas.Agent)
		skipping := strings.Replace(start, "others: true", "others: true, skip: true", 1)
		p.refused(p.ada, skipping, "contribution.import_people", "people", "f", file, "bas", p.project.ID)
		p.refused(p.ada, strings.Replace(skipping, "others: true", "others: false", 1), "contribution.import_people", "others", "f", file, "bas", p.bas.Agent)
		p.want(p.does(p.ada, skipping, "f", file, "bas", p.bas.Agent), `{"startContributionImport":{"import":"`+file+`","run":null}}`)
		if n := len(p.standing()); n != 3 {
			t.Errorf("%d contributions stand", n)
		}
		list := `{"nodes":[{"file":"march.csv","rows":3,"reversed":false}],"pageInfo":{"hasNextPage":false}}`
		p.want(p.does(p.ada, `{ a: contributionImports(first: 1) { nodes { file rows reversed } pageInfo { hasNextPage } } b: contributionImports(last: 1) { nodes { file rows reversed } pageInfo { hasNextPage } } }`), `{"a":`+list+`,"b":`+list+`}`)
		p.want(p.does(p.ada, `query($f: ID!) { contributionImportFile(id: $f) { id } }`, "f", file), `{"contributionImportFile":null}`)

		const back = `mutation($f: ID!, $why: String!) { takeBackContributionImport(batch: $f, reason: $why) { import } }`
		p.refused(p.ada, back, "contribution.reason", "reason", "f", file, "why", "")
		p.does(p.ada, back, "f", file, "why", "the wrong month")
		p.refused(p.ada, back, "contribution.batch_reversed", "batch", "f", file, "why", "again")
		p.refused(p.ada, `mutation { checkContributionImport(file: {format: "git", repository: "../etc"}) { id } }`, "contribution.unknown_repository", "repository")
		p.refused(p.ada, `mutation { checkContributionImport(file: {format: "papyrus", content: "x"}) { id } }`, "contribution.import_options", "format")
	})
}
