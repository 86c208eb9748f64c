package contribution

import (
	"context"
	"maps"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// settingFields answers kinds and projects.
func (a *api) settingFields() graphql.Fields {
	return resolve.Merge(
		resolve.Same[Kind]("ContributionKind", "kind", "name", "stream", "action", "unit", "rate", "faceValue", "evidence", "retired"),
		resolve.Same[Project]("ContributionProject", "name", "closed"),
		resolve.Same[Validation]("ContributionValidation", "validators", "stewardsOnly", "validBelow", "silentDays", "monthlyMaximum", "noReturnFavor"),
		resolve.Same[projectRule]("ContributionProjectValidation", "kind"),
		graphql.Fields{
			"ContributionKind.validators":              reads(func(k *Kind) any { return k.Validation.Validators }),
			"ContributionKind.validation":              reads(func(k *Kind) any { return &k.Validation }),
			"ContributionProject.agent":                agentOf(func(p *Project) store.ID { return p.ID }),
			"ContributionProject.process":              resolve.To(resolve.Processes, resolve.By(func(p *Project) store.ID { return p.Process })),
			"ContributionProject.validation":           reads(func(p *Project) any { return boxed(p.rules()) }),
			"ContributionProjectValidation.validation": reads(func(r *projectRule) any { return &r.Validation }),
			"Query.contributionKinds":                  asks(Log, a.kindList),
			"Query.contributionProjects":               asks(See, a.projectList),
		})
}

func (a *api) kindList(q *graphql.Query, _ graphql.Args) (any, error) {
	s, err := settings.Get(q.Reader)
	if err != nil {
		return nil, err
	}
	return boxed(byKey(s.Kinds)), nil
}

func (a *api) projectList(q *graphql.Query, _ graphql.Args) (any, error) {
	s, err := settings.Get(q.Reader)
	if err != nil {
		return nil, err
	}
	return boxed(byKey(s.Projects)), nil
}

// projectRule is how one project validates one kind.
type projectRule struct {
	Kind       string     `json:"kind"`
	Validation Validation `json:"validation"`
}

// rules are a project's own rules, by kind.
func (p *Project) rules() []projectRule {
	out := []projectRule{}
	for _, kind := range slices.Sorted(maps.Keys(p.Validation)) {
		out = append(out, projectRule{kind, p.Validation[kind]})
	}
	return out
}

func (a *api) settingActs() graphql.Fields {
	return graphql.Fields{
		"Mutation.configureContributionKind": {Needs: Configure, Act: a.configureKind},
		"Mutation.openContributionProject": acting(Configure, "", func(ctx context.Context, who auth.Identity, key string, ask struct {
			Name string `json:"name"`
		}) (Project, error) {
			return OpenProject(ctx, a.DB, who, key, ask.Name)
		}),
		"Mutation.configureContributionProject": acting(Configure, "", a.configureProject),
		"Mutation.addContributionProcess":       made(Log, resolve.Processes, on(a.DB, AddProcess), func(x vf.Process) store.ID { return x.ID }),
		"Mutation.finishContributionProcess": made(Log, resolve.Processes, func(ctx context.Context, who auth.Identity, key string, ask struct {
			Process store.ID `json:"process"`
		}) (vf.Process, error) {
			return FinishProcess(ctx, a.DB, who, key, ask.Process)
		}, func(x vf.Process) store.ID { return x.ID }),
		"Mutation.recordContributionFlow": made(Log, resolve.Events, on(a.DB, RecordFlow), func(e vf.Event) store.ID { return e.ID }),
	}
}

// made is acting for an act that makes a thing of the core.
func made[A, R any](needs auth.Capability, find resolve.Loader, act deed[A, R], id func(R) store.ID) graphql.Field {
	return graphql.Field{Needs: needs, Act: func(q *graphql.Query, args graphql.Args) (any, error) {
		out, err := done(q, args, "", act)
		if err != nil {
			return nil, err
		}
		return resolve.Back(q, find, id(out))
	}}
}

// now reads the settings for an act that changes what is given of them.
func (a *api) now(ctx context.Context, commons store.ID) (s *Settings, err error) {
	err = a.DB.Read(ctx, commons, func(r *store.Snapshot) error {
		s, err = settings.Get(r)
		return err
	})
	return s, err
}

// configureKind adds a kind, or changes what is given of one.
func (a *api) configureKind(q *graphql.Query, args graphql.Args) (any, error) {
	s, err := a.now(q.Context, q.Commons.ID)
	if err != nil {
		return nil, err
	}
	in := args.In("kind")
	k, known := s.Kinds[in.Text("kind")]
	if err := resolve.Decode(in, &k); err != nil {
		return nil, err
	}
	if !known {
		k.FaceValue = k.Unit == s.Currency
	}
	k, err = ConfigureKind(q.Context, a.DB, q.Who, q.IdempotencyKey(args), s.Currency, k)
	return &k, err
}

// projectAsk changes what is given of a project.
type projectAsk struct {
	Project    store.ID       `json:"project"`
	Closed     *bool          `json:"closed"`
	Validation *[]projectRule `json:"validation"`
}

func (a *api) configureProject(ctx context.Context, who auth.Identity, key string, ask projectAsk) (Project, error) {
	s, err := a.now(ctx, who.Commons)
	if err != nil {
		return Project{}, err
	}
	p, known := s.Projects[ask.Project]
	if !known {
		return p, noProject()
	}
	if ask.Closed != nil {
		p.Closed = *ask.Closed
	}
	if ask.Validation != nil {
		p.Validation = map[string]Validation{}
		for _, own := range *ask.Validation {
			p.Validation[own.Kind] = own.Validation
		}
	}
	return ConfigureProject(ctx, a.DB, who, key, p)
}
