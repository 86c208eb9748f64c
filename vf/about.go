package vf

import "commonweal/platform/store"

var eventsOfAgent = store.SQL("SELECT " + eventColumns + eventFrom + "WHERE e.commons_id = $1 AND (e.provider = $2 OR e.receiver = $2) ORDER BY e.id")

// EventsOf returns every event in which an agent gave or received, in order.
func EventsOf(r store.Reader, agent store.ID) ([]Event, error) {
	return store.All(r, scanEvent, eventsOfAgent, agent)
}
