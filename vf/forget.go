package vf

import (
	"encoding/json"
	"strings"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

var (
	notedEvents = store.SQL(`SELECT n.event_id FROM vf_note n JOIN vf_event e ON e.commons_id = n.commons_id AND e.id = n.event_id
		WHERE n.commons_id = $1 AND (e.provider = $2 OR e.receiver = $2)`)
	deleteNotes = store.ByIDs("DELETE FROM vf_note WHERE commons_id = $1 AND event_id IN (*)")
	eraseNotes  = map[string]*store.ByKeys[store.ID]{
		"resource": erasesNotes("vf_resource"), "process": erasesNotes("vf_process"),
		"specification": erasesNotes("vf_specification"), "processSpecification": erasesNotes("vf_process_specification"),
	}
	homeOf = store.SQL(`SELECT location FROM vf_agent WHERE commons_id = $1 AND id = $2 AND location IS NOT NULL`)
)

func erasesNotes(table string) *store.ByKeys[store.ID] {
	return store.ByIDs("UPDATE " + table + " SET note = '' WHERE commons_id = $1 AND id IN (*)")
}

// Forget destroys the words of an agent whose personal data is erased, and
// those about their events: notes of what they recorded, of what they gave and
// received, and of whatever else they wrote in the core; and where they live.
// What happened stays. The journal keeps its commitments to the words and loses
// what opens them, so every proof stays valid.
func (l *Ledger) Forget(agent store.ID) error {
	if _, valid := store.ParseID(string(agent)); !valid {
		return unknown("agent", "agent", agent)
	}
	words, err := l.wordsOf(agent)
	if err != nil {
		return err
	}
	var fields []string
	for kind, ids := range words {
		for _, i := range ids {
			fields = append(fields, kind+"/"+string(i)+"/note")
		}
		if err := l.eraseWords(kind, ids); err != nil {
			return err
		}
	}
	home, err := l.leave(agent)
	if err != nil {
		return err
	}
	return journal.EraseFields(l.tx, append(fields, home...))
}

// wordsOf finds what an agent wrote a note on, and the events of theirs that
// somebody did, by the kinds of the journal's private fields.
func (l *Ledger) wordsOf(agent store.ID) (map[string][]store.ID, error) {
	events, err := store.All(l.tx, scanID, notedEvents, agent)
	if err != nil {
		return nil, err
	}
	out := map[string][]store.ID{"event": events}
	entries, err := journal.ActedBy(l.tx, agent)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		for field := range e.Sealed {
			if p := strings.Split(field, "/"); len(p) == 3 && p[2] == "note" && p[0] != "agent" {
				out[p[0]] = append(out[p[0]], store.ID(p[1]))
			}
		}
		var body struct {
			VF struct {
				Events []struct{ ID store.ID }
			}
		}
		if json.Unmarshal(e.Body, &body) == nil {
			for _, event := range body.VF.Events {
				out["event"] = append(out["event"], event.ID)
			}
		}
	}
	return out, nil
}

// eraseWords empties the notes of things of one kind.
func (l *Ledger) eraseWords(kind string, ids []store.ID) error {
	if kind == "event" {
		return store.ExecOf(l.tx, deleteNotes, ids)
	}
	if statement := eraseNotes[kind]; statement != nil {
		return store.ExecOf(l.tx, statement, ids)
	}
	return l.blank(ids, func(e Entity) { e.head().Note = "" })
}

// blank rewrites what the database holds of entities, without a new revision:
// nothing that the log shows has changed.
func (l *Ledger) blank(ids []store.ID, change func(Entity)) error {
	found, err := store.AllOf(l.tx, scanEntity, entitiesByID, ids)
	if err != nil {
		return err
	}
	for _, e := range found { // what one person has written in words
		change(e)
		if err := l.store(e, e); err != nil {
			return err
		}
		delete(l.book.entities, e.head().ID)
	}
	return nil
}

// leave empties the private place where an agent lives, and returns the
// journal's private fields about it.
func (l *Ledger) leave(agent store.ID) (fields []string, err error) {
	homes, err := store.All(l.tx, scanID, homeOf, agent)
	if err != nil {
		return nil, err
	}
	return fields, l.blank(homes, func(e Entity) {
		if s, is := e.(*SpatialThing); is && s.Private {
			s.seal(func(field, _ string) { fields = append(fields, "spatialThing/"+string(s.ID)+"/"+field) })
		}
	})
}
