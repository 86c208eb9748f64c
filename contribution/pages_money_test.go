package contribution

import (
	"encoding/csv"
	"encoding/json"
	"html"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// shared is a workshop in which 30 EUR were shared out by pages: the worked
// example of the manual. It returns the distribution's path.
func (s *site) shared() (Distribution, string) {
	s.t.Helper()
	s.worked()
	s.adopt(s.allToMakers())
	s.sell("30")
	p := s.get("ada", "/contribution/distributions/new").shows(200, "Who would get what", "24.00", "3.33", "2.67", "Share out €30.00")
	fields := []string{"_key", p.key(), "do", "run", "incomes_shown", "1", "equation", p.find(`<option value="([0-9a-f-]{36})" selected>`), "income", p.find(`name="income" value="([^"]+)" checked`)}
	done := s.post("ada", "/contribution/distributions/new", fields...).leads("/contribution/distributions/")
	s.post("ada", "/contribution/distributions/new", fields...).leads(strings.TrimPrefix(done.to, "/c/workshop")) // a double click
	var all []Distribution
	must(s.t, s.db.Read(ctx, s.commons.ID, func(r *store.Snapshot) (err error) {
		all, err = Distributions(r)
		return err
	}))
	if len(all) != 1 || all[0].State != Done {
		s.t.Fatalf("there are %d distributions: %+v", len(all), all)
	}
	return all[0], strings.TrimPrefix(done.to, "/c/workshop")
}

// From income to people on pages, and every amount explains itself.
func TestMoneyWay(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		_, at := s.shared()
		s.wantOwed("24", "3.33", "2.67")
		p := s.get("bas", at).shows(200, "Shared out", "From income to people", "Ada", "24.00", "3.33", "2.67", "Opened, with its income and rules", "entry ", "Why?").hides("Something was wrong")
		if strings.Count(p.body, `class="why"`) != 3 {
			t.Errorf("%d lines explain themselves, want 3", strings.Count(p.body, `class="why"`))
		}
		line := strings.TrimPrefix(p.find(`href="(/c/workshop[^"]*/lines/0/`+string(s.bas.Agent)+`)"`), "/c/workshop")
		s.get("cleo", line).shows(200, "Why did Bas get €3.33?", "there was less than was owed", "€30.00 came in to be shared", "Makers gets 100 % of €30.00", "€5.00 of €45.00 makes €3.333333…, paid as €3.33",
			"Rounding lost €0.003333…", "Purchase", "Confirmed by Ada", "/contribution/entries/", "€15.00 more in this part would pay everything", "with proof")
		s.get("cleo", at+"/lines/7/"+string(s.bas.Agent)).shows(404)
		s.get("cleo", at+"/lines/x/"+string(s.bas.Agent)).shows(404)
		s.get("cleo", at+"/lines/0/nonsense").leads(at + "/nothing/")
		s.get("cleo", at+"/lines/0/"+string(s.project.ID)).leads(at + "/nothing/" + string(s.project.ID))
		s.get("cleo", at+"/nothing/"+string(s.project.ID)).shows(200, "Nothing was logged for them")
		s.get("cleo", "/contribution/distributions/"+string(s.project.ID)).shows(404)
		s.get("cleo", "/contribution/distributions/nonsense").shows(404)
	})
}

// The same data as JSON and CSV.
func TestMoneyForPrograms(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		d, at := s.shared()
		var whole struct {
			Distribution Distribution
			Lines        []Line
		}
		must(t, json.Unmarshal([]byte(s.get("bas", at+".json").shows(200).body), &whole))
		var sum int64
		for _, l := range whole.Lines {
			sum += l.Amount.Micros
		}
		if whole.Distribution.ID != d.ID || len(whole.Lines) != 3 || sum != d.Paid.Micros {
			t.Errorf("the JSON has %d lines of %d", len(whole.Lines), sum)
		}
		var why struct {
			Derivation equation.Derivation
			Entries    map[string]string
			Log        map[string]int64
		}
		must(t, json.Unmarshal([]byte(s.ask("bas", "GET", at+"/lines/0/"+string(s.bas.Agent), "", nil, "Accept", "application/json").shows(200).body), &why))
		if why.Derivation.Amount != 3_330_000 || len(why.Entries) != 1 || why.Log["ran"] != d.RanAt {
			t.Errorf("the derivation is %+v", why)
		}
		rows, err := csv.NewReader(strings.NewReader(s.get("bas", at+"/lines.csv").shows(200).body)).ReadAll()
		must(t, err)
		if len(rows) != 4 || rows[0][5] != "amount" {
			t.Errorf("the CSV is %v", rows)
		}
		for _, path := range []string{"/contribution/distributions", "/contribution/income", "/contribution/equations", "/contribution/owed", "/contribution/owed/" + string(s.bas.Agent) + ".json", at + "/nothing/" + string(s.bas.Agent)} {
			p := s.ask("bas", "GET", path, "", nil, "Accept", "application/json").shows(200)
			if !json.Valid([]byte(p.body)) {
				t.Errorf("%s answers %s", path, p.body)
			}
		}
	})
}

