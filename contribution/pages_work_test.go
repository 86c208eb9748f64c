package contribution

import (
	"strings"
	"testing"
	"time"

	"commonweal/platform/store"
)

// A line is shown as it was understood, then logged; sending it twice logs once.
func TestQuickAdd(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		first := s.get("bas", "/contribution").shows(200, "My work", "Nothing logged yet", "Bench")
		key, project := first.key(), string(s.project.ID)
		line := "2.5h sanding the frame yesterday"
		s.post("bas", "/contribution/quick", "_key", key, "line", line, "project", project).
			shows(200, "2.5 h", "sanding the frame", "€30.00", `name="seen" value="2.5h sanding the frame yesterday"`)
		fragment := s.ask("bas", "POST", "/contribution/quick", "application/x-www-form-urlencoded", strings.NewReader(formOf([]string{"line", line, "project", project}).Encode()), "HX-Request", "true").
			shows(200, "2.5 h", "Counts as").hides("<html", "My work")
		if fragment.header.Get("Location") != "" {
			t.Error("a preview leads elsewhere")
		}
		s.get("bas", "/contribution").shows(200, "Nothing logged yet") // nothing was logged by looking
		logged := func(fields ...string) page {
			return s.post("bas", "/contribution/quick", append([]string{"_key", key, "line", line, "seen", line, "project", project}, fields...)...)
		}
		logged("kind", "work").leads("/contribution")
		logged("kind", "work").leads("/contribution")
		mine := s.entriesOf(t, s.bas.Agent)
		if len(mine) != 1 || mine[0].Quantity.Decimal() != "2.5" || mine[0].Note != "sanding the frame" {
			t.Fatalf("logged %+v; want one of 2.5 h", mine)
		}
		if day := mine[0].At.In(amsterdam).Format(time.DateOnly); day != time.Now().In(amsterdam).AddDate(0, 0, -1).Format(time.DateOnly) {
			t.Errorf("yesterday is %s", day)
		}
		s.post("bas", "/contribution/quick", "_key", key, "line", "1h hugging", "seen", "1h hugging", "project", project, "kind", "care").leads("/contribution")
		if e := s.entriesOf(t, s.bas.Agent)[0]; e.Kind != "care" || e.Quantity.Unit != "careHour" || e.Value.Unit != "" {
			t.Errorf("an hour of care is %+v", e)
		}
	})
}

// What is not understood is asked back, and nothing is lost or logged.
func TestQuickAddDoubts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		project := string(s.project.ID)
		s.post("bas", "/contribution/quick", "line", "sanding", "seen", "sanding", "project", project).shows(200, `value="sanding"`, "Say how much it was", "Nothing is logged yet")
		s.post("bas", "/contribution/quick", "line", "2h sanding", "seen", "2h sanding").shows(200, "Choose the project")
		s.post("bas", "/contribution/quick", "line", "3 kg apples", "seen", "3 kg apples", "project", project).shows(200, "Nothing here is counted in")
		s.post("bas", "/contribution/quick", "line", `1h <script>alert(1)</script>`, "project", project).shows(200, "&lt;script&gt;alert(1)&lt;/script&gt;").hides("<script>alert")
		if list := s.entriesOf(t, s.bas.Agent); len(list) != 0 {
			t.Errorf("%d contributions were logged", len(list))
		}
	})
}

// A steward logs for somebody else by line; a member does not.
func TestQuickAddForAnother(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		line := "2h welding @cleo"
		s.post("ada", "/contribution/quick", "line", line, "seen", line, "project", string(s.project.ID)).leads("/contribution")
		if list := s.entriesOf(t, s.cleo.Agent); len(list) != 1 || list[0].LoggedBy != s.ada.Agent {
			t.Errorf("logged %+v; want one of Cleo by Ada", list)
		}
		s.post("bas", "/contribution/quick", "line", line, "seen", line, "project", string(s.project.ID)).shows(200, "cleo")
		if list := s.entriesOf(t, s.bas.Agent); len(list) != 0 {
			t.Errorf("a member's line for another was logged as %+v", list)
		}
	})
}

