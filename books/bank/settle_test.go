package bank

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/books/intake"
	"commonweal/contribution"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

func euro(cents int64) quantity.Amount { return quantity.Micros(cents*10_000, "EUR") }

var march = []move{{2, 12_000, "Acme Fictions", "invoice 17"}, {3, -4_500, "Tool Shed", "sandpaper"}, {5, 5_000, "Coop Imaginary", "thanks"}, {5, 5_000, "Coop Imaginary", "thanks again"}, {9, -1_000, "Baker", "not ours"}}

// The same movements from two formats and an overlapping file are one line each;
// two equal payments on one day are two.
func TestInvariant1NothingComesTwice(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if out := d.bring(Camt, camtOf(0, march[:4]...)); out.Brought != 4 || out.Known != 0 {
			t.Fatalf("first: %+v", out)
		}
		for format, text := range map[Format]string{Camt: camtOf(0, march[:4]...), MT940: mt940Of(0, march[:4]...)} {
			if out := d.bring(format, text); out.Brought != 0 || out.Known != 4 {
				t.Errorf("again as %s: %+v", format, out)
			}
		}
		if out := d.bring(MT940, mt940Of(12_000, march[1:]...)); out.Brought != 1 || out.Known != 3 {
			t.Errorf("a file that overlaps: %+v", out)
		}
		report, err := d.Survey(ctx, d.ada, Reading{Format: Camt}, strings.NewReader(camtOf(0, march...)))
		must(t, err)
		if report.New() != 0 || report.Known != 5 || report.FirstDay != "2026-03-02" || report.LastDay != "2026-03-09" || report.Sample[0].Reason == "" {
			t.Errorf("the dry run says %+v", report)
		}
	})
}

// A line is as many things as it says, and they add up to it; the books gain
// what the bank says.
func TestInvariant2PartsAddUp(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.bring(Camt, camtOf(0, march...))
		lines := d.openLines()
		sale := Part{As: Income, Amount: euro(12_000), Kind: "sale", Name: "Acme Fictions", Project: d.project.ID}
		for _, c := range []struct {
			parts []Part
			code  string
		}{
			{[]Part{{As: Income, Amount: euro(11_999), Kind: "sale", Name: "Acme"}}, "bank.parts_sum"},
			{[]Part{{As: Income, Amount: quantity.Of(120, "USD"), Kind: "sale", Name: "Acme"}}, "bank.part_amount"},
			{[]Part{{As: Income, Amount: euro(12_000), Kind: "Sale!", Name: "Acme"}}, "bank.part_kind"},
			{[]Part{{As: Income, Amount: euro(12_000), Kind: "sale"}}, "bank.part_who"},
			{[]Part{{As: Owed, Amount: euro(12_000)}}, "bank.part_who"},
			{[]Part{{As: Recorded, Amount: euro(12_000)}}, "bank.part_on"},
			{[]Part{{As: Settles, Amount: euro(12_000), On: store.NewID()}}, "bank.promise"},
			{[]Part{{As: Recorded, Amount: euro(12_000), On: store.NewID()}}, "bank.event_amount"},
			{[]Part{{As: "gift", Amount: euro(12_000)}}, "bank.part_way"},
			{nil, "bank.reason"},
		} {
			if err := d.settle(lines[0], c.parts...); fault.CodeOf(err) != c.code {
				t.Errorf("%+v: %v, not %s", c.parts, err, c.code)
			}
		}
		must(t, d.settle(lines[0], sale))
		must(t, d.settle(lines[1], Part{As: Expense, Amount: euro(-3_000), Kind: "materials", Name: "Tool Shed"}, Part{As: Expense, Amount: euro(-1_500), Kind: "rent", Name: "tool  shed"}))
		must(t, d.settle(lines[2], Part{As: Owed, Amount: euro(5_000), Agent: d.bas.Agent}))
		must(t, d.settle(lines[3], Part{As: Between, Amount: euro(5_000)}))
		must(t, d.Settle(ctx, d.ada, "", SettleAsk{[]Decision{{Line: lines[4].ID, Reason: "the baker typed a wrong number"}}}))
		if err := d.settle(lines[0], sale); fault.CodeOf(err) != "bank.line_decided" {
			t.Errorf("a line that is settled again: %v", err)
		}
		got := d.balances()
		for account, cents := range map[string]int64{"Assets:Bank": 12_000 - 4_500 + 5_000, "Income:Sales": -12_000, "Expenses:Materials": 3_000, "Expenses:Rent": 1_500} {
			if got[account] != cents {
				t.Errorf("%s holds %d cents, not %d: %v", account, got[account], cents, got)
			}
		}
		var left []contribution.Income
		must(t, d.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) (err error) {
			left, err = contribution.IncomeLeft(r, "EUR")
			return err
		}))
		if len(left) != 1 || left[0].Left() != euro(12_000) || left[0].Project != d.project.ID {
			t.Errorf("to share out are %+v", left)
		}
	})
}

