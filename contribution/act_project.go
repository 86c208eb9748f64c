package contribution

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// OpenProject opens a project that contributions can go to: an organization
// of the core, and a process that takes work no other process is named for.
func OpenProject(ctx context.Context, db *store.Store, who auth.Identity, key string, name string) (Project, error) {
	return auth.Perform(ctx, db, who, key, Configure, name, func(tx *store.Tx, who auth.Identity, name string) (Project, error) {
		name = strings.TrimSpace(name)
		if name == "" || len(name) > 120 {
			return Project{}, fault.Invalidf("contribution.project_name", "name", "give the project a name of 1 to 120 characters")
		}
		ledger := vf.Open(tx)
		agent, err := ledger.AddAgent(vf.Agent{Kind: vf.Organization, Name: name, ClassifiedAs: []string{vf.ClassProject}})
		if err != nil {
			return Project{}, err
		}
		process, err := ledger.AddProcess(vf.Process{Name: name, InScopeOf: agent.ID, HasBeginning: tx.Now()})
		if err != nil {
			return Project{}, err
		}
		p := Project{ID: agent.ID, Process: process.ID, Name: name}
		_, err = journal.Append(tx, journal.Record{Act: "contribution.open_project", By: who.Agent,
			Public: map[string]any{"project": p, "vf": ledger.Changes()}})
		if err != nil {
			return Project{}, err
		}
		return p, saveProject(tx, p)
	})
}

// ConfigureProject changes a project's own validation rules, or closes and reopens it.
//
// Faults: contribution.unknown_project, .unknown_kind, .kind.
func ConfigureProject(ctx context.Context, db *store.Store, who auth.Identity, key string, p Project) (Project, error) {
	return auth.Perform(ctx, db, who, key, Configure, p, func(tx *store.Tx, who auth.Identity, p Project) (Project, error) {
		s, err := settings.Get(tx)
		if err != nil {
			return p, err
		}
		old, known := s.Projects[p.ID]
		if !known {
			return p, fault.NotFoundf("contribution.unknown_project", "project", "there is no such project in this commons")
		}
		p.Process, p.Name = old.Process, old.Name
		if err := s.checkRules(p.Validation); err != nil {
			return p, err
		}
		if _, err := journal.Append(tx, journal.Record{Act: "contribution.configure_project", By: who.Agent, Public: map[string]any{"project": p}}); err != nil {
			return p, err
		}
		return p, saveProject(tx, p)
	})
}

// checkRules refuses rules of a project for kinds that are not there, and
// rules by which nothing could be validated.
func (s *Settings) checkRules(rules map[string]Validation) error {
	for _, kind := range slices.Sorted(maps.Keys(rules)) {
		k, known := s.Kinds[kind]
		if !known {
			return fault.NotFoundf("contribution.unknown_kind", "kind", "%q is not a kind of contribution here", kind)
		}
		if err := rules[kind].check(k.Unit).OrNil(); err != nil {
			return err
		}
	}
	return nil
}

func saveProject(tx *store.Tx, p Project) error {
	content, err := json.Marshal(p)
	if err != nil {
		return err
	}
	tx.Changed()
	_, err = tx.Exec(upsertProject, p.ID, p.Process, string(content))
	return err
}

// ConfigureKind adds a kind of contribution or changes one. Contributions
// already logged keep the rate they were logged with; what a kind counts and
// the stream it belongs to never change, so that they are true of all of them.
//
// Faults: contribution.kind, contribution.kind_fixed.
func ConfigureKind(ctx context.Context, db *store.Store, who auth.Identity, key string, currency quantity.Unit, k Kind) (Kind, error) {
	return auth.Perform(ctx, db, who, key, Configure, k, func(tx *store.Tx, who auth.Identity, k Kind) (Kind, error) {
		if err := k.Check(currency); err != nil {
			return k, err
		}
		if err := keepsItsNature(tx, k); err != nil {
			return k, err
		}
		if _, err := journal.Append(tx, journal.Record{Act: "contribution.configure_kind", By: who.Agent, Public: map[string]any{"kind": k}}); err != nil {
			return k, err
		}
		return k, saveKind(tx, k)
	})
}

// keepsItsNature refuses to make something else of a kind that is there.
func keepsItsNature(tx *store.Tx, k Kind) error {
	s, err := settings.Get(tx)
	if err != nil {
		return err
	}
	old, known := s.Kinds[k.Kind]
	if known && (old.Stream != k.Stream || old.Action != k.Action || old.Unit != k.Unit) {
		return fault.Conflictf("contribution.kind_fixed", "kind", "%s is a %q in %s of the stream %s and stays that; retire it and add another kind", old.Name, old.Action, old.Unit, old.Stream)
	}
	return nil
}

func saveKind(tx *store.Tx, k Kind) error {
	content, err := json.Marshal(k)
	if err != nil {
		return err
	}
	tx.Changed()
	_, err = tx.Exec(upsertKind, k.Kind, string(content))
	return err
}

// SwitchOn gives a commons the default kinds, inside the act that switches the
// practice on, and returns them for that act's journal record. A commons that
// has kinds already keeps them.
func SwitchOn(tx *store.Tx, currency quantity.Unit) ([]Kind, error) {
	had, err := store.All(tx, scanJSON[Kind], selectKinds)
	if err != nil || len(had) > 0 {
		return nil, err
	}
	kinds := DefaultKinds(currency)
	for _, k := range kinds {
		if err := saveKind(tx, k); err != nil {
			return nil, err
		}
	}
	return kinds, nil
}
