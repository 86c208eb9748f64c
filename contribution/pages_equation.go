package contribution

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

func (p *Practice) equationRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/equations", Needs: See, Handle: p.equations},
		{Pattern: "GET /c/{commons}/contribution/equations/new", Needs: Configure, Handle: p.newEquation},
		{Pattern: "POST /c/{commons}/contribution/equations/new", Needs: Configure, Handle: p.editEquation},
		{Pattern: "POST /c/{commons}/contribution/equations/live", Needs: Configure, Handle: p.liveEquation},
		{Pattern: "GET /c/{commons}/contribution/equations/{id}", Needs: See, Handle: p.latestVersion},
		{Pattern: "GET /c/{commons}/contribution/equations/{id}/{version}", Needs: See, Handle: p.version},
		{Pattern: "GET /c/{commons}/contribution/equations/{id}/{version}/edit", Needs: Configure, Handle: p.openEquation},
		{Pattern: "GET /c/{commons}/contribution/equations/{id}/{version}/try", Needs: See, Handle: p.tryEquation},
		{Pattern: "POST /c/{commons}/contribution/equations/{id}/{version}/{move}", Needs: Configure, Handle: p.moveEquation},
	}
}

// atMoney is the entry of the rail that the pages about money belong to.
const atMoney = "/contribution/distributions"

// moneyTabs lead through the pages about money.
func moneyTabs(q *web.Request, current string) []web.Tab {
	var tabs []web.Tab
	for _, name := range []string{"distributions", "income", "equations", "owed"} {
		tabs = append(tabs, web.Tab{Label: q.T("contribution.money." + name), Href: q.Path("contribution", name), Current: name == current})
	}
	return tabs
}

// stateOfVersion is the badge of a version's state.
func stateOfVersion(q *web.Request, s EquationState) stateBadge {
	tones := map[EquationState]string{Draft: "", Simulated: "accent", Adopted: "good", Retired: ""}
	return stateBadge{q.T("contribution.equations.state_" + string(s)), tones[s]}
}

// equationCard is one value equation in the list.
type equationCard struct {
	Name, Where, Href string
	State             stateBadge // of the newest version
	Version           int64
	InForce           string // which version is in force, in words; "" for none
	Shares            []shareBar
}

// shareBar is a bucket's name and percentage.
type shareBar struct {
	Label, Percent string
}

type equationsPage struct {
	Tabs  []web.Tab
	Cards []equationCard
}

// equations lists the value equations of the commons, the newest changed first.
func (p *Practice) equations(q *web.Request) error {
	page := equationsPage{Tabs: moneyTabs(q, "equations")}
	var list []Version
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		list, err = Versions(r)
		page.Cards = cardsOf(q, s, list)
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"equations": list})
	}
	return q.Render(web.Page{Template: "contribution/equations.html", Title: q.T("contribution.equations.title"), Active: atMoney, Data: page})
}

// cardsOf makes one card an equation, from its versions.
func cardsOf(q *web.Request, s *Settings, list []Version) []equationCard {
	byID := map[store.ID][]Version{}
	for _, v := range list {
		byID[v.ID] = append(byID[v.ID], v)
	}
	newest := make([]Version, 0, len(byID))
	for _, versions := range byID {
		newest = append(newest, versions[len(versions)-1])
	}
	slices.SortFunc(newest, func(a, b Version) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	w := wording{q: q, s: s}
	cards := make([]equationCard, 0, len(newest))
	for _, v := range newest {
		c := equationCard{Name: v.Text.Name, Where: w.projectName(v.Text.Project), Href: versionPath(q, v), State: stateOfVersion(q, v.State), Version: v.Version}
		shown := v
		for _, other := range byID[v.ID] {
			if other.State == Adopted {
				c.InForce = q.T("contribution.equations.in_force", "version", other.Version, "at", other.At)
				c.Href, shown = versionPath(q, other), other
			}
		}
		for _, b := range shown.Text.Buckets {
			c.Shares = append(c.Shares, shareBar{cmp.Or(b.Label, b.Key), w.number(b.Percent)})
		}
		cards = append(cards, c)
	}
	return cards
}

func (w wording) projectName(id string) string {
	return w.projects([]string{id})[0]
}

// versionPath is the address of a version of a value equation.
func versionPath(q *web.Request, v Version) string {
	return q.Path("contribution", "equations", string(v.ID), strconv.FormatInt(v.Version, 10))
}

// latestVersion leads to the version in force, else to the newest one.
func (p *Practice) latestVersion(q *web.Request) error {
	var list []Version
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		id, _ := asked(q, "id")
		list, err = VersionsOf(r, id)
		return err
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return noEquation()
	}
	shown := list[len(list)-1]
	for _, v := range list {
		if v.State == Adopted {
			shown = v
		}
	}
	return q.Redirect(versionPath(q, shown), "")
}

func noEquation() error {
	return fault.NotFoundf("contribution.unknown_equation", "equation", "there is no such value equation in this commons")
}

// versionAsked reads which version the address names.
func versionAsked(q *web.Request) (store.ID, int64, error) {
	n, err := strconv.ParseInt(q.R.PathValue("version"), 10, 64)
	if err != nil || n < 1 {
		return "", 0, noEquation()
	}
	id, _ := asked(q, "id")
	return id, n, nil
}

