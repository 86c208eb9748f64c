package commons

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/auth/hot"
	"commonweal/platform/store"
)

// Hook lets another room take part in the act that founds or changes a
// commons; what it puts into the trace stands in the act's journal record.
type Hook func(tx *store.Tx, c Commons, trace *auth.Trace) error

// Config says what a Directory stands on.
type Config struct {
	Store *store.Store
	Gate  *auth.Gate
	// Practices are the words of the practices that can be switched on.
	Practices []string
	Founded   []Hook // run inside the founding act
	Changed   []Hook // run inside every change of settings
}

// Directory finds and founds the commons of a host. It is safe for concurrent
// use; a program has one.
type Directory struct {
	config    Config
	store     *store.Store
	gate      *auth.Gate
	addresses *hot.Cache[store.ID] // by slug; empty when nobody has it
	selves    *hot.Cache[found]    // by identifier
}

const hotKeys = 1 << 14 // commons held in memory

// NewDirectory returns the directory of a host.
func NewDirectory(c Config) *Directory {
	d := &Directory{config: c, store: c.Store, gate: c.Gate}
	d.addresses = hot.New(hotKeys, c.Store.Now, d.loadAddress)
	d.selves = hot.New(hotKeys, c.Store.Now, d.loadSelf)
	return d
}

var (
	selectAddress = store.SQL(`SELECT commons FROM commons_address WHERE commons_id = $1 AND slug = $2`)
	selectOpen    = store.SQL(`SELECT commons, slug, name, statement, open_books, stale FROM commons_address
		WHERE commons_id = $1 AND (open_books OR stale > 0) ORDER BY slug LIMIT $2`)
	selectAll = store.SQL(`SELECT commons, slug, name, statement, open_books, stale FROM commons_address
		WHERE commons_id = $1 ORDER BY slug`)
)

func (d *Directory) loadAddress(ctx context.Context, slug string) (id store.ID, err error) {
	err = d.store.Read(ctx, store.Host, func(r *store.Snapshot) error {
		id, _, err = store.One(r, scanID, selectAddress, slug)
		return err
	})
	return id, err
}

func scanID(s store.Scanner) (id store.ID, err error) {
	err = s.Scan(&id)
	return id, err
}

func (d *Directory) loadSelf(ctx context.Context, id string) (c found, err error) {
	err = d.store.Read(ctx, store.ID(id), func(r *store.Snapshot) error {
		c, err = self.Get(r)
		return err
	})
	return c, err
}

// BySlug returns the commons at an address; false when there is none. What is
// known from less than hot.Fresh ago costs no query.
func (d *Directory) BySlug(ctx context.Context, slug string) (Commons, bool, error) {
	if _, err := CheckSlug(slug); err != nil {
		return Commons{}, false, nil
	}
	id, err := d.addresses.Get(ctx, slug)
	if err != nil || id == "" {
		return Commons{}, false, err
	}
	return d.ByID(ctx, id)
}

// ByID returns a commons by its identifier; false when there is none.
func (d *Directory) ByID(ctx context.Context, id store.ID) (Commons, bool, error) {
	c, err := d.selves.Get(ctx, string(id))
	return c.Commons, c.exists, err
}

// Identity says who sends the request, as the commons sees them; store.Host
// for pages of the host.
func (d *Directory) Identity(r *http.Request, id store.ID) (auth.Identity, error) {
	var open bool
	if id != store.Host {
		c, exists, err := d.ByID(r.Context(), id)
		if err != nil || !exists {
			return d.gate.Table().As(auth.Identity{Commons: id}), err
		}
		open = c.OpenBooks
	}
	return d.gate.Identity(r, id, open)
}

// maxListed is how many commons the front page lists.
const maxListed = 200

// address is one line of the address book.
type address struct {
	Commons
	stale int
}

func scanAddress(s store.Scanner) (a address, err error) {
	err = s.Scan(&a.ID, &a.Slug, &a.Name, &a.Statement, &a.OpenBooks, &a.stale)
	return a, err
}

// Of lists the commons an account belongs to; for the empty account, those
// whose books are open, with ID, Slug, Name, Statement and OpenBooks only. In
// both cases sorted by name.
func (d *Directory) Of(ctx context.Context, account store.ID) ([]Commons, error) {
	list, err := d.open(ctx)
	if account != "" {
		list, err = d.mine(ctx, account)
	}
	slices.SortStableFunc(list, func(a, b Commons) int { return cmp.Compare(a.Name, b.Name) })
	return list, err
}

func (d *Directory) mine(ctx context.Context, account store.ID) (list []Commons, err error) {
	seats, err := d.gate.CommonsOf(ctx, account)
	if err != nil {
		return nil, err
	}
	for _, id := range seats {
		m, err := d.gate.MembershipOf(ctx, id, account)
		if err != nil {
			return nil, err
		}
		if c, exists, err := d.ByID(ctx, id); err != nil {
			return nil, err
		} else if exists && m.Active() {
			list = append(list, c)
		}
	}
	return list, nil
}

func (d *Directory) open(ctx context.Context) (list []Commons, err error) {
	var rows []address
	err = d.store.Read(ctx, store.Host, func(r *store.Snapshot) error {
		rows, err = store.All(r, scanAddress, selectOpen, maxListed)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, a := range rows {
		c, exists := a.Commons, true
		if a.stale > 0 {
			if c, exists, err = d.ByID(ctx, a.ID); err != nil {
				return nil, err
			}
		}
		if exists && c.OpenBooks {
			list = append(list, c)
		}
	}
	return list, nil
}

// All lists every commons of the host with its whole description, by address;
// for the operator and for background work.
func (d *Directory) All(ctx context.Context) (list []Commons, err error) {
	var rows []address
	err = d.store.Read(ctx, store.Host, func(r *store.Snapshot) error {
		rows, err = store.All(r, scanAddress, selectAll)
		return err
	})
	for _, a := range rows {
		c, exists, err := d.ByID(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		if exists {
			list = append(list, c)
		}
	}
	return list, err
}
