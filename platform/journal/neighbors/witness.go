package neighbors

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
)

// Witness cosigns heads of the logs of others.
type Witness struct {
	Store *store.Store
	Key   *journal.Key // cosigns, and nothing else
}

// Watched is a log of others that this host witnesses.
type Watched struct {
	Origin string
	Name   string   // as this host calls it
	Keys   []string // vkeys that sign its heads; none: not watched any more
	Head   journal.Head
	Note   string    // the last checkpoint that was cosigned; empty for none
	At     time.Time // when; zero for never
}

var (
	selectLogs = store.SQL(`SELECT origin, name, keys, size, root, note, at FROM neighbors_log WHERE commons_id = $1 ORDER BY origin`)
	selectLog  = store.SQL(`SELECT origin, name, keys, size, root, note, at FROM neighbors_log WHERE commons_id = $1 AND origin = $2`)
	upsertLog  = store.SQL(`INSERT INTO neighbors_log (commons_id, origin, name, keys, size, root, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (commons_id, origin) DO UPDATE SET name = excluded.name, keys = excluded.keys, size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at`)
)

func scanWatched(s store.Scanner) (w Watched, err error) {
	var keys string
	var root []byte
	var at int64
	if err = s.Scan(&w.Origin, &w.Name, &keys, &w.Head.Size, &root, &w.Note, &at); err != nil {
		return w, err
	}
	copy(w.Head.Root[:], root)
	if at != 0 {
		w.At = store.Time(at)
	}
	return w, json.Unmarshal([]byte(keys), &w.Keys)
}

func (w Watched) write(tx *store.Tx) error {
	keys, err := json.Marshal(append([]string{}, w.Keys...))
	if err != nil {
		return err
	}
	var at int64
	if !w.At.IsZero() {
		at = store.Micros(w.At)
	}
	_, err = tx.Exec(upsertLog, w.Origin, w.Name, string(keys), w.Head.Size, w.Head.Root[:], w.Note, at)
	return err
}

// Watched lists the logs that are watched, and those that were, by origin.
func (w *Witness) Watched(ctx context.Context) (list []Watched, err error) {
	err = w.Store.Read(ctx, store.Host, func(r *store.Snapshot) error {
		list, err = store.All(r, scanWatched, selectLogs)
		return err
	})
	return list, err
}

// maxKeys is how many keys a log may have: a few changes of key.
const maxKeys = 8

// Watch begins to cosign a log, or adds a key to one that changed its key. The
// caller has checked who may. A log that was watched before goes on where it was.
func (w *Witness) Watch(ctx context.Context, name, vkey string) (Watched, error) {
	vkey = strings.TrimSpace(vkey)
	if err := journal.CheckKey(vkey); err != nil {
		return Watched{}, err
	}
	origin := journal.KeyName(vkey)
	if name == "" {
		name = origin
	}
	if len(name) > 200 {
		return Watched{}, fault.Invalidf("neighbors.name", "name", "a name has at most 200 bytes, not %d", len(name))
	}
	return store.Write(ctx, w.Store, store.Command{Commons: store.Host}, func(tx *store.Tx) (Watched, error) {
		log, found, err := store.One(tx, scanWatched, selectLog, origin)
		if err != nil {
			return log, err
		}
		if !found {
			log = Watched{Origin: origin, Head: journal.Head{Root: journal.EmptyRoot}}
		}
		log.Name = name
		if !slices.Contains(log.Keys, vkey) {
			log.Keys = append(log.Keys, vkey)
		}
		if len(log.Keys) > maxKeys {
			return log, fault.Invalidf("neighbors.keys", "key", "%d keys are enough for one log; stop watching it first, then begin again with the key it has now", maxKeys)
		}
		return log, log.write(tx)
	})
}

// Unwatch stops cosigning a log. What was cosigned stays known, so that nothing
// else can be cosigned should it be watched again. NotFound, neighbors.no_log.
func (w *Witness) Unwatch(ctx context.Context, origin string) error {
	_, err := store.Write(ctx, w.Store, store.Command{Commons: store.Host}, func(tx *store.Tx) (struct{}, error) {
		log, found, err := store.One(tx, scanWatched, selectLog, origin)
		if err == nil && (!found || len(log.Keys) == 0) {
			err = fault.NotFoundf("neighbors.no_log", "origin", "no log %.200q is watched here", origin)
		}
		if err != nil {
			return struct{}{}, err
		}
		log.Keys = nil
		return struct{}{}, log.write(tx)
	})
	return err
}

// accepted is a head that was remembered and may be signed.
type accepted struct {
	body string
	at   time.Time
}

// Cosign decides on the body of an add-checkpoint request and returns the signature
// line. A *witness.Refusal says why not.
//
// The head is compared with the last one and remembered in one act in the lane of
// the host, so that of two requests at a time the second sees what the first did;
// it is signed when that is durable.
func (w *Witness) Cosign(ctx context.Context, body []byte) (string, error) {
	ask, err := witness.ParseRequest(body)
	if err != nil {
		return "", &witness.Refusal{Status: http.StatusBadRequest, Message: err.Error()}
	}
	origin := witness.Origin(ask.Checkpoint)
	err = w.Store.Read(ctx, store.Host, func(r *store.Snapshot) error { // spares the lane what nobody signed
		_, _, err := judge(r, origin, ask)
		return err
	})
	if refused(err, http.StatusBadRequest, http.StatusNotFound, http.StatusForbidden) {
		return "", err
	}
	ok, err := store.Write(ctx, w.Store, store.Command{Commons: store.Host}, func(tx *store.Tx) (accepted, error) {
		log, head, err := judge(tx, origin, ask)
		if err != nil {
			return accepted{}, err
		}
		ok := accepted{journal.Body(ask.Checkpoint), tx.Now()}
		if log.Note != "" && log.Head == head {
			return ok, nil // remembered already: whoever repeats what is public costs no writing
		}
		log.Head, log.Note, log.At = head, ask.Checkpoint, tx.Now()
		return ok, log.write(tx)
	})
	if err != nil {
		return "", err
	}
	return w.Key.Cosign(ok.body, ok.at), nil
}

// judge decides by what is known of the log now.
func judge(r store.Reader, origin string, ask witness.Request) (Watched, journal.Head, error) {
	log, found, err := store.One(r, scanWatched, selectLog, origin)
	if err != nil {
		return log, journal.Head{}, err
	}
	if !found || len(log.Keys) == 0 {
		return log, journal.Head{}, &witness.Refusal{Status: http.StatusNotFound, Message: "this log is not watched here"}
	}
	head, refusal := witness.Judge(ask, log.Keys, log.Head)
	if refusal != nil {
		return log, journal.Head{}, refusal
	}
	return log, head.Head, nil
}
