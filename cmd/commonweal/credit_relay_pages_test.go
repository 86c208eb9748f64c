package main

import (
	"regexp"
	"strings"
	"testing"

	"commonweal/credit"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// copied finds what a page offers to copy.
var copied = regexp.MustCompile(`data-copy="([^"]+)"`)

// hidden finds what a page keeps for the next step.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page keeps no %s", name)
	}
	return strings.NewReplacer("&#34;", `"`, "&#43;", "+", "&amp;", "&").Replace(m[1])
}

// Two stewards open their commons, introduce each other, and one pays the other,
// by forms alone.
func TestPagesBetweenCommunities(t *testing.T) {
	elm, oak := newStall(t, "elm", "The Elm"), newStall(t, "oak", "The Oak")
	stewards := map[*stall]*visit{}
	for _, s := range []*stall{elm, oak} {
		_, err := s.h.Directory.Change(t.Context(), s.steward, commons.Settings{Name: s.c.Name, Language: "en", Zone: "UTC", Practices: []string{"credit"}})
		s.must(err)
		stewards[s] = s.visit("noor")
		_, err = credit.FoundCurrency(t.Context(), s.h.Store, s.steward, "", credit.CurrencyAsk{Unit: "hour", Name: "Hours", Decimals: 2, Month: quantity.Of(20, "hour"), ForAll: true})
		s.must(err)
		stewards[s].post(s.at("neighbors"), "do", "open")
	}
	for us, them := range map[*stall]*stall{elm: oak, oak: elm} {
		v := stewards[us]
		_, page := stewards[them].get(them.at("neighbors"))
		address := copied.FindStringSubmatch(page)[1]
		_, page = v.send(us.at("neighbors"), []string{"do", "meet", "address", address})
		v.post(us.at("neighbors"), "do", "introduce", "address", address, "key", hidden(t, page, "key"), "name", them.c.Name, "unit", "hour", "currency", us.currency(),
			"ours", "1", "theirs", "1", "fee", "0", "trust", "10", "debt", "10")
	}
	v := stewards[elm]
	_, page := stewards[oak].get(oak.at("abroad"))
	to := copied.FindStringSubmatch(page)[1]
	_, page = v.get(elm.at("abroad"))
	from := regexp.MustCompile(`<option[^>]* value="([^"]+)"`).FindStringSubmatch(page)[1]
	ask := []string{"from", from, "to", to, "amount", "2.5", "do", "look"}
	_, page = v.send(elm.at("abroad"), ask)
	if !strings.Contains(page, "2.5") || !strings.Contains(page, "The Oak") {
		t.Error("the page does not say what it costs")
	}
	pay := append(ask[:6:6], "do", "pay", "neighbor", hidden(t, page, "neighbor"), "path", hidden(t, page, "path"), "pays", hidden(t, page, "pays"))
	for _, s := range []*stall{elm, oak} {
		go s.h.Credit.Relay.Run(t.Context()) // what a host that serves does beside requests
	}
	if status, page := v.send(elm.at("abroad"), pay); status != 200 || !strings.Contains(page, "the other community says so") {
		t.Errorf("paying ends with %d", status)
	}
	if _, page := stewards[oak].get(oak.at("abroad")); !strings.Contains(page, "2.5") {
		t.Error("who is paid does not see it")
	}
	if status, page := v.send(elm.at("abroad"), []string{"from", from, "to", to[:len(to)-1] + "z", "amount", "1", "do", "look"}); status != 422 || !strings.Contains(page, "no account in another community") {
		t.Errorf("a wrong address ends with %d", status)
	}
	_, page = v.get(elm.at("neighbors"))
	one := regexp.MustCompile(`href="(/c/elm/credit/neighbors/[^"]+)"`).FindStringSubmatch(page)[1]
	if _, page = v.send(one, []string{"do", "compare"}); !strings.Contains(page, "Both have the same") {
		t.Error("the page does not compare")
	}
	v.post(one, "do", "trade", "standing", "frozen", "why", "we talk first")
	if _, page = v.get("/c/elm"); !strings.Contains(page, "The trade with The Oak is stopped") {
		t.Error("the steward is not told that the trade is stopped")
	}
}

// at is a page of the practice.
func (s *stall) at(page string) string { return "/c/" + s.c.Slug + "/credit/" + page }

// currency is the only currency of the stall.
func (s *stall) currency() (id string) {
	s.t.Helper()
	s.read(func(r *store.Snapshot) error {
		settings, err := credit.LoadSettings(r)
		id = string(settings.Order[0].ID)
		return err
	})
	return id
}

func (v *visit) get(path string) (int, string) {
	v.s.t.Helper()
	return v.read(v.client.Get(v.s.origin + path))
}
