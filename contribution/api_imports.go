package contribution

import (
	"context"
	"slices"
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf/resolve"
)

// importFields answers imports, and files that wait to be imported.
func (a *api) importFields() graphql.Fields {
	return resolve.Merge(
		resolve.ConnectionOf("ContributionImport"),
		resolve.Same[ImportedBatch]("ContributionImport", "id", "source", "file", "at", "rows", "reversed"),
		resolve.Same[Upload]("ContributionFile", "id", "name", "format", "run"),
		graphql.Fields{
			"ContributionImport.by":          agentOf(func(b *ImportedBatch) store.ID { return b.By }),
			"ContributionFile.rows":          checked(func(c *Checked) any { return c.Rows }),
			"ContributionFile.repeated":      checked(func(c *Checked) any { return c.Repeated }),
			"ContributionFile.leftOut":       checked(func(c *Checked) any { return c.LeftOut }),
			"ContributionFile.badLines":      checked(func(c *Checked) any { return c.BadLines }),
			"ContributionFile.bad":           checked(badLinesOf),
			"ContributionFile.unknown":       checked(func(c *Checked) any { return boxed(c.Unknown) }),
			"ContributionFile.projects":      checked(func(c *Checked) any { return append([]string{}, c.Projects...) }),
			"ContributionFile.stopped":       checked(stoppedBy),
			"ContributionBadLine.line":       reads(func(b *badLineRow) any { return b.of.Line }),
			"ContributionBadLine.field":      resolve.Text(func(b *badLineRow) string { return b.of.Field }),
			"ContributionBadLine.code":       reads(func(b *badLineRow) any { return b.of.Code }),
			"ContributionBadLine.message":    reads(func(b *badLineRow) any { return b.of.Message }),
			"ContributionStranger.identity":  reads(func(s *Stranger) any { return s.ID }),
			"ContributionStranger.name":      resolve.Text(func(s *Stranger) string { return s.Name }),
			"ContributionStranger.records":   reads(func(s *Stranger) any { return s.Records }),
			"ContributionStranger.suggested": agentOf(func(s *Stranger) store.ID { return store.ID(s.Suggest) }),
			"ContributionImportRun.import":   reads(func(r *importRunning) any { return r.batch }),
			"ContributionImportRun.run":      reads(func(r *importRunning) any { return r.run }),
			"Query.contributionImports":      asks(Import, importList),
			"Query.contributionImportFile":   asks(Import, a.importFileNamed),
		})
}

// checked answers a field of what the dry run of a file found.
func checked(f func(*Checked) any) graphql.Field {
	return reads(func(u *Upload) any {
		if u.Checked == nil {
			return f(&Checked{})
		}
		return f(u.Checked)
	})
}

// badLineRow is a line that cannot be imported, as a value: a fault by itself
// would be the answer's.
type badLineRow struct{ of *fault.Error }

// mostBad is how many bad lines an answer lists.
const mostBad = 100

func badLinesOf(c *Checked) any {
	out := []any{}
	for _, f := range c.Bad[:min(len(c.Bad), mostBad)] {
		out = append(out, &badLineRow{f})
	}
	return out
}

func stoppedBy(c *Checked) any {
	if c.Stopped == "" {
		return nil
	}
	return c.Stopped
}

// importRunning is an import, and the long work that goes on with it.
type importRunning struct{ batch, run store.ID }

var batchPageBack = store.SQL(`SELECT ` + batchColumns + ` FROM contribution_batch WHERE commons_id = $1 AND id > $2 ORDER BY id LIMIT $3`)

func importList(q *graphql.Query, args graphql.Args) (any, error) {
	w, from, err := resolve.IdentifiedWindow(args)
	if err != nil {
		return nil, err
	}
	statement := batchPage
	switch {
	case w.Back && from == "":
		statement, from = batchPageBack, lowestID
	case w.Back:
		statement = batchPageBack
	case from == "":
		from = lastID
	}
	list, err := store.All(q.Reader, scanBatch, statement, from, w.N+1)
	return resolve.PageOf(list, w, func(b *ImportedBatch) string { return resolve.Pack(string(b.ID)) }, func(b *ImportedBatch) any { return b }), err
}

func (a *api) importFileNamed(q *graphql.Query, args graphql.Args) (any, error) {
	u, err := a.Imports.GetUpload(q.Reader, args.ID("id"))
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return &u, err
}

func (a *api) importActs() graphql.Fields {
	return graphql.Fields{
		"Mutation.checkContributionImport":    acting(Import, "file", a.checkImport),
		"Mutation.startContributionImport":    acting(Import, "", a.startImport),
		"Mutation.takeBackContributionImport": acting(Import, "", a.takeBackImport),
	}
}

