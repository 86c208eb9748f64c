package vfroom

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/upload"
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
	Kept    store.ID      // the document that was checked, and waits
	Name    string        // what it is called
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

// box keeps documents between their check and their import.
func (p *pages) box() upload.Box {
	return upload.Box{DB: p.core.Store, Room: "vf", Needs: vf.Arrange, Most: jsonld.MaxDocument}
}

// bringIn checks a document and keeps it, or brings in what was checked or sent.
func (p *pages) bringIn(q *web.Request) error {
	f := q.Form()
	page := importPage{Tried: f.Raw("do") != "import"}
	text, err := p.document(q, &page)
	if err == nil && f.OK() {
		err = p.bring(q, text, &page)
	}
	if err != nil && !f.Blame(err) {
		return err
	}
	if !f.OK() {
		page = importPage{}
	}
	return p.showImport(q, page)
}

// document is what was sent, or else what was checked before and waits.
func (p *pages) document(q *web.Request, page *importPage) ([]byte, error) {
	f := q.Form()
	if page.Kept = f.ID("kept"); page.Kept != "" {
		return p.kept(q, page)
	}
	file, sent := f.File("file", jsonld.MaxDocument, web.Required)
	if !sent {
		return nil, nil
	}
	page.Name = file.Name
	content, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return io.ReadAll(content)
}

// kept reads the document that waits.
func (p *pages) kept(q *web.Request, page *importPage) ([]byte, error) {
	err := p.core.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		file, err := p.box().Get(r, page.Kept)
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(file.Content), &page.Name)
	})
	if fault.KindOf(err) == fault.NotFound { // a week has gone by, or it came in
		q.Form().Fail("file", "upload.unknown", "this file is not here any more; bring it again")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	content := p.box().Open(q.R.Context(), q.Commons.ID, page.Kept)
	defer content.Close()
	return io.ReadAll(content)
}

// bring does what was asked with a document, and keeps or drops it.
func (p *pages) bring(q *web.Request, text []byte, page *importPage) error {
	graph, err := jsonld.ReadGraph(text)
	if f := fault.As(err); f != nil {
		return f.InField("file")
	}
	if err != nil {
		return err
	}
	ctx := q.R.Context()
	var came vf.Imported
	if page.Tried {
		came, err = p.core.Rehearse(ctx, q.Who, graph)
	} else {
		came, err = p.core.Import(ctx, q.Who, q.Idempotency(), graph)
	}
	if err != nil {
		return err
	}
	page.Outcome, page.Rows = true, importedRows(q, came)
	page.New, page.Known = came.Total()
	switch {
	case page.Tried && page.Kept == "" && page.New > 0:
		name, err := json.Marshal(page.Name)
		if err != nil {
			return err
		}
		file, err := p.box().Keep(ctx, q.Who, upload.File{Content: string(name)}, bytes.NewReader(text))
		page.Kept = file.ID
		return err
	case !page.Tried && page.Kept != "":
		err = p.box().Drop(ctx, q.Who, page.Kept)
		page.Kept = ""
	}
	return err
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
