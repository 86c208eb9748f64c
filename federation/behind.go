package federation

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// Deal leads from an event to what was agreed elsewhere.
type Deal struct{ With, Href string }

// Behind returns with whom what an event fulfills was promised, and the pages
// of the deals and plans, for those who may see them.
func Behind(q *web.Request, r store.Reader, e *vf.Event) (out []Deal, err error) {
	if !q.Who.Can(See) || len(e.Fulfills) == 0 {
		return nil, nil
	}
	targets := make([]store.ID, len(e.Fulfills))
	for i, x := range e.Fulfills {
		targets[i] = x.Target
	}
	promises, err := store.AllOf(r, scanPromise, promisesByID, targets)
	if err != nil || len(promises) == 0 {
		return nil, err
	}
	var ids []store.ID
	for _, p := range promises {
		ids = append(ids, p.Peer)
	}
	peers, err := getPeers(r, ids...)
	for _, p := range promises {
		word := "offers"
		if p.InPlan {
			word = "plans"
		}
		out = append(out, Deal{peers[p.Peer].Handle, q.Path("federation", word, string(p.About))})
	}
	return out, err
}