// Outsiders of open books see every flow, but no names of people and no notes.
func TestMoneyInOpenBooks(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		_, at := s.shared()
		in, err := RecordIncome(ctx, s.db, s.ada, "", IncomeAsk{Kind: Donation, Project: s.project.ID, PayerName: "A friend", At: s.db.Now(), Gross: quantity.Of(5, "EUR"), Note: "a very private word"})
		must(t, err)
		line := at + "/lines/0/" + string(s.bas.Agent)
		paths := []string{at, line, at + ".json", line + ".json", at + "/lines.csv", "/contribution/distributions", "/contribution/owed", "/contribution/owed/" + string(s.bas.Agent),
			"/contribution/income", "/contribution/income/" + string(in.ID), "/contribution/income/" + string(in.ID) + ".json", "/contribution/equations", at + "/nothing/" + string(s.bas.Agent)}
		for _, path := range paths {
			s.get("", path).shows(303) // closed books: sign in first
		}
		s.open = true
		name := regexp.MustCompile(`\b(Ada|Bas|Cleo)\b`)
		for _, path := range paths {
			p := s.get("", path).shows(200).hides("a very private word")
			if found := name.FindString(p.body); found != "" {
				t.Errorf("%s tells outsiders of %s: %s", path, found, mainOf(p.body))
			}
		}
		s.get("", line).shows(200, "Member ", "3.33")
		s.get("bas", "/contribution/income/"+string(in.ID)).shows(200, "a very private word", "A friend")
		for _, path := range []string{"/contribution/distributions/new", "/contribution/income/new", "/contribution/equations/new"} {
			s.get("", path).shows(303)
			s.get("bas", path).shows(403)
		}
	})
}

// Members look; stewards act.
func TestWhoMovesMoney(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		_, at := s.shared()
		for _, path := range []string{at + "/run", at + "/cancel", at + "/reverse", "/contribution/distributions/new", "/contribution/income/new", "/contribution/owed/" + string(s.bas.Agent)} {
			s.post("bas", path, "do", "run", "reason", "mine", "amount", "1").shows(403)
			s.post("", path, "do", "run").shows(401)
		}
		s.post("ada", at+"/dance").shows(404)
		s.wantOwed("24", "3.33", "2.67")
	})
}

// Income is recorded with what others keep of it, once, and followed to the cent.
func TestRecordIncomeByPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.get("ada", "/contribution/income").shows(200, "No income yet")
		p := s.get("ada", "/contribution/income/new").shows(200, "What kind of income?", "Somebody new, named below").hides("Who keeps it")
		base := []string{"_key", p.key(), "kind", "sale", "project", string(s.project.ID), "payer_name", "Mill & <b>Sons</b>", "gross", "120.00", "day", "2026-03-01", "reference", "INV-7"}
		s.post("ada", "/contribution/income/new", append(base, "offs", "0", "do", "more")...).shows(200, "Who keeps it", `value="120.00"`)
		full := append(base, "offs", "2", "off_kind0", "processor", "off_amount0", "2.50", "off_to0", "Card house", "off_kind1", "tax", "off_amount1", "20", "off_to1", "Tax office", "do", "record")
		first := s.post("ada", "/contribution/income/new", full...).leads("/contribution/income/")
		again := s.post("ada", "/contribution/income/new", full...).leads("/contribution/income/")
		if first.to != again.to {
			t.Error("a double click recorded the income twice")
		}
		s.get("bas", strings.TrimPrefix(first.to, "/c/workshop")).shows(200, "€120.00", "Mill &amp; &lt;b&gt;Sons&lt;/b&gt;", "Payment fee", "2.50", "Tax office", "20.00", "97.50", "Waits to be shared out").hides("<b>Sons")
		s.get("bas", "/contribution/income").shows(200, "€22.50", "€97.50", "INV-7")
		// the same names again are the same organizations
		next := s.get("ada", "/contribution/income/new")
		full[1], full[9] = next.key(), "60"
		second := s.post("ada", "/contribution/income/new", full...).leads("/contribution/income/")
		var a, b Income
		must(t, s.db.Read(ctx, s.commons.ID, func(r *store.Snapshot) (err error) {
			if a, err = GetIncome(r, idIn(first.to)); err == nil {
				b, err = GetIncome(r, idIn(second.to))
			}
			return err
		}))
		if a.Payer != b.Payer || a.Deductions[1].To != b.Deductions[1].To || a.ID == b.ID {
			t.Errorf("the payers are %s and %s, the tax offices %s and %s", a.Payer, b.Payer, a.Deductions[1].To, b.Deductions[1].To)
		}
	})
}

