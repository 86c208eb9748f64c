package piechart

import (
	"encoding/json"
	"time"
)

// Version is the version of the format.
const Version = "0.1"

// Document is a pie-chart.json. Shares are decimal text of percent, so that no
// digit is lost.
type Document struct {
	SchemaVersion string                     `json:"schema_version"`
	Project       Project                    `json:"project"`
	Organization  *Organization              `json:"organization,omitempty"`
	Contributors  []Contributor              `json:"contributors"`
	Metadata      Metadata                   `json:"metadata"`
	History       []Change                   `json:"history,omitempty"`
	Extensions    map[string]json.RawMessage `json:"extensions,omitempty"` // namespace → object
}

// Project is the work. All its fields are required.
type Project struct {
	Name           string `json:"name"`
	Repository     string `json:"repository"`
	LicenseVersion string `json:"license_version"`
}

// Organization is who stewards the work; URL and Type are optional.
type Organization struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
	Type string `json:"type,omitempty"`
}

// Contributor is one slice. Identifier is a stable URL or DID, unique in the
// document, and no e-mail address unless its owner agreed.
type Contributor struct {
	Name       string      `json:"name"`
	Identifier string      `json:"identifier"`
	Share      json.Number `json:"share"` // percent, above 0 and at most 100
	Roles      []string    `json:"roles,omitempty"`
}

// Metadata is how the shares came about. Days are YYYY-MM-DD; Governance names
// the version of the equation and the decision behind it.
type Metadata struct {
	Created           string `json:"created"`
	LastUpdated       string `json:"last_updated"`
	Governance        string `json:"governance"`
	DisputeResolution string `json:"dispute_resolution"`
}

// Change is one entry of the history, with the shares that held before.
type Change struct {
	Date           string                 `json:"date"`
	Description    string                 `json:"description"`
	SharesSnapshot map[string]json.Number `json:"shares_snapshot,omitempty"`
}

// Basis is what the shares were computed from; it becomes the extension
// "commonweal", by which anybody can compute them again.
type Basis struct {
	Weights  map[string]string `json:"weights"` // identifier → integer, as text
	Equation string            `json:"equation"`
	LogIndex int64             `json:"log_index"`
	Decimals int               `json:"decimals"` // of the shares
}

// Update returns the document that follows old: with fresh's shares, old's day
// of creation, and one more entry of history if the shares changed. When they
// did not, the history stays as it is. Today is the day of the update.
func Update(old, fresh *Document, today time.Time, why string) *Document {
	next := *fresh
	next.Metadata.Created = old.Metadata.Created
	next.Metadata.LastUpdated = today.Format(time.DateOnly)
	next.History = append([]Change(nil), old.History...)
	before := old.snapshot()
	if !sameShares(before, fresh.snapshot()) {
		next.History = append(next.History, Change{Date: next.Metadata.LastUpdated, Description: why, SharesSnapshot: before})
	}
	return &next
}

func (d *Document) snapshot() map[string]json.Number {
	out := make(map[string]json.Number, len(d.Contributors))
	for _, c := range d.Contributors {
		out[c.Identifier] = c.Share
	}
	return out
}

func sameShares(a, b map[string]json.Number) bool {
	if len(a) != len(b) {
		return false
	}
	for id, share := range a {
		x, ok1 := percent(share)
		y, ok2 := percent(b[id])
		if !ok1 || !ok2 || x.Cmp(y) != 0 {
			return false
		}
	}
	return true
}
