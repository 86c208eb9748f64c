package contribution

import (
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"commonweal/contribution/equation"
	"commonweal/contribution/piechart"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// Shares returns the pie-chart.json of a project: everybody's part in the value
// of its validated contributions, in percent that add up to one hundred. page
// is the address of the project, names says what to call an agent.
//
// Faults: contribution.unknown_project, piechart.nobody.
func (p *Practice) Shares(r *store.Snapshot, project store.ID, page string, names func(store.ID) string) ([]byte, error) {
	s, err := settings.Get(r)
	if err != nil {
		return nil, err
	}
	of, known := s.Projects[project]
	if !known {
		return nil, fault.NotFoundf("contribution.unknown_project", "project", "there is no such project in this commons")
	}
	head, err := journal.ReadHead(r)
	if err != nil {
		return nil, err
	}
	frame := piechart.Frame{
		Project:  piechart.Project{Name: of.Name, Repository: page, LicenseVersion: "OVN 0.1"},
		Metadata: piechart.Metadata{Governance: "no value equation is in force", DisputeResolution: "A rejected contribution may be appealed; somebody who did not decide before decides."},
		LogIndex: head.Size - 1,
	}
	versions, err := Versions(r)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if v.State == Adopted && (v.Text.Project == string(project) || v.Text.Project == "" && frame.Equation == "") {
			frame.Equation = v.Hash
			frame.Metadata.Governance = fmt.Sprintf("value equation %q, version %d, %s", v.Text.Name, v.Version, v.Hash)
		}
	}
	var slices []piechart.Slice
	err = p.Columns(r, func(c *Columns) error {
		slices = valueShares(&c.Ledger, project, names, &frame.Metadata)
		return nil
	})
	if err != nil {
		return nil, err
	}
	document, err := piechart.New(frame, slices)
	if err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(document, "", "  ")
	return append(data, '\n'), err
}

// valueShares adds up the value of the validated contributions to a project,
// person by person, and notes the first and the last day.
func valueShares(l *equation.Ledger, project store.ID, names func(store.ID) string, m *piechart.Metadata) []piechart.Slice {
	weights := make([]*big.Int, len(l.People))
	first, last := int32(0), int32(0)
	for i := range l.Len() {
		if l.Projects[l.Project[i]] != string(project) || l.Flags[i]&allStates != equation.Validated || l.Value[i] == equation.Missing {
			continue
		}
		if weights[l.Person[i]] == nil {
			weights[l.Person[i]] = new(big.Int)
		}
		weights[l.Person[i]].Add(weights[l.Person[i]], big.NewInt(l.Value[i]))
		if first == 0 || l.Day[i] < first {
			first = l.Day[i]
		}
		last = max(last, l.Day[i])
	}
	var out []piechart.Slice
	for i, w := range weights {
		if w != nil {
			id := store.ID(l.People[i])
			out = append(out, piechart.Slice{Name: names(id), Identifier: "urn:uuid:" + string(id), Weight: w})
		}
	}
	m.Created, m.LastUpdated = dayName(first), dayName(last)
	return out
}

func dayName(day int32) string { return time.Unix(int64(day)*86_400, 0).UTC().Format(time.DateOnly) }
