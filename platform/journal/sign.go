package journal

import (
	"context"
	"fmt"

	"commonweal/platform/store"
)

// ActKey is the act that announces the key of a log in the log itself. Its body
// is {"key": vkey}.
const ActKey = "journal.key"

// Checkpoint returns the signed head of a commons' log over all entries that are
// durable when it is called, or later ones. The log must belong to the store.
//
// A head is signed in the lane of its commons, where nothing else can happen,
// after it was proven to extend the last signed one, and is given out only when
// that is durable. A key that signs for the first time is announced in the log before.
func (l *Log) Checkpoint(ctx context.Context, s *store.Store, commons store.ID, key *Key) (signed string, err error) {
	err = s.Read(ctx, commons, func(r *store.Snapshot) error {
		signed, err = current(r, key)
		return err
	})
	for range signAttempts {
		if err != nil || signed != "" {
			return signed, err
		}
		signed, err = store.Write(ctx, s, store.Command{Commons: commons}, func(tx *store.Tx) (string, error) {
			return l.signHead(tx, key)
		})
	}
	if err == nil && signed == "" {
		err = fmt.Errorf("journal: another process signs the log of %s with another key; give all of them one key file", commons)
	}
	return signed, err
}

// signAttempts is more than the two that a new key needs: one to announce it, one to sign.
const signAttempts = 4

// current returns the last signed note when it still is the head, else nothing.
func current(r store.Reader, key *Key) (string, error) {
	last, err := readSigned(r)
	if err != nil || last.vkey != key.Verifier(r.Commons()) {
		return "", err
	}
	head, err := ReadHead(r)
	if err != nil || head != last.Head {
		return "", err
	}
	return last.note, nil
}

// signHead signs the durable head and remembers it. When the log does not know
// the key yet it announces it instead and returns nothing.
func (l *Log) signHead(tx *store.Tx, key *Key) (string, error) {
	if announced, err := announce(tx, key); err != nil || announced {
		return "", err
	}
	if note, err := current(tx, key); err != nil || note != "" {
		return note, err
	}
	last, err := readSigned(tx)
	if err != nil {
		return "", err
	}
	head, err := ReadHead(tx)
	if err != nil {
		return "", err
	}
	if err := l.checkExtends(tx, last.Head, head); err != nil {
		return "", err
	}
	note, err := key.sign(Checkpoint{key.Origin(tx.Commons()), head})
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(upsertCheckpoint, head.Size, head.Root[:], key.Verifier(tx.Commons()), note)
	return note, err
}

// checkExtends refuses to sign a head that is not a continuation of the last
// signed one: somebody changed the database behind the log's back.
func (l *Log) checkExtends(r store.Reader, last, head Head) error {
	proof, err := l.ProveConsistency(r, last.Size, head.Size)
	if err == nil {
		err = CheckConsistency(proof, last, head)
	}
	if err != nil {
		return fmt.Errorf("journal: the log of %s does not extend its last signed checkpoint: %v", r.Commons(), err)
	}
	return nil
}

// announce records the key in the log unless it is the one announced last.
func announce(tx *store.Tx, key *Key) (announced bool, err error) {
	vkey := key.Verifier(tx.Commons())
	last, found, err := store.One(tx, func(s store.Scanner) (v string, err error) { return v, s.Scan(&v) }, selectLastKey)
	if err != nil || found && last == vkey {
		return false, err
	}
	seq, err := Append(tx, Record{Act: ActKey, Public: map[string]string{"key": vkey}})
	if err == nil {
		_, err = tx.Exec(insertKey, seq, vkey)
	}
	return true, err
}
