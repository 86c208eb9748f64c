package federation

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
)

var (
	selectWaiting = store.SQL(`SELECT ` + offerColumns + ` FROM federation_offer
		WHERE commons_id = $1 AND (ours = $3 AND state = 'open' OR ours = $2 AND state IN ('accepted', 'completed') AND entered = $3) ORDER BY id LIMIT 10`)
	selectLetGo = store.SQL(`SELECT ` + promiseColumns + ` FROM federation_promise WHERE commons_id = $1 AND gone = 'them' ORDER BY at DESC, id LIMIT 10`)
)

// attention tells stewards what waits for them: offers, what neighbors say was done, and
// what they let go.
func (f *Federation) attention(q *web.Request) (list []web.Attention, err error) {
	if !q.Who.Can(Trade) {
		return nil, nil
	}
	err = f.read(q, func(r *store.Snapshot) error {
		offers, err := store.All(r, scanOffer, selectWaiting, true, false)
		if err != nil {
			return err
		}
		reports, err := store.All(r, scanReport, openReports, false)
		if err != nil {
			return err
		}
		gone, err := store.All(r, scanPromise, selectLetGo)
		if err != nil {
			return err
		}
		w := waiting{q: q}
		for _, o := range offers {
			w.note(o.Peer, offerWord(o), "offers", o.ID, o.Terms.Name)
		}
		about, err := promisesIn(r, reports)
		for _, x := range reports {
			p := about[x.Promise]
			w.note(x.Peer, "report", p.page(), p.About, q.Quantity(reportRow{Report: x}.Of()))
		}
		if err != nil {
			return err
		}
		for _, p := range gone {
			w.note(p.Peer, "let_go", p.page(), p.About, p.Reason)
		}
		list, err = w.word(r)
		return err
	})
	return list, err
}

// offerWord says what is to be done with an offer.
func offerWord(o Offer) string {
	if o.Ours {
		return "enter"
	}
	return "answer"
}

// page is the list that what a promise is about stands in.
func (p Promise) page() string {
	if p.InPlan {
		return "plans"
	}
	return "offers"
}

// promisesIn returns the promises that reports are about.
func promisesIn(r store.Reader, reports []Report) (map[store.ID]Promise, error) {
	ids := make([]store.ID, len(reports))
	for i, x := range reports {
		ids[i] = x.Promise
	}
	list, err := store.AllOf(r, scanPromise, promisesByID, ids)
	out := map[store.ID]Promise{}
	for _, p := range list {
		out[p.ID] = p
	}
	return out, err
}

// waiting collects what waits, and names the peers in one question.
type waiting struct {
	q     *web.Request
	peers []store.ID
	words []string
	list  []web.Attention
}

func (w *waiting) note(peer store.ID, word, page string, id store.ID, detail string) {
	w.peers, w.words = append(w.peers, peer), append(w.words, word)
	w.list = append(w.list, web.Attention{Path: w.q.Path("federation", page, string(id)), Detail: detail})
}

func (w *waiting) word(r store.Reader) ([]web.Attention, error) {
	peers, err := getPeers(r, w.peers...)
	for i := range w.list {
		w.list[i].Label = w.q.T("federation.attention."+w.words[i], "who", peers[w.peers[i]].Name)
	}
	return w.list, err
}
