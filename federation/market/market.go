package market

import (
	"strings"
	"time"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// The purposes of a proposal.
const (
	Offer   = "offer"
	Request = "request"
)

// Intent is what a proposal offers or wants: the primary or the reciprocal one.
type Intent struct {
	ID         string           `json:"id"` // the proposal's, then #primary or #reciprocal
	Action     string           `json:"action"`
	ConformsTo string           `json:"conformsTo,omitempty"` // any URI: what kind of thing it is
	Quantity   quantity.Amount  `json:"quantity"`
	Available  *quantity.Amount `json:"available,omitempty"`
}

// Proposal is an offer or a request that was published.
type Proposal struct {
	ID         string    `json:"id"`
	Actor      string    `json:"actor"` // attributedTo
	Purpose    string    `json:"purpose"`
	Name       string    `json:"name,omitempty"`
	Content    string    `json:"content,omitempty"` // plain text
	Published  time.Time `json:"published,omitzero"`
	Primary    Intent    `json:"primary"`
	Reciprocal *Intent   `json:"reciprocal,omitempty"` // nil: a gift
	UnitBased  bool      `json:"unitBased,omitempty"`
	To         []string  `json:"to"`
	Payment    string    `json:"payment,omitempty"` // a payment link: where or how one can pay
}

// Commitment is one side of an agreement.
type Commitment struct {
	ID        string          `json:"id,omitempty"`
	Satisfies string          `json:"satisfies"` // an intent
	Quantity  quantity.Amount `json:"quantity"`
}

// Agreement is what an offer proposes and an acceptance finalizes.
type Agreement struct {
	ID         string      `json:"id,omitempty"`
	Primary    Commitment  `json:"primary"`
	Reciprocal *Commitment `json:"reciprocal,omitempty"`
	Payment    string      `json:"payment,omitempty"` // a payment link
}

// Proposal returns the address of the proposal that the agreement is about.
func (a Agreement) Proposal() string {
	address, _, _ := strings.Cut(a.Primary.Satisfies, "#")
	return address
}

// Bounds of texts, in characters.
const (
	maxName    = 200
	maxContent = 4000
	maxAddress = 2000
)

// IsProposal reports whether an object is a proposal: by its type, or, as some
// servers publish it to reach more readers, a note that has what a proposal has.
func IsProposal(o activitypub.Object) bool {
	return o.Is("Proposal") || o.Is("Note") && o.Text("purpose") != "" && len(o.Objects("publishes")) > 0
}

// ReadProposal reads a proposal. Invalid: federation.no_proposal, .purpose,
// .intents, .action, .quantity, .unit_based, .audience, .missing_id.
func ReadProposal(o activitypub.Object) (p Proposal, err error) {
	p = Proposal{ID: o.Text("id"), Actor: o.ID("attributedTo"), Purpose: activitypub.Term(o.Text("purpose")), Name: o.Plain("name", maxName),
		Content: o.Plain("content", maxContent), Published: o.Time("published"), To: o.IDs("to"), Payment: readPayment(o, "attachment")}
	switch {
	case !IsProposal(o):
		return p, fault.Invalidf("federation.no_proposal", "type", "this is a %.60q, no proposal", o.Kind())
	case p.Purpose != Offer && p.Purpose != Request:
		return p, fault.Invalidf("federation.purpose", "purpose", "%.60q is no purpose; a proposal is an offer or a request", p.Purpose)
	case !address(p.ID) || !address(p.Actor):
		return p, fault.Invalidf("federation.missing_id", "id", "the proposal does not say which it is or whose")
	case len(p.To) == 0:
		return p, fault.Invalidf("federation.audience", "to", "the proposal does not say to whom it goes")
	}
	unitBased, ok := o.Bool("unitBased")
	if !ok {
		return p, fault.Invalidf("federation.unit_based", "unitBased", "the proposal does not say whether multiples may be taken")
	}
	p.UnitBased = unitBased
	if p.Primary, err = readIntent(o, "publishes"); err != nil {
		return p, err
	}
	if o["reciprocal"] == nil {
		return p, nil
	}
	r, err := readIntent(o, "reciprocal")
	p.Reciprocal = &r
	if err == nil && r.ID == p.Primary.ID {
		err = fault.Invalidf("federation.intents", "reciprocal", "both intents of the proposal are called %.200q", r.ID)
	}
	return p, err
}

func readIntent(of activitypub.Object, field string) (i Intent, err error) {
	o := of.Object(field)
	if o == nil || !o.Is("Intent") {
		return i, fault.Invalidf("federation.intents", field, "the proposal has not exactly one intent in %s", field)
	}
	i = Intent{ID: o.Text("id"), Action: activitypub.Term(o.Text("action")), ConformsTo: o.ID("resourceConformsTo")}
	if !address(i.ID) {
		return i, fault.Invalidf("federation.missing_id", field, "the intent in %s has no identifier", field)
	}
	if i.Action != "transfer" && i.Action != "deliverService" {
		return i, fault.Invalidf("federation.action", field, "the action of the intent in %s is %.60q; it is transfer or deliverService", field, i.Action)
	}
	if len(i.ConformsTo) > maxAddress {
		i.ConformsTo = ""
	}
	if i.Quantity, err = ReadQuantity(o, "resourceQuantity"); err != nil || o["availableQuantity"] == nil {
		return i, err
	}
	a, err := ReadQuantity(o, "availableQuantity")
	i.Available = &a
	if err == nil && a.Unit != i.Quantity.Unit {
		err = fault.Invalidf("federation.quantity", "availableQuantity", "%s is available of what is counted as %s", a, i.Quantity)
	}
	return i, err
}

func address(text string) bool {
	return len(text) <= maxAddress && strings.Contains(text, "://") && activitypub.HostOf(text) != ""
}

// Object returns the proposal as a document.
func (p Proposal) Object() map[string]any {
	o := map[string]any{"type": "Proposal", "id": p.ID, "purpose": p.Purpose, "attributedTo": p.Actor, "publishes": p.Primary.object(), "unitBased": p.UnitBased, "to": p.To}
	set(o, "name", p.Name)
	set(o, "content", escape(p.Content))
	if p.Payment != "" {
		o["attachment"] = []any{paymentLink(p.Payment)}
	}
	if !p.Published.IsZero() {
		o["published"] = p.Published.UTC().Format(time.RFC3339)
	}
	if p.Reciprocal != nil {
		o["reciprocal"] = p.Reciprocal.object()
	}
	return o
}

func (i Intent) object() map[string]any {
	o := map[string]any{"type": "Intent", "id": i.ID, "action": i.Action, "resourceQuantity": WriteQuantity(i.Quantity)}
	set(o, "resourceConformsTo", i.ConformsTo)
	if i.Available != nil {
		o["availableQuantity"] = WriteQuantity(*i.Available)
	}
	return o
}

func set(o map[string]any, name, text string) {
	if text != "" {
		o[name] = text
	}
}

// ReadAgreement reads an agreement. A finalized one has identifiers. The published
// example misspells the member stipulates; both spellings are read.
// Invalid: federation.no_agreement, .commitments, .quantity, .missing_id.
func ReadAgreement(o activitypub.Object, finalized bool) (a Agreement, err error) {
	if o == nil || !o.Is("Agreement") {
		return a, fault.Invalidf("federation.no_agreement", "type", "this is a %.60q, no agreement", o.Kind())
	}
	a.ID, a.Payment = o.Text("id"), readPayment(o, "url")
	if finalized && !address(a.ID) {
		return a, fault.Invalidf("federation.missing_id", "id", "the finalized agreement has no identifier")
	}
	first := "stipulates"
	if o[first] == nil {
		first = "stiplulates"
	}
	if a.Primary, err = readCommitment(o, first, finalized); err != nil || o["stipulatesReciprocal"] == nil {
		return a, err
	}
	r, err := readCommitment(o, "stipulatesReciprocal", finalized)
	a.Reciprocal = &r
	return a, err
}

func readCommitment(of activitypub.Object, field string, finalized bool) (c Commitment, err error) {
	o := of.Object(field)
	if o == nil || !o.Is("Commitment") {
		return c, fault.Invalidf("federation.commitments", field, "the agreement has not exactly one commitment in %s", field)
	}
	c.ID, c.Satisfies = o.Text("id"), o.ID("satisfies")
	if !address(c.Satisfies) || finalized && !address(c.ID) {
		return c, fault.Invalidf("federation.missing_id", field, "the commitment in %s lacks an identifier, or that of the intent it satisfies", field)
	}
	c.Quantity, err = ReadQuantity(o, "resourceQuantity")
	return c, err
}

// Object returns the agreement as a document.
func (a Agreement) Object() map[string]any {
	o := map[string]any{"type": "Agreement", "stipulates": a.Primary.object()}
	set(o, "id", a.ID)
	if a.Payment != "" {
		o["url"] = paymentLink(a.Payment)
	}
	if a.Reciprocal != nil {
		o["stipulatesReciprocal"] = a.Reciprocal.object()
	}
	return o
}

func (c Commitment) object() map[string]any {
	o := map[string]any{"type": "Commitment", "satisfies": c.Satisfies, "resourceQuantity": WriteQuantity(c.Quantity)}
	set(o, "id", c.ID)
	return o
}
