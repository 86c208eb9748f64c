package authroom

import (
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// begin leads whoever may invite to it, while they are the only one.
func (r room) begin(q *web.Request) ([]web.Beginning, error) {
	if !q.Who.Can(auth.CanInvite) {
		return nil, nil
	}
	step := web.Beginning{Label: q.T("auth.begin.invite"), Detail: q.T("auth.begin.invite_text"), Path: q.Path("people", "invites")}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(s *store.Snapshot) error {
		list, err := auth.PresentMembers(s, auth.Membership{}, 2)
		step.Done = len(list) > 1
		return err
	})
	return []web.Beginning{step}, err
}