// fileAsk is a file to import, as a text, or a repository of the operator's.
type fileAsk struct {
	Format     Format   `json:"format"`
	Name       string   `json:"name"`
	Content    string   `json:"content"`
	Repository string   `json:"repository"`
	Project    store.ID `json:"project"`
}

// checkImport keeps a file and runs the dry run of it.
func (a *api) checkImport(ctx context.Context, who auth.Identity, _ string, ask fileAsk) (u Upload, err error) {
	u = Upload{Name: ask.Name, Format: ask.Format, Repository: ask.Repository, Plan: ImportPlan{Project: ask.Project}}
	u.usual()
	switch {
	case !slices.Contains(Formats, u.Format):
		return u, fault.Invalidf("contribution.import_options", "format", "%.40q is no format of files; choose one of %s", u.Format, strings.Join(formatWords(), ", "))
	case (u.Format == FormatGit) != (u.Repository != ""):
		return u, fault.Invalidf("contribution.import_options", "repository", "only git history is read from a repository")
	case u.Format == FormatGit:
		u.Name = u.Repository
		_, err = a.Imports.repository(u.Repository)
	case u.Format == FormatTimesheet:
		if u.Read.Template, err = guess([]byte(ask.Content)); err != nil {
			return u, inField(err, "content")
		}
		s, err := a.now(ctx, who.Commons)
		if err != nil {
			return u, err
		}
		u.Read.Template.Zone = s.Zone.String()
	}
	if err == nil {
		u, err = a.Imports.KeepUpload(ctx, who, u, strings.NewReader(ask.Content))
	}
	if err != nil {
		return u, err
	}
	return a.Imports.Check(ctx, who, u)
}

// importAsk decides what the dry run found, and starts the import.
type importAsk struct {
	File   store.ID `json:"file"`
	People []struct {
		Identity string   `json:"identity"`
		Agent    store.ID `json:"agent"`
		Make     bool     `json:"make"`
	} `json:"people"`
	Projects []struct {
		Name    string   `json:"name"`
		Project store.ID `json:"project"`
	} `json:"projects"`
	Others bool `json:"others"`
	Skip   bool `json:"skip"`
}

// decide puts the decisions into the plan of the file.
func (ask importAsk) decide(r store.Reader, u *Upload) error {
	members, err := membersHere(r)
	if err != nil {
		return err
	}
	known := map[store.ID]bool{LeaveOut: true}
	for _, m := range members {
		known[store.ID(m.ID)] = true
	}
	u.Plan.People, u.Plan.Projects = map[string]store.ID{}, map[string]store.ID{}
	for _, p := range ask.People {
		if !known[p.Agent] {
			return fault.Invalidf("contribution.import_people", "people", "%.60q is not a member here", p.Agent)
		}
		if u.Plan.People[p.Identity] = p.Agent; p.Make {
			u.Plan.People[p.Identity] = MakeNew
		}
	}
	for _, p := range ask.Projects {
		u.Plan.Projects[p.Name] = p.Project
	}
	u.Plan.SkipBad, u.Plan.MakePeople, u.Plan.MakeProjects, u.Plan.MakeKinds = ask.Skip, ask.Others, true, true
	return u.undecided().OrNil()
}

func (a *api) startImport(ctx context.Context, who auth.Identity, key string, ask importAsk) (importRunning, error) {
	out := importRunning{batch: ask.File}
	var u Upload
	var to string
	err := a.DB.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		if u, err = a.Imports.GetUpload(r, ask.File); err != nil {
			return err
		}
		if err = u.startable(); err != nil {
			return err
		}
		if to, err = importAddress(r, u.ID); err != nil {
			return err
		}
		return ask.decide(r, &u)
	})
	if err == nil {
		err = a.Imports.SaveUpload(ctx, who, u)
	}
	switch {
	case err != nil:
	case a.Runner == nil:
		_, err = a.Imports.whole(ctx, who, u)
	default:
		out.run, err = a.launch(ctx, who, key, importJob, importArgs{Upload: u.ID, Path: to})
	}
	return out, err
}

// importAddress is the page of an import.
func importAddress(r store.Reader, batch store.ID) (string, error) {
	c, err := commons.Self(r)
	return "/c/" + c.Slug + "/contribution/import/batch/" + string(batch), err
}

func (a *api) takeBackImport(ctx context.Context, who auth.Identity, key string, ask ReverseImportAsk) (out importRunning, err error) {
	out.batch = ask.Batch
	if a.Runner == nil {
		_, err = ReverseImport(ctx, a.DB, who, ask, nil)
		return out, err
	}
	args := importArgs{Ask: ask}
	err = a.DB.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		if _, err = GetBatch(r, ask.Batch); err == nil {
			args.Path, err = importAddress(r, ask.Batch)
		}
		return err
	})
	if err == nil {
		out.run, err = a.launch(ctx, who, key, reverseJob, args)
	}
	return out, err
}
