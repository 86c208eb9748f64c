package main

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"commonweal/books"
	"commonweal/books/bank"
	"commonweal/contribution"
	"commonweal/credit"
	"commonweal/federation"
	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/auth/authroom"
	"commonweal/platform/commons"
	"commonweal/platform/commons/commonsroom"
	"commonweal/platform/graphql"
	"commonweal/platform/graphql/graphqlroom"
	"commonweal/platform/job"
	"commonweal/platform/journal"
	"commonweal/platform/journal/follow"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/openapi"
	"commonweal/platform/outbound"
	"commonweal/platform/practice"
	"commonweal/platform/store"
	"commonweal/platform/upload"
	"commonweal/platform/web"
	"commonweal/platform/webhook"
	"commonweal/vf"
	"commonweal/vf/compat"
	"commonweal/vf/naming"
	"commonweal/vf/vfapi"
	"commonweal/vf/vfrest"
	"commonweal/vf/vfroom"
)

// Place says where a house keeps what it knows and how it is reached.
type Place struct {
	Data     string // folder of the database file, the signing key and uploads
	Database string // postgres://…, or empty for Data/commonweal.db
	Origin   string // the address people type: https://commons.example
	Site     string // the host's name, as people read it
	Secret   []byte // signs short-lived cookies; nil: a random one, which is right for one process
	// Repositories is the folder of git repositories that stewards may import; empty: none.
	Repositories string
	// PrivateNeighbors allows neighbors in private networks.
	PrivateNeighbors bool
	Log              *slog.Logger
	Clock            func() time.Time // nil: the machine's; the demo lives through three years
}

// House is the program put together: every room on one database.
type House struct {
	Place        Place
	Rooms        practice.House
	Store        *store.Store
	Log          *journal.Log
	Key          *journal.Key
	Witness      *neighbors.Witness // cosigns the logs of others
	Asker        *neighbors.Asker   // asks others to cosign ours
	Gate         *auth.Gate
	Directory    *commons.Directory
	Jobs         *job.Runner
	Follow       *follow.Hub     // who listens to what is added to logs
	Hooks        *webhook.Sender // tells other programs what happens
	Register     *vf.Register
	Core         *vf.Core
	Contribution *contribution.Practice
	Credit       *credit.Practice
	Books        *books.Books
	Bank         *bank.Bank
	Federation   *federation.Federation
	KeepRuns     time.Duration // how long work that has ended stays listed
}

// plans lists what the house is made of, in the order in which tables depend
// on each other. It is the one place that knows every room.
func plans() practice.House {
	return practice.House{
		{Word: "journal", Schema: journal.Schema},
		{Word: "neighbors", Schema: neighbors.Schema},
		{Word: "web", Grants: web.Grants},
		{Word: "auth", Schema: auth.Schema, Grants: auth.Grants},
		{Word: "commons", Schema: commons.Schema, Grants: commons.Grants},
		{Word: "job", Schema: job.Schema, Grants: job.Grants},
		{Word: "upload", Schema: upload.Schema},
		{Word: "webhook", Schema: webhook.Schema, Grants: webhook.Grants},
		{Word: "graphql", Grants: graphqlroom.Grants},
		{Word: "vf", Schema: vf.Schema, Grants: vf.Grants},
		{Word: "contribution", Practice: true, Schema: contribution.Schema, Grants: contribution.Capabilities},
		{Word: "credit", Practice: true, Schema: credit.Schema, Grants: credit.Grants},
		{Word: "books", Grants: books.Grants},
		{Word: "bank", Schema: bank.Schema, Grants: bank.Grants},
		{Word: "federation", Schema: federation.Schema, Grants: federation.Grants},
	}
}

// Open puts the house together on its database.
func Open(ctx context.Context, p Place) (_ *House, err error) {
	h := &House{Place: p, Rooms: plans(), Log: &journal.Log{}, KeepRuns: job.KeepEnded}
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return nil, err
	}
	database := p.Database
	if database == "" {
		database = filepath.Join(p.Data, "commonweal.db")
	}
	h.Store, err = store.Open(ctx, store.Config{URL: database, Schemas: h.Rooms.Schemas(), Sealer: h.Log, Log: p.Log, Clock: p.Clock})
	if err != nil {
		return nil, err
	}
	if err := h.furnish(); err != nil {
		h.Store.Close()
		return nil, err
	}
	return h, nil
}

