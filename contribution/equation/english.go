package equation

import (
	"maps"
	"slices"
	"strings"
)

// english is the default wording of every message, by key. Pages use their
// own catalogs; {amount} is the step's amount, {unit} the currency.
var english = map[string]string{
	"equation.why.pot":          "{amount} {unit} came in to be shared.",
	"equation.why.remaining":    "{amount} {unit} of it was left for this bucket and those after it.",
	"equation.why.bucket":       "{bucket} gets {percent} % of {of} {unit}: {amount} {unit}.",
	"equation.why.from_last":    "The bucket before it left {amount} {unit}.",
	"equation.why.bucket_cap":   "A cap takes {cut} {unit} off; {amount} {unit} is available.",
	"equation.why.leftover":     "What the bucket did not use, {amount} {unit}, goes to its declared receiver.",
	"equation.why.fixed":        "A fixed receiver with weight {weight}: {amount} {unit}.",
	"equation.why.game":         "{people} people made it together. What the receiver adds, on average over all orders in which they can come, is {adds} of {total}; alone it would be {alone}. That is the weight: {amount} {unit}.",
	"equation.why.game_drawn":   "{people} people made it together. What the receiver adds, on average over {orders} orders drawn by lot (seed {seed}), is {adds} of {total}, within {error}; alone it would be {alone}. That is the weight: {amount} {unit}.",
	"equation.why.claims":       "{claims} claims of {people} people come to {amount} {unit}.",
	"equation.why.payable":      "{amount} {unit} is paid on them.",
	"equation.why.oldest_first": "The oldest claims are paid first, as far as the money goes: {amount} {unit}.",
	"equation.why.entitled":     "The claims of {person} come to {amount} {unit}.",
	"equation.why.helper":       "{person} gives a part of that to the receiver: {amount} {unit}.",
	"equation.why.balanced":     "Past pay leaves {person} {amount} {unit} behind an even share; that is the weight now.",
	"equation.why.share":        "A weight of {weight} among {weights} makes {exact} {unit}, paid as {amount} {unit}.",
	"equation.why.rounded_up":   "Rounding gained {gained} {unit}: one of the largest remainders.",
	"equation.why.rounded_down": "Rounding lost {lost} {unit}: other remainders were larger.",
	"equation.why.limited":      "A cap, or what is owed, limits it to {amount} {unit}.",
	"equation.why.surplus":      "{amount} {unit} of it is above what was owed.",

	"equation.change.bucket_short":  "{missing} {unit} more in this bucket would pay all its claims.",
	"equation.change.limited":       "A higher cap, or more owed to {person}, would raise it.",
	"equation.change.not_validated": "{count} contributions wait for validation.",
	"equation.change.disputed":      "{count} contributions are disputed.",
	"equation.change.missing_input": "{count} contributions lack a figure that the formula needs.",
	"equation.change.unit":          "{count} contributions are in another unit than the rule counts in.",
	"equation.change.currency":      "{count} contributions are priced in another currency.",
}

// English returns the derivation in plain English, a sentence a line.
func (d *Derivation) English() string {
	var b strings.Builder
	for _, s := range d.Steps {
		b.WriteString(d.sentence(s.Message, s.Amount) + "\n")
	}
	for _, c := range d.Claims {
		b.WriteString("  " + c.Kind + " of " + c.Person + ": " + c.Trace.Text + "; " + d.kept(c) + "owed on it now " + micros(c.Entitled) + ", paid " + micros(c.Amount) + " " + string(d.Unit) + ".\n")
	}
	for _, m := range d.Changes {
		b.WriteString(d.sentence(m, 0) + "\n")
	}
	return b.String()
}

// kept says what an exit left of a claim.
func (d *Derivation) kept(c ClaimStep) string {
	if c.Left == "" {
		return ""
	}
	return "the contributor left and keeps " + micros(c.Kept) + " of " + micros(c.Original) + "; "
}

func (d *Derivation) sentence(m Message, amount int64) string {
	pairs := []string{"{amount}", micros(amount), "{unit}", string(d.Unit)}
	for name, value := range m.Args {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(english[m.Key])
}

// MessageKeys returns the keys of all messages that a Derivation can hold, in
// order, for the catalogs of the pages.
func MessageKeys() []string {
	return slices.Sorted(maps.Keys(english))
}