func idIn(path string) store.ID { return store.ID(path[strings.LastIndex(path, "/")+1:]) }

// What cannot be is refused beside its field, and nothing typed is lost.
func TestIncomeRefusals(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for name, c := range map[string][]string{
			"nothing":  {"gross", "", "gross"},
			"negative": {"gross", "-5", "gross"},
			"huge":     {"gross", "99999999999999999999", "gross"},
			"words":    {"gross", "lots", "gross"},
			"day":      {"day", "2026-02-30", "day"},
			"kind":     {"kind", "loot", "kind"},
			"nobody":   {"payer_name", "", "payer_name"},
			"too much": {"off_amount0", "500", "deductions"},
			"keeper":   {"off_to0", "", "off_to0"},
			"below":    {"off_amount0", "-1", "deductions"},
		} {
			form := map[string]string{"kind": "sale", "project": string(s.project.ID), "payer_name": "Mill", "gross": "120", "day": "2026-03-01", "note": "typed at length",
				"offs": "1", "off_kind0": "tax", "off_amount0": "10", "off_to0": "Tax office", "do": "record"}
			form[c[0]] = c[1]
			var fields []string
			for k, v := range form {
				fields = append(fields, k, v)
			}
			p := s.post("ada", "/contribution/income/new", fields...).shows(422, "typed at length")
			if !strings.Contains(p.body, `id="f-`+c[2]+`-error"`) && c[2] != "deductions" {
				t.Errorf("%s: no error beside %s:\n%s", name, c[2], mainOf(p.body))
			}
			if c[1] != "" && !strings.Contains(p.body, html.EscapeString(c[1])) && name != "kind" {
				t.Errorf("%s: %q was lost", name, c[1])
			}
		}
		s.get("ada", "/contribution/income").shows(200, "No income yet")
	})
}

// A distribution that was opened can be run later, or canceled; only one waits at a time.
func TestOpenedDistributionWaits(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.worked()
		v := s.adopt(s.allToMakers())
		s.sell("30")
		s.get("ada", "").shows(200, "€30.00 of income waits to be shared out")
		s.get("bas", "").shows(200).hides("waits to be shared out")
		d, err := OpenDistribution(ctx, s.db, s.ada, "", OpenAsk{Equation: v.ID})
		must(t, err)
		at := "/contribution/distributions/" + string(d.ID)
		s.get("ada", "").shows(200, "is open", "Finish or cancel it")
		s.get("ada", "/contribution/distributions/new").shows(200, "is open").hides("Share out €30.00")
		s.get("ada", at).shows(200, "This distribution is open", "24.00", "Share it out", "Cancel it")
		s.get("bas", at).shows(200, "24.00").hides("Cancel it")
		s.post("ada", at+"/cancel").leads(at)
		s.post("ada", at+"/run").shows(422, "is canceled")
		s.wantOwed("0", "0", "0")
		d, err = OpenDistribution(ctx, s.db, s.ada, "", OpenAsk{Equation: v.ID})
		must(t, err)
		at = "/contribution/distributions/" + string(d.ID)
		s.post("ada", at+"/run").leads(at)
		s.post("ada", at+"/run").leads(at) // again: the first outcome
		s.wantOwed("24", "3.33", "2.67")
	})
}

