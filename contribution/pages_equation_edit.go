package contribution

import (
	"slices"
	"strings"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// editorPage is the form of an equation with what it would do beside it.
type editorPage struct {
	Form      *web.Form
	ID        store.ID // of the equation; "" for a new one
	Was       string   // hash of the version that was opened, so that nobody overwrites what they have not read
	Text      equation.Equation
	Starts    []startCard // to choose from; nil once there is something to edit
	Projects  []web.Option
	Bases     []web.Option
	Units     []web.Option // of constants
	Constants []constantEdit
	Buckets   []bucketEdit
	Says      []partSummary
	Step      string
	Minimum   string
	Names     []nameHelp
	Sim       simView
	Action    string
	Live      string
	Choices   choices
	Exit      *exitEdit // nil: nobody has slices
}

// startCard is an equation to begin from.
type startCard struct{ Name, Text, Href string }

// nameHelp is a name that formulas may use, with its meaning.
type nameHelp struct{ Name, Text string }

// newEquation offers equations to begin from, then the form.
func (p *Practice) newEquation(q *web.Request) error {
	return p.edit(q, "", "", func(s *Settings) (equation.Equation, error) {
		name := q.R.URL.Query().Get("start")
		if !slices.Contains(starts, name) {
			return equation.Equation{}, nil
		}
		project := q.R.URL.Query().Get("project")
		if open := s.openProjects(); project == "" && len(open) > 0 {
			project = string(open[0].ID) // what the select shows
		}
		return startFrom(q, s, name, project), nil
	})
}

// openEquation opens a version in the form. One that is in force or retired
// becomes the text of the next version.
func (p *Practice) openEquation(q *web.Request) error {
	id, n, err := versionAsked(q)
	if err != nil {
		return err
	}
	var v Version
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		if v, err = GetVersion(r, id, n); err != nil {
			return err
		}
		q.Form().Default("was", lastHash(r, id))
		return nil
	})
	if err != nil {
		return err
	}
	return p.edit(q, id, "", func(*Settings) (equation.Equation, error) {
		override(q.Form(), &v.Text)
		return v.Text, nil
	})
}

// lastHash is the hash of the newest version of an equation.
func lastHash(r store.Reader, id store.ID) string {
	list, err := VersionsOf(r, id)
	if err != nil || len(list) == 0 {
		return ""
	}
	return list[len(list)-1].Hash
}

// editEquation answers the buttons of the form: it changes its shape, tries it
// out, or saves it.
func (p *Practice) editEquation(q *web.Request) error {
	f := q.Form()
	do := f.Raw("do")
	id := f.ID("id")
	return p.edit(q, id, do, func(s *Settings) (equation.Equation, error) {
		return equationForm{q, f}.equation(s.Currency), nil
	})
}

// liveEquation answers while somebody types: what is wrong yet, or what the
// equation would do.
func (p *Practice) liveEquation(q *web.Request) error { return p.editEquation(q) }

// errSaved ends the reading when there is nothing left to show.
var errSaved = fault.New(fault.Conflict, "contribution.saved", "", "saved")

// edit reads an equation, does what the button asks, and shows the form.
func (p *Practice) edit(q *web.Request, id store.ID, do string, read func(*Settings) (equation.Equation, error)) error {
	f := q.Form()
	page := editorPage{Form: f, ID: id, Was: f.Raw("was"), Action: q.Path("contribution", "equations", "new"), Live: q.Path("contribution", "equations", "live")}
	var s *Settings
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if s, err = settings.Get(r); err != nil {
			return err
		}
		page.Text, err = read(s)
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Text.Buckets) == 0 && page.Text.Name == "" && q.R.Method == "GET" {
		return p.showStarts(q, s)
	}
	changed := changeShape(&page.Text, do)
	if !changed && do != "" || q.R.Header.Get("HX-Request") == "true" {
		text := page.Text
		text.Version = 1
		if err := text.Check(); err != nil {
			f.Blame(err)
		}
	}
	if (do == "save" || do == "simulate") && f.OK() && q.R.PathValue("version") == "" {
		switch err := p.saveEdited(q, &page, do); {
		case err == errSaved:
			return nil
		case err != nil:
			return err
		}
	}
	return p.showEditor(q, s, page, do, changed)
}

// saveEdited keeps the draft and leads to it; what stops it is put into the form.
func (p *Practice) saveEdited(q *web.Request, page *editorPage, do string) error {
	f := q.Form()
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		if page.ID != "" && page.Was != "" && lastHash(r, page.ID) != page.Was {
			if again, _ := equalText(r, page.ID, page.Text); !again {
				f.Fail("name", "contribution.equation_changed", "somebody else saved this equation since you opened it; open it again in another window and compare")
			}
		}
		return nil
	})
	if err != nil || !f.OK() {
		return err
	}
	v, err := SaveEquation(q.R.Context(), p.DB, q.Who, q.Idempotency(), SaveEquationAsk{ID: page.ID, Text: page.Text})
	if err == nil && do == "simulate" {
		v, err = MarkSimulated(q.R.Context(), p.DB, q.Who, "", VersionAsk{ID: v.ID, Version: v.Version, Hash: v.Hash})
	}
	if err != nil {
		if !f.Blame(err) {
			return err
		}
		return nil
	}
	if err := q.Redirect(versionPath(q, v), "contribution.equations.done_"+do, "name", v.Text.Name, "version", v.Version); err != nil {
		return err
	}
	return errSaved
}

// equalText reports whether the newest version is what is being saved: then a
// form was sent twice.
func equalText(r store.Reader, id store.ID, text equation.Equation) (bool, error) {
	list, err := VersionsOf(r, id)
	if err != nil || len(list) == 0 {
		return false, err
	}
	last := list[len(list)-1]
	text.Version = int(last.Version)
	return text.Hash() == last.Hash, nil
}

func (p *Practice) showStarts(q *web.Request, s *Settings) error {
	page := editorPage{Form: q.Form(), Projects: projectOptions(s.openProjects())}
	for _, name := range starts {
		page.Starts = append(page.Starts, startCard{q.T("contribution.starts." + name), q.T("contribution.starts." + name + "_text"), name})
	}
	return q.Render(web.Page{Template: "contribution/equation_start.html", Title: q.T("contribution.equations.new"), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.equations"), Path: q.Path("contribution", "equations")}}})
}

func (p *Practice) showEditor(q *web.Request, s *Settings, page editorPage, do string, changed bool) error {
	live := strings.HasSuffix(q.R.URL.Path, "/live")
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		if err := page.summarize(q, r, s); err != nil {
			return err
		}
		if !live {
			if err := page.options(q, r, s); err != nil {
				return err
			}
			page.parts(q, s)
			page.unfold(do)
		}
		if q.Form().OK() && !changed {
			return p.trial(q, r, s, page.ID, page.Text, &page.Sim)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if live {
		return q.Fragment("contribution/equation_edit.html#answer", page)
	}
	title := q.T("contribution.equations.new")
	if page.ID != "" {
		title = q.T("contribution.equations.edit", "name", page.Text.Name)
	}
	return q.Render(web.Page{Template: "contribution/equation_edit.html", Title: title, Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.equations"), Path: q.Path("contribution", "equations")}}})
}
