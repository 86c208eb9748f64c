package sourcecred

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Person is an identity of the instance as the ledger leaves it.
type Person struct {
	intake.Identity
	Kind     string   // "USER", "ORGANIZATION", "PROJECT", "BOT"
	Aliases  []string // "github/ada", "discourse/ada"
	MergedBy string   // the identity that took this one over; empty for none
}

// Instance is what Scan found: people by their identifier in the ledger.
type Instance struct {
	People map[string]*Person
	at     map[string]string // address of a node in the graph → identifier
}

// Scan reads a ledger for its identities. Bad events are left to Read.
func Scan(file io.Reader) (*Instance, error) {
	in := &Instance{People: map[string]*Person{}, at: map[string]string{}}
	var failure error
	events(file, func(e event, err error) bool {
		switch {
		case err == nil:
			in.apply(e.Action)
		case fault.As(err) == nil:
			failure = err
		}
		return failure == nil
	})
	return in, failure
}

func (in *Instance) person(id string) *Person {
	p := in.People[id]
	if p == nil {
		p = &Person{Identity: intake.Identity{ID: "sourcecred:" + intake.Clean(id, 100)}}
		in.People[id] = p
	}
	return p
}

func (in *Instance) alias(id string, a alias) {
	p := in.person(id)
	p.Aliases = append(p.Aliases, intake.Clean(a.Description, 200))
	in.at[a.Address] = id
}

func (in *Instance) apply(a action) {
	switch a.Type {
	case "CREATE_IDENTITY":
		p := in.person(a.Identity.ID)
		p.Name, p.Kind = intake.Clean(a.Identity.Name, 200), intake.Clean(a.Identity.Subtype, 40)
		in.at[a.Identity.Address] = a.Identity.ID
		for _, alias := range a.Identity.Aliases {
			in.alias(a.Identity.ID, alias)
		}
	case "RENAME_IDENTITY":
		in.person(a.IdentityID).Name = intake.Clean(a.NewName, 200)
	case "ADD_ALIAS":
		if a.Alias != nil {
			in.alias(a.IdentityID, *a.Alias)
		}
	case "MERGE_IDENTITIES":
		target := in.person(a.Target)
		base := in.person(a.Base)
		if in.Of(a.Base).ID != target.ID { // else the merge would close a circle
			target.MergedBy = a.Base
			base.Aliases = append(base.Aliases, target.Aliases...)
		}
	}
}

// Of follows merges to the identity that is left.
func (in *Instance) Of(id string) intake.Identity {
	for range len(in.People) + 1 {
		p := in.People[id]
		if p == nil {
			return intake.Identity{ID: "sourcecred:" + intake.Clean(id, 100)}
		}
		if p.MergedBy == "" {
			return p.Identity
		}
		id = p.MergedBy
	}
	return intake.Identity{ID: "sourcecred:" + intake.Clean(id, 100)}
}

// List returns the identities that no other took over, by name.
func (in *Instance) List() []Person {
	var out []Person
	for _, id := range slices.Sorted(maps.Keys(in.People)) {
		if p := in.People[id]; p.MergedBy == "" {
			out = append(out, *p)
		}
	}
	slices.SortStableFunc(out, func(a, b Person) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Options say how to read a ledger.
type Options struct {
	Instance *Instance     // what Scan found; nil takes identities as they stand
	Unit     quantity.Unit // of grain here; empty is "grain"
}

// micro is 10^12: how many 10^-18 make a millionth.
var micro = big.NewInt(1_000_000_000_000)

// Read yields a Payout for each receipt and transfer of a ledger. name is the
// file's, for the provenance.
func Read(file io.Reader, name string, opts Options) intake.Records {
	if opts.Unit == "" {
		opts.Unit = "grain"
	}
	if opts.Instance == nil {
		opts.Instance = &Instance{}
	}
	return func(yield func(intake.Record, error) bool) {
		events(file, func(e event, err error) bool {
			if err != nil {
				return yield(nil, err)
			}
			payouts, err := opts.payouts(e, name)
			if err != nil {
				return yield(nil, err)
			}
			for _, p := range payouts {
				if !yield(p, nil) {
					return false
				}
			}
			return true
		})
	}
}

// payouts are all of an event, or none when one of them cannot be.
func (o *Options) payouts(e event, file string) ([]intake.Payout, error) {
	var out []intake.Payout
	add := func(key, to, amount string) error {
		p := intake.Payout{Key: key, To: o.Instance.Of(to), At: time.UnixMilli(e.Timestamp).UTC(),
			Source: intake.Provenance{Source: "sourcecred", File: file, Line: e.line, Ref: intake.Clean(e.UUID, 100)}}
		p.Day = p.At.Format(time.DateOnly)
		n, _ := grain(amount) // checked when the event was read
		whole, rest := new(big.Int).QuoRem(n, micro, new(big.Int))
		if !whole.IsInt64() {
			return fault.Invalidf("intake.grain", "amount", "%s is more than an amount can hold", amount).AtLine(e.line)
		}
		p.Amount = quantity.Micros(whole.Int64(), o.Unit)
		if rest.Sign() != 0 {
			p.Remainder = "0.000000" + strings.TrimRight(fmt.Sprintf("%012d", rest), "0")
		}
		if n.Sign() > 0 {
			out = append(out, p)
		}
		return nil
	}
	switch a := e.Action; a.Type {
	case "TRANSFER_GRAIN":
		if err := add(intake.Key("sourcecred", e.UUID), a.To, a.Amount); err != nil || len(out) == 0 {
			return nil, err
		}
		out[0].From, out[0].Policy = o.Instance.Of(a.From), "transfer"
		if a.Memo != nil {
			out[0].Note = intake.Clean(*a.Memo, 500)
		}
	case "DISTRIBUTE_GRAIN":
		for _, l := range a.Distribution.Allocations {
			first := len(out)
			for _, r := range l.Receipts {
				if err := add(intake.Key("sourcecred", e.UUID, l.ID, r.ID), r.ID, r.Amount); err != nil {
					return nil, err
				}
			}
			for i := range out[first:] {
				out[first+i].Policy, out[first+i].Note = strings.ToLower(intake.Clean(l.Policy.Type, 40)), intake.Clean(l.Policy.Memo, 500)
			}
		}
	}
	return out, nil
}