// A reversal needs a reason, takes everything back, and stays readable.
func TestReverseByPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		_, at := s.shared()
		s.post("ada", at+"/reverse", "reason", " ").shows(422, `id="f-reason-error"`)
		s.post("ada", at+"/reverse", "reason", "the wrong rules").leads(at)
		s.wantOwed("0", "0", "0")
		s.get("bas", at).shows(200, "This distribution was reversed", "24.00").hides("the wrong rules")
		s.get("bas", at+"/lines/0/"+string(s.bas.Agent)).shows(200, "was reversed later", "3.33")
		s.post("ada", at+"/reverse", "reason", "once more").shows(422, "is reversed")
		s.get("bas", "/contribution/owed/"+string(s.bas.Agent)).shows(200, "A distribution was reversed", "-3.33", "taken back")
	})
}

// What is owed is paid out, once, and not beyond.
func TestPayOutByPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.get("bas", "/contribution/owed").shows(200, "Nothing was ever owed")
		s.shared()
		s.get("bas", "/contribution/owed").shows(200, "€30.00", "24.00", "3.33", "you")
		at := "/contribution/owed/" + string(s.bas.Agent)
		s.get("bas", at).shows(200, "The account of Bas", "Shared out", "Why?").hides("Record the payment")
		p := s.get("ada", at).shows(200, "Record the payment", `value="3.33"`)
		pay := func(amount string) page {
			return s.post("ada", at, "_key", p.key(), "amount", amount, "day", "2026-03-01", "reference", "bank 17")
		}
		for _, amount := range []string{"3.34", "-1", "0", "99999999999999999999", "all"} {
			pay(amount).shows(422, `id="f-amount-error"`)
		}
		pay("3.00").leads(at)
		pay("3.00").leads(at) // a double click
		s.wantOwed("24", "0.33", "2.67")
		s.get("bas", at).shows(200, "Paid out", "-3.00", "€0.33")
		s.get("ada", "/contribution/owed/nonsense").shows(404)
		s.get("ada", "/contribution/owed/"+string(s.project.ID)).shows(200, "Nothing was received yet")
	})
}

// Whoever received something hears of it on their home until they have looked.
func TestNewsOfWhatWasReceived(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		_, at := s.shared()
		s.get("bas", "").shows(200, "You received €3.33")
		s.get("cleo", "").shows(200, "You received €2.67")
		s.get("bas", at+"/lines/0/"+string(s.cleo.Agent)).shows(200) // another's line is no news of one's own
		s.get("bas", "").shows(200, "You received €3.33")
		s.get("bas", at+"/lines/0/"+string(s.bas.Agent)).shows(200)
		s.get("bas", "").shows(200).hides("You received")
		s.get("cleo", "").shows(200, "You received €2.67", "Owed to contributors", "€30.00", "Last shared out")
	})
}

// Why nothing: what was not confirmed is named, and linked.
func TestWhyNothingByPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		waits := s.log(s.bas, "2")
		d, at := s.shared()
		s.get("bas", at).shows(200, "Why did I get nothing, or not more?")
		s.get("bas", at+"/nothing/"+string(s.bas.Agent)).shows(200, "Why did I not get more?", "Not confirmed yet", "/contribution/entries/"+waits.No.String(), "after somebody confirms")
		s.get("ada", at+"/nothing/"+string(s.ada.Agent)).shows(200, "Every contribution earned something")
		s.get("ada", "/contribution/distributions/"+string(d.ID)+"/nothing/nonsense").shows(404)
	})
}

// What could not be valued is listed, with the formula and its numbers.
func TestHeldBackByPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		held := s.log(s.bas, "2")
		s.decide(s.ada, held.No, Accept)
		s.worked()
		text := s.allToMakers()
		text.Buckets[0].Rules[0].Formula = "value / (karma - karma)"
		text.Buckets[0].Rules[0].Kinds = []string{"work"}
		v := s.adopt(text)
		s.sell("30")
		s.get("ada", "/contribution/distributions/new").shows(200, "Held back: somebody should look", "The formula divides by zero").hides("See which")
		d := s.distribute(v)
		at := "/contribution/distributions/" + string(d.ID)
		s.get("bas", at).shows(200, "Held back: somebody should look", "See which")
		s.get("bas", at+"/held").shows(200, "The formula divides by zero", "/contribution/entries/"+held.No.String(), "Makers")
		p := s.ask("bas", "GET", at+"/held", "", nil, "Accept", "application/json").shows(200, "divide_by_zero")
		if !json.Valid([]byte(p.body)) {
			t.Errorf("answers %s", p.body)
		}
	})
}

