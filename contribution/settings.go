package contribution

import (
	"embed"
	"encoding/json"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema is the practice's tables.
var Schema = store.Schema{Room: "contribution", Files: schemaFiles}

// Project is a scope that contributions go to: an organization agent of the
// core, classified vf.ClassProject.
type Project struct {
	ID      store.ID `json:"id"`      // its agent
	Process store.ID `json:"process"` // takes work that no other process is named for
	Name    string   `json:"name"`
	Closed  bool     `json:"closed,omitempty"` // no new contributions
	// Validation overrides the kinds' own rules, by kind.
	Validation map[string]Validation `json:"validation,omitempty"`
}

// Settings is what every act of the practice needs to know of its commons.
// It is shared: read it, never change it.
type Settings struct {
	Agent    store.ID // the organization that stands for the commons
	Currency quantity.Unit
	Zone     *time.Location
	Kinds    map[string]Kind
	Projects map[store.ID]Project
	// HalfLives is how karma fades, by decision, from each date on.
	HalfLives evaluation.Schedule
}

var (
	selectKinds    = store.SQL(`SELECT content FROM contribution_kind WHERE commons_id = $1 ORDER BY kind`)
	selectProjects = store.SQL(`SELECT content FROM contribution_project WHERE commons_id = $1 ORDER BY project`)
	selectSetting  = store.SQL(`SELECT content FROM contribution_setting WHERE commons_id = $1 AND name = $2`)
	upsertSetting  = store.SQL(`INSERT INTO contribution_setting (commons_id, name, content) VALUES ($1, $2, $3)
		ON CONFLICT (commons_id, name) DO UPDATE SET content = excluded.content`)
	upsertKind = store.SQL(`INSERT INTO contribution_kind (commons_id, kind, content) VALUES ($1, $2, $3)
		ON CONFLICT (commons_id, kind) DO UPDATE SET content = excluded.content`)
	upsertProject = store.SQL(`INSERT INTO contribution_project (commons_id, project, process, content) VALUES ($1, $2, $3, $4)
		ON CONFLICT (commons_id, project) DO UPDATE SET content = excluded.content`)
)

var settings = store.NewMemo(func(r store.Reader) (*Settings, error) {
	c, err := commons.Self(r)
	if err != nil {
		return nil, err
	}
	s := &Settings{Agent: c.Agent, Currency: c.Currency, Kinds: map[string]Kind{}, Projects: map[store.ID]Project{}}
	if s.Zone, err = time.LoadLocation(c.Zone); err != nil {
		return nil, err
	}
	kinds, err := store.All(r, scanJSON[Kind], selectKinds)
	if err != nil {
		return nil, err
	}
	for _, k := range kinds {
		s.Kinds[k.Kind] = k
	}
	projects, err := store.All(r, scanJSON[Project], selectProjects)
	if err != nil {
		return nil, err
	}
	for _, p := range projects {
		s.Projects[p.ID] = p
	}
	s.HalfLives = DefaultHalfLife
	own, decided, err := store.One(r, scanJSON[evaluation.Schedule], selectSetting, "half_lives")
	if decided {
		s.HalfLives = own
	}
	return s, err
})

// LoadSettings returns the kinds and projects of the reader's commons.
func LoadSettings(r store.Reader) (*Settings, error) { return settings.Get(r) }

// scanJSON reads a single JSON column.
func scanJSON[T any](row store.Scanner) (v T, err error) {
	var content string
	if err := row.Scan(&content); err != nil {
		return v, err
	}
	err = json.Unmarshal([]byte(content), &v)
	return v, err
}

// kind returns a kind that may still be logged.
func (s *Settings) kind(name string) (Kind, error) {
	k, known := s.Kinds[name]
	if !known {
		return k, fault.NotFoundf("contribution.unknown_kind", "kind", "%q is not a kind of contribution here", name)
	}
	if k.Retired {
		return k, fault.Conflictf("contribution.retired_kind", "kind", "%s is no longer logged here; choose another kind", k.Name)
	}
	return k, nil
}

// project returns a project that may still be contributed to.
func (s *Settings) project(id store.ID) (Project, error) {
	p, known := s.Projects[id]
	if !known {
		return p, fault.NotFoundf("contribution.unknown_project", "project", "there is no such project in this commons")
	}
	if p.Closed {
		return p, fault.Conflictf("contribution.closed_project", "project", "%s is closed; reopen it before logging more", p.Name)
	}
	return p, nil
}

// validation returns the rule for a kind in a project: the project's own, else the kind's.
func (s *Settings) validation(p Project, k Kind) Validation {
	if v, own := p.Validation[k.Kind]; own {
		return v
	}
	return k.Validation
}
