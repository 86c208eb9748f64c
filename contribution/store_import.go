package contribution

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/timesheet"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// What stewards decided about identities and columns is kept, so that the next
// import of the same source asks nothing twice. It is no part of the books and
// not journaled; identities may be addresses of people.

var (
	selectMappings = store.SQL(`SELECT name, content FROM contribution_mapping WHERE commons_id = $1 AND name >= $2 AND name < $3 ORDER BY name`)
	upsertMapping  = store.SQL(`INSERT INTO contribution_mapping (commons_id, name, content) VALUES ($1, $2, $3)
		ON CONFLICT (commons_id, name) DO UPDATE SET content = excluded.content`)
	deleteMapping = store.SQL(`DELETE FROM contribution_mapping WHERE commons_id = $1 AND name = $2`)
)

// The sorts of mapping, and where each ends in the order of names.
const (
	identityPrefix = "identity:"
	templatePrefix = "template:"
)

// mappings returns what is kept under a prefix, without it.
func mappings(r store.Reader, prefix string) (map[string]string, error) {
	rows, err := r.Query(selectMappings, prefix, prefix[:len(prefix)-1]+";") // ";" follows ":"
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, content string
		if err := rows.Scan(&name, &content); err != nil {
			return nil, err
		}
		out[strings.TrimPrefix(name, prefix)] = content
	}
	return out, rows.Err()
}

// knownIdentities returns who the identities of earlier imports were.
func knownIdentities(r store.Reader) (map[string]store.ID, error) {
	texts, err := mappings(r, identityPrefix)
	out := make(map[string]store.ID, len(texts))
	for id, agent := range texts {
		out[id] = store.ID(agent)
	}
	return out, err
}

// KeepIdentities remembers who identities of sources are.
func KeepIdentities(ctx context.Context, db *store.Store, who auth.Identity, known map[string]store.ID) error {
	if len(known) == 0 {
		return nil
	}
	_, err := auth.Perform(ctx, db, who, "", Import, known, func(tx *store.Tx, who auth.Identity, known map[string]store.ID) (int, error) {
		for _, id := range slices.Sorted(maps.Keys(known)) { // one row each, once in the life of an identity
			if _, err := tx.Exec(upsertMapping, identityPrefix+id, string(known[id])); err != nil {
				return 0, err
			}
		}
		return len(known), nil
	})
	return err
}

// KeepTemplate saves how the columns of a timesheet are read, by its name; a
// template without columns deletes the one of that name.
func KeepTemplate(ctx context.Context, db *store.Store, who auth.Identity, t timesheet.Template) error {
	t.Name = intake.Clean(t.Name, 80)
	if t.Name == "" {
		return fault.Invalidf("contribution.template_name", "template", "give the template a name")
	}
	_, err := auth.Perform(ctx, db, who, "", Import, t, func(tx *store.Tx, who auth.Identity, t timesheet.Template) (int64, error) {
		if len(t.Columns) == 0 {
			return tx.Exec(deleteMapping, templatePrefix+t.Name)
		}
		content, err := json.Marshal(t)
		if err != nil {
			return 0, err
		}
		return tx.Exec(upsertMapping, templatePrefix+t.Name, string(content))
	})
	return err
}

// Templates returns the saved templates, then those of known time trackers.
func Templates(r store.Reader) ([]timesheet.Template, error) {
	texts, err := mappings(r, templatePrefix)
	if err != nil {
		return nil, err
	}
	var out []timesheet.Template
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		var t timesheet.Template
		if err := json.Unmarshal([]byte(texts[name]), &t); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return append(out, timesheet.Presets()...), nil
}

// membersHere lists the people of the commons, for suggestions and choices.
func membersHere(r store.Reader) ([]intake.Person, error) {
	var out []intake.Person
	var after vf.After
	for {
		page, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Person, After: after, Limit: peoplePage})
		if err != nil {
			return nil, err
		}
		for _, a := range page {
			out = append(out, intake.Person{ID: string(a.ID), Name: a.Name})
		}
		if len(page) < peoplePage {
			return out, nil
		}
		after = vf.After{Name: page[len(page)-1].Name, ID: page[len(page)-1].ID}
	}
}

// peoplePage is how many people one question answers.
const peoplePage = 500

// ImportedBatch is a batch as it stands now.
type ImportedBatch struct {
	Batch
	At       time.Time `json:"at"`
	By       store.ID  `json:"by"`
	Rows     int64     `json:"rows"`
	Reversed bool      `json:"reversed,omitempty"`
}

const batchColumns = `id, at, by, state, rows, content`

var (
	selectBatch = store.SQL(`SELECT ` + batchColumns + ` FROM contribution_batch WHERE commons_id = $1 AND id = $2`)
	batchPage   = store.SQL(`SELECT ` + batchColumns + ` FROM contribution_batch WHERE commons_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`)
)

func scanBatch(row store.Scanner) (b ImportedBatch, err error) {
	var at int64
	var state, content string
	var id store.ID
	if err := row.Scan(&id, &at, &b.By, &state, &b.Rows, &content); err != nil {
		return b, err
	}
	err = json.Unmarshal([]byte(content), &b.Batch)
	b.At, b.Reversed = store.Time(at), state == batchReversed
	return b, err
}

// GetBatch returns one batch.
func GetBatch(r store.Reader, id store.ID) (ImportedBatch, error) {
	b, found, err := store.One(r, scanBatch, selectBatch, id)
	if err == nil && !found {
		err = fault.NotFoundf("contribution.unknown_batch", "batch", "there is no such import in this commons")
	}
	return b, err
}

// BatchPage returns batches older than one, newest first; "" for the newest.
func BatchPage(r store.Reader, before store.ID, limit int) ([]ImportedBatch, error) {
	if before == "" {
		before = lastID
	}
	return store.All(r, scanBatch, batchPage, before, limit)
}

// lastID is after every identifier.
const lastID store.ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

var originsOf = store.SQL(`SELECT origins, content FROM contribution_import WHERE commons_id = $1 AND seq = $2`)

// OriginOf returns the batch that brought a contribution, and where in its
// source it was read: "17", or "17 " and the source's own identifier. ok is
// false for a contribution that was not imported.
func OriginOf(r store.Reader, no EntryNo) (b Batch, origin string, ok bool, err error) {
	content, ok, err := store.One(r, func(row store.Scanner) (c chunkContent, err error) {
		var origins, text string
		if err := row.Scan(&origins, &text); err != nil {
			return c, err
		}
		n := int64(0)
		for line := range strings.SplitSeq(origins, "\n") {
			if n == no.N {
				origin = line
				break
			}
			n++
		}
		return c, json.Unmarshal([]byte(text), &c)
	}, originsOf, no.Seq)
	return content.Batch, origin, ok, err
}
