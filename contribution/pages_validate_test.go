package contribution

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/quantity"
	"commonweal/vf"
)

// What waits shows to everybody but its author, and goes once it is decided.
func TestQueue(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		a, b := s.log(s.bas, "1"), s.log(s.bas, "2")
		s.get("bas", "/contribution/validate").shows(200, "Nothing waits for you")
		queue := s.get("cleo", "/contribution/validate").shows(200, "1 h · Work", "2 h · Work", "sanding the frame", "Bas")
		s.post("cleo", "/contribution/entries/"+a.No.String()+"/decide", "_key", queue.key(), "verdict", "accept", "from", "queue").leads("/contribution/validate")
		s.post("cleo", "/contribution/entries/"+b.No.String()+"/decide", "verdict", "reject", "from", "queue").shows(422, "Say why")
		row := s.ask("cleo", "POST", "/contribution/entries/"+b.No.String()+"/decide", "application/x-www-form-urlencoded",
			strings.NewReader(formOf([]string{"verdict", "reject", "reason", "it was 1 h", "from", "queue"}).Encode()), "HX-Request", "true").shows(200, "is rejected").hides("<html")
		if row.to != "" {
			t.Error("the fragment leads elsewhere")
		}
		s.get("cleo", "/contribution/validate").shows(200, "Nothing waits for you")
		if s.entry(a.No).State != Validated || s.entry(b.No).State != Rejected {
			t.Errorf("%s and %s", s.entry(a.No).State, s.entry(b.No).State)
		}
		s.post("bas", "/contribution/entries/"+a.No.String()+"/decide", "verdict", "accept").shows(403)
		s.post("cleo", "/contribution/entries/"+b.No.String()+"/decide", "verdict", "silent").shows(422)
	})
}

// Many are confirmed at once; one that cannot be stays, and filters narrow the list.
func TestQueueInBulk(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		a, b, own := s.log(s.bas, "1"), s.log(s.bas, "2"), s.log(s.cleo, "3")
		s.post("cleo", "/contribution/validate").shows(422, "tick")
		s.post("cleo", "/contribution/validate", "_key", "k", "no", a.No.String(), "no", own.No.String(), "kind", "work").leads("/contribution/validate?kind=work")
		if s.entry(a.No).State != Validated || s.entry(own.No).State != Logged || s.entry(b.No).State != Logged {
			t.Error("the ticked ones and nothing else are decided")
		}
		s.get("cleo", "/contribution/validate?kind=care").shows(200, "Nothing waits for you among these")
		s.get("cleo", "/contribution/validate?person="+string(s.bas.Agent)).shows(200, "2 h · Work")
		s.get("ada", "/contribution/validate?person="+string(s.cleo.Agent)).shows(200, "3 h · Work").hides("2 h · Work")
	})
}

// Two validators: the first one is shown, and does not see it again.
func TestQueueOfTwo(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		e, err := LogContribution(ctx, s.db, s.bas, "", LogAsk{Kind: "money", Project: s.project.ID, Quant: quantity.Of(50, "EUR")})
		must(t, err)
		s.decide(s.cleo, e.No, Accept)
		s.get("cleo", "/contribution/validate").shows(200, "Nothing waits for you")
		s.get("ada", "/contribution/validate").shows(200, "€50.00 · Money put in", "one more needed")
	})
}

// A rejection is contested once, by its party, and decided by a steward.
// Reasons are read by parties and stewards only.
func TestAppealByPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		dora := s.enrollAs("dora")
		e := s.log(s.bas, "8")
		at := "/contribution/entries/" + e.No.String()
		s.post("cleo", at+"/decide", "verdict", "reject", "reason", "you were ill that day").leads(at)
		s.get("bas", at).shows(200, "you were ill that day", "Appeal")
		s.get("cleo", at).shows(200, "you were ill that day").hides("You may contest")
		s.get("ada", at).shows(200, "you were ill that day")
		s.get(dora, at).shows(200, "Rejected").hides("you were ill that day")
		s.post("bas", at+"/decide", "verdict", "appeal", "reason", "I came in the evening").leads(at)
		s.get("cleo", "/contribution/validate").shows(200, "Nothing waits for you")
		s.get("ada", "/contribution/validate").shows(200, "I came in the evening", "Look at the appeal")
		s.post(dora, at+"/decide", "verdict", "grant", "reason", "a friend").shows(403)
		s.get("ada", at).shows(200, "Decide about the appeal")
		s.post("ada", at+"/decide", "verdict", "grant", "reason", "the key log says so").leads(at)
		s.get("bas", at).shows(200, "Confirmed", "the key log says so").hides("You may contest")
		s.get(dora, at).hides("the key log says so", "I came in the evening")
	})
}

// Corrections keep what was said, and evidence, and lead from one to the other.
func TestCorrectionByPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		e := s.log(s.bas, "25")
		at := "/contribution/entries/" + e.No.String()
		s.get("cleo", at).shows(200).hides("corrects=")
		s.get("bas", at).shows(200, "corrects="+e.No.String())
		s.get("bas", "/contribution/log?corrects="+e.No.String()).shows(200, `value="25"`, "sanding the frame", `name="corrects"`)
		done := s.post("bas", "/contribution/log", "corrects", e.No.String(), "kind", "work", "quantity", "2.5", "project", string(s.project.ID), "day", time.Now().In(amsterdam).Format(time.DateOnly)).leads("/contribution/entries/")
		s.get("bas", at).shows(200, "Corrected", done.to)
		s.get("bas", strings.TrimPrefix(done.to, "/c/workshop")).shows(200, "2.5 h", at)
		s.get("bas", "/contribution/log?corrects=999999").shows(404)
		s.get("bas", "/contribution/log?corrects=x").shows(422)
	})
}

