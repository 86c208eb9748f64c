package credit

import (
	"strings"
	"testing"

	"commonweal/platform/store"
)

// Bas pays Cleo as somebody without scripts does: the link fills the form in, the
// page shows what it comes to, and nothing is paid before that was seen.
func TestPayingWithoutScripts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		cleo, _ := s.account(s.cleo)
		bas, _ := s.account(s.bas)
		first := s.get("bas", "/pay?to="+string(cleo.ID)+"&sum=2.5&note=bicycle").shows(200, "Cleo", "You pay Cleo", "2.5 h", "You may then still spend", "17.5 h", `value="bicycle"`)
		fields := []string{"to", string(cleo.ID), "from", string(bas.ID), "amount", "3", "note", "bicycle", "how", "pay", "do", "pay", "_key", first.field("_key")}
		again := s.post("bas", "/pay", append(fields, "seen", first.field("seen"))...).shows(200, "3 h") // another amount than was seen
		s.stands(s.bas, "0")
		fields = append(fields, "seen", again.field("seen"))
		made := s.post("bas", "/pay", fields...).leads("/payments/")
		if twice := s.post("bas", "/pay", fields...).leads("/payments/"); twice != made {
			t.Errorf("sent twice, it led to %s and %s", made, twice)
		}
		s.stands(s.bas, "-3")
		s.get("bas", made).shows(200, "Payment of 3 h", "Done", "bicycle").hides("Take it back")
		s.get("cleo", made).shows(200, "Take it back")
		s.get("bas", "").shows(200, "-3 h", "17 h")
		s.get("bas", "/accounts/"+string(bas.ID)).shows(200, "bicycle", "Cleo", "-3")
	})
}

// Whom a name may mean is asked; nobody by that name is said beside the field.
func TestWhoIsMeant(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.get("bas", "/pay").shows(200, `value="Cleo"`, `value="Dirk"`).hides(`value="Bas"`)
		s.post("bas", "/pay", "who", "dir", "amount", "1").shows(200, "You pay Dirk")
		s.post("bas", "/pay", "who", "Xantippe", "amount", "1").shows(422, "nobody with an account")
		_, err := OpenAccount(ctx, s.db, s.cleo, "", AccountAsk{Currency: s.hours.ID, Terms: AccountTerms{Label: "Workshop"}})
		must(t, err)
		s.post("bas", "/pay", "who", "Cleo", "amount", "1").shows(200, "Which of them?", "Cleo · Workshop")
		s.post("bas", "/pay", "who", "", "amount", "").shows(422)
	})
}

// What cannot be paid is said in the preview, and nothing of how the other side
// stands.
func TestAPreviewRefuses(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		cleo, _ := s.account(s.cleo)
		s.get("bas", "/pay?to="+string(cleo.ID)+"&sum=20.01").shows(200, "is more than this account may spend now").hides(`name="do" value="pay"`)
		must(t, s.pays(s.dirk, s.cleo, "20"))
		must(t, s.pays(s.ada, s.cleo, "15"))
		s.get("bas", "/pay?to="+string(cleo.ID)+"&sum=6").shows(200, "the other account cannot receive this amount now").hides(">5 h", "35 h")
		s.get("bas", "/request?to="+string(cleo.ID)+"&sum=70").shows(200, "You ask Cleo").hides("may spend")
	})
}

// Cleo asks Bas, who pays from his home page; Dirk says no to hers.
func TestAskingAndAnswering(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, whom := range []string{"Bas", "Dirk"} {
			p := s.post("cleo", "/request", "who", whom, "amount", "2", "note", "cake", "do", "look").shows(200, "You ask "+whom)
			s.post("cleo", "/request", "to", p.field("to"), "from", p.field("from"), "amount", "2", "note", "cake", "do", "pay", "seen", p.field("seen")).leads("/payments/")
		}
		home := s.get("bas", "").shows(200, "Cleo asks you for 2 h", "cake", "Reject")
		path := "/payments/" + strings.Split(strings.SplitAfter(home.body, "/credit/payments/")[1], `"`)[0]
		s.get("dirk", path).shows(200).hides(`value="accept"`)
		s.post("dirk", path, "do", "accept").shows(403)
		s.post("bas", path, "do", "maybe").shows(422)
		s.post("bas", path, "do", "accept").leads(path)
		s.stands(s.bas, "-2")
		home = s.get("dirk", "").shows(200, "Cleo asks you for 2 h")
		path = "/payments/" + strings.Split(strings.SplitAfter(home.body, "/credit/payments/")[1], `"`)[0]
		s.post("dirk", path, "do", "reject", "reason", "never had cake").leads(path)
		s.get("cleo", path).shows(200, "Rejected", "never had cake")
		s.get("", path).shows(404)
	})
}

// What was set aside is paid in part, and taken back in part.
func TestPartsOnThePage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		p := s.post("bas", "/pay", "who", "Cleo", "amount", "4", "how", "reserve", "do", "look")
		path := s.post("bas", "/pay", "to", p.field("to"), "from", p.field("from"), "amount", "4", "how", "reserve", "do", "pay", "seen", p.field("seen")).leads("/payments/")
		s.get("bas", "").shows(200, "You set 4 h aside for Cleo", "Promised to others", "16 h")
		s.post("bas", path, "do", "accept", "amount", "4.5").shows(422, "at most what was reserved")
		s.post("bas", path, "do", "accept", "amount", "2.5").leads(path)
		s.stands(s.cleo, "2.5")
		s.get("cleo", path).shows(200, "2.5 h of 4 h", "Was set aside")
		s.post("cleo", path, "do", "refund", "amount", "1").leads("/payments/")
		s.get("bas", path).shows(200, "Taken back")
		s.stands(s.cleo, "1.5")
		s.post("bas", path, "do", "refund").shows(403)
	})
}

