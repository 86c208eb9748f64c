package credit

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"rsc.io/qr"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) codeRoutes() []web.Route {
	return []web.Route{{Pattern: "GET /c/{commons}/credit/accounts/{account}/code", Needs: See, Handle: p.code}}
}

// codePage is the QR code and the link that fill in a payment to an account.
type codePage struct {
	Form   *web.Form
	Face   face
	Unit   quantity.Unit
	Amount quantity.Amount
	Note   string
	Link   string
	Code   template.HTML
}

// code shows the code of an account: whoever scans it is led to a payment to it,
// filled in, and makes it themselves. Nothing is sent anywhere to draw it.
func (p *Practice) code(q *web.Request) error {
	page := codePage{Form: q.Form()}
	var c Currency
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		page.Face, err = openFace(q, r, s, store.ID(q.R.PathValue("account")))
		c = s.Currencies[page.Face.Currency]
		return err
	})
	if err != nil {
		return err
	}
	page.Unit = c.Unit
	page.Amount, page.Note = page.Form.Amount("amount", c.Unit), page.Form.Text("note", web.Max(200))
	if page.Amount.Sign() != 0 {
		page.Form.Blame(c.amount(page.Amount, "amount"))
	}
	if !page.Form.OK() {
		page.Amount, page.Note = quantity.Amount{}, ""
	}
	page.Link = payLink(origin(q), q.Path("credit", "pay"), page.Face.ID, page.Amount, page.Note)
	if page.Code, err = drawCode(page.Link, q.T("credit.code.drawing", "who", page.Face.Name)); err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/code.html", Title: q.T("credit.code.title", "who", page.Face.Name), Active: atHome, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("credit.home.title"), Path: q.Path("credit")}, {Label: page.Face.Name, Path: page.Face.Href}}})
}

// origin is where the reader reached the host, for links that are carried away.
func origin(q *web.Request) string {
	scheme := "http"
	if q.Secure() {
		scheme = "https"
	}
	return scheme + "://" + q.R.Host
}

// payLink is the address of a payment to an account, filled in. The amount is
// written with a point in every language.
func payLink(origin, path string, to store.ID, amount quantity.Amount, note string) string {
	v := url.Values{"to": {string(to)}}
	if amount.Sign() > 0 {
		v.Set("sum", amount.Decimal())
	}
	if note != "" {
		v.Set("note", note)
	}
	return origin + path + "?" + v.Encode()
}

// quiet is the empty margin around a QR code, in its squares (ISO/IEC 18004).
const quiet = 4

// drawCode draws a text as a QR code. Its squares are dark on white in every
// theme: cameras read no other.
func drawCode(text, label string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", err
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	side := code.Size + 2*quiet
	return template.HTML(fmt.Sprintf(`<svg class="qr" role="img" aria-label="%s" viewBox="0 0 %d %d" width="280" height="280" shape-rendering="crispEdges"><rect width="%d" height="%d" fill="#fff"/><path fill="#000" d="%s"/></svg>`,
		template.HTMLEscapeString(label), side, side, side, side, path.String())), nil
}