// What is recorded already is recognized, stands behind one line, and is not
// recorded again.
func TestInvariant3OneLineBehindAnEvent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		in, err := contribution.RecordIncome(ctx, d.Store, d.ada, "", contribution.IncomeAsk{Kind: contribution.Donation, Project: d.project.ID, PayerName: "Coop Imaginary", Gross: euro(5_000), At: time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)})
		must(t, err)
		d.bring(Camt, camtOf(0, march[2:4]...))
		proposals, err := d.Propose(ctx, d.ada)
		must(t, err)
		for _, p := range proposals {
			if p.Good || len(p.Choices) != 1 || p.Choices[0].Found[0].Part.On != in.Event {
				t.Errorf("two payments that could be one event: %+v", p)
			}
		}
		lines := d.openLines()
		recorded := Part{As: Recorded, Amount: euro(5_000), On: in.Event}
		must(t, d.settle(lines[0], recorded))
		if err := d.settle(lines[1], recorded); fault.CodeOf(err) != "bank.event_taken" {
			t.Errorf("a second line: %v", err)
		}
		if got := d.balances()["Assets:Bank"]; got != 5_000 {
			t.Errorf("in the bank are %d cents", got)
		}
		must(t, d.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) error {
			if line, found, err := LineOf(r, in.Event); err != nil || !found || line != lines[0].ID {
				t.Errorf("behind the event stands %s, %v", line, err)
			}
			return nil
		}))
	})
}

// claim lets Acme owe the commons what it took.
func (d *desk) claim(cents int64, name string) store.ID {
	d.t.Helper()
	core := &vf.Core{Store: d.Store}
	acme, thing, claim := store.NewID(), store.NewID(), store.NewID()
	one, sum := quantity.Of(1, "hour"), euro(cents)
	done, err := core.Do(ctx, d.ada, "", vf.Adding{Thing: vf.Agent{ID: acme, Kind: vf.Organization, Name: "Acme Fictions"}},
		vf.Adding{Thing: vf.ResourceSpecification{ID: thing, Name: "Repair"}},
		vf.Recording{Event: vf.Event{Action: vf.DeliverService, Provider: d.commons.Agent, Receiver: acme, ResourceConformsTo: thing, ResourceQuantity: &one, HasPointInTime: time.Date(2026, 2, 20, 9, 0, 0, 0, time.UTC)}})
	must(d.t, err)
	_, err = core.Do(ctx, d.ada, "", vf.Adding{Thing: &vf.Claim{About: vf.About{ID: claim, Name: name}, Action: vf.Transfer, Provider: acme, Receiver: d.commons.Agent, TriggeredBy: done[2].ID, ResourceQuantity: &sum}})
	must(d.t, err)
	return claim
}

func TestClaimsAreSettledAndRulesFollowed(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		claim := d.claim(12_000, "invoice 17")
		d.bring(Camt, camtOf(0, march...))
		lines := d.openLines()
		_, err := d.AddRule(ctx, d.ada, "", RuleLike(&lines[1].Line, Part{As: Expense, Kind: "materials", Name: "Tool Shed"}, "sandpaper"))
		must(t, err)
		proposals, err := d.Propose(ctx, d.ada)
		must(t, err)
		if p := proposals[0]; !p.Good || p.Parts[0].On != claim || p.Parts[0].As != Settles {
			t.Fatalf("the invoice: %+v", p)
		}
		if p := proposals[1]; !p.Good || p.Rule == nil || p.Parts[0].Kind != "materials" {
			t.Fatalf("the rule: %+v", p)
		}
		if _, err := d.ConfirmGood(ctx, d.ada, "what was seen before"); fault.CodeOf(err) != "bank.proposals_changed" {
			t.Errorf("proposals that nobody saw: %v", err)
		}
		n, err := d.ConfirmGood(ctx, d.ada, Digest(proposals))
		if err != nil || n != 2 || len(d.openLines()) != 3 {
			t.Errorf("%d lines confirmed, %v", n, err)
		}
		must(t, d.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) error {
			met, err := vf.MetOf(r, []store.ID{claim})
			if met[claim].Quantity != euro(12_000).Micros {
				t.Errorf("of the claim %d are settled", met[claim].Quantity)
			}
			return err
		}))
		if got := d.balances(); got["Expenses:Materials"] != 4_500 || got["Income:Sales"] != -12_000 || got["Assets:Bank"] != 7_500 {
			t.Errorf("the books have %v", got)
		}
	})
}