// Splitting shows the parts first.
func TestSplittingOnThePage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		fields := []string{"way", "ask", "amount", "10", "names", "Bas\nCleo\r\n\nDirk", "myself", "1", "note", "music"}
		p := s.post("ada", "/split", append(fields, "do", "split")...).shows(200, "2.5 h", "Ask them all")
		s.get("bas", "").hides("asks you")
		s.post("ada", "/split", append(fields, "do", "split", "seen", p.field("seen"))...).leads("")
		s.get("bas", "").shows(200, "Ada asks you for 2.5 h")
		s.post("ada", "/split", "way", "pay", "amount", "10", "names", "Nobody", "do", "look").shows(422, "0 accounts belong to somebody")
	})
}

// What the holder decides, and what only a steward does.
func TestSettingsAndLimits(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		cleo, _ := s.account(s.cleo)
		path := "/accounts/" + string(cleo.ID)
		s.get("cleo", path+"/settings").shows(200, "As the currency says: All members", "Only who holds it")
		s.post("cleo", path+"/settings", "label", "Home", "audience", "holder", "accept", "listed", "add_listed", "Bas", "add_delegate", "Dirk").leads(path)
		s.get("cleo", path+"/settings").shows(200, "Bas", "Dirk", `name="listed"`, `value="Home"`)
		s.post("bas", path+"/settings", "label", "Mine").shows(404) // he may not even see it
		s.post("cleo", path+"/settings", "accept", "after", "after_hours", "0").shows(422)
		s.post("cleo", path+"/settings", "add_delegate", "Nobody").shows(422, "0 accounts belong")
		s.get("cleo", path+"/limits").shows(403)
		s.post("ada", path+"/limits", "below", "30", "most", "", "reason", "cares for a parent").leads("")
		s.get("cleo", path).shows(200, "-30 h to", "as much as comes", "cares for a parent", "by decision")
		s.post("ada", path+"/limits", "below", "30", "reason", "").shows(422)
		s.post("ada", path+"/standing", "standing", "frozen", "why", "away").leads("")
		s.get("cleo", "").shows(200, "Frozen")
		must(t, s.pays(s.bas, s.cleo, "1"))
		s.post("ada", path+"/standing", "standing", "closed", "why", "gone").shows(422, "an account closes at zero")
	})
}

// A steward opens accounts for others and changes the currency.
func TestCurrencyPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		path := "/currencies/" + string(s.hours.ID)
		must(t, s.pays(s.bas, s.cleo, "3"))
		s.get("bas", path).shows(200, "Everything adds up to zero", "-3 h", "0 h").hides(path + "/edit")
		s.get("", path).shows(404)
		s.get("ada", path+"/edit").shows(200, `value="Village hours"`)
		fields := []string{"name", "Village hours", "month", "10", "audience", "members", "accept", "ask", "public", "1", "for_all", "1"}
		s.post("ada", path+"/edit", append(fields, "fee0_name", "fund", "fee0_by", "payee", "fee0_percent", "2.5", "fee0_flat", "0.1")...).leads(path)
		s.get("", path).shows(200, "2.5 % and 0.1 h", "who is paid")
		s.get("ada", path+"/edit").shows(200, `value="2.5"`, `value="0.1"`, "fee1_name")
		s.post("ada", path+"/edit", append(fields, "fee0_name", "fund", "fee0_by", "payer", "fee0_percent", "101")...).shows(422)
		cleo, _ := s.account(s.cleo)
		s.get("bas", "/pay?to="+string(cleo.ID)+"&sum=4").shows(200, "fund taken from them", "0.2 h", "Reaches Cleo", "3.8 h")
		s.post("ada", "/accounts/new", "currency", string(s.hours.ID), "holder", "Bas", "label", "Shop").leads("/accounts/")
		s.get("bas", "").shows(200, "Shop")
		s.post("ada", "/accounts/new", "currency", string(s.hours.ID), "holder", "Nobody").shows(422)
		s.post("ada", "/currencies/new", "name", "Leaves", "unit", "other", "code", "leaf", "month", "100", "decimals", "0", "for_all", "1", "do", "found").leads("")
		s.get("bas", "").shows(200, "Leaves")
	})
}

// The code of an account leads to a payment to it.
func TestCodePage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		cleo, _ := s.account(s.cleo)
		path := "/accounts/" + string(cleo.ID) + "/code"
		s.get("cleo", path+"?amount=2.5&note=eggs").shows(200, "<svg class=\"qr\"", "http://example.com/c/village/credit/pay?note=eggs&amp;sum=2.5&amp;to="+string(cleo.ID))
		s.get("cleo", path+"?amount=-1").shows(422).hides("sum=")
	})
}

// A list of people and of accounts that nobody may look into.
func TestPeople(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.terms(s.cleo, AccountTerms{Audience: ForHolder})
		must(t, s.pays(s.bas, s.cleo, "3"))
		s.get("dirk", "/people").shows(200, "Ada", "Bas", "-3 h", "not shown")
		s.get("dirk", "/people?find=cle").shows(200, "Cleo", "not shown").hides("Ada", "3 h")
		s.get("", "/people").shows(303)
		cleo, _ := s.account(s.cleo)
		for _, file := range []string{"", "/code", "/statement.csv", "/statement.journal"} {
			s.get("dirk", "/accounts/"+string(cleo.ID)+file).shows(404)
			s.get("cleo", "/accounts/"+string(cleo.ID)+file).shows(200)
		}
		s.get("cleo", "/accounts/"+string(store.NewID())).shows(404)
	})
}
