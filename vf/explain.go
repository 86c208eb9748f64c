package vf

import (
	"errors"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// mostNamed is how many later events a refusal names.
const mostNamed = 5

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
		since, failed := l.since(p.Resource, &o)
		if failed != nil {
			return errors.Join(err, failed)
		}
		blocking = append(blocking, since...)
	}
	if len(blocking) == 0 {
		return err
	}
	c := *f
	c.Message += ". What was recorded since stands in the way: " + strings.Join(blocking, ", ")
	return &c
}

// since names the newest events of a record behind an earlier one that took
// from it.
func (l *Ledger) since(resource store.ID, o *Event) ([]string, error) {
	history, err := ResourceHistory(l.tx, resource, "", maxPage)
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range history {
		e := &history[i]
		if e.ID == o.ID || len(names) == mostNamed {
			break
		}
		for _, p := range e.Postings() {
			if p.Resource == resource && (p.Accounting < 0 || p.Onhand < 0) {
				names = append(names, string(e.Action)+" "+string(e.ID))
			}
		}
	}
	return names, nil
}
