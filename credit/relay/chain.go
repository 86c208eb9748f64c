package relay

import (
	"crypto/ed25519"

	"commonweal/platform/fault"
)

// Chain is one direction between two neighbors: what was said so far, and the
// key that the next message is signed with.
type Chain struct {
	Head
	Key string `json:"key"`
}

// Hear takes the next message of the chain.
//
// Faults: relay.gap when messages before it are missing; relay.repeated when its
// number was heard (the caller knows whether it was the same); relay.fork when it
// continues another chain than the one we heard; relay.address; those of Envelope.Open.
func (c Chain) Hear(e Envelope, from, to string) (Message, Chain, error) {
	m, err := e.Open(c.Key)
	switch {
	case err != nil:
		return m, c, err
	case m.From != from || m.To != to:
		return m, c, fault.Invalidf("relay.address", "to", "the message goes from %.100q to %.100q, not between these two", m.From, m.To)
	case m.Seq <= c.Seq:
		return m, c, fault.Conflictf("relay.repeated", "seq", "message %d was heard before; the last one was %d", m.Seq, c.Seq)
	case m.Seq > c.Seq+1:
		return m, c, fault.Conflictf("relay.gap", "seq", "message %d came before message %d", m.Seq, c.Seq+1)
	case m.Prev != c.Hash:
		return m, c, fault.Conflictf("relay.fork", "prev", "message %d does not follow the one before it: somebody changed what was said", m.Seq)
	}
	c.Head = Head{Seq: m.Seq, Hash: e.Hash()}
	if m.Kind == NewKey {
		c.Key = m.Key
	}
	return m, c, nil
}

// Say signs the next message of the chain.
func (c Chain) Say(m Message, key ed25519.PrivateKey) (Envelope, Chain) {
	m.V, m.Seq, m.Prev = version, c.Seq+1, c.Hash
	e := m.Sign(key)
	c.Head = Head{Seq: m.Seq, Hash: e.Hash()}
	return e, c
}
