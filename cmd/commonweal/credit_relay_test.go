package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"commonweal/credit"
	"commonweal/credit/relay"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
	"commonweal/vf"
)

// town is a stall with a currency of hours, a steward and a member with an account.
type town struct {
	*stall
	hours   credit.Currency
	ada     auth.Identity
	account credit.Account
	peers   map[*town]credit.Neighbor
}

// newTown founds a town; on PostgreSQL where it is asked for, else on SQLite.
func newTown(t testing.TB, postgres bool, slug, unit string) *town {
	t.Helper()
	database := ""
	if postgres {
		database = storetest.Postgres(t)
	}
	w := &town{stall: newStallOn(t, database, slug, strings.ToUpper(slug)), peers: map[*town]credit.Neighbor{}}
	var err error
	w.hours, err = credit.FoundCurrency(t.Context(), w.h.Store, w.steward, "", credit.CurrencyAsk{Unit: quantity.Unit(unit), Name: slug, Decimals: 2, Month: quantity.Of(100, quantity.Unit(unit)), ForAll: true})
	w.must(err)
	m, err := w.h.Gate.Enroll(t.Context(), w.steward, []auth.Person{{Name: "Ada of " + slug}}, auth.Member)
	w.must(err)
	w.ada = w.h.Gate.Table().As(auth.Identity{Commons: w.c.ID, Agent: m[0].Agent, Account: m[0].Account, Name: "Ada", Role: auth.Member})
	_, err = w.relay().Open(t.Context(), w.steward, "")
	w.must(err)
	w.account, _ = w.stands()
	return w
}

func (w *town) relay() *credit.Relay { return w.h.Credit.Relay }

func (w *town) address() string { return w.relay().Address(w.c.ID) }

func (w *town) of(n string) quantity.Amount { return quantity.MustParse(n, w.hours.Unit) }

// stands is the account of the member, and its balance.
func (w *town) stands() (a credit.Account, balance string) {
	w.t.Helper()
	w.read(func(r *store.Snapshot) error {
		list, err := credit.AccountsOf(r, w.ada.Agent)
		if err != nil {
			return err
		}
		a = list[0]
		records, err := vf.GetResources(r, []store.ID{a.ID})
		balance = records[a.ID].Accounting.Decimal()
		return err
	})
	return a, balance
}

// introduce makes two towns neighbors: of the first so many units are worth so
// many of the second.
func introduce(a, b *town, rate relay.Rate, fee relay.Fee) {
	for _, side := range []struct {
		us, them *town
		rate     relay.Rate
	}{{a, b, rate}, {b, a, rate.Turned()}} {
		met, err := side.us.relay().Meet(side.us.t.Context(), side.us.steward, side.them.address())
		side.us.must(err)
		n, err := side.us.relay().IntroduceNeighbor(side.us.t.Context(), side.us.steward, "", credit.NeighborAsk{Currency: side.us.hours.ID, Address: met.Address, Name: met.Name,
			Unit: met.Units[0], Key: met.Key, Rate: side.rate, Fee: fee, Trust: side.us.of("50"), Debt: side.us.of("50")})
		side.us.must(err)
		side.us.peers[side.them] = n
	}
}

// pays sets a payment to the member of another town on its way; nothing is said yet.
func (w *town) pays(to *town, hours string) credit.Transfer {
	w.t.Helper()
	way, err := w.quote(to, hours)
	w.must(err)
	t, err := w.relay().PayAbroad(w.t.Context(), w.ada, "", credit.ExchangeAsk{From: w.account.ID, Neighbor: way.Neighbor.ID, Path: way.Path(), Payee: string(to.account.ID),
		Pays: quantity.Micros(int64(way.Pays), w.hours.Unit)})
	w.must(err)
	return t
}

func (w *town) quote(to *town, hours string) (credit.Way, error) {
	return w.relay().Quote(w.t.Context(), w.ada, w.hours.ID, to.address()+"/"+string(to.account.ID), credit.Micros(quantity.MustParse(hours, to.hours.Unit).Micros))
}

