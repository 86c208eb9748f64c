package vf

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// maxEvents is how many events one act may record.
const maxEvents = 1 << 20

// eventID returns the identifier of the n-th event of an act: a UUIDv7 of the
// time of the act to the microsecond (RFC 9562, method 3), then n, then random
// bits. The time of acts only grows within a commons, whichever process runs
// them, so the order of identifiers is the order of recording.
func eventID(now time.Time, n int, random store.ID) (store.ID, error) {
	if n >= maxEvents {
		return "", fault.New(fault.TooMany, "vf.too_many_events", "", "an act records at most %d events; split it", maxEvents)
	}
	u, err := uuid.Parse(string(random))
	if err != nil {
		return "", err
	}
	us := now.UnixMicro()
	ms, fraction := us/1000, us%1000*4096/1000
	bits := binary.BigEndian.Uint64(u[8:]) & (1<<42 - 1)
	binary.BigEndian.PutUint64(u[:], uint64(ms)<<16|0x7000|uint64(fraction))
	binary.BigEndian.PutUint64(u[8:], 1<<63|uint64(n)<<42|bits)
	return store.ID(u.String()), nil
}
