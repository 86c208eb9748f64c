package limit_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"commonweal/credit/limit"
	"commonweal/platform/fault"
)

const unit limit.Micros = 1_000_000

func at(n limit.Micros) *limit.Micros { return &n }

// A baker sold 600 in the last six months: 100 a month. Her line is three times
// that, 300, within 50 and 1000.
func TestLinesFollowRecentSales(t *testing.T) {
	turnover := limit.Turnover{Times: limit.Fraction{Of: 3, In: 1}, Months: 6, Least: 50 * unit, Most: 1000 * unit, Partner: 40 * unit}
	p := limit.Policy{Turnover: &turnover, Above: &limit.Fraction{Of: 2, In: 1}, Step: 10 * unit}
	for _, c := range []struct {
		sold limit.Receipts
		line limit.Micros
	}{
		{limit.Receipts{"a": 200 * unit, "b": 200 * unit, "c": 200 * unit}, 300},
		{limit.Receipts{"a": 500 * unit, "b": 100 * unit}, 170}, // a counts for 40 a month: 240; 340 / 6 × 3 = 170
		{limit.Receipts{"a": 35 * unit}, 50},                    // 17.5 is below the least
		{limit.Receipts{"a": 150 * unit}, 70},                   // 75, down to whole tens
		{nil, 50},
	} {
		r := p.Decide(limit.Basis{Traded: turnover.Counted(c.sold)})
		if r.Band.Floor != -c.line*unit || *r.Band.Ceiling != 2*c.line*unit || r.Rule != limit.ByTurnover {
			t.Errorf("sales of %v give a floor of %d by %s, want %d", c.sold, r.Band.Floor, r.Rule, -c.line*unit)
		}
	}
}

// Komunitin's rule: each receipt lifts the line by a share of it, up to a most.
func TestLinesGrowWithReceipts(t *testing.T) {
	p := limit.Policy{Line: 20 * unit, Growth: &limit.Growth{Share: limit.Fraction{Of: 1, In: 10}, Most: 30 * unit, Partner: 1000 * unit}}
	for received, line := range map[limit.Micros]limit.Micros{0: 20, 100: 30, 300: 50, 9000: 50} {
		r := p.Decide(limit.Basis{Received: received * unit})
		if r.Band.Floor != -line*unit {
			t.Errorf("%d received give a floor of %d, want %d", received, r.Band.Floor, -line*unit)
		}
		if grown := r.Rule == limit.ByGrowth; grown != (received > 0) {
			t.Errorf("%d received say %s", received, r.Rule)
		}
	}
}

// What the commons decided overrides the rest until it ends; a soft band sits inside.
func TestInvariant6DecisionsOverride(t *testing.T) {
	end := time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC)
	d := &limit.Decision{Band: limit.Band{Floor: -7, Ceiling: at(0)}, Until: end}
	p := limit.Usual(100)
	r := p.Decide(limit.Basis{Decision: d.At(end.Add(-1))})
	if r.Band.Floor != -7 || *r.Band.Ceiling != 0 || r.Rule != limit.ByDecision || r.Soft.Floor != -3 || *r.Soft.Ceiling != 0 {
		t.Errorf("a decision gives %+v within %+v", r.Soft, r.Band)
	}
	r = p.Decide(limit.Basis{Decision: d.At(end)})
	if r.Band.Floor != -100 || *r.Band.Ceiling != 200 || r.Rule != limit.ByFixed || r.Soft.Floor != -50 {
		t.Errorf("after its end it still gives %+v", r)
	}
}

// A ceiling of zero is a ceiling, and no multiple is none.
func TestNoCeilingIsNotZero(t *testing.T) {
	if b := (limit.Policy{Line: 5}).Decide(limit.Basis{}).Band; b.Ceiling != nil {
		t.Errorf("a ceiling of %d comes from nothing", *b.Ceiling)
	}
	if b := (limit.Policy{Line: 5, Above: &limit.Fraction{Of: 0, In: 1}}).Decide(limit.Basis{}).Band; b.Ceiling == nil || *b.Ceiling != 0 {
		t.Errorf("a multiple of zero gives the ceiling %v", b.Ceiling)
	}
}

// Each crossing is told once, not each payment that follows.
func TestCrossings(t *testing.T) {
	b := limit.Band{Floor: -50, Ceiling: at(100)}
	var told []limit.Crossing
	balance := limit.Micros(0)
	for _, to := range []limit.Micros{-50, -51, -70, -50, -51, 100, 101, 150, 99} {
		told = append(told, b.Crossed(balance, to))
		balance = to
	}
	if got := fmt.Sprint(told); got != "[ below   below  above  ]" {
		t.Errorf("told %q", got)
	}
}

// Months are full, and those of the commons: where the clock changes too.
func TestFullMonths(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	from, to := limit.Window(time.Date(2026, 3, 31, 22, 30, 0, 0, time.UTC), 2, zone) // April has begun there
	if got := from.UTC().Format(time.RFC3339) + " " + to.UTC().Format(time.RFC3339); got != "2026-01-31T23:00:00Z 2026-03-31T22:00:00Z" {
		t.Errorf("the window is %s", got)
	}
}

// What is wrong with a policy is named.
func TestPoliciesAreChecked(t *testing.T) {
	half := limit.Fraction{Of: 1, In: 2}
	for code, p := range map[string]limit.Policy{
		"limit.line":     {Line: -1},
		"limit.step":     {Step: -1},
		"limit.fraction": {Soft: &limit.Fraction{Of: 3, In: 2}},
		"limit.months":   {Turnover: &limit.Turnover{Times: half, Partner: 1}},
		"limit.bounds":   {Turnover: &limit.Turnover{Times: half, Months: 3, Least: 5, Most: 4, Partner: 1}},
		"limit.partner":  {Growth: &limit.Growth{Share: half, Most: 5}},
	} {
		if got := fault.CodeOf(p.Check()); got != code {
			t.Errorf("%+v is refused as %q, want %s", p, got, code)
		}
	}
	if err := (limit.Policy{Growth: &limit.Growth{Share: limit.Fraction{Of: 1, In: 0}, Partner: 1}}).Check(); fault.CodeOf(err) != "limit.fraction" {
		t.Errorf("a fraction of nothing ends with %v", err)
	}
	if err := limit.Usual(20 * unit).Check(); err != nil {
		t.Error(err)
	}
}

// Amounts are exact decimals in text, to the last millionth.
func TestPoliciesAsText(t *testing.T) {
	p := limit.Usual(20_000_001)
	text, err := json.Marshal(p)
	if want := `{"line":"20.000001","above":{"of":2,"in":1},"soft":{"of":1,"in":2}}`; err != nil || string(text) != want {
		t.Fatalf("%s, want %s: %v", text, want, err)
	}
	var back limit.Policy
	if err := json.Unmarshal(text, &back); err != nil || back.Line != p.Line {
		t.Errorf("%+v came back: %v", back, err)
	}
}
