package contribution

import (
	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// waitingItem is a contribution that waits for somebody's verdict.
type waitingItem struct {
	Entry
	Earlier []Decision // what others decided already
}

// waitingChunk is how many candidates are looked at together, and waitingMost
// how many of these looks one page takes: most of what is logged waits for
// everybody but its author, so that one look is nearly always enough.
const (
	waitingChunk = 200
	waitingMost  = 5
)

// waitingFor returns what waits for a person's verdict, oldest first, at most
// limit of it; more is true when there may be further ones. Stewards also see
// the appeals that they did not decide about before.
func (p *Practice) waitingFor(r *store.Snapshot, who auth.Identity, f Filter, limit int) (list []waitingItem, more bool, err error) {
	s, err := settings.Get(r)
	if err != nil {
		return nil, false, err
	}
	f.Oldest, f.NotBy, f.Limit = true, who.Agent, waitingChunk
	states := []State{Logged}
	if who.Role >= auth.Steward {
		states = []State{Disputed, Logged}
	}
	for _, f.State = range states {
		from := f
		for look := 0; look < waitingMost; look++ {
			entries, err := p.List(r, from)
			if err != nil {
				return nil, false, err
			}
			items, err := decidable(r, s, who, entries)
			if err != nil {
				return nil, false, err
			}
			list = append(list, items...)
			if len(list) > limit {
				return list[:limit], true, nil
			}
			if len(entries) < waitingChunk {
				break
			}
			from.Before, more = entries[len(entries)-1].No, look == waitingMost-1
		}
	}
	return list, more, nil
}

// decidable keeps the contributions that a person may decide about.
func decidable(r store.Reader, s *Settings, who auth.Identity, entries []Entry) ([]waitingItem, error) {
	nos := make([]EntryNo, len(entries))
	for i, e := range entries {
		nos[i] = e.No
	}
	decisions, err := decisionsOn(r, nos)
	if err != nil {
		return nil, err
	}
	var out []waitingItem
	for _, e := range entries {
		rule := s.validation(s.Projects[e.Project], s.Kinds[e.Kind])
		if mayJudge(who, rule, e, decisions[e.No]) {
			out = append(out, waitingItem{e, decisions[e.No]})
		}
	}
	return out, nil
}

// mayJudge reports whether a person may give a verdict that is now due. The
// act has the last word: it also knows of favors returned.
func mayJudge(who auth.Identity, rule Validation, e Entry, earlier []Decision) bool {
	if !who.Can(Validate) || who.Agent == e.Person || who.Agent == e.LoggedBy {
		return false
	}
	for _, d := range earlier {
		if d.By == who.Agent {
			return false
		}
	}
	switch e.State {
	case Logged:
		return !rule.StewardsOnly || who.Role >= auth.Steward
	case Disputed:
		return who.Role >= auth.Steward
	}
	return false
}
