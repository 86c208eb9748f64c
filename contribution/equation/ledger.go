package equation

import (
	"encoding/hex"
	"math"
)

// Missing marks a rate, value or other figure that a contribution does not
// have. It is never read as zero: a formula that needs it holds the claim
// unless it names a default.
const Missing int64 = math.MinInt64

// None marks an absent entry of a dictionary, such as a contribution without
// a process.
const None int32 = -1

// ID is the identifier of a contribution: the sixteen bytes of its UUID.
type ID [16]byte

// String returns the UUID in its usual form.
func (id ID) String() string {
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// The flags of a contribution.
const (
	Validated  uint16 = 1 << iota // became a contribution; without it the entry is only a claim of one and earns nothing
	Rejected                      // refused by its validators; stays visible, earns nothing
	Disputed                      // under dispute or appeal; earns nothing until settled
	Superseded                    // replaced by a later entry
	DayOnly                       // At is not known; only Day counts
	Late                          // logged after its period was paid; counts, and is shown as late
)

// Ledger is the contributions of a commons in columns: element i of every
// column belongs to contribution i. Contributions are only ever added, in the
// order of the log, so an index names a contribution for good. Texts stand
// once in a dictionary (People, Kinds, ...) and columns hold indexes into it.
//
// A contribution takes 96 bytes. Do not change a Ledger while a Session uses it.
type Ledger struct {
	// Dictionaries, each without duplicates.
	People        []string
	Kinds         []string // "work", "money", "purchase", "goods", "use", "cite", "produce", ...
	Streams       []string // of Livelihood, Love, Care
	Projects      []string
	Processes     []string
	ProcessTypes  []string
	ResourceTypes []string
	Deliverables  []Deliverable
	Units         []string // of quantities and of currencies

	// Columns.
	ID           []ID
	Person       []int32
	Kind         []uint8
	Stream       []uint8
	Flags        []uint16
	Project      []int32
	Process      []int32 // or None
	ProcessType  []int32 // or None
	ResourceType []int32 // or None
	Deliverable  []int32 // logged directly for it, or None
	Day          []int32 // calendar day the contributor stated, days since 1970-01-01
	At           []int64 // when it ended, microseconds UTC
	Quantity     []int64 // millionths of Unit
	Unit         []uint16
	Currency     []uint16 // unit of Rate and Value
	Rate         []int64  // millionths of Currency per Unit, or Missing
	Value        []int64  // millionths of Currency, or Missing
	RatingNum    []int32  // evaluation result as an exact fraction
	RatingDen    []int32  // 0: not rated

	index *dictionaries // built by the first Append
}

// Deliverable is what income can be tied to.
type Deliverable struct {
	Kind DeliverableKind `json:"kind"`
	ID   string          `json:"id"`
}

// DeliverableKind is the kind of a Deliverable.
type DeliverableKind string

// The kinds of deliverable.
const (
	Order    DeliverableKind = "order"
	Shipment DeliverableKind = "shipment"
	Process  DeliverableKind = "process"
)

// Contribution is one row of a Ledger, for adding and for reading.
type Contribution struct {
	ID           ID
	Person       string
	Kind         string
	Stream       string // empty: Livelihood
	Flags        uint16
	Project      string
	Process      string // empty: none, and so below
	ProcessType  string
	ResourceType string
	Deliverable  Deliverable
	Day          int32
	At           int64
	Quantity     int64
	Unit         string
	Currency     string
	Rate         int64
	Value        int64
	RatingNum    int32
	RatingDen    int32
}

// Len returns the number of contributions.
func (l *Ledger) Len() int { return len(l.Person) }
