package contribution

import (
	"encoding/json"
	"strings"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// EquationState is where a version of a value equation stands.
type EquationState string

// The states, in their order. Only an adopted version distributes; it cannot
// be edited any more, only followed by another version.
const (
	Draft     EquationState = "draft"
	Simulated EquationState = "simulated" // exactly this text was run on past data
	Adopted   EquationState = "adopted"
	Retired   EquationState = "retired"
)

// Version is one version of a value equation.
type Version struct {
	ID      store.ID          `json:"id"` // of the equation, the same for all its versions
	Version int64             `json:"version"`
	State   EquationState     `json:"state"`
	Hash    string            `json:"hash"` // of the canonical text
	At      time.Time         `json:"at"`   // of the last change of state
	Text    equation.Equation `json:"text"`
}

// MostEquation bounds the text of a value equation, in bytes.
const MostEquation = 1 << 20

// ReadEquation reads the text of a value equation, which is JSON. A name that
// means nothing is refused, so that no rule is lost by a slip of the pen; Check
// says whether the rules can run.
//
// Faults: contribution.equation_text, with the line.
func ReadEquation(text string) (e equation.Equation, err error) {
	if len(text) > MostEquation {
		return e, fault.Invalidf("contribution.equation_text", "text", "the text is longer than %d bytes", MostEquation)
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		f := fault.Invalidf("contribution.equation_text", "text", "this is not the text of an equation: %v", err)
		if at := d.InputOffset(); at < int64(len(text)) {
			f = f.AtLine(1 + strings.Count(text[:at], "\n"))
		}
		return e, f
	}
	return e, nil
}

const versionColumns = `id, version, state, hash, at, content`

var (
	insertVersion = store.Into("contribution_equation", "id", "version", "state", "hash", "at", "content")
	updateDraft   = store.SQL(`UPDATE contribution_equation SET state = $4, hash = $5, at = $6, content = $7
		WHERE commons_id = $1 AND id = $2 AND version = $3 AND state IN ('draft', 'simulated')`)
	setVersionState = store.SQL(`UPDATE contribution_equation SET state = $4, at = $5 WHERE commons_id = $1 AND id = $2 AND version = $3`)
	selectVersions  = store.SQL(`SELECT ` + versionColumns + ` FROM contribution_equation WHERE commons_id = $1 ORDER BY id, version`)
	selectVersion   = store.SQL(`SELECT ` + versionColumns + ` FROM contribution_equation WHERE commons_id = $1 AND id = $2 AND version = $3`)
	versionsOf      = store.SQL(`SELECT ` + versionColumns + ` FROM contribution_equation WHERE commons_id = $1 AND id = $2 ORDER BY version`)
)

func scanVersion(row store.Scanner) (v Version, err error) {
	var at int64
	var content string
	if err := row.Scan(&v.ID, &v.Version, &v.State, &v.Hash, &at, &content); err != nil {
		return v, err
	}
	v.At = store.Time(at)
	err = json.Unmarshal([]byte(content), &v.Text)
	return v, err
}

// GetVersion returns one version of a value equation.
func GetVersion(r store.Reader, id store.ID, version int64) (Version, error) {
	v, found, err := store.One(r, scanVersion, selectVersion, id, version)
	if err == nil && !found {
		err = fault.NotFoundf("contribution.unknown_equation", "equation", "there is no version %d of this value equation", version)
	}
	return v, err
}

// Versions returns all versions of all value equations of the commons.
func Versions(r store.Reader) ([]Version, error) { return store.All(r, scanVersion, selectVersions) }

// VersionsOf returns the versions of one value equation, oldest first.
func VersionsOf(r store.Reader, id store.ID) ([]Version, error) {
	return store.All(r, scanVersion, versionsOf, id)
}

// AdoptedVersion returns the version of an equation that is in force.
func AdoptedVersion(r store.Reader, id store.ID) (Version, error) {
	list, err := VersionsOf(r, id)
	if err != nil {
		return Version{}, err
	}
	for _, v := range list {
		if v.State == Adopted {
			return v, nil
		}
	}
	return Version{}, fault.Conflictf("contribution.not_adopted", "equation", "no version of this value equation is in force; simulate one and adopt it")
}
