package neighbors

import (
	"context"
	"strings"

	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
)

// Head is a head of the commons' log with the cosignatures it has.
type Head struct {
	Size         int64
	Key          string // vkey that signed it
	Note         string // signed by the log alone
	Cosignatures []journal.Cosignature
}

// Signed returns the checkpoint with all its signatures.
func (h Head) Signed() string {
	var b strings.Builder
	b.WriteString(h.Note)
	for _, c := range h.Cosignatures {
		b.WriteString(c.Line + "\n")
	}
	return b.String()
}

// Witnesses returns the vkeys of those who cosigned.
func (h Head) Witnesses() (vkeys []string) {
	for _, c := range h.Cosignatures {
		vkeys = append(vkeys, c.Key)
	}
	return vkeys
}

var (
	selectHeads  = store.SQL(`SELECT size, vkey, note FROM neighbors_head WHERE commons_id = $1 AND size >= $2 ORDER BY size DESC LIMIT $3`)
	selectLines  = store.SQL(`SELECT size, witness, line, at FROM neighbors_cosignature WHERE commons_id = $1 AND size >= $2 ORDER BY size, witness`)
	selectNewest = store.SQL(`SELECT witness, max(size) FROM neighbors_cosignature WHERE commons_id = $1 GROUP BY witness`)
	insertHead   = store.SQL(`INSERT INTO neighbors_head (commons_id, size, vkey, note) VALUES ($1, $2, $3, $4) ON CONFLICT (commons_id, size) DO NOTHING`)
	insertLine   = store.SQL(`INSERT INTO neighbors_cosignature (commons_id, size, witness, line, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (commons_id, size, witness) DO UPDATE SET line = excluded.line, at = excluded.at`)
	selectOldest = store.SQL(`SELECT size FROM neighbors_head WHERE commons_id = $1 ORDER BY size DESC LIMIT 1 OFFSET $2`)
	deleteHeads  = store.SQL(`DELETE FROM neighbors_head WHERE commons_id = $1 AND size < $2`)
	deleteLines  = store.SQL(`DELETE FROM neighbors_cosignature WHERE commons_id = $1 AND size < $2`)
)

// keptHeads is how many cosigned heads are kept; the newest say it all.
const keptHeads = 1000

// cosignedHead is the row of a head.
type cosignedHead struct {
	size       int64
	vkey, note string
}

func (h cosignedHead) write(tx *store.Tx) error {
	if _, err := tx.Exec(insertHead, h.size, h.vkey, h.note); err != nil {
		return err
	}
	oldest, found, err := store.One(tx, func(s store.Scanner) (n int64, err error) { return n, s.Scan(&n) }, selectOldest, int64(keptHeads))
	if err != nil || !found {
		return err
	}
	if _, err := tx.Exec(deleteLines, oldest+1); err != nil {
		return err
	}
	_, err = tx.Exec(deleteHeads, oldest+1)
	return err
}

func keepCosignature(tx *store.Tx, size int64, c journal.Cosignature) error {
	_, err := tx.Exec(insertLine, size, c.Key, c.Line, store.Micros(c.At))
	return err
}

// Heads returns the newest cosigned heads of at least a size, newest first.
func Heads(r store.Reader, least int64, limit int) ([]Head, error) {
	heads, err := store.All(r, func(s store.Scanner) (h Head, err error) { return h, s.Scan(&h.Size, &h.Key, &h.Note) }, selectHeads, least, int64(limit))
	if err != nil || len(heads) == 0 {
		return nil, err
	}
	at := make(map[int64]*Head, len(heads))
	for i := range heads {
		at[heads[i].Size] = &heads[i]
	}
	type row struct {
		size int64
		journal.Cosignature
	}
	lines, err := store.All(r, func(s store.Scanner) (l row, err error) {
		var micros int64
		err = s.Scan(&l.size, &l.Key, &l.Line, &micros)
		l.At = store.Time(micros)
		return l, err
	}, selectLines, heads[len(heads)-1].Size)
	for _, l := range lines {
		if h := at[l.size]; h != nil {
			h.Cosignatures = append(h.Cosignatures, l.Cosignature)
		}
	}
	return heads, err
}

// Newest returns the size of the newest head that each witness cosigned, by its vkey.
func Newest(r store.Reader) (map[string]int64, error) {
	newest := map[string]int64{}
	_, err := store.All(r, func(s store.Scanner) (struct{}, error) {
		var key string
		var size int64
		err := s.Scan(&key, &size)
		newest[key] = size
		return struct{}{}, err
	}, selectNewest)
	return newest, err
}

// Cosigned adds to a signed checkpoint of the reader's commons the cosignatures
// that it has so far.
func Cosigned(r store.Reader, signed string, size int64) (string, error) {
	heads, err := Heads(r, size, 1)
	if err != nil || len(heads) == 0 || heads[0].Note != signed {
		return signed, err
	}
	return heads[0].Signed(), nil
}

// searched is how many of the newest heads are searched for one with enough cosignatures.
const searched = 100

// Receipt returns the receipt of an entry under the newest head that enough
// neighbors cosigned and that has the entry; when there is none, under the
// present head with the cosignatures it has.
func Receipt(ctx context.Context, s *store.Store, l *journal.Log, key *journal.Key, commons store.ID, seq int64) (rec journal.Receipt, err error) {
	signed, err := l.Checkpoint(ctx, s, commons, key)
	if err != nil {
		return rec, err
	}
	err = s.Read(ctx, commons, func(r *store.Snapshot) error {
		best, err := bestHead(r, Head{Key: key.Verifier(commons), Note: signed}, seq)
		if err != nil {
			return err
		}
		rec, err = l.ReceiptUnder(r, best.Signed(), best.Key, seq)
		rec.Witnesses = best.Witnesses()
		return err
	})
	return rec, err
}

// bestHead chooses the head of a receipt; present is the one without cosignatures.
func bestHead(r store.Reader, present Head, seq int64) (Head, error) {
	policy, err := ReadPolicy(r)
	if err != nil {
		return present, err
	}
	heads, err := Heads(r, seq+1, searched)
	if err != nil {
		return present, err
	}
	for _, h := range heads {
		if policy.Quorum != witness.NoQuorum && policy.Satisfied(h.Witnesses()) {
			return h, nil
		}
	}
	if len(heads) > 0 && heads[0].Note == present.Note {
		return heads[0], nil
	}
	return present, nil
}
