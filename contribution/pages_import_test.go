package contribution

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"commonweal/platform/store"
)

// withImports lets the workshop import files.
func (s *site) withImports(folder string) {
	s.practice.Imports = s.importer()
	s.practice.Imports.Folder = folder
}

// bring uploads a file and returns the path of the page that follows.
func (s *site) bring(name, content string, fields ...string) string {
	s.t.Helper()
	key := s.get("ada", "/contribution/import/new").shows(200).key()
	at := s.upload("ada", "/contribution/import/new", name, content, append([]string{"_key", key}, fields...)...)
	at.leads("/contribution/import/file/")
	return strings.TrimPrefix(at.to, "/c/workshop")
}

func TestTimesheetThroughThePages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withImports("")
		s.get("ada", "/contribution/import").shows(200, "Nothing was brought in yet")
		at := s.bring(`../../etc/<b>march.csv`, hours+"Bas,2026-02-30,1,Bench,\n", "format", "timesheet")
		if !strings.HasSuffix(at, "/options") {
			t.Fatalf("a timesheet goes to %s, not to its columns", at)
		}
		options := s.get("ada", at).shows(200, "Whose hours", "sanding", "&lt;b&gt;bold&lt;/b&gt;").hides("<b>bold", "<b>march", "etc/")
		file := strings.TrimSuffix(at, "/options")
		s.post("ada", at, "_key", options.key(), "column_person", "Person", "column_date", "Date", "column_hours", "Hours", "column_project", "Project",
			"column_note", "Note", "dates", "", "numbers", "en", "save", "Our sheet").leads(file)
		check := s.get("ada", file).shows(200, "1 line cannot be imported", "Line 5", "2026-02-30", "Dirk", "Lathe", "Import 3 records")
		if n := len(s.standing()); n != 0 {
			t.Fatalf("the dry run imported %d", n)
		}
		s.get("ada", file+"/bad.csv").shows(200, "5,date,intake.date")
		answers := []string{"_key", check.key(), "who_0", string(s.bas.Agent), "who_1", string(s.cleo.Agent), "who_2", "new", "project_0", "new"}
		s.post("ada", file, answers...).shows(422, "1 lines cannot be read")
		s.post("ada", file, append(answers, "skip", "1")...).leads("/contribution/import/batch/")
		if n := len(s.standing()); n != 3 {
			t.Fatalf("%d contributions stand", n)
		}
		s.get("ada", file).shows(404)
		id := strings.TrimPrefix(file, "/contribution/import/file/")
		batch := s.get("ada", "/contribution/import/batch/"+id).shows(200, "march", "sanding", "Waiting").hides("<b>")
		third := "/contribution/entries/" + s.standing()[2].No.String()
		s.open = true
		s.get("ada", third).shows(200, "Imported from", "march.csv, line 4", `href="/c/workshop/contribution/import/batch/`+id)
		s.get("bas", third).shows(200, "march.csv, line 4").hides("/contribution/import/batch/")
		s.get("", third).shows(200).hides("march")
		s.get("ada", "/contribution/import").shows(200, "march", "Ada")
		s.get("ada", "/contribution/import/new").shows(200)
		s.post("ada", "/contribution/import/batch/"+id+"/reverse", "_key", batch.key(), "reason", "").shows(422)
		s.post("ada", "/contribution/import/batch/"+id+"/reverse", "_key", batch.key(), "reason", "the wrong month").leads("/contribution/import/batch/" + id)
		if n := len(s.standing()); n != 0 {
			t.Errorf("%d contributions stand after the reversal", n)
		}
		s.get("ada", "/contribution/import/batch/"+id).shows(200, "taken back").hides("Take it back")
	})
}

func TestSavedTemplateIsChosen(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withImports("")
		odd := "A;B;C\n1,5;31/03/2026;Bas\n"
		at := s.bring("odd.csv", odd, "format", "timesheet", "project", string(s.project.ID))
		page := s.get("ada", at).shows(200)
		s.post("ada", at, "_key", page.key(), "column_person", "C", "column_date", "B", "column_hours", "A", "dates", "dmy", "numbers", "nl", "save", "Odd sheet").
			leads(strings.TrimSuffix(at, "/options"))
		at = s.bring("odd2.csv", odd, "format", "timesheet", "project", string(s.project.ID))
		page = s.get("ada", at).shows(200, "Odd sheet")
		s.post("ada", at, "_key", page.key(), "template", "Odd sheet", "use", "1").leads(at)
		if got := s.get("ada", at).find(`id="f-column_person" name="column_person"[^>]*>[\s\S]*?<option value="([^"]*)" selected`); got != "C" {
			t.Errorf("the template chose column %q for the person", got)
		}
	})
}

func TestOnlyStewardsImport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withImports("")
		s.open = true
		for _, path := range []string{"", "/new", "/file/" + string(store.NewID()), "/batch/" + string(store.NewID())} {
			s.get("bas", "/contribution/import"+path).shows(403)
			if p := s.get("", "/contribution/import"+path); p.status < 300 {
				t.Errorf("an outsider reads %s: %d", path, p.status)
			}
		}
		s.get("ada", "/contribution/import/file/"+string(store.NewID())).shows(404)
		s.get("ada", "/contribution/import/file/..%2f..%2fetc").shows(404)
	})
}