// talk lets towns say what they have to say, as often as it takes three to answer.
func talk(towns ...*town) {
	for range 8 {
		for _, w := range towns {
			w.must(w.relay().Talk(w.t.Context(), w.c.ID))
		}
	}
}

// holds waits for nothing and holds what became of a transfer against what should.
func (w *town) holds(id store.ID, in, out relay.State, balance string) {
	w.t.Helper()
	w.read(func(r *store.Snapshot) error {
		t, found, err := credit.TransferByID(r, id)
		if err == nil && (!found || t.Transfer.In != in || t.Transfer.Out != out) {
			w.t.Errorf("%s: the link before is %q and the one after %q (%s), want %q and %q", w.c.Slug, t.Transfer.In, t.Transfer.Out, t.Reason, in, out)
		}
		return err
	})
	if _, got := w.stands(); got != balance {
		w.t.Errorf("%s: the member stands at %s, want %s", w.c.Slug, got, balance)
	}
}

// agree holds two ledgers against each other, and each log against itself.
func reconcile(a, b *town, compared int) {
	for _, side := range [][2]*town{{a, b}, {b, a}} {
		us := side[0]
		out, err := us.relay().Reconcile(us.t.Context(), us.steward, us.peers[side[1]].ID)
		us.must(err)
		if len(out.Differ) > 0 || out.Open > 0 || out.Compared != compared {
			text, _ := json.Marshal(out)
			us.t.Errorf("%s and %s do not agree: %s", us.c.Slug, side[1].c.Slug, text)
		}
		us.replays()
	}
}

// replays holds the log of the town against the rules of the practice.
func (w *town) replays() {
	w.t.Helper()
	r := credit.NewReplay()
	w.read(func(s *store.Snapshot) error {
		head, err := journal.ReadHead(s)
		if err != nil {
			return err
		}
		entries, err := journal.Entries(s, 0, head.Size, int(head.Size))
		for _, e := range entries {
			var body struct {
				VF *vf.Changes `json:"vf"`
			}
			w.must(json.Unmarshal(e.Body, &body))
			w.must(r.Entry(credit.Recorded{Entry: e, Changes: body.VF}))
		}
		return err
	})
}

// Ada of A pays Ada of C over B, who knows both. An hour of A is worth two of B,
// three of B two of C; B takes one in a hundred of what it passes on.
func TestThreeCommunitiesTrade(t *testing.T) {
	for name, postgres := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
		t.Run(name, func(t *testing.T) { threeTrade(t, postgres) })
	}
}

func threeTrade(t *testing.T, postgres bool) {
	a, b, c := newTown(t, postgres, "elm", "hour"), newTown(t, postgres, "oak", "leaf"), newTown(t, postgres, "yew", "hour")
	introduce(a, b, relay.Rate{Ours: 1, Theirs: 2}, relay.Fee{})
	introduce(b, c, relay.Rate{Ours: 3, Theirs: 2}, relay.Fee{Part: 1, In: 100})
	_, err := a.quote(a, "1")
	if code := fault.CodeOf(err); code == "" {
		t.Error("a community found a way to itself")
	}
	way, err := c.quote(a, "1")
	c.must(err)
	if way.Pays != 1_350_000 { // 1 hour of A is 2 leaves; 0.02 for B; 2.02 leaves are 1.346667 of C, in whole hundredths 1.35
		t.Errorf("it costs %d", way.Pays)
	}
	first := a.pays(c, "4") // 6 leaves of B, no fee on what comes from A: 3 of A
	talk(a, b, c)
	a.holds(first.ID, relay.None, relay.Posted, "-3")
	b.holds(first.ID, relay.Posted, relay.Posted, "0")
	c.holds(first.ID, relay.Posted, relay.None, "4")
	second := c.pays(a, "1")
	talk(c, b, a)
	c.holds(second.ID, relay.None, relay.Posted, "2.65")
	a.holds(second.ID, relay.Posted, relay.None, "-2")
	reconcile(a, b, 2)
	reconcile(b, c, 2)
}

