package evaluation

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"commonweal/platform/fault"
)

// PanelRule says how panels are drawn.
type PanelRule struct {
	Size     int `json:"size"`      // raters wanted per item
	Least    int `json:"least"`     // fewest raters an item may have
	MostEach int `json:"most_each"` // most items one rater is asked to judge
}

// PraisePanels is the rule of Praise: three raters an item, a hundred items a
// rater.
var PraisePanels = PanelRule{Size: 3, Least: 3, MostEach: 100}

// Check refuses a rule that no panel can satisfy.
func (r PanelRule) Check() error {
	if r.Least < 1 || r.Size < r.Least || r.MostEach < 1 {
		return fault.Invalidf("evaluation.bad_panel_rule", "panel",
			"a panel of %d with at least %d raters and at most %d items each cannot be; want size ≥ least ≥ 1 and at least one item each",
			r.Size, r.Least, r.MostEach)
	}
	return nil
}

// Panel is the raters drawn for an item, in order of id.
type Panel struct {
	Item   string   `json:"item"`
	Raters []string `json:"raters"`
}

// Draw draws a panel for each item by sortition. The lots are SHA-256 hashes
// of the seed, so anybody who has the published seed can draw them again; the
// order of the arguments never matters. The seed must be fixed before items
// and raters are known, or whoever chooses it chooses the panels.
//
// Raters are dealt like cards: each pass shuffles everybody who may take more,
// and each item takes the next one who may judge it, so the work is spread
// evenly. Nobody judges what he made, shares a claim on, or has a declared
// conflict about. Where the deal leaves an item short, raters move between
// items until it has its least number or none can.
//
// avoid holds earlier panels whose raters are not drawn again for that item
// (see Result.Disputed); it may be nil.
//
// It refuses when an item cannot have its least number of raters, and names
// the item. Panels come back in order of item.
func Draw(seed []byte, rule PanelRule, items []Item, raters []string, declared []Conflict, avoid []Panel) ([]Panel, error) {
	if err := rule.Check(); err != nil {
		return nil, err
	}
	byID, err := itemsByID(items)
	if err != nil {
		return nil, err
	}
	d := newDeal(seed, rule, byID, raters, declared, avoid)
	for range rule.Size {
		for _, item := range d.order {
			d.serve(item)
		}
	}
	for _, item := range d.order {
		for len(d.panels[item]) < rule.Least && d.rescue(item, map[string]bool{}) {
			continue
		}
		if n := len(d.panels[item]); n < rule.Least {
			return nil, fault.Conflictf("evaluation.panel_too_small", "items",
				"%q can have %d raters and needs %d; admit more raters, or let each judge more items", item, n, rule.Least)
		}
	}
	return d.result(), nil
}

// lot is the hash that orders raters in a pass, or items.
func lot(seed []byte, pass int, id string) [sha256.Size]byte {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(seed))))
	h.Write(seed)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(pass)))
	h.Write([]byte(id))
	return [sha256.Size]byte(h.Sum(nil))
}

// shuffle orders distinct ids by their lots; it does not touch its argument.
func shuffle(seed []byte, pass int, ids []string) []string {
	type drawn struct {
		lot [sha256.Size]byte
		id  string
	}
	all := make([]drawn, len(ids))
	for i, id := range ids {
		all[i] = drawn{lot(seed, pass, id), id}
	}
	slices.SortFunc(all, func(a, b drawn) int { return bytes.Compare(a.lot[:], b.lot[:]) })
	out := make([]string, len(ids))
	for i, d := range all {
		out[i] = d.id
	}
	return out
}
