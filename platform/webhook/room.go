package webhook

import (
	"embed"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

//go:embed pages/*.html messages/*.toml
var pages embed.FS

// at is the address of the room below a commons.
const at = "/webhooks"

// shownAttempts is how many attempts a page shows.
const shownAttempts = 50

// Room returns the pages of the sender, which programs may ask for JSON.
func Room(s *Sender) web.Room {
	return web.Room{
		Word: "webhook", Pages: pages, Messages: pages,
		Nav: []web.NavItem{{Label: "webhook.nav", Path: at, Icon: "waypoints", Needs: Manage, Order: 905}},
		Routes: []web.Route{
			{Pattern: "GET /c/{commons}/webhooks", Needs: Manage, Handle: s.list},
			{Pattern: "POST /c/{commons}/webhooks", Needs: Manage, Handle: s.subscribe},
			{Pattern: "GET /c/{commons}/webhooks/{id}", Needs: Manage, Handle: s.show},
			{Pattern: "POST /c/{commons}/webhooks/{id}", Needs: Manage, Handle: s.alter},
		},
	}
}

type listPage struct {
	Hooks []Hook
	Form  *web.Form
}

func (s *Sender) list(q *web.Request) error {
	page := listPage{Form: q.Form()}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		page.Hooks, err = Hooks(r)
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"webhooks": page.Hooks})
	}
	return q.Render(web.Page{Template: "webhook/list.html", Title: q.T("webhook.title"), Active: at, Data: page})
}

// subscribe answers with the secret, this once.
func (s *Sender) subscribe(q *web.Request) error {
	f := q.Form()
	url := f.Text("url", web.Required, web.Max(maxURL))
	acts, err := CheckActs(f.Raw("acts"))
	if err == nil && f.OK() {
		var h Hook
		var secret string
		if h, secret, err = s.Subscribe(q.R.Context(), q.Who, url, acts); err == nil {
			return s.reveal(q, h.ID, secret)
		}
	}
	if q.WantsJSON() {
		if err == nil {
			err = f.Err()
		}
		return err
	}
	if err != nil && !f.Blame(err) {
		return err
	}
	return s.list(q)
}

// reveal shows a subscription with its new secret.
func (s *Sender) reveal(q *web.Request, id store.ID, secret string) error {
	if q.WantsJSON() {
		return q.JSON(map[string]any{"id": id, "secret": secret})
	}
	return s.render(q, id, secret)
}

type showPage struct {
	Hook     Hook
	Secret   string // shown once
	Attempts []Attempt
	Older    string
	Acts     string
}

func (s *Sender) show(q *web.Request) error { return s.render(q, idOf(q), "") }

func idOf(q *web.Request) store.ID {
	id, _ := store.ParseID(q.R.PathValue("id")) // what is none is found nowhere
	return id
}

func (s *Sender) render(q *web.Request, id store.ID, secret string) error {
	page := showPage{Secret: secret}
	before := store.Time(1 << 62)
	if text := q.R.URL.Query().Get("before"); text != "" {
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return fault.Invalidf("webhook.before", "before", "%.40q is no time such as 2026-03-01T10:00:00Z", text)
		}
		before = t
	}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if page.Hook, err = Get(r, id); err != nil {
			return err
		}
		page.Attempts, err = Attempts(r, id, before, shownAttempts)
		return err
	})
	if err != nil {
		return err
	}
	if n := len(page.Attempts); n == shownAttempts {
		page.Older = q.Path("webhooks", string(id)) + "?before=" + page.Attempts[n-1].At.UTC().Format(time.RFC3339Nano)
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"webhook": page.Hook, "attempts": page.Attempts})
	}
	page.Acts = strings.Join(page.Hook.Acts, ", ")
	return q.Render(web.Page{Template: "webhook/show.html", Title: page.Hook.URL, Active: at, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("webhook.title"), Path: q.Path("webhooks")}, {Label: page.Hook.URL}}})
}

// alter rotates the secret, puts a subscription to rest, wakes it or ends it.
func (s *Sender) alter(q *web.Request) error {
	id, ctx := idOf(q), q.R.Context()
	switch do := q.Form().Raw("do"); do {
	case "rotate":
		secret, err := s.Rotate(ctx, q.Who, id)
		if err != nil {
			return err
		}
		return s.reveal(q, id, secret)
	case "rest", "wake":
		if err := s.Rest(ctx, q.Who, id, do == "rest"); err != nil {
			return err
		}
		return s.done(q, q.Path("webhooks", string(id)), "webhook.done_"+do)
	case "end":
		if err := s.End(ctx, q.Who, id); err != nil {
			return err
		}
		return s.done(q, q.Path("webhooks"), "webhook.done_end")
	default:
		return fault.Invalidf("webhook.do", "do", "there is no %.40q to do; it is rotate, rest, wake or end", do)
	}
}

func (s *Sender) done(q *web.Request, path, key string) error {
	if q.WantsJSON() {
		return q.JSON(map[string]bool{"done": true})
	}
	return q.Redirect(path, key)
}