// B is killed when it has heard of a payment and before it says anything, and
// comes back; then C is away so long that the payment lapses. Nothing is lost or doubled.
func TestACommunityIsKilledMidway(t *testing.T) {
	a, b, c := newTown(t, false, "elm", "hour"), newTown(t, false, "oak", "hour"), newTown(t, false, "yew", "hour")
	introduce(a, b, relay.Rate{Ours: 1, Theirs: 1}, relay.Fee{})
	introduce(b, c, relay.Rate{Ours: 1, Theirs: 1}, relay.Fee{})
	first := a.pays(c, "5")
	talk(a)
	b.restart()
	talk(b)
	c.restart()
	talk(c) // its receipt is with B, who is killed again
	b.restart()
	talk(a, b, c)
	a.holds(first.ID, relay.None, relay.Posted, "-5")
	c.holds(first.ID, relay.Posted, relay.None, "5")

	second := a.pays(c, "7")
	talk(a)
	c.close()
	talk(b)
	for _, w := range []*town{a, b} {
		w.ahead = 10 * time.Minute
		_, err := w.relay().Lapse(t.Context(), w.c.ID)
		w.must(err)
	}
	talk(b, a)
	a.holds(second.ID, relay.None, relay.Lapsed, "-5")
	b.holds(second.ID, relay.Lapsed, relay.Lapsed, "0")
	c.open()
	for _, w := range []*town{a, b, c} {
		w.ahead = 20 * time.Minute
	}
	talk(a, b, c)
	_, err := c.relay().Lapse(t.Context(), c.c.ID)
	c.must(err)
	if _, got := c.stands(); got != "5" {
		t.Errorf("C has %s", got)
	}
	reconcile(a, b, 2)
	reconcile(b, c, 2)
}

// B changes an amount, sends what somebody else signed, what it said before with
// another content, and forks its chain: nothing of it counts, and A stops trading.
func TestALyingNeighbor(t *testing.T) {
	a, b := newTown(t, false, "elm", "hour"), newTown(t, false, "oak", "hour")
	introduce(a, b, relay.Rate{Ours: 1, Theirs: 1}, relay.Fee{})
	honest := b.pays(a, "2")
	talk(b, a)
	a.holds(honest.ID, relay.Posted, relay.None, "2")
	key := b.signingKey()
	heard := b.out(a)
	m := relay.Message{From: b.address(), To: a.address(), Kind: relay.Reserve, Transfer: string(store.NewID()), Payee: string(a.account.ID), Paid: 9_000_000,
		Deadline: time.Now().Add(time.Minute).UnixMicro(), Path: []relay.Hop{{Community: a.address(), Amount: 9_000_000}}}

	changed, _ := relay.Chain{Head: heard}.Say(m, key)
	changed.Message = strings.Replace(changed.Message, "9000000", "8000000", 1)
	a.hears(b, changed, "relay.signature")
	foreign, _ := relay.Chain{Head: heard}.Say(m, a.signingKey())
	a.hears(b, foreign, "relay.signature")
	gap, _ := relay.Chain{Head: relay.Head{Seq: heard.Seq + 1, Hash: heard.Hash}}.Say(m, key)
	a.hears(b, gap, "relay.gap")
	stranger, _ := relay.Chain{}.Say(m, key)
	if _, err := a.relay().Hear(t.Context(), a.c.ID, "http://elsewhere.example/credit/relay/"+string(store.NewID()), stranger); fault.CodeOf(err) != "credit.not_a_neighbor" {
		t.Errorf("a stranger was heard: %v", err)
	}
	a.trades(b, true)
	forked, _ := relay.Chain{Head: relay.Head{Seq: heard.Seq, Hash: strings.Repeat("0", 64)}}.Say(m, key)
	a.hears(b, forked, "relay.fork")
	a.trades(b, false)
	if _, got := a.stands(); got != "2" {
		t.Errorf("the member has %s", got)
	}
	a.replays()
}

