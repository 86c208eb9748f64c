package job

import (
	"context"
	"embed"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

//go:embed pages/*.html messages/*.toml
var files embed.FS

// The capabilities of runs. A member sees their own, a steward everybody's.
const (
	CanSee    auth.Capability = "job.see"
	CanSeeAll auth.Capability = "job.see_all"
)

// Grants are the capabilities of this room.
var Grants = []auth.Grant{
	{Capability: CanSee, Least: auth.Member, Meaning: "see and cancel the long work one started oneself"},
	{Capability: CanSeeAll, Least: auth.Steward, Meaning: "see and cancel all long work of the commons"},
}

// Room returns the pages of the runner's runs.
func Room(r *Runner) web.Room {
	return web.Room{
		Word: "job", Pages: files, Messages: files,
		Routes: []web.Route{
			{Pattern: "GET /c/{commons}/jobs", Needs: CanSee, Handle: r.list},
			{Pattern: "GET /c/{commons}/jobs/{id}", Needs: CanSee, Handle: r.show},
			{Pattern: "POST /c/{commons}/jobs/{id}/cancel", Needs: CanSee, Handle: r.stop},
		},
	}
}

// Path is the address of a run's page; redirect there after Start.
func Path(q *web.Request, id store.ID) string { return q.Path("jobs", string(id)) }

const pageSize = 50

// runView is a run with its title in words.
type runView struct {
	Run
	Title string
	Mine  bool
}

func (r *Runner) view(q *web.Request, run Run) runView {
	title := run.Kind
	if k, ok := r.kinds[run.Kind]; ok && k.Title != "" {
		title = q.T(k.Title)
	}
	return runView{run, title, run.StartedBy == q.Who.Account}
}

// Ended reports that the run's page need not be asked again.
func (v runView) Ended() bool { return v.State.Final() }

// Tone is the color of the state.
func (v runView) Tone() string {
	switch v.State {
	case Done:
		return "good"
	case Failed:
		return "bad"
	case Running:
		return "accent"
	}
	return ""
}

type listView struct {
	Runs []runView
	Next string
}

func (r *Runner) list(q *web.Request) error {
	account := q.Who.Account
	if q.Who.Can(CanSeeAll) {
		account = ""
	}
	f := q.Form()
	before := f.ID("before")
	if !f.OK() {
		return f.Err()
	}
	var v listView
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(s *store.Snapshot) error {
		runs, err := List(s, account, before, pageSize+1)
		for _, run := range runs[:min(len(runs), pageSize)] {
			v.Runs = append(v.Runs, r.view(q, run))
		}
		if len(runs) > pageSize {
			v.Next = q.Path("jobs") + "?before=" + string(runs[pageSize-1].ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "job/list.html", Title: q.T("job.list.title"), Data: v})
}

// find returns the run of the address, when the reader may see it.
func (r *Runner) find(q *web.Request) (Run, error) {
	none := fault.NotFoundf("job.not_found", "", "there is no such work here, or it is not yours")
	id, ok := store.ParseID(q.R.PathValue("id"))
	if !ok {
		return Run{}, none
	}
	var run Run
	var found bool
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(s *store.Snapshot) (err error) {
		run, found, err = Find(s, id)
		return err
	})
	if err != nil {
		return Run{}, err
	}
	if !found || (run.StartedBy != q.Who.Account && !q.Who.Can(CanSeeAll)) {
		return Run{}, none
	}
	return run, nil
}

// show is the run's page; htmx asks it again while it runs, and a browser
// without scripts reloads it.
func (r *Runner) show(q *web.Request) error {
	run, err := r.find(q)
	if err != nil {
		return err
	}
	v := r.view(q, run)
	switch {
	case q.WantsJSON():
		return q.JSON(v.Run)
	case q.R.Header.Get("HX-Request") == "true":
		return q.Fragment("job/show.html#state", v)
	}
	return q.Render(web.Page{Template: "job/show.html", Title: v.Title, Data: v,
		Crumbs: []web.Crumb{{Label: q.T("job.list.title"), Path: q.Path("jobs")}, {Label: v.Title}}})
}

func (r *Runner) stop(q *web.Request) error {
	run, err := r.find(q)
	if err != nil {
		return err
	}
	err = r.askCancel(q.R.Context(), q.Commons.ID, run.ID)
	if err != nil {
		return err
	}
	return q.Redirect(Path(q, run.ID), "job.cancel.asked")
}

func (r *Runner) askCancel(ctx context.Context, commons, id store.ID) error {
	_, err := store.Write(ctx, r.config.Store, store.Command{Commons: commons}, func(tx *store.Tx) (bool, error) {
		return true, r.Cancel(tx, id)
	})
	return err
}
