package auth

import (
	"context"
	"errors"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// enrollChunk is how many people one act admits: small enough that other acts
// of the commons do not wait long.
const enrollChunk = 250

// insertSeat is for accounts that are new and can therefore have no seat yet.
var insertSeat = store.Into("auth_seat", "account", "commons")

// Enroll makes accounts for many people and admits them all to the commons
// the asker is in, for imports and demonstrations. It returns the memberships
// in the order of the people. People without a password can be given a
// recovery link later. A fault names the person by Line, from 1; people of
// earlier chunks then stay enrolled.
func (g *Gate) Enroll(ctx context.Context, who Identity, people []Person, role Role) ([]Membership, error) {
	return g.EnrollWith(ctx, who, people, role, nil)
}

// EnrollWith is Enroll with more in the acts that admit: also is called with
// the members of each chunk, of whom the first is people[first], and fails the
// act when it fails. So what the asker must remember of the new members is
// there exactly when they are, also when the program is killed in between.
func (g *Gate) EnrollWith(ctx context.Context, who Identity, people []Person, role Role, also func(tx *store.Tx, first int, chunk []Membership) error) ([]Membership, error) {
	if err := who.Must(CanAccounts); err != nil {
		return nil, err
	}
	if role != Member && role != Steward {
		return nil, fault.Invalidf("auth.role", "role", "somebody is admitted as member or steward, not as %s", role)
	}
	out := make([]Membership, 0, len(people))
	for first := 0; first < len(people); first += enrollChunk {
		chunk := people[first:min(first+enrollChunk, len(people))]
		accounts, err := g.enrollAccounts(ctx, who.Commons, chunk, first)
		if err != nil {
			return out, err
		}
		members, err := inCommons(ctx, g, who, func(tx *store.Tx) (list []Membership, err error) {
			for _, a := range accounts {
				m, err := g.admitNew(tx, who.Agent, a, role)
				if err != nil {
					return nil, err
				}
				list = append(list, m)
			}
			if also != nil {
				err = also(tx, first, list)
			}
			return list, err
		})
		if err != nil { // leave no accounts behind that belong nowhere
			return out, errors.Join(err, g.unenroll(context.WithoutCancel(ctx), accounts))
		}
		out = append(out, members...)
	}
	return out, nil
}

// unenroll deletes the accounts of a chunk that the commons did not admit.
func (g *Gate) unenroll(ctx context.Context, accounts []Account) error {
	var errs []error
	for _, a := range accounts {
		errs = append(errs, g.eraseHost(ctx, a.ID))
	}
	return errors.Join(errs...)
}

// enrollAccounts makes the accounts of one chunk and their seats.
func (g *Gate) enrollAccounts(ctx context.Context, commons store.ID, people []Person, first int) ([]Account, error) {
	checked, hashes := make([]Person, len(people)), make([]string, len(people))
	for i, p := range people {
		var err error
		if checked[i], err = p.checked(); err == nil && p.Password != "" {
			hashes[i], err = g.hasher.make(ctx, p.Password)
		}
		if err != nil {
			return nil, atLine(err, first+i+1)
		}
	}
	return onHost(ctx, g, func(tx *store.Tx) ([]Account, error) {
		taken, err := handlesBetween(tx, checked)
		if err != nil {
			return nil, err
		}
		list := make([]Account, len(checked))
		for i, p := range checked {
			if p.Handle != "" && taken[p.Handle] {
				return nil, errHandleTaken(p.Handle).AtLine(first + i + 1)
			}
			taken[p.Handle] = true
			list[i] = newAccount(tx, p, hashes[i])
			if err := appendAccount(tx, list[i]); err != nil {
				return nil, err
			}
		}
		for _, a := range list {
			if err := tx.Append(insertSeat, a.ID, commons); err != nil {
				return nil, err
			}
			if err := awaits(tx, a.ID, commons); err != nil {
				return nil, err
			}
		}
		return list, nil
	})
}

var selectHandles = store.SQL(`SELECT handle FROM auth_account WHERE commons_id = $1 AND handle >= $2 AND handle <= $3`)

// handlesBetween returns the sign-in names in use that are neither before nor
// after all those of the people: one question instead of one for each.
func handlesBetween(r store.Reader, people []Person) (map[string]bool, error) {
	var asked []string
	for _, p := range people {
		if p.Handle != "" {
			asked = append(asked, p.Handle)
		}
	}
	taken := map[string]bool{}
	if len(asked) == 0 {
		return taken, nil
	}
	list, err := store.All(r, scanText, selectHandles, slices.Min(asked), slices.Max(asked))
	for _, h := range list {
		taken[h] = true
	}
	return taken, err
}

// atLine names the person at fault by their line, from 1.
func atLine(err error, line int) error {
	if f := fault.As(err); f != nil {
		return f.AtLine(line)
	}
	return err
}

func scanText(s store.Scanner) (text string, err error) {
	err = s.Scan(&text)
	return text, err
}