// Whatever was said of the lines of a file, it is taken back with them; then the
// file can be brought again.
func TestInvariant4TakenBackWithoutATrace(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.claim(12_000, "invoice 17")
		before := d.balances()
		batch := d.bring(Camt, camtOf(0, march...)).Batch
		lines := d.openLines()
		proposals, err := d.Propose(ctx, d.ada)
		must(t, err)
		_, err = d.ConfirmGood(ctx, d.ada, Digest(proposals))
		must(t, err)
		must(t, d.settle(lines[2], Part{As: Income, Amount: euro(5_000), Kind: "donation", Name: "Coop Imaginary", Project: d.project.ID}))
		must(t, d.settle(lines[3], Part{As: Owed, Amount: euro(5_000), Agent: d.bas.Agent}))
		must(t, d.settle(lines[1], Part{As: Expense, Amount: euro(-4_500), Kind: "materials", Name: "Tool Shed"}))
		must(t, d.Reopen(ctx, d.ada, "", ReopenAsk{lines[1].ID, "it was rent"}))
		if err := d.Reopen(ctx, d.ada, "", ReopenAsk{lines[1].ID, "again"}); fault.CodeOf(err) != "bank.line_open" {
			t.Errorf("a line that is open: %v", err)
		}
		if got := d.balances()["Expenses:Materials"]; got != 0 {
			t.Errorf("%d cents stay after the line was opened again", got)
		}
		_, err = d.TakeBack(ctx, d.ada, TakeBackAsk{batch, ""}, nil)
		if fault.CodeOf(err) != "bank.undo_reason" {
			t.Errorf("without a reason: %v", err)
		}
		_, err = d.TakeBack(ctx, d.ada, TakeBackAsk{batch, "another commons"}, nil)
		must(t, err)
		if _, err = d.TakeBack(ctx, d.ada, TakeBackAsk{batch, "twice"}, nil); fault.CodeOf(err) != "bank.batch_reversed" {
			t.Errorf("twice: %v", err)
		}
		if after := d.balances(); !maps.Equal(before, after) {
			t.Errorf("the books had %v, now %v", before, after)
		}
		if n := len(d.openLines()) + len(d.linesIn(Settled)) + len(d.linesIn(Ignored)); n != 0 {
			t.Errorf("%d lines stay", n)
		}
		if out := d.bring(MT940, mt940Of(0, march...)); out.Brought != 5 {
			t.Errorf("brought again: %+v", out)
		}
	})
}

// A file with faults says all of them by line, and changes nothing.
func TestInvariant6BadFilesChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		text := strings.Replace(strings.Replace(camtOf(0, march...), "45.00", "45.x", 1), "2026-03-09</Dt></BookgDt>", "2026-02-30</Dt></BookgDt>", 1)
		report, err := d.Survey(ctx, d.ada, Reading{Format: Camt}, strings.NewReader(text))
		must(t, err)
		var at []int
		for _, e := range report.Bad {
			at = append(at, e.Line)
		}
		if len(report.Bad) != 2 || !slices.IsSorted(at) || at[0] == 0 {
			t.Errorf("the dry run says %v", report.Bad)
		}
		short := strings.Replace(mt940Of(0, march...), ":61:260303D45,00NTRFNONREF\r\n", "", 1)
		if report, err = d.Survey(ctx, d.ada, Reading{Format: MT940}, strings.NewReader(short)); err != nil || report.Bad[0].Code != "books.statement_balance" {
			t.Errorf("a line is missing: %v, %v", report, err)
		}
		if _, err := d.Run(ctx, d.ada, Batch{ID: store.NewID(), Format: Camt}, Reading{Format: Camt}, strings.NewReader(text), nil); err == nil {
			t.Error("it was brought all the same")
		}
		if _, err := d.Run(ctx, d.bas, Batch{ID: store.NewID(), Format: Camt}, Reading{Format: Camt}, strings.NewReader(camtOf(0, march...)), nil); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member: %v", err)
		}
		if n := len(d.openLines()); n != 0 {
			t.Errorf("%d lines came in", n)
		}
	})
}

func TestChunksKeepFingerprintsTogether(t *testing.T) {
	var lines []intake.Line
	for i := range 3*chunkSize + 7 {
		lines = append(lines, intake.Line{Day: "2026-03-01", Fingerprint: strings.Repeat(string(rune('a'+i%3)), 4), Nth: i})
	}
	seen := map[string]int{}
	for i, c := range chunks(lines) {
		for _, l := range c {
			if at, known := seen[l.Fingerprint]; known && at != i {
				t.Fatalf("%s is in two chunks", l.Fingerprint)
			}
			seen[l.Fingerprint] = i
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d fingerprints", len(seen))
	}
}

// What was in the bank before the first statement is booked once, and goes with its file.
func TestOpeningIsBookedOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		how := Reading{Format: Camt, Opening: true}
		report, err := d.Survey(ctx, d.ada, how, strings.NewReader(camtOf(80_000, march...)))
		must(t, err)
		if len(report.Openings) != 1 || report.Openings[0].Amount != euro(80_000) || report.Openings[0].Day != "2026-02-28" {
			t.Fatalf("the dry run finds %+v", report.Openings)
		}
		batch := Batch{ID: store.NewID(), Format: Camt}
		for range 2 {
			_, err = d.Run(ctx, d.ada, batch, how, strings.NewReader(camtOf(80_000, march...)), nil)
			must(t, err)
		}
		if got := d.balances(); got["Assets:Bank"] != 80_000 || got["Equity:Opening"] != -80_000 {
			t.Errorf("the books have %v", got)
		}
		must(t, d.settle(d.openLines()[1], Part{As: Expense, Amount: euro(-4_500), Kind: "materials", Name: "Tool Shed"}))
		_, err = d.TakeBack(ctx, d.ada, TakeBackAsk{batch.ID, "a test"}, nil)
		must(t, err)
		if got := d.balances(); len(got) != 0 {
			t.Errorf("after it was taken back: %v", got)
		}
	})
}
