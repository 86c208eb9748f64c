package auth

import (
	"context"
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/go-webauthn/webauthn/webauthn"

	"commonweal/platform/auth/hot"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Config says what a Gate stands on. Store, Table and Origin are needed.
type Config struct {
	Store *store.Store
	Table *Table
	// Origin is the address people type: "https://commons.example" or, on one's
	// own machine, "http://localhost:8080". Passkeys are bound to its host name;
	// cookies are Secure when it is https.
	Origin string
	// Site is the host's name, which the browser shows beside a passkey.
	Site string
	// Params of new password hashes; zero means DefaultParams.
	Params argon2id.Params
	// Proxies are the reverse proxies whose X-Forwarded-For is believed; nil
	// means those on this machine.
	Proxies []netip.Prefix
	Log     *slog.Logger // nil means slog.Default()

	// Admitted, Renamed and Ended run inside the act that admits a member,
	// changes their name, or ends their membership. What a hook puts into the
	// Trace stands in the journal record of that act, by custom under "vf".
	// Ended with Erased set means: forget the person's name and sealed texts.
	Admitted []MemberHook
	Renamed  []MemberHook
	Ended    []MemberHook
	// About tells what rooms keep about a member, for Portable.
	About []AboutHook
}

// Gate is auth at work: it signs people in and says who asks. It is safe for
// concurrent use; a program has one.
type Gate struct {
	config   Config
	store    *store.Store
	table    *Table
	secure   bool
	hasher   *hasher
	backoff  *backoff
	webauthn *webauthn.WebAuthn
	seen     *seen
	secrets  *hot.Cache[credential] // by digest of a session's or token's secret
	members  *hot.Cache[Membership] // by commons and account
	seats    *hot.Cache[[]store.ID] // by account
}

// How many sessions, tokens and memberships are held in memory: about 30 MB at most.
const hotKeys = 1 << 16

// New returns the gate of a store.
func New(c Config) (*Gate, error) {
	origin, err := url.Parse(c.Origin)
	if err != nil || origin.Hostname() == "" || (origin.Scheme != "https" && origin.Scheme != "http") {
		return nil, fault.Invalidf("auth.origin", "origin", "the address %q must look like https://commons.example", c.Origin)
	}
	if c.Params == (argon2id.Params{}) {
		c.Params = DefaultParams
	}
	if c.Site == "" {
		c.Site = "Commonweal"
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: origin.Hostname(), RPDisplayName: c.Site, RPOrigins: []string{origin.Scheme + "://" + origin.Host},
	})
	if err != nil {
		return nil, err
	}
	g := &Gate{config: c, store: c.Store, table: c.Table, secure: origin.Scheme == "https",
		hasher: newHasher(c.Params), backoff: newBackoff(), webauthn: w, seen: &seen{}}
	g.secrets = hot.New(hotKeys, c.Store.Now, g.loadCredential)
	g.members = hot.New(hotKeys, c.Store.Now, g.loadMembership)
	g.seats = hot.New(hotKeys, c.Store.Now, g.loadSeats)
	return g, nil
}

// Origin is the address people type, without a path.
func (g *Gate) Origin() string { return g.config.Origin }

// Table is the table of what may be done.
func (g *Gate) Table() *Table { return g.table }

// Operator is the identity of whoever runs commands on the machine itself, as
// the commons sees them: they hold the database and may do everything. It has
// no account and no agent.
func (g *Gate) Operator(commons store.ID) Identity {
	return g.table.As(Identity{Commons: commons, Role: Steward, Admin: true})
}

// sweepEvery is how often Run writes what was seen and removes what expired.
const sweepEvery = time.Minute

// Run sweeps once a minute until the context ends, and once more then.
func (g *Gate) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			g.sweepLogged(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			g.sweepLogged(last)
			return
		}
	}
}

func (g *Gate) sweepLogged(ctx context.Context) {
	if err := g.Sweep(ctx); err != nil {
		g.config.Log.Warn("auth: sweep failed", "error", err)
	}
}

// onHost runs an act in the lane of the host.
func onHost[R any](ctx context.Context, g *Gate, act func(*store.Tx) (R, error)) (R, error) {
	return store.Write(ctx, g.store, store.Command{Commons: store.Host}, act)
}

// readHost reads one moment of the host.
func (g *Gate) readHost(ctx context.Context, f func(*store.Snapshot) error) error {
	return g.store.Read(ctx, store.Host, f)
}
