package vf

import (
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Listing says that a record is now among those that a container lists, or no
// longer is.
type Listing struct {
	Resource, Container store.ID
	On                  bool
}

// listing reports whether the event lists something in a container, or takes
// it off the list: combine where the policy containers is many, and separate
// where it names the list.
func (a *application) listing() bool {
	if a.x == nil {
		return false
	}
	switch a.row.ContainedEffect {
	case Update:
		return a.book.policy(a.x).listed()
	case Remove:
		return a.y != nil
	}
	return false
}

// pairListing holds an event that lists or takes off a list against what is
// listed. Nothing leaves or enters a stock, so its quantity is zero.
func (a *application) pairListing() error {
	if a.quantity() != 0 {
		return fault.Invalidf("vf.listing_quantity", "resourceQuantity", "%s may be in many containers: it is listed there and stays what it is, so the quantity is 0, not %s (the policy containers of %s is many)",
			a.name(a.x), a.e.ResourceQuantity, orNone(a.x.ConformsTo))
	}
	if a.e.Corrects != "" {
		return nil
	}
	if a.y == nil {
		return fault.Invalidf("vf.container_missing", "toResourceInventoriedAs", "%s may be in many containers; name the one it is listed in", a.name(a.x))
	}
	at := slices.Index(a.x.ListedIn, a.y.ID)
	switch {
	case a.row.ContainedEffect == Update && at >= 0:
		return fault.Conflictf("vf.listed_already", "toResourceInventoriedAs", "%s is listed in %s already (event %s)", a.name(a.x), a.name(a.y), a.x.ListedBy[at])
	case a.row.ContainedEffect == Remove && at < 0:
		return fault.Conflictf("vf.pair_missing", "toResourceInventoriedAs", "%s is not listed in %s; where it lies in one container only, leave the container empty", a.name(a.x), a.name(a.y))
	case a.row.ContainedEffect == Remove:
		a.e.PairOf = a.x.ListedBy[at]
	}
	return nil
}

// list puts the record on the list of the container, or takes it off.
func (a *application) list() error {
	if a.row.ContainedEffect == Remove {
		a.unlist(a.y.ID)
		return nil
	}
	return a.enlist(a.y.ID, a.e.ID)
}

// enlist notes which combine event lists the record where. The slices are new:
// records in the book share the old ones.
func (a *application) enlist(container, by store.ID) error {
	if err := a.checkCycle(a.x, container); err != nil {
		return err
	}
	a.x.ListedIn, a.x.ListedBy = append(slices.Clip(a.x.ListedIn), container), append(slices.Clip(a.x.ListedBy), by)
	a.listings = append(a.listings, Listing{a.x.ID, container, true})
	return nil
}

func (a *application) unlist(container store.ID) {
	at := slices.Index(a.x.ListedIn, container)
	a.x.ListedIn, a.x.ListedBy = slices.Delete(slices.Clone(a.x.ListedIn), at, at+1), slices.Delete(slices.Clone(a.x.ListedBy), at, at+1)
	a.listings = append(a.listings, Listing{a.x.ID, container, false})
}

// undoListing takes a listing back that still stands, or puts back what was
// taken off the list and is not on it again.
func (a *application) undoListing() error {
	if a.y == nil {
		return nil
	}
	at := slices.Index(a.x.ListedIn, a.y.ID)
	switch {
	case a.row.ContainedEffect == Update && at >= 0 && a.x.ListedBy[at] == a.e.Corrects:
		a.unlist(a.y.ID)
	case a.row.ContainedEffect == Remove && at < 0 && a.original.Event.PairOf != "":
		return a.enlist(a.y.ID, a.original.Event.PairOf)
	}
	return nil
}

// checkCycle refuses a container that lies in the record, or is listed in it,
// by whatever way.
func (a *application) checkCycle(r *Resource, into store.ID) error {
	seen := map[store.ID]bool{}
	for ahead := []store.ID{into}; len(ahead) > 0; ahead = ahead[1:] {
		c := ahead[0]
		if c == r.ID {
			return fault.Conflictf("vf.container_cycle", "toResourceInventoriedAs", "%s lies in %s already; a container cannot lie in itself", into, a.name(r))
		}
		if c == "" || seen[c] {
			continue
		}
		seen[c] = true
		around := a.touchless(c)
		ahead = append(append(ahead, around.ContainedIn), around.ListedIn...)
	}
	return nil
}

// listedIn is the link from a record to a container that lists it; what lies
// in one container only has a column.
const listedIn = "EconomicResource.listedIn"

var (
	writeListing  = store.SQL("INSERT INTO vf_link (commons_id, target_id, property, source_id) VALUES ($1, $2, '" + listedIn + "', $3) ON CONFLICT DO NOTHING")
	deleteListing = store.SQL("DELETE FROM vf_link WHERE commons_id = $1 AND target_id = $2 AND property = '" + listedIn + "' AND source_id = $3")

	resourcesListed = store.ByIDs("SELECT " + resourceColumns + " FROM vf_resource WHERE commons_id = $1 AND id IN (SELECT k.source_id FROM vf_link k WHERE k.commons_id = $1 AND k.property = '" +
		listedIn + "' AND k.target_id IN (*))")
)

// writeListings makes the lists of containers what the events left them.
func (l *Ledger) writeListings(list []Listing) error {
	for _, x := range list {
		statement := deleteListing
		if x.On {
			statement = writeListing
		}
		if _, err := l.tx.Exec(statement, x.Container, x.Resource); err != nil {
			return err
		}
	}
	return nil
}

// Containers returns what a record lies in and is listed in.
func (r *Resource) Containers() []store.ID {
	if r.ContainedIn == "" {
		return r.ListedIn
	}
	return append([]store.ID{r.ContainedIn}, r.ListedIn...)
}
