package bank

import (
	"strings"
	"testing"

	"commonweal/platform/store"
)

// A treasurer's way from the file to the open books, without a script in the browser.
func TestAStatementThroughThePages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.get("/books/bank").shows(200, "No statement was brought yet")
		s.claim(12_000, "invoice 17")
		bad := s.upload("<b>bad.xml", strings.Replace(camtOf(0, march...), "45.00", "45.x", 1))
		s.get(bad).shows(200, "This file cannot come in", "Line ").shows(200, "<b>bad.xml")
		file := s.upload("march.xml", camtOf(30_000, march...))
		check := s.get(file).shows(200, "Bring 5 new lines", "Book €300.00 as what was there before", "Tool Shed")
		s.post(check, file, "opening", "1").leads("/books/bank")
		s.get(file).shows(404)

		open := s.get("/books/bank").shows(200, "Pays €120.00: invoice 17, Acme Fictions", "the same amount", "Confirm 1 good match", "Nothing in the books looks like it")
		s.post(open, "/books/bank", "seen", "of yesterday").shows(422, "something was recorded or decided meanwhile")
		s.post(open, "/books/bank", "seen", open.find(`name="seen" value="([^"]+)"`)).leads("/books/bank")
		lines := s.openLines()
		if len(lines) != 4 {
			t.Fatalf("%d lines are open", len(lines))
		}

		at := "/books/bank/lines/" + string(lines[0].ID)
		page := s.get(at).shows(200, "Tool Shed", "sandpaper")
		s.post(page, at, "parts", "1", "as_0", "expense", "kind_0", "", "who_0", "Tool Shed").shows(422, "is no kind of money")
		s.post(page, at, "parts", "2", "as_0", "expense", "kind_0", "Materials", "who_0", "Tool Shed", "amount_0", "-40.00", "as_1", "expense", "kind_1", "tools", "who_1", "Tool Shed", "amount_1", "-4.00").shows(422, "the parts come to")
		s.get(at+"?parts=2").shows(200, "Part 2")
		s.post(page, at, "parts", "2", "as_0", "expense", "kind_0", "Materials", "who_0", "Tool Shed", "amount_0", "-40.00", "as_1", "expense", "kind_1", "tools", "who_1", "Tool Shed", "amount_1", "-5.00").leads("/books/bank")

		gift := "/books/bank/lines/" + string(lines[1].ID)
		s.post(s.get(gift), gift, "parts", "1", "as_0", "income/donation", "who_0", "Coop Imaginary", "project_0", string(s.project.ID), "always", "1").leads("/books/bank")
		s.get("/books/bank").shows(200, "your rule says so")
		s.get("/books/bank/rules").shows(200, "coop imaginary", "Donation, Coop Imaginary")
		wrong := "/books/bank/lines/" + string(lines[3].ID)
		s.post(s.get(wrong), wrong+"/ignore", "reason", "").shows(422)
		s.post(s.get(wrong), wrong+"/ignore", "reason", "a wrong number").leads("/books/bank")
		s.get("/books/bank/ignored").shows(200, "a wrong number", "Baker")

		event := s.linesIn(Settled)[0].Outcome.Parts[0].Done
		s.get("/books/events/"+string(event)).shows(200, "a line of the bank statement", "/c/desk/books/bank/lines/")
		if got := s.balances(); got["Assets:Bank"] != 30_000+12_000-4_500+5_000 || got["Expenses:Materials"] != 4_000 || got["Income:Donations"] != -5_000 {
			t.Errorf("the books have %v", got)
		}
		s.takenBack("march.xml")
		if got := s.balances(); len(got) != 0 {
			t.Errorf("after it was taken back: %v", got)
		}
		s.get(s.upload("march.940", mt940Of(0, march...))).shows(200, "Bring 5 new lines")
	})
}

// takenBack takes the latest file back on its page.
func (s *site) takenBack(name string) {
	s.t.Helper()
	files := s.get("/books/bank/files").shows(200, name)
	at := files.find(`href="/c/desk(/books/bank/files/[^"]+)"`)
	page := s.get(at).shows(200, "Take it back")
	s.post(page, at+"/back", "reason", "").shows(422)
	s.post(page, at+"/back", "reason", "a test").leads(at)
	s.get(at).shows(200, "taken back")
}

func TestAJournalThroughThePages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		at := s.upload("year.journal", workshopJournal)
		if !strings.HasSuffix(at, "/accounts") {
			t.Fatalf("a journal goes to %s", at)
		}
		page := s.get(at).shows(200, "Assets:Receivable:Acme", "Equity:Opening", "Expenses:Rent")
		fields := []string{"unit_0", "EUR", "unit_1", "USD"}
		var report *Report
		must(t, s.Store.Read(ctx, s.commons.ID, func(r *store.Snapshot) error {
			id, _ := store.ParseID(strings.Split(at, "/")[4])
			u, err := s.GetUpload(r, id)
			report = u.Report
			return err
		}))
		for i, a := range report.Journal.Accounts {
			m, f := suggested(a.Name), fieldsOf(i)
			fields = append(fields, strings.Replace(f.As, "as_", "role_", 1), string(m.Role), f.Kind, m.Kind, f.Who, m.Name)
		}
		s.post(page, at, append(fields, "unit_1", "florins")...).shows(422, "say which unit")
		file := s.post(page, at, fields...).leads("/books/bank/file/").to
		s.post(s.get(file).shows(200, "Bring 15 new lines"), file).leads("/books/bank/files/")
		s.compare(workshopJournal, report.Journal.suggest())
		s.takenBack("year.journal")
	})
}

func TestATableOfAnUnknownBank(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		const odd = "When;What;Sum\n01/02/2026;Baker, bread;-3,10\n02/02/2026;Gift;12,00\n"
		at := s.upload("odd.csv", odd)
		page := s.get(at).shows(200, "Baker, bread", "Say what each column holds")
		columns := []string{"column_day", "When", "column_amount", "Sum", "column_description", "What", "decimal", ",", "days", "dmy", "account", "my savings", "unit", "EUR"}
		s.post(page, at, append(columns, "column_day", "")...).leads("/books/bank/file/")
		s.get(strings.TrimSuffix(at, "/columns")).shows(200, "no column holds the day")
		file := s.post(page, at, columns...).leads("/books/bank/file/").to
		s.post(s.get(file).shows(200, "Bring 2 new lines"), file).leads("/books/bank")
		again := s.upload("odd2.csv", odd) // the columns are known now
		s.get(again).shows(200, "Nothing is new")
	})
}

func TestOnlyStewardsSeeLines(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.bring(Camt, camtOf(0, march...))
		for _, path := range []string{"", "/decided", "/rules", "/files", "/new", "/lines/" + string(s.openLines()[0].ID)} {
			if a := s.ask("bas", "GET", "/books/bank"+path, "", nil); a.status != 403 {
				t.Errorf("%s answers a member with %d", path, a.status)
			}
		}
	})
}
