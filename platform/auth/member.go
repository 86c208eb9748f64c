package auth

import (
	"context"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Admit makes an account a member of the commons the asker is in.
func (g *Gate) Admit(ctx context.Context, who Identity, account store.ID, role Role) (Membership, error) {
	if err := who.Must(CanAdmit); err != nil {
		return Membership{}, err
	}
	a, err := g.TakeSeat(ctx, account, who.Commons)
	if err != nil {
		return Membership{}, err
	}
	return inCommons(ctx, g, who, func(tx *store.Tx) (Membership, error) { return g.AdmitIn(tx, who.Agent, a, role) })
}

// inCommons runs an act in the lane of the commons the asker is in.
func inCommons[R any](ctx context.Context, g *Gate, who Identity, act func(*store.Tx) (R, error)) (R, error) {
	return store.Write(ctx, g.store, store.Command{Commons: who.Commons}, act)
}

// TakeSeat notes on the host that an account may be a member of a commons, so
// that the commons shows up among theirs. Call it before AdmitIn: a seat
// without a membership is harmless, a membership without a seat is not found.
func (g *Gate) TakeSeat(ctx context.Context, account, commons store.ID) (Account, error) {
	return onHost(ctx, g, func(tx *store.Tx) (Account, error) {
		a, err := accountByID(tx, account)
		if err != nil {
			return a, err
		}
		tx.AfterCommit(func() { g.seats.Drop(string(account)) })
		_, err = tx.Exec(upsertSeat, account, commons)
		return a, err
	})
}

// AdmitIn is Admit inside an act of the commons; the caller has checked who
// may, and has called TakeSeat. by is the agent who admits, empty for the
// host. Somebody who is a member already stays what they are.
func (g *Gate) AdmitIn(tx *store.Tx, by store.ID, a Account, role Role) (Membership, error) {
	if role != Member && role != Steward {
		return Membership{}, fault.Invalidf("auth.role", "role", "somebody is admitted as member or steward, not as %s", role)
	}
	m, found, err := MemberOf(tx, a.ID)
	if err != nil || m.Active() {
		return m, err
	}
	if !found {
		return g.admitNew(tx, by, a, role)
	}
	m.Name, m.Role, m.Ended, m.Again = a.Name, role, time.Time{}, true
	if err := writeMember(tx, m); err != nil {
		return m, err
	}
	return m, g.enterAdmitted(tx, by, m)
}

// admitNew admits somebody who never was a member.
func (g *Gate) admitNew(tx *store.Tx, by store.ID, a Account, role Role) (Membership, error) {
	m := Membership{Commons: tx.Commons(), Agent: tx.NewID(), Account: a.ID, Name: a.Name, Role: role, Joined: tx.Now()}
	err := tx.Append(insertMember, m.Agent, m.Account, m.Name, role.String(), store.Micros(m.Joined), 0)
	if err != nil {
		return m, err
	}
	return m, g.enterAdmitted(tx, by, m)
}

func (g *Gate) enterAdmitted(tx *store.Tx, by store.ID, m Membership) error {
	return g.enter(tx, "auth.admit", by, m, map[string]any{"agent": m.Agent, "role": m.Role.String()}, g.config.Admitted)
}

func writeMember(tx *store.Tx, m Membership) error {
	var ended int64
	if !m.Ended.IsZero() {
		ended = store.Micros(m.Ended)
	}
	_, err := tx.Exec(updateMember, m.Agent, m.Account, m.Name, m.Role.String(), ended)
	return err
}

// SetRole makes a member a steward or a steward a member.
func (g *Gate) SetRole(ctx context.Context, who Identity, agent store.ID, role Role) error {
	if err := who.Must(CanSetRole); err != nil {
		return err
	}
	if role != Member && role != Steward {
		return fault.Invalidf("auth.role", "role", "a member can be member or steward, not %s", role)
	}
	_, err := inCommons(ctx, g, who, func(tx *store.Tx) (struct{}, error) {
		m, err := ActiveMember(tx, agent)
		if err != nil || m.Role == role {
			return struct{}{}, err
		}
		if role != Steward {
			if err := keepASteward(tx, m); err != nil {
				return struct{}{}, err
			}
		}
		m.Role = role
		if err := writeMember(tx, m); err != nil {
			return struct{}{}, err
		}
		public := map[string]any{"agent": agent, "role": role.String()}
		return struct{}{}, g.enter(tx, "auth.set_role", who.Agent, m, public, nil)
	})
	return err
}

// keepASteward refuses to take the last steward from a commons that has other members.
func keepASteward(tx *store.Tx, m Membership) error {
	var others, stewards int
	if err := tx.QueryRow(countOthers, m.Agent).Scan(&others, &stewards); err != nil {
		return err
	}
	if m.Role == Steward && stewards == 0 && others > 0 {
		return fault.Conflictf("auth.last_steward", "", "this is the last steward; make another member steward first")
	}
	return nil
}

// Remove ends somebody's membership.
func (g *Gate) Remove(ctx context.Context, who Identity, agent store.ID) error {
	if err := who.Must(CanRemove); err != nil {
		return err
	}
	_, err := inCommons(ctx, g, who, func(tx *store.Tx) (struct{}, error) {
		m, err := ActiveMember(tx, agent)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, g.end(tx, "auth.remove", who.Agent, m)
	})
	return err
}

// Leave ends the asker's own membership. What they did stays in the books.
func (g *Gate) Leave(ctx context.Context, who Identity) error {
	if err := who.Self(); err != nil {
		return err
	}
	if err := who.Must(CanLeave); err != nil {
		return err
	}
	_, err := inCommons(ctx, g, who, func(tx *store.Tx) (struct{}, error) {
		m, err := ActiveMember(tx, who.Agent)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, g.end(tx, "auth.leave", who.Agent, m)
	})
	return err
}

func (g *Gate) end(tx *store.Tx, act string, by store.ID, m Membership) error {
	if err := keepASteward(tx, m); err != nil {
		return err
	}
	m.Ended = tx.Now()
	if err := writeMember(tx, m); err != nil {
		return err
	}
	return g.enter(tx, act, by, m, map[string]any{"agent": m.Agent}, g.config.Ended)
}