// Hours of one person at one time are shown to whoever confirms, not refused.
func TestOverlap(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		day := time.Now().In(amsterdam).AddDate(0, 0, -2).Format(time.DateOnly)
		log := func(from, to, hours string) string {
			return strings.TrimPrefix(s.post("bas", "/contribution/log", "kind", "work", "quantity", hours, "project", string(s.project.ID), "day", day, "from", day+"T"+from, "to", day+"T"+to).leads("/contribution/entries/").to, "/c/workshop")
		}
		a, b, c := log("09:00", "12:00", "3"), log("11:00", "13:00", "2"), log("13:00", "14:00", "1")
		s.get("cleo", b).shows(200, "Other hours of the same person", a)
		s.get("cleo", c).shows(200).hides("Other hours of the same person")
		s.post("bas", "/contribution/log", "kind", "work", "quantity", "1", "project", string(s.project.ID), "day", day, "from", day+"T10:00", "to", day+"T09:00").shows(422, "ends before")
	})
}

// Outsiders of open books read flows under pseudonyms and nothing private; of
// closed books they read nothing; members of nothing change nothing.
func TestOutsiders(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		e := s.log(s.bas, "2")
		at := "/contribution/entries/" + e.No.String()
		s.post("cleo", at+"/decide", "verdict", "reject", "reason", "nobody saw it").leads(at)
		pages := []string{"/contribution/entries", at, at + "/paid", "/contribution/projects", "/contribution/projects/" + string(s.project.ID), "/contribution/projects/" + string(s.project.ID) + "/flows", "/contribution/entries.csv"}
		for _, path := range pages {
			if p := s.get("", path); p.status == 200 {
				t.Errorf("closed books show %s", path)
			}
		}
		s.open = true
		for _, path := range pages {
			s.get("", path).shows(200).hides("sanding the frame", "Bas", "Cleo", "nobody saw it")
		}
		s.get("", at).shows(200, "Member "+vf.Pseudonym(s.bas.Agent), "2 h")
		s.get("", "/contribution").leads("/contribution/entries")
		for _, path := range []string{"/contribution/validate", "/contribution/log", "/contribution/recurring", "/contribution/kinds"} {
			if p := s.get("", path); p.status == 200 {
				t.Errorf("an outsider sees %s", path)
			}
		}
		for path, fields := range map[string][]string{
			"/contribution/quick":    {"line", "1h x", "seen", "1h x", "project", string(s.project.ID)},
			"/contribution/log":      {"kind", "work", "quantity", "1", "project", string(s.project.ID), "day", "2026-01-01"},
			at + "/decide":           {"verdict", "accept"},
			"/contribution/validate": {"no", e.No.String()},
			"/contribution/projects": {"name", "Mine"},
		} {
			if p := s.post("", path, fields...); p.status < 400 && p.status != http.StatusSeeOther {
				t.Errorf("an outsider's post to %s answers %d", path, p.status)
			}
		}
		if n := len(s.entriesOf(t, s.bas.Agent)); n != 1 {
			t.Errorf("%d contributions; want the one", n)
		}
		cross := s.ask("bas", "POST", "/contribution/quick", "application/x-www-form-urlencoded", strings.NewReader("line=1h"), "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site")
		if cross.status != http.StatusForbidden {
			t.Errorf("a post from another site answers %d", cross.status)
		}
	})
}

// The list filters, pages and leaves as CSV that no spreadsheet runs.
func TestEntriesPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.get("bas", "/contribution/entries").shows(200, "Nothing was logged yet")
		for range entriesShown + 1 {
			s.log(s.bas, "1")
		}
		_, err := LogContribution(ctx, s.db, s.cleo, "", LogAsk{Kind: "care", Project: s.project.ID, Quant: quantity.Of(3, quantity.CareHour), Note: `=HYPERLINK("x"), <i>`})
		must(t, err)
		first := s.get("bas", "/contribution/entries").shows(200, "3 care h", "&lt;i&gt;")
		next := strings.TrimPrefix(first.find(`rel="next" href="([^"]+)"`), "/c/workshop")
		s.get("bas", next).shows(200, "1 h").hides("3 care h", `rel="next"`)
		s.get("bas", "/contribution/entries?kind=care").shows(200, "3 care h").hides("1 h</td>")
		s.get("bas", "/contribution/entries?state=rejected").shows(200, "Nothing fits these filters")
		s.get("bas", "/contribution/entries?state=nonsense").shows(422)
		s.get("bas", "/contribution/entries?after=x").shows(422)
		s.get("bas", "/contribution/entries.csv?kind=care").shows(200, `'=HYPERLINK`, "3,careHour")
	})
}

// enrollAs admits one more member and returns the name they ask by.
func (s *site) enrollAs(name string) string {
	s.as[name] = s.table.As(s.enroll(s.gate, name, auth.Member))
	return name
}
