package vf

import (
	"commonweal/platform/store"
)

// AgentByID returns one agent; found is false when there is none.
func AgentByID(r store.Reader, i store.ID) (a Agent, found bool, err error) {
	return one(allOf(r, agentsByID, scanAgent, []store.ID{i}))
}

var agentsByID = asking("SELECT " + agentColumns + " FROM vf_agent WHERE commons_id = $1 AND id IN (*)")

func one[T any](list []T, err error) (v T, found bool, _ error) {
	if err != nil || len(list) == 0 {
		return v, false, err
	}
	return list[0], true, nil
}
