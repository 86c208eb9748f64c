package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"commonweal/federation"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/vf"
)

// visit is a steward of a stall in a browser without scripts.
type visit struct {
	s      *stall
	client *http.Client
}

// visit signs a steward in.
func (s *stall) visit(handle string) *visit {
	s.t.Helper()
	_, err := s.h.Gate.Enroll(s.t.Context(), s.steward, []auth.Person{{Name: "Noor Example", Handle: handle, Password: demoPassword}}, auth.Steward)
	s.must(err)
	jar, err := cookiejar.New(nil)
	s.must(err)
	v := &visit{s, &http.Client{Jar: jar}}
	v.post("/sign-in", "name", handle, "password", demoPassword)
	return v
}

func (v *visit) read(resp *http.Response, err error) (int, string) {
	v.s.t.Helper()
	v.s.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	v.s.must(err)
	return resp.StatusCode, string(body)
}

// send sends a form and returns the page that it leads to.
func (v *visit) send(path string, fields []string) (int, string) {
	v.s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return v.read(v.client.PostForm(v.s.origin+path, form))
}

// post sends a form that does what it says.
func (v *visit) post(path string, fields ...string) {
	v.s.t.Helper()
	if status, _ := v.send(path, fields); status != 200 {
		v.s.t.Errorf("%s %v: %d", path, fields, status)
	}
}

// refused sends a form that is shown again, with what is wrong.
func (v *visit) refused(why, path string, fields ...string) {
	v.s.t.Helper()
	if status, body := v.send(path, fields); status != 422 || !strings.Contains(body, why) {
		v.s.t.Errorf("%s %v: %d, want %q", path, fields, status, why)
	}
}

var (
	roomLinks = regexp.MustCompile(`href="(/c/[a-z]+/federation[^"#]*)"`)
	rawKeys   = regexp.MustCompile(`federation\.[a-z]+\.[a-z_]+|\{[a-z]+\}`)
)

// walk follows every link of the room and fails on a page that does not stand, or in
// which a text is missing. It returns all pages, one after the other.
func (v *visit) walk() string {
	v.s.t.Helper()
	seen, todo, all := map[string]bool{}, []string{"/c/" + v.s.c.Slug + "/federation"}, ""
	for len(todo) > 0 {
		path := todo[0]
		if todo = todo[1:]; seen[path] {
			continue
		}
		seen[path] = true
		status, body := v.read(v.client.Get(v.s.origin + path))
		main := body[strings.Index(body, "<main"):]
		if raw := rawKeys.FindString(main); status != 200 || raw != "" {
			v.s.t.Errorf("%s: %d %s", path, status, raw)
		}
		for _, m := range roomLinks.FindAllStringSubmatch(main, -1) {
			todo = append(todo, m[1])
		}
		all += main
	}
	return all
}

// shows fails unless every text stands in the pages.
func (v *visit) shows(texts ...string) {
	v.s.t.Helper()
	all := v.walk()
	for _, text := range texts {
		if !strings.Contains(all, text) {
			v.s.t.Errorf("%s: no page says %q", v.s.c.Name, text)
		}
	}
}

// A deal and a plan by forms alone, each page of the room looked at on both sides in
// every state: nothing yet, published, offered, agreed, told, disputed, confirmed, let go.
func TestDealsByTheirPages(t *testing.T) {
	seller, buyer := newStall(t, "joinery", "The Joinery"), newStall(t, "kitchen", "The Kitchen")
	here, there := seller.visit("noor"), buyer.visit("noor")
	here.shows("Nothing on offer yet", "No proposals yet", "No plans yet")
	befriend(buyer, seller)
	proposal, plan := seller.propose(vf.Offer, true, 5), seller.cider().plan
	_, err := seller.h.Core.Do(t.Context(), seller.steward, "", vf.Adding{Thing: &vf.Proposal{About: vf.About{ID: store.NewID(), Name: "Later"}, Purpose: vf.Offer}})
	seller.must(err)
	here.shows("Draft", "This cannot be published yet")
	at := "/c/joinery/federation/published/" + string(proposal)
	here.refused("no payment link", at, "do", "publish", "content", "Of oak", "payment", "javascript:alert(1)")
	here.post(at, "do", "publish", "content", "Of oak", "payment", "payto://iban/NL00EXMP0000000000")
	here.refused("choose the neighbors", at, "do", "rule", "accept", "named", "otherwise", "ask")
	here.post(at, "do", "rule", "accept", "named", "from", string(seller.follower()), "most", "1", "otherwise", "ask")
	here.shows("Accepted of one neighbor", "At most 1 for each")
	seller.deliver()
	there.shows("Oak stools", "payto://iban/NL00EXMP0000000000")
	there.post("/c/kitchen/federation/market/"+string(buyer.listings()[0].ID), "times", "2")
	buyer.deliver()
	here.shows("Waits for an answer")
	sold, bought := "/c/joinery/federation/offers/"+string(seller.only(false).ID), "/c/kitchen/federation/offers/"+string(buyer.only(true).ID)
	here.post(sold, "do", "accept")
	seller.deliver()
	there.post(bought, "do", "enter")
	first, second := string(seller.only(false).First), string(seller.only(false).Second)
	here.refused("no amount above zero", sold, "do", "record", "promise", first, "amount_"+first, "-1", "day_"+first, "2026-01-02")
	here.post(sold, "do", "record", "promise", first, "amount_"+first, "2", "day_"+first, "2026-01-02")
	here.shows("You told them of 2", "They have not answered")
	done := seller.reports(seller.only(false).First)[0].Event
	if status, body := here.read(here.client.Get(seller.origin + "/c/joinery/books/events/" + string(done))); status != 200 || !strings.Contains(body, `href="`+sold+`"`) || !strings.Contains(body, `href="/c/joinery/agreements/`) {
		t.Errorf("the books do not lead from the event to the deal and the agreement: %d", status)
	}
	seller.deliver()
	there.shows("The Joinery says that they gave 2", "Waits for you")
	said := string(buyer.reports(buyer.only(true).First)[0].ID)
	there.refused("Fill this in", bought, "do", "not_so", "report", said, "reason_"+said, "")
	there.post(bought, "do", "so", "report", said)
	buyer.deliver()
	there.shows("Confirmed", "The event in our books", "theirs")
	here.shows("Confirmed", "theirs")
	here.post(sold, "do", "let_go", "promise", second, "reason_"+second, "a present")
	seller.deliver()
	there.shows("Let go", "a present", "Close it here too")
	here.post(sold, "do", "confirm")
	here.shows("Completed")
	here.post("/c/joinery/federation/plans", "plan", string(plan), "peer", string(seller.follower()))
	seller.deliver()
	task := buyer.plans(false)[0]
	there.post("/c/kitchen/federation/plans/"+string(task.ID), "do", "promise", "task", task.Content.Processes[0].Tasks[0].URI)
	buyer.deliver()
	here.shows("Our plan, as The Kitchen reads it", "Enter into the books")
	ours := seller.plans(true)[0]
	here.post("/c/joinery/federation/plans/"+string(ours.ID), "do", "enter", "task", string(ours.Content.Processes[0].Tasks[0].ID))
	here.shows("The Kitchen gives 6")
	there.shows("We give 6")
	if o := seller.only(false); o.State != federation.Completed {
		t.Errorf("the deal is %s", o.State)
	}
}
