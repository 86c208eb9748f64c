package vfroom

import (
	"cmp"
	"io"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/jsonld"
)

func (p *pages) importRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/import", Needs: vf.Arrange, Handle: p.importing},
		{Pattern: "POST /c/{commons}/import", Needs: vf.Arrange, Handle: p.bringIn},
	}
}

// importPage brings in a document of things from elsewhere.
type importPage struct {
	Form    *web.Form
	Most    int           // megabytes
	Rows    []importedRow // what would come, or came, in
	Tried   bool          // and nothing was changed
	New     int
	Known   int
	Outcome bool
}

// importedRow is how much of one kind came in; its page shows it.
type importedRow struct {
	Label, Href string
	New, Known  int
}

// pageOf is the page that shows things of a class, by its word.
var pageOf = map[vf.Kind]string{
	vf.KindAgent: "agents", vf.KindAgentRelationship: "agents", vf.KindAgentRelationshipRole: "agents",
	vf.KindResourceSpecification: "specifications", vf.KindProcessSpecification: "specifications", vf.KindProcess: "processes",
	vf.KindResource: "resources", vf.KindEvent: "history", vf.KindSpatialThing: "places", vf.KindBatchLotRecord: "lots", vf.KindPlan: "plans",
	vf.KindProposal: "proposals", vf.KindProposalList: "proposals", vf.KindIntent: "proposals", vf.KindClaim: "claims",
	vf.KindAgreement: "agreements", vf.KindAgreementBundle: "agreements", vf.KindCommitment: "agreements",
	vf.KindRecipe: "recipes", vf.KindRecipeProcess: "recipes", vf.KindRecipeFlow: "recipes", vf.KindRecipeExchange: "recipes",
}

func (p *pages) importing(q *web.Request) error { return p.showImport(q, importPage{}) }

func (p *pages) showImport(q *web.Request, page importPage) error {
	page.Form, page.Most = q.Form(), jsonld.MaxDocument>>20
	if q.WantsJSON() && page.Outcome {
		return q.JSON(map[string]any{"tried": page.Tried, "new": page.New, "known": page.Known})
	}
	return q.Render(web.Page{Template: "vf/import.html", Title: q.T("vf.import.title"), Active: active("resources"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.resources"), Path: q.Path("resources")}}})
}

// bringIn reads the document and brings it in, or only tries.
func (p *pages) bringIn(q *web.Request) error {
	f := q.Form()
	page := importPage{Tried: f.Raw("do") != "import"}
	file, sent := f.File("file", jsonld.MaxDocument, web.Required)
	if !sent {
		return p.showImport(q, importPage{})
	}
	came, err := p.bring(q, file, page.Tried)
	if err != nil {
		if !f.Blame(err) {
			return err
		}
		return p.showImport(q, importPage{})
	}
	page.Outcome = true
	page.New, page.Known = came.Total()
	page.Rows = importedRows(q, came)
	return p.showImport(q, page)
}

func (p *pages) bring(q *web.Request, file web.Upload, try bool) (vf.Imported, error) {
	content, err := file.Open()
	if err != nil {
		return vf.Imported{}, err
	}
	defer content.Close()
	text, err := io.ReadAll(content)
	if err != nil {
		return vf.Imported{}, err
	}
	graph, err := jsonld.ReadGraph(text)
	if f := fault.As(err); f != nil {
		return vf.Imported{}, f.InField("file")
	}
	if try {
		return p.core.Rehearse(q.R.Context(), q.Who, graph)
	}
	return p.core.Import(q.R.Context(), q.Who, q.Idempotency(), graph)
}

// importedRows sums what came in by the pages that show it.
func importedRows(q *web.Request, came vf.Imported) (rows []importedRow) {
	by := map[string]*importedRow{}
	for kind, word := range pageOf {
		if by[word] == nil {
			by[word] = &importedRow{Label: q.T("vf.tab." + word), Href: q.Path(word)}
		}
		by[word].New += came.New[kind]
		by[word].Known += came.Known[kind]
	}
	for _, row := range by {
		if row.New+row.Known > 0 {
			rows = append(rows, *row)
		}
	}
	slices.SortFunc(rows, func(a, b importedRow) int { return cmp.Or(b.New-a.New, b.Known-a.Known, cmp.Compare(a.Href, b.Href)) })
	return rows
}
