package federation

import (
	"context"
	"embed"
	"log/slog"
	"net/url"
	"sync"

	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema is the tables of federation.
var Schema = store.Schema{Room: "federation", Files: schemaFiles}

// What may be done, and who may at least.
const (
	See   auth.Capability = "federation.see"
	Trade auth.Capability = "federation.trade"
	Set   auth.Capability = "federation.configure"
)

// Grants is the room's part of the capability table.
var Grants = []auth.Grant{
	{Capability: See, Least: auth.Member, Meaning: "read what goes on with other servers: neighbors, their proposals, offers"},
	{Capability: Trade, Least: auth.Steward, Meaning: "publish proposals to other servers, make, accept and reject offers in the name of the commons"},
	{Capability: Set, Least: auth.Steward, Meaning: "take part in the federation, follow others, block hosts"},
}

// Config says what federation stands on.
type Config struct {
	Store  *store.Store
	Core   *vf.Core
	Client *activitypub.Client
	Origin string // "https://commons.example"
	// BySlug and ByID find a commons of the host.
	BySlug func(ctx context.Context, slug string) (commons.Commons, bool, error)
	ByID   func(ctx context.Context, id store.ID) (commons.Commons, bool, error)
	Log    *slog.Logger // nil: the default
}

// Federation is the room at work.
type Federation struct {
	Config
	asks   throttle
	wake   chan store.ID // commons that have something to deliver
	posted sync.Map      // store.ID → *sync.Mutex: one delivery round of a commons at a time
}

// New returns the room.
func New(c Config) *Federation {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Federation{Config: c, wake: make(chan store.ID, 256)}
}

// actor returns the address of a commons as an actor. It is made of the identifier,
// so that a commons may change its name and its address.
func (f *Federation) actor(c store.ID) string { return f.Origin + "/federation/" + string(c) }

// at returns the address of something of an actor.
func (f *Federation) at(c store.ID, kind string, id store.ID) string {
	return f.actor(c) + "/" + kind + "/" + string(id)
}

// host returns the host by which people write our actors.
func (f *Federation) host() string {
	u, err := url.Parse(f.Origin)
	if err != nil {
		return ""
	}
	return u.Host
}

//go:embed pages/*.html messages/*.toml
var pageFiles embed.FS

// Room returns the pages of federation, and what other servers ask of it.
func Room(f *Federation) web.Room {
	return web.Room{
		Word: "federation", Pages: pageFiles, Messages: pageFiles,
		Nav:       []web.NavItem{{Label: "federation.nav.federation", Path: atFederation, Icon: "network", Needs: See, Order: 810}},
		Routes:    append(f.serverRoutes(), f.pageRoutes()...),
		Attention: f.attention,
	}
}
