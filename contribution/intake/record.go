package intake

import (
	"iter"
	"time"

	"commonweal/quantity"
)

// Records is what a source yields: a record, or the error of one line. A
// source that cannot go on (an unreadable file, not a repository) yields that
// error last.
type Records = iter.Seq2[Record, error]

// Record is one thing a source tells: a Draft, a Money, a Score or a Payout.
type Record interface {
	// DedupeKey is the record's Key.
	DedupeKey() string
	// Origin says where the record was read.
	Origin() Provenance
	// Identities are the source identities that the record names.
	Identities() []Identity
}

// Identity is somebody as the source knows them, before the mapping table says
// who that is here.
type Identity struct {
	// ID is stable and unique across sources: "mailto:ada@example.org",
	// "name:ada", "sourcecred:3tvn...", "opencollective:garden-club".
	ID string `json:"id"`
	// Name is for people to read; it may be empty and proves nothing.
	Name string `json:"name,omitempty"`
}

// IsZero reports whether nobody is named.
func (i Identity) IsZero() bool { return i.ID == "" }

// Provenance says where a record was read.
type Provenance struct {
	// Source is the format: "git", "timesheet", "praise", "sourcecred",
	// "opencollective", "quickadd" or "recurring".
	Source string `json:"source"`
	// File is the name the caller gave: a file name or the repository's name.
	File string `json:"file,omitempty"`
	// Line is the line of the file, from 1; 0 where the source has no lines.
	Line int `json:"line,omitempty"`
	// Ref is the source's own identifier: a commit, an event's uuid, a group.
	Ref string `json:"ref,omitempty"`
}

// Kind is what a contribution was: one row of the table of contribution kinds.
type Kind string

// The kinds of contribution.
const (
	Work       Kind = "work"       // time given to a process
	MoneyIn    Kind = "money"      // money given to the project
	Purchase   Kind = "purchase"   // money spent for the project
	Goods      Kind = "goods"      // things given
	Use        Kind = "use"        // equipment made available
	Cite       Kind = "cite"       // a design or other work built upon
	Production Kind = "production" // a bonus on what was produced
	Points     Kind = "points"     // recognition without a quantity of its own
)

// Stream keeps paid, free and caring work apart.
type Stream string

// The streams. Empty means that the source does not say.
const (
	Livelihood Stream = "livelihood"
	Love       Stream = "love"
	Care       Stream = "care"
)

// Draft is a contribution as a source tells it: a claim that nobody has
// validated yet.
type Draft struct {
	Key    string   `json:"key"`
	Kind   Kind     `json:"kind"`
	Stream Stream   `json:"stream,omitempty"`
	Person Identity `json:"person"`
	// LoggedBy is whoever recorded it for the person: the giver of a praise.
	LoggedBy Identity `json:"loggedBy,omitzero"`
	Project  string   `json:"project,omitempty"` // as the source names it
	Process  string   `json:"process,omitempty"` // task or process, as the source names it
	// Day is when it happened, YYYY-MM-DD, in the zone of the source.
	Day string `json:"day"`
	// From and To are the exact times where the source has them, else zero.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Quantity is what was given: hours, kilograms, a sum, points.
	Quantity quantity.Amount `json:"quantity"`
	// Subject names the thing for goods, use and cite: "apples", "laser cutter".
	Subject string `json:"subject,omitempty"`
	// Rate is the value per unit of Quantity, Value the value of the whole; nil
	// where the source does not say.
	Rate  *quantity.Amount `json:"rate,omitempty"`
	Value *quantity.Amount `json:"value,omitempty"`
	Note  string           `json:"note,omitempty"`
	// Evidence are links or hashes: a commit, a receipt.
	Evidence []string   `json:"evidence,omitempty"`
	Source   Provenance `json:"source"`
}

// DedupeKey implements Record.
func (d Draft) DedupeKey() string { return d.Key }

// Origin implements Record.
func (d Draft) Origin() Provenance { return d.Source }

// Identities implements Record.
func (d Draft) Identities() []Identity { return named(d.Person, d.LoggedBy) }

// Flow is the direction of money as seen from the project.
type Flow string

// The directions.
const (
	In  Flow = "in"
	Out Flow = "out"
)

