package neighbors

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
)

// Asker asks the neighbors of commons to cosign their logs.
type Asker struct {
	Store *store.Store
	Log   *journal.Log
	Key   *journal.Key // that signs the logs
	HTTP  *http.Client // NewClient
}

// Asked is how it stands with one neighbor.
type Asked struct {
	Witness string    // vkey
	Held    int64     // size of the head it holds, as far as known
	Tries   int       // in vain since it last cosigned
	Next    time.Time // not to be asked before
	Problem string    // empty: none
	At      time.Time // when it was asked last
}

var (
	selectAsked = store.SQL(`SELECT witness, held, tries, next, problem, at FROM neighbors_asked WHERE commons_id = $1 ORDER BY witness`)
	upsertAsked = store.SQL(`INSERT INTO neighbors_asked (commons_id, witness, held, tries, next, problem, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (commons_id, witness) DO UPDATE SET held = excluded.held, tries = excluded.tries, next = excluded.next, problem = excluded.problem, at = excluded.at`)
)

func scanAsked(s store.Scanner) (a Asked, err error) {
	var next, at int64
	err = s.Scan(&a.Witness, &a.Held, &a.Tries, &next, &a.Problem, &at)
	a.Next, a.At = store.Time(next), store.Time(at)
	return a, err
}

// ReadAsked returns how it stands with each neighbor that was asked, by its key.
func ReadAsked(r store.Reader) (map[string]Asked, error) {
	list, err := store.All(r, scanAsked, selectAsked)
	byKey := make(map[string]Asked, len(list))
	for _, a := range list {
		byKey[a.Witness] = a
	}
	return byKey, err
}

// Pauses between two questions to a neighbor that did not cosign: they double.
const (
	firstPause = time.Minute
	lastPause  = time.Hour
)

// Ask asks every neighbor of the commons that has not cosigned the present head
// and is due, all at a time, and keeps what they answered. That one does not
// answer is no error of Ask; it is asked again later.
func (a *Asker) Ask(ctx context.Context, commons store.ID) error {
	due, err := a.due(ctx, commons)
	if err != nil || len(due) == 0 {
		return err
	}
	signed, err := a.Log.Checkpoint(ctx, a.Store, commons, a.Key)
	if err != nil {
		return err
	}
	head, vkey, err := journal.OpenCheckpoint(signed, a.Key.Verifier(commons))
	if err != nil {
		return err
	}
	answers := make([]answer, len(due))
	var asking sync.WaitGroup
	for i, d := range due {
		if d.Tries == 0 && d.Held == head.Size {
			continue // it has this one
		}
		asking.Go(func() { answers[i] = a.ask(ctx, commons, d, signed, head.Size) })
	}
	asking.Wait()
	answers = slices.DeleteFunc(answers, func(x answer) bool { return x.Key == "" })
	if ctx.Err() != nil || len(answers) == 0 {
		return ctx.Err()
	}
	return a.keep(ctx, commons, cosignedHead{head.Size, vkey, signed}, answers)
}

// neighbor is a witness with how it stands with it.
type neighbor struct {
	witness.Witness
	Asked
}

// due lists the neighbors that may be asked now.
func (a *Asker) due(ctx context.Context, commons store.ID) (list []neighbor, err error) {
	err = a.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		p, err := ReadPolicy(r)
		if err != nil {
			return err
		}
		asked, err := ReadAsked(r)
		for _, w := range p.Witnesses {
			if n := (neighbor{w, asked[w.Key]}); w.URL != "" && !n.Next.After(r.Now()) {
				list = append(list, n)
			}
		}
		return err
	})
	return list, err
}

// answer is what came of asking a neighbor; the zero answer is of one that was not asked.
type answer struct {
	neighbor
	cosignature journal.Cosignature
	err         error
}

// ask asks one neighbor, and once more when it holds another head than we thought.
func (a *Asker) ask(ctx context.Context, commons store.ID, n neighbor, signed string, size int64) answer {
	for range 2 {
		proof, err := a.prove(ctx, commons, n.Held, size)
		if err != nil {
			return answer{n, journal.Cosignature{}, err}
		}
		c, err := submit(ctx, a.HTTP, n.Witness, witness.Request{Old: n.Held, Proof: proof, Checkpoint: signed})
		var other conflict
		if err == nil || !errors.As(err, &other) || other.size == n.Held {
			if err == nil {
				n.Held = size
			}
			return answer{n, c, err}
		}
		n.Held = other.size
	}
	return answer{n, journal.Cosignature{}, errors.New("its head changes while it is asked")}
}

// prove proves that the log at size extends what the neighbor holds.
func (a *Asker) prove(ctx context.Context, commons store.ID, held, size int64) (proof tlog.TreeProof, err error) {
	if held > size {
		return nil, errAhead
	}
	err = a.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		proof, err = a.Log.ProveConsistency(r, held, size)
		return err
	})
	return proof, err
}

// errAhead is what a neighbor tells us when our database is older than what we
// gave out: it was restored from a backup, or there are two of it.
var errAhead = errors.New("it holds a longer log than this one: the database here was put back to an earlier state, or somebody signs another log with the same key")

// pause is how long to wait after so many questions in vain.
func pause(tries int) time.Duration {
	return min(lastPause, firstPause<<min(tries-1, 10))
}

// keep stores what the neighbors answered.
func (a *Asker) keep(ctx context.Context, commons store.ID, head cosignedHead, answers []answer) error {
	_, err := store.Write(ctx, a.Store, store.Command{Commons: commons}, func(tx *store.Tx) (struct{}, error) {
		cosigned := false
		for _, x := range answers { // as many as a commons has neighbors: few
			if x.err == nil {
				cosigned = true
				if err := keepCosignature(tx, head.size, x.cosignature); err != nil {
					return struct{}{}, err
				}
			}
			if err := x.note(tx); err != nil {
				return struct{}{}, err
			}
		}
		if cosigned {
			return struct{}{}, head.write(tx)
		}
		return struct{}{}, nil
	})
	return err
}

// note remembers how it went.
func (x answer) note(tx *store.Tx) error {
	now, problem, tries, next := tx.Now(), "", 0, time.Time{}
	if x.err != nil {
		tries = x.Tries + 1
		problem, next = plainWords(x.err), now.Add(pause(tries))
	}
	var due int64
	if !next.IsZero() {
		due = store.Micros(next)
	}
	_, err := tx.Exec(upsertAsked, x.Key, x.Held, tries, due, problem, store.Micros(now))
	return err
}

// plainWords is an error as it is kept and shown: on one line, not too long, and
// without the numbers of machines.
func plainWords(err error) string {
	if op := (*net.OpError)(nil); errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	words := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(err.Error(), " "))
	return string([]rune(words)[:min(len([]rune(words)), 300)])
}
