package vf

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// describable maps a kind of thing to how a refusal calls it and to the
// statement that renames it.
var describable = map[string]struct {
	called    string
	statement *store.Statement
}{
	"agent":                {"agent", renames("vf_agent")},
	"specification":        {"specification", renames("vf_specification")},
	"processSpecification": {"process_specification", renames("vf_process_specification")},
	"process":              {"process", renames("vf_process")},
	"resource":             {"resource", renames("vf_resource")},
}

func renames(table string) *store.Statement {
	return store.SQL("UPDATE " + table + " SET name = $3, folded = $4, note = $5 WHERE commons_id = $1 AND id = $2")
}

// Describe replaces the name and the note of an agent, specification,
// processSpecification, process or resource. Neither carries an economic
// fact. Names of persons and all notes stay out of the journal. Only a
// resource may be without a name.
func (l *Ledger) Describe(kind string, d Description) error {
	k, ok := describable[kind]
	if !ok {
		return fault.Invalidf("vf.kind", "kind", "%q cannot be described; it is one of agent, specification, processSpecification, process, resource", clip(kind))
	}
	if err := checkDescribed(d.Name, d.Note, nil); err != nil {
		return err
	}
	if d.Name == "" && kind != "resource" {
		return fault.Invalidf("vf.missing_name", "name", "the name is empty")
	}
	if err := l.rename(k.called, k.statement, d); err != nil {
		return err
	}
	private := false
	if kind == "agent" {
		a, _, err := GetAgent(l.tx, d.ID)
		if err != nil {
			return err
		}
		private = a.Kind == Person
	}
	l.seal(kind, d.ID, "note", d.Note)
	if d.Note = ""; private {
		l.seal(kind, d.ID, "name", d.Name)
		d.Name = ""
	}
	l.changes.Described = append(l.changes.Described, d)
	return nil
}

func (l *Ledger) rename(called string, statement *store.Statement, d Description) error {
	if l.broken != nil {
		return l.broken
	}
	if _, valid := store.ParseID(string(d.ID)); !valid {
		return unknown(called, "id", d.ID)
	}
	n, err := l.tx.Exec(statement, d.ID, d.Name, fold(d.Name), d.Note)
	if err != nil {
		return err
	}
	if n == 0 {
		return unknown(called, "id", d.ID)
	}
	if r := l.book.records[d.ID]; r != nil {
		r.Name, r.Note = d.Name, d.Note
	}
	return nil
}

var deleteNote = store.SQL("DELETE FROM vf_note WHERE commons_id = $1 AND event_id = $2")

// EraseNote removes what was written about an event. Its facts stand, and so
// does every proof: the journal holds a commitment to the note only, whose
// opening the journal erases.
func (l *Ledger) EraseNote(event store.ID) error {
	if _, valid := store.ParseID(string(event)); !valid {
		return unknown("event", "id", event)
	}
	_, err := l.tx.Exec(deleteNote, event)
	return err
}

// ErasePerson removes the name and the note of an agent. The agent stays, as
// somebody without a name.
func (l *Ledger) ErasePerson(agent store.ID) error {
	return l.rename("agent", describable["agent"].statement, Description{ID: agent})
}
