package vfroom

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// public lists the pages about a bench that outsiders of open books may read.
func (b bench) public() []string {
	id := func(path string, i store.ID) string { return path + "/" + string(i) }
	return []string{"/resources", "/resources?used=too&find=birch", "/history", "/specifications", "/lots", "/places", "/agents", "/processes",
		id("/resources", b.sheets), id("/resources", b.desk), id("/processes", b.process), id("/specifications", b.spec), id("/lots", b.lot), id("/places", b.place),
		"/trace?resource=" + string(b.desk), "/trace?direction=on&lot=" + string(b.lot), "/trace?process=" + string(b.process), "/trace.ndjson?resource=" + string(b.desk)}
}

// Outsiders of open books read what happened, and no name of a person, no
// note, no address and no private place; as page and as data.
func TestInvariant1OutsidersReadNothingPrivate(t *testing.T) {
	private := []string{"Bas Miller", "Ada Lantern", "sore back", "a bit damp", "quarrelsome", "Dike 5", "behind the door", "Bas at home", "Quiet Lane"}
	each(t, func(s *site) {
		b := s.bench()
		paths := append(b.public(), "/agents/"+string(s.bas.Agent), "/agents/"+string(s.bas.Agent)+"?view=gave", "/agents/"+string(s.commons.Agent)+"?view=received")
		for _, path := range paths {
			s.get("", path).shows(http.StatusOK).hides(private...)
			s.json("", path).shows(http.StatusOK).hides(private...)
		}
		pseudonym := "Member " + vf.Pseudonym(s.bas.Agent)
		s.get("", "/history").shows(200, pseudonym)
		s.get("", "/processes/"+string(b.process)).shows(200, pseudonym, "Birch sheets", "Desk")
		s.get("", "/trace?resource="+string(b.desk)).shows(200, pseudonym)
		s.get("", "/places/"+string(b.home)).shows(http.StatusNotFound)
		s.get("", "/agents?find=miller").shows(200).hides("Miller", pseudonym) // a search would tell whose pseudonym it is
		s.get("", "/record").leadsAway()
	})
}

// A trace that was cut at a bound says how much lies behind it.
func TestTraceSaysHowMuchIsWithinReach(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		whole := "/trace?resource=" + string(b.desk)
		s.get("bas", whole).shows(200).hides("cut at its bound")
		s.get("bas", whole+"&nodes=2").shows(200, "cut at its bound, and 4 events are within reach")
	})
}

// Members read names and notes; who is nobody to closed books reads nothing.
func TestMembersReadNames(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		s.get("bas", "/history").shows(200, "Bas Miller", "with a sore back")
		s.get("bas", "/resources/"+string(b.sheets)).shows(200, "a bit damp", "Workshop", "B-17")
		s.get("bas", "/processes/"+string(b.process)).shows(200, "Bas Miller", "quarrelsome")
		s.get("bas", "/places").shows(200, "Dike 5").hides("Bas at home")
		s.get("bas", "/resources/"+string(store.NewID())).shows(http.StatusNotFound)
		s.get("bas", "/resources/nonsense").shows(http.StatusNotFound)
		s.open = false
		for _, path := range b.public() {
			if a := s.get("", path); a.status != http.StatusForbidden && a.status != http.StatusNotFound && a.status != http.StatusSeeOther && a.status != http.StatusUnauthorized {
				t.Errorf("%s answers %d to nobody", path, a.status)
			}
		}
	})
}

// A list asks the same number of questions for two hundred events as for four.
func TestInvariant2QuestionsDoNotGrow(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		few := s.questions(vf.EventFilter{})
		var steps []vf.Step
		for range 65 { // each piece is a record, a process and a place of its own
			process, made := store.NewID(), store.NewID()
			one := quantity.Of(1, quantity.One)
			steps = append(steps, vf.Adding{Thing: vf.Process{ID: process, Name: "Another"}},
				vf.Recording{Event: vf.Event{Action: vf.Produce, Provider: s.commons.Agent, Receiver: s.commons.Agent, OutputOf: process, ResourceQuantity: &one}, New: &vf.Resource{ID: made, ConformsTo: b.spec}},
				vf.Recording{Event: vf.Event{Action: vf.Move, Provider: s.commons.Agent, Receiver: s.commons.Agent, ResourceInventoriedAs: made, ToResourceInventoriedAs: made, ToLocation: b.place, ResourceQuantity: &one}},
				vf.Recording{Event: vf.Event{Action: vf.Consume, Provider: s.commons.Agent, Receiver: s.commons.Agent, InputOf: process, ResourceInventoriedAs: made, ResourceQuantity: &one}})
		}
		s.do(steps...)
		if many := s.questions(vf.EventFilter{Limit: 195}); many != few {
			t.Errorf("four events take %d questions, many %d", few, many)
		}
	})
}

// questions counts what it takes to word a list of events.
func (s *site) questions(f vf.EventFilter) int {
	s.t.Helper()
	var c counting
	s.must(s.core.Store.Read(s.t.Context(), s.commons.ID, func(r *store.Snapshot) error {
		events, err := s.core.Register.Events(r, f)
		if err != nil {
			return err
		}
		c.Reader = r
		_, err = load(&web.Request{}, &c, wanted{events: events})
		return err
	}))
	return c.questions
}

// A list of more than a page goes on where it stopped, each thing once.
func TestListsPage(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		var steps []vf.Step
		one := quantity.Of(1, quantity.One)
		for i := range 120 {
			steps = append(steps, vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: s.commons.Agent, Receiver: s.commons.Agent, ResourceQuantity: &one}, New: &vf.Resource{Name: fmt.Sprintf("Chair %d", i), ConformsTo: b.spec}})
		}
		s.do(steps...)
		for path, want := range map[string]int{"/resources": 122, "/history": 125, "/resources?kind=" + string(b.spec): 122} {
			seen, pages := map[string]bool{}, 0
			for next := path; next != ""; pages++ {
				a := s.json("bas", next).shows(200)
				for _, key := range []string{"resources", "events"} {
					list, _ := a.field(key).([]any)
					for _, x := range list {
						href := x.(map[string]any)["Href"].(string)
						if seen[href] {
							t.Errorf("%s lists %s twice", path, href)
						}
						seen[href] = true
					}
				}
				next = strings.TrimPrefix(a.field("next").(string), "/c/shop")
			}
			if len(seen) != want || pages != 3 {
				t.Errorf("%s lists %d on %d pages, want %d on 3", path, len(seen), pages, want)
			}
		}
		s.get("bas", "/history?after=nonsense").shows(422, "is no place in this list")
	})
}

// A commons in which nothing happened shows what its pages are for.
func TestEmptyPages(t *testing.T) {
	each(t, func(s *site) {
		for path, text := range map[string]string{"/resources": "Nothing is counted yet", "/history": "Nothing has happened yet", "/specifications": "No kinds of things yet",
			"/lots": "No lots yet", "/places": "No places yet", "/processes": "Nothing is under way"} {
			s.get("ada", path).shows(200, text)
			s.get("", path).shows(200, text)
		}
	})
}