// versionPage is one version in plain words, with what became of it.
type versionPage struct {
	Version
	Status  stateBadge
	Where   string
	Words   equationWords
	History []versionStep
	Against int64 // the version the differences are from; 0 for none
	Diff    []diffLine
	Paid    []distributionRow
	Form    *web.Form
	Try     string
	Edit    string
	Move    string // beginning of the addresses that change its state
	Next    string // what a steward does next: simulate, adopt, or nothing
}

// versionStep is one version in the history of an equation.
type versionStep struct {
	Version int64
	State   stateBadge
	At      any
	Href    string
	Compare string // address of this page, compared with that version
	Current bool
}

// version shows one version of a value equation.
func (p *Practice) version(q *web.Request) error {
	page, err := p.readVersion(q)
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page.Version)
	}
	return p.showVersion(q, page)
}

func (p *Practice) showVersion(q *web.Request, page versionPage) error {
	return q.Render(web.Page{Template: "contribution/equation.html", Title: page.Text.Name, Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.equations"), Path: q.Path("contribution", "equations")}}})
}

func (p *Practice) readVersion(q *web.Request) (page versionPage, err error) {
	id, n, err := versionAsked(q)
	if err != nil {
		return page, err
	}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		list, err := VersionsOf(r, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(v Version) bool { return v.Version == n })
		if i < 0 {
			return noEquation()
		}
		page = versionPage{Version: list[i], Status: stateOfVersion(q, list[i].State), Form: q.Form(),
			Try: versionPath(q, list[i]) + "/try", Edit: versionPath(q, list[i]) + "/edit", Move: versionPath(q, list[i]) + "/"}
		page.Next = nextMove[page.State]
		if err := page.explain(q, r, s, list); err != nil {
			return err
		}
		all, err := Distributions(r)
		for j := len(all) - 1; j >= 0; j-- {
			if all[j].Equation == id && all[j].Version == n {
				page.Paid = append(page.Paid, rowOf(q, s, all[j]))
			}
		}
		return err
	})
	return page, err
}

// explain fills in the words, the history and the differences.
func (page *versionPage) explain(q *web.Request, r store.Reader, s *Settings, list []Version) error {
	w := wording{q: q, s: s}
	i := slices.IndexFunc(list, func(v Version) bool { return v.Version == page.Version.Version })
	against := i - 1
	if asked := q.R.URL.Query().Get("against"); asked != "" {
		against = slices.IndexFunc(list, func(v Version) bool { return strconv.FormatInt(v.Version, 10) == asked })
	}
	texts := partiesOf(page.Text)
	if against >= 0 {
		texts = append(texts, partiesOf(list[against].Text)...)
	}
	var err error
	if w.called, err = loadNames(q, r, texts...); err != nil {
		return err
	}
	page.Where, page.Words = w.projectName(page.Text.Project), w.words(page.Text)
	if against >= 0 && against != i {
		page.Against = list[against].Version
		page.Diff = diffOf(w.words(list[against].Text).lines(), page.Words.lines())
	}
	for j := len(list) - 1; j >= 0; j-- {
		v := list[j]
		step := versionStep{Version: v.Version, State: stateOfVersion(q, v.State), At: v.At, Href: versionPath(q, v), Current: j == i}
		if j != i {
			step.Compare = versionPath(q, page.Version) + "?against=" + strconv.FormatInt(v.Version, 10)
		}
		page.History = append(page.History, step)
	}
	return nil
}

// nextMove is what a steward does next with a version that is not in force yet.
var nextMove = map[EquationState]string{Draft: "simulate", Simulated: "adopt"}

// moveEquation marks a version as simulated, adopts it or retires it.
func (p *Practice) moveEquation(q *web.Request) error {
	id, n, err := versionAsked(q)
	if err != nil {
		return err
	}
	moves := map[string]func(VersionAsk) (Version, error){
		"simulate": func(a VersionAsk) (Version, error) {
			return MarkSimulated(q.R.Context(), p.DB, q.Who, q.Idempotency(), a)
		},
		"adopt": func(a VersionAsk) (Version, error) {
			return AdoptEquation(q.R.Context(), p.DB, q.Who, q.Idempotency(), a)
		},
		"retire": func(a VersionAsk) (Version, error) {
			return RetireEquation(q.R.Context(), p.DB, q.Who, q.Idempotency(), a)
		},
	}
	name := q.R.PathValue("move")
	move, known := moves[name]
	if !known {
		return noEquation()
	}
	v, err := move(VersionAsk{ID: id, Version: n, Hash: q.Form().Raw("hash")})
	switch {
	case err == nil && name == "simulate":
		return q.Redirect(versionPath(q, v)+"/try"+triedWith(q.Form()), "contribution.equations.done_simulate")
	case err == nil:
		return q.Redirect(versionPath(q, v), "contribution.equations.done_"+name, "name", v.Text.Name, "version", v.Version)
	case !q.Form().Blame(err):
		return err
	}
	page, err := p.readVersion(q)
	if err != nil {
		return err
	}
	return p.showVersion(q, page)
}

// triedWith is the query that keeps the pot and the choice of a trial on its page.
func triedWith(f *web.Form) string {
	kept := url.Values{}
	for _, name := range []string{"pot", "afresh"} {
		if value := f.Raw(name); value != "" {
			kept.Set(name, value)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	return "?" + kept.Encode()
}