// furnish puts the rooms on the open database.
func (h *House) furnish() (err error) {
	p := h.Place
	if h.Key, err = journal.OpenKey(filepath.Join(p.Data, "signing.key"), keyName(p.Origin)); err != nil {
		return err
	}
	witnessKey, err := journal.OpenKey(filepath.Join(p.Data, "witness.key"), keyName(p.Origin)+"/witness")
	if err != nil {
		return err
	}
	h.Witness = &neighbors.Witness{Store: h.Store, Key: witnessKey}
	h.Asker = &neighbors.Asker{Store: h.Store, Log: h.Log, Key: h.Key, HTTP: neighbors.NewClient(p.PrivateNeighbors)}
	h.Gate, err = auth.New(auth.Config{
		Store: h.Store, Table: h.Rooms.Table(), Origin: p.Origin, Site: p.Site, Log: p.Log,
		Admitted: []auth.MemberHook{admitAgent}, Renamed: []auth.MemberHook{renameAgent}, Ended: []auth.MemberHook{forgetAgent, forgetWords, h.forgetFiles},
		About: []auth.AboutHook{aboutEvents, aboutBank, aboutContributions, aboutCredit},
	})
	if err != nil {
		return err
	}
	h.Directory = commons.NewDirectory(commons.Config{
		Store: h.Store, Gate: h.Gate, Practices: h.Rooms.Words(),
		Founded: []commons.Hook{foundAgent, switchOn}, Changed: []commons.Hook{switchOn},
	})
	h.Jobs = job.NewRunner(job.Config{Store: h.Store, Commons: h.commonsIDs, Workers: workers, Alone: h.Store.Exclusive(), Ended: upload.Release, Log: p.Log})
	h.Follow = follow.New(h.Store)
	h.Hooks = &webhook.Sender{Store: h.Store, HTTP: outbound.NewClient(p.PrivateNeighbors), Private: p.PrivateNeighbors}
	h.Register = vf.NewRegister()
	h.Core = &vf.Core{Store: h.Store, Register: h.Register, Tracer: vf.NewTracer(), Hooks: []vf.Hooks{credit.Guard}}
	h.Contribution = contribution.New(h.Store)
	h.Contribution.Events = h.Register
	h.Contribution.Imports = h.Importer()
	h.Contribution.Runner = h.Jobs
	h.Credit = credit.New(h.Store)
	h.Credit.Actor, h.Credit.Runner = h.actor, h.Jobs
	h.Credit.Relay = credit.NewRelay(h.Store, outbound.NewClient(p.PrivateNeighbors), p.Origin, p.Log)
	h.Books = h.openBooks()
	h.Bank = h.openBank()
	h.Federation = federation.New(federation.Config{Store: h.Store, Core: h.Core, Origin: p.Origin, Log: p.Log, BySlug: h.Directory.BySlug, ByID: h.Directory.ByID,
		Client: &activitypub.Client{HTTP: outbound.NewClient(p.PrivateNeighbors), Plain: p.PrivateNeighbors}})
	h.Jobs.Add(h.Rooms.Jobs()...)
	h.Jobs.Add(h.Contribution.ImportJobs()...)
	h.Jobs.Add(h.Contribution.DistributionJobs()...)
	h.Jobs.Add(h.Credit.BulkJobs()...)
	h.Jobs.Add(h.Credit.ClearingJobs()...)
	h.Jobs.Add(h.Books.DownloadJobs()...)
	h.Jobs.Add(h.Bank.Jobs()...)
	return nil
}

// schema returns the API: the parts of all rooms.
func (h *House) schema() (*graphql.Schema, error) {
	return graphql.New("Commonweal "+version, graphql.Limits{}, vfapi.Part(h.Core), contribution.Part(h.Contribution), credit.Part(h.Credit), books.Part(h.Books))
}

// rooms are the pages and the API of all rooms.
func (h *House) rooms() ([]web.Room, error) {
	schema, err := h.schema()
	if err != nil {
		return nil, err
	}
	published, err := compat.Schema(h.Core)
	if err != nil {
		return nil, err
	}
	return []web.Room{
		authroom.New(h.Gate, h.Directory),
		commonsroom.New(h.Directory, []commonsroom.Practice{{Word: "contribution", Label: "contribution.nav.practice"}, {Word: "credit", Label: "credit.nav.practice"}}),
		job.Room(h.Jobs),
		webhook.Room(h.Hooks),
		graphqlroom.Room(schema, graphqlroom.Beside{Word: "vf", Schema: published}),
		vfrest.Negotiated(h.Core, h.Place.Origin, vfroom.Room(h.Core)),
		vfrest.Room(h.Core, h.Place.Origin),
		contribution.Room(h.Contribution),
		credit.Room(h.Credit),
		books.Room(h.Books),
		bank.Room(h.Bank),
		federation.Room(h.Federation),
		openapi.Room(),
	}, nil
}

// Shell returns the pages and the API of all rooms, as a server has them.
func (h *House) Shell(styleguide bool) (*web.Shell, error) {
	rooms, err := h.rooms()
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{
		Store: h.Store, Rooms: rooms, Resolve: authroom.Resolve(h.Directory), CommonsBySlug: h.Directory.BySlug, CommonsOf: h.Directory.Of,
		Recent: web.Journal(naming.Recent), Ready: h.ready, Secret: h.Place.Secret, Log: h.Place.Log, Styleguide: styleguide,
	})
}

// workers is how many runs of long work are under way at a time: large downloads
// take two at most, so that one is always left to imports and distributions.
const workers = 3

// ready says whether the database answers.
func (h *House) ready(ctx context.Context) error {
	return h.Store.Read(ctx, store.Host, func(*store.Snapshot) error { return nil })
}

// Close finishes what is under way and closes the database.
func (h *House) Close() error {
	h.Follow.Close()
	return h.Store.Close()
}

// keyName names the log after the host, for good.
func keyName(origin string) string {
	if u, err := url.Parse(origin); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "commonweal"
}

func (h *House) commonsIDs(ctx context.Context) ([]store.ID, error) {
	all, err := h.Directory.All(ctx)
	ids := make([]store.ID, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	return ids, err
}