// Where the cents of one income went adds up to it, whatever it was shared with.
func TestIncomeIsFollowedToTheCent(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.worked()
		v := s.adopt(s.allToMakers())
		incomes := []Income{s.sell("10.01", DeductionAsk{Kind: "tax", ToName: "Tax office", Amount: quantity.MustParse("0.37", "EUR")}), s.sell("7.77"), s.sell("100")}
		s.distribute(v)
		for _, in := range incomes {
			var answer struct {
				Income Income
				Went   []incomeEnd
			}
			must(t, json.Unmarshal([]byte(s.get("bas", "/contribution/income/"+string(in.ID)+".json").shows(200).body), &answer))
			var sum int64
			for _, end := range answer.Went {
				if end.Amount.Micros <= 0 || end.Amount.Micros%10_000 != 0 {
					t.Errorf("a part of %s is %s", in.Gross, end.Amount)
				}
				sum += end.Amount.Micros
			}
			if sum != in.Gross.Micros {
				t.Errorf("%s went to %d millionths", in.Gross, sum)
			}
			s.get("bas", "/contribution/income/"+string(in.ID)).shows(200, "Where every cent went")
		}
	})
}

// A distribution too large for a request runs as a job, which comes to the
// same end however often it is taken up.
func TestDistributionAsJob(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.worked()
		v := s.adopt(s.allToMakers())
		s.sell("30")
		runner := job.NewRunner(job.Config{Store: s.db})
		s.practice.Runner = runner
		runner.Add(s.practice.DistributionJobs()...)
		d, err := OpenDistribution(ctx, s.db, s.ada, "", OpenAsk{Equation: v.ID})
		must(t, err)
		_, err = StartDistribution(ctx, s.practice, s.bas, "", d.ID)
		wantCode(t, err, "auth.forbidden")
		id, err := StartDistribution(ctx, s.practice, s.ada, "", d.ID)
		must(t, err)
		args, err := json.Marshal(distributeArgs{d.ID, s.ada.Account, s.ada.Agent, s.ada.Name, auth.Steward})
		must(t, err)
		for range 2 {
			report, err := s.practice.distributeJob(ctx, &job.Task{Run: job.Run{ID: id, Commons: s.commons.ID, Args: args}, Store: s.db})
			must(t, err)
			if !strings.HasSuffix(report.Path, "/c/workshop/contribution/distributions/"+string(d.ID)) || report.Facts[1].Amount.String() != "30 EUR" {
				t.Errorf("reported %+v", report)
			}
		}
		s.wantOwed("24", "3.33", "2.67")
		_, err = StartDistribution(ctx, s.practice, s.ada, "", d.ID)
		wantCode(t, err, "contribution.distribution_state")
	})
}

// Every message that an explanation can hold is worded in English and Dutch.
func TestEveryReasonHasWords(t *testing.T) {
	for _, lang := range []string{"en", "nl"} {
		text, err := fs.ReadFile(pageFiles, "messages/distribution."+lang+".toml")
		must(t, err)
		var tree map[string]any
		must(t, toml.Unmarshal(text, &tree))
		has := func(path ...string) bool {
			var at any = tree
			for _, p := range path {
				m, _ := at.(map[string]any)
				at = m[p]
			}
			return at != nil
		}
		for _, key := range equation.MessageKeys() {
			parts := strings.Split(key, ".")
			if !has(append([]string{"why"}, parts[1:]...)...) {
				t.Errorf("%s is not worded in %s", key, lang)
			}
		}
		for _, reason := range []equation.Reason{equation.NotValidated, equation.IsRejected, equation.IsDisputed, equation.IsSuperseded, equation.OutsideFilter, equation.NoRule,
			equation.ZeroValue, equation.NothingOwed, equation.NotInScope, equation.TooOld, equation.OlderFirst, equation.EvenAlready, equation.BelowStep, equation.BucketEmpty,
			equation.OverPersonCap, equation.LateEntry, equation.HeldMissing, equation.HeldDivideByZero, equation.HeldTooLarge, equation.HeldNegative, equation.HeldUnit,
			equation.HeldCurrency, equation.HeldNoEntry, equation.HeldBadArgument} {
			if !has("reason", string(reason)) || !has("reason_help", string(reason)) {
				t.Errorf("%s is not worded in %s", reason, lang)
			}
		}
	}
}
