package credit

import (
	"context"
	"embed"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf/naming"
)

//go:embed pages/*.html messages/*.toml
var pageFiles embed.FS

// Practice is mutual credit at work: acts and pages read from it.
type Practice struct {
	Store  *store.Store
	Runner *job.Runner
	// Actor resolves who the clock acts as: a member of the commons by their account,
	// with the rights they have now.
	Actor func(ctx context.Context, commons, account store.ID) (auth.Identity, error)
	Relay *Relay // to other communities; nil: this program is not reached from outside
}

// New returns the practice on its database.
func New(db *store.Store) *Practice { return &Practice{Store: db} }

// atHome is the practice's place in the rail, which all its pages mark.
const atHome = "/credit"

// Room returns the pages of the practice: one line for each subject.
func Room(p *Practice) web.Room {
	return web.Room{
		Word: "credit", Practice: true, Pages: pageFiles, Messages: pageFiles,
		Nav: []web.NavItem{{Label: "credit.nav.practice", Path: atHome, Icon: "credit-card", Needs: See, Order: 20}},
		Routes: slices.Concat(
			p.homeRoutes(), p.accountRoutes(), p.payRoutes(), p.splitRoutes(), p.paymentRoutes(), p.codeRoutes(), p.peopleRoutes(), p.termsRoutes(), p.stewardRoutes(),
			p.currencyRoutes(), p.policyRoutes(),
			p.apiRoutes(), p.bulkRoutes(), p.neighborRoutes(), p.neighborPages(), p.abroadRoutes(),
			p.debtRoutes(), p.roundRoutes(), p.poolRoutes(),
		),
		Attention: p.allAttention, Figures: p.figures, Begin: p.begin,
	}
}

// tabs are the subjects of the practice, above each of its pages.
func tabs(q *web.Request, current string) []web.Tab {
	list := []web.Tab{{Label: q.T("credit.tab.home"), Href: q.Path("credit"), Current: current == "home"}}
	if q.Who.Can(Pay) {
		list = append(list, web.Tab{Label: q.T("credit.tab.people"), Href: q.Path("credit", "people"), Current: current == "people"},
			web.Tab{Label: q.T("credit.pool.tab"), Href: q.Path("credit", "pools"), Current: current == "pools"},
			web.Tab{Label: q.T("credit.bulk.tab"), Href: q.Path("credit", "bulk"), Current: current == "bulk"},
			web.Tab{Label: q.T("credit.abroad.tab"), Href: q.Path("credit", "abroad"), Current: current == "abroad"},
			web.Tab{Label: q.T("credit.neighbors.tab"), Href: q.Path("credit", "neighbors"), Current: current == "neighbors"})
	}
	if q.Who.Can(Owe) {
		list = append(list, web.Tab{Label: q.T("credit.debt.tab"), Href: q.Path("credit", "debts"), Current: current == "debts"},
			web.Tab{Label: q.T("credit.round.tab"), Href: q.Path("credit", "rounds"), Current: current == "rounds"})
	}
	return list
}

func isMember(q *web.Request) bool { return naming.IsMember(q) }
