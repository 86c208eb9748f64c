package vf

import "commonweal/platform/store"

// write adds an entity that is not here. Events it names are here by now.
func (i *importing) write(e Entity) error {
	h := e.head()
	if known := i.book.entities[h.ID]; known != nil {
		if known.Kind() != e.Kind() {
			return i.at(h.ID, takenBy(known))
		}
		i.count(e.Kind(), false)
		return nil
	}
	if c, is := e.(*Claim); is && i.events[c.TriggeredBy] != "" {
		c.TriggeredBy = i.events[c.TriggeredBy]
	}
	h.Revision, h.Created = 1, i.tx.Now()
	if err := i.put(e, nil); err != nil {
		return i.at(h.ID, err)
	}
	i.count(e.Kind(), true)
	if err := i.remember(e.Kind(), h.ID, h.ID); err != nil {
		return err
	}
	return i.journalFull()
}

// event makes an event ready to be recorded with those before it.
func (i *importing) event(e Event) error {
	if i.events[e.ID] != "" {
		i.count(KindEvent, false)
		return nil
	}
	if e.Corrects != "" && i.events[e.Corrects] == "" || len(i.waiting) == most {
		if err := i.record(); err != nil {
			return err
		}
	}
	there := e.ID
	if here := i.events[e.Corrects]; here != "" {
		e.Corrects = here
	}
	e.ID, e.PairOf, e.Stage = "", "", "" // what follows from the events here
	e.PreviousEvent, e.ToPreviousEvent, e.ChainPosition, e.ToChainPosition = "", "", 0, 0
	r := Recording{Event: e}
	for _, id := range [...]store.ID{e.ResourceInventoriedAs, e.ToResourceInventoriedAs} {
		if x, is := i.unborn[id]; is && r.New == nil {
			r.New = &x
			delete(i.unborn, id)
		}
	}
	i.waiting, i.names = append(i.waiting, r), append(i.names, there)
	return nil
}

// record records the events that wait; one that is refused refuses all.
func (i *importing) record() error {
	if len(i.waiting) == 0 {
		return nil
	}
	done, refused, err := i.RecordEach(i.waiting)
	if err != nil {
		return err
	}
	for n, there := range i.names {
		if refused[n] != nil {
			return i.at(there, refused[n])
		}
		i.events[there] = done[n].ID
		i.count(KindEvent, true)
		if err := i.remember(KindEvent, there, done[n].ID); err != nil {
			return err
		}
		if x := i.waiting[n].New; x != nil {
			if err := i.remember(KindResource, x.ID, x.ID); err != nil {
				return err
			}
		}
	}
	i.waiting, i.names = nil, nil
	return i.journalFull()
}

// finish finishes the new processes that are finished there.
func (i *importing) finish() error {
	for _, f := range i.graph.Finished {
		if !i.made[f.Process] {
			continue
		}
		if _, err := i.FinishProcess(f.Process, f.At); err != nil {
			return i.at(f.Process, err)
		}
	}
	return nil
}

// journalFull journals what was done so far when one entry can hold no more
// commitments to what is private about it.
func (i *importing) journalFull() error {
	if len(i.sealed) <= maxSealed/2 {
		return nil
	}
	return i.journal()
}

// journal journals what was done since it was last asked. Each entry can be
// replayed behind the one before it.
func (i *importing) journal() error {
	if i.changes.Empty() {
		return nil
	}
	if err := Journal(i.tx, bringing, i.who, i.Ledger); err != nil {
		return err
	}
	i.changes, i.sealed = Changes{}, nil
	return nil
}

// EraseOrigin forgets where somebody or something comes from.
func (l *Ledger) EraseOrigin(i store.ID) error {
	_, err := l.tx.Exec(deleteOrigin, i)
	return err
}

// sealedAs is a class as the journal names it in the paths of private fields.
func sealedAs(k Kind) string {
	switch k {
	case KindResourceSpecification:
		return "specification"
	case KindResource:
		return "resource"
	case KindEvent:
		return "event"
	}
	return lower(k)
}
