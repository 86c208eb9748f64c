package contribution

import (
	"slices"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// ExitPreview is what follows from an exit under one value equation, before
// anybody decides it, or afterwards what it changed.
type ExitPreview struct {
	Version Version
	AtFault bool
	Slices  []equation.Slice // of who leaves, with the exit
	// Without and With share one pot by the claims as they stand, without the
	// exit and with it; Simulation.Changes says who gains.
	Simulation
}

// PreviewExit computes what an exit does to the sharing of a pot by a version
// in force. An exit that stands is compared with what would be without it.
func (p *Practice) PreviewExit(r *store.Snapshot, x Exit, v Version, pot quantity.Amount) (out ExitPreview, err error) {
	out.Version, out.Pot, out.AtFault = v, pot, v.Text.ExitRule().IsAtFault(x.Way)
	program, err := equation.Compile(v.Text)
	if err != nil {
		return out, err
	}
	with, err := p.basis(r, Distribution{No: previewNo, At: r.Now(), Project: store.ID(v.Text.Project), Pot: quantity.Amount{Unit: v.Text.Unit}})
	if err != nil {
		return out, err
	}
	without := with
	if x.No == 0 { // not recorded yet: it would be the next entry of the log
		x.No = previewNo - 1
		if found, counts := x.at(previewNo, store.ID(v.Text.Project)); counts {
			with.Exits = append(slices.Clone(with.Exits), found)
		}
	} else {
		without.Exits = exitsBut(with.Exits, x)
	}
	if out.Current, _, err = runSlices(program, without, pot, ""); err != nil {
		return out, err
	}
	if out.Draft, out.Slices, err = runSlices(program, with, pot, x.Person); err != nil {
		return out, err
	}
	out.Changes, err = equation.Compare(out.Current, out.Draft)
	return out, err
}

// exitsBut leaves out one exit of a list.
func exitsBut(list []equation.Exit, x Exit) []equation.Exit {
	gone, _ := x.at(previewNo, x.Project)
	return slices.DeleteFunc(slices.Clone(list), func(e equation.Exit) bool {
		return e.Person == gone.Person && e.Day == gone.Day && e.Way == gone.Way
	})
}

// runSlices shares a pot and lists the slices of a person; of nobody when empty.
func runSlices(p *equation.Program, in equation.Input, pot quantity.Amount, person store.ID) (*equation.Result, []equation.Slice, error) {
	session, err := equation.NewSession(in)
	if err != nil {
		return nil, nil, err
	}
	result, err := session.Run(p, pot.Micros)
	if err != nil || person == "" {
		return result, nil, err
	}
	list, err := session.Slices(p, string(person))
	if f := fault.As(err); f != nil && f.Code == "equation.no_contribution" {
		err = nil // who gave nothing has no slices
	}
	return result, list, err
}

// slicing returns the versions in force that give slices to contributions of
// a project; of every project for the whole commons.
func slicing(r store.Reader, project store.ID) ([]Version, error) {
	all, err := Versions(r)
	return slices.DeleteFunc(all, func(v Version) bool {
		return v.State != Adopted || !v.Text.HasSlices() || project != "" && store.ID(v.Text.Project) != project
	}), err
}