// A payment that was never agreed upon cannot be said to be posted.
func TestAWordOutOfPlaceStopsTheTrade(t *testing.T) {
	a, b := newTown(t, false, "elm", "hour"), newTown(t, false, "oak", "hour")
	introduce(a, b, relay.Rate{Ours: 1, Theirs: 1}, relay.Fee{})
	said, _ := relay.Chain{}.Say(relay.Message{From: b.address(), To: a.address(), Kind: relay.Done, Transfer: string(store.NewID()), Reserve: strings.Repeat("0", 64)}, b.signingKey())
	a.hears(b, said, "relay.unknown")
	a.trades(b, false)
	a.replays()
}

// A new key is told with the old one, and counts from then on.
func TestKeysAreRotated(t *testing.T) {
	a, b := newTown(t, false, "elm", "hour"), newTown(t, false, "oak", "hour")
	introduce(a, b, relay.Rate{Ours: 1, Theirs: 1}, relay.Fee{})
	_, err := a.relay().RotateKey(t.Context(), a.steward, "")
	a.must(err)
	talk(a, b)
	paid := a.pays(b, "1")
	talk(a, b)
	b.holds(paid.ID, relay.Posted, relay.None, "1")
	reconcile(a, b, 1)
}

// Caps hold for one neighbor, and for all together; the way back stays open.
func TestCapsBetweenCommunities(t *testing.T) {
	a, b, c := newTown(t, false, "elm", "hour"), newTown(t, false, "oak", "hour"), newTown(t, false, "yew", "hour")
	introduce(a, b, relay.Rate{Ours: 1, Theirs: 1}, relay.Fee{})
	introduce(a, c, relay.Rate{Ours: 1, Theirs: 1}, relay.Fee{})
	a.pays(b, "30")
	talk(a, b)
	way, err := a.quote(c, "30") // each neighbor would take it; together they are owed 50 at most
	a.must(err)
	_, err = a.relay().PayAbroad(t.Context(), a.ada, "", credit.ExchangeAsk{From: a.account.ID, Neighbor: way.Neighbor.ID, Path: way.Path(), Payee: string(c.account.ID), Pays: a.of("30")})
	if fault.CodeOf(err) != "credit.outside_caps" {
		t.Errorf("it ended with %v", err)
	}
	back := b.pays(a, "20")
	talk(b, a)
	a.holds(back.ID, relay.Posted, relay.None, "-10")
	reconcile(a, b, 2)
}

// hears holds what a says of a message of b against what it should.
func (w *town) hears(from *town, e relay.Envelope, code string) {
	w.t.Helper()
	if _, err := w.relay().Hear(w.t.Context(), w.c.ID, from.address(), e); fault.CodeOf(err) != code {
		w.t.Errorf("it ended with %v, want %s", err, code)
	}
}

// trades says whether payments over a neighbor go.
func (w *town) trades(with *town, want bool) {
	w.t.Helper()
	if _, err := w.quote(with, "1"); (err == nil) != want {
		w.t.Errorf("trading ends with %v, want it to go: %t", err, want)
	}
}

var (
	seedOfTown  = store.SQL(`SELECT seed FROM credit_key WHERE commons_id = $1`)
	chainOfTown = store.SQL(`SELECT out_seq, out_hash FROM credit_chain WHERE commons_id = $1 AND neighbor = $2`)
)

// signingKey is what the town signs with: a town that lies does so with its own key.
func (w *town) signingKey() (key ed25519.PrivateKey) {
	w.t.Helper()
	w.read(func(r *store.Snapshot) error {
		var text string
		err := r.QueryRow(seedOfTown).Scan(&text)
		w.must(err)
		seed, err := base64.StdEncoding.DecodeString(text)
		key = ed25519.NewKeyFromSeed(seed)
		return err
	})
	return key
}

// out is the end of what the town said to another.
func (w *town) out(to *town) (h relay.Head) {
	w.t.Helper()
	w.read(func(r *store.Snapshot) error { return r.QueryRow(chainOfTown, w.peers[to].ID).Scan(&h.Seq, &h.Hash) })
	return h
}
