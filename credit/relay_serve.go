package credit

import (
	"commonweal/credit/relay"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// asked is a question with who asks it.
type asked struct {
	From     string         `json:"from"`
	Question relay.Envelope `json:"question"`
}

// maxSaid bounds a request of a neighbor, in bytes.
const maxSaid = atOnce * 2 * relay.MaxMessage

// neighborRoutes are asked by other communities, not by people.
func (p *Practice) neighborRoutes() []web.Route {
	list := []web.Route{
		{Pattern: "GET " + relayPath + "{relay}", Handle: p.introduces},
		{Pattern: "POST " + relayPath + "{relay}/messages", Handle: p.hears},
		{Pattern: "POST " + relayPath + "{relay}/quotes", Handle: p.quotes},
		{Pattern: "POST " + relayPath + "{relay}/transfers", Handle: p.reconciles},
	}
	for i := range list {
		list[i].Refuse = web.RefuseJSON
	}
	return list
}

// reached is the commons that a neighbor reaches.
func reached(q *web.Request) (store.ID, error) {
	id, ok := store.ParseID(q.R.PathValue("relay"))
	if !ok || id == store.Host {
		return "", fault.NotFoundf("credit.no_relay", "relay", "no commons here trades under this address")
	}
	return id, nil
}

// introduces says who the commons is, once it has a neighbor or is about to.
func (p *Practice) introduces(q *web.Request) error {
	id, err := reached(q)
	if err != nil {
		return err
	}
	i := Introduction{Address: p.Relay.Address(id)}
	err = p.Store.Read(q.R.Context(), id, func(r *store.Snapshot) error {
		c, err := commons.Self(r)
		if err != nil {
			return err
		}
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		key, ok, err := signing(r)
		if err == nil && !ok {
			err = fault.NotFoundf("credit.no_relay", "relay", "no commons here trades under this address")
		}
		if err != nil {
			return err
		}
		i.Name, i.Key = c.Name, publicKey(key)
		for _, c := range s.Order {
			i.Units = append(i.Units, string(c.Unit))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return q.JSON(i)
}

// hears takes messages in their order, as far as they can be taken.
func (p *Practice) hears(q *web.Request) error {
	var ask said
	id, err := reached(q)
	if err != nil {
		return err
	}
	if err := q.Decode(&ask, maxSaid); err != nil {
		return err
	}
	if len(ask.Messages) == 0 || len(ask.Messages) > atOnce {
		return fault.Invalidf("credit.messages", "messages", "send 1 to %d messages at a time, not %d", atOnce, len(ask.Messages))
	}
	var answer heard
	for _, e := range ask.Messages {
		answer.Ack, err = p.Relay.Hear(q.R.Context(), id, ask.From, e)
		if fault.KindOf(err) == fault.Internal && err != nil || fault.CodeOf(err) == "credit.not_a_neighbor" {
			return err
		}
		if err != nil {
			answer.Refused = fault.CodeOf(err)
			break
		}
	}
	return q.JSON(answer)
}

func (p *Practice) quotes(q *web.Request) error {
	return p.asks(q, func(id store.ID, ask asked) (any, error) {
		return p.Relay.answer(q.R.Context(), id, ask.From, ask.Question)
	})
}

func (p *Practice) reconciles(q *web.Request) error {
	return p.asks(q, func(id store.ID, ask asked) (any, error) {
		return p.Relay.tellTransfers(q.R.Context(), id, ask.From, ask.Question)
	})
}

// asks answers a question of a neighbor.
func (p *Practice) asks(q *web.Request, answer func(store.ID, asked) (any, error)) error {
	var ask asked
	id, err := reached(q)
	if err != nil {
		return err
	}
	if err := q.Decode(&ask, 2*relay.MaxMessage); err != nil {
		return err
	}
	v, err := answer(id, ask)
	if err != nil {
		return err
	}
	return q.JSON(v)
}