// Money is one movement of money into or out of a project, with every fee, tax
// and tip as a line of its own. It is income when Flow is In.
type Money struct {
	Key  string    `json:"key"`
	ID   string    `json:"id,omitempty"` // the source's own identifier, which a refund names
	Flow Flow      `json:"flow"`
	Kind string    `json:"kind"` // lower case: "contribution", "added_funds", "expense", ...
	At   time.Time `json:"at"`
	Day  string    `json:"day"`
	// Party gave (In) or received (Out) the money.
	Party   Identity `json:"party"`
	Project string   `json:"project"`
	// Gross is the whole sum before Lines, positive; for a refund it is the sum
	// that goes back and Flow is turned.
	Gross quantity.Amount `json:"gross"`
	// Lines are fees, taxes and tips: what Gross loses on its way into the
	// project, or what the project pays on top of Gross on its way out. A
	// negative line came back to the project, as with a refund.
	Lines    []Line   `json:"lines,omitempty"`
	Category string   `json:"category,omitempty"` // such as the type of an expense
	Tags     []string `json:"tags,omitempty"`
	Note     string   `json:"note,omitempty"`
	// Refund says that this movement gives an earlier one back; RefundOf is the
	// source's identifier of it where the source tells.
	Refund   bool       `json:"refund,omitempty"`
	RefundOf string     `json:"refundOf,omitempty"`
	Source   Provenance `json:"source"`
}

// Line is one fee, tax or tip of a Money.
type Line struct {
	Kind   string          `json:"kind"` // "processor_fee", "host_fee", "platform_fee", "tax", "platform_tip"
	Amount quantity.Amount `json:"amount"`
	To     Identity        `json:"to,omitzero"`
}

// DedupeKey implements Record.
func (m Money) DedupeKey() string { return m.Key }

// Origin implements Record.
func (m Money) Origin() Provenance { return m.Source }

// Identities implements Record.
func (m Money) Identities() []Identity { return named(m.Party) }

// Net is what the project's balance changes by, without its sign: gross less
// the lines on the way in, gross plus the lines on the way out.
func (m Money) Net() (quantity.Amount, error) {
	net := m.Gross
	for _, l := range m.Lines {
		var err error
		if m.Flow == In {
			net, err = net.Sub(l.Amount)
		} else {
			net, err = net.Add(l.Amount)
		}
		if err != nil {
			return quantity.Amount{}, err
		}
	}
	return net, nil
}

// Draft returns the movement as a contribution of its party: money given, or
// money spent for the project. A refund is no contribution.
func (m Money) Draft() (Draft, bool) {
	if m.Refund || m.Gross.Sign() <= 0 {
		return Draft{}, false
	}
	kind := MoneyIn
	if m.Flow == Out {
		kind = Purchase
	}
	gross := m.Gross
	return Draft{Key: m.Key + "/draft", Kind: kind, Person: m.Party, Project: m.Project, Process: m.Category,
		Day: m.Day, From: m.At, To: m.At, Quantity: gross, Value: &gross, Note: m.Note, Source: m.Source}, true
}

// Score is one rater's judgment of one item in a past evaluation. A rater who
// did not answer has no Mark and is neither Dismissed nor a duplicate: that is
// missing, not zero.
type Score struct {
	Key         string     `json:"key"`
	Item        string     `json:"item"` // the Key of the Draft
	Rater       Identity   `json:"rater"`
	Mark        *int64     `json:"mark,omitempty"`
	Dismissed   bool       `json:"dismissed,omitempty"`
	DuplicateOf string     `json:"duplicateOf,omitempty"` // the Key of the original Draft
	Source      Provenance `json:"source"`
}

// DedupeKey implements Record.
func (s Score) DedupeKey() string { return s.Key }

// Origin implements Record.
func (s Score) Origin() Provenance { return s.Source }

// Identities implements Record.
func (s Score) Identities() []Identity { return named(s.Rater) }

// Payout is something that was paid before: history that "pay the most
// under-paid" needs, and no new duty. From is set when one person passed it on
// to another.
type Payout struct {
	Key    string          `json:"key"`
	At     time.Time       `json:"at"`
	Day    string          `json:"day"`
	To     Identity        `json:"to"`
	From   Identity        `json:"from,omitzero"`
	Amount quantity.Amount `json:"amount"`
	// Remainder is what is finer than a millionth, as decimal text of whole
	// units ("0.000000000000000001"); empty for none.
	Remainder string     `json:"remainder,omitempty"`
	Policy    string     `json:"policy,omitempty"`
	Note      string     `json:"note,omitempty"`
	Source    Provenance `json:"source"`
}

// DedupeKey implements Record.
func (p Payout) DedupeKey() string { return p.Key }

// Origin implements Record.
func (p Payout) Origin() Provenance { return p.Source }

// Identities implements Record.
func (p Payout) Identities() []Identity { return named(p.To, p.From) }

func named(ids ...Identity) []Identity {
	out := ids[:0]
	for _, id := range ids {
		if !id.IsZero() {
			out = append(out, id)
		}
	}
	return out
}