func TestRepositoriesAndBundlesThroughThePages(t *testing.T) {
	source := repository(t)
	bundle := filepath.Join(t.TempDir(), "history.bundle")
	if out, err := exec.Command("git", "-C", source, "bundle", "create", "-q", bundle, "HEAD").CombinedOutput(); err != nil {
		t.Fatalf("git bundle: %v %s", err, out)
	}
	content, err := os.ReadFile(bundle)
	must(t, err)
	eachSite(t, func(t *testing.T, s *site) {
		folder := t.TempDir()
		must(t, os.Symlink(source, filepath.Join(folder, "away"))) // leads out of the folder: not offered
		must(t, os.CopyFS(filepath.Join(folder, "bench"), os.DirFS(source)))
		s.withImports(folder)
		page := s.get("ada", "/contribution/import/new").shows(200, ">bench<").hides(">away<")
		for _, name := range []string{"../" + filepath.Base(source), "away", "/etc", "bench/..", "--upload-pack=x"} {
			s.upload("ada", "/contribution/import/new", "x", "", "_key", page.key(), "format", "git", "repository", name).shows(404)
		}
		at := s.upload("ada", "/contribution/import/new", "", "", "_key", page.key(), "format", "git", "repository", "bench", "project", string(s.project.ID)).leads("/contribution/import/file/")
		s.commits(strings.TrimPrefix(at.to, "/c/workshop"))
		// The same history as a bundle adds nothing.
		to := s.bring("history.bundle", string(content), "format", "git", "project", string(s.project.ID))
		options := s.get("ada", to).shows(200)
		s.post("ada", to, "_key", options.key(), "unit", "hour", "each", "1", "author", "1", "coauthor", "1", "reviewer", "0").leads(strings.TrimSuffix(to, "/options"))
		s.get("ada", strings.TrimSuffix(to, "/options")).shows(200, "Nothing is new")
		to = s.bring("not.bundle", "# v2 git bundle\nrubbish", "format", "git", "project", string(s.project.ID))
		options = s.get("ada", to).shows(200)
		s.post("ada", to, "_key", options.key(), "unit", "hour", "each", "1", "author", "1", "coauthor", "1", "reviewer", "0").leads(strings.TrimSuffix(to, "/options"))
		s.get("ada", strings.TrimSuffix(to, "/options")).shows(200, "cannot be read", "git bundle create").hides("commonweal-bundle")
	})
}

// commits imports a history of which the values of commits are asked.
func (s *site) commits(at string) {
	s.t.Helper()
	options := s.get("ada", at).shows(200, "What does a commit count as?")
	s.post("ada", at, "_key", options.key(), "unit", "hour", "each", "1", "author", "1", "coauthor", "1", "reviewer", "0", "link", "javascript:alert(1)").shows(422, "is not a link")
	s.post("ada", at, "_key", options.key(), "unit", "hour", "each", "1", "author", "1", "coauthor", "1", "reviewer", "0").leads(strings.TrimSuffix(at, "/options"))
	file := strings.TrimSuffix(at, "/options")
	check := s.get("ada", file).shows(200, "Import 4 records", "&lt;script&gt;").hides("<script>alert")
	s.post("ada", file, "_key", check.key(), "who_0", string(s.bas.Agent), "who_1", string(s.cleo.Agent), "who_2", "new", "skip", "1").leads("/contribution/import/batch/")
	if n := len(s.standing()); n != 4 {
		s.t.Fatalf("%d contributions stand", n)
	}
}

func TestUploadsAreBounded(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withImports("")
		s.practice.Imports.Most = 1 << 20
		key := s.get("ada", "/contribution/import/new").key()
		s.upload("ada", "/contribution/import/new", "big.csv", strings.Repeat("x", 1<<20+1), "_key", key, "format", "praise").shows(422, "big.csv")
		s.upload("ada", "/contribution/import/new", "none.csv", "", "_key", key, "format", "praise").shows(422)
		s.upload("ada", "/contribution/import/new", "odd.csv", "\n\n", "_key", key, "format", "timesheet").shows(422)
		s.upload("ada", "/contribution/import/new", "x.csv", "a,b\n", "_key", key, "format", "../../etc").shows(422)
		s.upload("ada", "/contribution/import/new", "odd.csv", "\x00\x01\x02\xff\xfe,<i>\n1,2\n", "_key", key, "format", "timesheet").shows(422, "zero byte")
		s.get("ada", s.bring("odd.csv", "\x01\xff,<i>\n1,2\n", "format", "timesheet")).shows(200, "&lt;i&gt;").hides("<i>")
		// A file that its reader outgrows leaves nothing behind.
		_, err := s.practice.Imports.KeepUpload(ctx, s.ada, Upload{Name: "long", Format: FormatPraise}, strings.NewReader(strings.Repeat("y", 2<<20)))
		if err == nil {
			t.Error("a file beyond the bound was kept")
		}
		must(t, s.db.Read(ctx, s.commons.ID, func(r *store.Snapshot) error {
			n, _, err := store.One(r, scanInt64, countPieces)
			if n != 1 { // of odd.csv, which waits
				t.Errorf("%d pieces stay behind", n-1)
			}
			return err
		}))
	})
}

var countPieces = store.SQL(`SELECT count(*) FROM upload_piece WHERE commons_id = $1`)
