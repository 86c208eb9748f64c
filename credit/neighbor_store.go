package credit

import (
	"time"

	"commonweal/credit/relay"
	"commonweal/platform/store"
)

// chains is both chains of messages with a neighbor.
type chains struct {
	Neighbor store.ID
	In       relay.Chain
	Out      relay.Chain // without a key: it is the commons' own
	Acked    int64       // the last message of ours that they have
	Tries    int64       // since something got through
	Next     time.Time   // of the next try
	Problem  string
}

// word is a message as it was signed, of a neighbor or to it.
type word struct {
	Neighbor store.ID `json:"neighbor"`
	relay.Envelope
}

// Transfer is a payment between communities as it came through here. Amounts are
// millionths of our currency but where it says so.
type Transfer struct {
	ID store.ID `json:"id"` // the same on every ledger of the path
	relay.Transfer
	At         time.Time   `json:"at"`
	Before     store.ID    `json:"before,omitempty"`         // the neighbor it came from; empty: it began here
	After      store.ID    `json:"after,omitempty"`          // the neighbor it goes to; empty: it ends here
	InPayment  store.ID    `json:"inPayment,omitempty"`      // from the account of the one before
	OutPayment store.ID    `json:"outPayment,omitempty"`     // to the account of the one after
	InReserve  string      `json:"inReserve,omitempty"`      // hash of the reservation that we heard
	OutReserve string      `json:"outReserve,omitempty"`     // and of the one that we sent
	InAmount   Micros      `json:"inAmount,omitzero"`        // what the account of the one before pays here
	OutAmount  Micros      `json:"outAmount,omitzero"`       // what the account of the one after is paid here
	Fee        Micros      `json:"fee,omitzero"`             // what stays here of the difference
	TheirIn    int64       `json:"theirIn,omitzero,string"`  // what the one before booked for it, in its unit
	TheirOut   int64       `json:"theirOut,omitzero,string"` // what the one after books for it, in its unit
	Payee      string      `json:"payee"`
	Path       []relay.Hop `json:"path"` // after us
	Reason     string      `json:"reason,omitempty"`
}

var (
	selectNeighbors = store.SQL(`SELECT content FROM credit_neighbor WHERE commons_id = $1 ORDER BY id`)
	upsertNeighbor  = store.SQL(`INSERT INTO credit_neighbor (commons_id, id, address, currency, content) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (commons_id, id) DO UPDATE SET content = excluded.content`)

	chainsColumns = "neighbor, in_seq, in_hash, in_key, out_seq, out_hash, acked, tries, next, problem"
	insertChains  = store.SQL(`INSERT INTO credit_chain (commons_id, ` + chainsColumns + `) VALUES ($1, $2, 0, '', $3, 0, '', 0, 0, 0, '')`)
	selectChains  = store.SQL(`SELECT ` + chainsColumns + ` FROM credit_chain WHERE commons_id = $1 ORDER BY neighbor`)
	selectChain   = store.SQL(`SELECT ` + chainsColumns + ` FROM credit_chain WHERE commons_id = $1 AND neighbor = $2`)
	updateChain   = store.SQL(`UPDATE credit_chain SET in_seq = $3, in_hash = $4, in_key = $5, out_seq = $6, out_hash = $7, acked = $8, tries = $9, next = $10, problem = $11
		WHERE commons_id = $1 AND neighbor = $2`)

	insertMessage = store.Into("credit_message", "neighbor", "ours", "seq", "hash", "message", "signature")
	selectMessage = store.SQL(`SELECT hash FROM credit_message WHERE commons_id = $1 AND neighbor = $2 AND ours = $3 AND seq = $4`)
	selectUnheard = store.SQL(`SELECT message, signature FROM credit_message WHERE commons_id = $1 AND neighbor = $2 AND ours = $3 AND seq > $4 ORDER BY seq LIMIT $5`)

	upsertTransfer = store.SQL(`INSERT INTO credit_transfer (commons_id, id, out_state, until, content) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (commons_id, id) DO UPDATE SET out_state = excluded.out_state, content = excluded.content`)
	selectTransfer  = store.SQL(`SELECT content FROM credit_transfer WHERE commons_id = $1 AND id = $2`)
	selectTransfers = store.SQL(`SELECT content FROM credit_transfer WHERE commons_id = $1 AND id > $2 ORDER BY id LIMIT $3`)
	latestTransfers = store.SQL(`SELECT content FROM credit_transfer WHERE commons_id = $1 ORDER BY id DESC LIMIT $2`)
	lateTransfers   = store.SQL(`SELECT content FROM credit_transfer WHERE commons_id = $1 AND out_state = 'reserved' AND until <= $2 ORDER BY until, id LIMIT 100`)

	selectSeed = store.SQL(`SELECT seed FROM credit_key WHERE commons_id = $1`)
	upsertSeed = store.SQL(`INSERT INTO credit_key (commons_id, seed) VALUES ($1, $2) ON CONFLICT (commons_id) DO UPDATE SET seed = excluded.seed`)
)

func scanChains(r store.Scanner) (c chains, err error) {
	var next int64
	err = r.Scan(&c.Neighbor, &c.In.Seq, &c.In.Hash, &c.In.Key, &c.Out.Seq, &c.Out.Hash, &c.Acked, &c.Tries, &next, &c.Problem)
	c.Next = store.Time(next)
	return c, err
}

// keep writes how far the chains came.
func (c chains) keep(tx *store.Tx) error {
	_, err := tx.Exec(updateChain, c.Neighbor, c.In.Seq, c.In.Hash, c.In.Key, c.Out.Seq, c.Out.Hash, c.Acked, c.Tries, store.Micros(c.Next), c.Problem)
	return err
}

func scanEnvelope(r store.Scanner) (e relay.Envelope, err error) {
	return e, r.Scan(&e.Message, &e.Signature)
}

func scanText(r store.Scanner) (text string, err error) { return text, r.Scan(&text) }

// keep writes where a transfer stands.
func (t Transfer) keep(tx *store.Tx) error {
	_, err := tx.Exec(upsertTransfer, t.ID, string(t.Transfer.Out), store.Micros(t.Until), encoded(t))
	return err
}

// Transfers returns the last payments between communities, the newest first.
func Transfers(r store.Reader, limit int) ([]Transfer, error) {
	return store.All(r, scanJSON[Transfer], latestTransfers, limit)
}

// TransferByID returns a payment between communities.
func TransferByID(r store.Reader, id store.ID) (t Transfer, found bool, err error) {
	return store.One(r, scanJSON[Transfer], selectTransfer, id)
}
