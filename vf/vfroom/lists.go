package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// entity is a class of the core, by its pointer.
type entity[T any] interface {
	*T
	vf.Entity
}

// latest returns the page of a class that the address asks for, latest first,
// with the addresses of the first page and of the next.
func latest[T any, P entity[T]](q *web.Request, r store.Reader, f vf.ListFilter) (list []T, first, next string, err error) {
	f.Limit = shown + 1
	f.Before, _ = cursorOf(q.Form().Raw("after"))
	if list, err = vf.List[T, P](r, f); err != nil {
		return nil, "", "", err
	}
	list, first, next = paged(q, list, func(x T) string { return cursorText(vf.CursorOfEntity(P(&x))) })
	return list, first, next, nil
}

// holding returns the page of records that the address asks for, in words.
func holding(q *web.Request, r store.Reader, f vf.ResourceFilter) (rows []resourceRow, first, next string, err error) {
	f.Before, f.Limit = q.Form().ID("after"), shown+1
	list, err := vf.Resources(r, f)
	if err != nil {
		return nil, "", "", err
	}
	list, first, next = paged(q, list, func(x vf.Resource) string { return string(x.ID) })
	n, err := load(q, r, wanted{records: list})
	if err != nil {
		return nil, "", "", err
	}
	return n.resourceRows(list), first, next, nil
}
