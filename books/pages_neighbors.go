package books

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// neighborRow is a neighbor as the page lists it.
type neighborRow struct {
	witness.Witness
	Size    int64 // of the newest head it cosigned; 0: none yet
	At      time.Time
	Present bool // it cosigned the newest head
	neighbors.Asked
}

// headRow is a cosigned head as the page lists it.
type headRow struct {
	Size   int64
	At     time.Time // of the last cosignature
	By     []string  // names in the policy; what is not in it any more, by its key's name
	Enough bool
}

type neighborsPage struct {
	Tabs       []web.Tab
	Rows       []neighborRow
	Heads      []headRow
	Head       journal.Head
	Enough     int
	Plain      bool
	Choices    []web.Option
	Policy     string
	LogKey     string // for the neighbor to watch our log by
	WitnessKey string // for the neighbor to ask us by
	WitnessURL string
	Form       *web.Form
	CanSet     bool
}

// shownHeads is how many cosigned heads the page shows.
const shownHeads = 20

// neighborsOf shows who cosigns the log and which heads they cosigned.
func (b *Books) neighborsOf(q *web.Request) error {
	page := neighborsPage{Tabs: tabs(q, "neighbors"), Form: q.Form(), LogKey: b.Key.Verifier(q.Commons.ID), CanSet: q.Who.Can(Neighbors),
		WitnessKey: b.Witness.Key.Cosigner(), WitnessURL: b.Origin + "/witness"}
	err := b.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error { return page.fill(q, r) })
	if err != nil {
		return err
	}
	page.Form.Default("enough", strconv.Itoa(page.Enough))
	page.Form.Default("policy", page.Policy)
	if q.WantsJSON() {
		return q.JSON(map[string]any{"policy": page.Policy, "size": page.Head.Size, "heads": page.Heads, "witness": map[string]string{"key": page.WitnessKey, "url": page.WitnessURL}, "log": page.LogKey})
	}
	return q.Render(web.Page{Template: "books/neighbors.html", Title: q.T("books.neighbors.title"), Active: atBooks, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("books.nav.books"), Path: q.Path("books")}, {Label: q.T("books.neighbors.title")}}})
}

// fill reads what the page shows.
func (page *neighborsPage) fill(q *web.Request, r *store.Snapshot) (err error) {
	if page.Head, err = journal.ReadHead(r); err != nil {
		return err
	}
	policy, err := neighbors.ReadPolicy(r)
	if err != nil {
		return err
	}
	heads, err := neighbors.Heads(r, 0, shownHeads)
	if err != nil {
		return err
	}
	asked, err := neighbors.ReadAsked(r)
	if err != nil {
		return err
	}
	page.Policy = policy.String()
	page.Enough, page.Plain = Plain(policy)
	page.choose(q, len(policy.Witnesses))
	names := map[string]string{}
	for _, w := range policy.Witnesses {
		names[w.Key] = w.Name
		row := neighborRow{Witness: w, Asked: asked[w.Key]}
		for i, h := range heads {
			if c := slices.IndexFunc(h.Cosignatures, func(c journal.Cosignature) bool { return c.Key == w.Key }); c >= 0 {
				row.Size, row.At, row.Present = h.Size, h.Cosignatures[c].At, i == 0
				break
			}
		}
		page.Rows = append(page.Rows, row)
	}
	for _, h := range heads {
		row := headRow{Size: h.Size, Enough: policy.Quorum != witness.NoQuorum && policy.Satisfied(h.Witnesses())}
		for _, c := range h.Cosignatures {
			name := names[c.Key]
			if name == "" {
				name = c.Witness()
			}
			row.By = append(row.By, name)
			if c.At.After(row.At) {
				row.At = c.At
			}
		}
		page.Heads = append(page.Heads, row)
	}
	return nil
}

// choose lists how many neighbors may be called enough.
func (page *neighborsPage) choose(q *web.Request, n int) {
	for k := range n + 1 {
		page.Choices = append(page.Choices, web.Option{Value: strconv.Itoa(k), Label: q.T("books.neighbors.enough_of", "n", k, "all", n)})
	}
}

// setNeighbors adds or removes a neighbor, or changes how many are enough.
func (b *Books) setNeighbors(q *web.Request) error {
	f := q.Form()
	p, err := b.PolicyOf(q.R.Context(), q.Commons.ID)
	if err != nil {
		return err
	}
	p, err = changedPolicy(f, p)
	if err == nil && f.OK() {
		err = b.SetNeighbors(q.R.Context(), q.Who, q.Idempotency(), p)
	}
	switch {
	case err == nil && f.OK():
		return q.Redirect(q.Path("books", "neighbors"), "books.neighbors.done")
	case err != nil && !f.Blame(err):
		return err
	}
	return b.neighborsOf(q)
}

// changedPolicy is the policy after what the form asks for.
func changedPolicy(f *web.Form, p witness.Policy) (witness.Policy, error) {
	switch f.Raw("do") {
	case "add":
		w := witness.Witness{Name: f.Text("name", web.Required, web.Max(60)), Key: f.Text("key", web.Required, web.Max(400)), URL: f.Text("url", web.Required, web.Max(400))}
		if !f.OK() {
			return p, nil
		}
		w.Name = wordOf(w.Name)
		return WithNeighbor(p, w), nil
	case "remove":
		return WithoutNeighbor(p, f.Raw("name"))
	case "enough":
		return Enough(p.Witnesses, int(f.Int("enough", 0, int64(len(p.Witnesses))))), nil
	case "policy":
		return witness.ParsePolicy(unixLines(f.Raw("policy")))
	}
	return p, fault.Invalidf("books.neighbors_do", "do", "choose what to do: add, remove, enough or policy")
}

// wordOf makes one word of a name, as a policy wants it.
func wordOf(name string) string { return strings.Join(strings.Fields(name), "-") }

// unixLines undoes the line ends that browsers send.
func unixLines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