// The form logs every kind, keeps what was typed when something is wrong, and
// stores the file it came with under its hash.
func TestLogForm(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, k := range DefaultKinds("EUR") {
			s.get("bas", "/contribution/log?kind="+k.Kind).shows(200, `name="kind" value="`+k.Kind+`"`)
		}
		day, project := time.Now().In(amsterdam).AddDate(0, 0, -3).Format(time.DateOnly), string(s.project.ID)
		s.post("bas", "/contribution/log", "kind", "work", "quantity", "a lot", "project", project, "day", day, "note", "kept <b>text</b>").
			shows(422, "a lot", "kept &lt;b&gt;text&lt;/b&gt;").hides("<b>text")
		s.post("bas", "/contribution/log", "kind", "work", "quantity", "1", "project", project, "day", day, "link", "javascript:alert(1)").shows(422, "javascript:alert")
		done := s.upload("bas", "/contribution/log", "receipt.png", "\x89PNG\r\n\x1a\n picture", "_key", "k1", "kind", "purchase", "quantity", "12.50", "project", project, "day", day, "note", "screws").leads("/contribution/entries/")
		again := s.upload("bas", "/contribution/log", "receipt.png", "\x89PNG\r\n\x1a\n picture", "_key", "k1", "kind", "purchase", "quantity", "12.50", "project", project, "day", day, "note", "screws").leads("/contribution/entries/")
		if done.to != again.to {
			t.Errorf("sent twice, logged as %s and %s", done.to, again.to)
		}
		entry := s.get("cleo", strings.TrimPrefix(done.to, "/c/workshop")).shows(200, "€12.50", "screws", "receipt.png", "Confirm")
		file := strings.TrimPrefix(entry.find(`href="([^"]*/evidence/[0-9a-f]{64})"`), "/c/workshop")
		got := s.get("cleo", file).shows(200, "picture")
		if got.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the file came as %v", got.header)
		}
		s.open = true
		if p := s.get("", file); p.status == 200 {
			t.Error("an outsider read a file of evidence")
		}
	})
}

// A page that a browser would run is kept and given back as bytes.
func TestEvidenceIsInert(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ev, err := KeepFile(ctx, s.db, s.bas, `C:\temp\..\page.html`, strings.NewReader("<html><script>alert(1)</script>"))
		must(t, err)
		if ev.Name != "page.html" {
			t.Errorf("the file is called %q", ev.Name)
		}
		if got := s.get("bas", "/contribution/evidence/"+ev.File); got.status != 200 || got.header.Get("Content-Type") != "application/octet-stream" {
			t.Errorf("a page came as %s (%d)", got.header.Get("Content-Type"), got.status)
		}
		_, err = KeepFile(ctx, s.db, s.bas, "empty", strings.NewReader(""))
		wantCode(t, err, "contribution.file_size")
		_, err = KeepFile(ctx, s.db, s.bas, "big", strings.NewReader(strings.Repeat("x", MostFile+1)))
		wantCode(t, err, "contribution.file_size")
		s.get("bas", "/contribution/evidence/"+strings.Repeat("0", 64)).shows(404)
	})
}

// The timer and what recurs work by plain forms.
func TestTimerAndRecurringByForms(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		project := string(s.project.ID)
		s.post("bas", "/contribution/timer/start", "kind", "work", "project", project, "note", "welding").leads("/contribution")
		s.get("bas", "/contribution").shows(200, "data-timer", "welding")
		s.post("bas", "/contribution/timer/start", "kind", "work", "project", project).shows(422, "already")
		s.post("bas", "/contribution/timer/stop", "do", "log", "note", "welding the bearing").leads("/contribution/entries/")
		s.post("bas", "/contribution/timer/stop", "do", "log").shows(422)
		start := time.Now().In(amsterdam).AddDate(0, 0, -1).Format("2006-01-02") + "T09:00"
		s.post("bas", "/contribution/recurring", "kind", "work", "project", project, "hours", "2", "note", "stall", "rhythm", "daily", "start", start).leads("/contribution/recurring")
		s.post("bas", "/contribution/recurring", "kind", "work", "project", project, "hours", "2", "rhythm", "own", "rrule", "nonsense", "start", start).shows(422, "NONSENSE")
		s.get("bas", "/contribution/recurring").shows(200, "Every day at 09:00", "stall")
		work := s.get("bas", "/contribution").shows(200, "Did this happen?", "stall")
		action, at := work.find(`action="/c/workshop(/contribution/recurring/[0-9a-f-]+)"`), work.find(`name="at" value="([^"]+)"`)
		s.post("bas", action, "do", "confirm", "at", at).leads("/contribution")
		s.post("bas", action, "do", "confirm", "at", at).shows(422)
		s.post("cleo", action, "do", "delete").shows(404)
		if n := len(s.entriesOf(t, s.bas.Agent)); n != 2 {
			t.Errorf("%d contributions were logged, want one of the timer and one that recurs", n)
		}
	})
}

var amsterdam = must1(time.LoadLocation("Europe/Amsterdam"))

func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// entriesOf lists a person's contributions, newest first.
func (w *workshop) entriesOf(t *testing.T, person store.ID) (list []Entry) {
	t.Helper()
	must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) (err error) {
		list, err = w.practice.List(r, Filter{Person: person, Limit: 100})
		return err
	}))
	return list
}
