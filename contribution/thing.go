package contribution

import (
	"encoding/json"
	"strconv"

	"commonweal/platform/store"
)

// thing leads from an act in the log to the page of what it was about, as a
// path below the commons; nil when there is no one page for it. A logged
// contribution has the number of its entry in the log.
func thing(_ string, seq int64, body json.RawMessage) []string {
	type named struct {
		ID      store.ID `json:"id"`
		Version int64    `json:"version"`
	}
	var about struct {
		Entries  []json.RawMessage `json:"entries"`
		Decision *struct {
			Entry EntryNo `json:"entry"`
		} `json:"decision"`
		Equation     *named `json:"equation"`
		Income       *named `json:"income"`
		Distribution *named `json:"distribution"`
		Round        *named `json:"round"`
		Project      *named `json:"project"`
		Exit         *named `json:"exit"`
	}
	if json.Unmarshal(body, &about) != nil {
		return nil
	}
	switch {
	case len(about.Entries) == 1:
		return []string{"contribution", "entries", EntryNo{Seq: seq}.String()}
	case about.Decision != nil:
		return []string{"contribution", "entries", about.Decision.Entry.String()}
	case about.Distribution != nil:
		return []string{"contribution", "distributions", string(about.Distribution.ID)}
	case about.Income != nil:
		return []string{"contribution", "income", string(about.Income.ID)}
	case about.Exit != nil:
		return []string{"contribution", "exits", string(about.Exit.ID)}
	case about.Round != nil:
		return []string{"contribution", "rounds", string(about.Round.ID)}
	case about.Equation != nil && about.Equation.Version > 0:
		return []string{"contribution", "equations", string(about.Equation.ID), strconv.FormatInt(about.Equation.Version, 10)}
	case about.Project != nil && about.Project.ID != "":
		return []string{"contribution", "projects", string(about.Project.ID)}
	}
	return nil
}
