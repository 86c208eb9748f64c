package vf

import (
	"errors"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// later finds the events of a record after a place in its chain.
var later = store.SQL(`SELECT id, action FROM vf_event WHERE commons_id = $1
	AND ((resource_id = $2 AND position > $3) OR (to_resource_id = $2 AND to_position > $3)) ORDER BY id LIMIT 6`)

// explain adds to the refusal of a correction which later events of the
// records stand in its way: what it takes back has been used since.
func (l *Ledger) explain(err error, e *Event) error {
	f := fault.As(err)
	if f == nil || f.Code != "vf.negative_balance" || e.Corrects == "" {
		return err
	}
	o := l.book.originals[e.Corrects].Event
	var blocking []string
	for _, p := range o.Postings() {
		from := o.ChainPosition
		if p.Resource != o.ResourceInventoriedAs {
			from = o.ToChainPosition
		}
		found, failed := store.All(l.tx, scanLater, later, p.Resource, from)
		if failed != nil {
			return errors.Join(err, failed)
		}
		blocking = append(blocking, found...)
	}
	if len(blocking) == 0 {
		return err
	}
	c := *f
	c.Message += ". What was recorded since stands in the way: " + strings.Join(blocking, ", ")
	return &c
}

func scanLater(r store.Scanner) (string, error) {
	var i store.ID
	var action string
	err := r.Scan(id{&i}, &action)
	return action + " " + string(i), err
}
