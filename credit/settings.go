package credit

import (
	"embed"
	"encoding/json"
	"slices"
	"time"

	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema is the practice's tables.
var Schema = store.Schema{Room: "credit", Files: schemaFiles}

// Settings is what every act of the practice needs to know of its commons.
// It is shared: read it, never change it.
type Settings struct {
	Agent      store.ID // the organization that stands for the commons
	Zone       *time.Location
	Currencies map[store.ID]Currency
	Order      []Currency // as they were founded
	Neighbors  []Neighbor // as they were introduced
}

var (
	selectCurrencies = store.SQL(`SELECT content FROM credit_currency WHERE commons_id = $1 ORDER BY id`)
	upsertCurrency   = store.SQL(`INSERT INTO credit_currency (commons_id, id, unit, content) VALUES ($1, $2, $3, $4)
		ON CONFLICT (commons_id, id) DO UPDATE SET content = excluded.content`)
)

var settings = store.NewMemo(func(r store.Reader) (*Settings, error) {
	c, err := commons.Self(r)
	if err != nil {
		return nil, err
	}
	s := &Settings{Agent: c.Agent, Currencies: map[store.ID]Currency{}}
	if s.Zone, err = time.LoadLocation(c.Zone); err != nil {
		return nil, err
	}
	if s.Order, err = store.All(r, scanJSON[Currency], selectCurrencies); err != nil {
		return nil, err
	}
	if s.Neighbors, err = store.All(r, scanJSON[Neighbor], selectNeighbors); err != nil {
		return nil, err
	}
	for _, c := range s.Order {
		s.Currencies[c.ID] = c
	}
	return s, nil
})

// LoadSettings returns the currencies of the reader's commons.
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

// currency returns a currency of the commons.
func (s *Settings) currency(id store.ID) (Currency, error) {
	c, known := s.Currencies[id]
	if !known {
		return c, fault.NotFoundf("credit.unknown_currency", "currency", "there is no such currency in this commons")
	}
	return c, nil
}

// neighbor returns the neighbor that a test picks.
func (s *Settings) neighbor(is func(Neighbor) bool) (Neighbor, error) {
	if i := slices.IndexFunc(s.Neighbors, is); i >= 0 {
		return s.Neighbors[i], nil
	}
	return Neighbor{}, fault.NotFoundf("credit.unknown_neighbor", "neighbor", "there is no such neighbor of this commons")
}
