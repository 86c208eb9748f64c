package contribution

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// firstStep is one thing that a reader does first, by the key of its words.
type firstStep struct {
	key  string
	path []string
	done bool
}

// firstSteps lists what somebody does first: a steward opens a project and
// agrees how income is shared, everybody logs; without a project a member can
// only wait for one.
func firstSteps(steward, mayLog, project, logged, agreed bool) (steps []firstStep) {
	if steward {
		steps = append(steps, firstStep{"project", []string{"projects"}, project})
	}
	switch {
	case mayLog && (project || steward):
		steps = append(steps, firstStep{"log", []string{"log"}, logged})
	case mayLog:
		steps = append(steps, firstStep{"wait", []string{"projects"}, false})
	}
	if steward {
		steps = append(steps, firstStep{"equation", []string{"equations", "new"}, agreed})
	}
	return steps
}

// begin puts the first steps of the practice on the home of a young commons.
func (p *Practice) begin(q *web.Request) (out []web.Beginning, err error) {
	if !isMember(q) {
		return nil, nil
	}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		versions, err := Versions(r)
		if err != nil {
			return err
		}
		logged := false
		if err := p.Columns(r, func(c *Columns) error { logged = c.Len() > 0; return nil }); err != nil {
			return err
		}
		for _, step := range firstSteps(q.Who.Can(Configure), q.Who.Can(Log), len(s.Projects) > 0, logged, len(versions) > 0) {
			out = append(out, web.Beginning{Label: q.T("contribution.begin." + step.key), Detail: q.T("contribution.begin." + step.key + "_text"),
				Path: q.Path(append([]string{"contribution"}, step.path...)...), Done: step.done})
		}
		return nil
	})
	return out, err
}
